"""A decision holds for what was looked at, and for nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ig_worker.domain.seen import ChangedMeanwhile, mark_of, require_unchanged

NOON = datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_the_same_values_have_the_same_mark_and_others_another() -> None:
    assert mark_of("a", 1, None, NOON) == mark_of("a", 1, None, NOON)
    marks = [
        mark_of("a", "b"),
        mark_of("ab"),
        mark_of("a,b"),
        mark_of("a", None),
        mark_of("a", ""),
        mark_of(["a", "b"]),
    ]
    assert len(set(marks)) == len(marks)


def test_what_was_changed_meanwhile_is_not_decided_on() -> None:
    require_unchanged(mark_of(1), mark_of(1), "post 3")
    require_unchanged(None, mark_of(1), "post 3")
    with pytest.raises(ChangedMeanwhile, match="post 3 was changed"):
        require_unchanged(mark_of(2), mark_of(1), "post 3")
    with pytest.raises(ChangedMeanwhile):
        require_unchanged("", mark_of(1), "post 3")
