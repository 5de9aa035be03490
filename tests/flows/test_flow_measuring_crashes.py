"""A night that dies at any call or transaction ends complete at the next start, with each figure once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import product
from typing import Any

import pytest
from measuring_bench import DAY, NEWEST, Nights

from fakes.bench import bench_database
from fakes.fake_instagram import FaultPlan, Killed
from fakes.instagram_faults import DIE_AFTER, DIE_BEFORE
from ig_worker.domain.instagram import Kind
from ig_worker.domain.nights import ONE_DAY
from ig_worker.store.database import Connection, Database

CALLS = range(1, 13)
WRITES = range(1, 14)
INSIDE, AFTER = "inside", "after"


class FragileDatabase(Database):
    """The same database, in whose transactions the worker may be killed; they are counted from `count_from_here`."""

    def __init__(self, sound: Database, faults: dict[int, str]) -> None:
        self.__dict__.update(sound.__dict__)
        self._faults = faults
        self.writes = 0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        self.writes += 1
        fault = self._faults.get(self.writes)
        with super().writing() as connection:
            yield connection
            if fault == INSIDE:
                raise Killed("inside a transaction")
        if fault == AFTER:
            raise Killed("after a transaction")


def live(database: Database, calls: dict[int, str], writes: dict[int, str]) -> tuple[Nights, int]:
    """A first night, three days of outage, and a night that dies as often as it is told; returns how often it did."""
    nights = Nights(database)
    nights.instagram.post_by_hand(Kind.REEL, "")
    nights.instagram.figures.audience = {"age=25-34": 80, "gender=F": 50}
    nights.instagram.figures.hours = {"0": 5, "23": 31}
    nights.instagram.figures.follows = (3, 1)
    nights.collect()
    nights.instagram.post_by_hand(Kind.STORY, "")
    nights.clock.forward(3 * DAY)
    story = nights.instagram.post_by_hand(Kind.STORY, "")
    nights.instagram.figures.posts[story] = {"reach": 7, "views": 9, "likes": 0}
    before = len(nights.instagram.calls)
    nights.instagram.faults = FaultPlan({before + call: fault for call, fault in calls.items()})
    nights.database = FragileDatabase(database, writes)
    died = 0
    while True:
        nights.restart()
        try:
            nights.collect()
            break
        except Killed:
            died += 1
    assert nights.collect() == []
    return nights, died


@cache
def steady() -> tuple[Any, ...]:
    with bench_database() as database:
        nights, _ = live(database, {}, {})
        return tuple(nights.everything())


def check(calls: dict[int, str], writes: dict[int, str]) -> int:
    expected = steady()
    with bench_database() as database:
        nights, died = live(database, calls, writes)
        assert tuple(nights.everything()) == expected
        assert nights.days() == [NEWEST + count * ONE_DAY for count in range(4)]
    return died


@pytest.mark.parametrize("fault", [DIE_BEFORE, DIE_AFTER])
def test_a_night_that_dies_at_a_call_ends_complete(fault: str) -> None:
    died = [check({call: fault}, {}) for call in CALLS]
    assert sum(died) >= 9


@pytest.mark.parametrize("fault", [INSIDE, AFTER])
def test_a_night_that_dies_at_a_transaction_ends_complete(fault: str) -> None:
    died = [check({}, {write: fault}) for write in WRITES]
    assert sum(died) >= 10


def test_a_night_that_dies_twice_ends_complete() -> None:
    plans = list(product(range(1, 14, 4), (INSIDE, AFTER), range(2, 14, 5), (INSIDE, AFTER)))
    died = [check({}, {first: how, first + second: again}) for first, how, second, again in plans]
    assert max(died) == 2
