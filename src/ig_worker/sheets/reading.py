"""Opens a planning sheet, whatever it was saved with, and hands out its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import RowProblem, SheetRow, shown
from ig_worker.sheets.csv_file import csv_table
from ig_worker.sheets.headers import columns_of
from ig_worker.sheets.table import ROWS_MAX, Record, Table, is_blank, known_cells

FILE_BYTES_MAX = 50_000_000

_CALCULATED = "nilai; buka berkasnya di Excel atau LibreOffice dan simpan ulang, agar rumusnya dihitung"
_TORN_ALLOWED = "kosong; beri tanda kutip di sekitar teks yang memuat pemisah kolom"


def _xlsx_table(content: bytes, name: str) -> Table:
    from ig_worker.sheets.xlsx_file import xlsx_table  # openpyxl is heavy; the worker reads other sheets

    return xlsx_table(content, name)


_READERS: Mapping[str, Callable[[bytes, str], Table]] = {".csv": csv_table, ".xlsx": _xlsx_table}


@dataclass(frozen=True)
class Sheet:
    """A planning sheet as it was read. Rows without any known cell are left out; problems belong to single rows."""

    source_name: str
    """The file's name without its folder."""
    rows: tuple[SheetRow, ...]
    problems: tuple[RowProblem, ...]


def read_sheet(path: Path, called: str = "") -> Sheet:
    """The sheet in a ``.csv`` (UTF-8; comma, semicolon or tab) or ``.xlsx`` file (formulas as their values).

    `called` is the name that people know it by, where it lies under another one.

    Raises Misconfigured, in one line with a cure, where the file as a whole cannot be read: missing, locked, empty,
    of another type, broken, without a needed header or with one that stands there twice.
    """
    name = shown(called or path.name)
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        raise Misconfigured(
            f"Lembar rencana “{name}” bukan CSV atau XLSX",
            cure="Simpan lembar itu sebagai .xlsx atau CSV UTF-8, atau buat ZIP berisi lembar itu dan gambarnya.",
        )
    return understood(reader(_content(path, name), name), name)


def understood(table: Table, name: str) -> Sheet:
    """The sheet in a table whose first row is the headers. Raises Misconfigured as :func:`read_sheet`."""
    header_number, header = next(table.records, (1, ()))
    columns = columns_of(header, name)
    uncalculated = [
        RowProblem(number, columns[place], "rumus tanpa hasil", _CALCULATED)
        for number, place in sorted(table.uncalculated)
        if number > header_number and place in columns
    ]
    rows, problems = [], [*table.problems, *uncalculated]
    unknown = {problem.row for problem in uncalculated}
    for number, record in _limited(table.records, name):
        beyond = [shown(cell) for cell in record[len(header) :] if not is_blank(cell)]
        if beyond and table.torn_when_longer:
            problems.append(RowProblem(number, str(len(header) + 1), beyond[0], _TORN_ALLOWED))
        elif number not in unknown and (cells := known_cells(record, columns)):
            rows.append(SheetRow(number, cells))
    return Sheet(name, tuple(rows), tuple(problems))


def check_file(path: Path) -> None:
    """Misconfigured where there is no such file, or it cannot be opened."""
    name = shown(path.name)
    try:
        if not path.is_file():
            what = "bukan berkas" if path.exists() else "tidak ditemukan"
            raise Misconfigured(
                f"Berkas “{name}” {what}", cure="Periksa nama dan folder berkas, lalu impor lagi."
            )
        with path.open("rb"):
            pass
    except OSError as error:
        raise _cannot_open(name, error) from None


def _content(path: Path, name: str) -> bytes:
    check_file(path)
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Misconfigured(
                f"Lembar rencana “{name}” lebih besar dari {FILE_BYTES_MAX // 1_000_000} MB",
                cure="Simpan hanya lembar rencananya, tanpa gambar di dalamnya.",
            )
        content = path.read_bytes()
    except OSError as error:
        raise _cannot_open(name, error) from None
    if not content.strip():
        raise Misconfigured(
            f"Lembar rencana “{name}” kosong", cure="Ekspor ulang lembar rencana, lalu impor lagi."
        )
    return content


def _cannot_open(name: str, error: OSError) -> Misconfigured:
    return Misconfigured(
        f"Berkas “{name}” tidak dapat dibuka ({error.strerror or 'galat'})",
        cure="Tutup dulu berkas itu di Excel dan pastikan berkas boleh dibaca, lalu impor lagi.",
    )


def _limited(records: Iterator[Record], name: str) -> Iterator[Record]:
    for count, record in enumerate(records, 1):
        if count > ROWS_MAX:
            raise Misconfigured(
                f"Lembar rencana “{name}” berisi lebih dari {ROWS_MAX} baris",
                cure="Pecah menjadi beberapa berkas, misalnya satu per bulan.",
            )
        yield record
