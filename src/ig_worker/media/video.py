"""Looks into videos: with ffprobe where it is installed, else by what the file's boxes say; shows a first frame."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected
from ig_worker.domain.media_limits import REEL_BYTES_MAX, STORY_VIDEO_BYTES_MAX
from ig_worker.domain.video_rules import VideoFacts, video_obstacle
from ig_worker.media.boxes import BrokenVideo, NoPictures, video_facts
from ig_worker.media.own_process import environment_without_secrets
from ig_worker.media.sources import MediaType, called, media_type

LOOKING_SECONDS = 30.0
"""Reading the tables of the largest video takes a second or two."""

# The file alone, read as what its first bytes said it is: nothing in it may name another file or an address.
_ONLY_THIS_FILE = ["-v", "error", "-protocol_whitelist", "file", "-f", "mov"]
_NO_PICTURES = "Pilih berkas videonya; rekaman suara dapat dijadikan video dengan satu gambar."
_BROKEN_CURE = "Putar videonya sampai selesai; kalau tersendat, ekspor atau kirim ulang berkasnya."

log = logging.getLogger(__name__)


def check_video(source: Path, *, story: bool, ratio: float | None = None) -> float:
    """Look whether Instagram would take a video (section B); gives its width to its height, 0 where it does not tell.

    `ratio` is that of a carousel's first item. Raises MediaRejected with everything that is wrong, and the cure.
    """
    name = called(source)
    if media_type(source) is not MediaType.VIDEO:
        raise MediaRejected(f"“{name}” bukan video MP4 atau MOV", cure="Simpan videonya sebagai MP4 (H.264).")
    limit = STORY_VIDEO_BYTES_MAX if story else REEL_BYTES_MAX
    size = source.stat().st_size
    if size > limit:
        raise MediaRejected(
            f"“{name}” berukuran {size / 1e6:.0f} MB, paling besar {limit // 1_000_000} MB",
            cure="Kecilkan resolusi atau pendekkan videonya.",
        )
    try:
        facts = look_at_video(source)
    except NoPictures:
        raise MediaRejected(f"“{name}” tidak berisi gambar, mungkin hanya suara", cure=_NO_PICTURES) from None
    except BrokenVideo:
        raise MediaRejected(f"“{name}” rusak atau terpotong", cure=_BROKEN_CURE) from None
    if obstacle := video_obstacle(facts, story=story, ratio=ratio):
        raise MediaRejected(f"“{name}”: {obstacle.reason}", cure=obstacle.cure)
    return facts.ratio


def seconds_of(source: Path) -> float:
    """How long a video lasts; 0 where it does not tell, and for a picture."""
    if media_type(source) is not MediaType.VIDEO:
        return 0.0
    try:
        return look_at_video(source).seconds
    except BrokenVideo:
        return 0.0


def look_at_video(source: Path) -> VideoFacts:
    """What a video says of itself; nothing where it names no film at all. Raises BrokenVideo where it is cut off."""
    by_boxes = video_facts(source)
    if by_boxes == VideoFacts():
        # Whether this can be played is not ours to say: Instagram looks when the container is made, an hour before.
        log.warning("%s does not say what film it holds; Instagram will judge it", called(source))
        return by_boxes
    program = shutil.which("ffprobe")
    if program is None:
        return by_boxes
    command = [program, *_ONLY_THIS_FILE, "-of", "json", "-show_streams", "-show_format", f"file:{source}"]
    try:
        done = _run(command)
        found = _facts(json.loads(done.stdout)) if done.returncode == 0 else _broken(done)
        return _completed(found, by_boxes)
    except (OSError, subprocess.TimeoutExpired, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, BrokenVideo):
            raise
        log.warning("ffprobe did not answer (%s); the video's own boxes are believed", type(error).__name__)
        return by_boxes


def first_frame(source: Path, out: Path) -> bool:
    """Write a video's first frame as a JPEG; False where ffmpeg is not installed or cannot read it."""
    program = shutil.which("ffmpeg")
    if program is None:
        return False
    command = [program, "-nostdin", *_ONLY_THIS_FILE, "-i", f"file:{source}"]
    command += ["-frames:v", "1", "-q:v", "3", "-f", "image2", "-y", f"file:{out}"]
    with suppress(subprocess.TimeoutExpired, OSError):
        return _run(command).returncode == 0 and out.is_file()
    return False


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment_without_secrets(),
        timeout=LOOKING_SECONDS,
        check=False,
    )


def _broken(done: subprocess.CompletedProcess[str]) -> VideoFacts:
    if done.returncode < 0:
        raise TypeError("ended by a signal")
    raise BrokenVideo(done.stderr.strip()[:200])


def _facts(said: dict[str, Any]) -> VideoFacts:
    streams: list[dict[str, Any]] = said.get("streams", [])
    picture = next((s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)), None)
    if picture is None:
        raise NoPictures
    sound = next((s for s in streams if s.get("codec_type") == "audio"), dict[str, Any]())
    width, height = _shown_size(picture)
    return VideoFacts(
        width=width,
        height=height,
        seconds=float(said.get("format", {}).get("duration", 0)),
        codec=picture.get("codec_name", ""),
        frames_per_second=_fraction(picture.get("avg_frame_rate", "")),
        bits_per_second=int(picture.get("bit_rate") or said.get("format", {}).get("bit_rate") or 0),
        pixels=picture.get("pix_fmt", ""),
        interlaced=picture.get("field_order", "") in {"tt", "bb", "tb", "bt"},
        audio=sound.get("codec_name", ""),
        audio_hz=int(sound.get("sample_rate", 0)),
        audio_channels=int(sound.get("channels", 0)),
    )


def _completed(found: VideoFacts, other: VideoFacts) -> VideoFacts:
    """Where the one does not tell, the other is believed; but no sound is no sound."""
    if not found.ratio:
        found = replace(found, width=other.width, height=other.height)
    return replace(
        found,
        seconds=found.seconds or other.seconds,
        frames_per_second=found.frames_per_second or other.frames_per_second,
    )


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _shown_size(picture: dict[str, Any]) -> tuple[int, int]:
    width, height = int(picture.get("width", 0)), int(picture.get("height", 0))
    # Pixels need not be square, and a phone held upright only marks the film as turned.
    width = round(width * (_fraction(picture.get("sample_aspect_ratio", "").replace(":", "/")) or 1))
    turned = [side.get("rotation", 0) for side in picture.get("side_data_list", [])]
    return (height, width) if any(int(angle) % 180 == 90 for angle in turned) else (width, height)


def _fraction(words: str) -> float:
    above, _, below = words.partition("/")
    try:
        return float(above) / float(below or 1)
    except (ValueError, ZeroDivisionError):
        return 0.0
