"""Lists are read on narrow terminals, too, and nothing of a row is lost on any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ig_worker.cli.tables import folded, laid_out

HEADERS = ("ID", "Key", "Status", "Time", "Segment", "Caption", "Last error")
ROWS = [
    ("1", "P-01", "approved", "25/11/2026 07.30", "Pengumuman", "Halo Bunda 🌸 " + "posyandu " * 12, ""),
    ("12", "POL-1125-002", "held", "26/11/2026 09.00", "Nice to Know", "健康" * 30, ""),
]
BELOW = ("Caption", "Last error", "Segment")


def test_what_fits_stands_in_one_line_and_empty_columns_are_left_out() -> None:
    lines = list(laid_out(HEADERS, [(*ROWS[0][:5], "Halo", "")], 80, below=BELOW))
    assert lines == [
        "ID  Key   Status    Time              Segment     Caption",
        "──  ────  ────────  ────────────────  ──────────  ───────",
        "1   P-01  approved  25/11/2026 07.30  Pengumuman  Halo",
    ]


def test_what_does_not_fit_stands_below_its_row() -> None:
    lines = list(laid_out(HEADERS, ROWS, 80, below=BELOW))
    assert lines[0] == "ID  Key           Status    Time              Segment"
    assert lines[2] == "1   P-01          approved  25/11/2026 07.30  Pengumuman"
    assert lines[3].startswith("    Caption: Halo Bunda 🌸 posyandu")
    assert max(map(cell_len, lines)) <= 80


def test_on_a_still_narrower_one_more_moves_below_but_never_what_names_the_row() -> None:
    lines = list(laid_out(HEADERS, ROWS, 50, below=BELOW))
    assert lines[0] == "ID  Key           Status    Time"
    assert lines[3].startswith("    Segment: Pengumuman · Caption: Halo")
    assert max(map(cell_len, lines)) <= 50


def test_a_very_long_name_is_folded() -> None:
    rows = [("1", "K" * 64, "draft", "25/11/2026 07.30", "", "Halo", "")]
    lines = list(laid_out(HEADERS, rows, 60, below=BELOW))
    assert max(map(cell_len, lines)) <= 60
    assert "".join("".join(lines[2:]).split()).count("K") == 64


def test_an_empty_list_has_its_headers() -> None:
    assert list(laid_out(("ID", "Key"), [], 80)) == ["ID  Key", "──  ───"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("satu dua tiga", 8, ["satu dua", "tiga"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("健康健康", 5, ["健康", "健康"]),
        ("a bcdefgh", 4, ["a", "bcde", "fgh"]),
        ("", 4, [""]),
    ],
)
def test_folding(text: str, width: int, lines: list[str]) -> None:
    assert folded(text, width) == lines


words = st.text(alphabet="ab 健🌸é-", max_size=120).map(lambda text: " ".join(text.split()))


@given(st.lists(st.tuples(words, words, words), max_size=5), st.integers(40, 120))
def test_nothing_is_lost_and_no_line_is_too_long(rows: list[tuple[str, str, str]], width: int) -> None:
    lines = list(laid_out(("One", "Two", "Three"), rows, width, below=("Three",)))
    assert all(cell_len(line) <= width for line in lines)
    shown = "".join(lines)
    for sign in "ab健🌸é":
        expected = sum(cell.count(sign) for row in rows for cell in row)
        assert shown.count(sign) == expected
