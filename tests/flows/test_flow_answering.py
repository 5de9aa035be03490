"""What a person does with a message, where Instagram or somebody else comes in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from fakes.fake_instagram import FakeInstagram, FaultPlan
from ig_worker import shipped
from ig_worker.domain.answering import CannotAnswer
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import TokenExpired
from ig_worker.domain.instagram import Kind
from ig_worker.domain.reply import Status
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.relabelling import relabel
from ig_worker.flows.replying.answering import Answering, Manners
from ig_worker.flows.replying.hiding import Hiding
from ig_worker.store import answers, mailbox, messages
from ig_worker.store.database import Database
from ig_worker.store.schema import notices

CLASSIFIER = Classifier(shipped.classifier_model())
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Centre:
    """One account, its inbox, and a person at a desk."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jadwal imunisasi")
        self.outbox = outbox("complaint_team", "unit:farmasi")

    @property
    def answering(self) -> Answering:
        manners = Manners(units={"obat": "farmasi"})
        return Answering(ACCOUNT, self.database, self.instagram, self.outbox, self.clock, manners)

    @property
    def hiding(self) -> Hiding:
        return Hiding(self.database, self.instagram, self.clock)

    def polled(self, ig_id: str) -> int:
        """Our number of a message, after a look into the inbox."""
        InboxReader(ACCOUNT, self.database, self.instagram, CLASSIFIER, self.clock, InboxRules()).run()
        with self.database.reading() as connection:
            (row,) = mailbox.found(connection, ig_id)
        number: int = row.id
        return number

    def asked(self, channel: str = "comment", text: str = "Kapan obatnya ada lagi?") -> int:
        if channel == "dm":
            return self.polled(self.instagram.message("bunda_rara", text))
        return self.polled(self.instagram.comment(self.media_id, "bunda_rara", text))

    def next_call(self, fault: Any, after: int = 0) -> None:
        self.instagram.faults = FaultPlan({len(self.instagram.calls) + 1 + after: fault})

    def change(self, number: int, **values: Any) -> None:
        with self.database.writing() as connection:
            messages.change(connection, number, self.clock.now(), "changed", **values)

    def passes(self, count: int) -> None:
        for _ in range(count):
            self.clock.forward(5 * MINUTE)
            self.answering.run()

    def letters(self) -> list[tuple[str, str]]:
        with self.database.reading() as connection:
            return [
                (row.team, row.body) for row in connection.execute(select(notices).order_by(notices.c.id))
            ]

    def statuses(self, number: int) -> list[str]:
        with self.database.reading() as connection:
            return [row.status for row in answers.to_message(connection, number)]


@pytest.fixture
def centre() -> Iterator[Centre]:
    with bench_database() as database:
        yield Centre(database)


def test_a_conversation_that_cannot_be_looked_at_is_judged_by_what_is_known(centre: Centre) -> None:
    number = centre.asked("dm")
    centre.clock.forward(2 * DAY)
    centre.next_call("lost_before")
    assert centre.answering.answer(number, "Besok, Kak", "Sari").human_agent
    centre.clock.forward(6 * DAY)
    centre.next_call("lost_before")
    with pytest.raises(CannotAnswer, match="seven days"):
        centre.answering.answer(number, "Lusa, Kak", "Sari")


@pytest.mark.parametrize("changes", [{"own": True}, {"account": "lain"}])
def test_what_is_not_the_publics_here_cannot_be_answered(centre: Centre, changes: dict[str, Any]) -> None:
    number = centre.asked()
    centre.change(number, **changes)
    with pytest.raises(CannotAnswer):
        centre.answering.answer(number, "Besok", "Sari")
    with pytest.raises(CannotAnswer):
        centre.answering.answer(number + 99, "Besok", "Sari")
    assert centre.instagram.replies_sent == []


def test_under_a_hidden_comment_nothing_can_be_answered(centre: Centre) -> None:
    above = centre.asked()
    with centre.database.reading() as connection:
        (row,) = mailbox.found(connection, str(above))
    below = centre.polled(
        centre.instagram.comment(centre.media_id, "ani", "Iya, kapan?", parent_id=row.ig_id)
    )
    centre.hiding.hide(above, True, "Sari")
    with pytest.raises(CannotAnswer, match="under a hidden comment") as refused:
        centre.answering.answer(below, "Besok", "Sari")
    assert f"inbox hide {above} --unhide" in refused.value.cure


@pytest.mark.parametrize("fault", ["lost_before", "throttled", TokenExpired("dead")])
def test_a_look_that_fails_leaves_it_to_the_worker(centre: Centre, fault: Any) -> None:
    number = centre.asked()
    at = len(centre.instagram.calls)
    centre.instagram.faults = FaultPlan({at + 1: "lost_after", at + 2: fault})
    assert centre.answering.answer(number, "Besok, Kak", "Sari").reply.status is Status.SENDING
    centre.passes(1)
    assert centre.statuses(number) == ["sent"]
    assert len(centre.instagram.replies_sent) == 1


def test_words_of_staff_that_stood_there_before_are_not_the_answer(centre: Centre) -> None:
    number = centre.asked()
    with centre.database.reading() as connection:
        (row,) = mailbox.found(connection, str(number))
    words = "@bunda_rara Besok, Kak"
    centre.instagram.comment(centre.media_id, centre.instagram.me.username, words, parent_id=row.ig_id)
    centre.polled(row.ig_id)
    centre.clock.forward(MINUTE)
    centre.next_call("lost_before")
    assert centre.answering.answer(number, "Besok, Kak", "Sari").reply.status is Status.SENDING
    centre.passes(4)
    assert centre.statuses(number) == ["sent"]
    assert len(centre.instagram.replies_sent) == 1


