"""The reminders of deadlines: to whom, when, once, and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from fakes.bench import ACCOUNT, HandClock, bench_database
from ig_worker.domain.case import Event, apply
from ig_worker.domain.deadlines import Allowance
from ig_worker.domain.reminders import Rules
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.casework import moves
from ig_worker.flows.casework.reminding import Reminding, Watch
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.store import cases, deadlines, journal, messages
from ig_worker.store.database import Database, Row
from ig_worker.store.schema import cases as case_table
from ig_worker.store.schema import messages as message_table
from ig_worker.store.schema import notices

ZONE = ZoneInfo("Asia/Jakarta")
HOURS = {
    **dict.fromkeys(range(4), (time(7, 30), time(14, 0))),
    4: (time(7, 30), time(11, 30)),
    5: (time(7, 30), time(12, 30)),
}
CALENDAR = WorkingCalendar(HOURS, frozenset(), ZONE)
HOUR = timedelta(hours=1)
RULES = Rules(Allowance(time=2 * HOUR), (Allowance(time=4 * HOUR), Allowance(1)), (HOUR / 2, HOUR, 2 * HOUR))
EVERYBODY = ("unit:farmasi", "complaint_team", "quality_lead", "head", "on_duty", "operators")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def letters_to(*teams: str) -> Outbox:
    return Outbox({team: [Recipient(f"target-{team}", f"{team}@example.org")] for team in teams})


class Centre:
    """A centre with cases whose team was told when they opened."""

    def __init__(self, database: Database, outbox: Outbox, opened: str = "2026-11-20 15:00") -> None:
        self.database = database
        self.outbox = outbox
        self.clock = HandClock(at(opened))
        watch = Watch(ZONE, lambda _: CALENDAR, RULES, {"obat": "Bu Rina"})
        self.reminding = Reminding([ACCOUNT], database, outbox, self.clock, watch)
        self._counts = count(1)

    def case(self, steps: dict[str, int], text: str = "Obatnya habis terus", **more: Any) -> str:
        """A case that opens now; `steps` in working days. Returns its number."""
        now, place = self.clock.now(), next(self._counts)
        danger = more.get("severity") == "darurat"
        with self.database.writing() as connection:
            number = cases.next_number(connection, 2026)
            values = {
                "number": number,
                "account": ACCOUNT,
                "label": "keluhan",
                "topic": "obat",
                "unit": "farmasi",
                "severity": "biasa",
                "channel": "comment",
                "author": "bunda_rara",
                "opened_at": now,
                "notices_written": True,
                **more,
            }
            due = [(name, Allowance(days).after(now, CALENDAR)) for name, days in steps.items()]
            case_id = cases.open_case(connection, values, due, now)
            message = {
                "account": ACCOUNT,
                "channel": "comment",
                "ig_id": f"m{place}",
                "author": "bunda_rara",
                "text": text,
                "attachments": [],
                "reasons": [],
                "sent_at": now,
                "first_seen_at": now,
                "label": "keluhan",
                "topic": "obat",
                "danger": danger,
            }
            message_id = messages.add(connection, message)
            assert message_id is not None
            cases.join(connection, case_id, message_id)
            self.outbox.tell(
                connection, now, "complaint_team", Letter(number, "Keluhan baru", "…", case_id=case_id)
            )
        return number

    def move(self, number: str, event: Event) -> None:
        with self.database.writing() as connection:
            stored = cases.get(connection, number)
            assert stored is not None
            now = self.clock.now()
            assert cases.save(connection, stored, apply(stored.case, event, now), now, event.value)

    def until(self, text: str, step: timedelta = HOUR / 2) -> None:
        """Let time pass with a pass of the job at every step."""
        while self.clock.now() < at(text):
            self.clock.forward(min(step, at(text) - self.clock.now()))
            self.reminding.run()

    def jump(self, text: str) -> None:
        """The worker was off, and makes a pass then."""
        self.clock.move_to(at(text))
        self.reminding.run()

    def rows(self) -> list[Row[Any]]:
        with self.database.reading() as connection:
            query = select(notices).where(notices.c.title != "Keluhan baru").order_by(notices.c.id)
            return list(connection.execute(query))

    def told(self) -> list[str]:
        return [f"{row.team} {row.written_at.astimezone(ZONE):%a %H.%M}" for row in self.rows()]


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as fresh:
        yield fresh


@pytest.fixture
def centre(database: Database) -> Centre:
    return Centre(database, letters_to(*EVERYBODY))


def test_from_friday_afternoon_to_the_head_of_the_centre(centre: Centre) -> None:
    centre.case({"acknowledge": 1})
    centre.until("2026-11-28 09:00")
    assert centre.told() == [
        "unit:farmasi Sat 10.30",
        "complaint_team Sat 10.30",
        "unit:farmasi Mon 07.30",
        "complaint_team Mon 07.30",
        "quality_lead Mon 11.30",
        "head Tue 07.30",
    ]
    keys = list(dict.fromkeys(row.key for row in centre.rows()))
    assert keys == [f"K-2026-0001:acknowledge:{rung}" for rung in (1, 2, 3, 4)]


def test_the_letters_words(centre: Centre) -> None:
    centre.case(
        {"acknowledge": 1},
        "Obat habis, hubungi 0812-3456-7890 ya 😭\n\x07Sudah tiga kali",
        assigned_to="Dewi",
    )
    centre.until("2026-11-24 07:30")
    bodies = [row.body for row in centre.rows()]
    assert bodies[0].splitlines() == [
        "Halo tim, sekadar mengingatkan: batas waktu kasus K-2026-0001 sudah dekat. Terima kasih! 🙏",
        "Keluhan masuk Jumat 20/11/2026 15.00 WIB",
        "Topik: obat · Unit: farmasi · Petugas: Dewi · PJ: Bu Rina",
        bodies[0].splitlines()[3],
        "Batas tanggapan pertama: Senin 23/11/2026 07.30 WIB (tinggal 2 jam kerja)",
        "Tanggapi: ig-worker cases ack K-2026-0001 --by NAMA (atau jawab langsung di Instagram)",
        "Selengkapnya: ig-worker cases show K-2026-0001",
        "Bila sampai Senin 23/11/2026 11.30 WIB belum ada kabar, PJ mutu ikut diberi tahu.",
        "Rantai bukti: " + "0" * 64,
    ]
    assert bodies[0].splitlines()[3].startswith("“Obat habis, hubungi ")
    in_a_digest = centre.rows()[0].line
    assert in_a_digest.startswith(
        "Batas tanggapan pertama: Senin 23/11/2026 07.30 WIB (tinggal 2 jam kerja) · “"
    )
    assert all("3456" not in body and "bunda_rara" not in body for body in bodies)
    assert "batas waktu kasus K-2026-0001 sudah lewat" in bodies[2]
    assert "(baru saja lewat)" in bodies[2]
    assert bodies[4].startswith("Yth. PJ mutu, kasus K-2026-0001 melewati batas waktunya.")
    assert "(terlambat 4 jam kerja)" in bodies[4]
    assert "kepala puskesmas ikut diberi tahu" in bodies[4]
    assert bodies[5].startswith("Yth. Kepala Puskesmas, ")
    assert "(terlambat 1 hari kerja)" in bodies[5]
    assert "ikut diberi tahu" not in bodies[5]
    assert [row.title for row in centre.rows()][1:3] == [
        "K-2026-0001 hampir jatuh tempo: tanggapan pertama",
        "K-2026-0001 terlambat: tanggapan pertama",
    ]


@pytest.mark.parametrize("event", [Event.ACKNOWLEDGE, Event.ANSWERED, Event.RESOLVE, Event.REJECT])
def test_nobody_is_reminded_of_what_was_done(centre: Centre, event: Event) -> None:
    number = centre.case({"acknowledge": 1})
    centre.until("2026-11-23 07:30")
    centre.move(number, event)
    centre.until("2026-11-28 09:00")
    assert [line.split()[1] for line in centre.told()] == ["Sat", "Sat", "Mon", "Mon"]


def test_an_acknowledged_case_still_has_to_be_resolved_and_a_closed_one_nothing(centre: Centre) -> None:
    first, second = (centre.case({"acknowledge": 1, "resolve": 3}) for _ in range(2))
    centre.move(first, Event.ACKNOWLEDGE)
    centre.move(second, Event.REJECT)
    centre.until("2026-11-28 09:00")
    assert {row.key for row in centre.rows()} == {f"{first}:resolve:{rung}" for rung in (1, 2, 3, 4)}
    assert "cases resolve K-2026-0001" in centre.rows()[0].body


def test_a_worker_that_was_off_sends_one_letter_each_that_says_how_late_it_is(centre: Centre) -> None:
    centre.case({"acknowledge": 1, "resolve": 2})
    centre.jump("2026-11-25 08:30")
    assert [row.team for row in centre.rows()] == ["head", "quality_lead", "unit:farmasi", "complaint_team"]
    body = centre.rows()[2].body
    assert "Batas tanggapan pertama: Senin 23/11/2026 07.30 WIB (terlambat 2 hari kerja)" in body
    assert "Batas penyelesaian: Selasa 24/11/2026 07.30 WIB (terlambat 1 hari kerja)" in body
    centre.until("2026-11-28 09:00")
    assert len(centre.rows()) == 4, "both are as far up as they can be"


def test_two_of_a_cases_deadlines_that_are_near_together_are_one_letter(centre: Centre) -> None:
    centre.case({"acknowledge": 1, "follow_up": 1})
    centre.until("2026-11-21 10:30")
    assert [row.title for row in centre.rows()] == [
        "K-2026-0001 hampir jatuh tempo: tanggapan pertama, tindak lanjut"
    ] * 2


def test_nothing_goes_out_while_the_centre_is_closed(centre: Centre) -> None:
    centre.case({"acknowledge": 1})
    centre.until("2026-11-28 09:00", 17 * timedelta(minutes=1))
    assert all(CALENDAR.is_open(row.written_at) for row in centre.rows())
    assert len(centre.rows()) == 6


def test_where_nobody_stands_on_a_rung_the_next_below_is_told_and_it_says_so(database: Database) -> None:
    centre = Centre(database, letters_to("complaint_team", "quality_lead"))
    centre.case({"acknowledge": 1})
    centre.until("2026-11-28 09:00")
    assert [row.team for row in centre.rows()] == [
        "complaint_team",
        "complaint_team",
        "quality_lead",
        "quality_lead",
    ]
    last = centre.rows()[-1].body
    assert last.startswith("Yth. PJ mutu, ")
    assert "kepala puskesmas belum punya alamat di [notify] head" in last
    assert "ikut diberi tahu" not in centre.rows()[2].body


def test_where_there_is_a_team_only_it_hears_everything(database: Database) -> None:
    centre = Centre(database, letters_to("complaint_team"))
    centre.case({"acknowledge": 1})
    centre.until("2026-11-28 09:00")
    assert [row.team for row in centre.rows()] == ["complaint_team"] * 4
    assert "PJ mutu belum punya alamat" in centre.rows()[2].body
    assert "PJ mutu" not in centre.rows()[1].body


def test_where_there_is_no_team_the_operators_are_told(database: Database) -> None:
    centre = Centre(database, letters_to("operators"))
    centre.case({"acknowledge": 1})
    centre.until("2026-11-23 07:30")
    assert [row.team for row in centre.rows()] == ["operators"] * 2


def test_where_nobody_is_named_at_all_the_log_says_so_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    centre = Centre(database, letters_to())
    centre.case({"acknowledge": 1})
    centre.until("2026-11-24 12:00")
    assert caplog.text.count("nobody is reminded of case K-2026-0001") == 1


def test_a_reopened_case_is_reminded_of_anew(centre: Centre) -> None:
    number = centre.case({"resolve": 1})
    centre.until("2026-11-23 07:30")
    centre.move(number, Event.RESOLVE)
    centre.until("2026-11-25 09:00")
    centre.move(number, Event.WRITTEN_AGAIN)
    with centre.database.writing() as connection:
        stored = cases.get(connection, number)
        assert stored is not None
        deadlines.reopen(connection, stored.id, at("2026-11-26 09:00"))
    centre.until("2026-11-28 09:00")
    keys = list(dict.fromkeys(row.key for row in centre.rows()))
    assert keys == [f"{number}:resolve:{rung}" for rung in (1, 2)] + [
        f"{number}:resolve:{rung}:1" for rung in (1, 2, 3, 4)
    ]
    assert "Keluhan dibuka lagi Rabu 25/11/2026 09.00 WIB" in centre.rows()[-1].body


def test_a_case_of_which_nobody_was_told_yet_is_told_of_first(centre: Centre) -> None:
    centre.case({"acknowledge": 1}, notices_written=False)
    centre.jump("2026-11-23 09:00")
    assert centre.rows() == []


def test_a_danger_that_nobody_acknowledges_is_told_at_night_and_up_the_ladder_three_times(
    database: Database,
) -> None:
    centre = Centre(database, letters_to(*EVERYBODY), "2026-11-21 23:00")
    centre.case({"acknowledge": 1}, "Anak saya kejang, IGD tutup", severity="darurat")
    centre.until("2026-11-22 23:00", timedelta(minutes=5))
    assert centre.told() == [
        "on_duty Sat 23.30",
        "quality_lead Sun 00.00",
        "on_duty Sun 00.00",
        "head Sun 01.00",
        "quality_lead Sun 01.00",
        "on_duty Sun 01.00",
    ]
    first = centre.rows()[0]
    assert first.title == "DARURAT · K-2026-0001 belum ditanggapi"
    assert "belum ditanggapi siapa pun selama 30 menit" in first.body
    assert "119" in first.body


def test_a_danger_that_somebody_has_acknowledged_is_left_alone(database: Database) -> None:
    centre = Centre(database, letters_to(*EVERYBODY), "2026-11-21 23:00")
    number = centre.case({}, severity="darurat")
    centre.until("2026-11-21 23:30")
    centre.move(number, Event.ACKNOWLEDGE)
    centre.until("2026-11-23 23:00")
    assert centre.told() == ["on_duty Sat 23.30"]


def test_a_case_that_a_person_calls_a_danger_counts_from_then(database: Database) -> None:
    centre = Centre(database, letters_to("on_duty"), "2026-11-21 08:00")
    number = centre.case({})
    centre.clock.move_to(at("2026-11-24 22:00"))
    with database.writing() as connection:
        stored = cases.get(connection, number)
        assert stored is not None
        now = centre.clock.now()
        cases.save(connection, stored, stored.case, now, "graver", who="Bu Rina", severity="darurat")
    centre.reminding.run()
    assert centre.told() == []
    centre.until("2026-11-24 22:30")
    assert centre.told() == ["on_duty Tue 22.30"]


def test_a_case_that_becomes_a_danger_days_later_counts_from_then(database: Database) -> None:
    centre = Centre(database, letters_to("complaint_team"), "2026-11-21 08:00")
    centre.case({})
    centre.clock.move_to(at("2026-11-24 22:00"))
    with database.writing() as connection:
        connection.execute(update(case_table).values(severity="darurat"))
        connection.execute(update(message_table).values(edited_at=centre.clock.now(), danger=True))
    centre.reminding.run()
    assert centre.told() == []
    centre.until("2026-11-25 03:00")
    assert centre.told() == [f"complaint_team Tue {clock}" for clock in ("22.30", "23.00")] + [
        "complaint_team Wed 00.00"
    ]
    assert "petugas jaga belum punya alamat di [notify] on_duty" in centre.rows()[0].body


def test_two_workers_at_once_write_each_letter_once(own_database: Database) -> None:
    outbox = letters_to(*EVERYBODY)
    centre = Centre(own_database, outbox)
    for _ in range(5):
        centre.case({"acknowledge": 1}, severity="darurat")
    centre.clock.move_to(at("2026-11-25 09:00"))
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(centre.reminding.run) for _ in range(4)]:
            done.result()
    keys = [(row.key, row.team) for row in centre.rows()]
    assert len(keys) == len(set(keys)) == 5 * (4 + 3)
    with own_database.reading() as connection:
        entries = [entry.what for entry in journal.of(connection, "case:K-2026-0001")]
    assert sum(what.startswith("reminded") for what in entries) == 2


def test_many_cases_that_are_late_at_once_are_one_letter_to_each_team(centre: Centre) -> None:
    for place in range(30):
        centre.case({"acknowledge": 1, "resolve": 3}, severity="mendesak" if place == 20 else "biasa")
    # Weeks later: the machine was off, or a version that reminds nobody has become this one.
    centre.jump("2026-12-21 08:00")
    teams = ("complaint_team", "head", "quality_lead", "unit:farmasi")
    assert sorted(centre.told()) == [f"{team} Mon 08.00" for team in teams]
    team = next(row for row in centre.rows() if row.team == "complaint_team")
    assert team.title == "MENDESAK · 30 kasus perlu ditangani: 30 terlambat"
    lines = team.body.splitlines()
    assert lines[0].startswith("Halo tim, ada 30 kasus yang menunggu (30 terlambat).")
    assert lines[1] == "• MENDESAK · K-2026-0021 obat: tanggapan pertama terlambat 24 hari kerja"
    assert lines[2].startswith("• K-2026-0001 obat: ")
    assert "… dan 15 kasus lagi" in lines
    assert "Semuanya: ig-worker cases list --overdue" in lines
    assert lines[-1].startswith("Rantai bukti: ")
    assert team.line.startswith("K-2026-0021, K-2026-0001, K-2026-0002")
    head = next(row for row in centre.rows() if row.team == "head")
    assert head.body.startswith("Yth. Kepala Puskesmas, 30 kasus sudah lama melewati batas waktunya.")
    centre.until("2026-12-23 14:00")
    assert len(centre.rows()) == 4
    with centre.database.reading() as connection:
        assert any("reminded" in line.what for line in journal.of(connection, "case:K-2026-0030"))


def test_whoever_is_in_several_teams_gets_the_list_once(database: Database) -> None:
    one = [Recipient("target-bu-kapus", "kapus@example.org")]
    centre = Centre(database, Outbox({"complaint_team": one, "quality_lead": one, "head": one}))
    for _ in range(11):
        centre.case({"resolve": 1})
    centre.jump("2026-12-21 08:00")
    assert len(centre.rows()) == 1


def test_a_danger_that_was_known_for_more_than_a_week_wakes_nobody(centre: Centre) -> None:
    centre.case({"resolve": 1}, severity="darurat")
    centre.jump("2026-12-20 02:00")
    assert centre.told() == []
    centre.jump("2026-12-21 08:00")
    assert {row.team for row in centre.rows()} == {"head", "quality_lead", "complaint_team", "unit:farmasi"}


def danger_after_acknowledgement(database: Database) -> Centre:
    """Somebody acknowledged a complaint on Saturday; on Tuesday at 22.00 the same person writes of a danger."""
    centre = Centre(database, letters_to(*EVERYBODY), "2026-11-21 08:00")
    number = centre.case({})
    centre.move(number, Event.ACKNOWLEDGE)
    centre.clock.move_to(at("2026-11-24 22:00"))
    now = centre.clock.now()
    with database.writing() as connection:
        values = {
            "account": ACCOUNT,
            "channel": "comment",
            "ig_id": "m-danger",
            "author": "bunda_rara",
            "text": "Anak saya kejang di IGD",
            "attachments": [],
            "reasons": [],
            "sent_at": now,
            "first_seen_at": now,
            "label": "keluhan",
            "topic": "obat",
            "danger": True,
        }
        message_id = messages.add(connection, values)
        assert message_id is not None
        cases.join(connection, 1, message_id)
        connection.execute(update(case_table).values(severity="darurat"))
    return centre


def test_a_danger_that_came_after_the_acknowledgement_climbs_like_a_new_one(database: Database) -> None:
    centre = danger_after_acknowledgement(database)
    centre.until("2026-11-25 05:00")
    assert centre.told() == [
        "on_duty Tue 22.30",
        "quality_lead Tue 23.00",
        "on_duty Tue 23.00",
        "head Wed 00.00",
        "quality_lead Wed 00.00",
        "on_duty Wed 00.00",
    ]
    assert "“Anak saya kejang di IGD”" in centre.rows()[0].body


def test_acknowledging_it_once_more_ends_the_reminders_of_the_danger(database: Database) -> None:
    centre = danger_after_acknowledgement(database)
    centre.until("2026-11-24 22:30")
    with database.writing() as connection:
        stored = cases.get(connection, "K-2026-0001")
        assert stored is not None
        assert moves.acknowledge(connection, stored, moves.Mover("Bu Rina", centre.clock.now())).changed
        again = cases.get(connection, "K-2026-0001")
        assert again is not None
        assert not moves.acknowledge(connection, again, moves.Mover("Pak Budi", centre.clock.now())).changed
    centre.until("2026-11-25 05:00")
    assert centre.told() == ["on_duty Tue 22.30"]


def test_an_answer_on_instagram_ends_the_reminders_of_the_danger(database: Database) -> None:
    centre = danger_after_acknowledgement(database)
    centre.until("2026-11-24 22:30")
    with database.writing() as connection:
        now = centre.clock.now()
        values = {
            "account": ACCOUNT,
            "channel": "comment",
            "ig_id": "m-ours",
            "parent_id": "m-danger",
            "author": "puskesmas",
            "own": True,
            "label": "",
            "topic": "",
            "text": "Petugas kami sudah menuju ke sana, Bunda",
            "attachments": [],
            "reasons": [],
            "sent_at": now,
            "first_seen_at": now,
        }
        assert messages.add(connection, values)
    centre.until("2026-11-25 05:00")
    assert centre.told() == ["on_duty Tue 22.30"]
