"""Words an answer for whoever has to give one: a frequent question's, else one for the kind and topic of the message.

It is a help for the centre's people, who read, complete and send it; nothing here goes out by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from ig_worker.domain.classifier.grave import GRIEF
from ig_worker.domain.classifier.normalise import normalise
from ig_worker.domain.classifier.vetoes import find_cues
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.frequent import Frequent, nearest

KINDS = ("bahaya", "duka", "pertanyaan", "keluhan", "saran", "pujian", "lainnya")
"""The tables of shipped/suggestions.toml: the labels, and words about a danger or a death."""

_GENERAL = "umum"
_HOURS = "{jam_layanan}"
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")


@dataclass(frozen=True)
class Suggestion:
    """A suggested answer. ``frequent`` is the name of the ``[faq]`` entry it comes from, "" for a general one."""

    text: str
    frequent: str = ""


@dataclass(frozen=True)
class Suggestions:
    """The centre's frequent questions, and general answers by kind and topic."""

    general: Mapping[str, Mapping[str, str]]
    frequent: tuple[Frequent, ...]
    hours: str
    """The opening hours in words, as :func:`hours_in_words` gives them."""

    @classmethod
    def of(
        cls,
        general: Mapping[str, Any],
        frequent: Sequence[Frequent],
        opening: Mapping[int, tuple[time, time] | None],
    ) -> Suggestions:
        """``general`` as shipped/suggestions.toml has it; Misconfigured where a kind or its ``umum`` is missing."""
        for kind in KINDS:
            table = general.get(kind)
            if not isinstance(table, Mapping) or not table.get(_GENERAL):
                raise Misconfigured(
                    f"The suggested answers have no {_GENERAL} for {kind}.", cure="Correct suggestions.toml."
                )
        return cls(general, tuple(frequent), hours_in_words(opening))

    def suggest(self, text: str, label: str, topic: str, *, danger: bool = False) -> Suggestion:
        """What could be answered. Where somebody may be in danger nothing else is suggested than to get help."""
        if not danger and label in ("pertanyaan", "lainnya"):
            known = nearest(text, self.frequent)
            if known is not None:
                return Suggestion(known.answer, known.name)
        kind = label if label in self.general else "lainnya"
        if kind in ("pujian", "lainnya") and GRIEF in find_cues(text, normalise(text)):
            kind = "duka"
        table = self.general["bahaya" if danger else kind]
        return Suggestion(table.get(topic, table[_GENERAL]).replace(_HOURS, self.hours))


def hours_in_words(opening: Mapping[int, tuple[time, time] | None]) -> str:
    """Opening hours as a person writes them: ``Senin–Kamis 07.30–14.00, Jumat 07.30–11.30``; Monday is 0."""
    spans: list[tuple[int, int, tuple[time, time]]] = []
    for day in range(7):
        hours = opening.get(day)
        if hours is None:
            continue
        if spans and spans[-1][1] == day - 1 and spans[-1][2] == hours:
            spans[-1] = (spans[-1][0], day, hours)
        else:
            spans.append((day, day, hours))
    return ", ".join(
        f"{_DAYS[first]}{f'–{_DAYS[last]}' if last > first else ''} {begin:%H.%M}–{end:%H.%M}"
        for first, last, (begin, end) in spans
    )


_DOUBT = re.compile(r"^Perlu dilihat orang: (.+?)\.?$")


def why_a_person(label: str, reasons: Sequence[str]) -> str:
    """Why a message waits, in Indonesian: the classifier's doubts, else that it is a question without an answer."""
    doubts = [found[1] for reason in reasons if (found := _DOUBT.match(reason))]
    if doubts:
        return "; ".join(doubts)
    return "pertanyaan yang belum dijawab" if label == "pertanyaan" else "belum pasti apa maksudnya"
