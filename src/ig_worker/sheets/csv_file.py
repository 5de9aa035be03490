"""Reads the rows of a CSV file, with comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ig_worker.domain.errors import Misconfigured
from ig_worker.sheets.headers import known_columns
from ig_worker.sheets.table import Record, Table, is_blank

_SEPARATORS = ",;\t"


def csv_table(content: bytes, name: str) -> Table:
    """The rows of a CSV file in UTF-8, with or without byte order mark; a record over several lines is one row.

    Raises Misconfigured for another encoding, for another kind of file under this name, and, while the rows are
    taken, for quotation marks that do not close: everything behind one would vanish into a single cell.
    """
    if content.startswith(b"PK\x03\x04"):
        raise Misconfigured(
            f"Lembar rencana “{name}” sebenarnya berkas Excel",
            cure="Ganti akhiran namanya menjadi .xlsx, lalu impor lagi.",
        )
    if b"\0" in content or not _is_utf8(content):
        raise Misconfigured(
            f"Lembar rencana “{name}” bukan teks UTF-8",
            cure="Di Excel pilih Simpan Sebagai “CSV UTF-8”, atau simpan sebagai .xlsx, lalu impor lagi.",
        )
    return Table(_records(content, _separator(content), name), torn_when_longer=True)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _lines(content: bytes) -> Iterator[str]:
    """Line by line with the ends as they are: the text is never in memory as a whole."""
    return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")


def _separator(content: bytes) -> str:
    """The one under which the first line shows the most known headers."""
    first_line = next((line for line in _lines(content) if line.strip()), "").rstrip("\r\n")
    return max(_SEPARATORS, key=lambda separator: known_columns(_cells(first_line, separator)))


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader([line], delimiter=separator))


def _records(content: bytes, separator: str, name: str) -> Iterator[Record]:
    reader = csv.reader(_lines(content), delimiter=separator, strict=True)
    number = 0
    # Names, kinds and states stand in thousands of rows and need to be kept once.
    kept: dict[str, str] = {}
    try:
        for number, cells in enumerate(reader, 1):
            if not all(is_blank(cell) for cell in cells):
                yield (
                    number,
                    tuple([kept.setdefault(cell, cell) if len(cell) < 40 else cell for cell in cells]),
                )
    except csv.Error:
        raise Misconfigured(
            f"Lembar rencana “{name}” rusak di sekitar baris {number + 1}: tanda kutip tidak berpasangan",
            cure='Tulis tanda kutip di dalam teks dua kali (""), atau simpan lembar itu sebagai .xlsx.',
        ) from None
