"""The register as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ig_worker.sheets.list_csv import list_csv
from ig_worker.sheets.written import by_own_process, keep, write_whole


def write_register(book: Mapping[str, Any], form: str, out: Path) -> None:
    """The register as ``xlsx`` or ``csv`` under `out`, whole or not at all; the folder is made if need be.

    Raises Misconfigured where the file cannot be written, NeedsPerson where it cannot be made.
    """

    def make(unfinished: Path) -> None:
        if form == "csv":
            keep(list_csv(book["columns"], book["rows"]), unfinished)
        else:
            by_own_process("register_xlsx", book, unfinished, "the register")

    write_whole(out, make)
