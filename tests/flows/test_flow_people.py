"""People as they are: they edit, complain after praising, hide their names, and need help at once."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from fakes.fake_instagram import FakeInstagram, FaultPlan
from ig_worker import shipped
from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, NeedsPerson, Unanswered
from ig_worker.domain.instagram import Comment, Kind, Page
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.casework.caseworker import Casework
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.opening import Rules
from ig_worker.flows.inbox.reader import InboxReader
from ig_worker.flows.inbox.rules import Rules as InboxRules
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.responder import Responder
from ig_worker.flows.replying.thanking import Thanking
from ig_worker.store import cases, deadlines, messages
from ig_worker.store.database import Database

CLASSIFIER = Classifier(shipped.classifier_model())
ZONE = ZoneInfo("Asia/Jakarta")
TEAMS = ("complaint_team", "on_duty", "operators")
PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
COMPLAINT = "Antrean loket lama sekali, dari jam 7 belum dipanggil, mengecewakan 😡"
DANGER = "Tolong, ibu saya pingsan dan sesak napas di ruang antrean!"
MINUTE = timedelta(minutes=1)
PEOPLE = {"antrean": "Bu Rina", "lainnya": ""}


class Paper:
    """Takes every notice, and draws cards unless told that it cannot."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        """(team, title, body)."""
        self.cannot_draw = False

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        if self.cannot_draw:
            raise NeedsPerson("no card")
        out.write_bytes(b"card")

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        out.write_bytes(b"report")

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        self.told.append((url, title, body))


class Desk:
    """Everything that deals with people, run by hand."""

    def __init__(self, database: Database, folder: Path, teams: Sequence[str] = TEAMS) -> None:
        self.database = database
        self.clock = HandClock()
        self.instagram = FakeInstagram(self.clock)
        self.paper = Paper()
        self.media_id = self.instagram.post_by_hand(Kind.IMAGE, "Jam layanan")
        letters = outbox(*teams)
        self.reader = InboxReader(ACCOUNT, database, self.instagram, CLASSIFIER, self.clock, InboxRules())
        manners = Manners(zone=ZONE, delay_seconds=(120, 120))
        phrasebook = Phrasebook.from_mapping(shipped.thanks())
        self.responder = Responder(
            ACCOUNT,
            database,
            self.instagram,
            [Thanking(phrasebook, manners)],
            self.clock,
            random.Random(1),
            manners,
        )

        def due(opened_at: datetime, _severity: str) -> list[tuple[str, datetime]]:
            return [("resolve", opened_at + timedelta(days=3))]

        room = EvidenceRoom(database, self.paper, folder, "Asia/Jakarta")
        self.casework = Casework(ACCOUNT, database, room, letters, self.clock, Rules(ZONE, {}, due, PEOPLE))
        addresses = Addresses({f"target-{team}": team for team in TEAMS})
        self.notifier = Notifier(database, self.paper, letters, addresses, folder, self.clock)

    def go_on(self, minutes: int, *, read: bool = True) -> None:
        """Let so many minutes pass, with everybody at work every minute; without `read` nobody reads the inbox."""
        for _ in range(minutes):
            for flow in (self.reader, self.responder, self.casework, self.notifier, self.casework):
                if read or flow is not self.reader:
                    flow.run()
            self.clock.forward(MINUTE)

    @property
    def thanks(self) -> int:
        """How often anybody was thanked."""
        return len(self.instagram.replies_sent) + len(self.instagram.messages_sent)

    def messages(self) -> Sequence[Any]:
        """What is stored of people's words."""
        with self.database.reading() as connection:
            return messages.listed(connection)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database, tmp_path)


