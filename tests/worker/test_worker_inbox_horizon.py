"""Direct messages through the real client and the embedded Instagram: what can be read, what cannot, what is gone."""

from __future__ import annotations

from typing import Any

import pytest
from inbox_days import COMPLAINT, PRAISE, Centre


def texts(centre: Centre) -> list[str]:
    return [row["text"] for row in centre.rows("SELECT text FROM messages ORDER BY sent_at, id")]


def lost(centre: Centre) -> int:
    (found,) = centre.rows("SELECT sum(lost) AS n FROM conversations")
    return int(found["n"])


def burst(centre: Centre, number: int, author: str = "nenek_siti", start: int = 0) -> list[dict[str, Any]]:
    made = []
    for place in range(start, start + number):
        made.append(centre.door.message(author, f"Pesan {place}"))
        centre.later(seconds=1)
    return made


def quiet(centre: Centre) -> bool:
    """Whether a poll asks once for the posts and once for the conversations."""
    centre.later(minutes=2)
    before = centre.calls()
    centre.run("inbox")
    return sorted(centre.calls() - before) == ["GET /{account}/conversations", "GET /{account}/media"]


@pytest.mark.parametrize("older", ["left_out", "bare"])
def test_of_thirty_messages_between_polls_twenty_are_stored_and_ten_reported(
    centre: Centre, older: str
) -> None:
    centre.door.settings(older_messages=older)
    centre.run("inbox")
    burst(centre, 30)
    centre.later(minutes=2)
    centre.run("inbox")
    assert texts(centre) == [f"Pesan {place}" for place in range(10, 30)]
    assert lost(centre) == 10
    centre.run("cases")
    (mail,) = centre.sink.mails()
    assert "Ada 10 pesan dari @nenek_siti yang tidak dapat dibaca lewat API" in mail.get_content()
    assert quiet(centre)
    burst(centre, 5, start=30)
    centre.later(minutes=2)
    centre.run("inbox")
    centre.run("cases")
    assert (lost(centre), len(centre.sink.mails())) == (10, 1)
    assert not any(row["deleted"] for row in centre.rows("SELECT deleted FROM messages"))


def test_two_hundred_messages_while_nobody_read(centre: Centre) -> None:
    centre.run("inbox")
    centre.door.message("nenek_siti", "Halo")
    centre.later(minutes=2)
    centre.run("inbox")
    centre.door.messages({"author": "nenek_siti", "text": f"Pesan {place}"} for place in range(250))
    centre.later(minutes=2)
    centre.run("inbox")
    assert (len(texts(centre)), lost(centre)) == (21, 230)


def test_what_people_take_back_is_marked_and_what_moved_out_of_sight_is_not(centre: Centre) -> None:
    centre.run("inbox")
    made = burst(centre, 19)
    centre.later(minutes=2)
    centre.run("inbox")
    centre.door.change_message(made[7]["id"], unsent=True)
    burst(centre, 6, start=19)
    centre.later(minutes=2)
    centre.run("inbox")
    gone = centre.rows("SELECT ig_id, text FROM messages WHERE deleted")
    assert [(row["ig_id"], row["text"]) for row in gone] == [(made[7]["id"], "[pesan ditarik pengirim]")]
    centre.door.change_message(made[18]["id"], unsent=True)
    centre.later(hours=1)
    centre.run("inbox")
    gone = centre.rows("SELECT ig_id, text, deleted_at FROM messages WHERE deleted ORDER BY id")
    assert [row["ig_id"] for row in gone] == [made[7]["id"], made[18]["id"]]
    assert {row["text"] for row in gone} == {"[pesan ditarik pengirim]"}
    assert all(row["deleted_at"] for row in gone)
    assert quiet(centre)


def test_praise_that_was_taken_back_is_not_thanked(centre: Centre) -> None:
    centre.run("inbox")
    centre.door.message("nenek_siti", "Selamat pagi")
    praise = centre.door.message("nenek_siti", PRAISE)
    centre.later(minutes=2)
    centre.run("inbox")
    centre.door.change_message(praise["id"], unsent=True)
    centre.later(hours=1)
    centre.run("inbox")
    centre.run("replies")
    centre.run("replies")
    assert centre.written_by_the_worker() == []


