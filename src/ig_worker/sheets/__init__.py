"""Reads a planning sheet from a CSV or XLSX file, as Excel, LibreOffice and Google Sheets save them.

What a reader of these messages sees is Indonesian: the content team chose the file.
"""

from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.sheets.reading import Sheet, read_sheet

__all__ = ["Sheet", "SheetRow", "read_sheet"]
