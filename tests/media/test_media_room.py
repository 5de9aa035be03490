"""The staging room: originals by their hash, served files by unguessable names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.room import MediaRoom

Maker = Callable[..., Path]

MP4 = tiny_mp4()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def room(data_dir: Path) -> MediaRoom:
    return MediaRoom(data_dir, public_base_url="https://pkm.contoh/media/", allow_private_addresses=True)


def originals(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "originals").iterdir())


def test_a_picture_is_kept_once_however_often_the_plan_is_read(
    room: MediaRoom, data_dir: Path, picture: Maker
) -> None:
    folder = picture("poster.jpg").parent
    first = room.keep_original("poster.jpg", folder)
    assert room.keep_original("poster.jpg", folder) == first
    assert originals(data_dir) == [first[0]]
    assert first[0].startswith(first[1])


def test_keeping_looks_at_the_first_bytes_only_and_trying_out_at_all_of_them(
    room: MediaRoom, data_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "rusak.jpg").write_bytes(b"\xff\xd8\xff terpotong")
    name, _ = room.keep_original("rusak.jpg", tmp_path)
    for _ in range(2):
        with pytest.raises(MediaRejected, match=r"“rusak\.jpg” rusak atau terpotong"):
            room.try_out(name, story=False)
    assert originals(data_dir) == [name]


def test_trying_out_leaves_nothing_and_tells_the_ratio_that_goes_out(
    room: MediaRoom, data_dir: Path, picture: Maker
) -> None:
    name, _ = room.keep_original("poster.jpg", picture("poster.jpg", size=(900, 1200)).parent)
    assert room.try_out(name, story=False) == 0.8
    assert room.try_out(name, story=False, ratio=1.0) == 1.0
    assert room.try_out(name, story=True) == 9 / 16
    assert originals(data_dir) == [name]
    assert not (data_dir / "media").exists()


def test_a_video_too_large_for_a_story_is_refused_when_tried(room: MediaRoom, tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(MP4)
    with (tmp_path / "video.mp4").open("r+b") as file:
        file.truncate(100_000_001)
    name, _ = room.keep_original("video.mp4", tmp_path)
    with pytest.raises(MediaRejected, match="paling besar 100 MB"):
        room.try_out(name, story=True)


def test_a_path_that_leads_outside_is_refused(room: MediaRoom, tmp_path: Path) -> None:
    with pytest.raises(MediaRejected, match="tidak berada di folder"):
        room.keep_original("../poster.jpg", tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the name is http.server's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_picture_by_address_is_kept_once_too(
    room: MediaRoom, data_dir: Path, tmp_path: Path, site: str, picture: Maker
) -> None:
    picture("poster.jpg")
    first = room.keep_original(f"{site}/poster.jpg", tmp_path)
    assert room.keep_original(f"{site}/poster.jpg", tmp_path) == first
    assert originals(data_dir) == [first[0]]


def test_private_addresses_are_refused_unless_allowed(data_dir: Path, tmp_path: Path, site: str) -> None:
    strict = MediaRoom(data_dir, public_base_url="", allow_private_addresses=False)
    with pytest.raises(MediaRejected, match="jaringan dalam"):
        strict.keep_original(f"{site}/poster.jpg", tmp_path)


def test_an_address_is_checked_against_the_bytes_that_were_approved(
    room: MediaRoom, data_dir: Path, tmp_path: Path, site: str, picture: Maker
) -> None:
    picture("poster.jpg")
    _, sha256 = room.keep_original(f"{site}/poster.jpg", tmp_path)
    room.check_address(f"{site}/poster.jpg", sha256)
    picture("poster.jpg", size=(801, 800))
    with pytest.raises(MediaRejected, match="sudah berubah sejak disetujui") as caught:
        room.check_address(f"{site}/poster.jpg?kunci=rahasia", sha256)
    assert "rahasia" not in str(caught.value)
    assert len(originals(data_dir)) == 1


def test_whether_anything_is_served_is_known(room: MediaRoom, data_dir: Path) -> None:
    assert room.serves
    assert not MediaRoom(data_dir, public_base_url="", allow_private_addresses=False).serves


def test_a_picture_is_staged_with_its_ratio_and_served_below_the_public_address(
    room: MediaRoom, data_dir: Path, picture: Maker
) -> None:
    name, _ = room.keep_original("poster.jpg", picture("poster.jpg", size=(900, 1200)).parent)
    staged = room.stage(name, story=False, ratio=None)
    assert (staged.is_video, staged.ratio) == (False, 0.8)
    assert (data_dir / "media" / staged.name).is_file()
    assert room.url(staged.name) == f"https://pkm.contoh/media/{staged.name}"
    assert room.stage(name, story=False, ratio=1.0).ratio == 1.0
    room.unstage(staged.name)
    room.unstage(staged.name)
    assert not (data_dir / "media" / staged.name).exists()


def test_a_video_is_staged_as_it_is(room: MediaRoom, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_bytes(MP4)
    name, _ = room.keep_original("video.mp4", tmp_path)
    staged = room.stage(name, story=False, ratio=None)
    assert (staged.is_video, staged.ratio) == (True, 9 / 16)
    assert (data_dir / "media" / staged.name).read_bytes() == MP4


def test_without_a_public_address_there_is_no_url(data_dir: Path) -> None:
    with pytest.raises(Misconfigured, match="public_base_url") as caught:
        MediaRoom(data_dir, public_base_url="", allow_private_addresses=False).url("a.jpg")
    assert "board serve" in caught.value.cure


def test_leftovers_are_old_and_unknown(room: MediaRoom, data_dir: Path) -> None:
    assert room.leftovers([], timedelta(hours=1)) == []
    served = data_dir / "media"
    served.mkdir(parents=True)
    for name, age in (("known.jpg", 5), ("old.jpg", 5), ("fresh.jpg", 0)):
        (served / name).touch()
        moment = (datetime.now(UTC) - timedelta(hours=age)).timestamp()
        os.utime(served / name, (moment, moment))
    assert room.leftovers(["known.jpg"], timedelta(hours=1)) == ["old.jpg"]
    assert room.has("old.jpg")
    assert not room.has("gone.jpg")


def test_what_an_interruption_left_half_done_is_swept_away(room: MediaRoom, data_dir: Path) -> None:
    room.sweep(timedelta(hours=1))
    kept = data_dir / "originals"
    (kept / "aside-tua").mkdir(parents=True)
    (kept / "aside-tua" / "video.mp4").touch()
    (kept / "aside-baru").mkdir()
    for name in ("tua.part", "baru.part", "asli-tua.jpg"):
        (kept / name).touch()
    moment = (datetime.now(UTC) - timedelta(hours=5)).timestamp()
    for name in ("aside-tua", "tua.part", "asli-tua.jpg"):
        os.utime(kept / name, (moment, moment))
    room.sweep(timedelta(hours=1))
    assert originals(data_dir) == ["aside-baru", "asli-tua.jpg", "baru.part"]


def test_a_copys_name_tells_whether_it_is_a_video(
    room: MediaRoom, tmp_path: Path, site: str, picture: Maker
) -> None:
    for name in ("unduh", "film.jpg", "film.MOV"):
        (tmp_path / name).write_bytes(MP4)
    picture("gambar.jpg").rename(tmp_path / "gambar.mp4")
    kept = [
        room.keep_original(written, tmp_path)[0]
        for written in (f"{site}/unduh?id=1", "film.jpg", "film.MOV", "gambar.mp4")
    ]
    endings = [name.partition("-")[2] for name in kept]
    assert endings == ["unduh.mp4", "film.jpg.mp4", "film.MOV", "gambar.mp4.jpg"]
    assert [room.seconds(name) for name in kept] == [10.0, 10.0, 10.0, 0.0]


def test_a_data_folder_that_cannot_be_written_is_the_machines_fault(
    room: MediaRoom, data_dir: Path, tmp_path: Path
) -> None:
    data_dir.write_text("bukan folder")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
        room.keep_original("poster.jpg", tmp_path)


def opened(path: Path) -> tuple[str | None, tuple[int, int]]:
    with Image.open(path) as image:
        return image.format, image.size


def test_a_preview_is_what_would_go_out(room: MediaRoom, data_dir: Path, picture: Maker) -> None:
    name, _ = room.keep_original("poster.jpg", picture("poster.jpg", size=(900, 1200)).parent)
    out = data_dir.parent / "pratinjau" / "P-01-1.jpg"
    assert room.preview(name, out, story=False) == ""
    assert opened(out) == ("JPEG", (960, 1200))
    assert room.preview(name, out, story=True) == "", "an older preview is replaced"
    assert opened(out) == ("JPEG", (900, 1600))
    assert originals(data_dir) == [name]
    assert not (data_dir / "media").exists(), "a preview is served to nobody"


def test_a_preview_of_a_video_needs_ffmpeg_and_says_so(
    room: MediaRoom, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video.mp4").write_bytes(MP4)
    name, _ = room.keep_original("video.mp4", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "perlu ffmpeg" in room.preview(name, tmp_path / "a.jpg", story=False)
    assert not (tmp_path / "a.jpg").exists()


def test_a_preview_that_cannot_be_written_is_the_machines_fault(
    room: MediaRoom, tmp_path: Path, picture: Maker
) -> None:
    name, _ = room.keep_original("poster.jpg", picture("poster.jpg").parent)
    (tmp_path / "berkas").write_text("bukan folder")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan"):
        room.preview(name, tmp_path / "berkas" / "a.jpg", story=False)


def test_a_plain_border_has_the_colour_of_the_configuration(data_dir: Path, picture: Maker) -> None:
    room = MediaRoom(data_dir, public_base_url="", allow_private_addresses=False, border="#00ff00")
    name, _ = room.keep_original("poster.jpg", picture("poster.jpg", size=(1080, 1080)).parent)
    room.preview(name, data_dir.parent / "a.jpg", story=True)
    with Image.open(data_dir.parent / "a.jpg") as image:
        assert image.size == (1080, 1920)
        for corner in ((0, 0), (1079, 0), (0, 1919), (540, 300)):
            assert image.getpixel(corner) == pytest.approx((0, 255, 0), abs=3)


def test_a_carousel_that_begins_with_a_video_has_its_ratio(
    room: MediaRoom, tmp_path: Path, picture: Maker
) -> None:
    (tmp_path / "video.mp4").write_bytes(tiny_mp4(size=(1080, 1350)))
    (tmp_path / "tegak.mp4").write_bytes(tiny_mp4())
    video, upright, poster = (
        room.keep_original(name, tmp_path)[0]
        for name in ("video.mp4", "tegak.mp4", picture("poster.jpg").name)
    )
    ratio = room.try_out(video, story=False)
    assert ratio == 0.8
    assert room.try_out(poster, story=False, ratio=ratio) == 0.8
    assert room.try_out(video, story=False, ratio=ratio) == 0.8
    with pytest.raises(MediaRejected, match="rasionya 9:16, sedangkan item pertama carousel 4:5"):
        room.stage(upright, story=False, ratio=ratio)
    first = room.try_out(upright, story=False)
    with pytest.raises(MediaRejected, match="tidak dapat mengikuti item pertama carousel yang berasio 9:16"):
        room.try_out(poster, story=False, ratio=first)
