"""Finds the planning columns among a sheet's headers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import COLUMNS, REQUIRED_COLUMNS, SYNONYMS, Cell, header_name, shown


def columns_of(header: Sequence[Cell | None], name: str) -> dict[int, str]:
    """Which place holds which column. Other headers are left out; a synonym gives way to the column's own name.

    Raises Misconfigured for a needed column that is missing and for one that stands there twice.
    """
    columns = _known(header)
    if missing := _missing(columns):
        found = ", ".join(shown(cell) for cell in header if cell is not None) or "kosong"
        raise Misconfigured(
            f"Lembar rencana “{name}” tidak punya kolom {', '.join(missing)} (judul yang ada: {shown(found)})",
            cure="Baris pertama harus berisi judul kolom, antara lain: " + ", ".join(REQUIRED_COLUMNS) + ".",
        )
    if twice := [column for column, count in Counter(columns.values()).items() if count > 1]:
        raise Misconfigured(
            f"Lembar rencana “{name}” punya dua kolom {', '.join(twice)}",
            cure="Hapus atau ganti judul salah satunya, agar jelas mana yang dipakai.",
        )
    return columns


def has_needed_columns(header: Sequence[Cell | None]) -> bool:
    """Whether these headers are those of a planning sheet."""
    return not _missing(_known(header))


def known_columns(header: Sequence[Cell | None]) -> int:
    """How many of these headers a planning sheet has."""
    return len(_known(header))


def _known(header: Sequence[Cell | None]) -> dict[int, str]:
    names = {place: header_name(cell) for place, cell in enumerate(header) if isinstance(cell, str)}
    own = {place: name for place, name in names.items() if name in COLUMNS}
    taken = set(own.values())
    by_synonym = {place: SYNONYMS[name] for place, name in names.items() if name in SYNONYMS}
    return own | {place: column for place, column in by_synonym.items() if column not in taken}


def _missing(columns: dict[int, str]) -> list[str]:
    return [column for column in REQUIRED_COLUMNS if column not in columns.values()]
