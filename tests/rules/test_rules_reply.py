"""Words of ours go out at most once: what is done next, how an unclear call is settled, what is let go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from ig_worker.domain.errors import ApiError, Unanswered
from ig_worker.domain.reply import (
    TRANSITIONS,
    Decision,
    Event,
    Happened,
    Reply,
    Rules,
    Status,
    Step,
    answered_no,
    apply,
    decide,
    settle,
)

ASKED = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
DUE = ASKED + timedelta(minutes=2)
RULES = Rules()
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PLANNED = Reply(Status.PLANNED, asked_at=ASKED, due_at=DUE)
SENDING = apply(PLANNED, Happened(Event.INTEND), DUE)


def test_a_planned_reply_waits_for_its_time() -> None:
    assert decide(PLANNED, DUE - SECOND, RULES) == Decision(Step.WAIT, DUE)
    assert decide(PLANNED, DUE, RULES) == Decision(Step.SEND)


def test_praise_older_than_two_days_is_not_thanked_any_more() -> None:
    assert decide(PLANNED, ASKED + 48 * HOUR, RULES).step is Step.SEND
    assert decide(PLANNED, ASKED + 48 * HOUR + SECOND, RULES).step is Step.SKIP


@pytest.mark.parametrize("status", [Status.SENT, Status.UNCONFIRMED, Status.SKIPPED, Status.FAILED])
def test_a_reply_at_its_end_is_left_alone(status: Status) -> None:
    assert decide(replace(SENDING, status=status), DUE + HOUR, RULES) == Decision(Step.NOTHING)


def test_the_intent_says_when_and_counts_the_call() -> None:
    again = apply(
        replace(PLANNED, calls=1, questions=3, empty_looks=2, call_ended_at=ASKED),
        Happened(Event.INTEND),
        DUE,
    )
    assert (again.status, again.intent_at, again.calls) == (Status.SENDING, DUE, 2)
    assert (again.questions, again.empty_looks, again.call_ended_at) == (0, 0, None)


def test_an_id_means_it_is_sent() -> None:
    sent = apply(replace(SENDING, last_error="slow"), Happened(Event.SENT, ig_id="r1"), DUE + SECOND)
    assert (sent.status, sent.ig_id, sent.sent_at, sent.last_error) == (Status.SENT, "r1", DUE + SECOND, "")


def test_asking_begins_two_minutes_after_the_call_ended_or_must_have_ended() -> None:
    killed = DUE + RULES.call_timeout + RULES.settle
    assert decide(SENDING, killed - SECOND, RULES) == Decision(Step.WAIT, killed)
    assert decide(SENDING, killed, RULES).step is Step.ASK
    unclear = apply(SENDING, Happened(Event.UNCLEAR, reason="no answer"), DUE + SECOND)
    assert decide(unclear, DUE + SECOND + RULES.settle, RULES).step is Step.ASK
    assert unclear.last_error == "no answer"


def test_a_reply_of_ours_that_is_there_was_sent() -> None:
    assert settle(SENDING, ["r1"], DUE + HOUR, RULES) == Happened(Event.SENT, ig_id="r1")


def test_two_looks_in_vain_allow_one_more_call() -> None:
    first = settle(SENDING, [], DUE + 3 * MINUTE, RULES)
    assert first == Happened(Event.LOOKED_IN_VAIN, not_before=DUE + 4 * MINUTE)
    looked = apply(SENDING, first, DUE + 3 * MINUTE)
    assert (looked.questions, looked.empty_looks) == (1, 1)
    assert decide(looked, DUE + 4 * MINUTE - SECOND, RULES) == Decision(Step.WAIT, DUE + 4 * MINUTE)
    assert settle(looked, [], DUE + 4 * MINUTE, RULES).event is Event.NOT_SENT
    again = apply(looked, settle(looked, [], DUE + 4 * MINUTE, RULES), DUE + 4 * MINUTE)
    assert (again.status, again.intent_at, again.calls) == (Status.PLANNED, None, 1)
    assert decide(again, DUE + 4 * MINUTE, RULES).step is Step.SEND


def test_after_the_second_call_what_is_not_there_is_let_go() -> None:
    twice = replace(SENDING, calls=2, empty_looks=1)
    assert settle(twice, [], DUE + HOUR, RULES).event is Event.LET_GO
    assert apply(twice, settle(twice, [], DUE + HOUR, RULES), DUE + HOUR).status is Status.UNCONFIRMED


def test_a_no_without_proof_is_looked_for_and_never_sent_again() -> None:
    no = apply(SENDING, Happened(Event.UNCLEAR, reason="No (code 100)", said_no=True), DUE + SECOND)
    assert no.said_no
    looked = apply(no, settle(no, [], DUE + 3 * MINUTE, RULES), DUE + 3 * MINUTE)
    assert looked.status is Status.SENDING
    over = apply(looked, settle(looked, [], DUE + 4 * MINUTE, RULES), DUE + 4 * MINUTE)
    assert (over.status, over.last_error) == (Status.FAILED, "No (code 100)")
    assert settle(looked, ["r1"], DUE + 4 * MINUTE, RULES).event is Event.SENT
    assert not apply(replace(PLANNED, said_no=True), Happened(Event.INTEND), DUE).said_no


@pytest.mark.parametrize(
    ("code", "subcode", "action", "no"),
    [
        (100, None, "fatal_input", True),
        (200, None, "reauth", True),
        (100, 33, "reauth", False),
        (2, None, "reconcile", False),
        (1, None, "retry", False),
        (368, None, "wait", False),
    ],
)
def test_what_is_a_clear_no(code: int, subcode: int | None, action: str, no: bool) -> None:
    said = ApiError(code, subcode, "No", action, False)
    assert answered_no(Unanswered("No", said=said)) is no
    assert not answered_no(Unanswered("no answer"))


def test_replies_that_cannot_be_read_are_asked_for_again_and_never_count_as_a_look_in_vain() -> None:
    unclear = apply(SENDING, Happened(Event.UNCLEAR), DUE + SECOND)
    unread = settle(unclear, None, DUE + 3 * MINUTE, RULES)
    assert (unread.event, unread.not_before) == (Event.UNCLEAR, DUE + 4 * MINUTE)
    asked = apply(unclear, unread, DUE + 3 * MINUTE)
    assert (asked.questions, asked.empty_looks, asked.call_ended_at) == (1, 0, DUE + SECOND)
    assert asked.last_error == "our own words there could not be read"


def test_after_five_questions_it_is_let_go() -> None:
    assert settle(replace(SENDING, questions=3), None, DUE + HOUR, RULES).event is Event.UNCLEAR
    assert settle(replace(SENDING, questions=4), None, DUE + HOUR, RULES).event is Event.LET_GO


@pytest.mark.parametrize(("asked", "seconds"), [(0, 60), (1, 120), (2, 240), (3, 480)])
def test_questions_come_at_growing_distances(asked: int, seconds: int) -> None:
    found = settle(replace(SENDING, questions=asked), None, DUE + HOUR, RULES)
    assert found.not_before == DUE + HOUR + timedelta(seconds=seconds)


def test_an_answer_that_proves_nothing_was_sent_says_when_to_send_again() -> None:
    later = DUE + 15 * MINUTE
    back = apply(SENDING, Happened(Event.NOT_SENT, reason="busy", not_before=later), DUE + SECOND)
    assert (back.status, back.due_at, back.last_error) == (Status.PLANNED, later, "busy")


def test_quiet_hours_only_move_the_time() -> None:
    morning = DUE + 8 * HOUR
    assert apply(PLANNED, Happened(Event.POSTPONE, not_before=morning), DUE) == replace(
        PLANNED, due_at=morning
    )


@pytest.mark.parametrize(
    ("before", "event", "status"),
    [(PLANNED, Event.SKIP, Status.SKIPPED), (SENDING, Event.REFUSED, Status.FAILED)],
)
def test_why_nothing_was_sent_stands_beside_it(before: Reply, event: Event, status: Status) -> None:
    after = apply(before, Happened(event, reason="the comment was deleted"), DUE)
    assert after == replace(before, status=status, last_error="the comment was deleted")


looks = st.lists(st.sampled_from(["r1", "r2"]), max_size=2)


@given(st.data(), st.integers(0, 50 * 3600))
def test_whatever_happens_a_reply_stays_in_its_table_and_can_be_decided(data: DataObject, later: int) -> None:
    reply, now = PLANNED, DUE
    for _ in range(data.draw(st.integers(1, 25))):
        allowed = [event for state, event in TRANSITIONS if state is reply.status]
        if not allowed:
            break
        now += timedelta(seconds=data.draw(st.integers(0, 3600)))
        not_before = data.draw(st.none() | st.just(now + MINUTE))
        event = data.draw(st.sampled_from(allowed))
        after = apply(reply, Happened(event, ig_id="r1", not_before=not_before), now)
        assert after.status is TRANSITIONS[reply.status, event]
        decision = decide(after, now + timedelta(seconds=later), RULES)
        assert (decision.until is not None) is (decision.step is Step.WAIT)
        reply = after


@given(st.data())
def test_nobody_is_thanked_twice_when_every_second_look_is_true(data: DataObject) -> None:
    """The last call may have gone out or not; of two looks that follow each other at most one is stale or unread."""
    reply, now, there, bad = PLANNED, DUE, 0, False
    while (decision := decide(reply, now, RULES)).step is not Step.NOTHING:
        if decision.step is Step.WAIT:
            assert decision.until is not None
            now = decision.until
        elif decision.step is Step.SEND:
            reply = apply(reply, Happened(Event.INTEND), now)
            there += data.draw(st.integers(0, 1))
            if data.draw(st.booleans()):  # else a kill
                reply = apply(reply, Happened(Event.UNCLEAR, reason="no answer"), now)
        else:
            bad = not bad and data.draw(st.booleans())
            found = data.draw(st.sampled_from([[], None])) if bad else ["r1"] * there
            reply = apply(reply, settle(reply, found, now, RULES), now)
    assert there <= 1
    assert reply.calls <= 2
    assert reply.status in (Status.SENT, Status.UNCONFIRMED)
    assert reply.status is Status.UNCONFIRMED or there == 1
