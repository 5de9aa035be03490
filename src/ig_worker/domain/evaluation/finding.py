"""What a finding is, and when a figure is news: the words and measures that every rule over the evaluation shares."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from ig_worker.domain.evaluation.changes import Doc
from ig_worker.domain.masking import mask
from ig_worker.domain.text import clean, shorten

FEW = 8
"""Less than so many of anything is told as it stands in the tables, and not as a finding."""

BY_CHANCE = 2.0
"""Standard deviations: what is further apart than this comes about by chance in one month of twenty or so."""

OF_A_DOZEN = 2.4
"""The same where the most striking of a dozen topics is looked for: one of them is always striking."""

LONGEST_NAME = 40


@dataclass(frozen=True)
class Finding:
    """Something that the figures say, with its numbers, and what a health centre can do about it.

    ``kind`` is what it is about; of two findings the one of the greater ``weight`` (0 to 100) is told first.
    """

    kind: str
    weight: float
    text: str
    suggestion: str


Rule = Callable[[Doc], Iterator[Finding]]
"""Looks at an evaluation for one thing; yields nothing where the figures do not say it."""


def apart(now: float, before: float) -> float:
    """How far two counts are apart, in standard deviations of their difference if nothing but chance were at work.

    Counts of independent events (Poisson): the difference of two of them has the variance of their sum.
    """
    return (now - before) / sqrt(now + before) if now + before else 0.0


def grew(
    now: float | None,
    before: float | None,
    *,
    least: float = FEW,
    times: float = 1.25,
    chance: float = BY_CHANCE,
) -> bool:
    """Whether there are more than chance explains, enough to be worth telling, and noticeably more."""
    if now is None or before is None:
        return False
    return now >= least and now >= times * before and apart(now, before) >= chance


def shrank(now: float | None, before: float | None) -> bool:
    """The same downwards."""
    return grew(before, now)


def part(doc: Doc, *path: str) -> Any:
    """What stands in the document there; None where nothing does."""
    found: Any = doc
    for key in path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def count(doc: Doc, *path: str) -> float:
    """The number there; 0 where none is known, so only for what is asked to be large."""
    found = part(doc, *path)
    return found if isinstance(found, int | float) else 0


def moved(doc: Doc, key: str) -> tuple[float, float] | None:
    """A figure of this month and of the one before, where they can be compared (``changes``)."""
    lines = [line for line in part(doc, "changes") or () if line.get("key") == key]
    return (lines[0]["now"], lines[0]["before"]) if lines else None


def called(name: str) -> str:
    """A name out of a sheet or the configuration as a sentence can hold it: one short, masked line."""
    return shorten(mask(" ".join(clean(name).split())), LONGEST_NAME)


def in_a_sentence(name: str) -> str:
    """A topic inside of a sentence: ``jam layanan``, and still ``BPJS`` and ``KIA dan imunisasi``."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
