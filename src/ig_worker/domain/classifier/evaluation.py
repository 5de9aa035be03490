"""Measures a classifier on labelled texts, as ``classifier evaluate`` reports it (INTERFACE.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ig_worker.domain.classifier.lexicon import LABELS
from ig_worker.domain.classifier.verdict import Classifier, Verdict

_CASES = ("keluhan", "saran")


@dataclass(frozen=True)
class Evaluation:
    """Shares are between 0 and 1, and 0 where there is nothing to take a share of."""

    n: int
    accuracy: float
    macro_f1: float
    """The mean F1 of the labels that occur, as truth or as answer."""
    per_label: dict[str, dict[str, float]]
    """label -> precision, recall, f1, n (how many truly are)."""
    confusion: dict[str, dict[str, int]]
    """true label -> answered label -> how many."""
    false_thanks: int
    """Texts that are no praise and would have been thanked."""
    false_thank_rate: float
    """Their share of all texts."""
    praise_thanked_rate: float
    case_recall: float
    """Share of keluhan and saran that open a case."""
    complaint_recall: float
    """Share of keluhan and saran that open a case or go to a person."""
    person_share: float
    """Share of all texts that open a case or go to a person."""

    def as_json(self) -> dict[str, Any]:
        """The object of ``classifier evaluate --json``."""
        return asdict(self)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _per_label(confusion: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    measured = {}
    for label in LABELS:
        right = confusion[label][label]
        truly = sum(confusion[label].values())
        answered = sum(confusion[true][label] for true in LABELS)
        measured[label] = {
            "precision": _share(right, answered),
            "recall": _share(right, truly),
            "f1": _share(2 * right, truly + answered),
            "n": truly,
        }
    return measured


def evaluate(classifier: Classifier, rows: Iterable[tuple[str, str]]) -> Evaluation:
    """Judge every (text, true label) and count. A label that is none of INTERFACE.md's is a ValueError."""
    judged: list[tuple[str, Verdict]] = []
    for text, true in rows:
        if true not in LABELS:
            raise ValueError(f"The label {true!r} is none of {', '.join(LABELS)}.")
        judged.append((true, classifier.judge(text)))
    return measure(judged)


def measure(judged: Sequence[tuple[str, Verdict]]) -> Evaluation:
    """Count verdicts beside the true labels, which are INTERFACE.md's."""
    confusion = {true: dict.fromkeys(LABELS, 0) for true in LABELS}
    for true, verdict in judged:
        confusion[true][verdict.label] += 1
    per_label = _per_label(confusion)
    occurring = [
        label for label in LABELS if per_label[label]["n"] or any(confusion[true][label] for true in LABELS)
    ]
    cases = [verdict for true, verdict in judged if true in _CASES]
    praise = [verdict for true, verdict in judged if true == "pujian"]
    false_thanks = sum(verdict.auto_thank for true, verdict in judged if true != "pujian")
    return Evaluation(
        n=len(judged),
        accuracy=_share(sum(confusion[label][label] for label in LABELS), len(judged)),
        macro_f1=sum(per_label[label]["f1"] for label in occurring) / len(occurring) if occurring else 0.0,
        per_label=per_label,
        confusion=confusion,
        false_thanks=false_thanks,
        false_thank_rate=_share(false_thanks, len(judged)),
        praise_thanked_rate=_share(sum(verdict.auto_thank for verdict in praise), len(praise)),
        case_recall=_share(sum(verdict.opens_case for verdict in cases), len(cases)),
        complaint_recall=_share(sum(v.opens_case or v.needs_review for v in cases), len(cases)),
        person_share=_share(sum(v.opens_case or v.needs_review for _, v in judged), len(judged)),
    )
