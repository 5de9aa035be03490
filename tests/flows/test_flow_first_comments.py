"""What becomes of a first comment: sent once, found again, refused, let go, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from fakes.bench import ACCOUNT, START, HandClock, bench_database, outbox, plan_post
from fakes.fake_instagram import DIE_AFTER, FakeInstagram, FaultPlan, Killed, said
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import (
    AccountBlocked,
    MediaRejected,
    PermissionLost,
    Refused,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import Comment, Kind, Page
from ig_worker.domain.reply import Rules
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.publishing.first_comments import FirstComments
from ig_worker.store import first_comments, journal, messages, notices, posts
from ig_worker.store.database import Database, Row

WORDS = "Daftar lewat tautan di bio ya, Bunda 🌸\nSampai besok!"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Unreadable(FakeInstagram):
    """An Instagram that withholds: authors of comments, or comments altogether.

    What happens elsewhere during a call is ``meanwhile``.
    """

    hides_authors = False
    hides_comments = False
    meanwhile: Callable[[], None] | None = None

    def comment_on_media(self, media_id: str, text: str) -> str:
        if self.meanwhile is not None:
            self.meanwhile()
        return super().comment_on_media(media_id, text)

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        page = super().comments(media_id, after)
        if self.hides_comments:
            return Page(())
        if not self.hides_authors:
            return page
        bare = [Comment(seen.ig_id, seen.media_id, seen.text, seen.timestamp, "", "") for seen in page.items]
        return Page(tuple(bare), page.after)


class Desk:
    """A post that has just gone out, and the flow that writes its first comment."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = Unreadable(self.clock)
        self.flow = self.another_flow()

    def another_flow(self) -> FirstComments:
        team = outbox("content_team")
        return FirstComments(ACCOUNT, self.database, self.instagram, team, self.clock, Rules())

    def publish(self, kind: Kind = Kind.IMAGE, *, key: str = "P-01", text: str = WORDS, **values: Any) -> int:
        """A post that went out at this moment."""
        now = self.clock.now()
        given = {"status": "published", "intent_at": now, "published_at": now, "first_comment": text}
        media_id = self.instagram.post_by_hand(kind, f"{key} {now}")
        with self.database.writing() as connection:
            return plan_post(connection, kind, key=key, ig_media_id=media_id, **{**given, **values})

    def fail(self, fault: str | BaseException, *, call: int = 1) -> None:
        """Order a fault for the call of this number from now."""
        self.instagram.faults = FaultPlan({len(self.instagram.calls) + call: fault})

    def go_on(self, time: timedelta = HOUR) -> None:
        """Run whenever something is due, for so long."""
        until = self.clock.now() + time
        while True:
            self.flow.run()
            wake = self.flow.next_moment()
            if wake is None or wake > until:
                self.clock.move_to(until)
                return
            self.clock.move_to(max(wake, self.clock.now() + timedelta(seconds=1)))

    def found(self, post_id: int) -> Row[Any]:
        with self.database.reading() as connection:
            found = first_comments.of(connection, post_id)
        assert found is not None
        return found

    def texts(self) -> list[str]:
        return [text for _, text in self.instagram.comments_made]

    def letters(self) -> list[str]:
        with self.database.reading() as connection:
            due = notices.due(connection, self.clock.now())
        return [f"{notice.row.title}\n{notice.row.body}" for notice in due]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database)


def test_it_is_written_in_the_pass_after_the_post_went_out(desk: Desk) -> None:
    post_id = desk.publish()
    assert desk.flow.next_moment() == START
    desk.flow.run()
    assert desk.instagram.calls == ["comment_on_media"]
    assert desk.texts() == [WORDS]
    found = desk.found(post_id)
    assert (found.status, found.sent_at, found.last_error) == ("sent", START, "")
    assert found.ig_id
    assert desk.letters() == []
    with desk.database.reading() as connection:
        lines = [entry.what for entry in journal.of(connection, f"post:{post_id}")]
    assert lines[-3:] == ["first comment planned", "first comment intend", "first comment sent"]


