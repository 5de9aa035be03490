"""A linear model in plain Python: two blocks of weighted features, each brought to length one, and their sum."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ig_worker.domain.classifier.features import letter_features, word_features
from ig_worker.domain.classifier.normalise import Token

Row = tuple[float, ...]
"""The square of a feature's own weight (its idf), then its weight for each class, idf already multiplied in."""

_REMEMBERED_WORDS = 20_000
_LONGEST_REMEMBERED = 40


class Scores:
    """The classes' raw scores for one text, and how much of each came from which token."""

    def __init__(self, totals: Sequence[float], by_place: Mapping[int, Sequence[float]]) -> None:
        self.totals = totals
        self.by_place = by_place

    def deciding_places(self, winner: int, count: int) -> list[int]:
        """The places of the tokens that spoke most for a class against the average of all, strongest first."""
        favour = {
            place: parts[winner] - sum(parts) / len(parts)
            for place, parts in self.by_place.items()
            if place >= 0
        }
        ranked = sorted((place for place in favour if favour[place] > 0), key=lambda place: -favour[place])
        return ranked[:count]


class LinearModel:
    """Scores tokens for every class of ``labels``. ``parts`` is one model of the JSON (see training/export.py)."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.labels: tuple[str, ...] = tuple(parts["labels"])
        self._bias: Row = tuple(parts["bias"])
        self._words: dict[str, Row] = parts["words"]
        self._letters: dict[str, Row] = parts["letters"]
        self._temperature = float(parts["temperature"])
        self._seen: dict[str, list[float]] = {}

    def _letters_of(self, word: str) -> list[float]:
        """The word's squared length and its part in each class, before the text's length is divided out."""
        seen = self._seen.get(word)
        if seen is not None:
            return seen
        sums = [0.0] * (len(self.labels) + 1)
        known = self._letters
        for feature in letter_features(word):
            row = known.get(feature)
            if row is not None:
                for column, weight in enumerate(row):
                    sums[column] += weight
        if len(self._seen) >= _REMEMBERED_WORDS:
            self._seen.clear()
        if len(word) <= _LONGEST_REMEMBERED:
            self._seen[word] = sums
        return sums

    def scores(self, tokens: Sequence[Token]) -> Scores:
        """The raw scores; a text of which nothing is known scores the bias."""
        totals = list(self._bias)
        by_place: dict[int, list[float]] = {}
        word_rows = [
            (row, place)
            for name, place in word_features(tokens)
            if (row := self._words.get(name)) is not None
        ]
        letter_rows = (
            [(self._letters_of(token.plain), place) for place, token in enumerate(tokens) if token.is_word]
            if self._letters
            else []
        )
        for rows in (word_rows, letter_rows):
            length = math.sqrt(sum(row[0] for row, _ in rows)) or 1.0
            for row, place in rows:
                parts = by_place.get(place)
                if parts is None:
                    parts = by_place[place] = [0.0] * len(totals)
                for column, weight in enumerate(row[1:]):
                    share = weight / length
                    parts[column] += share
                    totals[column] += share
        return Scores(totals, by_place)

    def probabilities(self, totals: Sequence[float]) -> tuple[float, ...]:
        """Calibrated: the softmax of the scores divided by the temperature. They sum to 1."""
        highest = max(totals)
        weights = [math.exp((total - highest) / self._temperature) for total in totals]
        whole = sum(weights)
        return tuple(weight / whole for weight in weights)
