"""The days a health centre speaks of (public holidays, national days, health days), and what a post about them says."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NO_GREETING = ("cuti bersama", "hari kedua")
"""Free days without an occasion of their own."""


_HASHTAG = re.compile(r"[#＃](\w+)")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Sort(StrEnum):
    """What sort of day it is, in Indonesian."""

    HOLIDAY = "libur nasional"
    MARKED = "hari besar"


@dataclass(frozen=True)
class Occasion:
    """A day, a week or a month to speak of, first and last day included."""

    name: str
    first: date
    last: date
    words: tuple[str, ...]
    """Lower case; what a caption about it says."""
    sort: Sort = Sort.MARKED
    of_health: bool = False
    """Whether it is a health day, and no holiday or day of the whole nation."""

    def may_be_in(self, plain: str) -> bool:
        """Whether a caption in small letters has all parts of its name or of one of its words: a quick first look."""
        return any(all(part in plain for part in parts) for parts in self._parts)

    @cached_property
    def _parts(self) -> tuple[tuple[str, ...], ...]:
        names = (*self.words, _words(self.name.partition("(")[0])[0])
        return tuple(tuple(name.split()) for name in names)

    def is_meant_in(self, caption: str) -> bool:
        """Whether a caption says one of its words: as words of their own, or inside a hashtag."""
        said, tags = _words(caption)
        return any(
            f" {word} " in said or (len(word) > 3 and any(word.replace(" ", "") in tag for tag in tags))
            for word in self.words
        )

    def is_called_in(self, caption: str) -> bool:
        """Whether a caption says its own name (what stands in brackets may be left out)."""
        said, tags = _words(caption)
        name = _words(self.name.partition("(")[0])[0]
        return name in said or any(name.replace(" ", "") in tag for tag in tags)


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, tuple[str, ...]]:
    """Lower-case words with single blanks around each, hashtags taken apart (``#HariTBC``); and the hashtags whole."""
    tags = _HASHTAG.findall(text)
    parts = [part for tag in tags for part in (*_CAMEL.findall(tag), "|")]
    plain = re.sub(r"[^\w|]+|_", " ", " ".join([text, *(["|", *parts] if parts else [])]).casefold())
    return f" {' '.join(plain.split())} ", tuple(tag.casefold() for tag in tags)


def marked_days(table: Mapping[str, Any], year: int) -> Iterator[Occasion]:
    """The days of a shipped table in one year (the table says at its head how they are written)."""
    for entry in table["day"]:
        first = _in_year(entry["date"], year) if "date" in entry else _nth_weekday(entry, year)
        last = _in_year(entry["until"], year) if "until" in entry else first
        of_health = not entry.get("of_the_nation", False)
        yield Occasion(entry["name"], first, last, tuple(entry["words"]), of_health=of_health)


def holidays(days: Mapping[date, str], words: Mapping[str, Iterable[str]]) -> Iterator[Occasion]:
    """The public holidays that are an occasion; ``words`` by a part of the holiday's name, the longest part first."""
    for day, name in days.items():
        plain = name.casefold()
        if plain.startswith(_NO_GREETING):
            continue
        part = max((part for part in words if part in plain), key=len, default="")
        yield Occasion(name, day, day, tuple(words[part]) if part else (plain,), Sort.HOLIDAY)


def _in_year(written: str, year: int) -> date:
    month, day = map(int, written.split("-"))
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _nth_weekday(entry: Mapping[str, Any], year: int) -> date:
    month, weekday, nth = entry["month"], _WEEKDAYS.index(entry["weekday"]), entry["nth"]
    days = calendar.monthrange(year, month)[1]
    found = [day for day in range(1, days + 1) if date(year, month, day).weekday() == weekday]
    return date(year, month, found[nth if nth < 0 else nth - 1])


def near(occasion: Occasion, day: date, within: timedelta) -> bool:
    """Whether a day lies in the occasion's time, or at most so long before or after it."""
    return occasion.first - within <= day <= occasion.last + within