def test_it_is_written_once_however_often_one_looks(desk: Desk) -> None:
    desk.publish()
    for _ in range(3):
        desk.go_on()
        desk.another_flow().run()
    assert desk.texts() == [WORDS]
    assert desk.flow.next_moment() is None


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Kind.STORY, {}),
        (Kind.IMAGE, {"text": ""}),
        (Kind.IMAGE, {"status": "unconfirmed", "published_at": None}),
        (Kind.IMAGE, {"account": "kendalkerep"}),
    ],
)
def test_none_is_written_where_none_is_wanted(desk: Desk, kind: Kind, values: dict[str, Any]) -> None:
    desk.publish(kind, **values)
    desk.go_on()
    assert desk.instagram.calls == []
    assert desk.flow.next_moment() is None


def test_a_kill_after_the_call_is_settled_by_looking(desk: Desk) -> None:
    post_id = desk.publish()
    desk.fail(DIE_AFTER)
    with pytest.raises(Killed):
        desk.flow.run()
    assert desk.found(post_id).status == "sending"
    desk.flow = desk.another_flow()
    desk.flow.run()
    assert desk.instagram.calls == ["comment_on_media"]
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.found(post_id).status == "sent"


@pytest.mark.parametrize("there", [WORDS, "Daftar lewat tautan di bio  ya, Bunda 🌸 Sampai besok!"])
def test_a_comment_that_was_made_and_then_refused_is_found(desk: Desk, there: str) -> None:
    """Seen with another program: each repetition after such an answer made one more comment."""
    post_id = desk.publish()
    desk.fail(Unanswered("No", said=said(20, 1772107, "Invalid parameter")))
    desk.flow.run()
    ig_id = desk.instagram.comment(desk.instagram.published[0].ig_id, desk.instagram.me.username, there)
    desk.go_on()
    assert desk.instagram.calls.count("comment_on_media") == 1
    assert (desk.found(post_id).status, desk.found(post_id).ig_id) == ("sent", ig_id)


def test_what_is_not_there_after_two_looks_is_sent_once_more(desk: Desk) -> None:
    post_id = desk.publish()
    desk.fail("lost_before")
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.instagram.calls.count("comment_on_media") == 2
    assert desk.instagram.calls.count("comments") == 2
    assert desk.found(post_id).status == "sent"


def test_the_same_words_by_somebody_else_are_not_ours(desk: Desk) -> None:
    desk.publish()
    desk.fail("lost_before")
    desk.flow.run()
    desk.instagram.comment(desk.instagram.published[0].ig_id, "bunda_rara", WORDS)
    desk.go_on()
    assert desk.texts() == [WORDS]


def test_words_whose_author_is_withheld_count_as_ours(desk: Desk) -> None:
    post_id = desk.publish()
    desk.instagram.hides_authors = True
    desk.fail("lost_after")
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.found(post_id).status == "sent"


def test_a_list_that_shows_fewer_than_are_counted_is_no_look_in_vain(desk: Desk) -> None:
    """On some accounts Meta lists nothing although it counts comments (section C)."""
    post_id = desk.publish()
    desk.instagram.hides_comments = True
    desk.fail("lost_after")
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.found(post_id).status == "unconfirmed"
    (letter,) = desk.letters()
    assert "Komentar pertama P-01 belum pasti terkirim" in letter
    assert "Alasan: Instagram tidak memberi jawaban yang jelas\n" in letter
    assert "Mohon dilihat di bawah postingannya" in letter
    assert WORDS in letter


