"""While a crisis pauses an account, what is not urgent waits, and goes out once when a person lifts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import ACCOUNT, START
from ig_worker.domain.errors import Throttled
from ig_worker.store import crises

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


def begin(bench: PublishingBench, *, account: str = ACCOUNT, pauses: bool = True) -> int:
    with bench.database.writing() as connection:
        crisis_id = crises.begin(connection, account, "pace", "", [], bench.clock.now(), pauses=pauses)
    assert crisis_id is not None
    return crisis_id


def lift(bench: PublishingBench, crisis_id: int) -> None:
    with bench.database.writing() as connection:
        row = crises.get(connection, crisis_id)
        assert row is not None
        assert crises.lift(connection, row, bench.clock.now(), by="Bu Ani")


def test_a_post_waits_ready_while_the_urgent_one_goes_out(bench: PublishingBench) -> None:
    crisis_id = begin(bench)
    waits = bench.plan()
    urgent = bench.plan(key="P-02", options={"urgent": True})
    bench.go_on(START + HOUR)
    assert (bench.status(waits), bench.status(urgent)) == ("ready", "published")
    assert bench.instagram.calls.count("publish_container") == 1
    lift(bench, crisis_id)
    bench.go_on(START + HOUR + 10 * MINUTE)
    assert bench.status(waits) == "published"
    assert bench.instagram.calls.count("publish_container") == 2


def test_what_became_too_late_is_held_when_the_crisis_is_over_and_not_before(bench: PublishingBench) -> None:
    crisis_id = begin(bench)
    ready = bench.plan()
    bench.go_on(START)
    unprepared = bench.plan(key="P-02", at=START - MINUTE)
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(ready), bench.status(unprepared)) == ("ready", "approved")
    assert bench.letters() == []
    lift(bench, crisis_id)
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(ready), bench.status(unprepared)) == ("held", "held")


def test_in_the_quiet_a_waiting_post_is_not_held_either(bench: PublishingBench) -> None:
    begin(bench)
    post_id = bench.plan()
    bench.go_on(START)
    urgent = bench.plan(key="P-02", at=START + MINUTE, options={"urgent": True})
    bench.fail("publish_container", Throttled("too many calls", wait_seconds=4 * 3600))
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(post_id), bench.status(urgent)) == ("ready", "held")


@pytest.mark.parametrize("harmless", [{"account": "lain"}, {"pauses": False}])
def test_another_accounts_crisis_or_one_that_pauses_nothing_keeps_no_post(
    bench: PublishingBench, harmless: dict[str, object]
) -> None:
    begin(bench, **harmless)  # type: ignore[arg-type]
    post_id = bench.plan()
    bench.go_on(START)
    assert bench.status(post_id) == "published"


def test_what_is_on_its_way_when_the_crisis_begins_is_settled_as_always(bench: PublishingBench) -> None:
    post_id = bench.plan()
    bench.fail("publish_container", "lost_after")
    bench.go_on(START)
    assert bench.status(post_id) == "publishing"
    begin(bench)
    bench.go_on(START + HOUR)
    assert bench.status(post_id) == "published"
    assert bench.instagram.calls.count("publish_container") == 1


def test_the_worker_does_not_wake_for_a_post_that_waits(bench: PublishingBench) -> None:
    begin(bench)
    bench.plan()
    bench.go_on(START + MINUTE)
    assert bench.publisher.next_to_publish() is None
    assert bench.publisher.next_to_prepare() is None
