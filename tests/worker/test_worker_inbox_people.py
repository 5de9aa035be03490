"""What people do to comments and messages, and what the worker makes of it, from Instagram to the register."""

from __future__ import annotations

import pytest
from inbox_days import COMPLAINT, PRAISE, QUESTION, Centre

ALL = ("inbox", "replies", "cases")


@pytest.fixture
def media(centre: Centre) -> str:
    """A post, and an inbox that was read before anything happened."""
    media = centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    return media


def test_praise_is_thanked_once_and_our_thanks_are_nobodys_praise(centre: Centre, media: str) -> None:
    comment = centre.door.comment("bunda_rara", PRAISE)
    message = centre.door.message("pak_budi", PRAISE)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    thanks = centre.written_by_the_worker()
    assert len(thanks) == 2
    assert {one.get("parent_id") for one in thanks} == {comment, None}
    assert "@bunda_rara" in next(one["text"] for one in thanks if one.get("parent_id"))
    own = centre.rows("SELECT * FROM messages WHERE own ORDER BY channel")
    assert sorted(one["ig_id"] for one in own) == sorted(one["id"] for one in thanks)
    listed = centre.asked("inbox", "list")
    assert {one["ig_id"] for one in listed} == {comment, message["id"]}
    assert {one["reply"]["status"] for one in listed} == {"sent"}


def test_our_thanks_are_known_where_meta_withholds_who_wrote(centre: Centre, media: str) -> None:
    centre.door.settings(withheld="comment.from,comment.username")
    centre.door.comment("bunda_rara", PRAISE)
    for _ in range(4):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert len(centre.written_by_the_worker()) <= 1
    assert centre.rows("SELECT * FROM messages WHERE NOT own AND text LIKE 'Terima kasih%%kak%%'") == []


def test_staff_who_answer_a_comment_from_the_phone_stop_the_bot_in_that_thread(
    centre: Centre, media: str
) -> None:
    first = centre.door.comment("bunda_rara", PRAISE)
    other = centre.door.comment("pak_budi", PRAISE)
    centre.later(minutes=1)
    answer = centre.door.staff("Sama-sama Bunda 🌷", comment_id=first)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    # Somebody else's praise in the same thread, after staff have spoken there.
    centre.door.comment("nenek_siti", PRAISE, parent_id=first)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert [one["parent_id"] for one in centre.written_by_the_worker()] == [other]
    assert centre.message(answer)["own"]


def test_staff_who_answer_a_message_from_the_phone_stop_the_bot_in_that_conversation(
    centre: Centre, media: str
) -> None:
    sent = centre.door.message("bunda_rara", QUESTION)
    centre.later(minutes=1)
    centre.door.staff("Jam 8 Bunda", conversation_id=sent["conversation_id"])
    centre.later(minutes=1)
    centre.run(*ALL)
    centre.door.message("bunda_rara", PRAISE)
    centre.door.message("pak_budi", PRAISE)
    for _ in range(3):
        centre.later(minutes=2)
        centre.run(*ALL)
    talks = centre.door.state()["conversations"]
    assert {talk["person"]: [line["by"] for line in talk["messages"]] for talk in talks} == {
        "bunda_rara": ["public", "staff", "public"],
        "pak_budi": ["public", "worker"],
    }


def test_an_answer_from_the_phone_answers_the_question(centre: Centre, media: str) -> None:
    asked = centre.door.comment("bunda_rara", QUESTION)
    centre.run(*ALL)
    assert centre.message(asked)["label"] == "pertanyaan"
    before = centre.asked("status")["waiting_for_person"]
    centre.later(minutes=10)
    centre.door.staff("Jam 8 ya Bunda", comment_id=asked)
    for _ in range(2):
        centre.later(minutes=2)
        centre.run(*ALL)
    assert (before, centre.asked("status")["waiting_for_person"]) == (1, 0)


def test_praise_edited_into_a_complaint_opens_a_case(centre: Centre, media: str) -> None:
    comment = centre.door.comment("bunda_rara", PRAISE)
    centre.run(*ALL)
    centre.door.change_comment(comment, text=COMPLAINT)
    # An edit does not show in the count: it is found when the post is read again.
    for _ in range(8):
        centre.later(hours=1)
        centre.run(*ALL)
    (listed,) = centre.asked("inbox", "list")
    assert (listed["text"], listed["edited"], listed["label"]) == (COMPLAINT, True, "keluhan")
    assert listed["case"] == "K-2026-0001"
    assert centre.message(comment)["edited_at"] is not None
    assert len(centre.written_by_the_worker()) == 1


def test_a_label_set_by_a_person_survives_an_edit(centre: Centre, media: str) -> None:
    comment = centre.door.comment("bunda_rara", "Antre tadi pagi")
    centre.run(*ALL)
    number = centre.asked("inbox", "list")[0]["id"]
    centre.command("inbox", "relabel", str(number), "saran", "--by", "Rina")
    centre.door.change_comment(comment, text=PRAISE)
    for _ in range(8):
        centre.later(hours=1)
        centre.run(*ALL)
    (listed,) = centre.asked("inbox", "list")
    assert (listed["text"], listed["label"]) == (PRAISE, "saran")
    assert centre.written_by_the_worker() == []