def test_a_clear_no_is_never_repeated_even_where_it_proves_nothing(desk: Desk) -> None:
    post_id = desk.publish()
    desk.fail(Unanswered("No", said=said(100, None, "Comments are turned off for this media")))
    desk.go_on()
    assert desk.instagram.calls.count("comment_on_media") == 1
    assert desk.instagram.calls.count("comments") == 2
    found = desk.found(post_id)
    assert (found.status, found.said_no) == ("failed", True)
    (letter,) = desk.letters()
    assert "Alasan: Instagram menolaknya, dan di bawah postingan memang tidak ada\n" in letter


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Refused("Meta says no"), "Instagram menolaknya"),
        (PermissionLost("Meta says no"), "token akun tidak punya izin untuk ini"),
        (AccountBlocked("Meta says no"), "akun Instagram sedang dibatasi"),
        (MediaRejected("Meta says no"), "teksnya tidak dapat dikirim"),
    ],
)
def test_a_refusal_is_told_with_its_reason_and_not_repeated(desk: Desk, error: Refused, why: str) -> None:
    post_id = desk.publish()
    desk.fail(error)
    desk.go_on(48 * HOUR)
    assert desk.instagram.calls == ["comment_on_media"]
    assert desk.found(post_id).status == "failed"
    (letter,) = desk.letters()
    assert "Komentar pertama P-01 tidak dapat dikirim" in letter
    assert why in letter
    assert "[Meta says no]" in letter


@pytest.mark.parametrize("stop", [Throttled("later", wait_seconds=300), TokenExpired("dead")])
def test_what_stops_the_account_postpones_it(desk: Desk, stop: Exception) -> None:
    post_id = desk.publish()
    desk.publish(key="P-02")
    desk.fail(stop)
    with pytest.raises(type(stop)):
        desk.flow.run()
    assert desk.instagram.calls == ["comment_on_media"]
    assert desk.found(post_id).status == "planned"
    assert desk.flow.next_moment() == START + 5 * MINUTE
    desk.flow.run()
    assert len(desk.instagram.calls) == 1
    desk.go_on(6 * MINUTE)
    assert len(desk.texts()) == 2
    assert desk.found(post_id).calls == 1


def test_a_post_settled_late_may_have_got_its_comment_by_hand(desk: Desk) -> None:
    post_id = desk.publish()
    desk.instagram.comment(desk.instagram.published[0].ig_id, desk.instagram.me.username, WORDS)
    desk.clock.forward(HOUR)
    desk.go_on()
    assert desk.texts() == []
    assert (desk.found(post_id).status, desk.letters()) == ("skipped", [])


def test_under_a_post_that_was_found_after_a_restore_its_comment_may_stand(desk: Desk) -> None:
    """This database never sent it, and takes the moment at which it was found for that at which it went out."""
    post_id = desk.publish(intent_at=None)
    desk.instagram.comment(desk.instagram.published[0].ig_id, desk.instagram.me.username, WORDS)
    desk.go_on()
    assert (desk.texts(), desk.found(post_id).status, desk.letters()) == ([], "skipped", [])


def test_a_post_settled_late_gets_its_comment_after_a_look(desk: Desk) -> None:
    desk.publish()
    desk.clock.forward(HOUR)
    desk.fail("lost_before")
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.instagram.calls[-1] == "comment_on_media"
    assert desk.instagram.calls.count("comment_on_media") == 1


def test_under_a_post_that_is_gone_there_is_nothing_to_write(desk: Desk) -> None:
    post_id = desk.publish()
    desk.instagram.published.clear()
    desk.clock.forward(HOUR)
    desk.go_on()
    assert desk.found(post_id).status == "skipped"
    assert "tidak ada lagi" in desk.found(post_id).last_error


def test_days_later_it_is_a_persons_matter(desk: Desk) -> None:
    post_id = desk.publish()
    desk.clock.forward(timedelta(days=2, seconds=1))
    desk.go_on()
    assert desk.instagram.calls == []
    assert desk.found(post_id).status == "skipped"
    (letter,) = desk.letters()
    assert "sudah terlalu lama" in letter


