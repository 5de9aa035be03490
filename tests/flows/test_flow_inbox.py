"""Every comment and message is stored once, judged once, and none is lost (`instagram_api.md`, sections C and D)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, Refused, Throttled, Unanswered, Unavailable
from ig_worker.domain.instagram import Comment, ConversationHead, Kind, Media, Page
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules
from ig_worker.shipped import classifier_model
from ig_worker.store import messages
from ig_worker.store.database import Database

PRAISE = "Terima kasih, pelayanannya ramah sekali 🙏"
COMPLAINT = "Antrean lama sekali, dari jam 6 belum dipanggil!"
HOUR = timedelta(hours=1)


@cache
def shipped_classifier() -> Classifier:
    return Classifier(classifier_model())


class Post:
    """An account with one post on Instagram, an hour old, and a reader that polls every two minutes."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.media = self.instagram.post_by_hand(Kind.IMAGE, "Posyandu besok")
        self.clock.forward(HOUR)
        self.reader = self.another_reader()

    def another_reader(self, **rules: timedelta) -> InboxReader:
        return InboxReader(
            ACCOUNT, self.database, self.instagram, shipped_classifier(), self.clock, Rules(**rules)
        )

    def poll(self, after: timedelta = timedelta(minutes=2)) -> list[str]:
        """Poll once; returns the calls it made."""
        self.clock.forward(after)
        begun = len(self.instagram.calls)
        self.reader.run()
        return self.instagram.calls[begun:]

    def stored(self) -> list[Any]:
        """Every message on the shelf, our own as well."""
        with self.database.reading() as connection:
            found = connection.exec_driver_sql("SELECT ig_id FROM messages ORDER BY sent_at, id").scalars()
            return [messages.by_ig_id(connection, ACCOUNT, ig_id) for ig_id in found.all()]

    def texts(self) -> list[str]:
        return [message.text for message in self.stored()]


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


QUIET = ["media_with_counts", "conversations"]


def test_what_was_written_is_stored_with_its_verdict(post: Post) -> None:
    comment_id = post.instagram.comment(post.media, "sari", COMPLAINT)
    message_id = post.instagram.message("budi", PRAISE, attachments=("story_reply",))
    post.poll()
    comment, message = post.stored()
    assert (comment.ig_id, comment.channel, comment.media_id) == (comment_id, "comment", post.media)
    assert (comment.author, comment.author_id, comment.own) == ("sari", "igsid-sari", False)
    assert (comment.label, comment.topic, comment.opens_case) == ("keluhan", "antrean", True)
    assert comment.reasons != []
    assert (message.ig_id, message.channel, message.conversation_id) == (
        message_id,
        "dm",
        "conversation-budi",
    )
    assert (message.label, message.auto_thank, message.attachments) == ("pujian", True, ["story_reply"])
    assert message.first_seen_at == post.clock.now()


def test_however_often_it_is_polled_each_message_stands_there_once(post: Post) -> None:
    for name in ("sari", "budi"):
        post.instagram.comment(post.media, name, "Min, buka jam berapa?")
        post.instagram.message(name, "Halo min")
    for _ in range(5):
        post.poll()
        post.another_reader().run()
    assert len(post.stored()) == 4


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


