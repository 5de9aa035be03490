"""What a planning sheet is made of: its columns, a row's cells, and what is wrong with a row.

The columns are those of INTERFACE.md, "The planning sheet".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeAlias

Cell: TypeAlias = str | date | datetime | time | float | int | bool

COLUMNS = (
    "kode",
    "akun",
    "tanggal",
    "jam",
    "segmen",
    "jenis",
    "media",
    "caption",
    "alt_text",
    "komentar_pertama",
    "kolaborator",
    "tag",
    "lokasi",
    "sampul",
    "thumb_offset",
    "bagikan_ke_feed",
    "mendesak",
    "ada_pasien",
    "persetujuan_pasien",
    "status",
    "pembuat",
    "redaksi",
    "verifikator",
    "penanggung_jawab",
)

SYNONYMS = {"id": "kode", "kategori": "segmen", "consent": "persetujuan_pasien"}

REQUIRED_COLUMNS = ("tanggal", "jam", "jenis", "media", "caption")
"""Without these nothing can be planned; a misspelt ``caption`` would put posts out without their text."""

BOARD = "papan:"
"""How the source of a post begins that was made on the board; its key follows."""

SHOWN_LENGTH = 80

_ABOUT_ROW = re.compile(r"Baris (\d+)[,:]\s*", re.ASCII)


@dataclass(frozen=True)
class SheetRow:
    """One row that holds something. ``number`` is as the spreadsheet shows it (the headers are row 1)."""

    number: int
    cells: Mapping[str, Cell]
    """By column name of :data:`COLUMNS`; empty cells are absent."""


@dataclass(frozen=True)
class RowProblem:
    """Why a row, or a part of it, cannot be taken; ``str()`` is a line in Indonesian for the content team."""

    row: int
    column: str
    found: str
    """What stands in the cell, shortened; empty for an empty cell."""
    allowed: str
    """What may stand there, as the end of a sentence in Indonesian."""

    def __str__(self) -> str:
        quoted = self.found if "“" in self.found else f"“{self.found}”"
        written = f"tertulis {quoted}" if self.found else "masih kosong"
        return f"Baris {self.row}, kolom {self.column}: {written}, seharusnya {self.allowed}."


def about_row(line: str) -> tuple[int | None, str]:
    """The row that a line of an import's report is about (None for the sheet as a whole), and the rest of the line."""
    found = _ABOUT_ROW.match(line)
    return (int(found[1]), line[found.end() :].strip()) if found else (None, line)


def is_from_board(source: str) -> bool:
    """Whether a post was made by hand on the board, and so is changed there."""
    return source.startswith(BOARD)


def place_of(source: str, row: int) -> str:
    """Where a post was planned, as people are told it: ``rencana.xlsx, baris 3``."""
    return "dibuat di papan" if is_from_board(source) else f"{source}, baris {row}"


def header_name(written: str) -> str:
    """A header as it is compared: any case, spaces and hyphens as underscores (``Alt Text`` is ``alt_text``)."""
    plain = unicodedata.normalize("NFKC", written).replace("\ufeff", "").replace("\u200b", "")
    return "_".join(plain.casefold().replace("-", " ").replace("_", " ").split())


def shown(value: object) -> str:
    """A value as a problem quotes it: one line, without control characters, at most 80 characters."""
    if isinstance(value, datetime):
        value = f"{value:%d/%m/%Y %H:%M}"
    elif isinstance(value, date):
        value = f"{value:%d/%m/%Y}"
    elif isinstance(value, time):
        value = f"{value:%H:%M}"
    line = " ".join(str(value).split())
    plain = "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return plain if len(plain) <= SHOWN_LENGTH else plain[: SHOWN_LENGTH - 1] + "…"
