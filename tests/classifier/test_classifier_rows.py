"""A model's rows in one piece of memory are the rows of its JSON."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from ig_worker.domain.classifier.rows import Rows, read_model
from ig_worker.shipped import classifier_content, classifier_model


def plainly(value: Any) -> Any:
    """The same with every row as a list again."""
    if isinstance(value, Rows):
        return {name: list(row) for name, row in value.items()}
    return {key: plainly(each) for key, each in value.items()} if isinstance(value, dict) else value


def test_the_shipped_model_is_read_as_json_reads_it() -> None:
    model = read_model(classifier_content())
    assert isinstance(model["label"]["words"], Rows)
    assert isinstance(model["label"]["letters"], Rows)
    assert plainly(model) == classifier_model()


@pytest.mark.parametrize(
    "model",
    [
        {"words": {}},
        {"label": {"words": {'a"b\\': [1.0, -2e-05], "é😀": [3.0, 4.0]}, "letters": {}}, "more": [1, "x"]},
        {"words": {"a": [1.0, 2.0], "b": [1.0]}},
        {"words": {"a": [1.0, "x"]}, "letters": {"b": [1.0, 2.0]}},
        {"words": {"a": [], "b": {"c": [1.0]}}},
        {"words": [], "letters": None},
        [1, 2],
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_any_json_is_read_as_json(model: Any, ascii_only: bool) -> None:
    for separators in ((",", ":"), (", ", ": ")):
        content = json.dumps(model, ensure_ascii=ascii_only, separators=separators).encode()
        assert plainly(read_model(content)) == model


@pytest.mark.parametrize("content", [b'{"words":{"a":[1.0', b'{"words":{"a":[1.0,,2.0]}}', b"", b"\xff\xfe{"])
def test_what_is_no_json_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_model(content)


def test_reading_the_shipped_model_takes_little_memory() -> None:
    content = classifier_content()
    tracemalloc.start()
    try:
        model = read_model(content)
        kept, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert model
    assert kept < 5_000_000
    assert most < 7_000_000
