"""How many calls a post costs, counted on the wire of the real client; the publishing limit is not counted."""

from __future__ import annotations

import pytest
from publishing_bench import PublishingBench
from publishing_wire import Wire, wired_bench

from fakes.bench import START
from ig_worker.domain.instagram import Kind
from ig_worker.store import posts


def carousel(bench: PublishingBench, size: int, key: str) -> int:
    post = bench.plan(Kind.CAROUSEL, key=key)
    names = [f"{number}.jpg" for number in range(size)]
    with bench.database.writing() as connection:
        posts.put_media(
            connection, post, [posts.MediaFile(place, name, name) for place, name in enumerate(names)]
        )
    return post


def cost(bench: PublishingBench, wire: Wire, post: int) -> int:
    """The calls of one post, whose containers are ready at the first look."""
    before = wire.calls.total() - wire.calls["limit"]
    bench.go_on(START)
    bench.publisher.run()
    assert bench.status(post) == "published"
    assert bench.post(post).row.permalink
    return wire.calls.total() - wire.calls["limit"] - before


def test_a_picture_costs_four_calls() -> None:
    with wired_bench() as (bench, wire):
        assert cost(bench, wire, bench.plan()) == 4
        assert wire.calls == {"create": 1, "status": 1, "publish": 1, "permalink": 1, "limit": 1}


@pytest.mark.parametrize("size", range(2, 11))
def test_a_carousel_costs_five_calls_more_than_it_has_items(size: int) -> None:
    with wired_bench() as (bench, wire):
        assert cost(bench, wire, carousel(bench, size, "C-1")) == size + 5
        assert (wire.calls["ids"], wire.calls["status"]) == (1, 1)


@pytest.mark.parametrize("size", [2, 3, 10])
def test_where_ids_are_refused_children_are_read_one_by_one_and_that_is_remembered(size: int) -> None:
    with wired_bench() as (bench, wire):
        wire.takes_ids = False
        first = cost(bench, wire, carousel(bench, size, "C-1"))
        second = cost(bench, wire, carousel(bench, size, "C-2"))
        assert (first, second) == (2 * size + 5, 2 * size + 4), "the first one asks whether it may"
        assert wire.calls["ids"] == 1
