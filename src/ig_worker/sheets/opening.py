"""Opens what a person names for import: a sheet in its folder, or a ZIP of both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ig_worker.sheets.archive import unpacked
from ig_worker.sheets.reading import Sheet, check_file, read_sheet


@dataclass(frozen=True)
class OpenedSheet:
    """A sheet and the folder that its media paths start from."""

    sheet: Sheet
    folder: Path


@contextmanager
def opened(file: Path, workspace: Path) -> Iterator[OpenedSheet]:
    """The sheet in a CSV, XLSX or ZIP file; a ZIP lies unpacked below `workspace` for the length of the block.

    The source's name is the sheet's own, so that the next ZIP with the same sheet in it changes the same posts. Raises
    Misconfigured, in one line with a cure, where nothing can be read.
    """
    if file.suffix.casefold() != ".zip":
        yield OpenedSheet(read_sheet(file), file.absolute().parent)
        return
    check_file(file)
    with unpacked(file, workspace) as sheet:
        yield OpenedSheet(read_sheet(sheet), sheet.parent)
