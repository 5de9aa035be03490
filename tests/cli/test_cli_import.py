"""Taking in a planning sheet from the command line."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli_centre import Installation
from PIL import Image

HEADER = "kode,tanggal,jam,jenis,media,caption,status,pembuat,verifikator\n"
GOOD = "P-01,26/11/2026,09.00,gambar,satu.jpg,Posyandu besok,disetujui,Rina,dr. Wulan\n"
WAITS = "P-02,26/11/2026,10.00,gambar,satu.jpg,Imunisasi,draf,Rina,\n"
BAD = "P-03,31/02/2026,09.00,gambar,satu.jpg,Senam,draf,Rina,\n"
NO_PICTURE = "P-04,26/11/2026,11.00,gambar,hilang.jpg,Lansia,draf,Rina,\n"


@pytest.fixture
def sheet(centre: Installation) -> Path:
    """A sheet beside its picture."""
    folder = centre.folder / "rencana"
    folder.mkdir()
    Image.new("RGB", (1080, 1080), "teal").save(folder / "satu.jpg")
    return folder / "november.csv"


def keys(centre: Installation) -> list[str]:
    return [post["key"] for post in centre("posts", "list", "--json").document]


def test_good_rows_come_in_and_the_others_are_named(centre: Installation, sheet: Path) -> None:
    sheet.write_text(HEADER + GOOD + WAITS + BAD + NO_PICTURE, "utf-8")
    done = centre("posts", "import", sheet)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:6] == [
        "Ditambahkan: 2 (P-01, P-02)",
        "Berubah: 0",
        "Tetap: 0",
        "Ditahan: 0",
        "Menunggu persetujuan: 1",
        "  P-02: statusnya masih draf",
    ]
    assert lines[6] == "Baris ditolak: 2"
    assert lines[7].startswith("  Baris 4, kolom tanggal: tertulis “31/02/2026”")
    assert lines[8].startswith("  Baris 5, kolom media: tertulis “hilang.jpg”")
    assert keys(centre) == ["P-01", "P-02"]


def test_the_document_says_the_same(centre: Installation, sheet: Path) -> None:
    sheet.write_text(HEADER + GOOD + WAITS + BAD, "utf-8")
    document = centre("posts", "import", sheet, "--json").document
    assert set(document) == {"added", "changed", "unchanged", "held", "waiting", "notes", "problems"}
    assert document["added"] == ["P-01", "P-02"]
    assert document["waiting"] == {"P-02": "statusnya masih draf"}
    assert len(document["problems"]) == 1


def test_again_and_again_makes_no_duplicates_and_a_vanished_row_is_held(
    centre: Installation, sheet: Path
) -> None:
    sheet.write_text(HEADER + GOOD + WAITS, "utf-8")
    centre("posts", "import", sheet)
    assert centre("posts", "import", sheet, "--json").document["unchanged"] == ["P-01", "P-02"]
    sheet.write_text(HEADER + GOOD.replace("besok", "lusa"), "utf-8")
    document = centre("posts", "import", sheet, "--json").document
    assert (document["changed"], document["held"]) == (["P-01"], ["P-02"])
    assert keys(centre) == ["P-01", "P-02"]


def test_a_dry_run_changes_nothing(centre: Installation, sheet: Path) -> None:
    sheet.write_text(HEADER + GOOD, "utf-8")
    done = centre("posts", "import", sheet, "--dry-run")
    assert done.out.splitlines()[:2] == [
        "Percobaan saja: tidak ada yang diubah.",
        "Ditambahkan: 1 (P-01)",
    ]
    assert keys(centre) == []


def test_a_sheet_of_which_nothing_can_be_taken_fails(centre: Installation, sheet: Path) -> None:
    sheet.write_text(HEADER + BAD, "utf-8")
    done = centre("posts", "import", sheet)
    assert done.status == 1
    assert done.line.startswith("tidak ada baris yang dapat diambil dari november.csv: perbaiki")
    assert "Baris ditolak: 1" in done.out
    quiet = centre("posts", "import", sheet, "--json")
    assert (quiet.status, len(quiet.document["problems"])) == (1, 1)


def test_a_row_that_a_comma_tore_is_named(centre: Installation, sheet: Path) -> None:
    torn = "P-05,26/11/2026,12.00,gambar,satu.jpg,Halo, Bunda,disetujui,Rina,dr. Wulan\n"
    sheet.write_text(HEADER + GOOD + torn, "utf-8")
    document = centre("posts", "import", sheet, "--json").document
    assert document["added"] == ["P-01"]
    assert document["problems"][0].startswith("Baris 3, ")


def test_a_rejected_post_stays_rejected_when_the_same_sheet_comes_again(
    centre: Installation, sheet: Path
) -> None:
    sheet.write_text(HEADER + GOOD, "utf-8")
    centre("posts", "import", sheet)
    assert centre("posts", "reject", "1", "--by", "Wulan", "--reason", "salah tanggal").status == 0
    sheet.write_text(HEADER + GOOD.replace("09.00", "13.00"), "utf-8")
    centre("posts", "import", sheet)
    assert [post["status"] for post in centre("posts", "list", "--json").document] == ["draft"]


def test_a_zip_of_the_sheet_and_its_pictures_is_taken_and_the_next_one_changes_the_same_posts(
    centre: Installation, sheet: Path
) -> None:
    for name, row in (("satu.zip", GOOD), ("dua.zip", GOOD.replace("besok", "lusa"))):
        with zipfile.ZipFile(centre.folder / name, "w") as archive:
            archive.writestr("November/november.csv", HEADER + row)
            archive.write(sheet.parent / "satu.jpg", "November/satu.jpg")
    shutil.rmtree(sheet.parent)
    first = centre("posts", "import", centre.folder / "satu.zip", "--json").document
    second = centre("posts", "import", centre.folder / "dua.zip", "--json").document
    assert (first["added"], second["added"], second["changed"]) == (["P-01"], [], ["P-01"])
    assert first["problems"] == second["problems"] == []
    assert list((centre.folder / "var" / "imports").iterdir()) == []


NOT_FOR_PLANNING = (
    "ig_worker.bootstrap ig_worker.graph ig_worker.domain.classifier requests urllib3 schedule jinja2 PIL"
)


def loaded_for_nothing(centre: Installation, *words: str | Path) -> tuple[int, str]:
    """A command in a process of its own: its exit status, and what it loaded of all that planning does not need."""
    script = (
        "import sys; from ig_worker.cli import main\n"
        "status = main(sys.argv[2:])\n"
        "print(status, *sorted(set(sys.argv[1].split()) & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, NOT_FOR_PLANNING, "--config", centre.config, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    status, *loaded = done.stdout.splitlines()[-1].split()
    return int(status), " ".join(loaded)


def test_an_import_loads_no_graph_client(centre: Installation, sheet: Path) -> None:
    sheet.write_text(HEADER + GOOD, "utf-8")
    assert loaded_for_nothing(centre, "posts", "import", sheet) == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        "posts check --offline",
        "posts approve P-02 --by dr.Wulan --as verifikator",
        "posts reject P-01 --by dr.Wulan",
        "posts plan",
        "posts list",
    ],
)
def test_what_asks_nothing_of_instagram_loads_no_graph_client(
    centre: Installation, sheet: Path, words: str
) -> None:
    sheet.write_text(HEADER + GOOD + WAITS, "utf-8")
    centre("posts", "import", sheet)
    assert loaded_for_nothing(centre, *words.split()) == (0, "")


def test_a_command_that_asks_instagram_loads_its_client(centre: Installation) -> None:
    """So that the test above is known to see it."""
    status, loaded = loaded_for_nothing(centre, "posts", "check")
    assert status == 0
    assert {"ig_worker.bootstrap", "ig_worker.graph", "requests"} <= set(loaded.split())


LARGEST = """
import re, sys
from pathlib import Path
from ig_worker.cli import main
status = main(sys.argv[1:])
highest = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(status, int(highest[1]) // 1024, file=sys.stderr)
"""
# Not ru_maxrss: that of a new process begins with what its parent had, and pytest is large.


@pytest.mark.slow
def test_ten_thousand_rows_fit_into_a_small_machine(centre: Installation, sheet: Path) -> None:
    lines = [GOOD.replace("P-01", f"P-{number:05}") for number in range(10_000)]
    sheet.write_text(HEADER + "".join(lines), "utf-8")
    command = [
        sys.executable,
        "-c",
        LARGEST,
        "--config",
        str(centre.config),
        "posts",
        "import",
        str(sheet),
        "--json",
    ]
    for kind in ("added", "unchanged"):
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        status, megabytes = map(int, done.stderr.split())
        assert (status, len(json.loads(done.stdout)[kind])) == (0, 10_000)
        assert megabytes < 120
