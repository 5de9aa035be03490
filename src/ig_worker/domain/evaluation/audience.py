"""Who follows the account: age, sex and city, as shares of those whom Instagram counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ig_worker.domain.share import Share

MOST_CITIES = 8

SEXES = {"F": "Perempuan", "M": "Laki-laki", "U": "Tidak disebutkan"}
OTHERS = "Lainnya"

PROVINCES = {
    "East Java": "Jatim",
    "Central Java": "Jateng",
    "West Java": "Jabar",
    "Jakarta": "DKI",
    "Special Capital Region of Jakarta": "DKI",
    "Yogyakarta": "DIY",
    "Special Region of Yogyakarta": "DIY",
    "Banten": "Banten",
    "Bali": "Bali",
}
"""The provinces that Meta names after a city, as Indonesians shorten them."""


@dataclass(frozen=True)
class Group:
    """A part of the followers; ``share`` of a hundred, None where it cannot be said."""

    name: str
    count: float
    share: float | None


def by_age(counts: Iterable[tuple[str, float]]) -> tuple[Group, ...]:
    """Youngest first: ``13-17`` is "13–17"."""
    ordered = sorted(counts, key=lambda each: ([int(part) for part in re.findall(r"\d+", each[0])], each[0]))
    return _groups([(name.replace("-", "–"), count) for name, count in ordered])


def by_sex(counts: Iterable[tuple[str, float]]) -> tuple[Group, ...]:
    """The most first; what Meta does not tell comes last."""
    ordered = sorted(counts, key=lambda each: (each[0] == "U", -each[1], each[0]))
    return _groups([(SEXES.get(name, name), count) for name, count in ordered])


def by_city(counts: Iterable[tuple[str, float]]) -> tuple[Group, ...]:
    """The eight with most followers, then all others together."""
    ordered = sorted(counts, key=lambda each: (-each[1], each[0]))
    shown = [(short_city(name), count) for name, count in ordered[:MOST_CITIES]]
    rest = sum(count for _, count in ordered[MOST_CITIES:])
    return _groups([*shown, *([(OTHERS, rest)] if len(ordered) > MOST_CITIES else [])])


def short_city(name: str) -> str:
    """``Malang, East Java`` is "Malang, Jatim"."""
    city, comma, province = name.rpartition(", ")
    if not comma:
        return name
    return f"{city}, {PROVINCES.get(province.strip(), province.strip())}"


def _groups(counts: Sequence[tuple[str, float]]) -> tuple[Group, ...]:
    whole = sum(count for _, count in counts)
    return tuple(Group(name, count, Share(count, whole).of_hundred) for name, count in counts)
