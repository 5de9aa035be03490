"""Words the thanks for praise, and what whoever complains is told, in the centre's voice and unlike the last ones.

The SOP asks for thanks together with another sentence, so a phrasing that only thanks is refused when it is read; one
for complaints and suggestions is refused if it thanks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ig_worker.domain.classifier.lexicon import TOPICS
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.phrasing import (
    MESSAGE_BYTES,
    THANKS,
    addressed,
    as_written,
    called,
    fill,
    holds,
    plain_segment,
    problem,
    says_more_than_thanks,
    time_of_day,
)
from ig_worker.domain.text import cut_to_bytes

NUMBERED = ("keluhan", "saran")
"""The labels that open a case, and have phrasings under ``[konfirmasi]``."""

NUMBER_ONLY = {
    "keluhan": "Mohon maaf atas ketidaknyamanannya. Keluhan Kakak sudah kami catat dengan nomor {nomor}.",
    "saran": "Masukan Kakak sudah kami catat dengan nomor {nomor}.",
}
"""What is true also where nobody could be told of a case; by the case's label."""

_IN_THANKS = ("nama", "segmen", "waktu", "tagline")
_IN_ACKNOWLEDGEMENTS = ("nama", "nomor")
_GENERAL = ""
_WITH_A_PLACE = tuple(topic for topic in TOPICS if topic != "lainnya")


@dataclass(frozen=True)
class Thanks:
    """What to answer, and which phrasing it is, so that the next ones can be different."""

    text: str
    phrase_index: int