def test_a_post_whose_last_comment_is_gone_is_read_once_more(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", "satu")
    post.poll()
    post.instagram.delete_comment(comment)
    assert post.poll() == ["media_with_counts", "comments", "conversations"]
    assert post.poll() == QUIET


def test_one_comment_gone_and_another_come_is_found_within_hours(post: Post) -> None:
    first = post.instagram.comment(post.media, "sari", "satu")
    post.poll()
    post.instagram.delete_comment(first)
    post.instagram.comment(post.media, "budi", COMPLAINT)
    assert post.poll() == QUIET
    post.poll(6 * HOUR)
    assert post.texts() == ["satu", COMPLAINT]


def test_an_old_post_is_read_only_when_its_count_changes(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.poll()
    assert post.poll(timedelta(days=8)) == QUIET


def test_a_post_older_than_the_watch_is_not_read_at_all(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.reader = post.another_reader(watch=timedelta(days=1))
    post.clock.forward(timedelta(days=2))
    assert post.poll() == QUIET


def test_edited_words_are_judged_again(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    post.instagram.edit_comment(comment, COMPLAINT)
    post.instagram.comment(post.media, "budi", "dua")
    post.poll()
    edited, untouched = post.stored()
    assert (edited.text, edited.edited, edited.label) == (COMPLAINT, True, "keluhan")
    assert (edited.auto_thank, edited.opens_case) == (False, True)
    assert not untouched.edited


def test_an_edit_that_changes_no_count_is_found_within_hours(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", PRAISE)
    post.poll()
    post.instagram.edit_comment(comment, COMPLAINT)
    post.poll(6 * HOUR)
    assert [message.label for message in post.stored()] == ["keluhan"]


def test_our_own_words_are_stored_as_ours_and_are_never_thanked_or_made_a_case(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", "Min?")
    post.instagram.comment(post.media, post.instagram.me.username, PRAISE, parent_id=comment)
    post.instagram.message("budi", "Halo")
    post.instagram.staff_message("budi", PRAISE)
    post.instagram.staff_message("budi", COMPLAINT)
    post.poll()
    assert sorted(message.text for message in post.stored() if message.own) == sorted(
        [PRAISE, PRAISE, COMPLAINT]
    )
    with post.database.reading() as connection:
        assert messages.to_thank(connection, ACCOUNT) == []
        assert messages.for_cases(connection, ACCOUNT) == []


def test_at_the_first_contact_the_old_is_backlog_and_stays_untouched(post: Post) -> None:
    post.instagram.comment(post.media, "lama", COMPLAINT)
    post.instagram.message("lama", PRAISE)
    post.clock.forward(25 * HOUR)
    post.instagram.comment(post.media, "baru", COMPLAINT)
    post.poll()
    assert [(message.author, message.backlog) for message in post.stored()] == [
        ("lama", True),
        ("lama", True),
        ("baru", False),
    ]
    with post.database.reading() as connection:
        assert messages.to_thank(connection, ACCOUNT) == []
        assert [message.author for message in messages.for_cases(connection, ACCOUNT)] == ["baru"]


def test_after_the_first_contact_what_was_not_seen_for_days_is_not_backlog(post: Post) -> None:
    post.poll()
    post.instagram.comment(post.media, "sari", COMPLAINT)
    post.poll(timedelta(days=3))
    assert [message.backlog for message in post.stored()] == [False]


def test_more_comments_and_replies_than_a_page_are_all_read(post: Post) -> None:
    for number in range(120):
        parent = post.instagram.comment(post.media, f"orang{number}", f"komentar {number}")
    for number in range(70):
        post.instagram.comment(post.media, f"tetangga{number}", f"balasan {number}", parent_id=parent)
    calls = post.poll()
    assert (calls.count("comments"), calls.count("comment_replies")) == (3, 1)
    assert len(post.stored()) == 190
    assert sum(message.parent_id == parent for message in post.stored()) == 70


def test_more_conversations_than_a_page_are_all_read(post: Post) -> None:
    for number in range(60):
        post.instagram.message(f"orang{number}", f"pesan {number}")
    assert post.poll().count("conversation") == 60
    assert len(post.stored()) == 60


def test_a_message_of_the_same_second_as_the_reading_is_not_lost(post: Post) -> None:
    post.instagram.message("budi", "Min")
    post.poll(timedelta(0))
    post.instagram.message("budi", "mau tanya")
    post.poll()
    assert post.texts() == ["Min", "mau tanya"]
    assert post.poll() == QUIET


def test_comments_that_cannot_be_seen_are_told_in_the_log(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    comment = post.instagram.comment(post.media, "sari", "satu")
    listed = post.instagram.media_with_counts

    def gone_after_it_was_counted(since: datetime, after: str | None = None) -> Page[Media]:
        page = listed(since, after)
        post.instagram.delete_comment(comment)
        return page

    post.instagram.media_with_counts = gone_after_it_was_counted  # type: ignore[method-assign]
    post.poll()
    assert f"post {post.media} has 1 comments that cannot be seen" in caplog.text


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
    assert post.poll() == QUIET
    post.poll(after=timedelta(minutes=10))
    assert sorted(post.texts()) == ["dua", "satu"]
    assert post.poll() == QUIET


def test_a_comment_that_is_kept_from_us_under_an_old_post_is_looked_for_every_hour(post: Post) -> None:
    kept_back = post.instagram.comment(post.media, "sari", "satu")
    listed = post.instagram.comments
    post.instagram.comments = lambda media_id, after=None: Page(  # type: ignore[method-assign]
        tuple(one for one in listed(media_id, after).items if one.ig_id != kept_back)
    )
    post.clock.forward(timedelta(days=8))
    assert post.poll().count("comments") == 1
    assert sum(post.poll().count("comments") for _ in range(29)) == 0
    assert post.poll().count("comments") == 1


def test_a_count_that_instagram_withholds_says_nothing(post: Post) -> None:
    listed = post.instagram.media_with_counts
    post.instagram.media_with_counts = lambda since, after=None: Page(  # type: ignore[method-assign]
        tuple(replace(one, comments_count=None) for one in listed(since, after).items)
    )
    post.poll()
    post.instagram.comment(post.media, "sari", "satu")
    post.poll(after=timedelta(minutes=10))
    assert post.texts() == ["satu"]


def test_a_change_that_does_not_stand_in_front_of_the_list_is_found_within_the_hour(post: Post) -> None:
    class OldestFirst(FakeInstagram):
        def conversations(self, after: str | None = None) -> Page[ConversationHead]:
            size, self.page_size = self.page_size, 1000
            heads = super().conversations().items[::-1]
            self.page_size = size
            return self._page(heads, after)

    post.instagram = OldestFirst(post.clock)
    post.reader = post.another_reader()
    for number in range(60):
        post.instagram.message(f"orang{number}", f"pesan {number}")
    post.poll()
    post.clock.forward(timedelta(minutes=1))
    post.instagram.message("orang59", "di belakang")
    for _ in range(30):
        post.poll()
    assert "di belakang" in post.texts()


def test_whoever_has_complained_has_complained_whatever_stands_there_now(post: Post) -> None:
    comment = post.instagram.comment(post.media, "sari", COMPLAINT)
    post.poll()
    post.instagram.edit_comment(comment, PRAISE)
    post.poll(6 * HOUR)
    with post.database.reading() as connection:
        assert [message.text for message in messages.for_cases(connection, ACCOUNT)] == [PRAISE]


# Errors.


def test_an_error_in_the_comments_does_not_keep_the_messages_from_being_read(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.instagram.message("budi", "halo")
    post.instagram.faults = FaultPlan({2: Unanswered("no answer")})
    with pytest.raises(Unanswered):
        post.poll()
    assert post.texts() == ["halo"]
    post.poll()
    assert sorted(post.texts()) == ["halo", "satu"]


def test_throttling_stops_the_whole_pass(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    post.instagram.faults = FaultPlan({2: Throttled("later", wait_seconds=60)})
    with pytest.raises(Throttled):
        post.poll()
    assert post.instagram.calls == ["media_with_counts", "comments"]


def test_a_post_whose_comments_cannot_be_had_does_not_keep_the_others_from_being_read(post: Post) -> None:
    post.instagram.comment(post.media, "sari", "satu")
    newer = post.instagram.post_by_hand(Kind.IMAGE, "Lebih baru")
    post.instagram.comment(newer, "budi", "dua")
    post.instagram.faults = FaultPlan({2: Unavailable("does not exist")})
    post.poll()
    assert post.texts() == ["satu"]
    post.poll()
    assert post.texts() == ["satu", "dua"]


def test_a_conversation_that_cannot_be_had_does_not_keep_the_others_from_being_read(post: Post) -> None:
    post.instagram.message("budi", "satu")
    post.instagram.message("sari", "dua")
    post.instagram.faults = FaultPlan({3: Unavailable("does not exist")})
    post.poll()
    assert len(post.stored()) == 1
    post.poll()
    assert len(post.stored()) == 2


def busy(post: Post) -> None:
    """Three pages of comments, one comment with two pages of replies, three pages of conversations."""
    post.instagram.page_size = 3
    for number in range(8):
        parent = post.instagram.comment(post.media, f"orang{number}", f"komentar {number}")
    for number in range(5):
        post.instagram.comment(post.media, f"tetangga{number}", f"balasan {number}", parent_id=parent)
    for number in range(8):
        post.clock.forward(timedelta(seconds=3))
        post.instagram.message(f"orang{number}", f"pesan {number}")
    post.clock.forward(timedelta(minutes=1))


CALLS_OF_A_BUSY_PASS = 16


def test_a_busy_pass_makes_these_calls(post: Post) -> None:
    busy(post)
    assert len(post.poll()) == CALLS_OF_A_BUSY_PASS
    assert len(post.stored()) == 21


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, CALLS_OF_A_BUSY_PASS + 1))
def test_whatever_interrupts_a_pass_nothing_is_lost_and_nothing_doubled(
    post: Post, call: int, fault: str
) -> None:
    busy(post)
    post.instagram.faults = FaultPlan({call: fault})
    with pytest.raises((Killed, IgWorkerError)):
        post.poll()
    post.reader = post.another_reader()
    post.poll()
    texts = post.texts()
    assert len(texts) == len(set(texts)) == 21
    assert post.poll() == QUIET


def test_a_refused_list_of_posts_is_the_passs_error(post: Post) -> None:
    post.instagram.message("budi", "halo")
    post.instagram.faults = FaultPlan({1: Refused("no")})
    with pytest.raises(Refused, match="no"):
        post.poll()
    assert post.texts() == ["halo"]


# Hostile texts.


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("nol\x00di tengah", "noldi tengah"),
        ("setengah \ud83d emoji", "setengah \ufffd emoji"),
        ("emoji \ud83d\ude00 terbelah", "emoji 😀 terbelah"),
        ("a" * 2200, "a" * 2200),
        ("👨‍👩‍👧‍👦 🌸 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨‍👩‍👧‍👦 🌸 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("شكرا جزيلا", "شكرا جزيلا"),
        ("balik \u202eterbalik\u202c", "balik terbalik"),
        ("ta\u200bn\u200cpa le\u2060bar", "ta\u200bn\u200cpa le\u2060bar"),
        ("baris\r\nbaru\rlagi", "baris\nbaru\nlagi"),
        ("'; DROP TABLE messages; --", "'; DROP TABLE messages; --"),
        ("", ""),
    ],
)
def test_hostile_texts_are_stored_and_judged_once(post: Post, written: str, kept: str) -> None:
    post.instagram.comment(post.media, "sari", written)
    post.instagram.message("sari", written)
    post.poll()
    post.poll(6 * HOUR)
    assert post.texts() == [kept, kept]
    assert all(message.label and not message.edited for message in post.stored())


def test_hostile_names_are_stored(post: Post) -> None:
    post.instagram.comment(post.media, "sa\u202eri\x9f", "halo")
    post.instagram.message("sa\u202eri\x9f", "halo")
    post.poll()
    assert {message.author for message in post.stored()} == {"sari"}
