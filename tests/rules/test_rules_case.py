"""What becomes of a complaint: what the worker does by itself, and what each person's move leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from ig_worker.domain.case import (
    OPEN,
    REOPENED_FOR,
    TRANSITIONS,
    Case,
    Event,
    Severity,
    Standing,
    Status,
    Step,
    apply,
    decide,
    graver,
    takes,
)

OPENED = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
LATER = OPENED + timedelta(hours=1)
NEW = Case(Status.NEW, opened_at=OPENED)
DONE = Standing(cards_missing=0, notices_written=True, notice_arrived=True)


def test_the_evidence_comes_first_then_the_notices_then_the_note_that_the_team_was_told() -> None:
    assert decide(NEW, LATER, Standing(2, notices_written=False, notice_arrived=False)) is Step.MAKE_EVIDENCE
    assert decide(NEW, LATER, Standing(0, notices_written=False, notice_arrived=False)) is Step.TELL
    assert decide(NEW, LATER, Standing(0, notices_written=True, notice_arrived=False)) is Step.NOTHING
    assert decide(NEW, LATER, DONE) is Step.MARK_TOLD


@pytest.mark.parametrize("status", [status for status in Status if status not in OPEN])
def test_a_closed_case_is_not_marked_told(status: Status) -> None:
    assert decide(replace(NEW, status=status), LATER, DONE) is Step.NOTHING


def test_a_case_that_was_answered_before_the_notice_arrived_still_says_when_the_team_was_told() -> None:
    answered = apply(NEW, Event.ANSWERED, LATER)
    assert decide(answered, LATER, DONE) is Step.MARK_TOLD
    told = apply(answered, Event.TOLD, LATER + timedelta(minutes=1))
    assert (told.status, told.told_at) == (Status.ACKNOWLEDGED, LATER + timedelta(minutes=1))
    assert decide(told, LATER, DONE) is Step.NOTHING


@pytest.mark.parametrize("status", list(Status))
def test_a_later_message_gets_its_card_whatever_became_of_the_case(status: Status) -> None:
    assert decide(replace(NEW, status=status), LATER, replace(DONE, cards_missing=1)) is Step.MAKE_EVIDENCE


@pytest.mark.parametrize(
    ("status", "cards", "written", "arrived"), [*product(Status, (0, 1, 40), (False, True), (False, True))]
)
def test_the_worker_says_told_only_of_an_open_case_whose_notice_arrived(
    status: Status, cards: int, written: bool, arrived: bool
) -> None:
    standing = Standing(cards, written, arrived)
    step = decide(replace(NEW, status=status), LATER, standing)
    assert (step is Step.MARK_TOLD) is (status in OPEN and not cards and written and arrived)
    assert decide(replace(NEW, status=status, told_at=LATER), LATER, standing) is not Step.MARK_TOLD


def at(minutes: int) -> datetime:
    return OPENED + timedelta(minutes=minutes)


def test_the_first_time_of_each_state_is_kept() -> None:
    told = apply(NEW, Event.TOLD, at(1))
    taken = apply(told, Event.ACKNOWLEDGE, at(2))
    worked = apply(taken, Event.WORK, at(3))
    solved = apply(worked, Event.RESOLVE, at(4))
    assert solved == Case(
        Status.RESOLVED,
        OPENED,
        told_at=at(1),
        acknowledged_at=at(2),
        started_at=at(3),
        resolved_at=at(4),
        closed_at=at(4),
    )


@pytest.mark.parametrize("event", [Event.WORK, Event.RESOLVE, Event.REJECT, Event.MERGE, Event.ANSWERED])
def test_whoever_does_something_with_a_case_has_acknowledged_it(event: Event) -> None:
    assert apply(NEW, event, LATER).acknowledged_at == LATER


@pytest.mark.parametrize("event", [Event.RESOLVE, Event.REJECT, Event.MERGE])
def test_a_case_that_is_settled_in_any_way_says_when_it_was_closed(event: Event) -> None:
    assert apply(NEW, event, LATER).closed_at == LATER


def test_a_rejected_case_keeps_the_reason_and_a_merged_one_the_other_cases_number() -> None:
    assert apply(NEW, Event.REJECT, LATER, reason="bukan untuk kami").reason == "bukan untuk kami"
    assert apply(NEW, Event.MERGE, LATER, into="K-2026-0007").merged_into == "K-2026-0007"


def test_told_once_keeps_its_time() -> None:
    known = replace(NEW, told_at=OPENED)
    assert apply(known, Event.TOLD, LATER).told_at == OPENED


def test_an_answer_on_instagram_acknowledges_the_case_and_the_first_one_counts() -> None:
    answered = apply(replace(NEW, status=Status.TOLD), Event.ANSWERED, at(5))
    assert (answered.status, answered.first_response_at, answered.acknowledged_at) == (
        Status.ACKNOWLEDGED,
        at(5),
        at(5),
    )
    assert apply(answered, Event.ANSWERED, at(9)).first_response_at == at(5)


def test_an_answer_older_than_the_case_is_told_as_it_was_and_acknowledges_from_the_opening() -> None:
    answered = apply(NEW, Event.ANSWERED, at(-20))
    assert (answered.first_response_at, answered.acknowledged_at) == (at(-20), OPENED)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.REJECTED])
def test_an_answer_that_is_seen_after_the_case_was_closed_leaves_it_closed(status: Status) -> None:
    closed = replace(NEW, status=status, closed_at=at(1), resolved_at=at(1))
    answered = apply(closed, Event.ANSWERED, at(2))
    assert (answered.status, answered.closed_at, answered.first_response_at) == (status, at(1), at(2))


@pytest.mark.parametrize("status", OPEN)
def test_another_message_leaves_an_open_case_as_it_is(status: Status) -> None:
    case = replace(NEW, status=status, told_at=OPENED)
    assert apply(case, Event.WRITTEN_AGAIN, LATER) == case


def test_another_message_opens_a_resolved_case_again() -> None:
    again = apply(apply(NEW, Event.RESOLVE, OPENED), Event.WRITTEN_AGAIN, LATER)
    assert again == Case(
        Status.IN_PROGRESS, OPENED, acknowledged_at=OPENED, started_at=OPENED, reopened_at=LATER, reopened=1
    )
    twice = apply(apply(again, Event.RESOLVE, LATER), Event.WRITTEN_AGAIN, at(90))
    assert (twice.reopened, twice.reopened_at) == (2, at(90))


def test_a_case_takes_its_persons_words_while_it_is_open_and_for_seven_days_after_it_was_resolved() -> None:
    month = OPENED + timedelta(days=30)
    assert all(takes(replace(NEW, status=status), month) for status in OPEN)
    resolved = apply(NEW, Event.RESOLVE, LATER)
    assert takes(resolved, LATER + REOPENED_FOR - timedelta(microseconds=1))
    assert not takes(resolved, LATER + REOPENED_FOR)
    assert takes(resolved, OPENED), "what was written before it was resolved and is only noticed now"
    assert not takes(apply(NEW, Event.REJECT, LATER), LATER)
    assert not takes(apply(NEW, Event.MERGE, LATER), LATER)


def test_of_two_severities_the_graver_counts() -> None:
    for one, other in product(Severity, Severity):
        assert graver(one, other) == max((one, other), key=["biasa", "mendesak", "darurat"].index)


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
        assert (after.closed_at is None) is (after.status in OPEN)
        assert case.acknowledged_at in (None, after.acknowledged_at)
        assert case.first_response_at in (None, after.first_response_at)
        again = case.status is Status.RESOLVED and event is Event.WRITTEN_AGAIN
        assert after.reopened - case.reopened == again
        moments = (after.opened_at, after.acknowledged_at, after.started_at, after.closed_at)
        known = [moment for moment in moments if moment is not None]
        assert all(earlier <= later for earlier, later in pairwise(known))
        case = after
