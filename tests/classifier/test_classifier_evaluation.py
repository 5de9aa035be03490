"""The figures of ``classifier evaluate``, against sums done another way."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from ig_worker.domain.classifier import LABELS, Classifier, evaluate
from ig_worker.shipped import classifier_model
from ig_worker.training import read_sentences, shipped_sentences

CLASSIFIER = Classifier(classifier_model())
ROWS = [
    ("Petugasnya ramah, terima kasih", "pujian"),
    ("pelayanan cepat dan bagus", "pujian"),
    ("pelayanan bagus tapi lama", "keluhan"),
    ("mantap terima kasih", "lainnya"),
    ("antri lama banget", "keluhan"),
    ("kapan buka min?", "pertanyaan"),
    ("usul ditambah kursi dong", "saran"),
    ("toilet mohon ditambah", "keluhan"),
    ("besok buka min?", "saran"),
    ("halo", "lainnya"),
]


def test_the_figures_agree_with_an_independent_computation() -> None:
    verdicts = [CLASSIFIER.judge(text) for text, _ in ROWS]
    truth = [label for _, label in ROWS]
    answers = [verdict.label for verdict in verdicts]
    measured = evaluate(CLASSIFIER, ROWS)
    assert measured.n == len(ROWS)
    assert measured.accuracy == pytest.approx(accuracy_score(truth, answers))
    assert measured.macro_f1 == pytest.approx(f1_score(truth, answers, average="macro"))
    precision, recall, f1, count = precision_recall_fscore_support(
        truth, answers, labels=LABELS, zero_division=0
    )
    for place, label in enumerate(LABELS):
        assert measured.per_label[label] == pytest.approx(
            {"precision": precision[place], "recall": recall[place], "f1": f1[place], "n": count[place]}
        )
    assert sum(sum(row.values()) for row in measured.confusion.values()) == len(ROWS)
    thanked_wrongly = [
        v for v, label in zip(verdicts, truth, strict=True) if v.auto_thank and label != "pujian"
    ]
    assert measured.false_thanks == len(thanked_wrongly) >= 1
    assert measured.false_thank_rate == pytest.approx(len(thanked_wrongly) / len(ROWS))
    assert measured.praise_thanked_rate == pytest.approx(sum(v.auto_thank for v in verdicts[:2]) / 2)
    cases = [v for v, label in zip(verdicts, truth, strict=True) if label in ("keluhan", "saran")]
    assert measured.case_recall == pytest.approx(sum(v.opens_case for v in cases) / len(cases))
    seen = [v for v in cases if v.opens_case or v.needs_review]
    assert measured.complaint_recall == pytest.approx(len(seen) / len(cases))
    person = [v for v in verdicts if v.opens_case or v.needs_review]
    assert measured.person_share == pytest.approx(len(person) / len(ROWS))


def test_nothing_to_measure_gives_zeros() -> None:
    measured = evaluate(CLASSIFIER, [])
    assert (measured.n, measured.accuracy, measured.macro_f1, measured.case_recall) == (0, 0.0, 0.0, 0.0)


def test_an_unknown_label_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'curhat' is none of keluhan"):
        evaluate(CLASSIFIER, [("halo", "curhat")])


def test_the_json_has_every_key_of_the_interface() -> None:
    given = evaluate(CLASSIFIER, ROWS).as_json()
    assert set(given) == {
        "n", "accuracy", "macro_f1", "per_label", "confusion", "false_thanks", "false_thank_rate",
        "praise_thanked_rate", "case_recall", "complaint_recall", "person_share",
    }  # fmt: skip


@pytest.fixture
def real_comments(shared_folder: Path) -> list[dict[str, Any]]:
    with (shared_folder / "data" / "real_dev.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_real_comments_are_judged_well_enough(real_comments: list[dict[str, Any]]) -> None:
    measured = evaluate(CLASSIFIER, [(row["text"], row["label"]) for row in real_comments])
    assert measured.accuracy >= 0.84
    assert measured.macro_f1 >= 0.82
    assert measured.false_thanks == 0
    assert measured.praise_thanked_rate >= 0.65
    assert measured.case_recall >= 0.75
    assert measured.complaint_recall >= 0.95
    assert measured.person_share <= 0.60


def _trigrams(text: str) -> set[str]:
    text = " ".join(text.lower().split())
    return {text[start : start + 3] for start in range(len(text) - 2)}


def test_no_real_comment_was_learned_from(real_comments: list[dict[str, Any]]) -> None:
    learned = [(sentence.text, _trigrams(sentence.text)) for sentence in read_sentences(shipped_sentences())]
    for row in real_comments:
        real = _trigrams(row["text"])
        if len(real) < 25:
            continue  # "terima kasih" is everybody's.
        close = [text for text, grams in learned if len(grams & real) / len(grams | real) > 0.6]
        assert close == [], row["text"]
