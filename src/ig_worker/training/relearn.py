"""Learns again with what people have corrected, and compares before with after on texts that neither has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict, measure
from ig_worker.domain.classifier.lexicon import LABELS
from ig_worker.training.fit import Fitted, Lessons, folds
from ig_worker.training.learn import LABEL_RECIPE, THRESHOLDS, Lesson, lessons_of
from ig_worker.training.report import Comparison
from ig_worker.training.sentences import Sentence

_NO_TOPICS = {"labels": ["lainnya"], "bias": [0.0], "words": {}, "letters": {}, "temperature": 1.0}


def compare(sentences: Sequence[Sentence], corrections: Sequence[Sentence], lesson: Lesson) -> Comparison:
    """Five times: learn from the written sentences alone, and from both, and judge what was held out of both.

    ``lesson`` has both, and lends its temperature to all, so that only the learning differs.
    """
    everything = [*sentences, *corrections]
    lessons = lessons_of(everything)
    labels = [sentence.label for sentence in everything]
    before: list[Verdict | None] = [None] * len(everything)
    after = list(before)
    for seen, unseen in folds(labels):
        written = [place for place in seen if place < len(sentences)]
        for places, verdicts in ((written, before), (seen, after)):
            classifier = _taught(lessons, labels, places, lesson.temperature)
            for place in unseen:
                verdicts[place] = classifier.judge(everything[place].text)

    def measured(verdicts: Sequence[Verdict | None], start: int, end: int) -> Any:
        judged = zip(labels[start:end], verdicts[start:end], strict=True)
        return measure([(label, verdict) for label, verdict in judged if verdict is not None])

    whole, few = len(everything), len(sentences)
    return Comparison(
        corrections=len(corrections),
        before=measured(before, 0, whole),
        after=measured(after, 0, whole),
        before_on_sentences=measured(before, 0, few),
        after_on_sentences=measured(after, 0, few),
        before_on_corrections=measured(before, few, whole),
        after_on_corrections=measured(after, few, whole),
    )


def _taught(lessons: Lessons, labels: Sequence[str], places: Sequence[int], temperature: float) -> Classifier:
    fitted = Fitted(lessons.some(places), [labels[place] for place in places], LABEL_RECIPE)
    if fitted.labels != LABELS:  # the sentences have each label often enough that no fold lacks one
        raise ValueError(f"These labels were learned: {', '.join(fitted.labels)}.")
    return Classifier({"label": fitted.export(temperature), "topic": _NO_TOPICS, "thresholds": THRESHOLDS})
