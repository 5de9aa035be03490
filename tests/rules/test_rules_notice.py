"""A notice is repeated until it arrives or a day has passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.notice import (
    Due,
    Event,
    Notice,
    Rules,
    Status,
    Step,
    after_failure,
    apply,
    by_ones_and_together,
    decide,
)

WRITTEN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = Rules()
SECOND = timedelta(seconds=1)
FRESH = Notice(Status.PENDING, written_at=WRITTEN, next_at=WRITTEN)


def test_a_notice_is_sent_when_it_is_due() -> None:
    waiting = replace(FRESH, next_at=WRITTEN + SECOND)
    assert decide(waiting, WRITTEN) is Step.WAIT
    assert decide(waiting, WRITTEN + SECOND) is Step.SEND


@pytest.mark.parametrize("status", [Status.SENT, Status.FAILED])
def test_a_notice_at_its_end_is_left_alone(status: Status) -> None:
    assert decide(replace(FRESH, status=status), WRITTEN) is Step.NOTHING


def test_a_notice_that_arrived_says_when_and_forgets_what_went_wrong() -> None:
    missed = apply(FRESH, Event.MISSED, WRITTEN, RULES, "no route")
    arrived = apply(missed, Event.ARRIVED, WRITTEN + SECOND, RULES)
    assert (arrived.status, arrived.sent_at, arrived.attempts) == (Status.SENT, WRITTEN + SECOND, 2)
    assert arrived.last_error == ""


def test_a_failed_try_is_repeated_with_growing_pauses_of_an_hour_at_most() -> None:
    notice, pauses = FRESH, []
    for _ in range(10):
        now = notice.next_at
        notice = apply(notice, Event.MISSED, now, RULES, "no route")
        pauses.append((notice.next_at - now).total_seconds())
    assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert (notice.attempts, notice.last_error) == (10, "no route")


def test_tries_go_on_for_a_day_and_end_then() -> None:
    day = WRITTEN + timedelta(days=1)
    tried = replace(FRESH, attempts=30, next_at=day - SECOND)
    assert after_failure(tried, day - SECOND, RULES) is Event.MISSED
    assert after_failure(tried, day, RULES) is Event.GIVE_UP
    assert apply(FRESH, Event.GIVE_UP, day, RULES, "no route").status is Status.FAILED


@pytest.mark.parametrize("attempts", [0, 1, 12])
def test_one_try_after_a_long_time_without_power_gives_nothing_up(attempts: int) -> None:
    """An hour's outage, a day without power, and a start before the network is there."""
    back = WRITTEN + timedelta(hours=26)
    waiting = replace(FRESH, attempts=attempts, next_at=WRITTEN + timedelta(hours=1))
    missed = apply(waiting, after_failure(waiting, back, RULES), back, RULES, "no route")
    assert (missed.status, missed.written_at) == (Status.PENDING, back - timedelta(hours=1))


def test_a_machine_that_is_off_each_night_gives_up_after_a_day_of_being_on() -> None:
    notice, morning, tries = FRESH, WRITTEN, 0
    for _ in range(10):
        now = max(morning, notice.next_at)
        while now < morning + timedelta(hours=9) and notice.status is Status.PENDING:
            notice, tries = apply(notice, after_failure(notice, now, RULES), now, RULES, "refused"), tries + 1
            now = notice.next_at
        morning += timedelta(days=1)
    assert notice.status is Status.FAILED
    assert 24 <= tries <= 40


def test_what_a_clock_that_was_ahead_has_written_has_its_day_from_the_first_try() -> None:
    ahead = replace(FRESH, written_at=WRITTEN + timedelta(days=900), next_at=WRITTEN + timedelta(days=900))
    missed = apply(ahead, after_failure(ahead, WRITTEN, RULES), WRITTEN, RULES, "no route")
    assert (missed.status, missed.written_at) == (Status.PENDING, WRITTEN)


def test_a_person_may_have_it_tried_for_another_day() -> None:
    tomorrow = WRITTEN + timedelta(days=1)
    failed = apply(FRESH, Event.GIVE_UP, tomorrow, RULES, "no route")
    again = apply(failed, Event.AGAIN, tomorrow, RULES)
    assert (again.status, again.written_at, again.next_at) == (Status.PENDING, tomorrow, tomorrow)
    assert after_failure(again, tomorrow + timedelta(hours=23), RULES) is Event.MISSED


def test_what_was_never_tried_for_days_has_its_day_from_the_first_try() -> None:
    monday = WRITTEN + timedelta(days=3)
    missed = apply(FRESH, after_failure(FRESH, monday, RULES), monday, RULES, "no route")
    assert (missed.status, missed.written_at) == (Status.PENDING, monday)
    last = replace(missed, next_at=monday + timedelta(hours=23))
    assert after_failure(last, monday + timedelta(hours=23), RULES) is Event.MISSED
    assert after_failure(last, monday + timedelta(days=1), RULES) is Event.GIVE_UP


@given(st.integers(0, 10_000))
def test_the_pause_is_never_too_long_to_be_counted_however_often_it_was_tried(attempts: int) -> None:
    missed = apply(replace(FRESH, attempts=attempts), Event.MISSED, WRITTEN, RULES, "no route")
    assert RULES.first_pause <= missed.next_at - WRITTEN <= RULES.longest_pause
    assert missed.attempts == attempts + 1


def test_in_a_day_of_silence_it_is_tried_about_thirty_times() -> None:
    notice, now = FRESH, WRITTEN
    while notice.status is Status.PENDING:
        now = max(now, notice.next_at)
        notice = apply(notice, after_failure(notice, now, RULES), now, RULES, "no route")
    assert 25 <= notice.attempts <= 35
    assert now - WRITTEN < timedelta(days=1, hours=1)


@pytest.mark.parametrize(("ahead", "step"), [(1, Step.WAIT), (3, Step.SEND), (24 * 31, Step.SEND)])
def test_what_was_written_by_a_clock_that_was_ahead_does_not_wait_for_that_time(
    ahead: int, step: Step
) -> None:
    written = WRITTEN + timedelta(hours=ahead)
    assert decide(replace(FRESH, written_at=written, next_at=written), WRITTEN) is step
    due = [Due(alone=False, written_at=written)]
    assert by_ones_and_together(due, RULES.digest_after + 1, WRITTEN, RULES) == ([], [0])
