"""Direct messages: each readable one once, with what came along, whatever becomes of it later (section D)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from message_desk import COMPLAINT, HOUR, PRAISE, QUIET, Desk

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from fakes.fake_instagram import FAULTS, FaultPlan, Killed, said
from ig_worker.domain.errors import IgWorkerError, Refused, Throttled, Unanswered, Unavailable
from ig_worker.domain.instagram import Conversation, ConversationHead, Page
from ig_worker.store import messages
from ig_worker.store.rows import insert_new
from ig_worker.store.schema import replies


@pytest.fixture
def desk() -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database)


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "unsupported", "ephemeral", "hologram"])
def test_what_has_no_words_goes_to_a_person(desk: Desk, kind: str) -> None:
    desk.instagram.message("budi", "", attachments=(kind,))
    desk.poll()
    (message,) = desk.stored()
    assert (message.text, message.attachments) == ("", [kind])
    assert (message.needs_review, message.auto_thank, message.label) == (True, False, "lainnya")


@pytest.mark.parametrize("kind", ["sticker", "like_heart", "reaction", "gif", "share"])
def test_a_gesture_without_words_wants_nothing(desk: Desk, kind: str) -> None:
    desk.instagram.message("budi", "", attachments=(kind,))
    desk.poll()
    (message,) = desk.stored()
    assert (message.attachments, message.needs_review, message.auto_thank) == ([kind], False, False)


def test_an_edited_message_is_judged_again_with_what_came_along(desk: Desk) -> None:
    message_id = desk.instagram.message("budi", COMPLAINT, attachments=("image",))
    desk.poll()
    desk.instagram.edit_message(message_id, PRAISE)
    desk.instagram.message("budi", "Begitu ya")
    desk.poll()
    edited, _ = desk.stored()
    assert (edited.text, edited.edited, edited.edited_at) == (PRAISE, True, desk.clock.now())
    assert (edited.label, edited.auto_thank, edited.opens_case) == ("keluhan", False, True)


def test_words_that_were_withheld_at_first_are_no_edit(desk: Desk) -> None:
    message = desk.instagram.message("budi", "", attachments=("image",))
    desk.poll()
    desk.instagram.edit_message(message, COMPLAINT)
    desk.instagram.message("budi", "min?")
    desk.poll()
    stored = desk.stored()[0]
    assert (stored.text, stored.label, stored.edited) == (COMPLAINT, "keluhan", False)


@pytest.mark.parametrize("shown", ["", None])
def test_words_that_meta_does_not_show_any_more_are_kept(desk: Desk, shown: str | None) -> None:
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    blank = replace(whole, messages=tuple(replace(one, text=shown) for one in whole.messages))
    desk.instagram.conversation = lambda conversation_id: blank  # type: ignore[method-assign]
    desk.poll(HOUR)
    (message,) = desk.stored()
    assert (message.text, message.edited) == (COMPLAINT, False)


def test_an_edit_leaves_the_label_that_a_person_has_set(desk: Desk) -> None:
    message_id = desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    (first,) = desk.stored()
    with desk.database.writing() as connection:
        messages.change(connection, first.id, desk.clock.now(), "relabelled", label="saran", label_by="Rina")
    desk.instagram.edit_message(message_id, PRAISE)
    desk.instagram.message("budi", "Begitu ya")
    desk.poll()
    edited, _ = desk.stored()
    assert (edited.text, edited.label, edited.label_by) == (PRAISE, "saran", "Rina")
    assert (edited.auto_thank, edited.opens_case) == (False, True)


# What cannot be read.


def burst(desk: Desk, number: int, *, of: str = "budi", start: int = 0) -> list[str]:
    """So many messages of one person, a second apart; returns their ids."""
    ids = []
    for place in range(start, start + number):
        ids.append(desk.instagram.message(of, f"pesan {place}"))
        desk.clock.forward(timedelta(seconds=1))
    return ids


def test_of_thirty_messages_between_two_polls_twenty_are_stored_and_ten_are_told(desk: Desk) -> None:
    desk.poll()
    burst(desk, 30)
    calls = desk.poll()
    assert calls == [*QUIET, "conversation", "message_ids"]
    assert [message.text for message in desk.stored()] == [f"pesan {place}" for place in range(10, 30)]
    assert desk.lost() == {"conversation-budi": 10}
    (notice,) = desk.notices()
    assert notice.team == "complaint_team"
    assert "Ada 10 pesan dari @budi yang tidak dapat dibaca lewat API" in notice.body
    assert "mohon dibuka langsung di Instagram" in notice.body
    for _ in range(5):
        desk.poll()
    desk.another_reader().run()
    assert (desk.lost(), len(desk.notices())) == ({"conversation-budi": 10}, 1)


def test_a_gap_in_a_conversation_that_was_known_is_counted_from_the_last_known_message(desk: Desk) -> None:
    burst(desk, 25)
    desk.poll()
    burst(desk, 35, start=25)
    desk.poll()
    assert desk.lost() == {"conversation-budi": 15}
    burst(desk, 21, start=60)
    desk.poll()
    assert desk.lost() == {"conversation-budi": 16}
    assert [notice.title for notice in desk.notices()] == ["15 pesan tidak terbaca", "1 pesan tidak terbaca"]
    assert len(desk.stored()) == 60


@pytest.mark.parametrize("number", [19, 20, 21, 40])
def test_what_stood_there_at_the_first_contact_is_no_gap(desk: Desk, number: int) -> None:
    burst(desk, number)
    desk.poll()
    assert (desk.lost(), desk.notices()) == ({"conversation-budi": 0}, [])
    assert len(desk.stored()) == min(number, 20)
    burst(desk, 19, start=number)
    desk.poll()
    assert (desk.lost(), desk.notices()) == ({"conversation-budi": 0}, [])
    assert not any(message.deleted for message in desk.stored())


def test_a_clock_of_metas_that_is_behind_ours_hides_no_gap(desk: Desk) -> None:
    desk.poll(timedelta(minutes=9))
    desk.clock = desk.instagram._clock = HandClock()
    burst(desk, 30)
    desk.reader.run()
    assert desk.lost() == {"conversation-budi": 10}


def test_twenty_messages_between_two_polls_are_no_gap(desk: Desk) -> None:
    desk.poll()
    burst(desk, 20)
    desk.poll()
    assert (len(desk.stored()), desk.lost(), desk.notices()) == (20, {"conversation-budi": 0}, [])


def test_our_own_replies_are_not_among_the_lost(desk: Desk) -> None:
    desk.poll()
    first = desk.instagram.message("budi", "Halo")
    desk.poll()
    with desk.database.writing() as connection:
        known = messages.by_ig_id(connection, ACCOUNT, first)
        assert known is not None
        desk.clock.forward(timedelta(seconds=5))
        ours = desk.instagram.send_message("igsid-budi", "Terima kasih, Kak")
        values = {"message_id": known.id, "account": ACCOUNT, "status": "sent", "text": "Terima kasih, Kak"}
        insert_new(
            connection, replies, {**values, "ig_id": ours, "asked_at": known.sent_at, "due_at": known.sent_at}
        )
    desk.clock.forward(timedelta(seconds=5))
    burst(desk, 23)
    desk.poll()
    assert desk.lost() == {"conversation-budi": 3}


def test_the_ids_of_many_lost_messages_are_read_page_by_page(desk: Desk) -> None:
    desk.poll()
    desk.instagram.page_size = 25
    burst(desk, 90)
    assert desk.poll().count("message_ids") == 4
    assert desk.lost() == {"conversation-budi": 70}


def test_a_gap_whose_size_instagram_does_not_tell_stops_nothing_and_is_told(desk: Desk) -> None:
    desk.poll()
    burst(desk, 30)
    desk.instagram.faults = FaultPlan({len(desk.instagram.calls) + 4: Refused("no")})
    assert desk.poll()[-1] == "message_ids"
    assert (len(desk.stored()), desk.lost()) == (20, {"conversation-budi": 0})
    (notice,) = desk.notices()
    assert notice.title == "Mungkin ada pesan tidak terbaca"
    assert "Mungkin ada pesan dari @budi yang tidak dapat dibaca" in notice.body
    assert desk.poll() == QUIET


def test_a_gap_in_a_conversation_that_went_empty_before_it_was_counted_is_counted(desk: Desk) -> None:
    desk.poll()
    burst(desk, 30)
    desk.instagram.faults = FaultPlan({len(desk.instagram.calls) + 4: Throttled("later", wait_seconds=60)})
    with pytest.raises(Throttled):
        desk.poll()
    read = desk.instagram.conversation
    desk.instagram.conversation = lambda conversation_id: replace(  # type: ignore[method-assign]
        read(conversation_id), messages=()
    )
    desk.poll()
    assert (len(desk.stored()), desk.lost()) == (20, {"conversation-budi": 10})
    assert [notice.title for notice in desk.notices()] == ["10 pesan tidak terbaca"]
    assert desk.poll() == QUIET


def test_where_there_is_no_complaint_team_the_operators_are_told(desk: Desk) -> None:
    desk.outbox = outbox("operators")
    desk.reader = desk.another_reader()
    desk.poll()
    burst(desk, 22)
    desk.poll()
    assert [notice.team for notice in desk.notices()] == ["operators"]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", range(1, 5))
def test_whatever_interrupts_the_counting_each_gap_is_told_once(desk: Desk, call: int, fault: str) -> None:
    desk.poll()
    burst(desk, 27)
    desk.instagram.faults = FaultPlan({len(desk.instagram.calls) + call: fault})
    with suppress(Killed, IgWorkerError):
        desk.poll()
    desk.reader = desk.another_reader()
    desk.poll()
    burst(desk, 5, start=27)
    desk.poll()
    refused = (call, fault) == (4, "refused")
    told = "Mungkin ada pesan tidak terbaca" if refused else "7 pesan tidak terbaca"
    assert [notice.title for notice in desk.notices()] == [told]
    assert desk.lost() == {"conversation-budi": 0 if refused else 7}
    assert len(desk.stored()) == 25
    assert desk.poll() == QUIET


# What is taken back.


def test_a_message_that_was_taken_back_is_marked_with_the_time(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    gone = desk.instagram.message("budi", COMPLAINT)
    desk.instagram.message("budi", "tiga")
    desk.poll()
    desk.instagram.unsend(gone)
    desk.instagram.message("budi", "empat")
    desk.poll()
    marked = {message.text: (message.deleted, message.deleted_at) for message in desk.stored()}
    assert marked.pop(COMPLAINT) == (True, desk.clock.now())
    assert set(marked.values()) == {(False, None)}


def test_a_message_taken_back_without_any_sign_is_found_within_the_hour(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    gone = desk.instagram.message("budi", PRAISE)
    desk.instagram.message("budi", "tiga")
    desk.poll()
    desk.instagram.unsend(gone)
    desk.poll()
    assert not any(message.deleted for message in desk.stored())
    assert desk.poll(HOUR) == [*QUIET, "conversation"]
    assert [message.text for message in desk.stored() if message.deleted] == [PRAISE]
    with desk.database.reading() as connection:
        assert messages.to_thank(connection, ACCOUNT) == []
    assert desk.poll() == QUIET


def test_after_a_day_a_conversation_is_left_alone(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    desk.poll()
    assert desk.poll(26 * HOUR) == QUIET


def test_only_a_few_conversations_are_read_again_in_one_poll(desk: Desk) -> None:
    for number in range(8):
        desk.instagram.message(f"orang{number}", "halo")
    desk.poll()
    calls = [desk.poll(HOUR).count("conversation"), *(desk.poll().count("conversation") for _ in range(3))]
    assert calls == [3, 3, 2, 0]


def test_while_calls_are_scarce_nothing_is_read_again(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    desk.poll()
    desk.instagram.percent_used = 50
    assert desk.poll(2 * HOUR) == QUIET


def test_the_only_message_of_an_empty_answer_is_not_called_deleted(desk: Desk) -> None:
    only = desk.instagram.message("budi", "satu")
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    desk.instagram.conversation = lambda conversation_id: replace(whole, messages=())  # type: ignore[method-assign]
    desk.poll(HOUR)
    (message,) = desk.stored()
    assert (message.ig_id, message.deleted) == (only, False)


def test_what_moved_behind_the_horizon_is_not_deleted(desk: Desk) -> None:
    burst(desk, 20)
    desk.poll()
    burst(desk, 15, start=20)
    desk.poll()
    desk.poll(HOUR)
    assert (len(desk.stored()), any(message.deleted for message in desk.stored())) == (35, False)


def test_a_message_that_is_there_again_is_not_deleted_any_more(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    gone = desk.instagram.message("budi", "dua")
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    missing = replace(whole, messages=tuple(one for one in whole.messages if one.ig_id != gone))
    desk.instagram.conversation = lambda conversation_id: missing  # type: ignore[method-assign]
    desk.poll(HOUR)
    assert [message.deleted for message in desk.stored()] == [False, True]
    desk.instagram.conversation = lambda conversation_id: whole  # type: ignore[method-assign]
    desk.poll(HOUR)
    assert [(message.deleted, message.deleted_at) for message in desk.stored()] == [(False, None)] * 2


def test_what_meta_calls_deleted_is_deleted_and_its_words_stay(desk: Desk) -> None:
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    whole = desk.instagram.conversation("conversation-budi")
    said = tuple(replace(one, text="", deleted=True) for one in whole.messages)
    unseen = replace(whole.messages[0], ig_id="mid-never-seen", text="", deleted=True)
    desk.instagram.conversation = lambda conversation_id: replace(  # type: ignore[method-assign]
        whole, messages=(unseen, *said)
    )
    desk.poll(HOUR)
    (message,) = desk.stored()
    assert (message.text, message.deleted, message.edited) == (COMPLAINT, True, False)


# The list.


def test_what_vanished_from_the_list_is_not_touched(desk: Desk) -> None:
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    desk.instagram.conversations = lambda after=None: Page(())  # type: ignore[method-assign]
    desk.poll()
    (message,) = desk.stored()
    assert (message.deleted, message.opens_case) == (False, True)


def test_a_conversation_that_cannot_be_had_is_told_once_and_tried_ever_more_seldom(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.instagram.message("budi", "satu")
    desk.instagram.message("sari", "dua")
    read = desk.instagram.conversation

    def budi_is_not_to_be_had(conversation_id: str) -> Conversation:
        if conversation_id == "conversation-budi":
            desk.instagram.calls.append("conversation")
            raise Unavailable("does not exist")
        return read(conversation_id)

    desk.instagram.conversation = budi_is_not_to_be_had  # type: ignore[method-assign]
    counts = [desk.poll().count("conversation") for _ in range(30)]
    assert (counts[:3], sum(counts)) == ([2, 1, 0], 4)
    told = [line for line in caplog.messages if "conversation-budi cannot be had" in line]
    assert len(told) == 1
    desk.instagram.conversation = read  # type: ignore[method-assign]
    desk.poll(HOUR)
    assert sorted(message.text for message in desk.stored()) == ["dua", "satu"]


def test_a_conversation_that_instagram_fails_at_each_time_does_not_fail_every_poll(desk: Desk) -> None:
    desk.instagram.message("budi", "satu")
    fatal = Unanswered("Fatal", said=said(-1, 2207085, "Fatal"))

    def fails(conversation_id: str) -> Conversation:
        raise fatal

    desk.instagram.conversation = fails  # type: ignore[method-assign]
    failed = 0
    for _ in range(30):
        try:
            desk.poll()
        except Unanswered:
            failed += 1
    assert failed == 3


def test_a_restart_costs_no_walk_to_the_end_of_the_list(desk: Desk) -> None:
    desk.instagram.page_size = 5
    for number in range(12):
        desk.instagram.message(f"orang{number}", "halo")
    assert desk.poll().count("conversations") == 3
    desk.reader = desk.another_reader()
    assert desk.poll() == QUIET
    assert desk.poll(HOUR).count("conversations") == 3


def test_while_the_budget_is_full_a_poll_reads_a_few_and_the_next_ones_the_rest(desk: Desk) -> None:
    for number in range(12):
        desk.instagram.message(f"orang{number}", "halo")
        desk.clock.forward(timedelta(seconds=3))
    desk.instagram.percent_used = 90
    assert [desk.poll().count("conversation") for _ in range(4)] == [5, 5, 2, 0]
    assert len(desk.stored()) == 12


def test_staffs_messages_from_the_phone_are_ours_and_stand_there_once(desk: Desk) -> None:
    desk.instagram.message("budi", "Halo min")
    desk.clock.forward(timedelta(seconds=5))
    ours = desk.instagram.staff_message("budi", "Halo Kak, ada yang bisa dibantu?")
    for _ in range(3):
        desk.poll()
        desk.another_reader().run()
    assert [(message.ig_id == ours, message.own) for message in desk.stored()] == [
        (False, False),
        (True, True),
    ]


def test_a_conversation_under_another_id_hides_nothing_that_is_known(desk: Desk) -> None:
    desk.poll()
    burst(desk, 20)
    desk.poll()
    burst(desk, 10, start=20)
    desk.poll()
    read, listed, named = (
        desk.instagram.conversation,
        desk.instagram.conversations,
        desk.instagram.message_ids,
    )

    def renamed(after: str | None = None) -> Page[ConversationHead]:
        return Page(tuple(replace(head, ig_id=f"new-{head.ig_id}") for head in listed(after).items))

    desk.instagram.conversations = renamed  # type: ignore[method-assign]
    desk.instagram.conversation = lambda ig_id: replace(read(ig_id[4:]), ig_id=ig_id)  # type: ignore[method-assign]
    desk.instagram.message_ids = lambda ig_id, after=None: named(ig_id[4:], after)  # type: ignore[method-assign]
    desk.poll()
    assert set(desk.lost().values()) == {0}
    burst(desk, 25, start=30)
    desk.poll()
    assert desk.lost()["new-conversation-budi"] == 5
    assert len(desk.stored()) == 50
