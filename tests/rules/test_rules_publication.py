"""What is done with a post next, and what it is after something happened: the rules at the head of publication.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ig_worker.domain.instagram import Kind
from ig_worker.domain.pacing import poll_delay, setback_delay
from ig_worker.domain.publication import (
    ACTIVE,
    Decision,
    Event,
    Happened,
    Publication,
    Rules,
    Status,
    Step,
    apply,
    decide,
)

DUE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = Rules()
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def post(status: Status = Status.APPROVED, kind: Kind = Kind.IMAGE, **values: object) -> Publication:
    base = Publication(status, kind, "Posyandu besok pagi", DUE, approved_at=DUE - timedelta(days=1))
    return replace(base, **values)  # type: ignore[arg-type]


def ready(**values: object) -> Publication:
    return post(
        Status.READY, container_id="c1", container_at=DUE - HOUR, containers_made=1, **values
    )  # fmt: skip


def publishing(**values: object) -> Publication:
    return apply(ready(**values), Happened(Event.INTEND), DUE)


def step(thing: Publication, now: datetime) -> Step:
    return decide(thing, now, RULES).step


# Rule 1: only an approved post is prepared; only a finished container is published.


@pytest.mark.parametrize("status", [status for status in Status if status not in ACTIVE])
@pytest.mark.parametrize("moment", [DUE - timedelta(days=2), DUE, DUE + timedelta(days=2)])
def test_the_worker_leaves_alone_what_is_not_approved_or_at_its_end(status: Status, moment: datetime) -> None:
    assert decide(post(status), moment, RULES) == Decision(Step.NOTHING)


def test_preparing_begins_an_hour_before_the_post_is_due() -> None:
    assert decide(post(), DUE - HOUR - SECOND, RULES) == Decision(Step.WAIT, DUE - HOUR)
    assert step(post(), DUE - HOUR) is Step.START


def test_a_picture_is_a_container_and_then_looks_until_it_is_ready() -> None:
    preparing = post(Status.PREPARING)
    assert step(preparing, DUE - HOUR) is Step.MAKE_CONTAINER
    made = apply(preparing, Happened(Event.CONTAINER_MADE, container_id="c1"), DUE - HOUR)
    assert (made.container_id, made.container_at) == ("c1", DUE - HOUR)
    assert step(made, DUE - HOUR) is Step.LOOK_AT_CONTAINER
    assert apply(made, Happened(Event.CONTAINER_READY), DUE - HOUR).status is Status.READY


def test_a_ready_post_waits_for_its_hour_and_then_goes_out() -> None:
    assert decide(ready(), DUE - SECOND, RULES) == Decision(Step.WAIT, DUE)
    assert step(ready(), DUE) is Step.PUBLISH


def test_publishing_is_impossible_but_from_ready() -> None:
    for status in set(Status) - {Status.READY}:
        for moment in (DUE - HOUR, DUE, DUE + HOUR, DUE + timedelta(days=3)):
            intended = replace(publishing(), status=status)
            assert step(intended, moment) is not Step.PUBLISH


# Rule 2: the intent stands before the call; only a media id means yes.


def test_the_intent_says_when_and_counts_the_call() -> None:
    before = ready(publish_calls=1, questions=3, empty_looks=1, call_ended_at=DUE - HOUR, next_at=DUE)
    after = apply(before, Happened(Event.INTEND), DUE + MINUTE)
    assert (after.status, after.intent_at, after.publish_calls) == (Status.PUBLISHING, DUE + MINUTE, 2)
    assert (after.questions, after.empty_looks, after.call_ended_at, after.next_at) == (0, 0, None, None)
    assert after.container_id == "c1"


def test_a_media_id_means_yes() -> None:
    out = apply(publishing(last_error="slow"), Happened(Event.OUT, media_id="m1"), DUE + MINUTE)
    assert (out.status, out.media_id, out.published_at) == (Status.PUBLISHED, "m1", DUE + MINUTE)
    assert out.last_error == ""


def test_an_answer_that_proves_nothing_went_out_keeps_the_container_for_the_next_call() -> None:
    later = DUE + 5 * MINUTE
    after = apply(publishing(), Happened(Event.NOT_OUT, reason="busy", not_before=later), DUE + SECOND)
    assert (after.status, after.container_id, after.intent_at) == (Status.READY, "c1", None)
    assert (after.last_error, after.publish_calls) == ("busy", 1)
    assert decide(after, DUE + MINUTE, RULES) == Decision(Step.WAIT, later)
    assert step(after, later) is Step.PUBLISH


def test_an_unclear_call_keeps_the_intent_and_the_end_of_the_call() -> None:
    after = apply(publishing(), Happened(Event.UNCLEAR, reason="no answer"), DUE + 30 * SECOND)
    assert (after.status, after.intent_at, after.call_ended_at) == (
        Status.PUBLISHING, DUE, DUE + 30 * SECOND,
    )  # fmt: skip
    assert after.last_error == "no answer"


# Rule 3: asking begins `settle` after the call ended or must have ended.


def test_asking_begins_two_minutes_after_the_call_ended() -> None:
    unclear = apply(publishing(), Happened(Event.UNCLEAR), DUE + 10 * SECOND)
    begin = DUE + 10 * SECOND + RULES.settle
    assert decide(unclear, begin - SECOND, RULES) == Decision(Step.WAIT, begin)
    assert step(unclear, begin) is Step.ASK


def test_after_a_kill_asking_begins_when_the_call_must_have_ended() -> None:
    begin = DUE + RULES.publish_timeout + RULES.settle
    assert decide(publishing(), begin - SECOND, RULES) == Decision(Step.WAIT, begin)
    assert step(publishing(), begin) is Step.ASK


def test_a_question_put_off_is_not_asked_before_its_time() -> None:
    asked = DUE + RULES.publish_timeout + RULES.settle
    again = asked + 4 * MINUTE
    waiting = apply(publishing(), Happened(Event.POSTPONE, not_before=again), asked)
    assert decide(waiting, again - SECOND, RULES) == Decision(Step.WAIT, again)
    assert step(waiting, again) is Step.ASK


def test_what_is_unclear_is_asked_for_however_late_it_is() -> None:
    assert step(publishing(), DUE + timedelta(days=30)) is Step.ASK


# Rule 4: nothing is repeated too early, and only after two looks that agree.


def test_looks_at_nothing_are_counted_and_a_doubtful_one_begins_again() -> None:
    once = apply(publishing(), Happened(Event.POSTPONE, not_before=DUE + MINUTE), DUE)
    assert (once.questions, once.empty_looks) == (1, 1)
    doubtful = apply(once, Happened(Event.POSTPONE, not_before=DUE + MINUTE, reason="something there"), DUE)
    assert (doubtful.questions, doubtful.empty_looks) == (2, 0)
    assert doubtful.last_error == once.last_error == ""


def test_a_container_that_is_gone_takes_everything_of_its_kind_with_it() -> None:
    asked = replace(publishing(), questions=2, empty_looks=1, call_ended_at=DUE, child_ids=("a", "b"))
    gone = apply(replace(asked, children_ready=True), Happened(Event.CONTAINER_GONE, reason="expired"), DUE)
    assert gone == replace(
        asked, status=Status.APPROVED, child_ids=(), children_ready=False, container_id="", container_at=None,
        intent_at=None, call_ended_at=None, questions=0, empty_looks=0, last_error="expired",
    )  # fmt: skip


def test_a_container_in_its_last_hour_is_made_again_instead_of_published() -> None:
    old = replace(ready(), scheduled_at=DUE + 22 * HOUR, container_at=DUE)
    assert step(old, DUE + RULES.container_life - SECOND) is Step.PUBLISH
    assert step(old, DUE + RULES.container_life) is Step.REMAKE


def test_a_container_that_stays_in_progress_for_half_an_hour_is_made_again() -> None:
    made = post(Status.PREPARING, container_id="c1", container_at=DUE - HOUR)
    assert step(made, DUE - HOUR + RULES.patience - SECOND) is Step.LOOK_AT_CONTAINER
    assert step(made, DUE - HOUR + RULES.patience) is Step.REMAKE


def test_after_four_containers_the_post_fails_with_what_was_said_last() -> None:
    tired = post(containers_made=RULES.most_containers, last_error="the picture cannot be fetched")
    assert decide(tired, DUE, RULES) == Decision(Step.FAIL, reason="the picture cannot be fetched")
    assert decide(replace(tired, last_error=""), DUE, RULES).reason == "tidak ada kontainer yang menjadi siap"
    assert step(post(containers_made=RULES.most_containers - 1), DUE) is Step.START


def test_each_start_counts_as_one_more_container() -> None:
    assert apply(post(containers_made=2), Happened(Event.START), DUE).containers_made == 3


def test_a_person_settles_what_nobody_knows() -> None:
    unsure = apply(publishing(), Happened(Event.GIVE_UP, reason="not in the list"), DUE + HOUR)
    assert (unsure.status, unsure.last_error) == (Status.UNCONFIRMED, "not in the list")
    assert apply(unsure, Happened(Event.OUT, media_id="m1"), DUE + HOUR).status is Status.PUBLISHED
    held = apply(unsure, Happened(Event.NOT_OUT, reason="looked"), DUE + HOUR)
    assert (held.status, held.intent_at) == (Status.HELD, None)


# Rule 5: late posts wait for a person; a carousel goes out whole.


def test_a_post_found_more_than_two_hours_late_is_held() -> None:
    for late in (post(), post(Status.PREPARING), ready()):
        assert step(late, DUE + 2 * HOUR) is not Step.HOLD_AS_LATE
        assert step(late, DUE + 2 * HOUR + SECOND) is Step.HOLD_AS_LATE


def test_a_pause_does_not_keep_a_late_post_from_being_held() -> None:
    assert step(ready(next_at=DUE + timedelta(days=1)), DUE + 3 * HOUR) is Step.HOLD_AS_LATE


def test_a_persons_yes_to_a_late_post_counts_from_when_it_was_said() -> None:
    said = DUE + timedelta(days=2)
    agreed = apply(post(Status.HELD), Happened(Event.APPROVE), said)
    assert step(agreed, said) is Step.START
    assert step(agreed, said + 2 * HOUR + SECOND) is Step.HOLD_AS_LATE


def test_a_post_that_was_never_approved_in_person_counts_from_its_own_time() -> None:
    assert step(post(approved_at=None), DUE + 2 * HOUR + SECOND) is Step.HOLD_AS_LATE


def test_a_carousel_is_made_only_when_every_child_is_there_and_ready() -> None:
    carousel = post(Status.PREPARING, Kind.CAROUSEL, media_count=3)
    for number in range(3):
        assert step(carousel, DUE) is Step.MAKE_CHILD
        carousel = apply(carousel, Happened(Event.CHILD_MADE, container_id=f"k{number}"), DUE)
    assert carousel.child_ids == ("k0", "k1", "k2")
    assert step(carousel, DUE) is Step.LOOK_AT_CHILDREN
    carousel = apply(carousel, Happened(Event.CHILDREN_READY), DUE)
    assert step(carousel, DUE) is Step.MAKE_CONTAINER
    carousel = apply(carousel, Happened(Event.CONTAINER_MADE, container_id="c1"), DUE)
    assert step(carousel, DUE) is Step.LOOK_AT_CONTAINER


def test_a_child_that_stays_in_progress_for_half_an_hour_is_made_again() -> None:
    children = post(
        Status.PREPARING, Kind.CAROUSEL, media_count=2, child_ids=("a", "b"), container_at=DUE - HOUR
    )  # fmt: skip
    assert step(children, DUE - HOUR + RULES.patience - SECOND) is Step.LOOK_AT_CHILDREN
    assert step(children, DUE - HOUR + RULES.patience) is Step.REMAKE


# Approval, and the small things.


@pytest.mark.parametrize("status", [Status.DRAFT, Status.HELD, Status.FAILED])
def test_an_approval_starts_from_nothing(status: Status) -> None:
    used = replace(
        publishing(), status=status, child_ids=("a",), children_ready=True, containers_made=4, publish_calls=3,
        questions=7, empty_looks=1, call_ended_at=DUE, next_at=DUE + HOUR, last_error="it failed",
    )  # fmt: skip
    assert apply(used, Happened(Event.APPROVE), DUE + HOUR) == post(approved_at=DUE + HOUR)


@pytest.mark.parametrize("event", [Event.REJECT, Event.CHANGE])
def test_a_withdrawn_approval_forgets_the_containers_and_keeps_the_reason(event: Event) -> None:
    after = apply(ready(publish_calls=1), Happened(event, reason="the date is wrong"), DUE)
    assert after == post(Status.DRAFT, last_error="the date is wrong")


@pytest.mark.parametrize("event", [Event.HOLD, Event.CANCEL])
def test_a_person_may_stop_a_post_until_it_is_publishing(event: Event) -> None:
    stopped = apply(ready(next_at=DUE + HOUR), Happened(event, reason="wait"), DUE)
    assert (stopped.status, stopped.last_error, stopped.next_at) == (
        Status.HELD if event is Event.HOLD else Status.CANCELLED, "wait", None,
    )  # fmt: skip


def test_a_pause_while_preparing_says_why_and_keeps_an_older_reason() -> None:
    paused = apply(ready(), Happened(Event.POSTPONE, not_before=DUE + MINUTE, reason="busy"), DUE)
    assert (paused.next_at, paused.last_error) == (DUE + MINUTE, "busy")
    again = apply(paused, Happened(Event.POSTPONE, not_before=DUE + 2 * MINUTE), DUE)
    assert (again.next_at, again.last_error) == (DUE + 2 * MINUTE, "busy")


def test_setbacks_while_preparing_come_at_growing_distances_until_something_is_made() -> None:
    preparing, pauses = post(Status.PREPARING), []
    for _ in range(7):
        pauses.append(setback_delay(preparing).total_seconds())
        preparing = apply(preparing, Happened(Event.POSTPONE, reason="busy", not_before=DUE), DUE)
    assert pauses == [30, 60, 120, 240, 480, 900, 900]
    waited = apply(preparing, Happened(Event.POSTPONE, not_before=DUE), DUE)
    assert waited.questions == preparing.questions
    for event in (Event.CHILD_MADE, Event.CONTAINER_MADE):
        assert setback_delay(apply(preparing, Happened(event, container_id="c"), DUE)) == 30 * SECOND


def test_a_container_may_be_left_alone_for_a_while_after_it_was_made() -> None:
    later = DUE - HOUR + MINUTE
    for event in (Event.CHILD_MADE, Event.CONTAINER_MADE):
        made = apply(post(Status.PREPARING), Happened(event, container_id="c", not_before=later), DUE - HOUR)
        assert decide(made, DUE - HOUR, RULES) == Decision(Step.WAIT, later)


@pytest.mark.parametrize(
    ("age", "pause"), [(-60, 5), (0, 5), (15, 5), (30, 10), (90, 30), (180, 60), (3600, 60)]
)
def test_a_container_is_looked_at_after_five_seconds_at_first_and_every_minute_at_last(
    age: int, pause: int
) -> None:
    made = post(Status.PREPARING, container_id="c1", container_at=DUE)
    assert poll_delay(made, DUE + timedelta(seconds=age)) == timedelta(seconds=pause)


def test_a_post_without_a_container_is_looked_at_soon() -> None:
    assert poll_delay(post(), DUE) == timedelta(seconds=5)


def test_an_intent_of_a_clock_that_was_wrong_is_asked_about_at_once_and_then_now_and_then() -> None:
    wrong = publishing(call_ended_at=None)
    before = DUE - timedelta(days=400)
    assert step(wrong, before) is Step.ASK
    waits = replace(wrong, next_at=before + MINUTE)
    assert decide(waits, before, RULES) == Decision(Step.WAIT, before + MINUTE)
    assert step(waits, before + MINUTE) is Step.ASK
    assert step(replace(wrong, next_at=DUE + MINUTE), before) is Step.ASK
