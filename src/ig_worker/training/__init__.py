"""Teaches the classifier from sentences; needs the extra ``train``, which the worker at run time does not."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

from ig_worker.domain.errors import Misconfigured
from ig_worker.training.report import Bin, TrainingReport
from ig_worker.training.sentences import Sentence, fingerprint, read_sentences, shipped_sentences

__all__ = ["Bin", "Sentence", "TrainingReport", "read_sentences", "shipped_sentences", "train"]


def train(sentences_dir: Path, out: Path) -> TrainingReport:
    """Learn from the folder's CSV files and write the model's JSON to ``out``, replacing it whole.

    The same sentences and the same pinned packages give the same bytes. Misconfigured when scikit-learn is missing
    or the sentences are not as they should be.
    """
    if importlib.util.find_spec("sklearn") is None:
        raise Misconfigured(
            "Training needs scikit-learn, which is not installed.", cure="pip install 'ig-worker[train]'"
        )
    from ig_worker.training.learn import Lesson  # only who trains needs numpy and scikit-learn

    sentences = read_sentences(sentences_dir)
    lesson = Lesson(sentences)
    made_from = fingerprint(sentences)
    model = json.dumps(lesson.model(made_from), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = f"{model}\n".encode()
    fresh = out.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(out)
    return TrainingReport(
        sentences=len(sentences), sentences_sha256=made_from, bytes_written=len(content), **lesson.measures()
    )
