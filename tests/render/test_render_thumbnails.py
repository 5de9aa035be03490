"""A post's picture becomes a small one, whatever is in the file, without filling the memory."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from ig_worker.render.thumbnail import LONGEST_SIDE, MOST_FILE_BYTES, NoPicture, thumbnail


def small(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(thumbnail(path)))


def picture(path: Path, size: tuple[int, int], mode: str = "RGB", **how: object) -> Path:
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(path, **how)
    return path


@pytest.mark.parametrize(
    ("name", "size", "expected"),
    [
        ("a.jpg", (1080, 1350), (384, 480)),
        ("a.png", (1080, 566), (480, 252)),
        ("a.webp", (100, 100), (100, 100)),
        ("a.jpg", (8000, 8000), (480, 480)),
        ("a.jpg", (3000, 1), (480, 1)),
    ],
)
def test_a_picture_keeps_its_shape_and_fits(
    tmp_path: Path, name: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    made = small(picture(tmp_path / name, size))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", expected)
    assert max(made.size) <= LONGEST_SIDE


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "I;16", "1", "LA"])
def test_every_kind_of_colour_becomes_ordinary_colour(tmp_path: Path, mode: str) -> None:
    path = picture(tmp_path / ("a.jpg" if mode == "CMYK" else "a.png"), (60, 40), mode)
    assert small(path).mode == "RGB"


def test_what_is_see_through_becomes_white(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(tmp_path / "a.png")
    assert small(tmp_path / "a.png").getpixel((10, 10)) == (255, 255, 255)


def test_a_telephones_turned_picture_stands_upright(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    assert small(picture(tmp_path / "a.jpg", (100, 50), exif=turned)).size == (50, 100)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", (700, 900))
    assert thumbnail(path) == thumbnail(path)


@pytest.mark.parametrize(
    ("name", "size", "how"),
    [
        ("a.png", (8000, 8000), {}),
        ("a.webp", (8000, 8000), {}),
        ("a.jpg", (8000, 8000), {"progressive": True}),
    ],
)
def test_a_picture_too_large_to_decode_is_left_out_with_its_size(
    tmp_path: Path, name: str, size: tuple[int, int], how: dict[str, object]
) -> None:
    path = picture(tmp_path / name, size, **how)
    with pytest.raises(NoPicture, match=r"^gambar terlalu besar \(8000 × 8000 piksel\)$"):
        thumbnail(path)


def test_a_file_too_large_to_open_is_left_out(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(MOST_FILE_BYTES + 1)
    with pytest.raises(NoPicture, match=r"^berkas gambar terlalu besar$"):
        thumbnail(tmp_path / "a.jpg")


@pytest.mark.parametrize("side", [10_000, 60_000])
def test_a_picture_that_claims_to_be_enormous_is_left_out_unread(tmp_path: Path, side: int) -> None:
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT")
    with pytest.raises(NoPicture, match=r"^gambar terlalu besar$"):
        thumbnail(tmp_path / "a.png")


@pytest.mark.parametrize("where", ["tidak-ada.jpg", ".", "a\0b.jpg"])
def test_a_missing_file_is_said_to_be_missing(tmp_path: Path, where: str) -> None:
    with pytest.raises(NoPicture, match=r"berkas gambar tidak ditemukan|berkas gambar rusak"):
        thumbnail(tmp_path / where)


def test_a_file_that_is_no_picture_is_left_out(tmp_path: Path) -> None:
    for content in (b"", b"GIF89a", b"<svg/>", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 40):
        (tmp_path / "a.jpg").write_bytes(content)
        with pytest.raises(NoPicture, match=r"^berkas gambar rusak"):
            thumbnail(tmp_path / "a.jpg")


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_damaged_picture_is_shown_or_left_out_and_nothing_else(tmp_path: Path, name: str) -> None:
    Image.effect_noise((90, 60), 50).convert("RGB").save(tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    dice = random.Random(7)
    shown = left_out = 0
    for _ in range(150):
        damaged = bytearray(whole[: dice.randint(1, len(whole))])
        for _ in range(dice.randint(0, 8)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        (tmp_path / name).write_bytes(damaged)
        try:
            thumbnail(tmp_path / name)
            shown += 1
        except NoPicture:
            left_out += 1
    assert shown + left_out == 150
    assert left_out
