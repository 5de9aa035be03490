"""Posts with very many comments: all are stored once, whatever breaks a reading off or changes meanwhile.

The nearest peer reads 25 posts of 130 comments with 76 calls and misses 23 % (750 of 3,250).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inbox_post import COMPLAINT, HOUR, PRAISE, QUIET, Post

from fakes.bench import ACCOUNT, bench_database
from fakes.fake_instagram import (
    DIE_AFTER,
    FAULTS,
    LOST_BEFORE,
    THROTTLED,
    FakeInstagram,
    FaultPlan,
    Killed,
    said,
)
from ig_worker.domain.errors import IgWorkerError, Refused, Throttled, Unavailable
from ig_worker.domain.instagram import Comment, Kind, Page
from ig_worker.store import inbox


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


def crowd(instagram: FakeInstagram, media: str, comments: int = 130) -> None:
    """So many comments under a post, every third of them a reply."""
    parents: list[str] = []
    for number in range(comments):
        parent = parents[number // 2] if number % 3 == 2 else ""
        made = instagram.comment(media, f"orang{number}", f"{media} {number}", parent_id=parent)
        if not parent:
            parents.append(made)


def stored(post: Post) -> list[Any]:
    with post.database.reading() as connection:
        return list(connection.exec_driver_sql("SELECT ig_id, deleted FROM messages ORDER BY ig_id"))


def missed(post: Post) -> set[str]:
    return set(post.instagram._comments) - {ig_id for ig_id, _ in stored(post)}


def test_25_posts_of_130_comments_are_read_with_51_calls_where_a_peer_needs_76_and_misses_23_percent(
    post: Post,
) -> None:
    posts = [post.media, *(post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {n}") for n in range(24))]
    for media in posts:
        crowd(post.instagram, media)
    late = iter(range(10))

    def one_more(name: str) -> None:
        if name == "comments" and (number := next(late, None)) is not None:
            post.instagram.comment(posts[number], "telat", f"telat {number}")

    post.instagram.before_call = one_more
    calls = post.poll()
    # 87 comments of each post stand above their replies: two pages each, and one call for the list of posts.
    assert (calls.count("media_with_counts"), calls.count("comments"), len(calls) - 1) == (1, 50, 51)
    post.poll()
    assert missed(post) == set()
    assert len(stored(post)) == 25 * 130 + 10
    assert post.poll() == QUIET


def test_of_a_post_that_thousands_write_under_only_the_new_are_read_and_now_and_then_all(post: Post) -> None:
    crowd(post.instagram, post.media, 900)
    assert post.poll().count("comments") == 12
    costs = []
    for number in range(30):
        post.instagram.comment(post.media, "baru", f"baru {number}")
        costs.append(post.poll().count("comments"))
    # Every half hour all pages are read again: what a deletion hid from the count comes to light.
    assert costs.count(1) == 28
    assert missed(post) == set()


def test_a_new_reply_far_down_is_read_to(post: Post) -> None:
    first = post.instagram.comment(post.media, "sari", "yang pertama")
    crowd(post.instagram, post.media, 300)
    post.poll()
    post.instagram.comment(post.media, "budi", COMPLAINT, parent_id=first)
    post.poll()
    assert missed(post) == set()


# Broken off.


def test_a_reading_broken_off_goes_on_where_it_was_with_what_is_new_first(post: Post) -> None:
    crowd(post.instagram, post.media, 600)
    post.instagram.faults = FaultPlan({7: THROTTLED})
    with pytest.raises(Throttled):
        post.poll()
    assert len(stored(post)) > 200
    post.instagram.comment(post.media, "sari", COMPLAINT)
    asked: list[str | None] = []
    shown = post.instagram.comments

    def noting(media_id: str, after: str | None = None) -> Page[Comment]:
        asked.append(after)
        return shown(media_id, after)

    post.instagram.comments = noting  # type: ignore[method-assign]
    post.reader = post.another_reader()
    post.poll()
    # The new ones in front (and the page behind them, which holds nothing new), then on from the fifth page.
    assert asked[:3] == [None, "50", "250"]
    assert asked.count(None) == 1
    assert missed(post) == set()
    assert post.poll() == QUIET


def test_a_reading_throttled_again_and_again_comes_to_its_end(post: Post) -> None:
    crowd(post.instagram, post.media, 900)
    for _ in range(30):
        begun = len(post.instagram.calls)
        post.instagram.faults = FaultPlan({begun + 6: THROTTLED})
        try:
            post.poll()
        except Throttled:
            continue
        break
    assert missed(post) == set()
    assert len(post.instagram.calls) < 30


def test_while_the_budget_is_used_up_a_long_reading_goes_on_a_few_pages_at_a_time(post: Post) -> None:
    crowd(post.instagram, post.media, 900)
    post.instagram.percent_used = 90
    costs = [post.poll(HOUR / 2).count("comments") for _ in range(5)]
    assert max(costs) <= 6
    assert missed(post) == set()


def broken_off(post: Post) -> None:
    """A reading of 12 pages that stopped behind the fifth."""
    crowd(post.instagram, post.media, 900)
    post.instagram.faults = FaultPlan({7: LOST_BEFORE})
    with pytest.raises(IgWorkerError):
        post.poll()


def test_an_old_cursor_is_not_used(post: Post) -> None:
    broken_off(post)
    assert post.poll(2 * HOUR).count("comments") == 12
    assert missed(post) == set()


@pytest.mark.parametrize("subcode", [None, 33, 2207023])
def test_a_cursor_that_is_refused_costs_one_call_and_the_reading_begins_anew(
    post: Post, subcode: int | None
) -> None:
    broken_off(post)
    shown = post.instagram.comments
    kind = Unavailable if subcode == 33 else Refused

    def refusing(media_id: str, after: str | None = None) -> Page[Comment]:
        if after == "250":
            post.instagram.comments = shown  # type: ignore[method-assign]
            raise kind("no such cursor", said=said(100, subcode, "Invalid cursor"))
        return shown(media_id, after)

    post.instagram.comments = refusing  # type: ignore[method-assign]
    post.poll()
    assert missed(post) == set()
    assert post.poll() == QUIET


def test_a_cursor_that_is_refused_for_ever_is_the_passs_error(post: Post) -> None:
    crowd(post.instagram, post.media, 900)
    shown = post.instagram.comments

    def refusing(media_id: str, after: str | None = None) -> Page[Comment]:
        if after is not None:
            raise Refused("no such cursor", said=said(100, None, "Invalid cursor"))
        return shown(media_id, after)

    post.instagram.comments = refusing  # type: ignore[method-assign]
    with pytest.raises(Refused, match="no such cursor"):
        post.poll()


def test_pages_that_lead_in_a_circle_are_left(post: Post) -> None:
    crowd(post.instagram, post.media, 300)
    shown = post.instagram.comments

    def circling(media_id: str, after: str | None = None) -> Page[Comment]:
        page = shown(media_id, after)
        return Page(page.items, "50" if page.after == "150" else page.after)

    post.instagram.comments = circling  # type: ignore[method-assign]
    assert post.poll().count("comments") == 3
    assert not any(deleted for _, deleted in stored(post))


# Replies.


def test_replies_whose_cursor_is_refused_are_read_from_their_beginning(post: Post) -> None:
    parent = post.instagram.comment(post.media, "sari", "satu")
    for number in range(120):
        post.instagram.comment(post.media, f"orang{number}", f"balasan {number}", parent_id=parent)
    shown = post.instagram.comment_replies

    def refusing(comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]:
        if after == "50":
            post.instagram.comment_replies = shown  # type: ignore[method-assign]
            raise Refused("no such cursor", said=said(100, None, "Invalid cursor"))
        return shown(comment_id, media_id, after)

    post.instagram.comment_replies = refusing  # type: ignore[method-assign]
    post.poll()
    assert missed(post) == set()


def cut_short(post: Post, most: int) -> None:
    """Instagram shows so many replies with their comment, and does not say that there are more."""
    shown = post.instagram.comments
    post.instagram.comments = lambda media_id, after=None: silently(shown(media_id, after), most)  # type: ignore[method-assign]


def silently(page: Page[Comment], most: int) -> Page[Comment]:
    items = [
        Comment(c.ig_id, c.media_id, c.text, c.timestamp, c.author, c.author_id, replies=c.replies[:most])
        for c in page.items
    ]
    return Page(tuple(items), page.after)


def test_replies_that_are_cut_off_without_a_word_are_asked_for(post: Post) -> None:
    cut_short(post, 3)
    parents = [post.instagram.comment(post.media, "sari", f"komentar {n}") for n in range(12)]
    for number in range(60):
        post.instagram.comment(
            post.media, f"orang{number}", f"balasan {number}", parent_id=parents[number % 9]
        )
    post.poll()
    assert missed(post) == set()
    post.instagram.comment(post.media, "budi", COMPLAINT, parent_id=parents[4])
    post.poll()
    assert missed(post) == set()
    for _ in range(8):
        post.poll(6 * HOUR)
    assert not any(deleted for _, deleted in stored(post))


def test_where_comments_are_only_kept_from_us_few_are_asked_for_their_replies_and_once(post: Post) -> None:
    post.instagram.restrict_comment(post.instagram.comment(post.media, "ani", "ditahan"))
    for number in range(40):
        parent = post.instagram.comment(post.media, "sari", f"komentar {number}")
        for reply in range(2):
            post.instagram.comment(post.media, "budi", f"balasan {number} {reply}", parent_id=parent)
    assert post.poll().count("comment_replies") == 5
    assert sum(post.poll(HOUR).count("comment_replies") for _ in range(10)) == 0


def test_a_reply_to_a_reply_stands_under_the_comment_above(post: Post) -> None:
    top = post.instagram.comment(post.media, "sari", "satu")
    below = post.instagram.comment(post.media, "budi", "dua", parent_id=top)
    post.instagram.reply_to_comment(below, "tiga")
    post.poll()
    assert [(message.parent_id, message.own) for message in post.stored()] == [
        ("", False),
        (top, False),
        (top, True),
    ]


# Crashes.


def long_walk(post: Post) -> None:
    """Three posts: of five pages, of three with replies on more pages under its middle one, and of one."""
    instagram = post.instagram
    instagram.page_size = 4
    crowd(instagram, post.media, 28)
    talked_about = instagram.post_by_hand(Kind.IMAGE, "Ramai")
    parents = [instagram.comment(talked_about, "sari", f"komentar {number}") for number in range(10)]
    for parent in parents[4:6]:
        for number in range(10):
            instagram.comment(talked_about, f"orang{number}", f"balasan {number}", parent_id=parent)
    instagram.comment(instagram.post_by_hand(Kind.IMAGE, "Sepi"), "sari", COMPLAINT)


CALLS_OF_A_LONG_WALK = 15


def test_a_long_walk_makes_these_calls(post: Post) -> None:
    long_walk(post)
    assert len(post.poll()) == CALLS_OF_A_LONG_WALK
    assert missed(post) == set()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, CALLS_OF_A_LONG_WALK + 1))
def test_whatever_breaks_a_long_walk_off_all_is_stored_once_and_nothing_called_gone(
    post: Post, call: int, fault: str
) -> None:
    long_walk(post)
    post.instagram.faults = FaultPlan({call: fault, call + 5: DIE_AFTER})
    for _ in range(3):
        try:
            post.poll()
        except (Killed, IgWorkerError):
            post.reader = post.another_reader()
    post.instagram.faults = FaultPlan()
    post.poll()
    assert missed(post) == set()
    found = stored(post)
    assert len(found) == len(post.instagram._comments)
    assert not any(deleted for _, deleted in found)
    assert post.poll() == QUIET
    with post.database.reading() as connection:
        posts = {comment.media_id for comment in post.instagram._comments.values()}
        sweeps = inbox.last_sweeps(connection, ACCOUNT, posts).values()
    assert [(sweep.begun_at, sweep.after) for sweep in sweeps] == [(None, "")] * 3


# Whatever the world does.

Deed = Callable[[Post], None]
WORDS = (PRAISE, COMPLAINT, "Min, buka jam berapa?", "🙏", "")


def on_some(post: Post, number: int) -> str | None:
    """One of the comments that stand, or none."""
    here = sorted(post.instagram._comments)
    return here[number % len(here)] if here else None


def adds(number: int, word: int) -> Deed:
    def deed(post: Post) -> None:
        posts = post.instagram.published
        post.instagram.comment(posts[number % len(posts)].ig_id, f"orang{number % 5}", WORDS[word])

    return deed


def answers(number: int, word: int) -> Deed:
    def deed(post: Post) -> None:
        if (target := on_some(post, number)) is not None:
            there = post.instagram._comments[target]
            parent = there.parent_id or target
            if parent in post.instagram._comments:
                post.instagram.comment(there.media_id, f"orang{word}", WORDS[word], parent_id=parent)

    return deed


def edits(number: int, word: int) -> Deed:
    def deed(post: Post) -> None:
        if (target := on_some(post, number)) is not None:
            post.instagram.edit_comment(target, f"{WORDS[word]} {number}")

    return deed


def deletes(number: int, word: int) -> Deed:
    def deed(post: Post) -> None:
        if (target := on_some(post, number)) is not None:
            post.instagram.delete_comment(target)

    return deed


deeds = st.builds(
    lambda make, number, word: make(number, word),
    st.sampled_from([adds, adds, adds, answers, answers, edits, deletes]),
    st.integers(0, 40),
    st.integers(0, len(WORDS) - 1),
)
polls = st.lists(st.tuples(st.lists(deeds, max_size=6), st.lists(deeds, max_size=4)), min_size=1, max_size=6)


@given(polls, st.lists(deeds, max_size=12), st.integers(0, 23))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_when_things_settle_the_shelf_is_as_the_world(
    history: list[tuple[list[Deed], list[Deed]]], before: list[Deed], hour: int
) -> None:
    with bench_database() as database:
        post = Post(database)
        post.clock.forward(hour * HOUR)
        post.instagram.page_size = 3
        post.instagram.post_by_hand(Kind.IMAGE, "Ramai")
        for deed in before:
            deed(post)
        for between, during in history:
            for deed in between:
                deed(post)
            todo = iter(during)

            def meanwhile(name: str, todo: Iterator[Deed] = todo) -> None:
                if name != "media_with_counts" and (deed := next(todo, None)) is not None:
                    deed(post)

            post.instagram.before_call = meanwhile
            post.poll()
            post.instagram.before_call = lambda name: None
        for _ in range(6):
            post.poll(6 * HOUR)
        world = {ig_id: comment.text for ig_id, comment in post.instagram._comments.items()}
        shelf = post.stored()
        assert len(shelf) == len({message.ig_id for message in shelf})
        assert {message.ig_id: message.text for message in shelf if not message.deleted} == world
        assert all(message.deleted_at is not None for message in shelf if message.deleted)
        assert [call for _ in range(3) for call in post.poll()] == QUIET * 3
