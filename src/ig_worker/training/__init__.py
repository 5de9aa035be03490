"""Teaches the classifier from sentences; needs the extra ``train``, which the worker at run time does not."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Misconfigured
from ig_worker.training.report import Bin, Comparison, TrainingReport
from ig_worker.training.sentences import (
    Sentence,
    corrections_of,
    fingerprint,
    read_sentences,
    shipped_sentences,
)

__all__ = [
    "Bin",
    "Comparison",
    "Sentence",
    "TrainingReport",
    "read_sentences",
    "shipped_sentences",
    "train",
    "train_with_corrections",
]


def train(sentences_dir: Path, out: Path) -> TrainingReport:
    """Learn from the folder's CSV files and write the model's JSON to ``out``, replacing it whole.

    The same sentences and the same pinned packages give the same bytes. Misconfigured when scikit-learn is missing
    or the sentences are not as they should be.
    """
    _require_scikit_learn()
    from ig_worker.training.learn import Lesson  # only who trains needs numpy and scikit-learn

    sentences = read_sentences(sentences_dir)
    lesson = Lesson(sentences)
    made_from = fingerprint(sentences)
    size = _write(lesson.model(made_from), out)
    return TrainingReport(
        sentences=len(sentences), sentences_sha256=made_from, bytes_written=size, **lesson.measures()
    )


def train_with_corrections(
    sentences_dir: Path, corrections: Iterable[tuple[str, str, str, str]], out: Path
) -> tuple[Comparison, TrainingReport | None]:
    """Learn from the sentences and from corrections (text, label, topic, author), and compare with and without them.

    The model is written to ``out`` only where nothing is worse (:meth:`Comparison.worse`); else there is no report and
    ``out`` stays as it is. What only one author wrote becomes no feature. Misconfigured as in :func:`train`, and where
    there is no correction.
    """
    _require_scikit_learn()
    from ig_worker.training.learn import Lesson
    from ig_worker.training.relearn import compare

    sentences, corrected = read_sentences(sentences_dir), corrections_of(corrections)
    if not corrected:
        raise Misconfigured(
            "Nobody has corrected a label yet, so there is nothing new to learn.",
            cure="ig-worker inbox relabel keeps a person's label; learn after some dozens of them",
        )
    lesson = Lesson([*sentences, *corrected])
    comparison = compare(sentences, corrected, lesson)
    if comparison.worse():
        return comparison, None
    made_from = fingerprint(sentences)
    size = _write(lesson.model(made_from), out)
    return comparison, TrainingReport(
        sentences=len(sentences), sentences_sha256=made_from, bytes_written=size, **lesson.measures()
    )


def _require_scikit_learn() -> None:
    if importlib.util.find_spec("sklearn") is None:
        raise Misconfigured(
            "Training needs scikit-learn, which is not installed.", cure="pip install 'ig-worker[train]'"
        )


def _write(model: dict[str, Any], out: Path) -> int:
    """Put the model in place whole, so that a worker that starts meanwhile reads the old one or the new one."""
    content = (json.dumps(model, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()
    fresh = out.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(out)
    return len(content)
