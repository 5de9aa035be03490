"""Reads planning sheets: CSV, XLSX, or a ZIP of one of them and its pictures, as people's programs save them.

What a reader of these messages sees is Indonesian: the content team chose the file.
"""

from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.sheets.opening import OpenedSheet, opened
from ig_worker.sheets.reading import Sheet, read_sheet

__all__ = ["OpenedSheet", "Sheet", "SheetRow", "opened", "read_sheet"]
