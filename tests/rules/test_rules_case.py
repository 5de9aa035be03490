"""What becomes of a complaint: what the worker does by itself, and what each person's move leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from ig_worker.domain.case import OPEN, TRANSITIONS, Case, Event, Standing, Status, Step, apply, decide

OPENED = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
LATER = OPENED + timedelta(hours=1)
NEW = Case(Status.NEW, opened_at=OPENED)
DONE = Standing(cards_missing=0, notices_written=True, notice_arrived=True)


def test_the_evidence_comes_first_then_the_notices_then_the_note_that_the_team_was_told() -> None:
    assert decide(NEW, LATER, Standing(2, notices_written=False, notice_arrived=False)) is Step.MAKE_EVIDENCE
    assert decide(NEW, LATER, Standing(0, notices_written=False, notice_arrived=False)) is Step.TELL
    assert decide(NEW, LATER, Standing(0, notices_written=True, notice_arrived=False)) is Step.NOTHING
    assert decide(NEW, LATER, DONE) is Step.MARK_TOLD


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NEW])
def test_a_case_that_somebody_has_seen_is_not_marked_told_again(status: Status) -> None:
    assert decide(replace(NEW, status=status), LATER, DONE) is Step.NOTHING


@pytest.mark.parametrize("status", list(Status))
def test_a_later_message_gets_its_card_whatever_became_of_the_case(status: Status) -> None:
    assert decide(replace(NEW, status=status), LATER, replace(DONE, cards_missing=1)) is Step.MAKE_EVIDENCE


@pytest.mark.parametrize(
    ("status", "cards", "written", "arrived"), [*product(Status, (0, 1, 40), (False, True), (False, True))]
)
def test_the_worker_says_told_only_of_a_new_case_whose_notice_arrived(
    status: Status, cards: int, written: bool, arrived: bool
) -> None:
    step = decide(replace(NEW, status=status), LATER, Standing(cards, written, arrived))
    assert (step is Step.MARK_TOLD) is (status is Status.NEW and not cards and written and arrived)


def test_the_first_time_of_each_state_is_kept() -> None:
    told = apply(NEW, Event.TOLD, OPENED + timedelta(minutes=1))
    taken = apply(told, Event.ACKNOWLEDGE, OPENED + timedelta(minutes=2))
    worked = apply(taken, Event.WORK, OPENED + timedelta(minutes=3))
    solved = apply(worked, Event.RESOLVE, OPENED + timedelta(minutes=4))
    assert solved == Case(
        Status.RESOLVED,
        opened_at=OPENED,
        told_at=OPENED + timedelta(minutes=1),
        acknowledged_at=OPENED + timedelta(minutes=2),
        resolved_at=OPENED + timedelta(minutes=4),
    )


@pytest.mark.parametrize("event", [Event.WORK, Event.RESOLVE, Event.REJECT])
def test_whoever_does_something_with_a_case_has_acknowledged_it(event: Event) -> None:
    assert apply(NEW, event, LATER).acknowledged_at == LATER


def test_told_once_keeps_its_time() -> None:
    known = replace(NEW, told_at=OPENED)
    assert apply(known, Event.TOLD, LATER).told_at == OPENED


@pytest.mark.parametrize("status", OPEN)
def test_another_message_leaves_an_open_case_as_it_is(status: Status) -> None:
    case = replace(NEW, status=status, told_at=OPENED)
    assert apply(case, Event.WRITTEN_AGAIN, LATER) == case


def test_another_message_opens_a_resolved_case_again() -> None:
    again = apply(apply(NEW, Event.RESOLVE, OPENED), Event.WRITTEN_AGAIN, LATER)
    assert (again.status, again.resolved_at, again.acknowledged_at) == (Status.IN_PROGRESS, None, OPENED)


def test_a_merged_case_has_no_answer_of_its_own() -> None:
    merged = apply(NEW, Event.MERGE, LATER)
    assert merged == replace(NEW, status=Status.MERGED)


@given(st.data())
def test_whatever_happens_a_case_stays_in_its_table_and_its_times_in_their_order(data: DataObject) -> None:
    case, now = NEW, OPENED
    for _ in range(data.draw(st.integers(1, 20))):
        allowed = [event for state, event in TRANSITIONS if state is case.status]
        if not allowed:
            break
        now += timedelta(minutes=data.draw(st.integers(0, 600)))
        event = data.draw(st.sampled_from(allowed))
        after = apply(case, event, now)
        assert after.status is TRANSITIONS[case.status, event]
        assert (after.resolved_at is not None) is (after.status is Status.RESOLVED)
        assert case.acknowledged_at in (None, after.acknowledged_at)
        known = [at for at in (after.opened_at, after.acknowledged_at, after.resolved_at) if at is not None]
        assert all(earlier <= later for earlier, later in pairwise(known))
        case = after
