"""Who is thanked, when, and in which words; and everybody who is left to a person instead."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from sqlalchemy import update

from fakes.bench import ACCOUNT, bench_database, plan_post
from fakes.speaking_desk import COMPLAINT, HOUR, MINUTE, PRAISE, QUESTION, SpeakingDesk, at
from ig_worker.domain.instagram import Comment, DirectMessage, Page
from ig_worker.store import messages
from ig_worker.store.database import Database
from ig_worker.store.schema import posts

BY_NIGHT = (time(21, 0), time(6, 0))


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as opened:
        yield opened


@pytest.fixture
def desk(database: Database) -> SpeakingDesk:
    return SpeakingDesk(database)


def test_praise_is_thanked_by_name_after_a_pause(desk: SpeakingDesk) -> None:
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(1)
    assert desk.said == []
    desk.go_on(2)
    (thanks,) = desk.said
    assert thanks.startswith("@bunda_rara ")
    assert desk.outcomes() == [("thanks", "sent", "")]


def test_praise_of_the_staff_is_thanked_in_words_about_the_staff(desk: SpeakingDesk) -> None:
    for number in range(3):
        desk.instagram.comment(desk.post(), f"warga_{number}", PRAISE)
    desk.go_on(5)
    assert len(desk.said) == 3
    assert all("petugas" in words.lower() or "melayani" in words.lower() for words in desk.said)


def test_a_row_of_thanks_under_one_post_repeats_nothing(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    for number in range(30):
        desk.instagram.comment(media_id, f"warga_{number}", PRAISE)
    desk.go_on(5)
    words = [words.split(" ", 1)[1] for words in desk.said]
    assert len(words) == 30
    assert len(set(words)) == 30


def test_the_segment_of_the_post_is_named_only_where_it_has_one(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    with desk.database.writing() as connection:
        plan_post(connection, segment="Info Grafis")
        connection.execute(update(posts).values(ig_media_id=media_id, status="published"))
    for number in range(40):
        desk.instagram.comment(media_id, f"warga_{number}", "Mantap banget 👍👏")
        desk.instagram.message(f"warga_{number}", "Mantap banget 👍👏")
    desk.go_on(5)
    under = [words for _, words in desk.instagram.replies_sent]
    assert any("Info Grafis" in words for words in under)
    assert not any("Info Grafis" in words for _, words in desk.instagram.messages_sent)


def test_the_same_person_is_thanked_once_a_day_under_a_post(desk: SpeakingDesk) -> None:
    here, there = desk.post(), desk.post("Posyandu")
    for media_id in (here, here, there):
        desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(5)
    assert len(desk.said) == 2
    assert sorted(desk.why()) == ["", "", "this person was thanked here today"]
    desk.clock.move_to(at(8, day=26))
    desk.instagram.comment(here, "bunda_rara", PRAISE)
    desk.go_on(5)
    assert len(desk.said) == 3


def test_thanks_put_off_over_the_night_are_those_of_the_next_day(database: Database) -> None:
    desk = SpeakingDesk(database, quiet_hours=BY_NIGHT)
    media_id = desk.post()
    desk.clock.move_to(at(22))
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(5)
    assert desk.said == []
    desk.clock.move_to(at(6, 2, day=26))
    desk.go_on(1)
    assert len(desk.said) == 1
    desk.clock.move_to(at(7, day=26))
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(5)
    assert len(desk.said) == 1


def test_at_the_end_of_the_quiet_hours_there_is_a_human_pause_again(database: Database) -> None:
    desk = SpeakingDesk(database, quiet_hours=BY_NIGHT, delay_seconds=(120, 120))
    desk.clock.move_to(at(5, 30))
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(1)
    desk.clock.move_to(at(6, 1))
    desk.go_on(1, read=False)
    assert desk.said == []
    desk.go_on(1, read=False)
    assert len(desk.said) == 1


def test_words_that_come_late_into_the_quiet_hours_wait_for_their_end(database: Database) -> None:
    desk = SpeakingDesk(database, quiet_hours=BY_NIGHT)
    desk.clock.move_to(at(20, 55))
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(1)
    desk.clock.move_to(at(21, 5))
    desk.go_on(5, read=False)
    assert desk.said == []
    desk.clock.move_to(at(6, 2, day=26))
    desk.go_on(1, read=False)
    assert len(desk.said) == 1


@pytest.mark.parametrize(
    ("quiet", "now", "awake"),
    [
        (BY_NIGHT, at(20, 59), at(20, 59)),
        (BY_NIGHT, at(21), at(6, day=26)),
        (BY_NIGHT, at(5, 59), at(6)),
        (BY_NIGHT, at(6), at(6)),
        ((time(12), time(13)), at(12, 30), at(13)),
        ((time(12), time(13)), at(13), at(13)),
        (None, at(3), at(3)),
    ],
)
def test_the_quiet_hours_end_when_they_should(database: Database, quiet: Any, now: Any, awake: Any) -> None:
    assert SpeakingDesk(database, quiet_hours=quiet).manners.awake_at(now) == awake


def test_words_planned_for_the_morning_wish_no_good_morning_in_the_evening(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    for number in range(60):
        desk.instagram.comment(media_id, f"warga_{number}", "Mantap banget 👍👏")
    desk.go_on(1)
    desk.clock.move_to(at(18, 30))
    desk.go_on(1, read=False)
    assert len(desk.said) == 60
    greetings = [words for words in desk.said if "Selamat" in words]
    assert greetings
    assert all("Selamat malam" in words for words in greetings)
    stored = {row.reply_text for row in desk.stored()}
    assert stored == set(desk.said)


def test_praise_that_is_too_old_is_not_thanked(database: Database) -> None:
    desk = SpeakingDesk(database)
    desk.reader.run()
    media_id = desk.post()
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.clock.forward(49 * HOUR)
    desk.go_on(3)
    assert desk.why() == ["too old to be answered by the worker"]


def test_praise_in_a_message_is_thanked_within_a_day_only(database: Database) -> None:
    desk = SpeakingDesk(database)
    desk.reader.run()
    desk.instagram.message("bunda_rara", PRAISE)
    desk.clock.forward(23 * HOUR + 59 * MINUTE)
    desk.go_on(3)
    assert desk.why() == ["the 24 hours in which a program may answer a message are over"]
    assert not [call for call in desk.instagram.calls if call.startswith("send")]


def test_a_window_that_closes_in_the_quiet_hours_is_seen_before_the_call(database: Database) -> None:
    desk = SpeakingDesk(database)
    desk.instagram.message("bunda_rara", PRAISE)
    desk.go_on(1)
    desk.clock.forward(24 * HOUR)
    desk.go_on(1, read=False)
    assert desk.why() == ["the 24 hours in which a program may answer a message are over"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"auto_thank": False}, "it was changed and is no longer praise that may be thanked"),
        ({"edited": True, "label_by": "Rina"}, "it was changed and is no longer praise that may be thanked"),
        ({"deleted": True}, "its author has taken it back"),
        ({"hidden": True}, "it is hidden from the public"),
    ],
)
def test_what_changes_within_the_pause_is_seen(desk: SpeakingDesk, values: Any, reason: str) -> None:
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(1)
    desk.judge(**values)
    desk.go_on(3, read=False)
    assert (desk.said, desk.why()) == ([], [reason])


def test_what_changes_while_others_are_answered_is_seen(desk: SpeakingDesk) -> None:
    for number in range(2):
        desk.instagram.comment(desk.post(), f"warga_{number}", PRAISE)
    desk.go_on(1)
    answer = desk.instagram.reply_to_comment

    def answer_while_somebody_judges(comment_id: str, text: str) -> str:
        desk.judge(auto_thank=False, label="keluhan", label_by="Rina")
        return answer(comment_id, text)

    desk.instagram.reply_to_comment = answer_while_somebody_judges  # type: ignore[method-assign]
    desk.go_on(2, read=False)
    assert len(desk.said) == 1


@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_who_complained_about_something_else_elsewhere_is_thanked_all_the_same(
    desk: SpeakingDesk, channel: str
) -> None:
    """The complaint has its case; silence here would look like a punishment for it."""
    desk.instagram.comment(desk.post("Antrean"), "bunda_rara", COMPLAINT)
    desk.go_on(1)
    if channel == "dm":
        desk.instagram.message("bunda_rara", PRAISE)
    else:
        desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(5)
    assert ("thanks", "sent", "") in desk.outcomes()


def test_what_belongs_to_a_case_is_never_thanked(desk: SpeakingDesk) -> None:
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.reader.run()
    desk.judge(opens_case=True)
    desk.open_cases()
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE cases SET status = 'resolved'")
    desk.judge(opens_case=False)
    desk.go_on(5)
    assert desk.said == []
    assert desk.why() == ["it belongs to a case: a person answers"]


def test_the_kind_half_of_something_that_waits_for_a_person_is_not_thanked(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.clock.forward(MINUTE)
    second = desk.instagram.comment(media_id, "bunda_rara", "cuma ya gitu deh")
    desk.reader.run()
    with desk.database.writing() as connection:
        half = messages.by_ig_id(connection, ACCOUNT, second)
        assert half is not None
        changes = {"needs_review": True, "opens_case": False, "label": "lainnya"}
        messages.change(connection, half.id, desk.clock.now(), "as it might be judged", **changes)
    desk.go_on(5, read=False)
    assert desk.said == []
    assert "the same person has written more here that waits for a person" in desk.why()


def test_staff_who_answer_from_the_phone_within_the_pause_are_seen(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    comment_id = desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.instagram.message("pak_budi", PRAISE)
    desk.go_on(1)
    desk.instagram.comment(media_id, desk.instagram.me.username, "Sama-sama, Bunda!", parent_id=comment_id)
    desk.instagram.staff_message("pak_budi", "Sama-sama, Pak!")
    desk.go_on(5, read=False)
    assert desk.said == []
    desk.go_on(10)
    assert desk.said == []
    assert desk.why() == ["somebody of the centre has answered already"] * 2


def test_staff_in_a_conversation_silence_the_worker_for_a_week(desk: SpeakingDesk) -> None:
    desk.instagram.message("pak_budi", "Halo")
    desk.instagram.staff_message("pak_budi", "Halo Pak, ada yang bisa dibantu?")
    desk.clock.forward(6 * 24 * HOUR)
    desk.instagram.message("pak_budi", PRAISE)
    desk.go_on(5)
    assert desk.said == []
    assert desk.why()[-1] == "somebody of the centre talks here"
    desk.clock.forward(25 * HOUR)
    desk.instagram.message("pak_budi", PRAISE)
    desk.go_on(5)
    assert len(desk.said) == 1


def test_words_that_only_the_last_look_sees_put_the_thanks_off(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    above = desk.instagram.comment(media_id, "pak_budi", "Hadir")
    desk.instagram.comment(media_id, "bunda_rara", PRAISE, parent_id=above)
    desk.go_on(1)
    desk.instagram.comment(media_id, "bunda_rara", COMPLAINT)
    desk.go_on(2, read=False)
    assert desk.said == []
    desk.go_on(10)
    assert not any(purpose == "thanks" and status == "sent" for purpose, status, _ in desk.outcomes())


@pytest.mark.parametrize("withheld", ["author", "author_id"])
@pytest.mark.parametrize("read", [True, False], ids=["read before", "seen by the last look"])
def test_who_complained_is_known_by_name_or_id_where_the_other_is_withheld(
    desk: SpeakingDesk, withheld: str, *, read: bool
) -> None:
    media_id = desk.post()
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(1)
    second = desk.instagram.comment(media_id, "bunda_rara", COMPLAINT)
    comments = desk.instagram._comments
    comments[second] = replace(comments[second], **{withheld: ""})
    desk.go_on(10, read=read)
    assert not any(purpose == "thanks" and status == "sent" for purpose, status, _ in desk.outcomes())


@pytest.mark.parametrize("gone", ["hidden", "deleted", "unsent"])
def test_what_was_hidden_or_taken_back_just_now_is_not_answered(desk: SpeakingDesk, gone: str) -> None:
    if gone == "unsent":
        message_id = desk.instagram.message("bunda_rara", PRAISE)
        desk.instagram.message("bunda_rara", "Halo")
    else:
        message_id = desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.go_on(1)
    if gone == "hidden":
        desk.instagram.staff_hide(message_id)
    elif gone == "deleted":
        desk.instagram.delete_comment(message_id)
    else:
        kept = desk.instagram._conversations["bunda_rara"]
        kept[:] = [
            DirectMessage(line.ig_id, None, line.timestamp, line.author, line.author_id, False, deleted=True)
            if line.ig_id == message_id
            else line
            for line in kept
        ]
    desk.go_on(4, read=False)
    assert desk.said == []


def test_lines_that_nobody_can_read_do_not_keep_the_thanks_waiting(desk: SpeakingDesk) -> None:
    desk.instagram.message("bunda_rara", PRAISE)
    desk.go_on(1)
    kept = desk.instagram._conversations["bunda_rara"]
    first = kept[0]
    unreadable = DirectMessage("mid-old", None, first.timestamp, first.author, first.author_id, False, False)
    kept.insert(0, unreadable)
    desk.go_on(2, read=False)
    assert len(desk.said) == 1


def test_a_praise_behind_many_newer_comments_is_still_found(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    praised = desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    for number in range(120):
        desk.instagram.comment(media_id, f"warga_{number}", "Hadir")
    desk.go_on(1)
    desk.instagram.edit_comment(praised, COMPLAINT)
    desk.go_on(3, read=False)
    assert desk.said == []
    desk.instagram.edit_comment(praised, PRAISE)
    desk.go_on(6, read=False)
    assert len(desk.said) == 1


def test_a_complaint_among_many_replies_is_found_by_the_last_look(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    above = desk.instagram.comment(media_id, "pak_budi", "Hadir")
    desk.instagram.comment(media_id, "bunda_rara", PRAISE, parent_id=above)
    for number in range(60):
        desk.instagram.comment(media_id, f"warga_{number}", "Hadir", parent_id=above)
    desk.go_on(1)
    desk.instagram.comment(media_id, "bunda_rara", COMPLAINT, parent_id=above)
    desk.go_on(3, read=False)
    assert desk.said == []


def test_the_last_look_does_not_read_a_post_without_end(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    comment_id = desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(1)
    noise = Comment("0", media_id, "Hadir", desk.clock.now(), "pak_budi", "1")
    pages = 0

    def endless(media_id: str, after: str | None = None) -> Page[Comment]:
        nonlocal pages
        pages += 1
        return Page((noise,), str(pages))

    desk.instagram.comments = endless  # type: ignore[method-assign]
    desk.go_on(2, read=False)
    assert comment_id
    assert desk.said == []
    assert pages == 10


def test_a_conversation_that_is_gone_is_not_answered(desk: SpeakingDesk) -> None:
    message_id = desk.instagram.message("bunda_rara", PRAISE)
    desk.go_on(1)
    desk.instagram.unsend(message_id)
    desk.go_on(2, read=False)
    assert desk.why() == ["it can no longer be had on Instagram"]


def test_a_dry_run_shows_what_would_be_said_and_names_nobody_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk = SpeakingDesk(database, dry_run=True)
    for number in range(2):
        desk.instagram.comment(desk.post(), f"warga_{number}", PRAISE)
    desk.instagram.message("warga_9", PRAISE)
    desk.go_on(5)
    assert desk.said == []
    for row in desk.stored():
        assert (row.reply_status, row.reply_error) == (
            "skipped",
            f"dry run; would have said: {row.reply_text}",
        )
    assert caplog.text.count("dry run: message") == 3
    assert "warga_" not in caplog.text


def test_switched_off_the_worker_says_nothing_and_settles_what_was_on_its_way(database: Database) -> None:
    desk = SpeakingDesk(database)
    desk.instagram.comment(desk.post(), "bunda_rara", PRAISE)
    desk.instagram.comment(desk.post(), "pak_budi", PRAISE)
    desk.go_on(1)
    desk.instagram.faults.faults[len(desk.instagram.calls) + 2] = "lost_after"  # type: ignore[index]
    desk.responder.run()
    desk.clock.forward(MINUTE)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE replies SET status = 'planned', calls = 0 WHERE status = 'sent'")
    before = len(desk.said)
    desk.responder = desk.another_responder(enabled=False)
    desk.go_on(10)
    assert len(desk.said) == before
    assert "sending" not in {status for _, status, _ in desk.outcomes()}
    desk.clock.forward(48 * HOUR)
    desk.go_on(1)
    assert "planned" not in {status for _, status, _ in desk.outcomes()}


def test_two_planned_for_the_same_person_at_once_become_one(desk: SpeakingDesk) -> None:
    """Two workers may plan at the same moment, neither seeing the other's plan."""
    media_id = desk.post()
    for _ in range(2):
        desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.go_on(1)
    with desk.database.writing() as connection:
        connection.exec_driver_sql("UPDATE replies SET status = 'planned', phrase = 1")
    desk.go_on(3)
    assert len(desk.said) == 1


def test_a_question_beside_the_praise_does_not_keep_it_from_being_thanked(desk: SpeakingDesk) -> None:
    media_id = desk.post()
    desk.instagram.comment(media_id, "bunda_rara", PRAISE)
    desk.instagram.comment(media_id, "bunda_rara", QUESTION)
    desk.go_on(5)
    assert sorted(purpose for purpose, status, _ in desk.outcomes() if purpose and status == "sent") == [
        "answer",
        "thanks",
    ]
