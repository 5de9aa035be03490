"""How far the shipped model's confidence can be believed, on sentences held out of the learning."""

from __future__ import annotations

import pytest

from ig_worker.shipped import classifier_model
from ig_worker.training import TrainingReport, read_sentences, shipped_sentences
from ig_worker.training.learn import Lesson


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return Lesson(read_sentences(shipped_sentences()))


@pytest.mark.slow
def test_confidence_is_worth_what_it_says(lesson: Lesson) -> None:
    report = TrainingReport(sentences=0, sentences_sha256="", bytes_written=0, **lesson.measures())
    print(report.table())
    print(f"expected calibration error {report.expected_calibration_error:.3f}")
    assert report.expected_calibration_error < 0.04
    for one in report.reliability:
        if one.n >= 100:
            assert abs(one.mean_confidence - one.share_right) < 0.10, one
    assert report.accuracy > 0.82
    assert report.macro_f1 > 0.82


def test_the_shipped_model_has_the_temperature_that_was_found_on_held_out_sentences(lesson: Lesson) -> None:
    assert classifier_model()["label"]["temperature"] == pytest.approx(lesson.temperature)
