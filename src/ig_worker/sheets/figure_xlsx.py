"""Writes the figures as a workbook: a sheet for each list, and one that says what their columns mean.

The short-lived process behind ``figure_book``: the book as JSON on standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ig_worker.sheets.workbook import new_workbook, obey, write_list

_COLUMNS = (
    {"name": "sheet", "head": "lembar", "kind": "text", "width": 12},
    {"name": "column", "head": "kolom", "kind": "text", "width": 32},
    {"name": "meaning", "head": "arti", "kind": "text", "width": 90},
)


def write_workbook(book: dict[str, Any], out: Path) -> None:
    """The workbook of a book; the same book gives the same bytes."""
    workbook = new_workbook(out, title=book["title"], subject=book["period"], made_at=book["made_at"])
    for each in book["lists"]:
        write_list(workbook, each["sheet"], each, book, frozen=2)
    meanings = [
        {"sheet": each["sheet"], "column": column, "meaning": meaning}
        for each in book["lists"]
        for column, meaning in each["meanings"].items()
    ]
    write_list(workbook, "Keterangan", {"columns": _COLUMNS, "rows": meanings, "empty": ""}, book, frozen=0)
    workbook.close()


if __name__ == "__main__":
    sys.exit(obey(write_workbook))
