"""Fits a linear model to sentences with scikit-learn, and writes it as plain numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from ig_worker.domain.classifier.features import letter_features, word_features
from ig_worker.domain.classifier.normalise import Token

Numbers = npt.NDArray[np.float64]
_DIGITS = 4
FOLDS = 5
"""How often a part of the sentences is held out to measure on."""


@dataclass(frozen=True)
class Recipe:
    """How a model is fitted: which blocks of features, seen in how many sentences at least, and how freely."""

    letters: bool
    words_seen: int
    letters_seen: int
    freedom: float
    """scikit-learn's C: the greater, the closer to the sentences."""


def _word_names(tokens: Sequence[Token]) -> list[str]:
    return [name for name, _ in word_features(tokens)]


def _letter_names(tokens: Sequence[Token]) -> list[str]:
    return [feature for token in tokens if token.is_word for feature in letter_features(token.written)]


class _Block:
    """One block of features, weighted by how rare they are (idf), each text brought to length one."""

    def __init__(
        self, texts: Sequence[Sequence[Token]], names_of: Callable[[Sequence[Token]], list[str]], seen: int
    ) -> None:
        self._names_of = names_of
        counts = Counter(name for tokens in texts for name in set(names_of(tokens)))
        kept = sorted(name for name, count in counts.items() if count >= seen)
        self.columns = {name: column for column, name in enumerate(kept)}
        self.idf = [math.log((1 + len(texts)) / (1 + counts[name])) + 1 for name in kept]

    def rows(self, texts: Sequence[Sequence[Token]]) -> csr_matrix:
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for tokens in texts:
            found = Counter(
                column for name in self._names_of(tokens) if (column := self.columns.get(name)) is not None
            )
            # Each occurrence counts for itself, as domain.classifier.linear adds them up.
            length = math.sqrt(sum(count * self.idf[column] ** 2 for column, count in found.items())) or 1.0
            for column, count in sorted(found.items()):
                columns.append(column)
                values.append(count * self.idf[column] / length)
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(texts), len(self.columns)))

    def export(self, weights: Numbers) -> dict[str, list[float]]:
        rows = {}
        for name, column in self.columns.items():
            idf = self.idf[column]
            row = [round(float(weight) * idf, _DIGITS) for weight in weights[:, column]]
            rows[name] = [round(idf * idf, _DIGITS), *row]
        return rows


class Fitted:
    """A model fitted to sentences."""

    def __init__(self, texts: Sequence[Sequence[Token]], answers: Sequence[str], recipe: Recipe) -> None:
        self._blocks = [_Block(texts, _word_names, recipe.words_seen)]
        if recipe.letters:
            self._blocks.append(_Block(texts, _letter_names, recipe.letters_seen))
        self._model = LogisticRegression(C=recipe.freedom, class_weight="balanced", max_iter=2000)
        self._model.fit(self._matrix(texts), list(answers))
        self.labels: tuple[str, ...] = tuple(str(label) for label in self._model.classes_)

    def _matrix(self, texts: Sequence[Sequence[Token]]) -> csr_matrix:
        return hstack([block.rows(texts) for block in self._blocks]).tocsr()

    def scores(self, texts: Sequence[Sequence[Token]]) -> Numbers:
        """The raw score of every class, a row for each text."""
        scores: Numbers = self._model.decision_function(self._matrix(texts))
        return scores

    def export(self, temperature: float) -> dict[str, Any]:
        """The model as :class:`ig_worker.domain.classifier.linear.LinearModel` reads it."""
        parts: dict[str, Any] = {
            "labels": list(self.labels),
            "bias": [round(float(bias), _DIGITS) for bias in self._model.intercept_],
            "temperature": round(temperature, _DIGITS),
            "letters": {},
        }
        start = 0
        for name, block in zip(("words", "letters"), self._blocks, strict=False):
            end = start + len(block.columns)
            parts[name] = block.export(self._model.coef_[:, start:end])
            start = end
        return parts


def held_out_scores(texts: Sequence[Sequence[Token]], answers: Sequence[str], recipe: Recipe) -> Numbers:
    """The scores that each sentence gets from a model that never saw it (five folds)."""
    scores: Numbers = np.zeros((len(texts), len(set(answers))))
    folds = StratifiedKFold(n_splits=FOLDS, shuffle=True, random_state=17)
    for seen, unseen in folds.split(np.zeros(len(texts)), list(answers)):
        fitted = Fitted([texts[i] for i in seen], [answers[i] for i in seen], recipe)
        scores[unseen] = fitted.scores([texts[i] for i in unseen])
    return scores


def softmax(scores: Numbers, temperature: float) -> Numbers:
    """Probabilities, a row for each text."""
    shifted = np.exp((scores - scores.max(axis=1, keepdims=True)) / temperature)
    shares: Numbers = shifted / shifted.sum(axis=1, keepdims=True)
    return shares


def best_temperature(scores: Numbers, answers: Sequence[str], labels: Sequence[str]) -> float:
    """The temperature at which the held-out probabilities fit best (smallest log loss), to two digits."""
    right = [labels.index(answer) for answer in answers]
    rows = np.arange(len(right))

    def loss(hundredths: int) -> float:
        return float(-np.log(softmax(scores, hundredths / 100)[rows, right] + 1e-12).mean())

    return min(range(10, 301, 2), key=loss) / 100
