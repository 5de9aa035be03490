"""What people see of a post before it goes out: made once, kept, and never a picture that Instagram would not get."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from fakes.tiny_mp4 import tiny_mp4
from ig_worker.media import MediaRoom, Previews
from ig_worker.media.previews import SMALL, jpeg_size


@dataclass(frozen=True)
class File:
    """A post's file."""

    original: str
    sha256: str


class Folder:
    """A data directory with a room over it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "var"
        self.room = MediaRoom(self.data, public_base_url="", allow_private_addresses=False)
        self.previews = Previews(self.room, self.data / "previews", border="blur")
        self.beside = folder

    def kept(self, name: str) -> File:
        return File(*self.room.keep_original(name, self.beside))

    def picture(self, width: int, height: int, name: str = "satu.jpg") -> File:
        Image.effect_noise((width, height), 60).convert("RGB").save(self.beside / name)
        return self.kept(name)

    def made(self) -> list[Path]:
        return sorted((self.data / "previews").glob("*"))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Nothing in it yet."""
    return Folder(tmp_path)


def test_a_picture_is_prepared_once_as_it_would_go_out(folder: Folder) -> None:
    file = folder.picture(900, 1600)
    assert folder.previews.known(file, story=False) is None
    shown = folder.previews.look(file, story=False)
    assert shown.picture is not None
    with Image.open(shown.picture) as image:
        assert (image.size, round(shown.ratio, 2)) == ((1280, 1600), 0.8)
        assert jpeg_size(shown.picture) == image.size
    before = shown.picture.stat().st_mtime_ns
    assert folder.previews.look(file, story=False) == shown
    assert shown.picture.stat().st_mtime_ns == before
    tall = folder.previews.look(file, story=True)
    assert tall.picture != shown.picture
    assert round(tall.ratio, 4) == 0.5625


def test_a_carousels_further_picture_follows_the_first(folder: Folder) -> None:
    shown = folder.previews.look(folder.picture(900, 600), story=False, ratio=1.0)
    assert shown.ratio == 1.0


def test_a_picture_that_cannot_go_out_says_why_and_is_not_tried_again(folder: Folder) -> None:
    Image.effect_noise((600, 600), 90).save(folder.beside / "rusak.jpg")
    whole = (folder.beside / "rusak.jpg").read_bytes()
    (folder.beside / "rusak.jpg").write_bytes(whole[: len(whole) // 3])
    file = folder.kept("rusak.jpg")
    shown = folder.previews.look(file, story=False)
    assert (shown.picture, "rusak atau terpotong" in shown.why_not) == (None, True)
    folder.room.path(file.original).unlink()
    assert folder.previews.look(file, story=False) == shown, "what is known needs no second look"
    assert folder.previews.small(file) is None


def test_a_copy_that_is_gone_is_told_and_looked_for_again(folder: Folder) -> None:
    file = folder.picture(400, 400)
    copy = folder.room.path(file.original).read_bytes()
    folder.room.path(file.original).unlink()
    assert "tidak ada lagi" in folder.previews.look(file, story=False).why_not
    assert folder.previews.small(file) is None
    folder.room.path(file.original).write_bytes(copy)
    assert folder.previews.look(file, story=False).picture is not None
    assert "tidak ada" in folder.previews.look(File("", ""), story=False).why_not


@pytest.mark.parametrize(("width", "height"), [(2400, 1600), (300, 1200)])
def test_a_thumbnail_is_small_and_whole(folder: Folder, width: int, height: int) -> None:
    file = folder.picture(width, height)
    small = folder.previews.small(file)
    assert small is not None
    found = jpeg_size(small)
    assert max(found) == SMALL
    assert abs(found[0] / found[1] - width / height) < 0.02
    assert small.stat().st_size < 60_000
    assert folder.previews.small(file) == small


def test_nothing_of_where_it_was_taken_is_in_what_people_see(folder: Folder) -> None:
    exif = Image.Exif()
    exif[0x010E] = "rumah Bu Siti"
    Image.effect_noise((500, 500), 60).convert("RGB").save(
        folder.beside / "a.jpg", exif=exif, comment="rumah Bu Siti"
    )
    file = folder.kept("a.jpg")
    for picture in (folder.previews.small(file), folder.previews.look(file, story=False).picture):
        assert picture is not None
        assert b"rumah" not in picture.read_bytes()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg shows first frames; it is not installed")
def test_a_video_that_cannot_be_read_has_no_thumbnail(folder: Folder) -> None:
    (folder.beside / "film.mp4").write_bytes(tiny_mp4())
    assert folder.previews.small(folder.kept("film.mp4")) is None
    assert not [path for path in folder.made() if path.suffix != ".json"], "nothing half done is left"


def test_what_nobody_has_looked_at_for_long_is_cleared_away(folder: Folder) -> None:
    shown = folder.previews.look(folder.picture(400, 400), story=False)
    assert shown.picture is not None
    folder.room.sweep(timedelta(hours=1))
    assert shown.picture.is_file()
    long_ago = shown.picture.stat().st_mtime - timedelta(days=61).total_seconds()
    for path in folder.made():
        os.utime(path, (long_ago, long_ago))
    folder.room.sweep(timedelta(hours=1))
    assert folder.made() == []


def test_what_is_no_jpeg_has_no_size(tmp_path: Path) -> None:
    for content in (b"", b"GIF89a", b"\xff\xd8\xff\xe0\x00\x04ab"):
        (tmp_path / "x").write_bytes(content)
        with pytest.raises(ValueError, match="JPEG"):
            jpeg_size(tmp_path / "x")
