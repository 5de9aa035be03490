"""Keeps evaluations that people look at, so that a page or a paper does not count the same month again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path

from ig_worker.clock import stopwatch
from ig_worker.domain.month import Month
from ig_worker.domain.seen import mark_of
from ig_worker.flows.evaluating.evaluator import VERSION, Evaluator
from ig_worker.flows.evaluating.papers import Papers, name_of
from ig_worker.flows.evaluating.plain import Document
from ig_worker.flows.ports import Clock
from ig_worker.sheets.written import keep, write_whole
from ig_worker.store import evaluated_mark
from ig_worker.store.database import Database

GOOD_FOR_SECONDS = 60.0
"""So long an evaluation is shown although something has happened since: at a busy centre something always has."""


class KeptEvaluations:
    """Evaluations below ``data_dir/evaluations``, each with its papers; masked, as the evaluator makes them.

    `settings_mark` is another one where a setting is that evaluations depend on. For several threads: one gathers or
    makes a paper, the others wait for it.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        papers: Callable[[], Papers],
        database: Database,
        data_dir: Path,
        clock: Clock,
        settings_mark: str,
    ) -> None:
        self._evaluator = evaluator
        self._papers = papers
        self._database = database
        self._folder = data_dir / "evaluations"
        self._clock = clock
        self._settings_mark = settings_mark
        self._gathered_at: dict[tuple[Month, str], float] = {}
        self._gathering = threading.Lock()
        self._making = threading.Lock()

    def of(self, month: Month, account: str) -> Document:
        """The evaluation of that month, as it is now or was a minute ago."""
        with self._gathering:
            return self._of(month, account)

    def paper(self, month: Month, account: str, form: str, *, examples: bool) -> Path:
        """The file of one form (pdf, xlsx, text) of it, with or without examples of what people wrote.

        Raises as ``Papers.make`` does.
        """
        with self._making:
            doc = self.of(month, account)
            folder = self._folder / account
            if not examples:
                doc["rising"] = [{**each, "examples": []} for each in doc["rising"]]
                folder = folder / "tanpa-contoh"
            place = folder / name_of(form, month)
            made_of = place.with_name(f"{place.name}.of")
            if not (place.is_file() and _said(made_of) == doc["made_at"]):
                self._papers().make(doc, form, place)
                write_whole(made_of, lambda file: keep(doc["made_at"].encode(), file))
            return place

    def _of(self, month: Month, account: str) -> Document:
        file = self._folder / account / f"{month}.json"
        mark = self._mark(account)
        known = _read(file)
        if known is not None:
            lately = stopwatch() - self._gathered_at.get((month, account), float("-inf")) < GOOD_FOR_SECONDS
            if known["mark"] == mark or (lately and known["day"] == self._day()):
                return dict(known["evaluation"])
        doc = self._evaluator.gather(month, account)
        written = json.dumps({"mark": mark, "day": self._day(), "evaluation": doc}).encode("ascii")
        write_whole(file, lambda unfinished: keep(written, unfinished))
        self._gathered_at[month, account] = stopwatch()
        return doc

    def _mark(self, account: str) -> str:
        with self._database.reading() as connection:
            newest = evaluated_mark.newest(connection, account)
        return mark_of(VERSION, self._settings_mark, self._day(), *newest)

    def _day(self) -> str:
        """A new one begins, here or in California: a month has come further."""
        return f"{self._clock.now():%Y-%m-%dT%H}"


def _read(file: Path) -> Document | None:
    """What was kept; None where there is nothing, or nothing of ours."""
    try:
        known = json.loads(file.read_bytes())
        return known if {"mark", "day", "evaluation"} <= known.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


def _said(file: Path) -> str:
    try:
        return file.read_text("ascii")
    except (OSError, ValueError):
        return ""
