"""What a person answers through the worker, from the command to Instagram and back."""

from __future__ import annotations

import pytest
from inbox_days import COMPLAINT, PRAISE, QUESTION, Centre

ALL = ("inbox", "replies", "cases")
ANSWER = "Pendaftaran buka pukul 07.30 ya, Kak"


@pytest.fixture
def media(centre: Centre) -> str:
    media = centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    return media


def number_of(centre: Centre, ig_id: str) -> str:
    return str(next(one["id"] for one in centre.asked("inbox", "list") if one["ig_id"] == ig_id))


def sent_as(centre: Centre) -> list[tuple[str, str]]:
    """Who of us wrote each message, and how it was sent."""
    talks = centre.door.state()["conversations"]
    return [(line["by"], line["sent_as"]) for talk in talks for line in talk["messages"] if line["own"]]


def test_an_answer_to_a_comment_is_public_once_and_ends_the_waiting(centre: Centre, media: str) -> None:
    asked = centre.door.comment("bunda_rara", QUESTION)
    centre.run(*ALL)
    assert centre.asked("status")["waiting_for_person"] == 1
    centre.command("inbox", "reply", number_of(centre, asked), ANSWER, "--by", "Rina")
    for _ in range(3):
        centre.later(minutes=2)
        centre.run(*ALL)
    (answer,) = centre.written_by_the_worker()
    assert answer["parent_id"] == asked
    assert ANSWER in answer["text"]
    assert centre.asked("status")["waiting_for_person"] == 0
    assert [one["ig_id"] for one in centre.asked("inbox", "list")] == [asked]


def test_only_a_persons_answer_goes_out_after_a_day_and_none_after_a_week(centre: Centre, media: str) -> None:
    first = centre.door.message("bunda_rara", QUESTION)
    centre.later(minutes=2)
    centre.run(*ALL)
    number = number_of(centre, first["id"])
    centre.command("inbox", "reply", number, ANSWER, "--by", "Rina")
    centre.later(days=3)
    centre.run("inbox")
    centre.command("inbox", "reply", number, f"{ANSWER}. Ditunggu!", "--by", "Rina")
    assert sent_as(centre) == [("worker", "RESPONSE"), ("worker", "HUMAN_AGENT")]
    centre.later(days=5)
    with pytest.raises(AssertionError, match="app"):
        centre.command("inbox", "reply", number, "Masih ada yang bisa dibantu?", "--by", "Rina")
    assert len(sent_as(centre)) == 2


def test_thanks_are_never_sent_as_a_person(centre: Centre, media: str) -> None:
    # Read for the first time a day and a half after it was written.
    centre.door.message("bunda_rara", PRAISE)
    centre.later(hours=36)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    centre.door.message("pak_budi", PRAISE)
    centre.later(minutes=2)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert sent_as(centre) == [("worker", "RESPONSE")]


@pytest.mark.parametrize("kind", ["lost_after", "broken_json", "error_after"])
@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_an_answer_whose_outcome_was_lost_is_found_and_not_sent_again(
    centre: Centre, media: str, channel: str, kind: str
) -> None:
    if channel == "comment":
        asked, path = centre.door.comment("bunda_rara", QUESTION), "/replies"
    else:
        asked, path = centre.door.message("bunda_rara", QUESTION)["id"], "/messages"
    centre.later(minutes=2)
    centre.run(*ALL)
    centre.door.fault(kind, method="POST", path=path)
    centre.command("inbox", "reply", number_of(centre, asked), ANSWER, "--by", "Rina")
    for _ in range(8):
        centre.later(minutes=2)
        centre.run(*ALL)
    assert len(centre.written_by_the_worker()) == 1
    (answer,) = centre.rows("SELECT status, ig_id FROM answers")
    assert answer == {"status": "sent", "ig_id": centre.written_by_the_worker()[0]["id"]}


def test_a_complaint_answered_by_a_person_keeps_its_case_and_gets_no_thanks(
    centre: Centre, media: str
) -> None:
    complaint = centre.door.comment("nenek_siti", COMPLAINT)
    centre.run(*ALL)
    centre.command("inbox", "reply", number_of(centre, complaint), "Mohon maaf, Ibu", "--by", "Rina")
    centre.later(minutes=5)
    centre.door.comment("nenek_siti", PRAISE, parent_id=complaint)
    for _ in range(3):
        centre.later(minutes=2)
        centre.run(*ALL)
    assert len(centre.written_by_the_worker()) == 1
    assert [one["number"] for one in centre.asked("cases", "list")] == ["K-2026-0001"]
