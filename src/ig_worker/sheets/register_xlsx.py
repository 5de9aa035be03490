"""Writes the register as a workbook: one sheet with every case, one with the sums and their charts.

The short-lived process behind ``register_book``: the book as JSON on standard input. No cell can become a formula:
texts are written as texts and keep the mark that says so (quote prefix) when somebody edits them.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ig_worker.sheets.register_sums import write_sums
from ig_worker.sheets.workbook import new_workbook, obey, write_list


def write_workbook(book: dict[str, Any], out: Path) -> None:
    """The workbook of a book; the same book gives the same bytes."""
    workbook = new_workbook(out, title=book["title"], subject=book["period"], made_at=book["made_at"])
    write_list(workbook, "Register", book, book, frozen=2)
    write_sums(workbook, book)
    workbook.close()


if __name__ == "__main__":
    sys.exit(obey(write_workbook))
