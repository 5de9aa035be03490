"""Reads one worksheet of a Google spreadsheet, and writes marks beside its rows.

People sort and edit while we work. A row is known by what stands in it, never by where it stood a moment ago: before
anything is written the sheet is read again, and a row that was edited meanwhile keeps its marks until the next pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from gspread.http_client import HTTPClient
from gspread.utils import absolute_range_name, rowcol_to_a1

from ig_worker.domain.errors import Misconfigured, Unanswered
from ig_worker.domain.sheet_rows import Cell, header_name, shown
from ig_worker.sheets.headers import columns_of
from ig_worker.sheets.sheet_words import PLAN, SheetWords
from ig_worker.sheets.table import ROWS_MAX, is_blank, known_cells
from ig_worker.sheets.wire import fingerprint

MARKS = ("status_ig", "tautan", "galat")
"""The columns that are ours. The importer knows none of them, so what stands there never becomes a part of a plan."""

OUR_LINK = "https://www.instagram.com/"
_TRIES = 3
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet's dates have no zone
_LAST_SERIAL = 2_958_465
_ID = re.compile(r"(?:https://docs\.google\.com/.*?/d/)?([A-Za-z0-9_-]{20,})(?:/.*)?")
_GID = re.compile(r"[#?&]gid=(\d+)")

Row = tuple[Cell | None, ...]


@dataclass(frozen=True)
class Worksheet:
    """One sheet of the spreadsheet as it is now."""

    spreadsheet: str
    gid: int
    title: str
    columns: int
    rows: tuple[Row, ...]
    """From the first row on, blank ones too, so that a row's place is its number."""
    row_count: int = 0
    """How many rows there is room for."""

    def header(self) -> tuple[int, Row]:
        """The place of the first row that holds something (from 0), and that row."""
        return next(
            ((place, row) for place, row in enumerate(self.rows) if not all(map(is_blank, row))), (0, ())
        )


