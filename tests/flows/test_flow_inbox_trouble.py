"""What fails or hangs each time keeps nothing else from being read, in comments and in messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from inbox_post import COMPLAINT, HOUR, Post

from fakes.bench import bench_database
from fakes.fake_instagram import said
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    PermissionLost,
    Silence,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
)
from ig_worker.domain.instagram import Comment, Conversation, Kind, Page

SILENT = Silence("no answer")
FATAL = Unanswered("Fatal", said=said(-1, 2207085, "Fatal"))


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


class Failing:
    """Posts and conversations that fail whenever they are read, and how often they were."""

    def __init__(self, post: Post, *ig_ids: str, error: IgWorkerError, after: str | None = None) -> None:
        self.ig_ids, self.times = {*ig_ids}, 0
        comments, conversation = post.instagram.comments, post.instagram.conversation

        def read_comments(media_id: str, place: str | None = None) -> Page[Comment]:
            if media_id in self.ig_ids and place == after:
                self.times += 1
                raise error
            return comments(media_id, place)

        def read_conversation(conversation_id: str) -> Conversation:
            if conversation_id in self.ig_ids:
                self.times += 1
                raise error
            return conversation(conversation_id)

        post.instagram.comments = read_comments  # type: ignore[method-assign]
        post.instagram.conversation = read_conversation  # type: ignore[method-assign]


def failures(post: Post, polls: int) -> int:
    """How many of so many polls fail."""
    failed = 0
    for _ in range(polls):
        try:
            post.poll()
        except Unanswered:
            failed += 1
    return failed


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("percent", [0, 60, 90])
def test_posts_that_hang_keep_a_complaint_under_another_one_waiting_once(
    post: Post, percent: int, restarts: bool
) -> None:
    post.instagram.comment(post.media, "ani", COMPLAINT)
    hanging = [post.instagram.post_by_hand(Kind.IMAGE, f"Posyandu {number}") for number in range(2)]
    for media in hanging:
        post.instagram.comment(media, "sari", "satu")
    post.instagram.percent_used = percent
    Failing(post, *hanging, error=SILENT)
    assert failures(post, 1) == 1
    if restarts:
        post.reader = post.another_reader()
    assert failures(post, 1) == 1
    assert post.texts() == [COMPLAINT]


def test_conversations_that_hang_keep_a_complaint_in_another_one_waiting_once(post: Post) -> None:
    for name, text in (("budi", "satu"), ("sari", "dua"), ("ani", COMPLAINT)):
        post.instagram.message(name, text)
        post.clock.forward(timedelta(minutes=1))
    failing = Failing(post, "conversation-budi", "conversation-sari", error=SILENT)
    assert failures(post, 2) == 2
    assert post.texts() == [COMPLAINT]
    failing.ig_ids.clear()
    assert failures(post, 1) == 0
    assert len(post.stored()) == 3


def test_at_the_first_contact_todays_words_are_read_before_those_of_years(post: Post) -> None:
    post.instagram.page_size = 3
    for number in range(12):
        post.instagram.message(f"orang{number}", f"halo {number}")
        post.clock.forward(timedelta(days=1))
    post.instagram.percent_used = 90
    assert failures(post, 1) == 0
    assert post.texts() == [f"halo {number}" for number in range(7, 12)]
    post.instagram.message("ani", COMPLAINT)
    assert failures(post, 1) == 0
    assert COMPLAINT in post.texts()
    assert failures(post, 1) == 0
    assert len(post.stored()) == 13


def test_a_conversation_that_hung_and_was_left_off_is_found_behind_those_that_did_not_change(
    post: Post,
) -> None:
    post.poll()
    post.instagram.page_size = 2
    post.instagram.message("budi", COMPLAINT)
    failing = Failing(post, "conversation-budi", error=SILENT)
    post.instagram.percent_used = 90
    for number in range(5):
        post.clock.forward(timedelta(minutes=1))
        post.instagram.message(f"orang{number}", "halo")
    assert failures(post, 1) == 1
    for number in range(5):
        post.instagram.message(f"orang{number}", "lagi")
    failing.ig_ids.clear()
    assert failures(post, 2) == 0
    assert COMPLAINT in post.texts()


def test_a_post_that_fails_each_time_does_not_fail_every_poll(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    failing = Failing(post, post.media, error=FATAL)
    assert failures(post, 60) == failing.times == 8
    failing.ig_ids.clear()
    post.poll(HOUR)
    assert post.texts() == ["satu"]


def test_a_post_of_which_only_a_part_fails_is_read_each_time(post: Post) -> None:
    for number in range(60):
        post.instagram.comment(post.media, "sari", f"komentar {number}")
    Failing(post, post.media, error=FATAL, after="50")
    assert failures(post, 20) == 20
    post.instagram.comment(post.media, "ani", COMPLAINT)
    assert failures(post, 1) == 1
    assert COMPLAINT in post.texts()


def told(post: Post) -> list[tuple[str, str]]:
    with post.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT title, body FROM notices ORDER BY id").all()
    return [(row.title, row.body) for row in rows]


@pytest.mark.parametrize("error", [FATAL, Unavailable("gone", said=said(100, 33, "Unsupported get request"))])
def test_what_fails_each_time_is_told_after_an_hour_once(post: Post, error: IgWorkerError) -> None:
    """The job succeeds in between, and a complaint that nobody can read is heard by nobody."""
    post.instagram.message("budi", COMPLAINT)
    Failing(post, "conversation-budi", error=error)
    begun = post.clock.now() + timedelta(minutes=2)
    failures(post, 29)
    assert told(post) == []
    failures(post, 120)
    ((title, body),) = told(post)
    assert title == "Tidak dapat dibaca: 0 kiriman, 1 percakapan"
    assert f"1 percakapan (pesan langsung), yang paling lama sejak {begun:%d/%m/%Y %H.%M}" in body
    assert "budi" not in body


def test_a_post_that_fails_each_time_is_told_with_its_link(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    failing = Failing(post, post.media, error=FATAL)
    failures(post, 90)
    ((title, body),) = told(post)
    assert title == "Tidak dapat dibaca: 1 kiriman, 0 percakapan"
    assert "- kiriman Posyandu besok: https://" in body
    failing.ig_ids.clear()
    failures(post, 60)
    assert post.texts() == ["satu"]
    assert len(told(post)) == 1


def test_others_that_fail_later_are_told_a_day_after(post: Post) -> None:
    post.instagram.message("budi", COMPLAINT)
    failing = Failing(post, "conversation-budi", error=FATAL)
    failures(post, 90)
    failing.ig_ids.add("conversation-sari")
    post.instagram.message("sari", COMPLAINT)
    failures(post, 120)
    assert len(told(post)) == 1
    for _ in range(24):
        post.clock.forward(timedelta(minutes=58))
        failures(post, 1)
    assert [title for title, _ in told(post)][1:] == ["Tidak dapat dibaca: 0 kiriman, 2 percakapan"]


def test_of_what_stumbles_and_is_well_again_nobody_hears(post: Post) -> None:
    post.instagram.message("budi", COMPLAINT)
    failing = Failing(post, "conversation-budi", error=FATAL)
    failures(post, 25)
    failing.ig_ids.clear()
    failures(post, 60)
    assert (post.texts(), told(post)) == ([COMPLAINT], [])


PERMISSION = PermissionLost("not allowed", said=said(10, None, "not allowed"))
BLOCKED = AccountBlocked("look into the app", said=said(368, None, "blocked"))


@pytest.mark.parametrize("error", [PERMISSION, BLOCKED])
def test_one_that_is_not_allowed_stops_a_poll_and_the_next_one_reads_the_others_first(
    post: Post, error: IgWorkerError
) -> None:
    other = post.instagram.post_by_hand(Kind.IMAGE, "Posyandu lusa")
    post.instagram.comment(other, "sari", "satu")
    post.instagram.comment(post.media, "ani", COMPLAINT)
    for name, text in (("budi", "dua"), ("dewi", COMPLAINT)):
        post.instagram.message(name, text)
        post.clock.forward(timedelta(minutes=1))
    failing = Failing(post, other, "conversation-budi", error=error)
    for _ in range(2):
        with pytest.raises(type(error)):
            post.poll()
    assert post.texts() == [COMPLAINT, COMPLAINT]
    for times in (3, 4):
        with pytest.raises(type(error)):
            post.poll()
        assert failing.times == 2 * times, "each is tried at every poll, once"
    assert told(post) == []
    failing.ig_ids.clear()
    post.poll()
    assert len(post.texts()) == 4


@pytest.mark.parametrize(
    "error", [PERMISSION, BLOCKED, TokenExpired("dead"), Throttled("later", wait_seconds=60)]
)
def test_where_the_whole_account_is_refused_each_poll_asks_once(post: Post, error: IgWorkerError) -> None:
    for name in ("budi", "sari", "ani"):
        post.instagram.message(name, COMPLAINT)
    failing = Failing(post, *(f"conversation-{name}" for name in ("budi", "sari", "ani")), error=error)
    for times in range(1, 6):
        with pytest.raises(type(error)):
            post.poll()
        assert failing.times == times
    failing.ig_ids.clear()
    post.poll()
    assert post.texts() == [COMPLAINT] * 3
