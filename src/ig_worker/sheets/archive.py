"""Unpacks a ZIP of a sheet and its pictures, trusting nothing in it.

What a stranger's archive can do to the machine is bounded while it is unpacked, not believed beforehand: the sizes in
its table of contents are whatever its maker wrote there.
"""

from __future__ import annotations

import errno
import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import shown

UNPACKED_BYTES_MAX = 2_000_000_000
"""A month of carousels with some reels; a small server's disk still holds it twice."""
FILES_MAX = 2_000
"""Ten pictures a post, two hundred posts."""
BYTES_FOR_ONE = 300
"""Pictures and videos hardly shrink and a sheet shrinks twentyfold; what grows more than this is a trap."""
HARMLESS_BYTES = 20_000_000
"""Below this growth does not matter: a short sheet of equal rows shrinks very well."""

SHEET_SUFFIXES = (".csv", ".xlsx")
_OTHER_SHEETS = (".xls", ".ods", ".numbers", ".gsheet", ".tsv")
_LEFT_BEHIND_SECONDS = 86_400
_BLOCK_BYTES = 1 << 20
_ENCRYPTED, _NAME_IN_UTF8 = 0x1, 0x800

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    struct.error,
)
"""What the unpacker raises on damaged archives."""


@contextmanager
def unpacked(archive: Path, workspace: Path) -> Iterator[Path]:
    """The one sheet of an archive, unpacked with everything beside it below `workspace` for the length of the block.

    Raises Misconfigured, in one line with a cure, for anything but exactly one CSV or XLSX, and for an archive that is
    broken, encrypted, too large, or names places outside of itself.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="zip-", dir=workspace) as made:
        _clear_away_older(workspace, Path(made))
        yield unpack(archive, Path(made), archive.name)


def unpack(archive: Path, folder: Path, called: str) -> Path:
    """Unpack an archive that people know by the name `called` into `folder`; the path of its one sheet there.

    Raises as :func:`unpacked`; what was written until then stays for the caller to remove.
    """
    name = shown(called)
    try:
        with zipfile.ZipFile(archive) as container:
            members = _members(container, name)
            sheet = _only_sheet(members, name)
            _unpack(container, members, folder, name, limit=_limit(archive))
    except _BROKEN:
        raise _broken(name) from None
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise  # the disk's own trouble; a table of contents that points nowhere makes the others
        raise _broken(name) from None
    return folder / sheet


def _members(container: zipfile.ZipFile, name: str) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """The files worth unpacking by their path inside; everything suspicious refuses the whole archive."""
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    for member in container.infolist():
        path = _path_inside(member, name)
        if member.is_dir() or member.filename.endswith("\\") or _is_litter(path):
            continue
        if member.flag_bits & _ENCRYPTED:
            raise _refused(
                f"Arsip “{name}” dilindungi kata sandi", "Buat ZIP-nya tanpa kata sandi, lalu impor lagi."
            )
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise _refused(
                f"Arsip “{name}” berisi tautan: “{shown(path)}”",
                "Masukkan berkas aslinya ke dalam ZIP, bukan tautannya.",
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refused(
                f"Arsip “{name}” memakai cara kompresi yang tidak dikenal",
                "Buat ulang ZIP-nya dengan cara biasa (klik kanan, Kompres), lalu impor lagi.",
            )
        if path in found:
            raise _refused(
                f"Arsip “{name}” berisi dua berkas bernama “{shown(path)}”", "Hapus salah satunya dari ZIP."
            )
        found[path] = member
        if len(found) > FILES_MAX:
            raise _refused(
                f"Arsip “{name}” berisi lebih dari {FILES_MAX} berkas",
                "Masukkan hanya lembar rencana dan gambar yang dipakai di dalamnya.",
            )
    return found


def _path_inside(member: zipfile.ZipInfo, name: str) -> PurePosixPath:
    written = unicodedata.normalize("NFC", _written_name(member)).replace("\\", "/")
    path = PurePosixPath(written)
    outside = path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", written)
    if outside or not path.parts or any(unicodedata.category(c) == "Cc" for c in written):
        raise _refused(
            f"Arsip “{name}” berisi nama berkas yang tidak aman: “{shown(written)}”",
            "Buat ulang ZIP-nya dari satu folder: lembar rencana dan gambar-gambarnya.",
        )
    if any(len(part.encode("utf-8", "replace")) > 255 for part in path.parts) or len(path.parts) > 20:
        raise _refused(
            f"Arsip “{name}” berisi nama berkas yang terlalu panjang: “{shown(written)}”",
            "Persingkat nama berkasnya, lalu buat ulang ZIP-nya.",
        )
    return path


def _written_name(member: zipfile.ZipInfo) -> str:
    """macOS writes UTF-8 without saying so; the ZIP format's old names are in the alphabet of the IBM PC (cp437)."""
    if member.flag_bits & _NAME_IN_UTF8:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.orig_filename