@dataclass(frozen=True)
class Phrasebook:
    """The centre's phrasings and its tagline; ``topics`` says for which topic each of ``phrases`` is, "" for any."""

    phrases: tuple[str, ...]
    topics: tuple[str, ...]
    tagline: str = ""
    acknowledgements: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By label (``keluhan``, ``saran``): what is said once a case has its number."""

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any], file: str = "thanks.toml") -> Phrasebook:
        """A phrasebook of what a thanks.toml holds: phrases, tagline, ``topik.TOPIC.phrases``, ``konfirmasi.LABEL``.

        Misconfigured, naming the phrasing, where one does not thank, says nothing more than thanks, holds an unknown
        variable, a hashtag or a link; where an acknowledgement thanks, or names no number; and where there is no
        phrasing that every occasion allows.
        """
        try:
            return cls._read(data)
        except ValueError as wrong:
            raise Misconfigured(
                f"The phrasings for thanks in {file}: {wrong}.", cure=f"Correct {file}."
            ) from None

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> Phrasebook:
        unknown = sorted(set(data) - {"phrases", "tagline", "topik", "konfirmasi"})
        tagline = data.get("tagline", "")
        if unknown or not isinstance(data.get("phrases"), list) or not isinstance(tagline, str):
            raise ValueError(
                "allowed are phrases, a list of texts, tagline, a text, and the tables topik and konfirmasi"
                f" (found {', '.join(data)})"
            )
        if why := problem(tagline, ()):
            raise ValueError(f"the tagline {why}")
        found = [(_GENERAL, phrase) for phrase in _checked(data["phrases"], "", _wrong_in_thanks)]
        for topic, table in _tables(data, "topik", _WITH_A_PLACE):
            inside = table.get("phrases") if isinstance(table, dict) and set(table) == {"phrases"} else None
            place = f" under [topik.{topic}]"
            found += [(topic, phrase) for phrase in _checked(inside, place, _wrong_in_thanks)]
        book = cls(
            phrases=tuple(phrase for _, phrase in found),
            topics=tuple(topic for topic, _ in found),
            tagline=as_written(tagline),
            acknowledgements={
                label: tuple(_checked(inside, f" for {label} under [konfirmasi]", _wrong_in_acknowledgements))
                for label, inside in _tables(data, "konfirmasi", NUMBERED)
            },
        )
        if not book._fitting(_GENERAL, segment=""):
            raise ValueError("there is no phrasing that needs neither {segmen} nor an empty {tagline}")
        return book

    def compose(
        self,
        *,
        author: str,
        channel: str,
        segment: str,
        topic: str,
        local_time: datetime,
        seed: str,
        lately: Sequence[int] = (),
        here: Sequence[int] = (),
    ) -> Thanks:
        """Thanks to ``author`` (a user name, may be empty) on ``channel`` ``comment`` or ``dm``, for praise of a topic.

        ``local_time`` is when they go out, in the centre's zone. Left out, as long as there are others, are first those
        used ``lately`` and then those used ``here``, under the same post (newest first, both). Among the rest those of
        the topic come first, and the same ``seed`` (the message's id) draws the same one.
        """
        segment = plain_segment(segment)
        own = self._fitting(topic, segment) if topic else []
        general = [
            one
            for one in self._fitting(_GENERAL, segment)
            if not (own and holds(self.phrases[one], "segmen"))
        ]

        def last_choice(one: int) -> tuple[int, int, bool, bytes]:
            return _used(one, lately), _used(one, here), one not in own, _lot(seed, one)

        index = min([*own, *general], key=last_choice)
        return Thanks(
            self.worded(index, author=author, channel=channel, segment=segment, local_time=local_time), index
        )

    def worded(self, index: int, *, author: str, channel: str, segment: str, local_time: datetime) -> str:
        """The phrasing of that number, filled in; a comment's begins with ``@author``."""
        values = {
            "nama": called(author, channel),
            "segmen": plain_segment(segment),
            "waktu": time_of_day(local_time),
            "tagline": self.tagline.rstrip(".!"),
        }
        return _sendable(fill(self.phrases[index], values), author, channel)

    def acknowledge(
        self,
        *,
        label: str,
        number: str,
        author: str,
        channel: str,
        lately: Sequence[int] = (),
    ) -> Thanks:
        """What whoever has complained or suggested something is told: the case's number, and that it was passed on.

        KeyError for a label that has no phrasings; arguments otherwise as in :meth:`compose`.
        """
        phrasings = self.acknowledgements[label]
        index = min(range(len(phrasings)), key=lambda one: (_used(one, lately), _lot(number, one)))
        values = {"nama": called(author, channel), "nomor": number}
        return Thanks(_sendable(fill(phrasings[index], values), author, channel), index)

    def _fitting(self, topic: str, segment: str) -> list[int]:
        """The phrasings for that topic whose variables all have something to say."""
        absent = [name for name, value in (("segmen", segment), ("tagline", self.tagline)) if not value]
        return [
            index
            for index, phrase in enumerate(self.phrases)
            if self.topics[index] == topic and not any(holds(phrase, variable) for variable in absent)
        ]


def number_only(label: str, number: str, author: str, channel: str) -> str:
    """What whoever complained or suggested something is told where nobody could be told of the case: its number."""
    return _sendable(NUMBER_ONLY[label].format(nomor=number), author, channel)


def _sendable(text: str, author: str, channel: str) -> str:
    text = addressed(text, author, channel)
    return cut_to_bytes(text, MESSAGE_BYTES) if channel == "dm" else text


def _used(index: int, used: Sequence[int]) -> int:
    """0 where it was not used; else the more, the later it was."""
    return len(used) - used.index(index) if index in used else 0


def _lot(seed: str, index: int) -> bytes:
    return hashlib.sha256(f"{index}:{seed}".encode("utf-8", "surrogatepass")).digest()


def _tables(data: Mapping[str, Any], name: str, allowed: Sequence[str]) -> Iterator[tuple[str, Any]]:
    tables = data.get(name, {})
    wrong = sorted(set(tables) - set(allowed)) if isinstance(tables, dict) else ["no table"]
    if wrong:
        raise ValueError(f"under [{name}] stands {wrong[0]}, allowed are {', '.join(allowed)}")
    yield from tables.items()


def _checked(phrases: object, place: str, wrong: Callable[[object], str]) -> Iterator[str]:
    texts = phrases if isinstance(phrases, list) else None
    if texts is None:
        raise ValueError(f"a list of texts is wanted{place}")
    for number, phrase in enumerate(texts, 1):
        text = as_written(phrase) if isinstance(phrase, str) else phrase
        if why := wrong(text):
            raise ValueError(f"phrasing {number}{place} {why}")
        yield text


def _wrong_in_thanks(phrase: object) -> str:
    if why := problem(phrase, _IN_THANKS):
        return why
    if not THANKS.search(str(phrase)):
        return "does not thank"
    return "" if says_more_than_thanks(str(phrase)) else "only thanks; another sentence belongs to it"


def _wrong_in_acknowledgements(phrase: object) -> str:
    if why := problem(phrase, _IN_ACKNOWLEDGEMENTS):
        return why
    if not holds(str(phrase), "nomor"):
        return "does not name the number of the case, {nomor}"
    return "thanks, which sounds like mockery under a complaint" if THANKS.search(str(phrase)) else ""
