"""Reads the rows of an XLSX file, formulas as the values that were last calculated."""

from __future__ import annotations

import io
import zipfile

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.sheet_rows import RowProblem, shown
from ig_worker.sheets.headers import has_needed_columns
from ig_worker.sheets.table import ROWS_MAX, Record, Table, is_blank
from ig_worker.sheets.workbook import Workbook, cells_of

UNPACKED_BYTES_MAX = 400_000_000
COLUMNS_MAX = 300
"""A plan has 24 columns; what stands hundreds of columns to the right is no part of it."""


def xlsx_table(content: bytes, name: str) -> Table:
    """The rows of the first visible worksheet that has the needed headers (else of the first visible one).

    Further worksheets with such headers are told as problems: they are not read. Raises Misconfigured for a file that
    is protected, broken, or something else under this name.
    """
    _check_container(content, name)
    try:
        worksheets = _worksheets(content)
    except Exception:  # noqa: BLE001 -- a damaged file raises whatever its parsers trip over
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
    found: dict[str, tuple[list[Record], set[tuple[int, int]]]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = Workbook(archive)
        for page in book.pages:
            records: list[Record] = []
            uncalculated: set[tuple[int, int]] = set()
            with book.open(page) as source:
                for number, cells, unknown in cells_of(source, book, COLUMNS_MAX):
                    uncalculated.update((number, place) for place in unknown)
                    if not all(is_blank(cell) for cell in cells):
                        records.append((number, cells))
                    if len(records) > ROWS_MAX + 1 or len(uncalculated) > ROWS_MAX * 2:
                        break
            found[page.title] = records, uncalculated
    return found


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
