"""What changed is read at once, what did not costs nothing, and what cannot be seen is told (section C)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from inbox_post import COMPLAINT, HOUR, PRAISE, QUIET, Post, shipped_classifier

from fakes.bench import ACCOUNT, bench_database
from fakes.fake_instagram import FaultPlan, said
from ig_worker.domain.errors import Unanswered, Unavailable
from ig_worker.domain.instagram import Comment, Kind, Page
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules
from ig_worker.flows.standing import standing
from ig_worker.store import inbox


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


def test_what_did_not_change_costs_no_further_call(post: Post) -> None:
    post.instagram.comment(post.media, "sari", PRAISE)
    post.instagram.message("budi", "Halo min")
    assert post.poll() == ["media_with_counts", "comments", "conversations", "conversation"]
    assert post.poll() == QUIET


def test_a_post_without_comments_is_never_read(post: Post) -> None:
    assert post.poll() == QUIET
    assert post.poll(7 * HOUR) == QUIET


def test_a_changed_count_is_read_again_and_nothing_is_doubled(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.poll()
    post.instagram.comment(post.media, "budi", "dua")
    assert post.poll() == ["media_with_counts", "comments", "conversations"]
    assert post.texts() == ["satu", "dua"]


def test_a_post_older_than_the_watch_is_not_read_at_all(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.reader = post.another_reader(watch=timedelta(days=1))
    post.clock.forward(timedelta(days=2))
    assert post.poll() == QUIET


def test_more_comments_and_replies_than_a_page_are_all_read(post: Post) -> None:
    for number in range(120):
        parent = post.instagram.comment(post.media, f"orang{number}", f"komentar {number}")
    for number in range(70):
        post.instagram.comment(post.media, f"tetangga{number}", f"balasan {number}", parent_id=parent)
    calls = post.poll()
    assert (calls.count("comments"), calls.count("comment_replies")) == (3, 1)
    assert len(post.stored()) == 190
    assert sum(message.parent_id == parent for message in post.stored()) == 70


def test_a_list_that_lags_behind_its_count_is_read_until_all_is_there(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.instagram.comment(post.media, "budi", "dua")
    listed = post.instagram.comments

    def late(media_id: str, after: str | None = None) -> Page[Comment]:
        return Page(listed(media_id, after).items[1:])

    post.instagram.comments = late  # type: ignore[method-assign]
    post.poll()
    assert post.texts() == ["satu"]
    post.instagram.comments = listed  # type: ignore[method-assign]
    post.poll()
    assert sorted(post.texts()) == ["dua", "satu"]
    assert post.poll() == QUIET


def test_a_count_that_instagram_withholds_says_nothing(post: Post) -> None:
    listed = post.instagram.media_with_counts
    post.instagram.media_with_counts = lambda since, after=None: Page(  # type: ignore[method-assign]
        tuple(replace(one, comments_count=None) for one in listed(since, after).items)
    )
    post.poll()
    post.instagram.comment(post.media, "sari", "satu")
    post.poll(after=timedelta(minutes=10))
    assert post.texts() == ["satu"]


def test_under_an_old_post_an_edit_is_found_within_a_week(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.clock.forward(timedelta(days=8))
    post.poll()
    for _ in range(6):
        assert post.poll(timedelta(days=1)) == QUIET
    assert "comments" in post.poll(timedelta(days=1))


def test_slow_looks_come_two_at_a_time_the_longest_ago_first(post: Post) -> None:
    posts = [post.media, *(post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {n}") for n in range(4))]
    for media in posts:
        post.instagram.comment(media, "sari", "satu")
    post.poll()
    post.clock.forward(6 * HOUR)
    assert [post.poll().count("comments") for _ in range(4)] == [2, 2, 1, 0]


def test_a_new_comment_under_another_post_is_read_before_any_slow_look(post: Post) -> None:
    new = post.instagram.post_by_hand(Kind.IMAGE, "Baru")
    for media in (post.media, new):
        post.instagram.comment(media, "sari", "satu")
    post.poll()
    post.clock.forward(6 * HOUR)
    post.instagram.comment(new, "budi", COMPLAINT)
    post.instagram.faults = FaultPlan({len(post.instagram.calls) + 3: Unanswered("no answer")})
    with pytest.raises(Unanswered):
        post.poll()
    assert COMPLAINT in post.texts()


def test_an_old_post_that_wakes_up_is_found_by_its_count(post: Post) -> None:
    post.poll()
    post.clock.forward(timedelta(days=80))
    post.instagram.comment(post.media, "sari", COMPLAINT)
    assert post.poll() == ["media_with_counts", "comments", "conversations"]
    assert post.texts() == [COMPLAINT]


def test_a_quiet_look_costs_one_call_for_a_hundred_posts(post: Post) -> None:
    for number in range(249):
        media = post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {number}")
        if number % 10 == 0:
            post.instagram.comment(media, "sari", "satu")
    post.poll()
    assert post.poll() == ["media_with_counts"] * 3 + ["conversations"]


def test_what_is_announced_and_was_never_seen_is_looked_for_ever_more_seldom(post: Post) -> None:
    """Comments of restricted people are counted and not listed."""
    post.instagram.comment(post.media, "budi", "dua")
    post.instagram.restrict_comment(post.instagram.comment(post.media, "sari", "satu"))
    looks = [minutes for minutes in range(0, 6 * 60, 2) if "comments" in post.poll()]
    assert looks == [0, 2, 4, 8, 16, 32, 64, 128, 256]
    assert post.texts() == ["dua"]


def test_a_comment_that_was_approved_at_last_is_stored_though_the_count_stays(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", "satu")
    post.instagram.restrict_comment(comment)
    post.instagram.comment(post.media, "budi", "dua")
    post.poll()
    post.instagram.restricted.clear()
    for _ in range(10):
        post.poll()
    assert sorted(post.texts()) == ["dua", "satu"]


def test_comments_that_came_while_their_post_was_read_cost_no_further_look(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")

    def one_more(name: str) -> None:
        if name == "comments":
            post.instagram.before_call = lambda name: None
            post.instagram.comment(post.media, "budi", "dua")

    post.instagram.before_call = one_more
    post.poll()
    assert post.texts() == ["satu", "dua"]
    assert post.poll() == QUIET


@pytest.mark.parametrize("polls", [1, 2, 5])
def test_a_complaint_beside_a_comment_that_is_never_counted_is_read(post: Post, polls: int) -> None:
    """Listed and never counted, as hidden comments may be: a count that rises to what is known has something new."""
    for name in ("sari", "budi"):
        post.instagram.comment(post.media, name, "satu")
    listed = post.instagram.media_with_counts
    post.instagram.media_with_counts = lambda since, after=None: Page(  # type: ignore[method-assign]
        tuple(
            replace(one, comments_count=(one.comments_count or 0) - 1) for one in listed(since, after).items
        )
    )
    for _ in range(polls):
        post.poll()
    post.instagram.comment(post.media, "ani", COMPLAINT)
    post.poll()
    post.poll(timedelta(minutes=30))
    assert COMPLAINT in post.texts()


def test_a_list_of_posts_that_breaks_off_hides_only_what_is_behind_the_break(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "lama")
    for number in range(100):
        newest = post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {number}")
    post.instagram.comment(newest, "sari", COMPLAINT)
    post.instagram.faults = FaultPlan({2: Unanswered("no answer")})
    with pytest.raises(Unanswered):
        post.poll()
    assert post.texts() == [COMPLAINT]
    post.poll()
    assert sorted(post.texts()) == [COMPLAINT, "lama"]


def test_posts_without_comments_take_no_share_of_a_budget_that_is_used_up(post: Post) -> None:
    post.instagram.comment(post.media, "sari", COMPLAINT)
    for number in range(20):
        post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {number}")
    post.instagram.percent_used = 90
    post.poll()
    assert post.texts() == [COMPLAINT]


def test_where_the_count_leaves_replies_out_the_post_is_not_read_at_every_look(post: Post) -> None:
    listed = post.instagram.media_with_counts
    post.instagram.media_with_counts = lambda since, after=None: Page(  # type: ignore[method-assign]
        tuple(replace(one, comments_count=1) for one in listed(since, after).items)
    )
    parent = post.instagram.comment(post.media, "sari", "satu")
    reply = post.instagram.comment(post.media, "budi", "dua", parent_id=parent)
    assert sum(post.poll().count("comments") for _ in range(180)) == 9
    post.instagram.delete_comment(reply)
    post.poll(6 * HOUR)
    assert [message.deleted for message in post.stored()] == [False, True]


# Announced, and not to be seen.


def notices(post: Post) -> list[tuple[str, str, str]]:
    with post.database.reading() as connection:
        found = connection.exec_driver_sql("SELECT team, title, body FROM notices ORDER BY id")
        return [(team, title, body) for team, title, body in found]


def unseen_posts(post: Post) -> int:
    return int(standing(post.database, {}, post.clock.now())["unseen_posts"])


def minutes(post: Post, count: int) -> list[str]:
    """Poll every ten minutes for so many; returns the calls."""
    return [call for _ in range(count // 10) for call in post.poll(timedelta(minutes=10))]


def test_comments_that_cannot_be_seen_are_told_once_when_it_lasts(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "sari", "satu"))
    caplog.set_level(logging.WARNING)
    minutes(post, 60)
    assert caplog.text.count(f"post {post.media} has 1 comments that cannot be seen") == 1
    assert notices(post) == []
    assert unseen_posts(post) == 1
    minutes(post, 36 * 60)
    ((team, title, body),) = notices(post)
    assert (team, title) == ("operators", "Komentar tidak terbaca (1 kiriman)")
    assert f"Posyandu besok: https://www.instagram.com/p/{post.media}/" in body
    assert all(cause in body for cause in ("mode Live", "manage_comments", "age limit", "restricted"))
    assert caplog.text.count("cannot be seen") == 1


def test_where_nobody_is_to_be_told_it_is_told_as_soon_as_somebody_is(post: Post) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "sari", "satu"))
    post.reader = InboxReader(
        ACCOUNT, post.database, post.instagram, shipped_classifier(), post.clock, Rules()
    )
    minutes(post, 120)
    post.reader = post.another_reader()
    assert notices(post) == []
    post.poll()
    assert len(notices(post)) == 1


def test_posts_that_go_dark_together_are_told_together_and_the_next_ones_a_day_later(post: Post) -> None:
    for media in (post.media, post.instagram.post_by_hand(Kind.IMAGE, "")):
        post.instagram.restrict_comment(post.instagram.comment(media, "sari", "satu"))
    minutes(post, 120)
    assert [title for _, title, _ in notices(post)] == ["Komentar tidak terbaca (2 kiriman)"]
    assert "(tanpa keterangan)" in notices(post)[0][2]
    later = post.instagram.post_by_hand(Kind.IMAGE, "Nanti")
    post.instagram.restrict_comment(post.instagram.comment(later, "sari", "satu"))
    minutes(post, 12 * 60)
    assert len(notices(post)) == 1
    minutes(post, 24 * 60)
    (_, (_, title, body)) = notices(post)
    assert title == "Komentar tidak terbaca (1 kiriman)"
    assert "Nanti" in body


def test_when_they_can_be_seen_again_it_is_over(post: Post) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "sari", COMPLAINT))
    minutes(post, 120)
    post.instagram.restricted.clear()
    minutes(post, 6 * 60)
    assert post.texts() == [COMPLAINT]
    assert unseen_posts(post) == 0
    with post.database.reading() as connection:
        sweep = inbox.last_sweeps(connection, ACCOUNT, [post.media])[post.media]
    assert (sweep.unseen_since, sweep.unseen_told_at) == (None, None)


def test_a_post_that_is_gone_or_no_longer_watched_is_not_told_of(post: Post) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "sari", "satu"))
    minutes(post, 30)
    post.instagram.published.clear()
    minutes(post, 120)
    assert (notices(post), unseen_posts(post)) == ([], 0)


def test_comments_that_go_out_of_sight_are_not_taken_for_deleted(post: Post) -> None:
    comments = [post.instagram.comment(post.media, name, PRAISE) for name in ("sari", "budi")]
    post.poll()
    for comment in comments:
        post.instagram.restrict_comment(comment)
    minutes(post, 24 * 60)
    assert [message.deleted for message in post.stored() if message.text == PRAISE] == [False, False]


def test_a_post_whose_comments_are_refused_does_not_keep_the_others_and_is_looked_at_again(
    post: Post,
) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    newer = post.instagram.post_by_hand(Kind.IMAGE, "Lebih baru")
    post.instagram.comment(newer, "budi", "dua")
    post.instagram.faults = FaultPlan({2: Unavailable("none", said=said(100, 33, "does not exist"))})
    post.poll()
    assert post.texts() == ["satu"]
    assert post.poll(timedelta(minutes=1)) == QUIET
    post.poll(timedelta(minutes=1))
    assert post.texts() == ["satu", "dua"]


def test_a_count_without_a_list_of_a_post_without_an_age_is_no_error(post: Post) -> None:
    """A post of this very moment whose count is withheld."""
    media = post.instagram.post_by_hand(Kind.IMAGE, "Baru")
    listed = post.instagram.media_with_counts
    post.instagram.media_with_counts = lambda since, after=None: Page(  # type: ignore[method-assign]
        tuple(replace(one, comments_count=None) for one in listed(since, after).items)
    )
    post.instagram.comment(media, "sari", "satu")
    post.poll()
    assert post.texts() == ["satu"]
    assert notices(post) == []
