"""How the publisher keeps its pace: late posts spaced, the limit respected, the urgent first, the two lanes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import ACCOUNT, START
from fakes.fake_instagram import FaultPlan, said
from ig_worker.domain.errors import Throttled, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.pacing import ON_TIME
from ig_worker.store import accounts, posts
from ig_worker.store.posts import StoredPost

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
SPACING = timedelta(minutes=5)


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


def out_at(bench: PublishingBench, post_id: int) -> datetime | None:
    return bench.post(post_id).publication.published_at


# Late posts.


def test_posts_of_one_minute_go_out_at_once(bench: PublishingBench) -> None:
    ids = [bench.plan(key=f"P-{number}") for number in range(5)]
    bench.go_on(START)
    assert [out_at(bench, post_id) for post_id in ids] == [START] * 5


def test_posts_that_were_ready_and_became_late_go_out_spaced_and_the_one_on_time_is_not_delayed(
    bench: PublishingBench,
) -> None:
    late = [bench.plan(key=f"P-{number}", at=START + number * MINUTE) for number in range(3)]
    bench.publisher.run()
    bench.clock.move_to(START + 30 * MINUTE)
    on_time = bench.plan(key="P-now", at=START + 31 * MINUTE)
    bench.go_on(START + HOUR)
    moments = [out_at(bench, post_id) for post_id in late]
    assert moments[0] == START + 30 * MINUTE
    assert out_at(bench, on_time) == START + 31 * MINUTE
    # The one on time counts as the account's last.
    assert moments[1:] == [START + 36 * MINUTE, START + 41 * MINUTE]


def test_a_publication_without_an_answer_counts_as_the_last_one(bench: PublishingBench) -> None:
    first, second = bench.plan(), bench.plan(key="P-02", at=START + SECOND)
    bench.publisher.run()
    bench.clock.move_to(START + 10 * MINUTE)
    bench.fail("publish_container", "lost_after")
    bench.publisher.run()
    assert (bench.status(first), bench.status(second)) == ("publishing", "ready")
    assert bench.publisher.next_to_publish() == START + 12 * MINUTE, "it is asked about first"
    bench.go_on(START + HOUR)
    assert (bench.status(first), bench.status(second)) == ("published", "published")
    seen = [post.timestamp for post in bench.instagram.published]
    assert seen[1] - seen[0] >= SPACING


@pytest.mark.parametrize("begin", [0, 5, 9])
def test_an_hours_outage_in_a_day_of_twenty_posts_ends_without_a_burst(
    bench: PublishingBench, begin: int
) -> None:
    ids = [bench.plan(key=f"P-{n:02}", at=START + n * 30 * MINUTE + (n % 4) * MINUTE) for n in range(20)]
    # Nothing gets through for an hour: the calls die on the way there, or their answers on the way back.
    down = (START + begin * HOUR + 10 * MINUTE, START + (begin + 1) * HOUR + 10 * MINUTE)

    class Outage(dict[int, str | BaseException]):
        def get(self, number: int, default: object = None) -> object:  # type: ignore[override]
            return "lost_before" if down[0] <= bench.clock.now() < down[1] else default

    bench.instagram.faults = FaultPlan(Outage())
    bench.go_on(START + 14 * HOUR)
    stored = [bench.post(post_id) for post_id in ids]
    assert {post.publication.status.value for post in stored} <= {"published", "held"}
    published = [post for post in stored if post.publication.status == "published"]
    assert len(bench.instagram.published) == len(published) >= 18
    seen = {media.caption: media.timestamp for media in bench.instagram.published}
    late = sorted(
        seen[post.row.caption]
        for post in published
        if seen[post.row.caption] > post.publication.scheduled_at + ON_TIME
    )
    assert len(late) >= 1
    assert all(two - one >= SPACING for one, two in pairwise(late))


def test_what_stayed_away_too_long_is_held_and_told(bench: PublishingBench) -> None:
    ids = [bench.plan(key=f"P-{number}") for number in range(4)]
    bench.publisher.run()
    bench.clock.move_to(START + 2 * HOUR + SECOND)
    bench.publisher.run()
    assert [bench.status(post_id) for post_id in ids] == ["held"] * 4
    assert len(bench.letters()) == 4


# The publishing limit.


def set_limit(bench: PublishingBench, used_before: int, total: int) -> None:
    bench.instagram.publishing_total = total
    bench.instagram.used_elsewhere = used_before


def test_posts_beyond_the_limit_wait_and_go_out_when_there_is_room(bench: PublishingBench) -> None:
    set_limit(bench, used_before=1, total=2)
    first, second = bench.plan(), bench.plan(key="P-02", at=START + MINUTE)
    bench.go_on(START + 2 * MINUTE)
    assert (bench.status(first), bench.status(second)) == ("published", "ready")
    assert bench.instagram.calls.count("publish_container") == 1, "nothing is asked that is known"
    assert bench.publisher.next_to_publish() == START + 11 * MINUTE
    titles = [title for title, _ in bench.letters()]
    assert titles.count(f"Akun {ACCOUNT}: batas terbit Instagram hari ini sudah habis") == 1
    bench.go_on(START + 30 * MINUTE)
    assert bench.status(second) == "ready"
    set_limit(bench, used_before=0, total=2)
    bench.go_on(START + HOUR)
    assert bench.status(second) == "published"
    assert titles == [title for title, _ in bench.letters()], "told once a day"


def test_a_story_is_tried_although_the_figure_is_full(bench: PublishingBench) -> None:
    set_limit(bench, used_before=50, total=50)
    story = bench.plan(Kind.STORY)
    bench.go_on(START)
    assert bench.instagram.calls.count("publish_container") == 1
    assert bench.status(story) == "ready"


def test_metas_own_no_makes_all_posts_wait_without_stopping_the_account(bench: PublishingBench) -> None:
    first, second = bench.plan(), bench.plan(key="P-02")
    bench.publisher.run()
    bench.clock.move_to(START)
    words = said(9, 2207042, "Quota used up")
    bench.fail("publish_container", Throttled("quota used up", wait_seconds=3600, said=words))
    bench.publisher.run()
    assert (bench.status(first), bench.status(second)) == ("ready", "ready")
    assert bench.instagram.calls.count("publish_container") == 1, "the second one is not even tried"
    assert bench.publisher.next_to_publish() == START + 10 * MINUTE
    with bench.database.reading() as connection:
        row = accounts.get(connection, ACCOUNT)
    assert row is not None
    assert (row.publishing_used, row.publishing_total) == (100, 100)
    ((_, body),) = bench.letters()
    assert "100 postingan dalam 24 jam" in body
    bench.go_on(START + HOUR)
    assert (bench.status(first), bench.status(second)) == ("published", "published")
    assert bench.post(first).publication.publish_calls == 1, "a clean no does not count as a call"


def test_a_limit_nobody_could_read_is_told_without_figures(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail("publishing_limit", Unanswered("no answer"))
    bench.publisher.run()
    bench.clock.move_to(START)
    words = said(9, 2207042, "Quota used up")
    bench.fail("publish_container", Throttled("quota used up", wait_seconds=3600, said=words))
    bench.publisher.run()
    ((title, body),) = bench.letters()
    assert body.startswith(f"{title}.\n")
    assert bench.publisher.next_to_publish() == START + 10 * MINUTE
    bench.go_on(START + 11 * MINUTE)
    assert bench.status(post) == "published"


def test_a_reading_that_fails_keeps_the_last_one_with_what_went_out_since(bench: PublishingBench) -> None:
    set_limit(bench, used_before=3, total=10)
    bench.plan()
    bench.plan(key="P-02", at=START + 30 * MINUTE)
    bench.go_on(START + MINUTE)
    bench.fail("publishing_limit", *[Unanswered("no answer")] * 9)
    bench.go_on(START + 29 * MINUTE)
    with bench.database.reading() as connection:
        row = accounts.get(connection, ACCOUNT)
    assert row is not None
    assert (row.publishing_used, row.publishing_total) == (4, 10)


def test_a_full_limit_that_cannot_be_read_again_does_not_stop_posts_for_ever(bench: PublishingBench) -> None:
    set_limit(bench, used_before=2, total=2)
    post = bench.plan()
    bench.go_on(START)
    assert bench.instagram.calls.count("publish_container") == 0
    bench.fail("publishing_limit", *[Unanswered("no answer")] * 99)
    bench.instagram.used_elsewhere = 0
    bench.go_on(START + HOUR)
    assert bench.status(post) == "published"


def test_a_day_planned_fuller_than_the_limit_is_told_while_there_is_time(bench: PublishingBench) -> None:
    set_limit(bench, used_before=1, total=3)
    for number in range(4):
        bench.plan(key=f"P-{number}", at=START + number * HOUR)
    bench.publisher.run()
    ((title, body),) = bench.letters()
    assert title == f"Akun {ACCOUNT}: rencana terbit lebih banyak daripada batas Instagram"
    assert "4 postingan. Batas Instagram: 3 dalam 24 jam, sudah terpakai 1, tersisa 2." in body
    bench.clock.forward(11 * MINUTE)
    bench.publisher.run()
    assert len(bench.letters()) == 1


def test_a_day_that_fits_is_not_worth_a_letter(bench: PublishingBench) -> None:
    set_limit(bench, used_before=1, total=3)
    bench.plan()
    bench.plan(key="P-02", at=START + 30 * HOUR)
    bench.plan(key="P-03", at=START + 31 * HOUR)
    bench.publisher.run()
    assert bench.letters() == []


# Before the hour.


def test_the_urgent_one_is_prepared_and_published_first(bench: PublishingBench) -> None:
    plain = bench.plan(caption="biasa")
    urgent = bench.plan(key="P-02", caption="darurat", at=START + MINUTE, options={"urgent": True})
    bench.publisher.run()
    assert [c.spec.caption for c in bench.instagram.containers.values()] == ["darurat", "biasa"]
    bench.clock.move_to(START + MINUTE)
    bench.publisher.run()
    assert [post.caption for post in bench.instagram.published] == ["darurat", "biasa"]
    assert (bench.status(plain), bench.status(urgent)) == ("published", "published")


@pytest.mark.parametrize("when", ["before", "ready"])
def test_a_post_that_is_no_longer_what_was_approved_is_held(bench: PublishingBench, when: str) -> None:
    post = bench.plan()
    if when == "ready":
        bench.publisher.run()
    with bench.database.writing() as connection:
        posts.set_values(connection, post, content_hash="d" * 64)
    bench.go_on(START + MINUTE)
    assert (bench.status(post), bench.instagram.published) == ("held", [])
    ((_, body),) = bench.letters()
    assert "berubah setelah disetujui" in body


def test_without_a_hash_of_what_was_approved_nothing_is_prepared(bench: PublishingBench) -> None:
    post = bench.plan(content_hash="", approved_hash="")
    bench.go_on(START + MINUTE)
    assert (bench.status(post), bench.instagram.calls) == ("held", [])


def test_what_the_check_before_the_time_finds_holds_the_post_and_is_told_an_hour_early(
    bench: PublishingBench,
) -> None:
    asked: list[tuple[str, datetime]] = []

    def preflight(post: StoredPost, now: datetime) -> str:
        asked.append((post.row.key, now))
        return "token akses habis besok" if post.row.key == "P-01" else ""

    bench.publisher = bench.another_publisher(preflight=preflight)
    bad, good = bench.plan(at=START + HOUR), bench.plan(key="P-02", at=START + 2 * HOUR)
    bench.go_on(START + 3 * HOUR)
    assert (bench.status(bad), bench.status(good)) == ("held", "published")
    assert asked == [("P-01", START), ("P-02", START + HOUR)]
    ((_, body),) = bench.letters()
    assert "token akses habis besok" in body
    assert len(bench.instagram.containers) == 1


def test_setbacks_are_spread_by_chance_and_grow(bench: PublishingBench) -> None:
    class Late:
        def uniform(self, a: float, b: float) -> float:
            return b

    bench.publisher = bench.another_publisher(chance=Late())
    bench.plan(at=START + 50 * MINUTE)
    bench.fail("create_container", *[Unanswered("no answer")] * 4)
    waits = []
    for _ in range(4):
        bench.publisher.run()
        moment = bench.publisher.next_to_prepare()
        assert moment is not None
        waits.append((moment - bench.clock.now()).total_seconds())
        bench.clock.move_to(moment)
    assert waits == [37.5, 75.0, 150.0, 300.0]


# Lanes.


def test_each_lane_leaves_the_others_work_alone_and_rings_for_it(bench: PublishingBench) -> None:
    rung: list[str] = []
    bench.publisher = bench.another_publisher(
        ready=lambda: rung.append("ready"), gone=lambda: rung.append("gone")
    )
    post = bench.plan()
    bench.publisher.publish()
    assert (bench.instagram.calls, bench.status(post)) == ([], "approved")
    bench.publisher.prepare()
    assert (bench.status(post), rung) == ("ready", ["ready"])
    bench.clock.move_to(START)
    bench.publisher.prepare()
    assert bench.status(post) == "ready"
    bench.instagram.break_container(bench.post(post).publication.container_id)
    bench.publisher.publish()
    assert (bench.status(post), rung) == ("approved", ["ready", "gone"])
    bench.publisher.prepare()
    bench.publisher.publish()
    assert (bench.status(post), bench.post(post).row.permalink) == ("published", "")
    assert bench.publisher.next_to_follow_up() == START
    bench.publisher.follow_up()
    assert bench.post(post).row.permalink != ""
    assert (bench.publisher.next_to_follow_up(), bench.staging.staged) == (None, set())


def test_links_wait_until_all_due_posts_are_out(bench: PublishingBench) -> None:
    first, second = bench.plan(), bench.plan(key="P-02")
    bench.publisher.prepare()
    bench.clock.move_to(START)
    publish = bench.instagram.publish_container

    def with_the_other_lane(container_id: str) -> str:
        media_id = publish(container_id)
        bench.publisher.follow_up()
        return media_id

    bench.instagram.publish_container = with_the_other_lane  # type: ignore[method-assign]
    bench.publisher.publish()
    assert (bench.status(first), bench.status(second)) == ("published", "published")
    calls = bench.instagram.calls
    assert calls.index("permalink") > max(n for n, call in enumerate(calls) if call == "publish_container")


def test_a_due_post_goes_before_a_question(bench: PublishingBench) -> None:
    unclear = bench.plan()
    due = bench.plan(key="P-02", at=START + 3 * MINUTE)
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", "lost_after")
    bench.publisher.run()
    bench.clock.move_to(START + 3 * MINUTE)
    begun = len(bench.instagram.calls)
    bench.publisher.run()
    assert bench.instagram.calls[begun] == "publish_container"
    assert (bench.status(unclear), bench.status(due)) == ("published", "published")
