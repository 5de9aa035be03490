"""Finds the files a sheet names, tells by their first bytes what they are, and keeps our own copy."""

from __future__ import annotations

import difflib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from ig_worker import lasting
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.media_limits import REEL_BYTES_MAX, is_video
from ig_worker.domain.sheet_rows import shown

PART = ".part"
"""What a copy's name ends with until it is whole."""
HEAD_BYTES = 64
"""Enough to know what a file is."""
_BLOCK_BYTES = 1 << 20

_PICTURE_CURE = "Simpan gambarnya sebagai JPG atau PNG, lalu impor lagi."
_HEIC_CURE = (
    "Simpan fotonya sebagai JPG, lalu impor lagi. Di iPhone: Pengaturan, Kamera, Format, Paling Kompatibel."
)
_BROKEN_CURE = "Unduh atau ekspor ulang berkasnya, lalu impor lagi."


READS_HEIC = find_spec("pillow_heif") is not None
"""What an iPhone takes its photographs in; the extra ``heic`` reads it."""
_APPLES = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


class MediaType(StrEnum):
    """What a file holds."""

    PICTURE = "picture"
    VIDEO = "video"


@dataclass(frozen=True)
class KeptFile:
    """Our own copy of what a sheet names, called by its SHA-256 and its name: the same file is kept once.

    The name ends like a video's exactly where it is one.
    """

    path: Path
    sha256: str
    type: MediaType


def resolve_media(sheet_dir: Path, name: str) -> Path:
    """The file a sheet means by a relative path, inside the sheet's folder; ``\\`` is taken as ``/``.

    Raises MediaRejected for a path that leads outside (absolute, ``..``, or through a link) and for anything that is
    not an ordinary file there.
    """
    written = name.strip().replace("\\", "/")
    parts = written.split("/")
    if (
        not written
        or "\0" in written
        or written.startswith("/")
        or ".." in parts
        or re.match("[A-Za-z]:", written)
    ):
        raise MediaRejected(
            f"Berkas “{shown(name)}” tidak berada di folder lembar rencana",
            cure="Taruh berkasnya di folder yang sama dengan lembar, lalu tulis namanya saja.",
        )
    folder = sheet_dir.resolve()
    try:
        found = (folder / written).resolve()
        is_file = found.is_file()
    except (OSError, ValueError, RuntimeError):
        # A name too long, one that cannot be encoded, a link that leads to itself.
        found, is_file = folder / "-", False
    if not found.is_relative_to(folder):
        raise MediaRejected(
            f"Berkas “{shown(name)}” adalah tautan ke luar folder lembar rencana",
            cure="Salin berkas aslinya ke folder lembar itu.",
        )
    if not is_file:
        raise MediaRejected(f"Berkas “{shown(name)}” tidak ditemukan", cure=_missing_cure(folder, written))
    return found


def keep_original(source: Path, out_dir: Path) -> KeptFile:
    """Copy a picture or video into ``out_dir`` under its SHA-256; the sheet's folder may change afterwards.

    Raises MediaRejected for what can never be published (empty, too large, neither picture nor video by its first
    bytes), Misconfigured where the copy cannot be written.
    """
    found = media_type(source)
    with _reading(source):
        size = source.stat().st_size
    if size > REEL_BYTES_MAX:
        raise MediaRejected(
            f"“{called(source)}” lebih besar dari {REEL_BYTES_MAX // 1_000_000} MB",
            cure="Kecilkan berkasnya, lalu impor lagi.",
        )
    part = out_dir / f"{secrets.token_hex(16)}{PART}"
    sha256 = copy_hashed(source, part)
    return KeptFile(_rename(part, out_dir, sha256, _told(source.name, found)), sha256, found)


def adopt(arrived: Path, sha256: str, out_dir: Path) -> KeptFile:
    """Keep a file that was downloaded to the same disk, without copying it once more. Raises as ``keep_original``."""
    found = media_type(arrived)
    return KeptFile(_rename(arrived, out_dir, sha256, _told(arrived.name, found)), sha256, found)


def _told(name: str, found: MediaType) -> str:
    """A name whose ending says truly whether this is a video: an address often has none, and a file may lie."""
    if (found is MediaType.VIDEO) == is_video(name):
        return name
    return name + (".mp4" if found is MediaType.VIDEO else ".jpg")


