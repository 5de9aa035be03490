"""Every error that Meta may give while publishing: what the worker then does with the post, through the real client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from publishing_bench import PublishingBench, publishing_bench
from publishing_wire import Wire, wired_bench

from fakes.bench import START
from fakes.fake_instagram import said
from ig_worker.domain.api_words import WORDS
from ig_worker.domain.errors import IgWorkerError, Throttled, Unanswered
from ig_worker.domain.instagram import Kind

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

LATER = "later"  # the post waits where it is, the account goes on
STOPPED = "stopped"  # no call of this account for a while, and the job says so
FAILED = "failed"  # a person must change the post, and is told
REMADE = "remade"  # another container
UNCLEAR = "unclear"  # perhaps out: looked for before anything else is done

# What happens after the error when the container is made, when its status is read, and when it is published.
ROWS: dict[tuple[int | None, int | None], tuple[str, str, str]] = {
    # Publishing.
    (-1, 2207001): (LATER, LATER, UNCLEAR),
    (-2, 2207020): (REMADE, REMADE, REMADE),
    (4, 2207051): (STOPPED, LATER, UNCLEAR),
    (9, 2207042): (LATER, LATER, LATER),
    (24, 2207006): (LATER, REMADE, UNCLEAR),
    (24, 2207008): (LATER, LATER, UNCLEAR),
    (25, 2207050): (STOPPED, STOPPED, STOPPED),
    (100, 2207089): (FAILED, FAILED, FAILED),
    (506, None): (LATER, LATER, UNCLEAR),
    (9007, 2207027): (LATER, LATER, LATER),
    (-1, 2207085): (LATER, LATER, UNCLEAR),
    # Containers.
    (-1, 2207032): (LATER, LATER, UNCLEAR),
    (-1, 2207053): (LATER, REMADE, UNCLEAR),
    (-2, 2207003): (LATER, LATER, UNCLEAR),
    (1, 2207057): (FAILED, FAILED, UNCLEAR),
    (None, 2207018): (FAILED, FAILED, UNCLEAR),
    (100, 2207023): (FAILED, FAILED, FAILED),
    (100, 2207028): (FAILED, FAILED, FAILED),
    (100, 2207035): (FAILED, FAILED, UNCLEAR),
    (100, 2207036): (FAILED, FAILED, UNCLEAR),
    (100, 2207037): (FAILED, FAILED, UNCLEAR),
    (100, 2207040): (FAILED, FAILED, FAILED),
    (None, 2207081): (FAILED, FAILED, UNCLEAR),
    (352, 2207026): (FAILED, FAILED, UNCLEAR),
    (9004, 2207052): (LATER, LATER, UNCLEAR),
    (36000, 2207004): (FAILED, FAILED, FAILED),
    (36001, 2207005): (FAILED, FAILED, FAILED),
    (36003, 2207009): (FAILED, FAILED, FAILED),
    (36004, 2207010): (FAILED, FAILED, FAILED),
    (None, 2207076): (LATER, REMADE, UNCLEAR),
    (None, 2207077): (LATER, REMADE, UNCLEAR),
    (None, 2207082): (LATER, REMADE, UNCLEAR),
    # Anything.
    (1, None): (LATER, LATER, UNCLEAR),
    (2, None): (LATER, LATER, UNCLEAR),
    (4, None): (STOPPED, STOPPED, UNCLEAR),
    (10, None): (STOPPED, STOPPED, STOPPED),
    (17, None): (STOPPED, STOPPED, UNCLEAR),
    (32, None): (STOPPED, STOPPED, UNCLEAR),
    (100, None): (FAILED, LATER, UNCLEAR),
    (100, 33): (LATER, LATER, UNCLEAR),
    (102, None): (STOPPED, STOPPED, STOPPED),
    (190, None): (STOPPED, STOPPED, STOPPED),
    (190, 458): (STOPPED, STOPPED, STOPPED),
    (190, 459): (STOPPED, STOPPED, STOPPED),
    (190, 460): (STOPPED, STOPPED, STOPPED),
    (190, 463): (STOPPED, STOPPED, STOPPED),
    (190, 464): (STOPPED, STOPPED, STOPPED),
    (190, 467): (STOPPED, STOPPED, STOPPED),
    (190, 492): (STOPPED, STOPPED, STOPPED),
    (200, None): (STOPPED, STOPPED, STOPPED),
    (341, None): (STOPPED, STOPPED, UNCLEAR),
    (368, None): (STOPPED, STOPPED, UNCLEAR),
    (613, None): (STOPPED, STOPPED, UNCLEAR),
    (80001, None): (STOPPED, STOPPED, UNCLEAR),
    (80002, None): (STOPPED, STOPPED, STOPPED),
    # What nobody has seen yet.
    (31337, None): (LATER, LATER, UNCLEAR),
    (31337, 4711): (LATER, LATER, UNCLEAR),
    (100, 4711): (FAILED, LATER, UNCLEAR),
    (4, 4711): (STOPPED, STOPPED, UNCLEAR),
    (None, None): (LATER, LATER, UNCLEAR),
}
SPOTS = ("create", "status", "publish")
OF_PUBLISHING = ("publish", "container", "upload", "any", "FB login")


def test_every_row_of_the_reference_that_can_occur_here_is_in_the_table(shared_folder: Path) -> None:
    file = shared_folder / "reference" / "graph_errors.json"
    rows = json.loads(file.read_text("utf-8"))["errors"]
    ours = [
        row
        for row in rows
        if any(word in row["where"] for word in OF_PUBLISHING) and "messaging" not in row["where"]
    ]
    assert len(ours) > 50
    assert {(row["code"], row["subcode"]) for row in ours} - set(ROWS) == set()


def what_happens(
    bench: PublishingBench, wire: Wire, spot: str, error: tuple[int | None, int | None]
) -> tuple[int, str]:
    """One pass over an approved post with this error: its number, and what the table calls it."""
    post = bench.plan()
    if spot == "publish":
        bench.publisher.run()
        bench.clock.move_to(START)
    wire.errors[spot] = error
    try:
        bench.publisher.run()
    except IgWorkerError:
        begun = wire.calls.total()
        bench.publisher.run()
        assert wire.calls.total() == begun, "a stopped account makes no calls"
        return post, STOPPED
    publication = bench.post(post).publication
    if publication.status == "failed":
        return post, FAILED
    if publication.containers_made == 2:
        return post, REMADE
    return post, UNCLEAR if publication.status == "publishing" else LATER


@pytest.mark.parametrize("spot", SPOTS)
@pytest.mark.parametrize("error", ROWS, ids=lambda error: f"{error[0]}/{error[1]}")
def test_what_the_worker_does_after_each_error(error: tuple[int | None, int | None], spot: str) -> None:
    with wired_bench() as (bench, wire):
        post, happened = what_happens(bench, wire, spot, error)
        assert happened == ROWS[error][SPOTS.index(spot)]
        bench.go_on(START + 8 * HOUR)
        status = bench.status(post)
        if happened == FAILED:
            assert (status, wire.media) == ("failed", [])
            ((title, body),) = bench.letters()
            assert "tidak dapat diterbitkan" in title
            assert "Alasan: Instagram tidak menerimanya: " in body
            assert f"/{error[1]})" in body or error[1] not in WORDS
            assert WORDS.get(error[1] or 0, "") in body
        elif status == "held":
            # Six hours' rest (368) are longer than a post may be late.
            assert (error, wire.media) == ((368, None), [])
        else:
            assert (status, len(wire.media)) == ("published", 1)
        if spot == "publish" and happened == UNCLEAR:
            first, second = (n for n, call in enumerate(wire.log) if call == "publish")
            between = wire.log[first:second]
            assert between.count("list") >= 2, "looked for twice before it is repeated"


UNPROVEN = [error for error in ROWS if ROWS[error][2] == UNCLEAR]


@pytest.mark.parametrize("error", UNPROVEN, ids=lambda error: f"{error[0]}/{error[1]}")
def test_a_post_that_went_live_in_spite_of_the_error_is_found_and_not_repeated(
    error: tuple[int | None, int | None],
) -> None:
    with wired_bench() as (bench, wire):
        wire.all_the_same.add("publish")
        post, happened = what_happens(bench, wire, "publish", error)
        assert happened == UNCLEAR
        bench.go_on(START + 8 * HOUR)
        assert (bench.status(post), wire.calls["publish"]) == ("published", 1)
        assert bench.post(post).publication.media_id == wire.media[0]["id"]


def test_a_post_that_shows_up_129_seconds_after_its_error_is_found_and_not_repeated() -> None:
    with wired_bench() as (bench, wire):
        wire.all_the_same.add("publish")
        wire.effect_after = 129
        post, happened = what_happens(bench, wire, "publish", (4, 2207051))
        assert happened == UNCLEAR
        bench.go_on(START + HOUR)
        assert (bench.status(post), len(wire.media), wire.calls["publish"]) == ("published", 1, 1)
        assert bench.post(post).row.permalink.endswith(f"{wire.media[0]['id']}/")


# What stands in a container's status, rather than in an error's envelope.


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


@pytest.mark.parametrize("subcode", [2207026, 2207009, 2207010, 2207018])
def test_a_status_that_says_never_fails_the_post_at_once(bench: PublishingBench, subcode: int) -> None:
    post = bench.plan(Kind.REEL)
    bench.instagram.ready_after_reads = 2
    bench.publisher.run()
    bench.instagram.break_container(
        bench.post(post).publication.container_id, f"Error: Media upload has failed with error code {subcode}"
    )
    bench.go_on(START)
    assert (bench.status(post), len(bench.instagram.containers)) == ("failed", 1)
    assert str(subcode) in bench.post(post).publication.last_error


@pytest.mark.parametrize("detail", ["Error: 2207052", "Error: 2207082", "Error", ""])
def test_a_status_that_may_pass_makes_other_containers_at_growing_distances(
    bench: PublishingBench, detail: str
) -> None:
    post = bench.plan(at=START + 40 * MINUTE)
    bench.instagram.ready_after_reads = 2
    made = []
    while bench.status(post) != "failed":
        bench.publisher.run()
        for container_id, container in bench.instagram.containers.items():
            if not container.broken:
                made.append(container.made_at)
                bench.instagram.break_container(container_id, detail or "Error")
        moment = bench.publisher.next_moment()
        assert moment is not None or bench.status(post) == "failed"
        bench.clock.move_to(moment or bench.clock.now())
    distances = [(later - one).total_seconds() for one, later in pairwise(made)]
    assert len(made) == 4
    assert distances[0] <= 10 < 60 <= distances[1] < 240 <= distances[2]
    assert len(bench.letters()) == 1


def test_setbacks_that_go_on_are_told_while_there_is_time(bench: PublishingBench) -> None:
    post = bench.plan(at=START + 50 * MINUTE)
    bench.fail("create_container", *[Unanswered("tidak ada jawaban")] * 7)
    bench.go_on(START + 20 * MINUTE)
    assert bench.status(post) == "preparing"
    ((title, body),) = bench.letters()
    assert title == "Postingan P-01 belum dapat disiapkan"
    assert "tidak ada jawaban" in body
    bench.go_on(START + HOUR)
    assert bench.status(post) == "published"


def test_a_used_up_limit_said_of_a_container_stops_nothing_else(bench: PublishingBench) -> None:
    first, second = bench.plan(at=START + MINUTE), bench.plan(key="P-02", at=START + 2 * MINUTE)
    words = said(9, 2207042, "Quota used up")
    bench.fail("create_container", Throttled("quota", wait_seconds=3600, said=words))
    bench.publisher.run()
    assert (bench.status(first), bench.status(second)) == ("preparing", "ready")
    bench.go_on(START + HOUR)
    assert (bench.status(first), bench.status(second)) == ("published", "published")
