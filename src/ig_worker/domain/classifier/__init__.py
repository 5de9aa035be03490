"""Judges what the public writes: praise, suggestion, complaint, question or something else, and about what."""

from ig_worker.domain.classifier.evaluation import Evaluation, evaluate, measure
from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.classifier.verdict import Classifier, Verdict

__all__ = ["LABELS", "TOPICS", "Classifier", "Evaluation", "Verdict", "evaluate", "measure"]
