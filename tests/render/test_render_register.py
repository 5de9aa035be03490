"""The register on paper: set in stretches, bound into one file in which nobody sees them."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.register import COLUMNS
from ig_worker.render.binding import Binder
from ig_worker.render.register import MOST_CASES, STRETCH, bound_register, stretches
from ig_worker.render.typesetter import Typesetter

PDFTOTEXT = shutil.which("pdftotext")
SUMS: dict[str, Any] = {
    "cases": 1, "still_open": 1, "carried": [], "reopened": 0, "kinds": [["Keluhan", 1]], "lapor": [["Pengaduan", 1]],
    "channels": [], "severities": [], "statuses": [], "spans": [],
    "topics": [{"name": "Antrean", "cases": 1, "done": 0, "in_time": 0, "late": 0, "running": 1}], "units": [],
    "deadlines": [{"name": "Penyelesaian", "in_time": 0, "late": 0, "running": 1, "share": None}],
    "durations": [{"name": "Penyelesaian", "cases": 0, "hours": None, "working_hours": None}],
}  # fmt: skip


def case(number: int, said: str = "Antre lama", **changes: Any) -> dict[str, Any]:
    """A line as the rules write it."""
    cells: dict[str, Any] = {column.name: None if column.kind != "text" else "" for column in COLUMNS}
    return {
        **cells, "no": number, "number": f"K-2026-{number:04d}", "date": "2026-11-25", "time": "07:30", "said": said,
        "severity": "Biasa", "resolve_due": "2026-11-28T07:30", "resolve_kept": "Tidak", **changes,
    }  # fmt: skip


def book(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "title": "Buku Register", "period": "November 2026", "accounts": ["@puskesmas"], "spans_head": "Per minggu",
        "made_at": "2026-12-01T08:00:00+07:00", "made_in_words": "Dicetak pada 01/12/2026 08.00 WIB", "privacy": "",
        "empty": "Tidak ada.", "rows": list(rows), "sums": copy.deepcopy(SUMS),
        "chains": [{"account": "polowijen", "pieces": 3, "head": "ab" * 32}], **changes,
    }  # fmt: skip


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page as another program reads it."""
    if PDFTOTEXT is None:
        pytest.skip("no pdftotext on this machine; Debian has it in the package poppler-utils")
    (folder / "read.pdf").write_bytes(pdf)
    command = [PDFTOTEXT, "-layout", folder / "read.pdf", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout.replace("\u200b", "").split("\f")[:-1]


HOSTILE = [
    "W" * 2200,
    "🤬" * 400,
    "👩🏽‍⚕️👨‍👩‍👧‍👦🇮🇩 " * 40,
    "\u202e\x00\ud83d\u200b" * 100,
    "#panic() <end> @x $1$ *_` " * 80,
    "السلام عليكم " * 150,
    "a\n" * 1100,
    "e" + "\u0301" * 200,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_people_write_every_case_is_whole(text: str, tmp_path: Path) -> None:
    rows = [
        case(number, f"{text} UJUNG{number}", answer=text[:900], unit=text[:80]) for number in range(1, 6)
    ]
    whole = "\n".join(pages_of(bound_register(book(*rows)), tmp_path))
    assert [n for n in range(1, 6) if f"K-2026-{n:04d}" not in whole or f"UJUNG{n}" not in whole] == []


def test_nobody_sees_the_stretches(tmp_path: Path) -> None:
    rows = [case(number, f"{'kata ' * (number % 90)} UJUNG{number}") for number in range(1, 250)]
    assert len(list(stretches(rows))) > 3
    *lines, last = pages_of(bound_register(book(*rows)), tmp_path)
    numbers = [int(found) for page in lines for found in re.findall(r"K-2026-(\d{4})", page)]
    assert numbers == list(range(1, 250))
    # Every page but the last is full: no stretch begins a new one.
    assert min(page.count("K-2026-") for page in lines[:-1]) >= 3
    assert [page.count("No, nomor,") for page in lines] == [1] * len(lines)
    total = len(lines) + 1
    assert [f"Halaman {n} dari {total}" in page for n, page in enumerate([*lines, last], 1)] == [True] * total
    assert "Kepala Puskesmas" in last
    assert "ab" * 32 in last


def test_stretches_hold_so_many_characters_or_cases() -> None:
    short = [case(n, "") for n in range(MOST_CASES * 2 + 5)]
    assert [row["no"] for part in stretches(short) for row in part] == [row["no"] for row in short]
    assert max(len(part) for part in stretches(short)) == MOST_CASES + 1
    assert [len(part) for part in stretches([case(n, "x" * STRETCH) for n in range(3)])] == [1, 1, 1]
    assert list(stretches([])) == []


def test_an_empty_register_says_so_and_can_be_signed(tmp_path: Path) -> None:
    (page,) = pages_of(bound_register(book(chains=[])), tmp_path)
    for said in ("Tidak ada.", "Belum ada bukti.", "PJ Mutu", "Halaman 1 dari 1"):
        assert said in page


def test_the_same_book_gives_the_same_bytes(tmp_path: Path) -> None:
    made = book(*[case(number, "Antre 😡 " * 30) for number in range(1, 70)])
    for name in ("a.pdf", "b.pdf"):
        Typesetter(60).register(copy.deepcopy(made), tmp_path / "reports" / name)
    first, second = ((tmp_path / "reports" / name).read_bytes() for name in ("a.pdf", "b.pdf"))
    assert first == second
    assert b"D:20261201010000Z" in first


def test_a_book_that_is_not_whole_needs_a_person(tmp_path: Path) -> None:
    broken = {name: value for name, value in book().items() if name != "sums"}
    with pytest.raises(NeedsPerson, match=r"buku\.pdf could not be made: KeyError: 'sums'"):
        Typesetter().register(broken, tmp_path / "buku.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("part", "said"),
    [(b"GIF89a", "not a PDF"), (b"%PDF-1.7\nstartxref\n4\n%%EOF", "not a PDF")],
)
def test_what_the_typesetter_would_not_write_is_refused(part: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Binder().add(part)
