"""Whose words belong to which case, what opens a resolved one again, and how pressing a case becomes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from casework_desk import AGAIN, DANGER, DAYS, IDEA, MEDICINE, PRAISE, QUEUE, CaseworkDesk
from sqlalchemy import update

from fakes.bench import bench_database
from ig_worker.domain.case import Event, Status
from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.relabelling import relabel
from ig_worker.store import messages
from ig_worker.store.schema import cases as case_table

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseworkDesk]:
    with bench_database() as database:
        yield CaseworkDesk(database, tmp_path)


def told(desk: CaseworkDesk, team: str = "complaint_team") -> list[str]:
    return [title for whom, title, _ in desk.paper.told if whom == team]


# Joining.


def test_a_comment_and_a_message_of_one_person_on_one_topic_are_one_case(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.instagram.message("pak_budi", AGAIN)
    desk.work()
    assert [stored.number for stored in desk.cases()] == ["K-2026-0001"]
    assert desk.texts() == [QUEUE, AGAIN]


def test_another_topic_and_another_person_are_other_cases(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.comment(MEDICINE)
    desk.comment(AGAIN, author="bu_sri")
    desk.work()
    assert len(desk.cases()) == 3


def test_a_complaint_makes_a_complaint_of_the_suggestion_that_it_joins(desk: CaseworkDesk) -> None:
    desk.comment(IDEA)
    desk.work()
    assert desk.case().row.label == "saran"
    desk.comment(QUEUE)
    desk.work()
    assert (desk.case().row.label, desk.texts()) == ("keluhan", [IDEA, QUEUE])


def test_a_suggestion_leaves_the_complaint_that_it_joins_a_complaint(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.comment(IDEA)
    desk.work()
    assert (desk.case().row.label, len(desk.cases())) == ("keluhan", 1)


def test_a_rejected_case_stays_closed_and_the_next_words_are_another(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.move(Event.REJECT, reason="bukan untuk kami")
    desk.comment(AGAIN)
    desk.work()
    assert [stored.case.status for stored in desk.cases()] == [Status.REJECTED, Status.TOLD]


def test_whoever_writes_again_on_a_merged_case_is_heard_in_the_other(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.comment(QUEUE, author="bu_sri")
    desk.work()
    desk.move(Event.MERGE, "K-2026-0002", into="K-2026-0001")
    desk.comment(AGAIN, author="bu_sri")
    desk.work()
    assert len(desk.cases()) == 2
    assert desk.texts("K-2026-0001") == [QUEUE, AGAIN]
    assert "K-2026-0001 Keluhan: antrean (tambahan)" in told(desk)


# Reopening.


def test_a_resolved_case_is_opened_again_with_a_new_deadline_and_the_team_is_told(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.move(Event.RESOLVE)
    assert desk.deadline("resolve").met_at == desk.clock.now()
    desk.comment(AGAIN)
    desk.work(6 * DAY)
    case, seen_at = desk.case().case, desk.message(AGAIN).first_seen_at
    assert (case.status, case.resolved_at, case.closed_at) == (Status.IN_PROGRESS, None, None)
    assert (case.reopened, case.reopened_at) == (1, seen_at)
    again = desk.deadline("resolve")
    assert (again.due_at, again.met_at) == (seen_at + DAYS * DAY, None)
    assert len([title for title in told(desk) if "dibuka kembali" in title]) == 1
    assert any("opened it again" in what for _, what in desk.history())


def test_after_seven_days_the_same_words_are_another_case(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.move(Event.RESOLVE)
    desk.comment(AGAIN)
    desk.work(7 * DAY)
    assert [stored.case.status for stored in desk.cases()] == [Status.RESOLVED, Status.TOLD]


def test_the_seven_days_end_when_the_words_were_first_seen_not_when_casework_gets_to_them(
    desk: CaseworkDesk,
) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.move(Event.RESOLVE)
    desk.comment(AGAIN)
    desk.poll(7 * DAY - 5 * MINUTE)
    desk.work(2 * DAY)
    assert len(desk.cases()) == 1
    assert desk.case().case.reopened == 1


def test_words_that_were_seen_right_before_it_was_resolved_open_it_again(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.comment(AGAIN)
    desk.poll()
    desk.clock.forward(MINUTE)
    desk.move(Event.RESOLVE)
    resolved_at = desk.clock.now()
    desk.work()
    case = desk.case().case
    assert (case.status, case.reopened_at) == (Status.IN_PROGRESS, resolved_at)


def test_each_reopening_is_counted_and_told(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    for turn in range(3):
        desk.move(Event.RESOLVE)
        desk.comment(f"{AGAIN} {turn}")
        desk.work(DAY)
    assert desk.case().case.reopened == 3
    assert len([title for title in told(desk) if "dibuka kembali" in title]) == 3


# When it begins.


def test_an_edit_that_complains_joins_by_the_time_of_the_edit(desk: CaseworkDesk) -> None:
    kind = desk.comment(PRAISE)
    desk.work()
    desk.comment(QUEUE)
    desk.work(DAY)
    desk.move(Event.RESOLVE)
    desk.instagram.edit_comment(kind, AGAIN)
    desk.work(3 * DAY)
    assert len(desk.cases()) == 1
    assert desk.case().case.reopened_at == desk.message(AGAIN).edited_at


def test_a_complaint_whose_typing_is_mended_keeps_the_time_at_which_it_was_first_seen(
    desk: CaseworkDesk,
) -> None:
    written = desk.comment(QUEUE)
    desk.poll()
    first_seen = desk.clock.now()
    desk.instagram.edit_comment(written, QUEUE + "!")
    desk.work(DAY)
    assert desk.case().case.opened_at == first_seen


def test_what_a_person_calls_a_complaint_days_later_has_its_deadlines_from_then(desk: CaseworkDesk) -> None:
    desk.comment(PRAISE)
    desk.work()
    desk.clock.forward(4 * DAY)
    now = desk.clock.now()
    with desk.database.writing() as connection:
        (row,) = connection.execute(messages.with_outcome()).all()
        relabel(connection, row, "keluhan", "antrean", by="Rina", now=now, thanked_for=DAY)
    desk.work()
    assert desk.case().case.opened_at == now
    assert desk.deadline("resolve").due_at == now + DAYS * DAY


def test_what_a_person_calls_praise_right_before_its_case_is_opened_opens_none(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.poll()
    with desk.database.writing() as connection:
        (row,) = connection.execute(messages.with_outcome()).all()
        now = desk.clock.now()
        relabel(connection, row, "pujian", None, by="Rina", now=now, thanked_for=DAY)
    # The list was read before that, as it is when both happen at once.
    desk.casework._opening._find_its_case(row.id)
    desk.work()
    assert desk.cases() == []


def test_a_number_belongs_to_the_year_in_which_its_message_was_seen_where_the_centre_is(
    desk: CaseworkDesk,
) -> None:
    desk.clock.move_to(datetime(2026, 12, 31, 16, 58, tzinfo=UTC))
    desk.comment(QUEUE)
    desk.poll(MINUTE)
    desk.comment(QUEUE, author="bu_sri")
    desk.work(MINUTE)
    desk.comment(MEDICINE)
    desk.work()
    assert [stored.number for stored in desk.cases()] == ["K-2026-0001", "K-2027-0001", "K-2027-0002"]


# How pressing.


def test_a_third_message_of_one_person_makes_a_case_urgent(desk: CaseworkDesk) -> None:
    for turn, severity in enumerate(("biasa", "biasa", "mendesak", "mendesak")):
        desk.comment(f"{QUEUE} {turn}")
        desk.work()
        assert desk.case().row.severity == severity


def test_a_threat_makes_a_case_urgent(desk: CaseworkDesk) -> None:
    desk.comment(f"{QUEUE} Saya akan lapor ke ombudsman!")
    desk.work()
    assert desk.case().row.severity == "mendesak"


def test_a_danger_in_a_message_that_joins_makes_the_case_an_emergency_and_is_told_once(
    desk: CaseworkDesk,
) -> None:
    desk.comment(QUEUE)
    desk.work()
    desk.comment(f"{QUEUE} {DANGER}")
    for _ in range(3):
        desk.work()
    assert desk.case().row.severity == "darurat"
    assert told(desk, "on_duty") == ["DARURAT K-2026-0001"]


def test_the_worker_never_makes_a_case_milder(desk: CaseworkDesk) -> None:
    desk.comment(f"{QUEUE} {DANGER}")
    desk.work()
    desk.comment(AGAIN)
    desk.work()
    assert desk.case().row.severity == "darurat"


def test_what_a_person_calls_mild_stays_mild_until_something_worse_is_written(desk: CaseworkDesk) -> None:
    desk.comment(f"{QUEUE} {DANGER}")
    desk.work()
    desk.person_calls_it("biasa")
    desk.work()
    assert desk.case().row.severity == "biasa"
    desk.comment(f"{QUEUE} Sekarang beliau kejang, tolong!")
    desk.work()
    assert desk.case().row.severity == "darurat"


def test_an_edit_into_a_danger_raises_what_a_person_called_mild(desk: CaseworkDesk) -> None:
    written = desk.comment(QUEUE)
    desk.work()
    desk.person_calls_it("biasa")
    desk.instagram.edit_comment(written, f"{QUEUE} {DANGER}")
    desk.work(timedelta(hours=7))
    assert desk.case().row.severity == "darurat"
    assert told(desk, "on_duty").count("DARURAT K-2026-0001") == 1


def test_an_old_question_that_is_edited_into_a_danger_raises_an_alarm(desk: CaseworkDesk) -> None:
    written = desk.comment("Jam berapa bukanya?")
    desk.work()
    desk.instagram.edit_comment(written, "Dok, anak saya kejang, bagaimana ini?")
    desk.work(20 * DAY)
    assert told(desk, "on_duty") == ["DARURAT"]


# What stood there before anybody read it, and what is gone.


def test_of_ninety_days_of_complaints_there_is_one_summary_and_neither_case_nor_alarm(
    desk: CaseworkDesk,
) -> None:
    for day in range(90):
        desk.comment(f"{QUEUE} {DANGER if day % 30 == 0 else ''}", author=f"orang{day}")
        desk.instagram.message(f"warga{day % 7}", QUEUE)
        desk.clock.forward(DAY)
    for _ in range(3):
        desk.work(DAY)
    assert desk.cases() == []
    assert [whom for whom, _, _ in desk.paper.told] == ["complaint_team"]


def test_what_is_old_and_becomes_a_complaint_opens_its_case_from_then(desk: CaseworkDesk) -> None:
    old = desk.comment("Jam berapa bukanya?")
    desk.work(30 * DAY)
    assert desk.message("Jam berapa bukanya?").backlog
    desk.instagram.edit_comment(old, QUEUE)
    desk.comment("Halo", author="bu_sri")
    desk.work()
    assert desk.case().case.opened_at == desk.message(QUEUE).edited_at


def test_a_complaint_that_was_deleted_before_its_case_was_opened_opens_it_nevertheless(
    desk: CaseworkDesk,
) -> None:
    written = desk.comment(QUEUE)
    desk.poll()
    desk.instagram.delete_comment(written)
    for _ in range(4):
        desk.poll(timedelta(hours=1))
    desk.work()
    assert desk.message(QUEUE).deleted
    assert desk.texts() == [QUEUE]


def test_one_case_that_cannot_be_opened_keeps_no_other_one_waiting(desk: CaseworkDesk) -> None:
    desk.no_deadlines_before = desk.clock.now() + timedelta(minutes=3)
    desk.comment(QUEUE)
    desk.poll()
    desk.comment(QUEUE, author="bu_sri")
    with pytest.raises(NeedsPerson, match="no open day"):
        desk.work()
    assert [stored.row.author for stored in desk.cases()] == ["bu_sri"]
    desk.no_deadlines_before = None
    desk.work()
    assert [stored.number for stored in desk.cases()] == ["K-2026-0001", "K-2026-0002"]


def test_a_danger_in_an_acknowledged_case_is_reminded_of_from_the_beginning(desk: CaseworkDesk) -> None:
    desk.comment(DANGER)
    desk.work()
    desk.move(Event.ACKNOWLEDGE)
    with desk.database.writing() as connection:
        connection.execute(update(case_table).values(urgent_rung=3))
    desk.comment(f"{DANGER} Lagi!")
    desk.work()
    assert len(desk.texts()) == 2
    assert desk.case().row.urgent_rung == 0