def _is_litter(path: PurePosixPath) -> bool:
    """What operating systems and office programs leave in folders: nobody meant it to be in the archive."""
    name = path.name.casefold()
    return (
        "__MACOSX" in path.parts
        or name.startswith((".", "~$"))
        or name in {"thumbs.db", "desktop.ini", "icon\r"}
    )


def _only_sheet(members: dict[PurePosixPath, zipfile.ZipInfo], name: str) -> PurePosixPath:
    sheets = [path for path in members if path.suffix.casefold() in SHEET_SUFFIXES]
    if len(sheets) == 1:
        return sheets[0]
    if sheets:
        raise _refused(
            f"Arsip “{name}” berisi {len(sheets)} lembar: {_listed(sheets)}",
            "Sisakan satu lembar rencana (.xlsx atau .csv) di dalam ZIP, lalu impor lagi.",
        )
    if PurePosixPath("xl/workbook.xml") in members:
        raise _refused(
            f"Berkas “{name}” sebenarnya berkas Excel",
            "Ganti akhiran namanya menjadi .xlsx, lalu impor lagi.",
        )
    others = [path for path in members if path.suffix.casefold() in _OTHER_SHEETS]
    inside = f"isinya {_listed(others or list(members))}" if members else "arsipnya kosong"
    raise _refused(
        f"Arsip “{name}” tidak berisi lembar rencana .xlsx atau .csv ({inside})",
        "Simpan lembar rencana sebagai .xlsx, masukkan ke ZIP bersama gambarnya, lalu impor lagi.",
    )


def _listed(paths: list[PurePosixPath]) -> str:
    return ", ".join(f"“{shown(path)}”" for path in paths[:5]) + (" …" if len(paths) > 5 else "")


def _limit(archive: Path) -> int:
    grown = max(archive.stat().st_size * BYTES_FOR_ONE, HARMLESS_BYTES)
    return min(grown, UNPACKED_BYTES_MAX)


def _unpack(
    container: zipfile.ZipFile,
    members: dict[PurePosixPath, zipfile.ZipInfo],
    folder: Path,
    name: str,
    *,
    limit: int,
) -> None:
    """Write the files, block by block, and stop at the byte that is one too many."""
    left = limit
    for path, member in members.items():
        target = folder / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            clash = target.exists()
        except (FileExistsError, NotADirectoryError):
            clash = True
        if clash:
            raise _refused(
                f"Arsip “{name}” berisi berkas dan folder dengan nama yang sama: “{shown(path)}”",
                "Ganti nama salah satunya, lalu buat ulang ZIP-nya.",
            )
        with container.open(member) as packed, target.open("wb") as file:
            while block := packed.read(_BLOCK_BYTES):
                left -= len(block)
                if left < 0:
                    raise _refused(
                        f"Arsip “{name}” menjadi terlalu besar saat dibuka (lebih dari {limit // 1_000_000} MB)",
                        "Masukkan hanya lembar rencana dan gambar yang dipakai, atau bagi menjadi beberapa ZIP.",
                    )
                file.write(block)


def _clear_away_older(workspace: Path, fresh: Path) -> None:
    """Remove what an import that was killed could not; one that still runs is younger than a day."""
    now = fresh.stat().st_mtime
    for left in workspace.glob("zip-*"):
        if left != fresh and now - left.stat().st_mtime > _LEFT_BEHIND_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _broken(name: str) -> Misconfigured:
    return _refused(
        f"Arsip “{name}” rusak atau bukan ZIP", "Buat ulang ZIP-nya (klik kanan, Kompres), lalu impor lagi."
    )


def _refused(message: str, cure: str) -> Misconfigured:
    return Misconfigured(message, cure=cure)
