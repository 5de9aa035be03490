"""A conversation that changed and shows nothing new yet is looked at again: its words may still come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from message_desk import COMPLAINT, HOUR, QUIET, Desk

from fakes.bench import bench_database
from ig_worker.domain.errors import Unavailable
from ig_worker.domain.instagram import Conversation, ConversationHead, Page

BUDI = "conversation-budi"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database)


class Budi:
    """What is answered of one conversation for a while."""

    def __init__(self, desk: Desk) -> None:
        self._read = desk.instagram.conversation
        self.shows: Callable[[Conversation], Conversation] = lambda conversation: conversation
        desk.instagram.conversation = self._answer  # type: ignore[method-assign]

    def _answer(self, conversation_id: str) -> Conversation:
        found = self._read(conversation_id)
        return self.shows(found) if conversation_id == BUDI else found


def nothing(conversation: Conversation) -> Conversation:
    return replace(conversation, messages=())


def names_only(conversation: Conversation) -> Conversation:
    lines = tuple(replace(one, text=None, author="", readable=False) for one in conversation.messages)
    return replace(conversation, messages=lines, older=True)


def without_the_newest(conversation: Conversation) -> Conversation:
    return replace(conversation, messages=conversation.messages[1:])


def reads(desk: Desk, polls: int, after: timedelta = 2 * MINUTE) -> int:
    """How many conversations so many polls read."""
    return sum(desk.poll(after).count("conversation") for _ in range(polls))


def moved_without_a_line(desk: Desk, at: datetime) -> None:
    """The time of the conversation moves for something that shows no line, a reaction for example."""
    listed = desk.instagram.conversations

    def moved(after: str | None = None) -> Page[ConversationHead]:
        page = listed(after)
        return replace(page, items=tuple(replace(head, updated=at) for head in page.items))

    desk.instagram.conversations = moved  # type: ignore[method-assign]


@pytest.mark.parametrize("answer", [nothing, names_only])
def test_a_first_message_that_is_not_shown_at_first_is_not_lost(
    desk: Desk, answer: Callable[[Conversation], Conversation]
) -> None:
    budi = Budi(desk)
    budi.shows = answer
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    assert desk.stored() == []
    budi.shows = lambda conversation: conversation
    desk.poll()
    assert [message.text for message in desk.stored()] == [COMPLAINT]
    assert desk.poll() == QUIET


def test_what_stays_dark_is_looked_at_ever_more_seldom_and_told_after_an_hour_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    budi = Budi(desk)
    budi.shows = nothing
    desk.instagram.message("budi", COMPLAINT)
    assert reads(desk, 29) == 6
    assert desk.notices() == []
    assert reads(desk, 31) == 1
    (notice,) = desk.notices()
    assert (notice.team, notice.title) == ("operators", "Tidak dapat dibaca: 0 kiriman, 1 percakapan")
    assert "tanpa memperlihatkannya" in notice.body
    assert len([line for line in caplog.messages if "shows nothing of what changed" in line]) == 1
    assert reads(desk, 10 * 24, HOUR) < 60
    assert len(desk.notices()) == 1
    budi.shows = lambda conversation: conversation
    desk.poll(6 * HOUR)
    assert [message.text for message in desk.stored()] == [COMPLAINT]


def test_a_new_message_in_a_dark_conversation_is_read_at_once(desk: Desk) -> None:
    budi = Budi(desk)
    budi.shows = nothing
    desk.instagram.message("budi", "satu")
    reads(desk, 30, HOUR)
    desk.instagram.message("budi", COMPLAINT)
    assert reads(desk, 2) == 2
    budi.shows = lambda conversation: conversation
    desk.poll(4 * MINUTE)
    assert [message.text for message in desk.stored()] == ["satu", COMPLAINT]


def test_what_was_dark_before_the_first_contact_is_let_be(desk: Desk) -> None:
    Budi(desk).shows = nothing
    desk.instagram.message("budi", "lama")
    desk.poll(48 * HOUR)
    assert reads(desk, 60) == 0
    assert desk.notices() == []


def test_a_dark_conversation_is_found_behind_others_that_did_not_change(desk: Desk) -> None:
    desk.poll()
    budi = Budi(desk)
    budi.shows = nothing
    desk.instagram.page_size = 2
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    for number in range(5):
        desk.instagram.message(f"orang{number}", "halo")
    desk.poll()
    budi.shows = lambda conversation: conversation
    assert desk.poll(4 * MINUTE) == ["media_with_counts", "conversations", "conversation"]
    assert COMPLAINT in [message.text for message in desk.stored()]


def test_a_dark_conversation_that_went_away_is_not_asked_for_for_ever(desk: Desk) -> None:
    budi = Budi(desk)
    budi.shows = nothing
    desk.instagram.message("budi", COMPLAINT)
    desk.poll()

    def gone(conversation: Conversation) -> Conversation:
        raise Unavailable("does not exist")

    budi.shows = gone
    desk.instagram.conversations = lambda after=None: Page(())  # type: ignore[method-assign]
    assert reads(desk, 60) == 1


@pytest.mark.parametrize("known", [False, True])
def test_a_new_message_behind_a_late_answer_is_not_lost(desk: Desk, known: bool) -> None:
    budi = Budi(desk)
    desk.instagram.message("budi", "Halo min")
    if known:
        desk.poll()
    desk.clock.forward(5 * timedelta(seconds=1))
    desk.instagram.message("budi", COMPLAINT)
    budi.shows = without_the_newest
    desk.poll()
    assert [message.text for message in desk.stored()] == ["Halo min"]
    assert desk.lost() == {BUDI: 0}, "what is known of the conversation is there meanwhile"
    budi.shows = lambda conversation: conversation
    desk.poll()
    assert [message.text for message in desk.stored()] == ["Halo min", COMPLAINT]
    assert desk.poll() == QUIET


def test_a_change_that_shows_no_line_is_looked_for_half_an_hour_ever_more_seldom(desk: Desk) -> None:
    desk.instagram.message("budi", "Halo min")
    desk.poll()
    desk.clock.forward(20 * MINUTE)
    moved_without_a_line(desk, desk.clock.now())
    assert reads(desk, 30) == 6
    assert desk.notices() == []
    for _ in range(5):
        assert desk.poll() == QUIET


def test_a_known_conversation_that_answers_with_nothing_for_a_day_counts_as_emptied(desk: Desk) -> None:
    budi = Budi(desk)
    desk.instagram.message("budi", "Halo min")
    desk.poll()
    budi.shows = nothing
    desk.clock.forward(20 * MINUTE)
    desk.instagram.message("budi", COMPLAINT)
    assert reads(desk, 4) == 3
    budi.shows = lambda conversation: conversation
    desk.poll(8 * MINUTE)
    assert COMPLAINT in [message.text for message in desk.stored()]
    desk.clock.forward(20 * MINUTE)
    desk.instagram.message("budi", "min?")
    budi.shows = nothing
    reads(desk, 40, HOUR)
    assert desk.poll() == QUIET
    assert desk.notices() == []


def test_one_that_was_taken_back_before_it_is_looked_at_again_costs_nothing_more(desk: Desk) -> None:
    """Its time stands, and we know what came at that time."""
    desk.instagram.message("budi", "satu")
    desk.clock.forward(MINUTE)
    gone = desk.instagram.message("budi", COMPLAINT)
    desk.poll()
    moved_without_a_line(desk, desk.stored()[-1].sent_at)
    desk.instagram.unsend(gone)
    desk.reader = desk.another_reader()
    assert desk.poll() == QUIET
