"""Puts pictures and videos where Instagram may fetch them, under names nobody can guess."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.media_limits import REEL_BYTES_MAX, STORY_VIDEO_BYTES_MAX
from ig_worker.media.sources import MediaType, called, copy_hashed, media_type

PREPARING_SECONDS = 180.0
"""Far more than the largest picture taken needs on a small machine."""

_NAME_BYTES = 24


@dataclass(frozen=True)
class PreparedPicture:
    """A picture as Instagram takes it (section B): JPEG, sRGB, without EXIF. ``size`` in bytes."""

    path: Path
    sha256: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class StagedVideo:
    """A video's copy. ``size`` in bytes."""

    path: Path
    sha256: str
    size: int


def prepare_picture(
    source: Path,
    out_dir: Path,
    *,
    story: bool,
    ratio: float | None = None,
    seconds: float = PREPARING_SECONDS,
) -> PreparedPicture:
    """Make the JPEG that Instagram gets, in a process of its own; the same source gives the same bytes.

    In the feed 4:5 to 1.91:1 (or ``ratio``, width to height, for a carousel's further pictures), a story 9:16; a
    blurred border fills what the picture does not, and nothing is cut. Raises MediaRejected when this picture can
    never go out, Misconfigured when the machine could not prepare it (disk, memory, not done within ``seconds``).
    """
    if media_type(source) is not MediaType.PICTURE:
        raise MediaRejected(
            f"“{called(source)}” adalah video, bukan gambar", cure="Untuk video pakai jenis reel."
        )
    target = out_dir / f"{secrets.token_urlsafe(_NAME_BYTES)}.jpg"
    job = {"source": str(source.absolute()), "target": str(target.absolute()), "story": story, "ratio": ratio}
    answer = _in_own_process(job, source, seconds)
    if reason := answer.get("rejected"):
        raise MediaRejected(reason, cure=answer["cure"])
    if reason := answer.get("misconfigured"):
        raise Misconfigured(reason, cure=answer["cure"])
    return PreparedPicture(target, answer["sha256"], answer["width"], answer["height"], answer["size"])


def check_video(source: Path, *, story: bool) -> None:
    """Look at a video's container and size (section B).

    Raises MediaRejected for what is no MP4 or MOV and for more than 100 MB (story) or 300 MB (reel).
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


def stage_video(source: Path, out_dir: Path, *, story: bool) -> StagedVideo:
    """Copy a video to an unguessable name, after ``check_video``."""
    check_video(source, story=story)
    with source.open("rb") as file:
        is_quicktime = file.read(12)[8:] == b"qt  "
    target = out_dir / f"{secrets.token_urlsafe(_NAME_BYTES)}{'.mov' if is_quicktime else '.mp4'}"
    return StagedVideo(target, copy_hashed(source, target), source.stat().st_size)


def remove_staged(paths: Iterable[Path]) -> None:
    """Take staged files away; one that is already gone is fine."""
    for path in paths:
        path.unlink(missing_ok=True)


def _in_own_process(job: dict[str, Any], source: Path, seconds: float) -> dict[str, Any]:
    # -P keeps the current folder out of the module path, and no secret of ours goes where a hostile picture is read.
    command = [sys.executable, "-P", "-m", "ig_worker.media"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            timeout=seconds,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise _not_prepared(source, f"lebih dari {seconds:g} detik") from None
    except ValueError:
        # It ended without a word: killed for want of memory, or stopped together with the worker.
        raise _not_prepared(source, f"proses berhenti, kode {done.returncode}") from None
    return answer


def _not_prepared(source: Path, reason: str) -> Misconfigured:
    return Misconfigured(
        f"Gambar “{called(source)}” belum selesai disiapkan ({reason})",
        cure="Pastikan mesin punya memori bebas 500 MB; worker akan mencoba lagi.",
    )
