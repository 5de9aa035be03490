"""Files beside the sheet: found inside its folder only, known by their bytes, kept as our own copy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media import MediaType, keep_original, media_type, resolve_media
from ig_worker.media.sources import type_of

Maker = Callable[..., Path]

MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(100)


@pytest.fixture
def sheet_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "lembar"
    (folder / "gambar").mkdir(parents=True)
    (folder / "gambar" / "poster.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "rahasia.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


def refusal(folder: Path, name: str) -> MediaRejected:
    with pytest.raises(MediaRejected) as caught:
        resolve_media(folder, name)
    assert "\n" not in str(caught.value)
    assert caught.value.cure
    return caught.value


@pytest.mark.parametrize("name", ["gambar/poster.jpg", r"gambar\poster.jpg", " ./gambar/poster.jpg "])
def test_a_file_is_found_below_the_sheets_folder(sheet_dir: Path, name: str) -> None:
    assert resolve_media(sheet_dir, name) == (sheet_dir / "gambar" / "poster.jpg").resolve()


@pytest.mark.parametrize(
    "name",
    [
        "../rahasia.jpg",
        r"..\rahasia.jpg",
        "gambar/../../rahasia.jpg",
        "/etc/passwd",
        r"C:\a.jpg",
        "c:a.jpg",
        "",
        " ",
        "a\0b",
    ],
)
def test_a_path_that_leads_outside_is_refused(sheet_dir: Path, name: str) -> None:
    assert "tidak berada di folder" in str(refusal(sheet_dir, name))


def test_a_link_to_the_outside_is_refused_and_one_inside_is_followed(sheet_dir: Path, tmp_path: Path) -> None:
    (sheet_dir / "luar.jpg").symlink_to(tmp_path / "rahasia.jpg")
    (sheet_dir / "folder").symlink_to(tmp_path)
    (sheet_dir / "dalam.jpg").symlink_to(sheet_dir / "gambar" / "poster.jpg")
    assert "tautan ke luar" in str(refusal(sheet_dir, "luar.jpg"))
    assert "tautan ke luar" in str(refusal(sheet_dir, "folder/rahasia.jpg"))
    assert resolve_media(sheet_dir, "dalam.jpg").name == "poster.jpg"


def test_what_is_no_ordinary_file_is_refused(sheet_dir: Path) -> None:
    os.mkfifo(sheet_dir / "pipa.jpg")
    (sheet_dir / "putaran.jpg").symlink_to("putaran.jpg")
    for name in (
        "gambar",
        "pipa.jpg",
        "tidak-ada.jpg",
        "putaran.jpg",
        "x" * 5_000,
        "tidak/ada.jpg",
        "\udcff.jpg",
    ):
        assert "tidak ditemukan" in str(refusal(sheet_dir, name))


def test_a_missing_file_is_told_with_the_one_that_looks_alike(sheet_dir: Path) -> None:
    assert "“poster.jpg”" in refusal(sheet_dir, "gambar/Poster.JPG").cure
    assert "mirip" not in refusal(sheet_dir, "gambar/lain sekali.png").cure


@given(st.text(max_size=40))
def test_no_name_leads_outside_or_breaks_the_search(name: str) -> None:
    folder = Path(__file__).parent
    try:
        assert resolve_media(folder, name).is_relative_to(folder.resolve())
    except MediaRejected as error:
        assert error.cure  # noqa: PT017 -- either outcome is right


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xff\xd8\xff\xe0", MediaType.PICTURE),
        (b"\x89PNG\r\n\x1a\n", MediaType.PICTURE),
        (b"GIF89a", MediaType.PICTURE),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", MediaType.PICTURE),
        (MP4, MediaType.VIDEO),
        (b"\x00\x00\x00\x14ftypqt  ", MediaType.VIDEO),
        (b"\x00\x00\x00\x08wide", MediaType.VIDEO),
    ],
)
def test_a_file_is_known_by_its_first_bytes_whatever_its_name(
    tmp_path: Path, head: bytes, found: MediaType
) -> None:
    path = tmp_path / "berkas.txt"
    path.write_bytes(head)
    assert media_type(path) is found


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"),
        (b"<!DOCTYPE html><html>login", "halaman web"),
        (b"\xef\xbb\xbf\n <HTML>", "halaman web"),
        (b"<svg xmlns=''/>", "halaman web"),
        (b"%PDF-1.7", "PDF"),
        (b"\x00\x00\x00\x18ftypavif", "AVIF"),
        (b"RIFF\x00\x00\x00\x00WAVE", "bukan gambar atau video yang dikenal"),
        (b"PK\x03\x04", "bukan gambar atau video yang dikenal"),
        (b"x", "bukan gambar atau video yang dikenal"),
    ],
)
def test_what_is_neither_picture_nor_video_is_refused_by_name(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "gambar.jpg"
    path.write_bytes(content)
    with pytest.raises(MediaRejected, match=said) as caught:
        media_type(path)
    assert "gambar.jpg" in str(caught.value)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_an_iphones_photograph_is_a_picture_only_where_it_can_be_read(brand: bytes) -> None:
    head = b"\x00\x00\x00\x18ftyp" + brand
    assert type_of(head, "IMG_0001.HEIC", reads_heic=True) is MediaType.PICTURE
    with pytest.raises(MediaRejected, match="berformat HEIC") as caught:
        type_of(head, "IMG_0001.HEIC", reads_heic=False)
    assert "Paling Kompatibel" in caught.value.cure


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaRejected, match="tidak dapat dibaca"):
        media_type(tmp_path / "tidak-ada.jpg")


def test_an_original_is_kept_once_and_survives_the_sheets_folder(sheet_dir: Path, tmp_path: Path) -> None:
    source = sheet_dir / "gambar" / "poster.jpg"
    kept = keep_original(source, tmp_path / "asli")
    again = keep_original(source, tmp_path / "asli")
    source.write_bytes(b"\xff\xd8\xff changed")
    assert kept == again
    assert kept.type is MediaType.PICTURE
    assert kept.sha256 == hashlib.sha256(b"\xff\xd8\xff").hexdigest()
    assert kept.path.read_bytes() == b"\xff\xd8\xff"
    assert list((tmp_path / "asli").iterdir()) == [kept.path]


def test_a_kept_name_is_harmless_and_recognisable(tmp_path: Path) -> None:
    source = tmp_path / ("..; rm -rf ~ 📷" + "x" * 60 + " poster.MP4")
    source.write_bytes(MP4)
    kept = keep_original(source, tmp_path / "asli")
    assert kept.type is MediaType.VIDEO
    assert kept.path.name.endswith("poster.MP4")
    assert kept.path.name.replace("-", "").replace(".", "").isalnum()


def test_a_file_beyond_any_limit_is_not_kept(tmp_path: Path) -> None:
    source = tmp_path / "besar.mp4"
    source.write_bytes(MP4)
    with source.open("r+b") as file:
        file.truncate(300_000_001)
    with pytest.raises(MediaRejected, match="lebih besar dari 300 MB"):
        keep_original(source, tmp_path / "asli")
    assert not (tmp_path / "asli").exists()


def test_a_folder_that_cannot_be_written_is_the_machines_fault(sheet_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "asli").write_text("bukan folder")
    with pytest.raises(Misconfigured, match="tidak dapat disimpan") as caught:
        keep_original(sheet_dir / "gambar" / "poster.jpg", tmp_path / "asli")
    assert "ruang disk" in caught.value.cure