def test_an_answer_that_lies_behind_what_can_be_read_is_not_sent_again(centre: Centre) -> None:
    number = centre.asked("dm")
    at = len(centre.instagram.calls)
    centre.instagram.faults = FaultPlan({at + 1: "lost_after", at + 2: "lost_before"})
    assert centre.answering.answer(number, "Besok, Kak", "Sari").reply.status is Status.SENDING
    for line in range(25):
        centre.clock.forward(timedelta(seconds=1))
        centre.instagram.message("bunda_rara", f"Halo? {line}")
    centre.passes(12)
    assert len(centre.instagram.messages_sent) == 1
    assert centre.statuses(number) == ["unconfirmed"]


@pytest.mark.parametrize(("topic", "team"), [("obat", "unit:farmasi"), ("gigi", "complaint_team")])
def test_an_answer_of_which_nothing_is_sure_is_told_to_the_unit(
    centre: Centre, topic: str, team: str
) -> None:
    number = centre.asked()
    centre.change(number, topic=topic)
    centre.next_call("lost_before")
    centre.answering.answer(number, "Besok, Kak, WA 081234567890", "Sari")
    centre.instagram.faults = FaultPlan(dict.fromkeys(range(99), "lost_before"))
    centre.passes(30)
    assert centre.statuses(number) == ["unconfirmed"]
    ((told, body),) = centre.letters()
    assert told == team
    assert body.splitlines() == [
        f"Jawaban untuk pesan {number} belum pasti terkirim.",
        "Ditulis oleh: Sari",
        "Alasan: Instagram tidak memberi kepastian.",
        "“Besok, Kak, WA 08••••••••90”",
        "Mohon dilihat di Instagram; bila belum ada, mohon dijawab lagi.",
        f"Lihat: ig-worker inbox show {number}",
    ]


def test_an_answer_that_is_refused_later_says_why(centre: Centre) -> None:
    number = centre.asked()
    centre.next_call("throttled")
    assert centre.answering.answer(number, "Besok, Kak", "Sari").reply.status is Status.PLANNED
    centre.next_call("refused")
    centre.passes(1)
    ((_, body),) = centre.letters()
    assert "Alasan: Instagram menolaknya [reply_to_comment: no]." in body
    assert "Mohon dijawab lagi bila masih diperlukan." in body


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_what_can_no_longer_be_answered_is_not_sent_after_all(centre: Centre, channel: str) -> None:
    number = centre.asked(channel)
    centre.clock.forward(7 * DAY - 4 * MINUTE if channel == "dm" else MINUTE)
    centre.next_call("throttled", after=channel == "dm")
    assert centre.answering.answer(number, "Besok, Kak", "Sari").reply.status is Status.PLANNED
    if channel == "comment":
        centre.change(number, deleted=True)
    centre.passes(2)
    assert centre.statuses(number) == ["skipped"]
    ((_, body),) = centre.letters()
    assert "Pesan ini tidak dapat dijawab lagi lewat ig-worker" in body
    assert centre.instagram.replies_sent == centre.instagram.messages_sent == []


def test_an_answer_within_a_day_that_waits_goes_out_as_a_persons(centre: Centre) -> None:
    number = centre.asked("dm")
    centre.clock.forward(DAY - MINUTE)
    centre.next_call("throttled")
    assert not centre.answering.answer(number, "Besok, Kak", "Sari").human_agent
    centre.passes(2)
    assert centre.statuses(number) == ["sent"]
    with centre.database.reading() as connection:
        (row,) = answers.to_message(connection, number)
        assert row.human_agent


def test_a_pass_that_meets_a_limit_stops_and_goes_on_later(centre: Centre) -> None:
    number = centre.asked()
    centre.next_call("throttled")
    centre.answering.answer(number, "Besok, Kak", "Sari")
    centre.clock.forward(5 * MINUTE)
    centre.next_call(TokenExpired("dead"))
    with pytest.raises(TokenExpired):
        centre.answering.run()
    assert centre.statuses(number) == ["planned"]
    centre.passes(4)
    assert centre.statuses(number) == ["sent"]


def test_a_message_that_is_not_there_or_is_ours_cannot_be_hidden(centre: Centre) -> None:
    number = centre.asked()
    centre.change(number, own=True)
    with pytest.raises(CannotAnswer, match="there is no message"):
        centre.hiding.hide(number + 99, True, "Sari")
    with pytest.raises(CannotAnswer, match="Instagram always shows those"):
        centre.hiding.hide(number, True, "Sari")
    assert "hide_comment" not in centre.instagram.calls


def test_a_label_is_not_given_to_words_that_changed_meanwhile(centre: Centre) -> None:
    number = centre.asked()
    with centre.database.reading() as connection:
        (row,) = mailbox.found(connection, str(number))
    centre.change(number, text="Terima kasih, sudah ada")
    with centre.database.writing() as connection:
        now = centre.clock.now()
        done = relabel(connection, row, "keluhan", None, by="Sari", now=now, thanked_for=DAY)
        assert not done.kept
        (after,) = mailbox.found(connection, str(number))
        assert after.label_by == ""
