"""The case's number, an approved answer and the text with 119: once, to the right person, and never beside a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest

from fakes.bench import bench_database
from fakes.speaking_desk import (
    COMPLAINT,
    DANGER,
    EMERGENCY,
    HOUR,
    MINUTE,
    OPENING,
    PRAISE,
    QUESTION,
    SpeakingDesk,
    at,
)
from ig_worker.domain.phrasing import THANKS
from ig_worker.store import notices
from ig_worker.store.database import Database

SUGGESTION = "Saran saja, sebaiknya kursi tunggunya ditambah supaya lansia tidak berdiri"


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as opened:
        yield opened


@pytest.fixture
def desk(database: Database) -> SpeakingDesk:
    return SpeakingDesk(database)


# The number of a case.


@pytest.mark.parametrize("text", [COMPLAINT, SUGGESTION])
def test_whoever_complains_is_told_the_number_after_a_pause_and_is_not_thanked(
    desk: SpeakingDesk, text: str
) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", text)
    desk.go_on(1)
    assert desk.said == []
    desk.go_on(5)
    (told,) = desk.said
    assert told.startswith("@pak_budi ")
    assert "K-2026-0001" in told
    assert not THANKS.search(told)
    assert desk.outcomes() == [("acknowledgement", "sent", "")]


def test_a_case_of_several_messages_is_acknowledged_once(desk: SpeakingDesk) -> None:
    for number in range(2):
        desk.instagram.comment(desk.post(), "pak_budi", f"{COMPLAINT} {number}")
    desk.reader.run()
    desk.open_cases()
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE case_messages SET case_id = (SELECT min(id) FROM cases)")
    desk.go_on(10)
    assert len(desk.said) == 1
    assert "K-2026-0001" in desk.said[0]


def test_nobody_is_told_that_it_was_passed_on_before_it_was(desk: SpeakingDesk) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", COMPLAINT)
    desk.reader.run()
    desk.open_cases(told=False)
    desk.go_on(10)
    assert desk.said == []
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET notices_written = true")
    desk.go_on(3)
    assert len(desk.said) == 1


@pytest.mark.parametrize(
    ("status", "says"), [(None, False), ("pending", True), ("sent", True), ("failed", False)]
)
@pytest.mark.parametrize("text", [COMPLAINT, SUGGESTION])
def test_it_is_said_to_be_passed_on_only_where_somebody_could_be_told(
    desk: SpeakingDesk, text: str, status: str | None, says: bool
) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", text)
    desk.reader.run()
    desk.open_cases()
    with desk.database.writing() as connection:
        case_id = connection.exec_driver_sql("SELECT id FROM cases").scalar_one()
        if status is not None:
            notice = {"key": "K-2026-0001", "team": "complaint_team", "target": "t", "channel": "mail"}
            notices.write(connection, {**notice, "case_id": case_id}, desk.clock.now())
            connection.exec_driver_sql(f"UPDATE notices SET status = '{status}'")
    desk.go_on(10)
    (told,) = desk.said
    assert "K-2026-0001" in told
    assert bool(re.search("teruskan|sampaikan|beri tahu", told)) == says


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE cases SET status = 'resolved'", "its case is closed"),
        ("UPDATE cases SET severity = 'darurat'", "somebody may be in danger: a person answers"),
        ("UPDATE messages SET danger = true", "somebody may be in danger: a person answers"),
        ("UPDATE messages SET deleted = true", "its author has taken it back"),
    ],
)
def test_what_happens_to_the_case_within_the_pause_is_seen(
    desk: SpeakingDesk, change: str, reason: str
) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", COMPLAINT)
    desk.go_on(1)
    with desk.database.writing() as connection:
        connection.exec_driver_sql(change)
    desk.go_on(4, read=False)
    assert (desk.said, desk.why()) == ([], [reason])


def test_in_a_conversation_with_an_emergency_no_number_is_told(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", COMPLAINT)
    desk.go_on(1)
    desk.instagram.message("pak_budi", DANGER)
    desk.go_on(10)
    assert desk.said == [EMERGENCY]


def test_staff_who_answer_a_complaint_have_answered_it(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    comment_id = desk.instagram.comment(media_id, "pak_budi", COMPLAINT)
    desk.go_on(1)
    desk.instagram.comment(media_id, desk.instagram.me.username, "Mohon maaf, Pak.", parent_id=comment_id)
    desk.go_on(10)
    assert desk.said == []


# An approved answer.


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_a_frequent_question_gets_its_approved_answer(desk: SpeakingDesk, channel: str) -> None:
    if channel == "dm":
        desk.instagram.message("bu_sri", QUESTION)
    else:
        desk.instagram.comment(desk.post(), "bu_sri", QUESTION)
    desk.go_on(5)
    assert desk.said == [OPENING.answer if channel == "dm" else f"@bu_sri {OPENING.answer}"]
    assert desk.outcomes() == [("answer", "sent", "")]


@pytest.mark.parametrize(
    "text",
    [
        "Kalau mau cabut gigi harus daftar dulu?",
        "Buka jam berapa sih, kemarin saya datang kok tutup, mengecewakan",
        "jam berapa buka dan biaya scaling berapa?",
        "Halo",
    ],
)
def test_any_other_question_waits_for_a_person(desk: SpeakingDesk, text: str) -> None:
    desk.instagram.comment(desk.post(), "bu_sri", text)
    desk.go_on(5)
    assert not any(OPENING.answer in words for words in desk.said)


def test_a_question_with_a_picture_waits_for_a_person(desk: SpeakingDesk) -> None:
    desk.instagram.message("bu_sri", QUESTION, attachments=("image",))
    desk.go_on(5)
    assert desk.said == []


def test_a_question_that_a_person_has_judged_is_theirs(desk: SpeakingDesk) -> None:
    desk.instagram.comment(desk.post(), "bu_sri", QUESTION)
    desk.reader.run()
    desk.judge(label_by="Rina")
    desk.go_on(5, read=False)
    assert desk.said == []


def test_who_asks_the_same_again_today_is_left_to_a_person(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    desk.instagram.comment(media_id, "bu_sri", QUESTION)
    desk.go_on(5)
    desk.instagram.comment(media_id, "bu_sri", "Buka jam berapa?")
    desk.go_on(5)
    assert len(desk.said) == 1
    assert desk.why()[-1] == "this person was answered by the worker here today: a person answers"


def test_who_complains_is_not_fed_with_a_ready_made_answer(desk: SpeakingDesk) -> None:
    desk.instagram.message("bu_sri", QUESTION)
    desk.go_on(1)
    desk.instagram.message("bu_sri", COMPLAINT)
    desk.go_on(10)
    assert OPENING.answer not in desk.said


def test_a_question_that_changes_within_the_pause_is_not_answered(desk: SpeakingDesk) -> None:
    desk.instagram.comment(desk.post(), "bu_sri", QUESTION)
    desk.go_on(1)
    desk.judge(text="Apakah bisa cabut gigi?")
    desk.go_on(4, read=False)
    assert (desk.said, desk.why()) == ([], ["it was changed and is no longer a frequent question"])


def test_a_person_who_talks_with_staff_gets_no_ready_made_answer(desk: SpeakingDesk) -> None:
    desk.instagram.message("bu_sri", "Halo")
    desk.instagram.staff_message("bu_sri", "Halo Bu")
    desk.clock.forward(MINUTE)
    desk.instagram.message("bu_sri", QUESTION)
    desk.go_on(5)
    assert desk.said == []


# The text with 119.


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_danger_is_answered_at_once_whatever_the_hour(database: Database, channel: str) -> None:
    desk = SpeakingDesk(database, quiet_hours=(time(21), time(6)), delay_seconds=(300, 300))
    media_id = desk.post()
    desk.clock.move_to(at(23))
    if channel == "dm":
        desk.instagram.message("pak_budi", DANGER)
    else:
        desk.instagram.comment(media_id, "pak_budi", DANGER)
    desk.go_on(1)
    assert desk.said == [EMERGENCY if channel == "dm" else f"@pak_budi {EMERGENCY}"]
    desk.clock.move_to(at(9, day=26))
    desk.go_on(20)
    assert len(desk.said) == 1
    assert desk.outcomes() == [("emergency", "sent", "")]


def test_danger_comes_before_everything_else(desk: SpeakingDesk) -> None:
    for number in range(5):
        desk.instagram.comment(desk.post(), f"warga_{number}", PRAISE)
    desk.go_on(1)
    desk.clock.forward(MINUTE)
    desk.instagram.message("pak_budi", DANGER)
    desk.reader.run()
    begun = len(desk.instagram.calls)
    desk.responder.run()
    assert len(desk.said) == 6
    assert desk.instagram.calls[begun] == "send_message"


def test_a_person_in_danger_is_told_once_a_day_wherever_they_write(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", DANGER)
    desk.instagram.comment(desk.post(), "pak_budi", DANGER)
    desk.go_on(3)
    assert len(desk.said) == 1
    assert sorted(desk.why()) == ["", "this person was told today"]
    desk.clock.move_to(at(8, day=26))
    desk.instagram.message("pak_budi", DANGER)
    desk.go_on(3)
    assert len(desk.said) == 2


def test_after_an_emergency_nothing_else_is_said_to_that_person(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", DANGER)
    desk.go_on(2)
    for text in (PRAISE, QUESTION, COMPLAINT):
        desk.instagram.message("pak_budi", text)
        desk.go_on(5)
    assert desk.said == [EMERGENCY]


def test_staff_who_are_there_are_not_interrupted(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", "Halo")
    desk.instagram.staff_message("pak_budi", "Halo Pak")
    desk.clock.forward(30 * MINUTE)
    desk.instagram.message("pak_budi", DANGER)
    desk.go_on(3)
    assert (desk.said, desk.why()[-1]) == ([], "somebody of the centre talks here")


def test_staff_who_wrote_days_ago_are_not_there(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", "Halo")
    desk.instagram.staff_message("pak_budi", "Halo Pak")
    desk.clock.forward(20 * HOUR)
    desk.instagram.message("pak_budi", DANGER)
    desk.go_on(3)
    assert desk.said == [EMERGENCY]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"deleted": True}, []),
        ({"hidden": True}, []),
        ({"label_by": "Rina"}, []),
        ({}, [f"@pak_budi {EMERGENCY}"]),
    ],
)
def test_what_a_person_has_dealt_with_is_no_emergency_any_more(
    desk: SpeakingDesk, values: Any, said: list[str]
) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", DANGER)
    desk.reader.run()
    if values:
        desk.judge(**values)
    desk.responder.run()
    assert desk.said == said


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE messages SET danger = false", "it was changed and tells of no danger any more"),
        ("UPDATE messages SET deleted = true", "its author has taken it back"),
    ],
)
def test_an_emergency_text_that_had_to_wait_is_asked_about_again(
    desk: SpeakingDesk, change: str, reason: str
) -> None:
    desk.instagram.comment(desk.post(), "pak_budi", DANGER)
    desk.reader.run()
    desk.instagram.faults.faults[len(desk.instagram.calls) + 1] = "throttled"  # type: ignore[index]
    with pytest.raises(Exception, match="later"):
        desk.responder.run()
    with desk.database.writing() as connection:
        connection.exec_driver_sql(change)
    desk.go_on(5, read=False)
    assert (desk.said, desk.why()) == ([], [reason])


def test_staff_who_answered_meanwhile_have_answered(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", DANGER)
    desk.clock.forward(MINUTE)
    desk.instagram.staff_message("pak_budi", "Segera ke IGD, Pak, kami tunggu.")
    desk.go_on(3)
    assert (desk.said, desk.why()) == ([], ["somebody of the centre has answered already"])


def test_an_emergency_of_this_morning_gets_no_text_in_the_evening(desk: SpeakingDesk) -> None:
    desk.reader.run()
    desk.instagram.message("pak_budi", DANGER)
    desk.clock.forward(7 * HOUR)
    desk.go_on(3)
    assert desk.said == []
