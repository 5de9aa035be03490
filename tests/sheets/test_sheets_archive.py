"""A ZIP of a sheet and its pictures: as three systems pack it, and as somebody with bad intentions would."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ig_worker.domain.errors import Misconfigured
from ig_worker.sheets import opened

CSV = "tanggal,jam,jenis,media,caption\n25/11/2026,09.00,gambar,gambar/poster.jpg,Halo\n"
PICTURE = b"\xff\xd8\xff pretend"


def packed(file: Path, members: Mapping[str, str | bytes], **options: int) -> Path:
    """A ZIP with these members, as Python writes it."""
    with zipfile.ZipFile(file, "w", **options) as archive:  # type: ignore[arg-type]
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def refusal(file: Path, workspace: Path) -> str:
    """The one line with which the archive is refused; nothing of it is left."""
    with pytest.raises(Misconfigured) as caught, opened(file, workspace):
        pass
    assert "\n" not in str(caught.value)
    assert caught.value.cure
    assert list(workspace.iterdir()) == []
    return str(caught.value)


def everything_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_the_sheet_is_read_with_its_pictures_beside_it_and_nothing_is_left(tmp_path: Path) -> None:
    file = packed(tmp_path / "kiriman.zip", {"rencana.csv": CSV, "gambar/poster.jpg": PICTURE})
    with opened(file, tmp_path / "ruang") as found:
        assert found.sheet.source_name == "rencana.csv"
        assert found.sheet.rows[0].cells["media"] == "gambar/poster.jpg"
        assert (found.folder / "gambar" / "poster.jpg").read_bytes() == PICTURE
    assert list((tmp_path / "ruang").iterdir()) == []


def test_paths_start_at_the_sheet_wherever_it_lies_and_litter_is_left_out(tmp_path: Path) -> None:
    litter = {
        "__MACOSX/November/._rencana.csv": b"\0\5\26\7",
        "November/.DS_Store": b"\0\0\0\1Bud1",
        "November/._rencana.csv": b"\0\5\26\7",
        "November/~$rencana.xlsx": b"lock",
        "November/gambar/Thumbs.db": b"\xd0\xcf",
        "November/desktop.ini": b"[.ShellClassInfo]",
    }
    wanted = {"November/rencana.csv": CSV, "November/gambar/poster.jpg": PICTURE}
    file = packed(tmp_path / "November.ZIP", {"November/": "", **litter, **wanted})
    with opened(file, tmp_path / "ruang") as found:
        assert everything_in(found.folder) == {"rencana.csv", "gambar", "gambar/poster.jpg"}


def test_a_sheet_outside_of_an_archive_is_read_where_it_lies(tmp_path: Path) -> None:
    (tmp_path / "rencana.csv").write_text(CSV, "utf-8")
    with opened(tmp_path / "rencana.csv", tmp_path / "ruang") as found:
        assert (found.folder, len(found.sheet.rows)) == (tmp_path, 1)
    assert not (tmp_path / "ruang").exists()


def without_the_utf8_flag(file: Path) -> Path:
    """The same archive, its names in the same bytes, but no longer said to be UTF-8."""
    content = bytearray(file.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", content, at + place)[0]
            struct.pack_into("<H", content, at + place, flags & ~0x800)
            at = content.find(signature, at + 4)
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("spoil", [Path, without_the_utf8_flag], ids=["with flag", "without flag"])
def test_names_with_accents_and_emoji_arrive_whoever_packed_them(
    tmp_path: Path, spoil: Callable[[Path], Path], form: str
) -> None:
    name = unicodedata.normalize(form, "gambar/Café Sehat 🩺.jpg")  # type: ignore[arg-type]
    file = spoil(packed(tmp_path / "a.zip", {"rencana.csv": CSV, name: PICTURE}))
    with opened(file, tmp_path / "ruang") as found:
        assert "gambar/Café Sehat 🩺.jpg" in everything_in(found.folder)


def test_names_of_old_programs_are_read_in_the_alphabet_of_the_ibm_pc(tmp_path: Path) -> None:
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV, "caf?.jpg": PICTURE})
    file.write_bytes(file.read_bytes().replace(b"caf?.jpg", b"caf\x82.jpg"))
    with opened(file, tmp_path / "ruang") as found:
        assert "café.jpg" in everything_in(found.folder)


def test_backslashes_are_folders_as_windows_programs_mean_them(tmp_path: Path) -> None:
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV, "gambar\\": b"", "gambar\\poster.jpg": PICTURE})
    with opened(file, tmp_path / "ruang") as found:
        assert (found.folder / "gambar" / "poster.jpg").read_bytes() == PICTURE


@pytest.mark.parametrize(
    "name",
    [
        "../keluar.jpg",
        "gambar/../../keluar.jpg",
        "..\\keluar.jpg",
        "/tmp/keluar.jpg",
        "\\\\server\\keluar.jpg",
        "C:\\keluar.jpg",
        "c:keluar.jpg",
        "gambar/\x01.jpg",
    ],
)
def test_a_name_that_leads_outside_refuses_the_archive(tmp_path: Path, name: str) -> None:
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV, name: PICTURE})
    assert "tidak aman" in refusal(file, tmp_path / "ruang")
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "ruang"}


def test_names_too_long_for_a_disk_are_refused(tmp_path: Path) -> None:
    for name in ("x" * 300 + ".jpg", "/".join("abcdefghijklmnopqrstuvwxyz") + ".jpg"):
        file = packed(tmp_path / "a.zip", {"rencana.csv": CSV, name: PICTURE})
        assert "terlalu panjang" in refusal(file, tmp_path / "ruang")


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644, 0o060644])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("rencana.csv", CSV)
        link = zipfile.ZipInfo("gambar/poster.jpg")
        link.external_attr = kind << 16
        archive.writestr(link, "/etc/passwd")
    assert "tautan" in refusal(file, tmp_path / "ruang")


def with_bits(file: Path, bits: int, *, compress_type: int | None = None) -> Path:
    """The same archive with flags set (1 is encrypted), or another method of compression, on every member."""
    content = bytearray(file.read_bytes())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            flags, method = struct.unpack_from("<HH", content, at + place)
            struct.pack_into(
                "<HH", content, at + place, flags | bits, method if compress_type is None else compress_type
            )
            at = content.find(signature, at + 4)
    file.write_bytes(content)
    return file


def test_an_encrypted_archive_is_refused_with_a_cure(tmp_path: Path) -> None:
    file = with_bits(packed(tmp_path / "a.zip", {"rencana.csv": CSV}), 1)
    assert "dilindungi kata sandi" in refusal(file, tmp_path / "ruang")


@pytest.mark.parametrize("method", [9, 12, 14, 99])
def test_a_method_that_nobody_here_knows_is_refused(tmp_path: Path, method: int) -> None:
    file = with_bits(packed(tmp_path / "a.zip", {"rencana.csv": CSV}), 0, compress_type=method)
    assert "cara kompresi" in refusal(file, tmp_path / "ruang")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "arsipnya kosong"),
        ({"poster.jpg": PICTURE}, "isinya “poster.jpg”"),
        ({"rencana.xls": b"x", "poster.jpg": PICTURE}, "isinya “rencana.xls”"),
        ({"__MACOSX/._rencana.csv": b"x"}, "arsipnya kosong"),
        ({"a.csv": CSV, "b/c.XLSX": b"x"}, "berisi 2 lembar: “a.csv”, “b/c.XLSX”"),
        ({f"{n}.csv": CSV for n in range(9)}, "berisi 9 lembar"),
        ({"xl/workbook.xml": b"x", "[Content_Types].xml": b"x"}, "sebenarnya berkas Excel"),
        ({"rencana.csv": ""}, "kosong"),
        ({"rencana.csv": "nama,alamat\nx,y\n"}, "tidak punya kolom tanggal"),
    ],
)
def test_exactly_one_sheet_is_wanted_and_what_was_found_is_named(
    tmp_path: Path, members: Mapping[str, str | bytes], said: str
) -> None:
    assert said in refusal(packed(tmp_path / "a.zip", members), tmp_path / "ruang")


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("rencana.csv", CSV)
        archive.writestr("gambar/a.jpg", PICTURE)
        archive.writestr("gambar\\a.jpg", PICTURE)
    assert "dua berkas bernama “gambar/a.jpg”" in refusal(file, tmp_path / "ruang")


@pytest.mark.parametrize("names", [("gambar", "gambar/a.jpg"), ("gambar/a.jpg", "gambar")])
def test_a_file_and_a_folder_of_one_name_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV} | dict.fromkeys(names, PICTURE))
    assert "berkas dan folder" in refusal(file, tmp_path / "ruang")


def test_a_bomb_is_stopped_while_it_unfolds(tmp_path: Path) -> None:
    file = packed(
        tmp_path / "a.zip",
        {"rencana.csv": CSV, "gambar/a.jpg": bytes(60_000_000)},
        compression=zipfile.ZIP_DEFLATED,
    )
    assert file.stat().st_size < 100_000
    assert "terlalu besar saat dibuka" in refusal(file, tmp_path / "ruang")


def test_too_many_files_are_refused(tmp_path: Path) -> None:
    many = {f"gambar/{number}.jpg": b"" for number in range(2_001)}
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV} | many)
    assert "lebih dari 2000 berkas" in refusal(file, tmp_path / "ruang")


def test_every_torn_off_or_spoilt_archive_is_refused_or_read(tmp_path: Path) -> None:
    whole = packed(
        tmp_path / "a.zip",
        {"rencana.csv": CSV * 20, "gambar/a.jpg": PICTURE},
        compression=zipfile.ZIP_DEFLATED,
    ).read_bytes()
    broken = tmp_path / "b.zip"
    refused = 0
    for place in range(0, len(whole), 3):
        spoilt = bytearray(whole)
        spoilt[place] ^= 0xFF
        for content in (whole[:place], bytes(spoilt)):
            broken.write_bytes(content)
            try:
                with opened(broken, tmp_path / "ruang"):
                    pass
            except Misconfigured:
                refused += 1
    assert refused > len(whole) // 3
    assert list((tmp_path / "ruang").iterdir()) == []


def test_an_archive_that_is_not_there_or_a_folder_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "ruang").mkdir()
    assert "tidak ditemukan" in refusal(tmp_path / "hilang.zip", tmp_path / "ruang")
    (tmp_path / "folder.zip").mkdir()
    assert "bukan berkas" in refusal(tmp_path / "folder.zip", tmp_path / "ruang")


def test_what_a_killed_import_left_is_cleared_away_a_day_later(tmp_path: Path) -> None:
    workspace = tmp_path / "ruang"
    for name, age in (("zip-old", 2 * 86_400), ("zip-young", 3600)):
        (workspace / name).mkdir(parents=True)
        (workspace / name / "gambar.jpg").write_bytes(PICTURE)
        then = tmp_path.stat().st_mtime - age
        os.utime(workspace / name, (then, then))
    with opened(packed(tmp_path / "a.zip", {"rencana.csv": CSV}), workspace):
        pass
    assert [path.name for path in workspace.iterdir()] == ["zip-young"]


def test_a_large_archive_is_unpacked_in_little_memory(tmp_path: Path, untraced_children: None) -> None:
    """A video of 60 MB goes through in blocks: the process stays far smaller than the file."""
    file = packed(tmp_path / "a.zip", {"rencana.csv": CSV, "reel.mp4": os.urandom(60_000_000)})
    script = (
        "from pathlib import Path; from ig_worker.sheets import opened\n"
        f"with opened(Path({str(file)!r}), Path({str(tmp_path / 'ruang')!r})) as found:\n"
        "    assert (found.folder / 'reel.mp4').stat().st_size == 60_000_000\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 60_000  # kilobytes
