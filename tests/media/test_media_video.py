"""Videos: what their boxes say, what ffprobe says, and the index that comes first."""

from __future__ import annotations

import os
import resource
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from fakes.tiny_mp4 import SCALE, box, tiny_mp4
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.video_rules import VideoFacts
from ig_worker.media import MediaRoom, check_video, look_at_video
from ig_worker.media.boxes import BrokenVideo, NoPictures, outer_boxes, video_facts
from ig_worker.media.faststart import copy_index_first
from ig_worker.media.video import first_frame, seconds_of
from ig_worker.sandbox.films import failure_of

SAID = VideoFacts(
    width=1080,
    height=1920,
    seconds=10.0,
    codec="h264",
    frames_per_second=30.0,
    audio="aac",
    audio_hz=44_100,
    audio_channels=2,
)


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine where neither ffprobe nor ffmpeg is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def ffmpeg() -> str:
    program = shutil.which("ffmpeg")
    if program is None or shutil.which("ffprobe") is None:
        pytest.skip("ffmpeg is not installed")
    return program


def written(folder: Path, content: bytes) -> Path:
    path = folder / "video.mp4"
    path.write_bytes(content)
    return path


def order(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [found.name for found in outer_boxes(file)]


def said_of(path: Path) -> VideoFacts:
    found = video_facts(path)
    assert found.bits_per_second == round(path.stat().st_size * 8 / found.seconds)
    return VideoFacts(**{**vars(found), "bits_per_second": 0})


def test_the_boxes_tell_size_length_codecs_and_frames(tmp_path: Path) -> None:
    assert said_of(written(tmp_path, tiny_mp4())) == SAID


def test_a_film_taken_upright_is_as_wide_as_it_is_shown(tmp_path: Path) -> None:
    assert said_of(written(tmp_path, tiny_mp4(size=(1920, 1080), turned=True))) == SAID


def test_a_film_without_sound_has_none(tmp_path: Path) -> None:
    assert said_of(written(tmp_path, tiny_mp4(audio=b""))).audio == ""


def renamed(content: bytes, name: bytes, other: bytes = b"skip") -> bytes:
    """The same video without this box."""
    assert name in content
    return content.replace(name, other)


def test_a_film_that_leaves_something_out_tells_the_rest(tmp_path: Path) -> None:
    sizeless = tiny_mp4().replace(struct.pack(">II", 1080 << 16, 1920 << 16), bytes(8))
    assert said_of(written(tmp_path, sizeless)) == SAID, "the pictures' own size is taken"
    assert said_of(written(tmp_path, renamed(tiny_mp4(), b"tkhd"))) == SAID
    assert said_of(written(tmp_path, renamed(tiny_mp4(), b"stts"))).frames_per_second == 0
    assert said_of(written(tmp_path, renamed(tiny_mp4(), b"mdhd"))).frames_per_second == 0


def test_a_length_nobody_knows_is_not_known(tmp_path: Path) -> None:
    unknown = tiny_mp4().replace(
        struct.pack(">II", SCALE, 10 * SCALE), struct.pack(">II", SCALE, 0xFFFFFFFF), 1
    )
    found = video_facts(written(tmp_path, unknown))
    assert (found.seconds, found.bits_per_second) == (0.0, 0)


def test_long_headers_are_read_too(tmp_path: Path) -> None:
    """Version 1 of mvhd and mdhd counts in 64 bits."""
    content = tiny_mp4()
    short = struct.pack(">IIIII", 0, 0, 0, SCALE, 10 * SCALE)
    long = struct.pack(">IQQIQ", 1 << 24, 0, 0, SCALE, 10 * SCALE)
    for name, times in ((b"mvhd", 1), (b"mdhd", 2)):
        for _ in range(times):
            at = content.index(name + short)
            (size,) = struct.unpack_from(">I", content, at - 4)
            content = content[: at - 4] + struct.pack(">I", size + 12) + name + long + content[at + 24 :]
    for name, longer in ((b"mdia", 12), (b"trak", 12), (b"moov", 36)):
        content = _longer(content, name, longer)
    assert said_of(written(tmp_path, content)) == SAID


def _longer(content: bytes, name: bytes, by: int) -> bytes:
    out = bytearray(content)
    at = out.find(name)
    while at >= 0:
        (size,) = struct.unpack_from(">I", out, at - 4)
        struct.pack_into(">I", out, at - 4, size + by)
        at = out.find(name, at + 4)
    return bytes(out)


def test_quicktimes_other_sound_is_left_to_the_probe(tmp_path: Path) -> None:
    content = bytearray(tiny_mp4())
    struct.pack_into(">H", content, content.index(b"mp4a") + 12, 2)
    found = video_facts(written(tmp_path, bytes(content)))
    assert (found.audio, found.audio_channels, found.audio_hz) == ("aac", 0, 0)


def test_a_box_may_count_its_length_in_64_bits(tmp_path: Path) -> None:
    head, index, film = tiny_boxes(tiny_mp4())
    long = struct.pack(">I4sQ", 1, b"mdat", len(film) + 8) + film[8:]
    path = written(tmp_path, head + index + long)
    assert order(path) == [b"ftyp", b"moov", b"mdat"]
    assert said_of(path) == SAID


@pytest.mark.parametrize(
    "content",
    [
        renamed(tiny_mp4(index_last=True), b"mdat", b"moof"),
        renamed(tiny_mp4(index_last=True), b"mvhd", b"cmov"),
        tiny_mp4(index_last=True) + box(b"moov"),
        tiny_mp4(index_last=True)[:-10],
        b"bukan video sama sekali",
    ],
)
def test_a_video_whose_index_is_not_understood_is_copied_as_it_is(tmp_path: Path, content: bytes) -> None:
    path, target = written(tmp_path, content), tmp_path / "siap.mp4"
    copy_index_first(path, target)
    assert target.read_bytes() == content


def test_a_copy_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    path, target = written(tmp_path, tiny_mp4(pictures=bytes(200_000))), tmp_path / "siap.mp4"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
            copy_index_first(path, target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not target.exists()
    with pytest.raises(MediaRejected, match="tidak dapat dibaca"):
        copy_index_first(tmp_path / "tidak-ada.mp4", target)


def test_a_broken_videos_length_is_not_known(tmp_path: Path) -> None:
    assert seconds_of(written(tmp_path, tiny_mp4()[:-300])) == 0.0
    assert seconds_of(written(tmp_path, tiny_mp4(seconds=7))) == 7.0


@pytest.mark.usefixtures("no_programs")
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (tiny_mp4(codec=b"mp4v"), "dikodekan sebagai mp4v"),
        (tiny_mp4(frames_per_second=10), "10 gambar per detik"),
        (tiny_mp4(audio=b"samr", audio_hz=8_000, audio_channels=1), "suaranya dikodekan sebagai samr"),
        (tiny_mp4(seconds=2), "lamanya 2,0 detik"),
        (tiny_mp4(seconds=61), "lamanya 1 menit 1 detik, paling lama 60 detik"),
        (tiny_mp4(size=(2160, 3840)), "lebarnya 2160 piksel"),
        (tiny_mp4()[:-300], "rusak atau terpotong"),
        (tiny_mp4(index_last=True)[:-300], "rusak atau terpotong"),
        (tiny_mp4(index_last=True)[:60], "rusak atau terpotong"),
        (renamed(tiny_mp4(), b"vide", b"text"), "tidak berisi gambar, mungkin hanya suara"),
        (renamed(tiny_mp4(), b"stsd"), "tidak berisi gambar"),
    ],
)
def test_without_ffprobe_the_rules_hold_by_the_boxes(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(MediaRejected, match=said) as caught:
        check_video(written(tmp_path, content), story=True)
    assert str(caught.value).startswith("“video.mp4”")
    assert caught.value.cure


@pytest.mark.usefixtures("no_programs")
def test_a_fine_video_gives_its_ratio_and_one_that_tells_nothing_is_believed(tmp_path: Path) -> None:
    assert check_video(written(tmp_path, tiny_mp4(size=(1080, 1350))), story=False) == 0.8
    silent = tiny_mp4(size=(0, 0), frames_per_second=30)
    assert check_video(written(tmp_path, silent), story=False) == 0.0


HEAD = box(b"ftyp", b"isom", bytes(4))


@pytest.mark.parametrize(
    "content",
    [
        HEAD + box(b"mdat", b"gambar"),
        HEAD + box(b"moov") + box(b"mdat", b"gambar"),
        HEAD + bytes(5_000),
        HEAD + b"\xf3\x9a\x17\xc4\x88film" * 500,
    ],
    ids=["no index", "an index without a film", "blanks", "another tool's own data"],
)
def test_what_names_no_film_is_left_to_instagram(tmp_path: Path, content: bytes) -> None:
    assert check_video(written(tmp_path, content), story=False) == 0.0
    copy_index_first(tmp_path / "video.mp4", tmp_path / "salinan.mp4")
    assert (tmp_path / "salinan.mp4").read_bytes() == content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(place=st.floats(0, 1, exclude_max=True), bits=st.binary(min_size=1, max_size=8))
def test_a_damaged_video_is_read_or_called_broken(tmp_path: Path, place: float, bits: bytes) -> None:
    content = bytearray(tiny_mp4(index_last=True))
    at = int(place * len(content))
    content[at : at + len(bits)] = bits
    path = written(tmp_path, bytes(content))
    try:
        assert video_facts(path).seconds >= 0
    except BrokenVideo:
        assert path.stat().st_size
    target = tmp_path / "salinan.mp4"
    target.unlink(missing_ok=True)
    copy_index_first(path, target)
    assert target.stat().st_size == path.stat().st_size


@pytest.mark.parametrize("tables", [b"stco", b"co64"])
def test_the_index_comes_first_and_points_to_the_same_pictures(tmp_path: Path, tables: bytes) -> None:
    content = tiny_mp4(index_last=True, pictures=b"GAMBAR-PERTAMA")
    path = written(tmp_path, _with_long_offsets(content) if tables == b"co64" else content)
    target = tmp_path / "siap.mp4"
    copy_index_first(path, target)
    assert order(path) == [b"ftyp", b"mdat", b"moov"]
    assert order(target) == [b"ftyp", b"moov", b"mdat"]
    made = target.read_bytes()
    assert made.count(tables) == 2
    for piece in made.split(tables)[1:]:
        (offset,) = struct.unpack_from(">I" if tables == b"stco" else ">Q", piece, 8)
        assert made[offset : offset + 14] == b"GAMBAR-PERTAMA"
    assert said_of(target) == SAID
    assert failure_of(made, "reel", "9000") is None, "the embedded Instagram takes it"


def _with_long_offsets(content: bytes) -> bytes:
    """The same video whose tables count in 64 bits, as cameras write them."""
    head, film, index = tiny_boxes(content)
    for name in (b"stco", b"stbl", b"minf", b"mdia", b"trak", b"moov"):
        index = _grown(index, name)
    return head + film + index


def tiny_boxes(content: bytes) -> list[bytes]:
    found = []
    while content:
        (size,) = struct.unpack_from(">I", content)
        found.append(content[:size])
        content = content[size:]
    return found


def _grown(index: bytes, name: bytes) -> bytes:
    """Every box of this name four bytes longer for each table inside; the tables themselves with long entries."""
    out, place = bytearray(), 0
    while (at := index.find(name, place)) >= 0:
        out += index[place : at - 4]
        (size,) = struct.unpack_from(">I", index, at - 4)
        if name == b"stco":
            (offset,) = struct.unpack_from(">I", index, at + 12)
            out += struct.pack(">I4sIIQ", size + 4, b"co64", 0, 1, offset)
            place = at - 4 + size
        else:
            out += struct.pack(">I4s", size + (8 if name == b"moov" else 4), name)
            place = at + 4
    return bytes(out + index[place:])


def test_what_has_its_index_first_is_copied_as_it_is(tmp_path: Path) -> None:
    path, target = written(tmp_path, tiny_mp4()), tmp_path / "siap.mp4"
    copy_index_first(path, target)
    assert target.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("index_last", [False, True])
def test_the_place_where_it_was_filmed_stays_here(tmp_path: Path, index_last: bool) -> None:
    content = tiny_mp4(index_last=index_last, place=b"-07.9213+112.6543/")
    path, target = written(tmp_path, content), tmp_path / "siap.mp4"
    copy_index_first(path, target)
    assert b"112.6543" in path.read_bytes()
    assert b"112.6543" not in target.read_bytes()
    assert target.stat().st_size == path.stat().st_size
    assert order(target) == [b"ftyp", b"moov", b"mdat"]
    assert said_of(target) == SAID


def test_a_real_video_forgets_its_place_and_plays_the_same(ffmpeg: str, tmp_path: Path) -> None:
    place = ["-metadata", "location=-07.9213+112.6543/", "-metadata", "make=Telepon Bu Ani"]
    for name, mark in (("video.mp4", b"loci"), ("video.mov", b"112.6543")):
        path, target = real_video(ffmpeg, tmp_path / name, *place), tmp_path / f"siap-{name}"
        copy_index_first(path, target)
        assert mark in path.read_bytes()
        assert mark not in target.read_bytes()
        assert b"Bu Ani" not in target.read_bytes()
        assert _played(ffmpeg, target) == _played(ffmpeg, path)


def test_an_index_that_goes_to_the_end_of_the_file_is_measured(tmp_path: Path) -> None:
    content = bytearray(tiny_mp4(index_last=True))
    at = content.index(b"moov") - 4
    content[at : at + 4] = bytes(4)
    path, target = written(tmp_path, bytes(content)), tmp_path / "siap.mp4"
    copy_index_first(path, target)
    assert order(target) == [b"ftyp", b"moov", b"mdat"]


def real_video(ffmpeg: str, target: Path, *options: str) -> Path:
    """Four seconds of a test picture and a tone, as ffmpeg makes them."""
    command = [ffmpeg, "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=360x640:rate=30:duration=4"]
    command += ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=4"]
    defaults = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2"]
    subprocess.run([*command, *defaults, *options, str(target)], check=True)
    return target


def test_ffprobe_and_the_boxes_agree_on_a_real_video(ffmpeg: str, tmp_path: Path) -> None:
    path = real_video(ffmpeg, tmp_path / "video.mp4")
    probed, read = look_at_video(path), video_facts(path)
    assert (probed.pixels, read.pixels) == ("yuv420p", "")
    same = ["width", "height", "codec", "audio", "audio_hz", "audio_channels"]
    assert [getattr(probed, name) for name in same] == [getattr(read, name) for name in same]
    assert probed.seconds == pytest.approx(read.seconds, abs=0.1)
    assert probed.frames_per_second == pytest.approx(read.frames_per_second, abs=0.1)
    assert check_video(path, story=True) == 9 / 16


def test_a_real_video_plays_the_same_with_its_index_first(ffmpeg: str, tmp_path: Path) -> None:
    path, target = real_video(ffmpeg, tmp_path / "video.mp4"), tmp_path / "siap.mp4"
    assert order(path)[-1] == b"moov"
    copy_index_first(path, target)
    assert order(target)[:2] == [b"ftyp", b"moov"]
    assert _played(ffmpeg, target) == _played(ffmpeg, path)


def _played(ffmpeg: str, path: Path) -> bytes:
    command = [ffmpeg, "-v", "error", "-xerror", "-i", str(path), "-f", "framemd5", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["-c:v", "mpeg4"], "dikodekan sebagai mpeg4"),
        (["-pix_fmt", "yuv444p"], "format warnanya yuv444p"),
        (["-r", "10"], "10 gambar per detik"),
        (["-c:a", "mp3"], "suaranya dikodekan sebagai mp3"),
        (["-ar", "96000"], "96 kHz"),
        (["-ac", "6"], "6 kanal"),
        (["-t", "2"], "lamanya 2,0 detik"),
    ],
)
def test_a_real_video_that_instagram_refuses_is_refused_here(
    ffmpeg: str, tmp_path: Path, options: list[str], said: str
) -> None:
    with pytest.raises(MediaRejected, match=said):
        check_video(real_video(ffmpeg, tmp_path / "video.mp4", *options), story=False)


