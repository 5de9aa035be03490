"""The month's evaluation as a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ig_worker.sheets.written import by_own_process, write_whole


def write_month(doc: Mapping[str, Any], out: Path) -> None:
    """The workbook of an evaluation (``Evaluator.gather``) under `out`, whole or not at all; the folder is made if
    need be. Figures are numbers, what is not known is an empty cell, and nobody's words become a formula.

    Raises Misconfigured where the file cannot be written, NeedsPerson where it cannot be made.
    """
    write_whole(out, lambda unfinished: by_own_process("month_xlsx", doc, unfinished, "the evaluation"))
