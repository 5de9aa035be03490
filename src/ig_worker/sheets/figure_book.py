"""The figures as files for the centre's own sheets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ig_worker.sheets.list_csv import list_csv
from ig_worker.sheets.written import by_own_process, keep, write_whole


def write_figures(book: Mapping[str, Any], form: str, out: Path, table: str) -> None:
    """All lists as ``xlsx``, or the one called `table` as ``csv``, whole or not at all.

    Raises Misconfigured where the file cannot be written, NeedsPerson where it cannot be made.
    """

    def make(unfinished: Path) -> None:
        if form == "csv":
            (chosen,) = (each for each in book["lists"] if each["key"] == table)
            keep(list_csv(chosen["columns"], chosen["rows"]), unfinished)
        else:
            by_own_process("figure_xlsx", book, unfinished, "the figures")

    write_whole(out, make)