def test_a_deleted_comment_is_marked_with_its_replies_and_not_thanked(centre: Centre, media: str) -> None:
    first = centre.door.comment("bunda_rara", QUESTION)
    below = centre.door.comment("pak_budi", PRAISE, parent_id=first)
    kept = centre.door.comment("nenek_siti", COMPLAINT)
    centre.run("inbox")
    centre.door.change_comment(first, deleted=True)
    for _ in range(8):
        centre.later(hours=1)
        centre.run(*ALL)
    assert {one["ig_id"]: one["deleted"] for one in centre.asked("inbox", "list")} == {
        first: True,
        below: True,
        kept: False,
    }
    assert centre.message(first)["deleted_at"] is not None
    assert centre.written_by_the_worker() == []
    assert centre.asked("status")["waiting_for_person"] == 0


def test_a_complaint_that_was_deleted_keeps_its_case(centre: Centre, media: str) -> None:
    complaint = centre.door.comment("nenek_siti", COMPLAINT)
    centre.run(*ALL)
    centre.door.change_comment(complaint, deleted=True)
    for _ in range(8):
        centre.later(hours=1)
        centre.run(*ALL)
    (listed,) = centre.asked("inbox", "list")
    assert (listed["deleted"], listed["case"]) == (True, "K-2026-0001")
    (case,) = centre.asked("cases", "list")
    assert case["status"] not in ("rejected", "merged", "resolved")


def test_one_comment_gone_and_another_come_shows_in_no_count(centre: Centre, media: str) -> None:
    gone = centre.door.comment("bunda_rara", "Semangat pagi")
    centre.run(*ALL)
    centre.door.change_comment(gone, deleted=True)
    come = centre.door.comment("nenek_siti", COMPLAINT)
    for _ in range(8):
        centre.later(hours=1)
        centre.run(*ALL)
    assert centre.message(come)["opens_case"]
    assert centre.message(gone)["deleted"]


def test_a_hidden_comment_is_known_as_hidden_and_not_thanked(centre: Centre, media: str) -> None:
    praise = centre.door.comment("bunda_rara", PRAISE)
    complaint = centre.door.comment("nenek_siti", COMPLAINT)
    for comment in (praise, complaint):
        centre.door.change_comment(comment, hidden=True)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert centre.message(praise)["hidden"]
    assert centre.message(complaint)["hidden"]
    assert centre.written_by_the_worker() == []
    assert [one["number"] for one in centre.asked("cases", "list")] == ["K-2026-0001"]


def test_a_comment_hidden_from_the_command_line_is_hidden_there(centre: Centre, media: str) -> None:
    spam = centre.door.comment("jualan", "Cek bio kak, pinjaman cepat cair tanpa syarat")
    centre.run("inbox")
    (listed,) = centre.asked("inbox", "list")
    centre.command("inbox", "hide", str(listed["id"]), "--by", "Rina")
    (seen,) = centre.door.state()["comments"]
    assert (seen["id"], seen["hidden"]) == (spam, True)


def test_replies_to_replies_stand_under_the_comment_and_thanks_go_there_once(
    centre: Centre, media: str
) -> None:
    first = centre.door.comment("bunda_rara", QUESTION)
    second = centre.door.comment("pak_budi", "Biasanya jam 8 Bun", parent_id=first)
    third = centre.door.comment("nenek_siti", PRAISE, parent_id=second)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert [centre.message(one)["parent_id"] for one in (first, second, third)] == ["", first, first]
    (thanks,) = centre.written_by_the_worker()
    assert thanks["parent_id"] == first
    assert "@nenek_siti" in thanks["text"]


def test_comments_that_are_counted_and_cannot_be_seen_are_reported(centre: Centre) -> None:
    album = centre.door.media("carousel", "Kegiatan")
    centre.door.comment("nenek_siti", COMPLAINT)
    centre.door.change_media(album, comments_withheld=True)
    for _ in range(30):
        centre.run(*ALL)
        centre.later(hours=1)
    told = centre.rows("SELECT title, body FROM notices")
    assert any("komentar" in f"{one['title']} {one['body']}" for one in told), told
    centre.door.change_media(album, comments_withheld=False)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(hours=1)
    assert [one["label"] for one in centre.asked("inbox", "list")] == ["keluhan"]


def test_a_restricted_persons_complaint_is_heard_when_it_is_approved(centre: Centre, media: str) -> None:
    complaint = centre.door.comment("nenek_siti", COMPLAINT, restricted=True)
    centre.run(*ALL)
    assert centre.asked("inbox", "list") == []
    centre.door.change_comment(complaint, restricted=False)
    for _ in range(3):
        centre.later(hours=1)
        centre.run(*ALL)
    assert [one["case"] for one in centre.asked("inbox", "list")] == ["K-2026-0001"]


def test_a_message_that_was_taken_back_is_marked_and_not_thanked(centre: Centre, media: str) -> None:
    sent = centre.door.message("bunda_rara", PRAISE)
    later = centre.door.message("bunda_rara", QUESTION)
    centre.later(minutes=2)
    centre.run("inbox")
    centre.door.change_message(sent["id"], unsent=True)
    centre.later(minutes=5)
    centre.door.message("bunda_rara", "Halo?")
    for _ in range(4):
        centre.later(hours=1)
        centre.run(*ALL)
    assert centre.message(sent["id"])["deleted"]
    assert not centre.message(later["id"])["deleted"]
    assert centre.written_by_the_worker() == []
