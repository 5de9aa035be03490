"""Sheets as nobody would make them on purpose: nothing crashes, and no row that says something is dropped silently."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.planning import plan_sheet
from ig_worker.domain.post_rules import check_post
from ig_worker.domain.sheet_rows import COLUMNS, REQUIRED_COLUMNS, SYNONYMS, about_row
from ig_worker.sheets import Sheet, opened, read_sheet
from ig_worker.sheets.reading import understood
from ig_worker.sheets.spreadsheet import harmless
from ig_worker.sheets.table import Table, is_blank
from ig_worker.sheets.wire import fingerprint, packed, unpacked

WIB = ZoneInfo("Asia/Jakarta")
ACCOUNTS = ("polowijen", "Dinoyo")
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

hostile = st.text(max_size=30) | st.sampled_from(
    [
        "\0",
        "\u202egnp.exe\u2069",
        "\ufeff",
        "\u200b",
        "a\u0000b",
        "👩🏽‍⚕️" * 40,
        '=HYPERLINK("http://x")',
        "+62812-3456-7890",
        "-",
        "@dinkes",
        "x" * 2300,
        "#REF!",
        "#" * 31,
        '"',
        '";"',
        "a;b\nc",
        "ya,tidak",
        "٣١/١٢/٢٠٢٦",
        "１２",
        "1e999",
        "nan",
        "NULL",
        '[{"username":"a","x":1e400}]',
        "[" * 2000,
        "../../etc/passwd",
        "file:///etc/passwd",
        "https://" + "a" * 3000,
    ]
)
likely = st.sampled_from(
    [
        "25/11/2026",
        "31/02/2026",
        "Rabu, 25 November 2026",
        "46351",
        "09.00",
        "24:00",
        "9",
        "gambar",
        "carousel",
        "reels",
        "story",
        "video",
        "a.jpg",
        "a.jpg; b.jpg",
        "http://contoh.example/a.jpg",
        "disetujui",
        "Rina",
        "polowijen",
        "ya",
        "FALSE",
        "",
        " ",
    ]
)
texts = hostile | likely
numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
moments = (
    st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31))  # noqa: DTZ001 -- a spreadsheet's have no zone
    | st.dates(date(1900, 3, 1))
    | st.times()
    | st.timedeltas(timedelta(0), timedelta(days=3))
)
headers = st.permutations(REQUIRED_COLUMNS).flatmap(
    lambda needed: st.lists(st.sampled_from([*COLUMNS, *SYNONYMS]) | hostile, max_size=8).map(
        lambda more: [
            *needed,
            *(name for name in dict.fromkeys(more) if name.casefold() not in needed and name.strip()),
        ]
    )
)


def oddly_written(name: str, style: int) -> str:
    """A header as somebody might write it."""
    return [name, name.upper(), name.replace("_", " ").title(), f" {name}\u200b", name.replace("_", "-")][
        style % 5
    ]


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example."""
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def refused_well(refused: Misconfigured) -> bool:
    """Whether a refusal is one line with a cure."""
    return bool(refused.cure) and not any(c in str(refused) for c in "\n\r\0")


def every_row_is_accounted_for(sheet: Sheet, expected: set[int]) -> None:
    """Planned, or named with its number; what is planned can be looked at by the rules."""
    posts, problems = plan_sheet(sheet.rows, accounts=ACCOUNTS, zone=WIB)
    for post in posts:
        for finding in check_post(post):
            assert "\n" not in str(finding)
    named = {problem.row for problem in (*problems, *sheet.problems)}
    assert expected <= named | {post.row_number for post in posts}
    for problem in (*problems, *sheet.problems):
        line = str(problem)
        assert about_row(line)[0] == problem.row
        assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in line)
        assert len(line) < 1000


def telling(row: Sequence[Any], columns: Sequence[int]) -> bool:
    """Whether a row says anything in a planning column (an unticked box says nothing)."""
    said = [row[place] for place in columns if place < len(row) and not is_blank(row[place])]
    return any(cell is not False and str(cell).strip().upper() != "FALSE" for cell in said)


@quick
@given(
    headers, st.lists(st.lists(texts, max_size=10), max_size=8), st.sampled_from(",;\t"), st.integers(0, 4)
)
@example(["tanggal", "jam", "jenis", "media", "caption"], [["\0"]], ",", 0)
@example(["tanggal", "jam", "jenis", "media", "caption"], [["", "", "", "", ""], ["1/1/2027"]], ";", 1)
def test_no_row_of_a_csv_is_dropped_in_silence(
    names: list[str], rows: list[list[str]], separator: str, style: int
) -> None:
    written = io.StringIO()
    table = csv.writer(written, delimiter=separator)
    table.writerow([oddly_written(name, style) for name in names])
    table.writerows(rows)
    content = written.getvalue().encode("utf-8", "surrogatepass")
    with folder() as place:
        (place / "rencana.csv").write_bytes(content)
        try:
            sheet = read_sheet(place / "rencana.csv")
        except Misconfigured as refused:
            assert refused_well(refused)  # noqa: PT017 -- either way is right
            return
    known = [place for place, name in enumerate(names) if name.strip().casefold() in {*COLUMNS, *SYNONYMS}]
    needed = [place for place in known if names[place] in REQUIRED_COLUMNS]
    every_row_is_accounted_for(sheet, {n for n, row in enumerate(rows, 2) if telling(row, needed)})


