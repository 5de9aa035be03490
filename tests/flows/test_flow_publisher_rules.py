"""What the publisher does besides surviving: calls, pauses, late posts, refusals, and who is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from publishing_bench import PublishingBench, publishing_bench

from fakes.bench import ACCOUNT, START, PlainStaging
from fakes.fake_instagram import said
from ig_worker.domain.errors import (
    AccountBlocked,
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    NotReady,
    PermissionLost,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Event, Happened, apply
from ig_worker.media.room import Staged
from ig_worker.store import accounts, posts
from ig_worker.store.posts import MediaFile

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def bench() -> Iterator[PublishingBench]:
    with publishing_bench() as fresh:
        yield fresh


@pytest.mark.parametrize(("kind", "calls"), [(Kind.IMAGE, 4), (Kind.STORY, 4), (Kind.CAROUSEL, 8)])
def test_a_post_costs_as_few_calls_as_it_can(bench: PublishingBench, kind: Kind, calls: int) -> None:
    post = bench.plan(kind)
    bench.go_on(START + MINUTE)
    assert bench.status(post) == "published"
    counted = Counter(bench.instagram.calls)
    assert counted.pop("publishing_limit") <= 2
    assert counted.total() == calls


def test_the_publishing_limit_is_read_at_most_every_ten_minutes(bench: PublishingBench) -> None:
    for number in range(8):
        bench.plan(key=f"P-{number}", at=START + number * timedelta(minutes=2))
    bench.go_on(START + 20 * MINUTE)
    assert len(bench.instagram.published) == 8
    assert bench.instagram.calls.count("publishing_limit") <= 4
    with bench.database.reading() as connection:
        row = accounts.get(connection, ACCOUNT)
    assert row is not None
    assert (row.publishing_total, row.limit_read_at <= bench.clock.now()) == (100, True)


@pytest.mark.parametrize("error", [Unanswered("no answer"), TokenExpired("expired")])
def test_a_limit_that_cannot_be_read_delays_nothing(bench: PublishingBench, error: IgWorkerError) -> None:
    post = bench.plan()
    bench.fail("publishing_limit", error)
    bench.publisher.run()
    assert bench.status(post) == "ready"
    bench.clock.move_to(START)
    bench.publisher.run()
    assert bench.status(post) == "published"
    assert bench.instagram.calls.count("publishing_limit") == 1, "the attempt counts for ten minutes"


def test_nothing_is_made_before_its_time_and_nothing_goes_out_before_its_time(
    bench: PublishingBench,
) -> None:
    bench.plan(at=START + 2 * HOUR)
    bench.publisher.run()
    assert (bench.instagram.calls, bench.publisher.next_moment()) == ([], START + HOUR)
    bench.clock.move_to(START + 2 * HOUR - MINUTE)
    bench.publisher.run()
    assert len(bench.instagram.containers) == 1
    assert bench.instagram.published == []
    assert bench.publisher.next_moment() == START + 2 * HOUR


def test_without_posts_there_is_no_next_moment_and_no_call(bench: PublishingBench) -> None:
    bench.publisher.run()
    assert (bench.publisher.next_moment(), bench.instagram.calls) == (None, [])


@pytest.mark.parametrize(
    "error", [TokenExpired("expired"), PermissionLost("lost"), AccountBlocked("log into the app")]
)
@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_dead_token_stops_the_account_for_a_while_and_nothing_is_lost(
    bench: PublishingBench, error: IgWorkerError, call: int
) -> None:
    first, second = bench.plan(at=START - 9 * MINUTE), bench.plan(key="P-02", at=START + 30 * MINUTE)
    bench.fail_at(call, error)
    with pytest.raises(type(error)):
        bench.publisher.run()
    assert len(bench.instagram.calls) == call
    bench.publisher.run()
    assert len(bench.instagram.calls) == call, "a quiet account makes no calls"
    assert bench.publisher.next_moment() == bench.clock.now() + 5 * MINUTE
    assert bench.go_on(START + HOUR) == []
    assert (bench.status(first), bench.status(second)) == ("published", "published")
    assert len(bench.instagram.published) == 2


def test_throttled_it_waits_as_long_as_it_was_told(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail("create_container", Throttled("later", wait_seconds=1200))
    (error,) = bench.go_on(START)
    assert isinstance(error, Throttled)
    assert bench.publisher.next_moment() == START + 10 * MINUTE
    assert bench.instagram.calls == ["create_container"]
    bench.go_on(START + HOUR)
    assert bench.status(post) == "published"


def test_throttled_at_publishing_the_same_container_goes_out_later(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail("publish_container", Throttled("later", wait_seconds=1200))
    errors = bench.go_on(START + MINUTE)
    assert [type(error) for error in errors] == [Throttled]
    assert bench.status(post) == "ready"
    assert bench.publisher.next_moment() == START + 20 * MINUTE
    bench.go_on(START + 70 * MINUTE)
    assert (bench.status(post), len(bench.instagram.containers)) == ("published", 1)


def test_a_post_found_late_is_held_and_the_content_team_is_told(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.clock.move_to(START + 2 * HOUR + MINUTE)
    bench.publisher.run()
    assert (bench.status(post), bench.instagram.calls) == ("held", [])
    ((title, body),) = bench.letters()
    assert title == "Postingan P-01 ditahan dan menunggu keputusan"
    assert f"ig-worker posts show {post}" in body


def test_a_post_that_waited_too_long_for_a_person_is_not_held_again_at_once(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.clock.move_to(START + 5 * HOUR)
    bench.publisher.run()
    stored = bench.post(post)
    with bench.database.writing() as connection:
        after = apply(stored.publication, Happened(Event.APPROVE), bench.clock.now())
        posts.save(connection, stored, after, bench.clock.now(), "approved by hand")
    bench.go_on(START + 6 * HOUR)
    assert bench.status(post) == "published"


# Links.


def test_a_link_is_told_to_the_partners(bench: PublishingBench) -> None:
    post = bench.plan(segment="Konde Emas")
    bench.go_on(START + MINUTE)
    link = bench.post(post).row.permalink
    assert link.startswith("https://www.instagram.com/p/")
    assert bench.letters("partners") == [
        ("Postingan baru: Konde Emas", f"Postingan baru: Konde Emas\n{link}")
    ]


def test_a_post_without_a_segment_is_told_without_one(bench: PublishingBench) -> None:
    bench.plan(segment="")
    bench.go_on(START + MINUTE)
    assert [title for title, _ in bench.letters("partners")] == ["Postingan baru"]


@pytest.mark.parametrize("error", [Unanswered("no answer"), TokenExpired("expired")])
def test_a_link_that_cannot_be_read_never_fails_the_post_and_is_asked_for_again(
    bench: PublishingBench, error: IgWorkerError
) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("permalink", error)
    bench.publisher.run()
    assert (bench.status(post), bench.post(post).row.permalink) == ("published", "")
    bench.publisher.run()
    assert bench.instagram.calls.count("permalink") == 1
    bench.clock.forward(10 * MINUTE)
    bench.publisher.run()
    assert bench.post(post).row.permalink != ""
    assert len(bench.letters("partners")) == 1


def test_after_a_day_the_link_is_let_go(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.go_on(START)
    with bench.database.writing() as connection:
        posts.set_values(connection, post, permalink="", permalink_next_at=START)
    bench.clock.forward(timedelta(days=1))
    bench.fail("permalink", Unanswered("no answer"))
    bench.publisher.run()
    assert bench.instagram.calls[-1] == "permalink"
    assert bench.post(post).row.permalink_next_at is None
    assert bench.status(post) == "published"


# What Instagram refuses.


@pytest.mark.parametrize("call", ["create_container", "publish_container"])
def test_rejected_media_fails_with_the_cure_and_a_letter(bench: PublishingBench, call: str) -> None:
    post = bench.plan()
    bench.fail(call, MediaRejected("The picture is broken", cure="ganti gambarnya"))
    bench.go_on(START + MINUTE)
    stored = bench.post(post)
    assert stored.publication.status == "failed"
    assert stored.publication.last_error == "The picture is broken: ganti gambarnya"
    ((title, body),) = bench.letters()
    assert title == "Postingan P-01 tidak dapat diterbitkan"
    assert "ganti gambarnya" in body
    assert bench.staging.staged == set()


def test_input_that_instagram_will_never_take_fails_at_once(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail(
        "create_container", Refused("Invalid parameter", said=said(100, 2207018, "Invalid collaborator"))
    )
    bench.go_on(START)
    assert bench.status(post) == "failed"


def test_another_refusal_while_preparing_is_tried_again_later(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail("create_container", Refused("no, and no reason"))
    bench.publisher.run()
    stored = bench.post(post)
    assert (stored.publication.status, stored.publication.last_error) == ("preparing", "no, and no reason")
    bench.go_on(START + MINUTE)
    assert bench.status(post) == "published"


def test_a_container_that_went_bad_is_made_again(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.instagram.break_container(bench.post(post).publication.container_id)
    bench.go_on(START + MINUTE)
    assert (bench.status(post), len(bench.instagram.containers)) == ("published", 2)


def test_a_container_lost_while_looking_at_it_is_made_again(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.fail("container_states", ContainerGone("expired"))
    bench.go_on(START + MINUTE)
    assert (bench.status(post), len(bench.instagram.containers)) == ("published", 2)


def test_containers_that_never_work_fail_the_post_with_what_instagram_said(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.instagram.ready_after_reads = 2
    for _ in range(30):
        bench.publisher.run()
        bench.clock.forward(timedelta(seconds=20))
        for container_id in bench.instagram.containers:
            bench.instagram.break_container(container_id, "Error: 2207052")
    stored = bench.post(post)
    assert stored.publication.status == "failed"
    assert stored.publication.last_error == (
        "gambar atau videonya tidak dapat diambil Instagram dari alamat kita (Error: 2207052)"
    )
    assert bench.instagram.published == []


def test_asked_too_early_it_publishes_the_same_container_a_little_later(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", NotReady("not ready"))
    bench.publisher.run()
    assert bench.publisher.next_moment() == START + timedelta(seconds=30)
    bench.go_on(START + MINUTE)
    assert (bench.status(post), len(bench.instagram.containers)) == ("published", 1)


def test_a_container_that_is_slow_is_waited_for(bench: PublishingBench) -> None:
    post = bench.plan(Kind.REEL)
    bench.instagram.ready_after_reads = 4
    bench.go_on(START + MINUTE)
    assert (bench.status(post), len(bench.instagram.containers)) == ("published", 1)


def test_a_container_that_never_becomes_ready_is_replaced(bench: PublishingBench) -> None:
    post = bench.plan(Kind.REEL, at=START + 50 * MINUTE)
    bench.instagram.ready_after_reads = 10_000
    bench.go_on(START + 35 * MINUTE)
    assert len(bench.instagram.containers) == 2
    bench.instagram.ready_after_reads = 0
    bench.go_on(START + 51 * MINUTE)
    assert bench.status(post) == "published"


# An unclear outcome.


@pytest.mark.parametrize(
    ("call", "status"), [("container_states", "published"), ("media_since", "publishing")]
)
def test_the_list_answers_without_the_container_and_not_the_other_way_round(
    bench: PublishingBench, call: str, status: str
) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", "lost_after")
    bench.publisher.run()
    assert bench.status(post) == "publishing"
    bench.fail(call, Unanswered("no answer"))
    bench.clock.move_to(START + 3 * MINUTE)
    bench.publisher.run()
    assert bench.status(post) == status
    bench.go_on(START + 15 * MINUTE)
    assert (bench.status(post), len(bench.instagram.published)) == ("published", 1)


@pytest.mark.parametrize("call", ["container_states", "media_since"])
def test_a_dead_token_while_asking_keeps_the_question_open(bench: PublishingBench, call: str) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", "lost_after")
    bench.publisher.run()
    bench.fail(call, TokenExpired("expired"))
    bench.clock.move_to(START + 12 * MINUTE)
    with pytest.raises(TokenExpired):
        bench.publisher.run()
    assert bench.status(post) == "publishing"
    bench.go_on(START + 40 * MINUTE)
    assert (bench.status(post), len(bench.instagram.published)) == ("published", 1)


def test_what_stays_unclear_is_left_to_a_person_who_is_told(bench: PublishingBench) -> None:
    post = bench.plan(Kind.STORY)
    bench.publisher.run()
    bench.clock.move_to(START)
    bench.fail("publish_container", "lost_after")
    bench.publisher.run()
    bench.instagram.list_lag = timedelta(days=2)
    bench.go_on(START + 4 * HOUR)
    assert bench.status(post) == "unconfirmed"
    ((title, _),) = bench.letters()
    assert title == "Story P-01 belum pasti sudah terbit atau belum; mohon dilihat di Instagram"
    assert bench.staging.staged != set(), "the container may still need its picture"


# Two workers, a spoilt post, staged files.


def test_a_post_that_breaks_the_program_does_not_cost_the_others_their_time(bench: PublishingBench) -> None:
    first, second = bench.plan(at=START - MINUTE), bench.plan(key="P-02")
    bench.fail("create_container", ZeroDivisionError("a mistake of ours"))
    with pytest.raises(ZeroDivisionError):
        bench.publisher.run()
    assert (bench.status(first), bench.status(second)) == ("preparing", "ready")


def test_of_two_publishers_with_the_same_view_only_one_publishes(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    bench.clock.move_to(START)
    other = bench.another_publisher()
    publish = bench.instagram.publish_container

    def while_it_publishes(container_id: str) -> str:
        other.run()
        return publish(container_id)

    bench.instagram.publish_container = while_it_publishes  # type: ignore[method-assign]
    bench.publisher.run()
    assert bench.instagram.calls.count("publish_container") == 1
    assert bench.status(post) == "published"


def test_a_stale_version_publishes_nothing(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.publisher.run()
    stale = bench.post(post)
    bench.clock.move_to(START)
    bench.publisher.run()
    with bench.database.writing() as connection:
        intended = apply(stale.publication, Happened(Event.INTEND), START)
        assert not posts.save(connection, stale, intended, START, "publishing")
    assert len(bench.instagram.published) == 1


def test_what_a_person_cancels_while_it_is_prepared_does_not_go_out(bench: PublishingBench) -> None:
    post = bench.plan()
    create = bench.instagram.create_container

    def cancelled_meanwhile(spec: object) -> str:
        stored = bench.post(post)
        with bench.database.writing() as connection:
            after = apply(stored.publication, Happened(Event.CANCEL), bench.clock.now())
            assert posts.save(connection, stored, after, bench.clock.now(), "cancelled")
        return create(spec)  # type: ignore[arg-type]

    bench.instagram.create_container = cancelled_meanwhile  # type: ignore[method-assign]
    bench.go_on(START + HOUR)
    assert (bench.status(post), bench.instagram.published) == ("cancelled", [])


def test_a_staged_file_that_vanished_is_staged_again(bench: PublishingBench) -> None:
    post = bench.plan(Kind.CAROUSEL)
    bench.fail_at(2, Unanswered("no answer"))
    bench.publisher.run()
    (first, *_) = sorted(bench.staging.staged)
    bench.staging.unstage(first)
    bench.go_on(START + MINUTE)
    assert bench.status(post) == "published"
    (seen,) = bench.instagram.published
    assert len(seen.spec.children) == 3
    assert bench.staging.staged == set()


def test_a_container_that_became_ready_while_the_worker_was_away_is_not_thrown_away(
    bench: PublishingBench,
) -> None:
    post = bench.plan(at=START + HOUR)
    bench.instagram.ready_after_reads = 2
    bench.clock.move_to(START)
    bench.publisher.run()
    bench.clock.forward(40 * MINUTE)
    bench.instagram.ready_after_reads = 0
    bench.publisher.run()
    assert bench.status(post) == "ready"
    assert len(bench.instagram.containers) == 1


def test_a_setting_that_is_missing_fails_the_job_and_not_the_post(bench: PublishingBench) -> None:
    post = bench.plan()
    bench.staging.url = _no_address  # type: ignore[method-assign]
    with pytest.raises(Misconfigured):
        bench.publisher.run()
    assert bench.status(post) == "preparing"


def _no_address(name: str) -> str:
    raise Misconfigured("[media] public_base_url is empty")


class Hurried(PlainStaging):
    """A staging room in which somebody else gives the post another picture while the first one is made ready."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None
        self.made_from: dict[str, str] = {}

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        fresh = super().stage(original, story=story, ratio=ratio)
        self.made_from[fresh.name] = original
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return fresh


def test_a_picture_that_was_made_ready_for_what_the_post_was_is_not_taken_for_what_it_is() -> None:
    with publishing_bench() as bench:
        staging = bench.staging = Hurried()
        bench.publisher = bench.another_publisher()
        post_id = bench.plan(Kind.IMAGE)

        def another_picture() -> None:
            post = bench.post(post_id)
            with bench.database.writing() as connection:
                posts.put_media(connection, post_id, [MediaFile(0, "b.jpg", "b.jpg", "1" * 64)])
                assert posts.save(connection, post, post.publication, bench.clock.now(), "the row changed")

        staging.meanwhile = another_picture
        bench.go_on(START + HOUR)
        assert bench.status(post_id) == "published"
        (container,) = bench.instagram.containers.values()
        assert staging.made_from[container.spec.image_url.rpartition("/")[2]] == "b.jpg"
        assert list(staging.made_from.values()) == ["a.jpg", "b.jpg"]
        assert len(staging.staged) <= 1, "what was made for nothing is not served"
