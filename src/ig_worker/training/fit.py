"""Fits a linear model to sentences with scikit-learn, and writes it as plain numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
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
CORRECTION_WEIGHT = 2.0
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


@dataclass(frozen=True)
class Lessons:
    """The texts to learn from. ``authors`` is "" for a written sentence, else who wrote what a person has corrected."""

    texts: Sequence[Sequence[Token]]
    authors: Sequence[str]

    def some(self, places: Iterable[int]) -> Lessons:
        """Those at these places."""
        chosen = list(places)
        return Lessons([self.texts[place] for place in chosen], [self.authors[place] for place in chosen])

    def weights(self) -> list[float] | None:
        """A correction counts for more than a sentence that was thought up; None where all count alike."""
        if not any(self.authors):
            return None
        return [CORRECTION_WEIGHT if author else 1.0 for author in self.authors]


def _word_names(tokens: Sequence[Token]) -> list[str]:
    return [name for name, _ in word_features(tokens)]


def _letter_names(tokens: Sequence[Token]) -> list[str]:
    return [feature for token in tokens if token.is_word for feature in letter_features(token.written)]


def _witnesses(named: Sequence[set[str]], authors: Sequence[str]) -> Counter[str]:
    """By how many hands each feature was written; each sentence without an author is a hand of its own."""
    alone = Counter(
        name for names, author in zip(named, authors, strict=True) if not author for name in names
    )
    pairs = {(name, author) for names, author in zip(named, authors, strict=True) if author for name in names}
    return alone + Counter(name for name, _ in pairs)


class _Block:
    """One block of features, weighted by how rare they are (idf), each text brought to length one."""

    def __init__(self, lessons: Lessons, names_of: Callable[[Sequence[Token]], list[str]], seen: int) -> None:
        texts = lessons.texts
        self._names_of = names_of
        named = [set(names_of(tokens)) for tokens in texts]
        counts = Counter(name for names in named for name in names)
        kept = sorted(name for name, count in _witnesses(named, lessons.authors).items() if count >= seen)
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

    def __init__(self, lessons: Lessons, answers: Sequence[str], recipe: Recipe) -> None:
        self._blocks = [_Block(lessons, _word_names, recipe.words_seen)]
        if recipe.letters:
            self._blocks.append(_Block(lessons, _letter_names, recipe.letters_seen))
        self._model = LogisticRegression(C=recipe.freedom, class_weight="balanced", max_iter=2000)
        self._model.fit(self._matrix(lessons.texts), list(answers), sample_weight=lessons.weights())
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


def folds(answers: Sequence[str]) -> Iterator[tuple[list[int], list[int]]]:
    """Five times the places to learn from and the places to measure on, the same for the same answers."""
    dealt = StratifiedKFold(n_splits=FOLDS, shuffle=True, random_state=17)
    for seen, unseen in dealt.split(np.zeros(len(answers)), list(answers)):
        yield seen.tolist(), unseen.tolist()


def held_out_scores(lessons: Lessons, answers: Sequence[str], recipe: Recipe) -> Numbers:
    """The scores that each text gets from a model that never saw it (five folds)."""
    scores: Numbers = np.zeros((len(answers), len(set(answers))))
    for seen, unseen in folds(answers):
        fitted = Fitted(lessons.some(seen), [answers[place] for place in seen], recipe)
        scores[unseen] = fitted.scores(lessons.some(unseen).texts)
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