def test_a_first_frame_is_shown(ffmpeg: str, tmp_path: Path) -> None:
    out = tmp_path / "bingkai.jpg"
    assert first_frame(real_video(ffmpeg, tmp_path / "video.mp4"), out)
    with Image.open(out) as image:
        assert (image.format, image.size) == ("JPEG", (360, 640))
    assert not first_frame(written(tmp_path, tiny_mp4()), tmp_path / "tidak.jpg")


def program(folder: Path, script: str) -> None:
    path = folder / "ffprobe"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("script", ["kill -9 $$", "echo bukan json", "echo '[]'", "exit 0"])
@pytest.mark.usefixtures("no_programs")
def test_a_probe_that_does_not_answer_leaves_the_boxes(tmp_path: Path, script: str) -> None:
    program(tmp_path, script)
    assert look_at_video(written(tmp_path, tiny_mp4())).seconds == 10.0


@pytest.mark.usefixtures("no_programs")
def test_what_the_probe_cannot_read_is_broken(tmp_path: Path) -> None:
    program(tmp_path, "echo moov atom not found >&2; exit 1")
    with pytest.raises(MediaRejected, match="rusak atau terpotong"):
        check_video(written(tmp_path, tiny_mp4()), story=False)


@pytest.mark.usefixtures("no_programs")
def test_a_file_without_pictures_is_broken_and_a_cover_is_no_film(tmp_path: Path) -> None:
    cover = '{"codec_type": "video", "disposition": {"attached_pic": 1}}'
    program(tmp_path, f"echo '{{\"streams\": [{cover}]}}'")
    with pytest.raises(NoPictures):
        look_at_video(written(tmp_path, tiny_mp4()))


