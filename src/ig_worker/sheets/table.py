"""What every file of rows has in common, before its headers are understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ig_worker.domain.sheet_rows import Cell, RowProblem

ROWS_MAX = 50_000
"""More rows than a plan can have; the headers not counted."""

Record: TypeAlias = tuple[int, tuple[Cell | None, ...]]
"""A row's number as the spreadsheet shows it, and its cells."""


@dataclass(frozen=True)
class Table:
    """The rows of a file that hold something, in order; the first is the headers."""

    records: Iterator[Record]
    problems: tuple[RowProblem, ...] = ()
    torn_when_longer: bool = False
    """Whether a row longer than the headers means that a separator inside a text tore it (CSV)."""


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell shows nothing: empty, spaces, or characters without a width."""
    if not isinstance(cell, str):
        return cell is None
    return all(c.isspace() or unicodedata.category(c) in {"Cc", "Cf"} for c in cell)
