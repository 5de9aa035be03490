"""Writes a month's evaluation as what people open: a PDF, a workbook, a short text, or plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.evaluation.whatsapp import short_text
from ig_worker.domain.month import Month
from ig_worker.sheets.written import keep, write_whole

FORMS = {"pdf": "pdf", "xlsx": "xlsx", "text": "txt"}
"""What is made if nobody says otherwise, each with the ending of its file's name."""

ENDINGS = {**FORMS, "json": "json"}


class Press(Protocol):
    """Sets the PDF."""

    def month_report(self, doc: Mapping[str, Any], out: Path, pictures: Path | None = None) -> None: ...


class Binder(Protocol):
    """Writes the workbook."""

    def __call__(self, doc: Mapping[str, Any], out: Path) -> None: ...


class Papers:
    """Makes every form of an evaluation (``Evaluator.gather``). The pictures of posts lie below `data_dir`."""

    def __init__(self, press: Press, binder: Binder, data_dir: Path) -> None:
        self._press = press
        self._binder = binder
        self._data_dir = data_dir

    def place(self, form: str, month: Month, account: str) -> str:
        """Where a form lies if nobody says otherwise, relative to ``data_dir``."""
        return f"reports/{account}/{name_of(form, month)}"

    def places(self, month: Month, account: str) -> dict[str, str]:
        """The same of each form that is made if nobody says otherwise."""
        return {form: self.place(form, month, account) for form in FORMS}

    def said(self, doc: Mapping[str, Any]) -> str:
        """The short text itself."""
        return short_text(doc)

    def make(self, doc: Mapping[str, Any], form: str, out: Path) -> None:
        """One form of it under `out`, whole or not at all; the folder is made if need be.

        Raises Misconfigured where it cannot be written, NeedsPerson where it cannot be made.
        """
        if form == "pdf":
            self._press.month_report(doc, out, self._data_dir)
        elif form == "xlsx":
            self._binder(doc, out)
        else:
            write_whole(out, lambda unfinished: keep(as_bytes(doc, form), unfinished))


def name_of(form: str, month: Month) -> str:
    """What a form's file is called: ``evaluasi-2026-10.pdf``."""
    return f"evaluasi-{month}.{ENDINGS[form]}"


def as_bytes(doc: Mapping[str, Any], form: str) -> bytes:
    """A form that is nothing but text."""
    text = short_text(doc) if form == "text" else json.dumps(doc, ensure_ascii=False, indent=2)
    # Half a surrogate pair has no bytes; this way JSON stays JSON.
    return (text + "\n").encode("utf-8", "backslashreplace")