@pytest.mark.usefixtures("no_programs")
def test_what_the_probe_says_counts_and_no_secret_reaches_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN", "rahasia")
    seen = tmp_path / "seen"
    answer = (
        '{"streams": [{"codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080,'
        '"sample_aspect_ratio": "1:1", "avg_frame_rate": "30/1", "field_order": "tt",'
        '"side_data_list": [{"rotation": -90}]}], "format": {"duration": "12.5", "bit_rate": "1000"}}'
    )
    program(tmp_path, f"export -p > {seen}; echo '{answer}'")
    found = look_at_video(written(tmp_path, tiny_mp4()))
    assert (found.width, found.height, found.seconds, found.interlaced) == (1080, 1920, 12.5, True)
    assert found.audio == ""
    assert "rahasia" not in seen.read_text()
    assert os.environ["IG_WORKER_ACCOUNTS__POLOWIJEN__ACCESS_TOKEN"]


def test_a_previews_first_frame_comes_from_the_room(ffmpeg: str, tmp_path: Path) -> None:
    real_video(ffmpeg, tmp_path / "video.mp4")
    room = MediaRoom(tmp_path / "var", public_base_url="", allow_private_addresses=False)
    name, _ = room.keep_original("video.mp4", tmp_path)
    assert room.preview(name, tmp_path / "a.jpg", story=True) == ""
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.size == (360, 640)
