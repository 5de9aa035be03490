"""Trouble that lasts: a silence that was ordered, a link that cannot be had, an answer that says too little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import START
from ig_worker.domain.errors import (
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


def test_a_link_that_cannot_be_had_keeps_no_other_one_waiting(bench: PublishingBench) -> None:
    gone, other = bench.plan(), bench.plan(key="P-02")
    bench.fail("permalink", Unavailable("it is not there"))
    bench.go_on(START + MINUTE)
    assert (bench.post(gone).row.permalink, bench.post(other).row.permalink != "") == ("", True)
    assert len(bench.letters("partners")) == 1


@pytest.mark.parametrize("prepared", [True, False])
def test_in_a_long_quiet_what_becomes_too_late_is_held_and_told_at_that_time(
    bench: PublishingBench, prepared: bool
) -> None:
    first, second = bench.plan(), bench.plan(key="P-02", at=START + 30 * MINUTE)
    if prepared:
        bench.publisher.run()
    bench.fail(
        "publish_container" if prepared else "create_container", Throttled("spam", wait_seconds=6 * 3600)
    )
    bench.go_on(START + 150 * MINUTE + timedelta(seconds=10))
    assert (bench.status(first), bench.status(second)) == ("held", "held")
    assert len(bench.letters()) == 2


def test_a_clock_that_was_set_back_leaves_no_account_alone_for_years(bench: PublishingBench) -> None:
    bench.clock.move_to(START + timedelta(days=3000))
    far = bench.plan(key="P-02", at=bench.clock.now())
    bench.fail("create_container", TokenExpired("expired"))
    with pytest.raises(TokenExpired):
        bench.publisher.prepare()
    bench.clock.forward(-timedelta(days=3000))
    post = bench.plan()
    bench.publisher.run()
    assert (bench.status(post), bench.status(far)) == ("published", "preparing")


@pytest.mark.parametrize("said", [ContainerGone("expired"), MediaRejected("not taken")])
def test_a_clear_no_says_nothing_of_an_earlier_call_of_which_nobody_heard(
    bench: PublishingBench, said: IgWorkerError
) -> None:
    """The list lags by an hour and the container as well: the second call is told that there is nothing to publish."""
    post = bench.plan()
    bench.instagram.list_lag = timedelta(hours=1)
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", Unanswered("no answer"), said)
    bench.publisher.run()
    (container,) = bench.instagram.containers
    bench.instagram._show(bench.instagram.containers[container].spec, container)
    bench.go_on(START + timedelta(hours=8))
    assert len(bench.instagram.published) == 1
    assert bench.status(post) == "unconfirmed"
    assert len(bench.letters()) == 1


def test_why_a_post_became_too_late_is_told_in_the_content_teams_language(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.fail("publish_container", *[TokenExpired("POST media_publish: expired")] * 30)
    bench.go_on(START + timedelta(hours=3))
    assert bench.status(post) == "held"
    ((_, body),) = bench.letters()
    assert "Alasan: waktunya sudah lewat" in body
    assert "Sebelumnya: token akun tidak berlaku lagi [POST media_publish: expired]" in body


def test_a_configuration_that_is_lost_at_the_hour_is_raised_for_the_operators(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", Misconfigured("the access token is missing"))
    with pytest.raises(Misconfigured):
        bench.publisher.run()
    bench.go_on(START + 10 * MINUTE)
    assert bench.status(post) == "published"


def test_of_two_unclear_posts_with_the_same_words_the_one_that_is_not_out_does_not_take_the_others_place(
    bench: PublishingBench,
) -> None:
    """The first never went out and its container cannot be read; the second did, and its answer was lost."""
    first, second = (bench.plan(key=key, caption="Posyandu besok pagi") for key in ("P-01", "P-02"))
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", "lost_before", "lost_after")
    bench.publisher.run()
    del bench.instagram.containers[bench.post(first).publication.container_id]
    bench.go_on(START + timedelta(hours=8))
    (live,) = bench.instagram.published
    assert bench.post(second).publication.media_id == live.ig_id
    assert (bench.status(first), bench.status(second)) == ("unconfirmed", "published")