def read_worksheet(door: HTTPClient, written: str, wanted: str, words: SheetWords = PLAN) -> Worksheet:
    """The worksheet called `wanted` (else the one the address points at, else the first that people see).

    Its cells as a person meant them: numbers as numbers, dates and times as such, formulas as their values. Raises
    Misconfigured where there is no such sheet, Unanswered while somebody keeps changing it.
    """
    spreadsheet, about = metadata(door, written, words)
    try:
        properties = _chosen(about, wanted, _GID.search(written), words)
        grid = properties["gridProperties"]
        title, columns = str(properties["title"]), int(grid["columnCount"])
        last = rowcol_to_a1(min(int(grid["rowCount"]), ROWS_MAX + 2), columns)
        rows = _rows(door, spreadsheet, absolute_range_name(title, f"A1:{last}"), words)
        return Worksheet(
            spreadsheet, int(properties.get("sheetId", 0)), title, columns, rows, int(grid["rowCount"])
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unanswered(f"jawaban Google Sheets tidak terbaca ({type(error).__name__})") from None


def metadata(door: HTTPClient, written: str, words: SheetWords) -> tuple[str, Mapping[str, Any]]:
    """The spreadsheet's id, and what its worksheets are; Misconfigured where `written` is no address of one."""
    found = _ID.fullmatch(written.strip())
    if found is None:
        raise Misconfigured(
            f"[{words.section}] spreadsheet “{shown(written)}” bukan alamat Google Spreadsheet",
            cure="Salin alamatnya dari peramban: https://docs.google.com/spreadsheets/d/…",
        )
    fields = "sheets.properties(sheetId,title,index,hidden,sheetType,gridProperties(rowCount,columnCount))"
    return found[1], door.fetch_sheet_metadata(
        found[1], params={"fields": fields, "includeGridData": "false"}
    )


def tables_of(about: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The properties of the worksheets that have cells."""
    sheets = [sheet["properties"] for sheet in about.get("sheets", ())]
    return [sheet for sheet in sheets if sheet.get("sheetType", "GRID") == "GRID"]


def _chosen(
    about: Mapping[str, Any], wanted: str, gid: re.Match[str] | None, words: SheetWords
) -> Mapping[str, Any]:
    tables = tables_of(about)
    if wanted:
        matching = [sheet for sheet in tables if sheet["title"] == wanted]
    elif gid is not None:
        matching = [sheet for sheet in tables if sheet.get("sheetId", 0) == int(gid[1])]
    else:
        matching = [sheet for sheet in tables if not sheet.get("hidden")]
    if not matching:
        titles = ", ".join(f"“{shown(sheet['title'])}”" for sheet in tables) or "tidak ada"
        raise Misconfigured(
            f"Lembar “{shown(wanted) or 'pertama'}” tidak ada di Google Spreadsheet itu (yang ada: {titles})",
            cure=f"Tulis nama salah satunya di [{words.section}] worksheet.",
        )
    return min(matching, key=lambda sheet: int(sheet.get("index", 0)))


def _rows(door: HTTPClient, spreadsheet: str, cells: str, words: SheetWords) -> tuple[Row, ...]:
    """All rows, read twice: once with dates as numbers, once as text. What differs so is a date; all else is equal."""
    for _ in range(_TRIES):
        as_numbers, as_text = (
            door.values_get(
                spreadsheet,
                cells,
                params={
                    "majorDimension": "ROWS",
                    "valueRenderOption": "UNFORMATTED_VALUE",
                    "dateTimeRenderOption": dates,
                },
            ).get("values", [])
            for dates in ("SERIAL_NUMBER", "FORMATTED_STRING")
        )
        rows = [
            tuple(_cell(number, text) for number, text in zip_longest(numbers, texts, fillvalue=""))
            for numbers, texts in zip_longest(as_numbers, as_text, fillvalue=())
        ]
        if not any(cell is _CHANGED for row in rows for cell in row):
            return tuple(rows)
    raise Unanswered(f"{words.name} terus diubah orang saat dibaca; dicoba lagi nanti")


_CHANGED: Any = object()
"""Stands where the two readings show different things: somebody typed in between."""


def _cell(number: Any, text: Any) -> Cell | None:
    if isinstance(number, int | float) and not isinstance(number, bool) and isinstance(text, str):
        return _moment(number) if text else _CHANGED
    if number != text or type(number) is not type(text):
        return _CHANGED  # type: ignore[no-any-return]
    return number  # type: ignore[no-any-return]


def _moment(serial: float) -> Cell:
    """The date, the time of day, or both, behind a spreadsheet's number; a number beyond the calendar stays one."""
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    moment = _EPOCH + timedelta(seconds=round(serial * 86_400))
    if serial < 1:
        return moment.time() if moment.date() == _EPOCH.date() else moment
    return moment.date() if moment == datetime.combine(moment, datetime.min.time()) else moment


def write_marks(door: HTTPClient, sheet: Worksheet, marks: Mapping[str, Mapping[str, str]]) -> int:
    """Write what differs from `marks` (by the rows' fingerprints) in one call; returns how many cells that were.

    A row that nobody plans anything with loses its marks; one that is not in `marks` keeps what it has. Missing columns
    are made at the right end.
    """
    header_place, header = sheet.header()
    known = columns_of(header, sheet.title)
    places = _places(sheet, header)
    wanted: dict[tuple[int, int], str | float] = {
        (header_place, place): name for name, (place, there) in places.items() if not there
    }
    for place, row in enumerate(sheet.rows[header_place + 1 :], header_place + 1):
        cells = known_cells(row, known)
        texts = marks.get(fingerprint(cells)) if cells else dict.fromkeys(MARKS, "")
        for name, text in (texts or {}).items():
            column = places[name][0]
            before = str(row[column] or "") if column < len(row) else ""
            if name == "tautan" and not text and not before.startswith(OUR_LINK):
                continue  # a link that somebody keeps there by hand
            if before != (after := harmless(text)):
                wanted[place, column] = after
    if not wanted:
        return 0
    write_cells(door, sheet, wanted)
    return len(wanted)


def write_cells(door: HTTPClient, sheet: Worksheet, wanted: Mapping[tuple[int, int], str | float]) -> None:
    """Write these cells, by row and column from 0, in one call; the sheet is made larger before if need be."""
    rows, columns = (max(places) + 1 for places in zip(*wanted, strict=True))
    room = (("ROWS", rows - sheet.row_count if sheet.row_count else 0), ("COLUMNS", columns - sheet.columns))
    more = [
        {"appendDimension": {"sheetId": sheet.gid, "dimension": dimension, "length": length}}
        for dimension, length in room
        if length > 0
    ]
    if more:
        door.batch_update(sheet.spreadsheet, {"requests": more})
    data = [
        {"range": absolute_range_name(sheet.title, cells), "majorDimension": "ROWS", "values": values}
        for cells, values in _runs(wanted)
    ]
    # RAW: what we write is stored as text, whatever it looks like.
    door.values_batch_update(sheet.spreadsheet, {"valueInputOption": "RAW", "data": data})


def harmless(text: str) -> str:
    """`text` as one short line that no program takes for a formula, not even after an export."""
    line = shown_whole(text)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def shown_whole(text: str) -> str:
    """One line without control characters, at most 500 characters."""
    line = " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())
    return line if len(line) <= 500 else line[:499] + "…"


def _places(sheet: Worksheet, header: Row) -> dict[str, tuple[int, bool]]:
    """Where each of our columns stands (from 0), and whether its header is there already."""
    names = [header_name(cell) if isinstance(cell, str) else "" for cell in header]
    free = max((len(_trimmed(row)) for row in sheet.rows), default=0)
    places: dict[str, tuple[int, bool]] = {}
    for name in MARKS:
        if name in names:
            places[name] = (names.index(name), True)
        else:
            places[name] = (free, False)
            free += 1
    return places


def _trimmed(row: Sequence[Cell | None]) -> Sequence[Cell | None]:
    last = max((place for place, cell in enumerate(row, 1) if not is_blank(cell)), default=0)
    return row[:last]


def _runs(wanted: Mapping[tuple[int, int], str | float]) -> Iterator[tuple[str, list[list[str | float]]]]:
    """The cells as ranges: neighbours below each other are one."""
    by_column = sorted(wanted, key=lambda cell: (cell[1], cell[0]))
    run: list[tuple[int, int]] = []
    for row, column in by_column:
        if run and (row, column) != (run[-1][0] + 1, run[-1][1]):
            yield _run(run, wanted)
            run = []
        run.append((row, column))
    yield _run(run, wanted)


def _run(
    run: Sequence[tuple[int, int]], wanted: Mapping[tuple[int, int], str | float]
) -> tuple[str, list[list[str | float]]]:
    (top, column), (bottom, _) = run[0], run[-1]
    cells = f"{rowcol_to_a1(top + 1, column + 1)}:{rowcol_to_a1(bottom + 1, column + 1)}"
    return cells, [[wanted[cell]] for cell in run]
