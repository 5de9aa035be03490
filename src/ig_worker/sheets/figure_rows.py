"""Keeps a worksheet of figures at Google up to date: a row for each account and day, found again by both.

People put columns of their own beside ours, move ours, sort the rows, add lines. Only cells below our own headers are
ever written, only in rows that are ours or after the last row that holds anything, and only where something differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gspread.http_client import HTTPClient

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.indonesian_dates import Unreadable, read_date
from ig_worker.domain.sheet_rows import Cell, header_name, shown
from ig_worker.sheets.sheet_words import FIGURES
from ig_worker.sheets.spreadsheet import (
    Row,
    Worksheet,
    harmless,
    metadata,
    read_worksheet,
    tables_of,
    write_cells,
)
from ig_worker.sheets.table import is_blank

KEYS = ("akun", "tanggal")
"""The columns that say whose row it is."""

Key = tuple[str, date]


def write_figures(
    door: HTTPClient,
    spreadsheet: str,
    worksheet: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str | float | None]],
) -> int:
    """Write the rows (their first two cells are the account and the day, ISO 8601); returns how many cells changed.

    A cell of None leaves what stands there. The worksheet and columns that are missing are made. Raises Misconfigured
    where another list stands in that worksheet.
    """
    title = _made_sure_of(door, spreadsheet, worksheet)
    sheet = read_worksheet(door, spreadsheet, title, FIGURES)
    header_place, header = sheet.header()
    places = _places(sheet, header, heads)
    wanted: dict[tuple[int, int], str | float] = {
        (header_place, places[head]): head for head in heads if not _has(header, head)
    }
    known = _known_rows(sheet, header_place, places)
    free = max(_used(sheet), header_place + 1)
    for cells in rows:
        key = (str(cells[0]), date.fromisoformat(str(cells[1])))
        place = known.get(key)
        if place is None:
            place, free = free, free + 1
        before = sheet.rows[place] if place < len(sheet.rows) else ()
        for head, cell in zip(heads, cells, strict=True):
            if cell is None or (head in KEYS and key in known):
                continue
            after = harmless(cell) if isinstance(cell, str) else cell
            if not _same(_at(before, places[head]), after):
                wanted[place, places[head]] = after
    if wanted:
        write_cells(door, sheet, wanted)
    return len(wanted)


def _made_sure_of(door: HTTPClient, spreadsheet: str, worksheet: str) -> str:
    """The worksheet's title; it is made if need be."""
    written, about = metadata(door, spreadsheet, FIGURES)
    if title := _title(about, worksheet):
        return title
    grid = {"rowCount": 1000, "columnCount": 26, "frozenRowCount": 1}
    new = {"title": worksheet, "gridProperties": grid}
    door.batch_update(written, {"requests": [{"addSheet": {"properties": new}}]})
    return worksheet


def _title(about: Mapping[str, Any], worksheet: str) -> str:
    """As it is written there: Google takes titles that differ in capitals only for the same."""
    titles = [str(sheet["title"]) for sheet in tables_of(about)]
    return next((title for title in titles if title.casefold() == worksheet.casefold()), "")


def _places(sheet: Worksheet, header: Row, heads: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands, or will stand: at the right end."""
    missing = [head for head in KEYS if not _has(header, head)]
    if missing and any(not is_blank(cell) for cell in header):
        raise Misconfigured(
            f"Lembar “{shown(sheet.title)}” tidak mempunyai kolom {' dan '.join(missing)}",
            cure="Kembalikan judul kolomnya, atau tulis nama lembar lain (yang baru) di [insights] worksheet.",
        )
    names = [_name(cell) for cell in header]
    free = max((_length(row) for row in sheet.rows), default=0)
    places: dict[str, int] = {}
    for head in heads:
        if header_name(head) in names:
            places[head] = names.index(header_name(head))
        else:
            places[head] = free
            free += 1
    return places


def _known_rows(sheet: Worksheet, header_place: int, places: Mapping[str, int]) -> dict[Key, int]:
    """The rows that are ours; of two for the same day the upper one."""
    found: dict[Key, int] = {}
    for place, row in enumerate(sheet.rows[header_place + 1 :], header_place + 1):
        account, day = (_at(row, places[head]) for head in KEYS)
        if (read := _day(day)) is not None and isinstance(account, str):
            found.setdefault((account.strip(), read), place)
    return found


def _day(cell: Cell | None) -> date | None:
    """The day a cell says, whether it is still our text or somebody made it a date."""
    if cell is None:
        return None
    try:
        return read_date(cell)
    except Unreadable:
        return None


def _used(sheet: Worksheet) -> int:
    """How many rows there are up to the last that holds anything; boxes nobody has ticked are nothing."""
    return max((place for place, row in enumerate(sheet.rows, 1) if _length(row)), default=0)


def _length(row: Row) -> int:
    return max(
        (place for place, cell in enumerate(row, 1) if cell is not False and not is_blank(cell)), default=0
    )


def _same(before: Cell | None, after: str | float) -> bool:
    """Whether the cell says that already: 12 and 12.0 are the same figure, and an empty text is an empty cell."""
    if before is None or isinstance(before, str) or isinstance(after, str):
        return ("" if before is None else before) == after
    if isinstance(before, bool | date | datetime):
        return False
    return before == after


def _at(row: Row, place: int) -> Cell | None:
    return row[place] if place < len(row) else None


def _has(header: Row, head: str) -> bool:
    return header_name(head) in map(_name, header)


def _name(cell: Cell | None) -> str:
    return header_name(cell) if isinstance(cell, str) else ""
