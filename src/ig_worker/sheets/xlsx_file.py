"""Reads the rows of an XLSX file, formulas as the values that were last calculated."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

import openpyxl

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import Cell, RowProblem, shown
from ig_worker.sheets.formulas import uncalculated_cells
from ig_worker.sheets.headers import has_needed_columns
from ig_worker.sheets.table import ROWS_MAX, Record, Table, is_blank

UNPACKED_BYTES_MAX = 400_000_000
_EXCEL_ROWS = 1_048_576


def xlsx_table(content: bytes, name: str) -> Table:
    """The rows of the first visible worksheet that has the needed headers (else of the first visible one).

    Further worksheets with such headers are told as problems: they are not read. Raises Misconfigured for a file that
    is protected, broken, or something else under this name.
    """
    _check_container(content, name)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of drawings and validations that it leaves out; a plan has no use for them.
            warnings.simplefilter("ignore")
            worksheets = _worksheets(content)
    except Exception:  # noqa: BLE001 -- on a damaged file openpyxl raises whatever its parsers trip over
        raise _broken(name) from None
    if not worksheets:
        raise Misconfigured(
            f"Berkas “{name}” tidak punya lembar yang terlihat", cure="Tampilkan lembar rencananya."
        )
    plans = [
        title for title, (records, _) in worksheets.items() if records and has_needed_columns(records[0][1])
    ]
    chosen = plans[0] if plans else next(iter(worksheets))
    allowed = (
        f"hanya satu lembar rencana (yang dibaca “{shown(chosen)}”); impor yang lain sebagai berkas sendiri"
    )
    unread = tuple(RowProblem(1, "lembar", shown(title), allowed) for title in plans[1:])
    records, uncalculated = worksheets[chosen]
    return Table(iter(records), unread, uncalculated)


def _worksheets(content: bytes) -> dict[str, tuple[list[Record], set[tuple[int, int]]]]:
    """Every visible worksheet by its title: its rows that hold something, and its formulas without a value."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        found = {}
        for worksheet in book.worksheets:
            if worksheet.sheet_state == "visible":
                # Some programs write a wrong extent into the file; without it every row is looked at.
                worksheet.reset_dimensions()
                records = _records(worksheet.iter_rows(values_only=True))
                # The library's own way to a worksheet's XML; it has no public one.
                with worksheet._get_source() as source:  # type: ignore[attr-defined]
                    uncalculated = uncalculated_cells(source)
                found[worksheet.title] = list(islice(records, ROWS_MAX + 2)), uncalculated
        return found
    finally:
        book.close()


def _records(rows: Iterator[tuple[Any, ...]]) -> Iterator[Record]:
    for number, row in enumerate(islice(rows, _EXCEL_ROWS), 1):
        cells = tuple(_cell(value) for value in row)
        if not all(is_blank(cell) for cell in cells):
            yield number, cells


def _cell(value: Any) -> Cell | None:
    if value is None or isinstance(value, (str, bool, int, float, datetime, date, time)):
        return value
    if isinstance(value, timedelta) and timedelta(0) <= value < timedelta(days=1):
        # A cell formatted as a duration shows 09:00 and means the time of day.
        return time(value.seconds // 3600, value.seconds // 60 % 60, value.seconds % 60, value.microseconds)
    return str(value)


def _check_container(content: bytes, name: str) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Misconfigured(
            f"Lembar rencana “{name}” dilindungi kata sandi atau berformat Excel lama (.xls)",
            cure="Buka di Excel, hapus kata sandinya, dan simpan sebagai .xlsx.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            names = container.namelist()
            unpacked = sum(member.file_size for member in container.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _broken(name) from None
    if "xl/workbook.xml" not in names:
        raise Misconfigured(
            f"Berkas “{name}” bukan lembar Excel",
            cure="Simpan lembar rencana sebagai .xlsx, lalu impor lagi.",
        )
    if unpacked > UNPACKED_BYTES_MAX:
        raise Misconfigured(
            f"Lembar rencana “{name}” terlalu besar setelah dibuka",
            cure="Salin baris rencananya ke lembar baru dan impor itu.",
        )


def _broken(name: str) -> Misconfigured:
    return Misconfigured(
        f"Lembar rencana “{name}” rusak atau bukan XLSX",
        cure="Simpan ulang di Excel sebagai .xlsx, lalu impor lagi.",
    )
