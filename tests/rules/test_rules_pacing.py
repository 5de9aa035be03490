"""When a post that could go out still waits: late ones come spaced, and Meta's limit is not run into."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Kind
from ig_worker.domain.pacing import BELIEVED_FOR, ON_TIME, Allowance, in_turn, must_wait
from ig_worker.domain.publication import Decision, Publication, Rules, Status, Step, decide

DUE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = Rules()
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
READY = Publication(
    Status.READY, Kind.IMAGE, "Posyandu", DUE, approved_at=DUE - timedelta(days=1), container_id="c1",
    container_at=DUE - timedelta(hours=1),
)  # fmt: skip
GO = Decision(Step.PUBLISH)


def turn(seen_at: datetime, last_out: datetime | None, post: Publication = READY) -> Decision:
    return in_turn(decide(post, seen_at, RULES), post, seen_at, last_out, RULES)


def test_a_post_on_time_goes_out_whatever_went_out_before_it() -> None:
    for seen_at in (DUE, DUE + SECOND, DUE + ON_TIME):
        assert turn(seen_at, seen_at - SECOND) == GO


def test_a_late_post_waits_until_the_last_one_is_long_enough_ago() -> None:
    seen_at = DUE + ON_TIME + SECOND
    assert turn(seen_at, None) == GO
    assert turn(seen_at, seen_at - RULES.late_spacing) == GO
    last_out = seen_at - RULES.late_spacing + SECOND
    assert turn(seen_at, last_out) == Decision(Step.WAIT, seen_at + SECOND)
    assert turn(last_out + RULES.late_spacing, last_out) == GO


def test_a_post_approved_after_its_time_is_late_from_then_on() -> None:
    late = replace(READY, approved_at=DUE + 30 * MINUTE)
    assert turn(DUE + 31 * MINUTE, DUE + 30 * MINUTE, late) == GO
    assert turn(DUE + 31 * MINUTE + SECOND, DUE + 30 * MINUTE, late).step is Step.WAIT


def test_what_is_not_about_to_be_published_is_not_touched() -> None:
    early = Decision(Step.WAIT, DUE)
    assert turn(DUE - SECOND, DUE - SECOND) == early
    held = turn(DUE + RULES.late_after + SECOND, DUE + RULES.late_after)
    assert held.step is Step.HOLD_AS_LATE


@given(
    times=st.lists(st.integers(0, 12 * 3600), min_size=1, max_size=25),
    begin=st.integers(0, 11 * 3600),
    length=st.integers(0, 4 * 3600),
)
def test_after_any_outage_no_two_late_posts_go_out_within_the_spacing(
    times: list[int], begin: int, length: int
) -> None:
    """Played to the second: each post goes out once or is held, on time whenever the line was up."""
    posts = {
        number: replace(READY, scheduled_at=DUE + second * SECOND, approved_at=DUE)
        for number, second in enumerate(times)
    }
    down = (DUE + begin * SECOND, DUE + (begin + length) * SECOND)
    out: dict[int, datetime] = {}
    held: set[int] = set()
    moments = sorted({post.scheduled_at for post in posts.values()} | {down[1]})
    while moments:
        now = moments.pop(0)
        if down[0] <= now < down[1]:
            continue
        for number, post in sorted(posts.items(), key=lambda item: item[1].scheduled_at):
            if number in out or number in held:
                continue
            decision = decide(replace(post, container_at=now), now, RULES)
            decision = in_turn(decision, post, now, max(out.values(), default=None), RULES)
            if decision.step is Step.PUBLISH:
                out[number] = now
            elif decision.step is Step.HOLD_AS_LATE:
                held.add(number)
            elif decision.until is not None and decision.until > now:
                moments = sorted({*moments, decision.until})
    assert len(out) + len(held) == len(posts)
    late = sorted(at for n, at in out.items() if at > posts[n].scheduled_at + ON_TIME)
    assert all(two - one >= RULES.late_spacing for one, two in pairwise(late))
    for number, post in posts.items():
        if not down[0] <= post.scheduled_at < down[1]:
            assert out[number] == post.scheduled_at


# The publishing limit.


@pytest.mark.parametrize(
    ("used", "since", "waits"), [(0, 0, False), (49, 0, False), (49, 1, True), (50, 0, True), (60, 3, True)]
)
def test_a_post_waits_where_the_limit_is_used_up(used: int, since: int, waits: bool) -> None:
    allowance = Allowance(used, 50, DUE, since)
    assert must_wait(READY, allowance, DUE + MINUTE) is waits
    assert allowance.left == max(50 - used - since, 0)


def test_what_nobody_knows_stops_nobody() -> None:
    full = Allowance(50, 50, DUE)
    assert not must_wait(READY, None, DUE)
    assert must_wait(READY, full, DUE + BELIEVED_FOR)
    assert not must_wait(READY, full, DUE + BELIEVED_FOR + SECOND)
    assert not must_wait(replace(READY, kind=Kind.STORY), full, DUE)
