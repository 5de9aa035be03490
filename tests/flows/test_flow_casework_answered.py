"""What a person of the centre answers on Instagram is a case's first response; what the worker says is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from casework_desk import AGAIN, PRAISE, QUEUE, CaseworkDesk

from fakes.bench import bench_database
from ig_worker.domain.case import Event, Status
from ig_worker.domain.reply import Purpose, Reply
from ig_worker.domain.reply import Status as Sent
from ig_worker.store import answers, replies

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OURS = "Mohon maaf atas antreannya, Bapak, loket kedua sudah kami buka."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CaseworkDesk]:
    with bench_database() as database:
        yield CaseworkDesk(database, tmp_path)


def staff(desk: CaseworkDesk, text: str = OURS, *, under: str) -> datetime:
    """Somebody answers a comment in the app, a while later; returns when."""
    desk.clock.forward(HOUR)
    desk.comment(text, desk.instagram.me.username, under)
    return desk.clock.now()


def through_us(desk: CaseworkDesk, text: str, by: str = "Bidan Rina") -> datetime:
    """Somebody answers the message with this text through ``inbox reply``; returns when."""
    desk.clock.forward(HOUR)
    now = desk.clock.now()
    said = Reply(Sent.SENT, asked_at=now, due_at=now, sent_at=now, ig_id="a-1")
    message = desk.message(text)
    with desk.database.writing() as connection:
        answers.add(connection, message, said, OURS, now, by=by, human_agent=False)
    return now


def bot(desk: CaseworkDesk, text: str, under: str) -> None:
    """The worker tells the case's number."""
    said = "Terima kasih, sudah kami catat sebagai K-2026-0001."
    ig_id = desk.comment(said, desk.instagram.me.username, under)
    now, message = desk.clock.now(), desk.message(text)
    with desk.database.writing() as connection:
        known = Reply(Sent.SENT, asked_at=now, due_at=now, sent_at=now, ig_id=ig_id)
        replies.plan(connection, message, known, said, -1, now, purpose=Purpose.ACKNOWLEDGEMENT)


def test_an_answer_in_the_app_is_the_first_response_at_its_own_time(desk: CaseworkDesk) -> None:
    written = desk.comment(QUEUE)
    desk.work()
    at = staff(desk, under=written)
    desk.work(HOUR)
    case = desk.case().case
    assert (case.status, case.first_response_at, case.acknowledged_at) == (Status.ACKNOWLEDGED, at, at)
    assert desk.deadline("acknowledge").met_at == at
    assert desk.deadline("resolve").met_at is None
    assert ("ig-worker", "answered on Instagram") in desk.history()


def test_of_several_answers_the_first_counts_and_is_noted_once(desk: CaseworkDesk) -> None:
    written = desk.comment(QUEUE)
    desk.work()
    first = staff(desk, under=written)
    staff(desk, "Sudah kami tindak lanjuti, Bapak.", under=written)
    for _ in range(3):
        desk.work(HOUR)
    assert desk.case().case.first_response_at == first
    assert [what for _, what in desk.history()].count("answered on Instagram") == 1


def test_an_answer_in_a_conversation_counts_too(desk: CaseworkDesk) -> None:
    desk.instagram.message("pak_budi", QUEUE)
    desk.work()
    desk.clock.forward(HOUR)
    at = desk.clock.now()
    desk.instagram.staff_message("pak_budi", OURS)
    desk.work()
    assert desk.case().case.first_response_at == at


