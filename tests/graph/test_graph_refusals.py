"""What Instagram has refused is not asked again, by whoever has the same shelf."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import responses
from graph_wire import IG, INSTAGRAM, error
from shelf import HeldShelf

from fakes.bench import ACCOUNT, HandClock, bench_database
from ig_worker.domain.instagram import ContainerStatus
from ig_worker.graph import InstagramAccount
from ig_worker.graph.refusals import LOOK_AGAIN, Refusals, Shelf
from ig_worker.store.refusals import RefusalShelf

Client = Callable[..., InstagramAccount]
ROOT = f"{INSTAGRAM}/v25.0/"
WORDS = "(#100) no longer supported"


@pytest.fixture(params=["held", "database"])
def shelf(request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """What two processes have in common."""
    if request.param == "held":
        yield HeldShelf()
    else:
        with bench_database() as database:
            yield RefusalShelf(ACCOUNT, database, HandClock(datetime(2026, 11, 24, tzinfo=UTC)))


class Watch:
    """A stopwatch that is moved by hand."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_what_was_refused_is_known_to_the_next_process(shelf: Shelf) -> None:
    Refusals(Watch(), shelf).add(["a", "b"], "views", WORDS)
    later = Refusals(Watch(), shelf)
    assert (later.of("a"), later.of("b"), later.of("c")) == ({"views": WORDS}, {"views": WORDS}, {})


def test_it_is_told_once_and_shortly(caplog: pytest.LogCaptureFixture, shelf: Shelf) -> None:
    with caplog.at_level(logging.WARNING):
        for refusals in (Refusals(Watch(), shelf), Refusals(Watch(), shelf)):
            for _ in range(3):
                refusals.add(["a", "b"], ["views", "likes"], WORDS + ", a name" * 400)
    assert len(caplog.records) == 1
    assert len(caplog.records[0].getMessage()) < 300
    for part in ("views, likes", "a, b", WORDS):
        assert part in caplog.text


def test_what_the_shelf_forgets_is_asked_again_without_a_restart() -> None:
    shelf, watch = HeldShelf(), Watch()
    refusals = Refusals(watch, shelf)
    refusals.add("a", "views", WORDS)
    shelf.known.clear()
    watch.seconds = LOOK_AGAIN - 1
    assert refusals.of("a") == {"views": WORDS}
    watch.seconds = LOOK_AGAIN
    assert refusals.of("a") == {}
    assert shelf.loads == 2


def test_without_a_shelf_it_is_known_for_as_long_as_the_process_lives() -> None:
    watch = Watch()
    refusals = Refusals(watch)
    refusals.add("a", "views", WORDS)
    watch.seconds = 1e9
    assert refusals.of("a") == {"views": WORDS}
    refusals.of("a").clear()
    assert refusals.of("a") == {"views": WORDS}


def test_threads_may_share_it() -> None:
    shelf = HeldShelf()
    refusals = Refusals(Watch(), shelf)
    writers = [
        threading.Thread(
            target=lambda part=part: [refusals.add("a", f"{part}-{n}", WORDS) for n in range(50)]
        )
        for part in range(4)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert len(refusals.of("a")) == len(shelf.known["a"]) == 200


def test_a_second_run_once_asks_no_carousel_in_a_way_that_was_refused(
    wire: responses.RequestsMock, client: Client, shelf: Shelf
) -> None:
    together = wire.get(ROOT, status=400, json=error(100))
    for child in ("1", "2"):
        wire.get(f"{ROOT}{child}", json={"id": child, "status_code": "FINISHED"})
    for _ in range(2):
        states = client(shelf=shelf).container_states(["1", "2"])
        assert {state.status for state in states.values()} == {ContainerStatus.FINISHED}
    assert together.call_count == 1


def test_a_second_run_once_asks_for_no_field_that_was_refused(
    wire: responses.RequestsMock, client: Client, shelf: Shelf
) -> None:
    words = "(#100) Tried accessing nonexisting field (follows_count) on node type (IGUser)"
    wire.get(f"{ROOT}me", status=400, json=error(100, None, words))
    wire.get(f"{ROOT}me", json={"user_id": IG, "id": "99", "username": "puskesmas"})
    for _ in range(2):
        assert client(shelf=shelf).profile().username == "puskesmas"
    fields = [call.request.params["fields"] for call in wire.calls]  # type: ignore[attr-defined]
    assert ["follows_count" in asked for asked in fields] == [True, False, False]
