"""One thing that fails keeps no other one waiting, unless the next would fail as well."""

from __future__ import annotations

import pytest

from fakes.fake_instagram import said
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    PermissionLost,
    Refused,
    Silence,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
)
from ig_worker.flows.each import Each
from ig_worker.store.database import StorageError


def do(*outcomes: IgWorkerError | None) -> int:
    """Do as many things with these outcomes; returns how many were tried, raises what the end raises."""
    each = Each()
    tried = 0

    def one(outcome: IgWorkerError | None) -> None:
        nonlocal tried
        tried += 1
        if outcome is not None:
            raise outcome

    for outcome in outcomes:
        each.do("a thing", one, outcome)
    each.end()
    return tried


def test_what_goes_well_is_done_and_nothing_is_raised() -> None:
    assert do(None, None, None) == 3


def test_what_cannot_be_had_is_told_and_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    assert do(Unavailable("deleted"), None) == 2
    assert "a thing cannot be had now: deleted" in caplog.text


def test_a_failure_is_raised_at_the_end_and_the_first_one_counts() -> None:
    first, second = Refused("first"), Refused("second")
    tried: list[str] = []
    each = Each()

    def fail(error: IgWorkerError) -> None:
        tried.append(str(error))
        raise error

    each.do("one", fail, first)
    each.do("two", fail, second)
    each.do("three", tried.append, "three")
    assert tried == ["first", "second", "three"]
    with pytest.raises(Refused) as raised:
        each.end()
    assert raised.value is first


@pytest.mark.parametrize(
    "error",
    [Throttled("later", wait_seconds=1), TokenExpired("dead"), PermissionLost("lost"), AccountBlocked("app")],
)
def test_what_stops_the_account_stops_at_once(error: IgWorkerError) -> None:
    each = Each()

    def fail() -> None:
        raise error

    with pytest.raises(type(error)):
        each.do("a thing", fail)


def test_after_two_silences_the_line_is_dead() -> None:
    each = Each()

    def silent() -> None:
        raise Silence("no answer")

    each.do("one", silent)
    with pytest.raises(Unanswered):
        each.do("two", silent)


def test_an_unclear_answer_is_no_silence() -> None:
    spoken = Unanswered("try again", said=said(1, None, "An unknown error"))
    with pytest.raises(Unanswered):
        do(spoken, spoken, spoken, None)


def test_what_nobody_foresaw_keeps_no_other_thing_waiting_and_is_raised_with_its_trace() -> None:
    tried: list[str] = []
    each = Each()

    def spoilt() -> None:
        raise KeyError("a row that cannot be")

    each.do("case K-2026-0001", spoilt)
    each.do("case K-2026-0002", tried.append, "K-2026-0002")
    assert tried == ["K-2026-0002"]
    with pytest.raises(KeyError, match="a row that cannot be") as raised:
        each.end()
    assert any(entry.name == "spoilt" for entry in raised.traceback)


def test_a_database_that_cannot_be_used_stops_everything() -> None:
    each = Each()

    def full() -> None:
        raise StorageError("the disk is full")

    with pytest.raises(StorageError):
        each.do("a case", full)