def test_a_post_whose_time_has_come_goes_before_a_comment(desk: Desk) -> None:
    desk.publish()
    with desk.database.writing() as connection:
        ready = plan_post(connection, key="P-02", status="ready", container_id="1")
    desk.flow.run()
    assert desk.instagram.calls == []
    with desk.database.writing() as connection:
        posts.set_values(connection, ready, status="cancelled")
    desk.flow.run()
    assert desk.texts() == [WORDS]


@pytest.mark.parametrize("sent", [True, False], ids=["to settle", "before the first call"])
def test_a_look_that_is_throttled_stops_the_pass_and_is_made_again(desk: Desk, sent: bool) -> None:
    post_id = desk.publish()
    if sent:
        desk.fail("lost_after")
        desk.flow.run()
    desk.clock.forward(HOUR)
    desk.fail(Throttled("later", wait_seconds=120))
    with pytest.raises(Throttled):
        desk.flow.run()
    assert desk.instagram.calls[-1] == "comments"
    desk.go_on()
    assert desk.texts() == [WORDS]
    assert desk.found(post_id).status == "sent"


def test_another_posts_comments_say_nothing_of_ours(desk: Desk) -> None:
    desk.publish()
    desk.fail("lost_before")
    desk.flow.run()
    other = desk.instagram.post_by_hand(Kind.IMAGE, "lain")
    desk.instagram.comment(other, desk.instagram.me.username, WORDS)
    desk.go_on()
    assert desk.texts() == [WORDS]


def test_two_workers_write_it_once(desk: Desk) -> None:
    desk.publish()
    desk.flow.run()
    with desk.database.reading() as connection:
        assert first_comments.wanted(connection, ACCOUNT) == []
    other = desk.another_flow()
    desk.publish(key="P-02")
    calls_before = len(desk.instagram.calls)

    desk.instagram.meanwhile = other.run
    desk.flow.run()
    assert desk.instagram.calls[calls_before:] == ["comment_on_media"]


@pytest.mark.parametrize("hides_authors", [False, True])
def test_the_inbox_knows_it_as_ours(desk: Desk, hides_authors: bool) -> None:
    """Else the worker would thank itself: the words here would be taken for praise."""
    thanks = "Terima kasih, pelayanannya ramah sekali 🙏"
    desk.publish(text=thanks)
    desk.go_on(MINUTE)
    desk.instagram.hides_authors = hides_authors
    classifier = Classifier(shipped.classifier_model())
    reader = InboxReader(ACCOUNT, desk.database, desk.instagram, classifier, desk.clock, InboxRules())
    reader.run()
    with desk.database.reading() as connection:
        stored = connection.exec_driver_sql("SELECT own, text FROM messages").all()
        assert messages.to_thank(connection, ACCOUNT) == []
    assert [(bool(row.own), row.text) for row in stored] == [(True, thanks)]


def test_the_same_words_by_somebody_are_not_ours_where_the_author_is_named(desk: Desk) -> None:
    desk.publish()
    desk.go_on(MINUTE)
    media_id = desk.instagram.published[0].ig_id
    with desk.database.reading() as connection:
        given: tuple[str, str, str] = (media_id, "17999", "bunda_rara")
        assert not first_comments.is_ours(connection, ACCOUNT, *given, WORDS)
        assert first_comments.is_ours(connection, ACCOUNT, media_id, "17999", "", f" {WORDS}  ")
        assert not first_comments.is_ours(connection, ACCOUNT, "another", "17999", "", WORDS)


def test_a_look_before_the_first_call_that_fails_is_made_again(desk: Desk) -> None:
    post_id = desk.publish()
    desk.clock.forward(HOUR)
    desk.fail(Unanswered("no answer"))
    desk.flow.run()
    later: datetime = desk.clock.now() + 5 * MINUTE
    assert desk.flow.next_moment() == later
    assert desk.found(post_id).last_error == "Instagram tidak memberi jawaban yang jelas [no answer]"