def _rename(part: Path, out_dir: Path, sha256: str, name: str) -> Path:
    kept = out_dir / f"{sha256}-{harmless_name(name)}"
    try:
        lasting.into_place(part, kept)
    except OSError as error:
        raise cannot_write(out_dir, error) from None
    return kept


def media_type(source: Path) -> MediaType:
    """What a file is by its first bytes, whatever it is called. Raises MediaRejected, naming what else it is."""
    with _reading(source), source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return type_of(head, called(source))


def type_of(head: bytes, name: str, *, reads_heic: bool = READS_HEIC) -> MediaType:
    """What begins with these bytes; `name` is what a refusal calls it."""
    if not head:
        raise MediaRejected(f"“{name}” kosong (0 byte)", cure=_BROKEN_CURE)
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return MediaType.PICTURE
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return MediaType.PICTURE
    if is_heic(head):
        if reads_heic:
            return MediaType.PICTURE
        raise MediaRejected(f"“{name}” berformat HEIC, yang tidak diterima Instagram", cure=_HEIC_CURE)
    if head[4:8] == b"ftyp" and head[8:12] in {b"avif", b"avis"}:
        raise MediaRejected(f"“{name}” berformat AVIF, yang tidak diterima Instagram", cure=_PICTURE_CURE)
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return MediaType.VIDEO
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<svg")):
        raise MediaRejected(
            f"“{name}” sebenarnya halaman web, bukan gambar atau video",
            cure="Buka alamat gambarnya di peramban, simpan gambarnya, lalu impor lagi.",
        )
    if start.startswith(b"%pdf"):
        raise MediaRejected(f"“{name}” sebenarnya PDF, bukan gambar", cure=_PICTURE_CURE)
    raise MediaRejected(
        f"“{name}” bukan gambar atau video yang dikenal", cure="Yang diterima JPG, PNG, WEBP, MP4, atau MOV."
    )


def is_heic(head: bytes) -> bool:
    """Whether a file that begins so is a photograph as an iPhone takes it."""
    return head[4:8] == b"ftyp" and head[8:12] in _APPLES


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file and give the SHA-256 (hex) of its bytes. Nothing is left behind when it fails."""
    digest = hashlib.sha256()
    with _reading(source), source.open("rb") as reader:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as writer:
                while block := reader.read(_BLOCK_BYTES):
                    digest.update(block)
                    writer.write(block)
        except OSError as error:
            with suppress(OSError):
                target.unlink()
            raise cannot_write(target.parent, error) from None
    return digest.hexdigest()


def hash_of(source: Path) -> str:
    """The SHA-256 (hex) of a file's bytes."""
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def called(file: Path) -> str:
    """A file as the team knows it: the name of our own copy begins with its hash."""
    return shown(re.sub(r"^[0-9a-f]{64}-", "", file.name) or "berkas")


def harmless_name(name: str) -> str:
    """Enough of a name for a person to recognise it in a message, and nothing that means something to a machine."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)[-60:].lstrip(".-")


def cannot_write(folder: Path, error: OSError) -> Misconfigured:
    """The machine, not the picture, is at fault: a full disk, a folder that may not be written."""
    reason = os.strerror(error.errno) if error.errno else "unknown reason"
    return Misconfigured(
        f"Media tidak dapat disimpan di {folder} ({reason})",
        cure="Periksa sisa ruang disk dan izin menulis di folder itu.",
    )


def could_not_read(source: Path, error: OSError) -> MediaRejected:
    """The file itself is gone or may not be opened."""
    reason = os.strerror(error.errno) if error.errno else "galat"
    return MediaRejected(
        f"“{called(source)}” tidak dapat dibaca ({reason})",
        cure="Periksa apakah berkasnya ada dan boleh dibaca.",
    )


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise could_not_read(source, error) from None


def _missing_cure(folder: Path, written: str) -> str:
    parent, _, name = written.rpartition("/")
    try:
        neighbours = {path.name.casefold(): path.name for path in (folder / parent).iterdir()}
    except (OSError, ValueError):
        neighbours = {}
    alike = difflib.get_close_matches(name.casefold(), neighbours, n=1, cutoff=0.8)
    hint = f" Yang ada dan mirip: “{shown(neighbours[alike[0]])}”." if alike else ""
    return "Periksa nama berkas, termasuk huruf besar-kecil dan akhirannya." + hint
