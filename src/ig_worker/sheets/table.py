"""What every file of rows has in common, before its headers are understood."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
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
    uncalculated: Collection[tuple[int, int]] = ()
    """Cells with a formula that no program has calculated yet: the row's number and the cell's place (from 0)."""
    torn_when_longer: bool = False
    """Whether a row longer than the headers means that a separator inside a text tore it (CSV)."""


def is_blank(cell: Cell | None) -> bool:
    """Whether a cell shows nothing: empty, spaces, or characters without a width."""
    if not isinstance(cell, str):
        return cell is None
    if not cell or cell[0].isalnum():
        return not cell  # nearly every cell: the answer for it must be quick
    return all(c.isspace() or unicodedata.category(c) in {"Cc", "Cf"} for c in cell)


def known_cells(record: Sequence[Cell | None], columns: Mapping[int, str]) -> dict[str, Cell]:
    """What a row says in the planning columns, by their names; nothing where it is an empty row.

    Ticking boxes drawn down a whole column say FALSE in every row, also in those that nobody has filled in yet.
    """
    known = ((column, record[place]) for place, column in columns.items() if place < len(record))
    cells = {column: cell for column, cell in known if cell is not None and not is_blank(cell)}
    return {} if all(_unticked(cell) for cell in cells.values()) else cells


def _unticked(cell: Cell) -> bool:
    return cell is False or (isinstance(cell, str) and cell.strip().upper() == "FALSE")