@quick
@given(
    st.text(st.sampled_from('abc",;\t\n\r\'"=+\u00e9\u2019'), max_size=200),
    st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32", "shift-jis"]
    ),
    st.sampled_from(",;\t|"),
)
def test_broken_quotes_and_odd_alphabets_are_read_or_refused(
    text: str, encoding: str, separator: str
) -> None:
    header = separator.join(REQUIRED_COLUMNS)
    lines = [f"K-{number}{separator}{line}" for number, line in enumerate(text.split("\n"))]
    content = "\n".join([header, *lines]).encode(encoding, "replace")
    with folder() as place:
        (place / "rencana.csv").write_bytes(content)
        try:
            sheet = read_sheet(place / "rencana.csv")
        except Misconfigured as refused:
            assert refused_well(refused)  # noqa: PT017 -- either way is right
            return
    every_row_is_accounted_for(sheet, set())
    # A row may be quoted into the text of another one, but its mark must be somewhere for a person to see.
    seen = " ".join(str(cell) for row in sheet.rows for cell in row.cells.values())
    torn = len(sheet.problems)
    assert sum(f"K-{number}" not in seen for number in range(len(lines))) <= torn * len(lines)
    if not torn:
        assert all(f"K-{number}" in seen for number in range(len(lines)))


def writable(text: str) -> str:
    """What an XLSX file can hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and ord(c) < 0xFFFE)
    )


cells = texts.map(writable) | numbers | moments | st.none()


@quick
@given(headers, st.lists(st.lists(cells, max_size=10), max_size=6), st.integers(0, 4))
@example(["tanggal", "jam", "jenis", "media", "caption"], [["=1+1"], ["#N/A"], [None, True], [False]], 2)
@example(["tanggal", "jam", "jenis", "media", "caption"], [[10**20, -1.5], [timedelta(days=2)]], 0)
def test_no_row_of_a_workbook_is_dropped_in_silence(
    names: list[str], rows: list[list[Any]], style: int
) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append([writable(oddly_written(name, style)) for name in names])
    for row in rows:
        page.append(row)
    with folder() as place:
        book.save(place / "rencana.xlsx")
        try:
            sheet = read_sheet(place / "rencana.xlsx")
        except Misconfigured as refused:
            assert refused_well(refused)  # noqa: PT017 -- either way is right
            return
    needed = [place for place, name in enumerate(names) if name in REQUIRED_COLUMNS]
    every_row_is_accounted_for(sheet, {n for n, row in enumerate(rows, 2) if telling(row, needed)})


@quick
@given(
    headers,
    st.lists(
        st.lists(texts | numbers | moments.filter(lambda cell: not isinstance(cell, timedelta)), max_size=10),
        max_size=6,
    ),
)
def test_no_row_from_google_is_dropped_in_silence_and_every_cell_survives_the_journey(
    names: list[str], rows: list[list[Any]]
) -> None:
    journey = [[unpacked(packed(cell)) for cell in row] for row in rows]
    assert journey == rows
    records = ((n, tuple(row)) for n, row in enumerate([names, *journey], 1) if not all(map(is_blank, row)))
    try:
        sheet = understood(Table(records), "Rencana")
    except Misconfigured as refused:
        assert refused_well(refused)  # noqa: PT017 -- either way is right
        return
    needed = [place for place, name in enumerate(names) if name in REQUIRED_COLUMNS]
    every_row_is_accounted_for(sheet, {n for n, row in enumerate(rows, 2) if telling(row, needed)})
    for one, other in itertools.combinations(sheet.rows, 2):
        same = {c: repr(v) for c, v in one.cells.items()} == {c: repr(v) for c, v in other.cells.items()}
        assert (fingerprint(one.cells) == fingerprint(other.cells)) == same


@given(st.text(max_size=80) | hostile)
def test_what_is_written_into_a_sheet_is_one_line_and_no_formula(text: str) -> None:
    written = harmless(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert all(character.isprintable() for character in written)
    assert len(written) <= 501
    assert harmless(written) == written


pieces = st.sampled_from(
    [
        "rencana.csv",
        "Lembar.XLSX",
        "..",
        ".",
        "",
        "/",
        "C:",
        "gambar",
        "a.jpg",
        "__MACOSX",
        "._a",
        "~$a.xlsx",
        "a" * 300,
        "a\0b",
        "é",
    ]
)
names = st.lists(pieces | st.text(max_size=8), min_size=1, max_size=4).flatmap(
    lambda parts: st.sampled_from("/\\").map(lambda between: between.join(parts))
)
SHEET = b"tanggal,jam,jenis,media,caption\n25/11/2026,09.00,gambar,a.jpg,Halo\n"


@quick
@given(
    st.lists(st.tuples(names, st.sampled_from([b"", SHEET, b"\xff\xd8\xff", b"PK\x03\x04"])), max_size=5),
    st.integers(0, 0o177777),
)
@example([("rencana.csv", SHEET), ("../a.jpg", b"x")], 0o100644)
@example([("rencana.csv", SHEET), ("gambar/a.jpg", b"x")], 0o120777)
def test_an_archive_stays_in_its_folder_and_leaves_nothing(
    members: list[tuple[str, bytes]], mode: int
) -> None:
    with folder() as place:
        file, workspace = place / "a.zip", place / "dalam" / "ruang"
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in members:
                member = zipfile.ZipInfo("x")
                member.filename = name.replace("\0", "")
                member.external_attr = mode << 16
                try:
                    archive.writestr(member, content)
                except (UnicodeEncodeError, UserWarning):
                    continue  # not even an archive can be called so
        try:
            with opened(file, workspace) as found:
                assert found.folder.is_relative_to(workspace)
                assert [row.number for row in found.sheet.rows] == [2]
        except Misconfigured as refused:
            assert refused_well(refused)  # noqa: PT017 -- either way is right
        assert list(workspace.iterdir()) == []
        assert {path.name for path in place.iterdir()} == {"a.zip", "dalam"}
