"""Whether a model's JSON is whole and made for this program; one that is not would judge nonsense with confidence."""

from __future__ import annotations

import math
from array import array
from typing import Any

from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.classifier.rows import Rows

FORMAT = 2
"""Counts up whenever the features or their arithmetic change, because a model means only what it was taught on."""

_THRESHOLDS = {"thank", "case", "review", "suspicion"}


def what_is_wrong(model: Any) -> str:
    """The first thing that is wrong, in a few words; "" for a good model."""
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        return f"its format is not {FORMAT}"
    thresholds = model.get("thresholds")
    if not isinstance(thresholds, dict) or set(thresholds) != _THRESHOLDS:
        return "its thresholds are not the four that are needed"
    if not all(_is_number(one) and 0 <= one <= 1 for one in thresholds.values()):
        return "its thresholds are not between 0 and 1"
    for name, allowed in (("label", LABELS), ("topic", TOPICS)):
        if wrong := _wrong_part(model.get(name), allowed):
            return f"{name}: {wrong}"
    if tuple(model["label"]["labels"]) != LABELS:
        return f"label: it does not know {', '.join(LABELS)}"
    return ""


def _wrong_part(part: Any, allowed: tuple[str, ...]) -> str:
    if not isinstance(part, dict) or not {"labels", "bias", "words", "letters", "temperature"} <= set(part):
        return "it is not whole"
    labels, bias = part["labels"], part["bias"]
    if not isinstance(labels, list) or not labels or not all(label in allowed for label in labels):
        return "its labels are not ours"
    if not isinstance(bias, list) or len(bias) != len(labels) or not all(map(_is_number, bias)):
        return "its numbers do not fit its labels"
    if not _is_number(part["temperature"]) or part["temperature"] <= 0:
        return "its temperature is not above 0"
    for block in (part["words"], part["letters"]):
        if not isinstance(block, dict | Rows):
            return "its features are not by name"
        for row in block.values():
            if (
                not isinstance(row, list | array)
                or len(row) != len(labels) + 1
                or not all(map(_is_number, row))
            ):
                return "its numbers do not fit its labels"
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