@pytest.mark.parametrize(
    ("kind", "kept", "looked_at"),
    [
        ("image", "image", True),
        ("audio", "audio", True),
        ("video", "video", True),
        ("file", "file", True),
        ("ephemeral", "ephemeral", True),
        ("unsupported", "unsupported", True),
        ("template", "template", True),
        ("sticker", "sticker", False),
        ("gif", "gif", False),
        ("ig_reel", "share", False),
    ],
)
def test_what_comes_without_words_is_kept_as_what_it_is(
    centre: Centre, kind: str, kept: str, looked_at: bool
) -> None:
    centre.run("inbox")
    centre.door.message("nenek_siti", attachments=[{"type": kind}])
    centre.later(minutes=2)
    centre.run("inbox")
    (found,) = centre.rows(
        "SELECT text, CAST(attachments AS VARCHAR) AS attachments, needs_review FROM messages"
    )
    assert (found["text"], found["attachments"], bool(found["needs_review"])) == (
        "",
        f'["{kept}"]',
        looked_at,
    )


def test_stories_answered_and_mentioned_come_as_messages(centre: Centre) -> None:
    centre.run("inbox")
    centre.door.message("nenek_siti", COMPLAINT, story_reply="17900000000000001")
    centre.door.message("pak_rt", story_mention="17900000000000002")
    centre.later(minutes=2)
    centre.run("inbox")
    columns = "author, label, opens_case, needs_review, CAST(attachments AS VARCHAR) AS attachments"
    found = {row["author"]: row for row in centre.rows(f"SELECT {columns} FROM messages")}
    answer, mention = found["nenek_siti"], found["pak_rt"]
    assert (answer["attachments"], answer["label"], bool(answer["opens_case"])) == (
        '["story_reply"]',
        "keluhan",
        True,
    )
    assert (mention["attachments"], bool(mention["needs_review"])) == ('["story_mention"]', True)


def test_a_request_is_read_like_any_message_and_its_silence_concludes_nothing(centre: Centre) -> None:
    centre.run("inbox")
    centre.door.message("nenek_siti", COMPLAINT, request=True)
    centre.later(minutes=2)
    centre.run("inbox", "cases")
    assert len(centre.asked("cases", "list")) == 1
    centre.later(days=31)
    centre.run("inbox")
    (found,) = centre.asked("inbox", "list")
    assert (found["deleted"], found["text"]) == (False, COMPLAINT)
    centre.door.message("nenek_siti", "Bagaimana kelanjutannya?")
    centre.later(minutes=2)
    centre.run("inbox")
    assert [row["text"] for row in centre.asked("inbox", "list")] == [COMPLAINT, "Bagaimana kelanjutannya?"]


def test_staff_and_our_own_words_are_ours_and_stand_there_once(centre: Centre) -> None:
    centre.run("inbox")
    sent = centre.door.message("nenek_siti", PRAISE)
    centre.later(minutes=2)
    for _ in range(3):
        centre.run("inbox", "replies")
        centre.later(minutes=2)
    centre.door.staff("Sama-sama, Bu", conversation_id=sent["conversation_id"])
    for _ in range(3):
        centre.later(minutes=2)
        centre.run("inbox", "replies")
    found = centre.rows("SELECT own, count(*) AS n FROM messages GROUP BY own ORDER BY own")
    assert [(bool(row["own"]), row["n"]) for row in found] == [(False, 1), (True, 2)]


def test_an_account_with_fifty_days_of_complaints_gives_one_mail_and_no_case(centre: Centre) -> None:
    post = centre.door.media("image", "Posyandu besok")
    for day in range(30):
        centre.door.comment(f"warga{day}", COMPLAINT, media_id=post)
        centre.door.message(f"warga{day % 4}", PRAISE)
        centre.later(hours=40)
    centre.later(days=2)
    for _ in range(3):
        centre.run("inbox", "replies", "cases")
        centre.later(hours=2)
    assert centre.asked("cases", "list") == []
    assert centre.written_by_the_worker() == []
    (mail,) = centre.sink.mails()
    assert "60 komentar dan pesan dari masyarakat" in mail.get_content().replace("\n", " ")
    assert mail["To"] == "pengaduan@puskesmas.example"


def test_while_the_budget_is_used_up_the_inbox_takes_a_look_and_posts_have_room(centre: Centre) -> None:
    centre.run("inbox")
    for number in range(12):
        centre.door.message(f"warga{number}", COMPLAINT)
    centre.door.settings(usage_percent=92)
    centre.later(minutes=2)
    for stored in (5, 10, 12):
        centre.run("inbox")
        assert len(texts(centre)) == stored
