"""What needs a person reaches the team of its topic in time, in one letter, and again until somebody has answered."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from ig_worker import shipped
from ig_worker.domain.frequent import Frequent
from ig_worker.domain.suggestions import Suggestions
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.standing import standing
from ig_worker.flows.waiting.letters import MOST_CHARACTERS, WhoAnswers
from ig_worker.flows.waiting.register import Register
from ig_worker.flows.waiting.telling import Desks, Telling
from ig_worker.store import messages
from ig_worker.store.database import Database, StorageError
from ig_worker.store.schema import messages as messages_table
from ig_worker.store.schema import notices, our_media, waiting_messages

ZONE = ZoneInfo("Asia/Jakarta")
OPENING = {**dict.fromkeys(range(5), (time(7, 30), time(14))), 5: (time(7, 30), time(12, 30))}
CALENDAR = WorkingCalendar(OPENING, frozenset(), ZONE)
HOURS = Frequent("jam_buka", ("jam berapa buka",), "Senin–Jumat 07.30–14.00, Kak.")
TOPICS = {"obat": "farmasi", "gigi": "gigi", "jam_layanan": "humas"}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Desk:
    """The list and its letters, at a centre whose pharmacy alone has channels of its own."""

    def __init__(self, database: Database, letters: Outbox, *accounts: str) -> None:
        self.database = database
        self.clock = HandClock()
        suggestions = Suggestions.of(shipped.suggestions(), [HOURS], OPENING)
        names = accounts or (ACCOUNT,)
        answering = WhoAnswers(
            ZONE, TOPICS, {"obat": "Bu Rina"}, suggestions, several_accounts=len(names) > 1
        )
        self.register = Register(names, database, self.clock)
        self.telling = Telling(
            names, database, letters, self.clock, Desks(TOPICS, lambda _: CALENDAR), answering
        )
        self._count = 0

    def wrote(self, text: str = "Kak, buka jam berapa?", **more: Any) -> int:
        """A message that was read just now; returns its number."""
        self._count += 1
        now = self.clock.now()
        values = {
            "account": ACCOUNT,
            "channel": "dm",
            "ig_id": f"m{self._count}",
            "conversation_id": f"t{self._count}",
            "author": "bunda_rara",
            "author_id": "77",
            "text": text,
            "attachments": [],
            "reasons": [],
            "sent_at": now,
            "first_seen_at": now,
            "label": "pertanyaan",
            "topic": "jam_layanan",
            **more,
        }
        with self.database.writing() as connection:
            message_id = messages.add(connection, values)
        assert message_id is not None
        return message_id

    def change(self, message_id: int, **values: Any) -> None:
        with self.database.writing() as connection:
            connection.execute(
                update(messages_table).where(messages_table.c.id == message_id).values(**values)
            )

    def go_on(self, span: timedelta = timedelta(0), step: timedelta = 10 * MINUTE) -> None:
        """Let time pass with a pass of the job now and at every step."""
        end = self.clock.now() + span
        while True:
            self.register.run()
            self.telling.run()
            if self.clock.now() >= end:
                return
            self.clock.forward(min(step, end - self.clock.now()))

    def until(self, text: str) -> None:
        self.go_on(at(text) - self.clock.now())

    def letters(self) -> list[tuple[str, str, str]]:
        """Team, title and the local time, of everything that lies in the outbox."""
        with self.database.reading() as connection:
            rows = connection.execute(select(notices).order_by(notices.c.id)).all()
        return [(row.team, row.title, f"{row.written_at.astimezone(ZONE):%a %H.%M}") for row in rows]

    def bodies(self) -> list[str]:
        with self.database.reading() as connection:
            return list(connection.execute(select(notices.c.body).order_by(notices.c.id)).scalars())

    def settled(self) -> list[str]:
        with self.database.reading() as connection:
            query = select(waiting_messages.c.settled_by).order_by(waiting_messages.c.message_id)
            return list(connection.execute(query).scalars())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as fresh:
        yield fresh


@pytest.fixture
def desk(database: Database) -> Desk:
    """On a Wednesday at half past seven, as the doors open."""
    return Desk(database, outbox("complaint_team", "unit:farmasi", "operators"))


def test_a_question_is_told_to_its_team_after_an_hour_with_all_that_came_meanwhile(desk: Desk) -> None:
    desk.wrote(topic="obat", text="Obat batuk anak ada?")
    desk.go_on(40 * MINUTE)
    assert desk.letters() == []
    desk.wrote(topic="obat", text="Salep gatal ada?")
    desk.go_on(6 * HOUR)
    assert desk.letters() == [("unit:farmasi", "2 pesan menunggu jawaban", "Wed 08.30")]


def test_a_unit_without_channels_falls_back_to_the_complaint_team_in_one_letter(desk: Desk) -> None:
    desk.wrote(topic="gigi", text="Dokter gigi ada?")
    desk.wrote(topic="lainnya", text="Halo?")
    desk.go_on(2 * HOUR)
    assert desk.letters() == [("complaint_team", "2 pesan menunggu jawaban", "Wed 08.30")]


def test_what_came_at_night_is_told_when_the_doors_open_and_never_at_night(desk: Desk) -> None:
    desk.clock.move_to(at("2026-11-25 16:00"))
    desk.wrote()
    desk.until("2026-11-26 02:00")
    desk.wrote()
    desk.until("2026-11-26 07:20")
    assert desk.letters() == []
    desk.until("2026-11-26 14:00")
    assert [when for _, _, when in desk.letters()] == ["Thu 07.30"]


def test_a_letter_says_what_is_asked_why_and_what_could_be_answered(desk: Desk) -> None:
    with desk.database.writing() as connection:
        values = {
            "account": ACCOUNT,
            "ig_id": "p1",
            "posted_at": desk.clock.now(),
            "caption": "",
            "media_type": "",
        }
        link = "https://www.instagram.com/p/abc/"
        connection.execute(our_media.insert().values(**values, product_type="", permalink=link))
    first = desk.wrote()
    unsure = desk.wrote(
        "Bagus sih obatnya, hub 081234567890 NIK 3573012345678901",
        label="pujian",
        topic="obat",
        needs_review=True,
        reasons=["Perlu dilihat orang: ada pujian sekaligus tanda keluhan atau pertanyaan."],
        channel="comment",
        media_id="p1",
        conversation_id="",
    )
    desk.go_on(HOUR)
    pharmacy, team = sorted(desk.bodies(), key=lambda body: "Buka" in body or "buka" in body)
    assert f"[{first}] Pesan langsung · 25/11 07.30 · pertanyaan, topik jam layanan" in team
    assert "“Kak, buka jam berapa?”" in team
    assert "Mengapa: pertanyaan yang belum dijawab · Unit: humas\n" in team
    assert f"Saran jawaban: {HOURS.answer}" in team
    assert f"ig-worker inbox reply {first}" in team
    assert f"[{unsure}] Komentar · 25/11 07.30 · mungkin pujian, topik obat" in pharmacy
    assert (
        "Mengapa: ada pujian sekaligus tanda keluhan atau pertanyaan · Unit: farmasi · PJ: Bu Rina"
        in pharmacy
    )
    assert "https://www.instagram.com/p/abc/" in pharmacy
    for hidden in ("081234567890", "3573012345678901", "bunda_rara"):
        assert hidden not in pharmacy + team


def test_a_number_is_hidden_however_many_blanks_stand_before_it(desk: Desk) -> None:
    desk.wrote("Mohon dicek, Kak.\nTelp" + " " * 60 + ":" + " " * 60 + "491320")
    desk.go_on(HOUR)
    (body,) = desk.bodies()
    assert "Telp : ••••20" in body


def test_many_messages_fit_into_one_letter_that_says_how_many_are_left_out(desk: Desk) -> None:
    for _ in range(30):
        desk.wrote("Kak, " + "bagaimana caranya ya 🙏🏽 " * 80)
    desk.go_on(HOUR)
    (body,) = desk.bodies()
    shown = body.count("Saran jawaban:")
    assert 4 <= shown < 30
    assert f"… dan {30 - shown} pesan lainnya: ig-worker inbox list --waiting" in body
    assert len(body) <= MOST_CHARACTERS + 100
    desk.go_on(2 * HOUR)
    assert len(desk.letters()) == 1


def test_a_message_without_words_is_told_by_what_came(desk: Desk) -> None:
    why = "pesan suara: perlu didengarkan orang"
    desk.wrote("", label="lainnya", needs_review=True, reasons=[f"Perlu dilihat orang: {why}."])
    desk.go_on(HOUR)
    (body,) = desk.bodies()
    assert "(tanpa tulisan)" in body
    assert f"Mengapa: {why}" in body
    assert "Saran jawaban" not in body, "nobody knows yet whether there is anything to answer"


def test_each_working_day_without_an_answer_brings_a_reminder_and_the_fifth_reaches_others(
    desk: Desk,
) -> None:
    desk.wrote(topic="obat")
    desk.until("2026-12-08 14:00")
    times = ["Wed 08.30", "Thu 08.30", "Fri 08.30", "Sat 08.30", "Mon 08.30", "Tue 08.30"]
    told = [letter for letter in desk.letters() if letter[0] == "unit:farmasi"]
    assert [when for _, _, when in told] == times
    assert {title for _, title, _ in told[1:]} == {"Pengingat: 1 pesan belum dijawab"}
    others = [letter for letter in desk.letters() if letter[0] != "unit:farmasi"]
    assert others == [("complaint_team", "Belum dijawab 5 hari kerja: 1 pesan", "Tue 08.30")]


def test_what_the_complaint_team_leaves_unanswered_reaches_the_operators(desk: Desk) -> None:
    desk.wrote()
    desk.until("2026-12-08 14:00")
    assert [team for team, title, _ in desk.letters() if title.startswith("Belum dijawab")] == ["operators"]


def test_a_reminder_and_something_new_go_in_one_letter(desk: Desk) -> None:
    old = desk.wrote()
    desk.until("2026-11-26 07:30")
    new = desk.wrote("Parkirnya di mana?")
    desk.until("2026-11-26 09:30")
    assert desk.letters()[1:] == [
        ("complaint_team", "1 pesan menunggu jawaban (1 lagi belum dijawab)", "Thu 08.30")
    ]
    body = desk.bodies()[1]
    assert body.index(f"[{old}]") < body.index(f"[{new}]")


@pytest.mark.parametrize(
    ("change", "by"),
    [({"deleted": True}, "deleted"), ({"label": "lainnya"}, "label"), ({"opens_case": True}, "case")],
)
def test_nobody_is_told_of_what_needs_nobody_any_more(desk: Desk, change: dict[str, Any], by: str) -> None:
    message_id = desk.wrote()
    desk.go_on(30 * MINUTE)
    desk.change(message_id, **change)
    desk.go_on(3 * HOUR)
    assert desk.letters() == []
    assert desk.settled() == [by]


def test_an_answer_from_the_phone_ends_the_waiting(desk: Desk) -> None:
    desk.wrote()
    desk.go_on(HOUR)
    desk.wrote("Jam 07.30 Kak", own=True, conversation_id="t1", label="lainnya")
    desk.until("2026-11-28 12:00")
    assert len(desk.letters()) == 1
    assert desk.settled() == ["answered"]


def test_what_was_answered_before_it_was_read_never_waits(desk: Desk) -> None:
    desk.wrote()
    desk.wrote("Jam 07.30 Kak", own=True, conversation_id="t1", label="lainnya")
    desk.go_on(3 * HOUR)
    assert desk.letters() == []
    assert desk.settled() == ["answered"]


def test_a_comment_relabelled_to_a_question_waits_from_then_on(desk: Desk) -> None:
    message_id = desk.wrote("Kapan ya", label="lainnya")
    desk.until("2026-11-25 12:00")
    desk.change(message_id, label="pertanyaan", label_by="Sari")
    desk.until("2026-11-25 14:00")
    assert [when for _, _, when in desk.letters()] == ["Wed 13.00"]


def test_a_message_that_comes_back_waits_again_and_is_told_again(desk: Desk) -> None:
    message_id = desk.wrote()
    desk.go_on(HOUR)
    desk.change(message_id, deleted=True)
    desk.go_on(HOUR)
    desk.change(message_id, deleted=False)
    desk.go_on(2 * HOUR)
    assert [when for _, _, when in desk.letters()] == ["Wed 08.30", "Wed 10.30"]


def test_backlog_and_our_own_words_wait_for_nobody(desk: Desk) -> None:
    desk.wrote(backlog=True)
    desk.wrote(own=True)
    desk.go_on(3 * HOUR)
    assert (desk.letters(), desk.settled()) == ([], [])


def test_two_workers_at_one_database_write_one_letter(database: Database) -> None:
    letters = outbox("complaint_team")
    desks = [Desk(database, letters), Desk(database, letters)]
    desks[0].wrote()
    for desk in desks:
        desk.clock.move_to(at("2026-11-25 08:40"))
        desk.go_on()
    assert len(desks[0].letters()) == 1


def test_a_letter_that_could_not_be_written_leaves_the_messages_untold(desk: Desk) -> None:
    desk.wrote()
    desk.go_on(30 * MINUTE)
    with desk.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE notices RENAME TO out_of_reach")
    with pytest.raises(StorageError):
        desk.go_on(HOUR)
    with desk.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE out_of_reach RENAME TO notices")
    desk.go_on(HOUR)
    assert [title for _, title, _ in desk.letters()] == ["1 pesan menunggu jawaban"]


def test_where_nobody_can_be_told_the_log_says_so_once_and_nothing_is_lost(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    lonely = Desk(database, outbox())
    lonely.wrote()
    with caplog.at_level(logging.WARNING):
        lonely.go_on(3 * HOUR)
    assert [record.message for record in caplog.records if "nobody is told" in record.message] == [
        "nobody is told of 1 messages that wait for a person: [notify] complaint_team and operators are empty"
    ]
    found = Desk(database, outbox("operators"))
    found.clock.move_to(lonely.clock.now())
    found.go_on()
    assert [team for team, _, _ in found.letters()] == ["operators"]


def test_with_several_accounts_a_letter_says_whose_message_it_is(database: Database) -> None:
    desk = Desk(database, outbox("complaint_team"), ACCOUNT, "bakung")
    desk.wrote()
    desk.go_on(HOUR)
    assert f"Pesan langsung @{ACCOUNT} ·" in desk.bodies()[0]


def test_an_account_that_the_configuration_no_longer_names_is_left_alone(database: Database) -> None:
    desk = Desk(database, outbox("complaint_team"), "bakung")
    desk.wrote()
    desk.go_on(3 * HOUR)
    assert desk.letters() == []


def test_status_counts_what_really_waits_and_since_when(desk: Desk) -> None:
    def seen() -> tuple[int, str | None]:
        now = standing(desk.database, {}, desk.clock.now())
        return now["waiting_for_person"], now["waiting_since"]

    assert seen() == (0, None)
    begin = desk.clock.now()
    first = desk.wrote()
    desk.wrote(backlog=True)
    assert seen() == (1, begin.isoformat()), "also before the list was brought up to date"
    desk.go_on(HOUR)
    desk.wrote()
    assert seen() == (2, begin.isoformat())
    desk.change(first, deleted=True)
    assert seen() == (1, desk.clock.now().isoformat())
