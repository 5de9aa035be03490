"""How often the inbox is read while Meta's budget of calls runs low: publishing must always find room in it.

Small accounts have small budgets (`instagram_api.md`, section F: 4800 calls a day for each impression), and going on
asking where it is used up makes the wait longer.
"""

from __future__ import annotations

from datetime import timedelta

AT_EASE = 50
"""Below this percentage nothing is spared."""

SLOWER = ((80, 8), (70, 4), (AT_EASE, 2))
"""From each percentage on, how many times as long the inbox rests between two polls."""

FULL = 85
"""From here on there is only a look now and then, and the rest of the budget is left to the posts."""

A_LOOK_EVERY = timedelta(minutes=30)
"""The longest rest, so that neither an old reading of the budget nor a full one closes the inbox for good."""

ENOUGH_FOR_A_LOOK = 5
"""Posts and conversations that a look reads: complaints come through, if slowly."""

A_PAGE = 25
"""Conversations on a page of their list, which Meta does not let us choose."""

WALKED_PAGES_AN_HOUR = 10
"""So many calls an hour go into walking the list of conversations to its end, however long it has become."""

SHORTEST_WALK, LONGEST_WALK = timedelta(hours=1), timedelta(days=1)


def walk_every(known: int) -> timedelta:
    """How often the list of so many conversations is walked to its end, whatever its first page says.

    After a year a centre has thousands; every hour, that alone would be thousands of calls a day.
    """
    pages = -(-known // A_PAGE)
    return min(max(timedelta(hours=pages / WALKED_PAGES_AN_HOUR), SHORTEST_WALK), LONGEST_WALK)


def rest(percent: int, every: timedelta) -> timedelta:
    """How long to wait between the beginnings of two polls; `every` is the usual time."""
    if percent >= FULL:
        return max(every, A_LOOK_EVERY)
    times = next((times for share, times in SLOWER if percent >= share), 1)
    return max(every, min(every * times, A_LOOK_EVERY))


def may_go_on(percent: int, read: int) -> bool:
    """Whether a poll that has read so many posts and conversations may read another one."""
    return percent < FULL or read < ENOUGH_FOR_A_LOOK


def has_time(percent: int) -> bool:
    """Whether there is room for what can wait: sweeps and re-reading of what shows no change."""
    return percent < AT_EASE
