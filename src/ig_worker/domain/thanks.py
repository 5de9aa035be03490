"""Words the thanks for praise, in the centre's voice and different from the last ones.

The SOP asks for thanks together with another sentence, so a phrasing that only thanks is refused when it is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.text import clean, cut_to_bytes, shorten

MESSAGE_BYTES = 1000
"""The most that a direct message may have (section D of `instagram_api.md`)."""

_VARIABLES = ("nama", "segmen", "waktu", "tagline")
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_THANKS = re.compile(r"\b(?:terima ?kasih|makasih|matur nuwun|suwun|hatur nuhun)\b", re.IGNORECASE)

# A sentence ends with a sign, or with an emoji in place of one; what follows begins a new one.
_SENTENCE_END = re.compile(r"(?:[.!?…]+|\s[^\w\s{}.,;:!?'\"()@#&/-]+)(?=\s|$)")


@dataclass(frozen=True)
class Thanks:
    """What to answer, and which phrasing it is, so that the next ones can be different."""

    text: str
    phrase_index: int


@dataclass(frozen=True)
class Phrasebook:
    """The centre's phrasings and its tagline."""

    phrases: tuple[str, ...]
    tagline: str = ""

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Phrasebook:
        """A phrasebook of ``{"phrases": [text, …], "tagline": text}``, as shipped/thanks.toml has it.

        Misconfigured, naming the phrasing, where one does not thank, says nothing more than thanks, or holds an unknown
        variable, and where there is none at all that every occasion allows.
        """
        unknown = sorted(set(data) - {"phrases", "tagline"})
        phrases, tagline = data.get("phrases"), data.get("tagline", "")
        if unknown or not isinstance(phrases, list) or not isinstance(tagline, str):
            raise _wrong(
                f"allowed are phrases, a list of texts, and tagline, a text (found {', '.join(data)})"
            )
        for number, phrase in enumerate(phrases, 1):
            problem = _problem(phrase)
            if problem:
                raise _wrong(f"phrasing {number} {problem}")
        book = cls(tuple(clean(phrase) for phrase in phrases), clean(tagline).strip())
        if not book._fitting(segment=""):
            raise _wrong("there is no phrasing that needs neither {segmen} nor an empty {tagline}")
        return book

    def compose(
        self,
        *,
        author: str,
        channel: str,
        segment: str,
        local_time: datetime,
        seed: str,
        avoid: Collection[int],
    ) -> Thanks:
        """Thanks to ``author`` (a user name, may be empty) on ``channel`` ``comment`` or ``dm``.

        ``local_time`` is when they go out, in the centre's zone. The same ``seed`` (the message's id) gives the same
        phrasing; those in ``avoid`` are left out while there are others. A comment's thanks begin with ``@author``; a
        message's have at most :data:`MESSAGE_BYTES`.
        """
        name = re.sub(r"[^\w.]", "", author, flags=re.ASCII)
        segment = shorten(" ".join(clean(segment).split()), 40)
        fitting = self._fitting(segment)
        index = min([one for one in fitting if one not in avoid] or fitting, key=lambda one: _lot(seed, one))
        values = {
            "nama": f"Kak {name}" if name and channel == "dm" else "Kak",
            "segmen": segment,
            "waktu": time_of_day(local_time),
            "tagline": self.tagline.rstrip(".!"),
        }
        text = _VARIABLE.sub(lambda found: values[found[1]], self.phrases[index])
        if channel == "dm":
            return Thanks(cut_to_bytes(text, MESSAGE_BYTES), index)
        return Thanks(f"@{name} {text}" if name else text, index)

    def _fitting(self, segment: str) -> list[int]:
        """The phrasings whose variables all have something to say."""
        absent = [
            f"{{{name}}}" for name, value in (("segmen", segment), ("tagline", self.tagline)) if not value
        ]
        return [
            index
            for index, phrase in enumerate(self.phrases)
            if not any(variable in phrase for variable in absent)
        ]


def time_of_day(local_time: datetime) -> str:
    """What Indonesians call that time: pagi from 4, siang from 11, sore from 15, malam from 18 o'clock."""
    hour = local_time.hour
    if 4 <= hour < 11:
        return "pagi"
    if 11 <= hour < 15:
        return "siang"
    return "sore" if 15 <= hour < 18 else "malam"


def _lot(seed: str, index: int) -> bytes:
    return hashlib.sha256(f"{index}:{seed}".encode("utf-8", "surrogatepass")).digest()


def _problem(phrase: object) -> str:
    if not isinstance(phrase, str):
        return "is not a text"
    unknown = [name for name in _VARIABLE.findall(phrase) if name not in _VARIABLES]
    if unknown or re.search(r"[{}]", _VARIABLE.sub("", phrase)):
        return f"may only hold {', '.join(f'{{{name}}}' for name in _VARIABLES)}"
    if not _THANKS.search(phrase):
        return "does not thank"
    sentences = [part for part in _SENTENCE_END.split(phrase) if re.search(r"\w", part)]
    return "" if len(sentences) > 1 else "only thanks; another sentence belongs to it"


def _wrong(words: str) -> Misconfigured:
    return Misconfigured(f"The phrasings for thanks: {words}.", cure="Correct thanks.toml.")
