"""A linear model in plain Python: two blocks of weighted features, each brought to length one, and their sum."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ig_worker.domain.classifier.features import letter_features
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.rows import Row, Rows

_REMEMBERED_WORDS = 5_000
LONGEST_WORD = 40
"""What is longer is nobody's word: its letters would drown the words beside it."""


class _Block(NamedTuple):
    """The rows that one text matched, with the place of the token that each comes from."""

    rows: list[Row]
    places: list[int]
    length: float

    def add_to(self, totals: list[float]) -> None:
        # A column at a time, because zip and sum do their loops outside of Python.
        for column, weights in enumerate(zip(*self.rows, strict=True)):
            if column:
                totals[column - 1] += sum(weights) / self.length


def _block(rows: list[Row], places: list[int]) -> _Block:
    return _Block(rows, places, math.sqrt(sum([row[0] for row in rows])) or 1.0)


class Scores(NamedTuple):
    """The classes' raw scores for one text, and what they come from."""

    totals: list[float]
    blocks: tuple[_Block, ...]

    @property
    def knows_anything(self) -> bool:
        """Whether any word of the text was met in learning."""
        return any(block.rows for block in self.blocks)

    @property
    def winner(self) -> int:
        """The class with the highest score."""
        return max(range(len(self.totals)), key=self.totals.__getitem__)

    def deciding_places(self, count: int, of: int) -> list[int]:
        """The places of the tokens that spoke most for class ``of``, strongest first.

        A feature's weights add up to nothing over the classes (softmax regression), so a weight for one is already a
        weight against the rest.
        """
        column = of + 1
        favour: dict[int, float] = {}
        for block in self.blocks:
            for row, place in zip(block.rows, block.places, strict=True):
                favour[place] = favour.get(place, 0.0) + row[column] / block.length
        favour.pop(-1, None)
        ranked = sorted((place for place, weight in favour.items() if weight > 0), key=lambda at: -favour[at])
        return ranked[:count]


class LinearModel:
    """Scores a text for every class of ``labels``. ``parts`` is one model of the JSON (see ``training.fit``)."""

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.labels: tuple[str, ...] = tuple(parts["labels"])
        self._bias: list[float] = parts["bias"]
        self._words = Rows.of(parts["words"])
        self._letters = Rows.of(parts["letters"])
        self._temperature = float(parts["temperature"])
        self._seen: dict[str, Row] = {}

    def knows(self, plain: str) -> bool:
        """Whether the plain word was met in learning, negated or not."""
        return plain in self._words or f"¬{plain}" in self._words

    def _letters_of(self, word: str) -> Row:
        """The word's squared length and its part in each class, before the text's length is divided out."""
        if word in self._seen:
            return self._seen[word]
        rows = self._letters.known(letter_features(word)) if len(word) <= LONGEST_WORD else []
        sums = array(
            "d", [sum(column) for column in zip(*rows, strict=True)] or [0.0] * (len(self.labels) + 1)
        )
        if len(self._seen) >= _REMEMBERED_WORDS:
            self._seen.clear()
        if len(word) <= LONGEST_WORD:
            self._seen[word] = sums
        return sums

    def scores(self, features: Sequence[tuple[str, int]], tokens: Sequence[Token]) -> Scores:
        """``features`` are the text's word features; a text of which nothing is known scores the bias."""
        known = self._words
        matched = [(known[name], place) for name, place in features if name in known]
        blocks = [_block([row for row, _ in matched], [place for _, place in matched])]
        if self._letters:
            places = [place for place, token in enumerate(tokens) if token.is_word]
            blocks.append(_block([self._letters_of(tokens[place].written) for place in places], places))
        totals = list(self._bias)
        for block in blocks:
            block.add_to(totals)
        return Scores(totals, tuple(blocks))

    def probabilities(self, totals: Sequence[float]) -> tuple[float, ...]:
        """Calibrated: the softmax of the scores divided by the temperature. They sum to 1."""
        highest = max(totals)
        weights = [math.exp((total - highest) / self._temperature) for total in totals]
        whole = sum(weights)
        return tuple(weight / whole for weight in weights)
