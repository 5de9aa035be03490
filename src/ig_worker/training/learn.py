"""Learns the two models, labels and topics, and measures them on what they did not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from ig_worker.domain.classifier.model_check import FORMAT
from ig_worker.domain.classifier.normalise import normalise
from ig_worker.domain.errors import Misconfigured
from ig_worker.training.fit import (
    FOLDS,
    Fitted,
    Lessons,
    Numbers,
    Recipe,
    best_temperature,
    held_out_scores,
    softmax,
)
from ig_worker.training.report import Bin
from ig_worker.training.sentences import Sentence

LABEL_RECIPE = Recipe(letters=True, words_seen=2, letters_seen=3, freedom=5.0)
TOPIC_RECIPE = Recipe(letters=False, words_seen=3, letters_seen=0, freedom=10.0)

THRESHOLDS = {"thank": 0.85, "case": 0.50, "review": 0.50, "suspicion": 0.20}
"""See :class:`ig_worker.domain.classifier.verdict.Thresholds`."""


def lessons_of(sentences: Sequence[Sentence]) -> Lessons:
    """The sentences as they are learned from: normalised, so that no number and no @name is among their words."""
    return Lessons(
        [normalise(sentence.text) for sentence in sentences], [sentence.author for sentence in sentences]
    )


class Lesson:
    """The sentences, normalised once, with what was learned from them."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._lessons = lessons_of(sentences)
        self._labels = [sentence.label for sentence in sentences]
        self._topics = [sentence.topic for sentence in sentences]
        _enough("label", self._labels)
        _enough("topic", self._topics)
        self._held_out = held_out_scores(self._lessons, self._labels, LABEL_RECIPE)
        self._classes = sorted(set(self._labels))
        self.temperature = best_temperature(self._held_out, self._labels, self._classes)

    def model(self, sentences_sha256: str) -> dict[str, Any]:
        """The model's JSON, as :class:`ig_worker.domain.classifier.Classifier` takes it."""
        corrections = len(self._labels) - self._lessons.authors.count("")
        return {
            "format": FORMAT,
            "label": Fitted(self._lessons, self._labels, LABEL_RECIPE).export(self.temperature),
            "topic": Fitted(self._lessons, self._topics, TOPIC_RECIPE).export(1.0),
            "thresholds": THRESHOLDS,
            "made_from": {
                "sentences": self._lessons.authors.count(""),
                "sentences_sha256": sentences_sha256,
                **({"corrections": corrections} if corrections else {}),
                **{package: version(package) for package in ("numpy", "scikit-learn", "scipy")},
            },
        }

    def measures(self) -> dict[str, Any]:
        """The held-out part of :class:`ig_worker.training.report.TrainingReport`."""
        answers = _answers(self._held_out, self._classes)
        topics = _answers(
            held_out_scores(self._lessons, self._topics, TOPIC_RECIPE), sorted(set(self._topics))
        )
        sure = softmax(self._held_out, self.temperature).max(axis=1)
        right = np.array([answer == label for answer, label in zip(answers, self._labels, strict=True)])
        reliability = _reliability(sure, right)
        return {
            "accuracy": float(right.mean()),
            "macro_f1": float(f1_score(self._labels, answers, average="macro")),
            "topic_accuracy": float(
                np.mean([answer == topic for answer, topic in zip(topics, self._topics, strict=True)])
            ),
            "reliability": reliability,
            "expected_calibration_error": sum(
                one.n * abs(one.mean_confidence - one.share_right) for one in reliability
            )
            / len(right),
        }


def _enough(what: str, answers: Sequence[str]) -> None:
    rarest, count = min(Counter(answers).items(), key=lambda pair: (pair[1], pair[0]))
    if count < FOLDS or len(set(answers)) < 2:
        raise Misconfigured(
            f"Only {count} sentences have the {what} {rarest}.",
            cure=f"Write {FOLDS} or more of each {what}, and of two {what}s at least.",
        )


def _answers(scores: Numbers, classes: Sequence[str]) -> list[str]:
    return [classes[column] for column in scores.argmax(axis=1)]


def _reliability(sure: Numbers, right: Numbers) -> tuple[Bin, ...]:
    bins = []
    for tenth in range(10):
        inside = (sure * 10).astype(int).clip(0, 9) == tenth
        if inside.any():
            bins.append(
                Bin(
                    tenth / 10,
                    (tenth + 1) / 10,
                    int(inside.sum()),
                    float(sure[inside].mean()),
                    float(right[inside].mean()),
                )
            )
    return tuple(bins)
