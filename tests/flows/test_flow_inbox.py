"""Every comment and message is stored once, judged once, and none is lost (`instagram_api.md`, sections C and D)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta

import pytest
from inbox_post import COMPLAINT, HOUR, PRAISE, QUIET, Post

from fakes.bench import ACCOUNT, bench_database
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain.errors import IgWorkerError, Refused, Throttled, Unanswered, Unavailable
from ig_worker.domain.instagram import ConversationHead, Page
from ig_worker.store import messages


@pytest.fixture
def post() -> Iterator[Post]:
    with bench_database() as database:
        yield Post(database)


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
INTERRUPTED = (Killed, IgWorkerError)


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
    # A cursor that is refused is no failure: the reading begins anew.
    with (
        nullcontext() if (call, fault) in {(c, "refused") for c in (3, 4, 5)} else pytest.raises(INTERRUPTED)
    ):
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
