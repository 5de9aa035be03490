"""Reads the rows of an XLSX file, formulas as the values that were last calculated."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import isfinite
from typing import Any

import openpyxl

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import Cell, RowProblem, shown
from ig_worker.sheets.formulas import uncalculated_cells
from ig_worker.sheets.headers import has_needed_columns
from ig_worker.sheets.table import ROWS_MAX, Record, Table, is_blank

UNPACKED_BYTES_MAX = 400_000_000
SMALL_PART_BYTES_MAX = 30_000_000
"""Styles, names and the like: the library makes an object of everything in them."""
COLUMNS_MAX = 300
"""A plan has 24 columns; what stands hundreds of columns to the right is no part of it."""

_EXCEL_ROWS = 1_048_576
_LARGE_PARTS = re.compile(r"xl/(worksheets/.*|sharedStrings\.xml|media/.*)", re.IGNORECASE)
_ESCAPED = re.compile("_x(00[01][0-9A-F]|005F)_", re.IGNORECASE)


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
            return _table(content, name)
    except Misconfigured:
        raise
    except Exception:  # noqa: BLE001 -- on a damaged file openpyxl raises whatever its parsers trip over
        raise _broken(name) from None


def _table(content: bytes, name: str) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        visible: list[Any] = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if _is_strict(content):
            raise Misconfigured(
                f"Lembar rencana “{name}” disimpan sebagai “Strict Open XML”, yang tidak dapat dibaca",
                cure="Simpan ulang di Excel dengan jenis “Excel Workbook (.xlsx)”, lalu impor lagi.",
            )
        if not visible:
            raise Misconfigured(
                f"Berkas “{name}” tidak punya lembar yang terlihat", cure="Tampilkan lembar rencananya."
            )
        plans = [sheet for sheet in visible if has_needed_columns(_header(sheet))]
        chosen = plans[0] if plans else visible[0]
        allowed = (
            f"hanya satu lembar rencana (yang dibaca “{shown(chosen.title)}”); "
            "impor yang lain sebagai berkas sendiri"
        )
        unread = tuple(RowProblem(1, "lembar", shown(sheet.title), allowed) for sheet in plans[1:])
        # The library's own way to a worksheet's XML; it has no public one.
        with chosen._get_source() as source:
            uncalculated = uncalculated_cells(source, ROWS_MAX)
        return Table(iter(list(islice(_records(chosen), ROWS_MAX + 2))), unread, uncalculated)
    finally:
        book.close()


def _is_strict(content: bytes) -> bool:
    """Whether it was saved in the dialect that openpyxl does not know: it sees no pages, or no rows."""
    with zipfile.ZipFile(io.BytesIO(content)) as container:
        return b"http://purl.oclc.org/ooxml/spreadsheetml/main" in container.read("xl/workbook.xml")


def _header(worksheet: Any) -> tuple[Cell | None, ...]:
    return next((cells for _, cells in _records(worksheet)), ())


def _records(worksheet: Any) -> Iterator[Record]:
    # Some programs write a wrong extent into the file; without it every row is looked at.
    worksheet.reset_dimensions()
    for number, row in enumerate(islice(worksheet.iter_rows(values_only=True), _EXCEL_ROWS), 1):
        cells = tuple(map(_cell, row[:COLUMNS_MAX]))
        if not all(map(is_blank, cells)):
            yield number, cells


def _cell(value: Any) -> Cell | None:
    match value:
        case str() if "_x" in value:
            # XML cannot hold every character; Excel ends a line that came from elsewhere with ``_x000D_``.
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case float() if not isfinite(value):
            return "#NUM!"
        case timedelta():
            return _time_of_day(value)
        case None | str() | bool() | int() | float() | datetime() | date() | time():
            return value
    return str(value)


def _time_of_day(value: timedelta) -> Cell:
    """A cell formatted as a duration shows 09:00 and means the time of day; a day or more is told as text."""
    if timedelta(0) <= value < timedelta(days=1):
        return (datetime.combine(date.min, time()) + value).time()
    seconds = round(abs(value).total_seconds())
    return f"{'-' if value < timedelta(0) else ''}{seconds // 3600}:{seconds // 60 % 60:02}"


def _check_container(content: bytes, name: str) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Misconfigured(
            f"Lembar rencana “{name}” dilindungi kata sandi atau berformat Excel lama (.xls)",
            cure="Buka di Excel, hapus kata sandinya, dan simpan sebagai .xlsx.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            sizes = {member.filename: member.file_size for member in container.infolist()}
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _broken(name) from None
    if "xl/workbook.xml" not in sizes:
        raise Misconfigured(
            f"Berkas “{name}” bukan lembar Excel",
            cure="Simpan lembar rencana sebagai .xlsx, lalu impor lagi.",
        )
    small = [size for part, size in sizes.items() if not _LARGE_PARTS.fullmatch(part)]
    if sum(sizes.values()) > UNPACKED_BYTES_MAX or max(small) > SMALL_PART_BYTES_MAX:
        raise Misconfigured(
            f"Lembar rencana “{name}” terlalu besar setelah dibuka",
            cure="Salin baris rencananya ke lembar baru dan impor itu.",
        )


def _broken(name: str) -> Misconfigured:
    return Misconfigured(
        f"Lembar rencana “{name}” rusak atau bukan XLSX",
        cure="Simpan ulang di Excel sebagai .xlsx, lalu impor lagi.",
    )
