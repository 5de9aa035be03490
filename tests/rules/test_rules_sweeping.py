"""Which posts are read now: what changed first, then what may have; and how many comments may be called gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.instagram import Media
from ig_worker.domain.sweeping import Rhythm, Sweep, due, may_be_gone

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RHYTHM = Rhythm()


def media(count: int | None = 3, *, age: timedelta = DAY, ig_id: str = "m") -> Media:
    return Media(ig_id, "", NOW - age, "IMAGE", "FEED", comments_count=count)


def swept(ago: timedelta, announced: int | None = 3, seen: int = 3, **more: Any) -> Sweep:
    """All read so long ago, and the count stands since long before."""
    return Sweep(
        **{"announced": announced, "seen": seen, "counted_at": NOW - 300 * DAY, "at": NOW - ago, **more}
    )


def kinds(post: Media, last: Sweep, now: datetime = NOW) -> list[tuple[bool, bool]]:
    """(whole, can wait) of the look that is due, if one is."""
    return [(look.whole, look.can_wait) for look in due([(post, last)], now, RHYTHM)]


CHANGED, MAY_HAVE_CHANGED, NOTHING, ONLY_THE_NEW = [(True, False)], [(True, True)], [], [(False, False)]


@pytest.mark.parametrize(
    ("post", "last", "expected"),
    [
        (media(), Sweep(), CHANGED),
        (media(4), swept(HOUR), CHANGED),
        (media(2), swept(MINUTE), CHANGED),
        (media(4), swept(29 * MINUTE), ONLY_THE_NEW),
        (media(4), swept(30 * MINUTE), CHANGED),
        (media(4), swept(MINUTE, begun_at=NOW - MINUTE), CHANGED),
        (media(3), swept(MINUTE, begun_at=NOW - MINUTE), CHANGED),
        (media(3), swept(MINUTE), NOTHING),
        (media(3), swept(6 * HOUR), MAY_HAVE_CHANGED),
        (media(3), swept(6 * HOUR - MINUTE), NOTHING),
        (media(0), swept(DAY, 0, 0), NOTHING),
        (media(3, age=7 * DAY), swept(6 * DAY), NOTHING),
        (media(3, age=8 * DAY), swept(7 * DAY), MAY_HAVE_CHANGED),
        # Read by a clock that was ahead.
        (media(3), swept(-30 * DAY, counted_at=NOW + 30 * DAY), CHANGED),
        (media(3), swept(-30 * DAY), CHANGED),
        (media(3), swept(HOUR, counted_at=NOW + 30 * DAY), CHANGED),
        (media(3), swept(-MINUTE), NOTHING),
        # Only the newest were read since then.
        (media(5), swept(29 * MINUTE, 5, 5, counted_at=NOW - MINUTE), NOTHING),
        (media(5), swept(30 * MINUTE, 5, 5, counted_at=NOW - MINUTE), MAY_HAVE_CHANGED),
        # What came while it was read last, and a count that never has all that is listed.
        (media(5), swept(29 * MINUTE, 3, 5, counted_at=NOW - 29 * MINUTE), NOTHING),
        (media(5), swept(30 * MINUTE, 3, 5, counted_at=NOW - 30 * MINUTE), MAY_HAVE_CHANGED),
        (media(5), swept(MINUTE, 3, 5, counted_at=NOW - 2 * MINUTE), ONLY_THE_NEW),
        (media(4), swept(MINUTE, 3, 5), ONLY_THE_NEW),
        (media(3), swept(HOUR, 3, 5), NOTHING),
        (media(3), swept(6 * HOUR, 3, 5), MAY_HAVE_CHANGED),
        # A count that is withheld.
        (media(None), swept(9 * MINUTE, None, 3), NOTHING),
        (media(None), swept(10 * MINUTE, None, 3), MAY_HAVE_CHANGED),
        (media(None, age=8 * DAY), swept(59 * MINUTE, None, 3), NOTHING),
        (media(None, age=8 * DAY), swept(HOUR, None, 3), MAY_HAVE_CHANGED),
    ],
)
def test_a_post_is_read_when_something_says_so(
    post: Media, last: Sweep, expected: list[tuple[bool, bool]]
) -> None:
    assert kinds(post, last) == expected


def test_what_a_clock_that_was_ahead_has_noted_of_the_unseen_counts_from_now() -> None:
    ahead = swept(-DAY, 3, 0, counted_at=NOW + DAY, unseen_since=NOW + DAY)
    (look,) = due([(media(3), ahead)], NOW, RHYTHM)
    assert (look.last.at, look.last.counted_at, look.last.unseen_since) == (None, None, NOW)
    earlier = swept(-DAY, 3, 0, unseen_since=NOW - DAY)
    (look,) = due([(media(3), earlier)], NOW, RHYTHM)
    assert look.last.unseen_since == NOW - DAY


@pytest.mark.parametrize(("waited", "rests"), [(0, 2), (1, 2), (9, 9), (25, 25), (300, 300), (9000, 360)])
@pytest.mark.parametrize("dark", [True, False])
def test_what_the_list_does_not_bear_out_is_looked_at_ever_more_seldom(
    waited: int, rests: int, dark: bool
) -> None:
    for minutes, expected in ((rests - 1, NOTHING), (rests, MAY_HAVE_CHANGED)):
        at = NOW - minutes * MINUTE
        stands = at - waited * MINUTE
        if dark:
            last = Sweep(3, 0 if waited % 2 else 3, stands - DAY, at, unseen_since=stands)
        else:
            last = Sweep(3, 2, stands, at)
        assert kinds(media(), last) == expected


def test_old_posts_that_hide_comments_are_looked_at_daily_in_the_end() -> None:
    old = media(3, age=40 * DAY)
    assert kinds(old, swept(23 * HOUR, seen=2, counted_at=NOW - 30 * DAY)) == NOTHING
    assert kinds(old, swept(24 * HOUR, seen=2, counted_at=NOW - 30 * DAY)) == MAY_HAVE_CHANGED


def test_what_is_new_comes_first_then_what_broke_off_then_what_can_wait() -> None:
    posts = [
        (media(ig_id="slow, old", age=30 * DAY), swept(20 * DAY)),
        (media(ig_id="slow, longer ago"), swept(9 * HOUR)),
        (media(ig_id="hidden"), swept(6 * HOUR, seen=2)),
        (media(ig_id="failed"), Sweep(begun_at=NOW - MINUTE)),
        (media(ig_id="broken off"), Sweep(begun_at=NOW - MINUTE, after="c")),
        (media(ig_id="new"), Sweep()),
        (media(ig_id="slow"), swept(8 * HOUR)),
        (media(5, ig_id="risen"), swept(8 * HOUR)),
    ]
    looked = [look.media.ig_id for look in due(posts, NOW, RHYTHM)]
    assert looked == ["new", "risen", "broken off", "failed", "hidden", "slow, longer ago", "slow"]
    assert "slow, old" in [look.media.ig_id for look in due(posts[:1], NOW, RHYTHM)]


@given(st.integers(0, 60 * 24 * 30), st.integers(0, 20_000), st.integers(0, 200), st.integers(0, 4))
def test_the_time_of_day_changes_nothing(later: int, ago: int, days: int, count: int) -> None:
    shift = later * MINUTE
    last = swept(ago * MINUTE)
    moved = Sweep(3, 3, NOW - 300 * DAY + shift, NOW - ago * MINUTE + shift)
    post = media(count, age=days * DAY)
    later_post = Media("m", "", post.timestamp + shift, "IMAGE", "FEED", comments_count=count)
    assert kinds(post, last) == kinds(later_post, moved, NOW + shift)


@pytest.mark.parametrize(
    ("age", "good"), [(0 * MINUTE, True), (59 * MINUTE, True), (61 * MINUTE, False), (-MINUTE, False)]
)
def test_a_noted_place_is_good_for_an_hour(age: timedelta, good: bool) -> None:
    begun = NOW - 5 * HOUR
    last = Sweep(after="QVFI", begun_at=begun, noted_at=NOW - age)
    assert last.place(NOW, RHYTHM) == ((begun, "QVFI") if good else None)


def test_without_a_cursor_there_is_no_place() -> None:
    assert Sweep(begun_at=NOW, noted_at=NOW).place(NOW, RHYTHM) is None
    assert Sweep(after="QVFI").place(NOW, RHYTHM) is None


@pytest.mark.parametrize(
    ("announced", "listed", "missing", "hidden", "gone"),
    [
        (3, 3, 1, 0, 1),  # all that is announced was listed without it
        (4, 3, 1, 0, 0),  # one more is announced than listed: it may be that one
        (4, 3, 2, 0, 1),
        (4, 3, 1, 1, 1),  # the one that is not listed was never seen
        (5, 3, 2, 1, 1),
        (3, 4, 1, 0, 1),  # some came while it was read
        (0, 0, 2, 0, 2),
        (None, 3, 2, 0, 2),
        (9, 3, 2, 0, 0),
    ],
)
def test_the_count_vouches_for_what_it_announces(
    announced: int | None, listed: int, missing: int, hidden: int, gone: int
) -> None:
    assert may_be_gone(announced, listed, missing, hidden) == gone