def test_praise_that_stays_praise_is_thanked(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(10)
    assert desk.thanks == 1


def test_praise_edited_into_a_complaint_within_the_pause_is_not_thanked(desk: Desk) -> None:
    comment_id = desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(1)
    desk.instagram.edit_comment(comment_id, COMPLAINT)
    desk.go_on(10, read=False)
    assert desk.thanks == 0
    desk.go_on(3)
    assert desk.thanks == 0
    (message,) = desk.messages()
    assert (message.text, message.case_number) == (COMPLAINT, "K-2026-0001")


def test_a_praise_that_complains_days_later_has_its_deadlines_from_then(desk: Desk) -> None:
    comment_id = desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(10)
    desk.clock.forward(timedelta(days=5))
    desk.instagram.edit_comment(comment_id, COMPLAINT)
    edited_at = desk.clock.now()
    desk.go_on(3)
    with desk.database.reading() as connection:
        (case,) = cases.listed(connection)
        (due,) = deadlines.of_case(connection, case.id)
    assert timedelta(0) <= case.row.opened_at - edited_at < timedelta(minutes=3)
    assert due.due_at == case.row.opened_at + timedelta(days=3)


def test_a_complaint_right_after_the_praise_keeps_the_thanks_back(desk: Desk) -> None:
    desk.instagram.message("bunda_rara", PRAISE)
    desk.go_on(1)
    desk.instagram.message("bunda_rara", COMPLAINT)
    desk.go_on(3, read=False)
    assert desk.thanks == 0
    desk.go_on(20)
    assert desk.thanks == 0
    assert {message.reply_status for message in desk.messages()} == {"skipped", None}


def test_a_praise_right_after_the_complaint_is_left_to_a_person(desk: Desk) -> None:
    desk.instagram.message("bunda_rara", COMPLAINT)
    desk.clock.forward(timedelta(seconds=20))
    desk.instagram.message("bunda_rara", PRAISE)
    desk.go_on(10)
    assert desk.thanks == 0


def test_one_persons_complaint_does_not_keep_another_from_being_thanked(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(10)
    assert desk.thanks == 1


def test_a_look_that_fails_right_before_the_thanks_puts_them_off(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(2)
    desk.clock.forward(MINUTE)
    desk.instagram.faults = FaultPlan({len(desk.instagram.calls) + 1: "lost_before"})
    desk.responder.run()
    assert desk.thanks == 0
    desk.go_on(10)
    assert desk.thanks == 1


class NamesWithheld(FakeInstagram):
    """An Instagram that does not say who wrote, as Meta does without the permission (section C)."""

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        page = super().comments(media_id, after)
        return Page(tuple(map(self._nameless, page.items)), page.after)

    def comment_replies(self, comment_id: str, media_id: str, after: str | None = None) -> Page[Comment]:
        page = super().comment_replies(comment_id, media_id, after)
        return Page(tuple(map(self._nameless, page.items)), page.after)

    def _nameless(self, comment: Comment) -> Comment:
        bare = replace(comment, author="", author_id="", own=False)
        return replace(bare, replies=tuple(map(self._nameless, comment.replies)))


def nameless(desk: Desk) -> NamesWithheld:
    """Let the desk's Instagram withhold every name from now on."""
    desk.instagram.__class__ = NamesWithheld
    assert isinstance(desk.instagram, NamesWithheld)
    return desk.instagram


def test_thanks_whose_answer_was_lost_are_found_although_names_are_withheld(desk: Desk) -> None:
    instagram = nameless(desk)
    instagram.comment(desk.media_id, "bunda_rara", PRAISE)
    desk.go_on(2)
    desk.clock.forward(MINUTE)
    instagram.faults = FaultPlan({len(instagram.calls) + 2: "lost_after"})
    desk.responder.run()
    assert desk.thanks == 1
    desk.go_on(30)
    assert desk.thanks == 1
    assert [message.reply_status for message in desk.messages()] == ["sent"]


def test_strangers_whose_names_are_withheld_share_no_case(desk: Desk) -> None:
    instagram = nameless(desk)
    instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    instagram.comment(desk.media_id, "bu_sri", COMPLAINT + " Kapan diperbaiki?")
    desk.go_on(3)
    assert len({message.case_number for message in desk.messages()}) == 2


def test_a_reading_without_text_leaves_what_was_read_before(desk: Desk) -> None:
    comment_id = desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.go_on(1)
    desk.instagram.edit_comment(comment_id, None)  # type: ignore[arg-type]
    desk.instagram.comment(desk.media_id, "bunda_rara", "Halo")
    desk.go_on(1)
    assert [message.text for message in desk.messages()] == [COMPLAINT, "Halo"]


def test_an_edited_complaint_stays_a_case_and_its_first_words_are_kept(desk: Desk) -> None:
    comment_id = desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.reader.run()
    desk.instagram.edit_comment(comment_id, "Halo")
    desk.clock.forward(timedelta(hours=7))
    desk.go_on(2)
    (message,) = desk.messages()
    assert (message.text, message.edited, message.case_number) == ("Halo", True, "K-2026-0001")


class OnePostBroken(FakeInstagram):
    """An Instagram on which one post's comments cannot be read."""

    broken = ""

    def comments(self, media_id: str, after: str | None = None) -> Page[Comment]:
        if media_id == self.broken:
            raise Unanswered("broken JSON")
        return super().comments(media_id, after)


def test_a_post_that_cannot_be_read_keeps_no_other_one_waiting(desk: Desk) -> None:
    other = desk.instagram.post_by_hand(Kind.IMAGE, "Posyandu")
    desk.instagram.__class__ = OnePostBroken
    assert isinstance(desk.instagram, OnePostBroken)
    desk.instagram.broken = other
    desk.instagram.comment(other, "bu_sri", "Jam berapa bukanya?")
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.instagram.message("bunda_rara", PRAISE)
    with pytest.raises(IgWorkerError):
        desk.reader.run()
    assert {message.author for message in desk.messages()} == {"pak_budi", "bunda_rara"}


def test_comments_that_the_list_shows_later_than_the_count_are_read(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "bu_sri", "Halo")
    late = desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    kept = desk.instagram._comments.pop(late)
    media = desk.instagram.media_with_counts(desk.clock.now() - timedelta(days=1)).items[0]
    desk.instagram.media_with_counts = lambda *_: Page((replace(media, comments_count=2),))  # type: ignore[method-assign]
    desk.go_on(2)
    desk.instagram._comments[late] = kept
    desk.go_on(12)
    assert {message.author for message in desk.messages()} == {"bu_sri", "pak_budi"}


def test_a_danger_that_is_a_question_reaches_those_on_duty_once(desk: Desk) -> None:
    desk.instagram.message("pak_budi", "Dok, anak saya kejang, bagaimana ini?")
    desk.go_on(3)
    told = [title for team, title, _ in desk.paper.told if team == "on_duty"]
    assert len(told) == 1
    assert told[0].startswith("DARURAT")


def test_nobody_can_write_a_line_of_the_alarm_and_it_says_where_to_look(desk: Desk) -> None:
    desk.instagram.message(
        "pak_budi", "Dok, anak saya kejang, bagaimana ini?\nLihat: ig-worker cases show K-2026-0666"
    )
    desk.go_on(3)
    (body,) = [body for team, title, body in desk.paper.told if team == "on_duty" and title == "DARURAT"]
    (message,) = desk.messages()
    assert [line for line in body.splitlines() if line.startswith("Lihat:")] == [
        f"Lihat: ig-worker inbox show {message.id}"
    ]


def test_a_danger_in_an_open_case_makes_it_grave_and_reaches_those_on_duty(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.go_on(2)
    with desk.database.writing() as connection:
        (message,) = messages.listed(connection)
        connection.exec_driver_sql("UPDATE cases SET severity = 'biasa'")
    desk.instagram.comment(desk.media_id, "pak_budi", f"{COMPLAINT} {DANGER}")
    desk.go_on(2)
    with desk.database.reading() as connection:
        grave = [stored for stored in cases.listed(connection) if stored.row.severity == "darurat"]
    assert len(grave) == 1
    assert [title for team, title, _ in desk.paper.told if team == "on_duty"]
    assert message.case_number == "K-2026-0001"


def test_a_second_danger_in_a_case_that_is_grave_already_reaches_those_on_duty_too(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "pak_budi", f"{COMPLAINT} {DANGER}")
    desk.go_on(2)
    (first,) = [body for team, _, body in desk.paper.told if team == "on_duty"]
    desk.go_on(20)
    desk.instagram.comment(desk.media_id, "pak_budi", f"{COMPLAINT} Sekarang beliau kejang, tolong!")
    desk.go_on(2)
    bodies = [body for team, _, body in desk.paper.told if team == "on_duty"]
    assert len(bodies) == 2
    assert "kejang" in bodies[1]
    assert "kejang" not in first


def test_where_only_operators_are_named_they_hear_of_complaints_and_dangers(tmp_path: Path) -> None:
    with bench_database() as database:
        desk = Desk(database, tmp_path, ["operators"])
        desk.instagram.comment(desk.media_id, "bunda_rara", COMPLAINT)
        desk.instagram.message("pak_budi", "Dok, anak saya kejang, bagaimana ini?")
        desk.go_on(3)
        told = [title for team, title, _ in desk.paper.told if team == "operators"]
        assert any(title.startswith("K-2026-0001") for title in told)
        assert "DARURAT" in told


def test_words_that_join_a_case_are_told_even_without_a_picture(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.go_on(2)
    desk.paper.cannot_draw = True
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT + " Sampai sekarang belum juga.")
    desk.go_on(6)
    assert [title for _, title, _ in desk.paper.told if title.endswith("(tambahan)")]


def test_where_somebody_of_the_centre_has_written_the_worker_says_nothing_more(desk: Desk) -> None:
    question = desk.instagram.comment(desk.media_id, "pak_budi", "Jam berapa bukanya?")
    desk.instagram.comment(desk.media_id, desk.instagram.me.username, "Jam 7, Pak.", parent_id=question)
    desk.go_on(1)
    desk.instagram.comment(desk.media_id, "bunda_rara", PRAISE, parent_id=question)
    desk.go_on(10)
    assert desk.thanks == 0


def test_a_case_names_the_person_in_charge_of_its_topic(desk: Desk) -> None:
    desk.instagram.comment(desk.media_id, "pak_budi", COMPLAINT)
    desk.go_on(2)
    (body,) = [body for team, _, body in desk.paper.told if team == "complaint_team"]
    assert "Topik: antrean · Unit: - · PJ: Bu Rina · Tingkat: " in body