def test_an_answer_through_the_worker_says_who_gave_it(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    desk.work()
    at = through_us(desk, QUEUE)
    desk.work()
    stored = desk.case()
    assert (stored.case.first_response_at, stored.row.acknowledged_by) == (at, "Bidan Rina")
    assert ("Bidan Rina", "answered on Instagram") in desk.history()


def test_what_the_worker_says_is_no_response(desk: CaseworkDesk) -> None:
    written = desk.comment(QUEUE)
    desk.work()
    bot(desk, QUEUE, under=written)
    for _ in range(3):
        desk.work(HOUR)
    case = desk.case().case
    assert (case.status, case.first_response_at) == (Status.TOLD, None)


def test_words_of_the_centre_that_are_older_than_the_complaint_do_not_answer_it(desk: CaseworkDesk) -> None:
    root = desk.comment(PRAISE, author="bu_sri")
    staff(desk, "Terima kasih kembali, Ibu!", under=root)
    desk.clock.forward(HOUR)
    desk.comment(QUEUE, parent_id=root)
    desk.work(HOUR)
    assert desk.case().case.first_response_at is None


@pytest.mark.parametrize(
    ("said", "answers"), [("@bu_sri terima kasih, Ibu!", False), (f"@pak_budi {OURS}", True)]
)
def test_what_is_said_to_another_person_in_the_thread_is_no_answer(
    desk: CaseworkDesk, said: str, answers: bool
) -> None:
    root = desk.comment(PRAISE, author="bu_sri")
    desk.comment(QUEUE, parent_id=root)
    desk.work()
    staff(desk, said, under=root)
    desk.work(HOUR)
    assert (desk.case().case.first_response_at is not None) is answers


def test_an_answer_through_the_worker_to_another_person_in_the_thread_is_none(desk: CaseworkDesk) -> None:
    root = desk.comment(PRAISE, author="bu_sri")
    desk.comment(QUEUE, parent_id=root)
    desk.work()
    through_us(desk, PRAISE)
    desk.work()
    assert desk.case().case.first_response_at is None


def test_an_answer_to_the_praise_does_not_answer_the_complaint_into_which_it_was_edited(
    desk: CaseworkDesk,
) -> None:
    written = desk.comment(PRAISE)
    desk.work()
    staff(desk, "Terima kasih kembali!", under=written)
    desk.clock.forward(HOUR)
    desk.instagram.edit_comment(written, QUEUE)
    desk.work(7 * HOUR)
    assert desk.case().case.first_response_at is None
    at = staff(desk, under=written)
    desk.work(HOUR)
    assert desk.case().case.first_response_at == at


def test_an_answer_that_was_given_before_the_complaint_was_read_meets_the_deadline_at_once(
    desk: CaseworkDesk,
) -> None:
    desk.poll()
    written = desk.comment(QUEUE)
    at = staff(desk, under=written)
    desk.work(HOUR)
    case = desk.case().case
    assert (case.first_response_at, case.acknowledged_at) == (at, case.opened_at)
    assert desk.deadline("acknowledge").met_at == case.opened_at
    assert case.told_at is not None


def test_a_case_that_was_resolved_before_its_answer_was_read_still_says_when_it_was_answered(
    desk: CaseworkDesk,
) -> None:
    written = desk.comment(QUEUE)
    desk.work()
    at = staff(desk, under=written)
    desk.clock.forward(MINUTE)
    desk.move(Event.RESOLVE)
    desk.work(HOUR)
    case = desk.case().case
    assert (case.status, case.first_response_at) == (Status.RESOLVED, at)


def test_an_answer_to_a_merged_case_answers_the_one_in_which_it_goes_on(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    other = desk.comment(QUEUE, author="bu_sri")
    desk.work()
    desk.move(Event.MERGE, "K-2026-0002", into="K-2026-0001")
    at = staff(desk, under=other)
    desk.work(HOUR)
    assert desk.case("K-2026-0001").case.first_response_at == at
    assert desk.case("K-2026-0002").case.status is Status.MERGED


def test_an_answer_to_a_later_message_of_the_case_counts(desk: CaseworkDesk) -> None:
    desk.comment(QUEUE)
    later = desk.comment(AGAIN)
    desk.work()
    at = staff(desk, under=later)
    desk.work(HOUR)
    assert desk.case().case.first_response_at == at
