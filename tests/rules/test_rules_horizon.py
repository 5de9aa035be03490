"""What the horizon of 20 messages hides, and what was taken back (`instagram_api.md`, section D)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.horizon import (
    end_of_search,
    hidden,
    may_hide_more,
    owes_lines,
    proven_unsent,
    taken_back,
)
from ig_worker.domain.instagram import Conversation, DirectMessage, ListedMessage

START = datetime(2026, 11, 25, 1, tzinfo=UTC)


def at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def shown(*minutes: int, older: bool = False, deleted: int | None = None) -> Conversation:
    """A conversation that shows the messages of these minutes, newest first."""
    found = tuple(
        DirectMessage(f"m{minute}", "halo", at(minute), "ani", "555", own=False, deleted=minute == deleted)
        for minute in sorted(minutes, reverse=True)
    )
    return Conversation("t", at(max(minutes, default=0)), "555", "ani", found, older)


def test_what_is_missing_where_a_part_could_not_be_read_is_not_taken_back() -> None:
    known = {f"m{minute}": at(minute) for minute in (1, 2, 3)}
    assert proven_unsent(shown(1, 3), known) == taken_back(shown(1, 3), known) == {"m2"}
    broken = replace(shown(1, 3, deleted=3), whole=False)
    assert proven_unsent(broken, known) == taken_back(broken, known) == {"m3"}


@pytest.mark.parametrize(
    ("conversation", "updated", "newest_known", "owes"),
    [
        (shown(1, 2), 2, None, False),
        (shown(1, 2), 2.03, None, False),
        (shown(1, 2), 2.05, None, True),
        (shown(1, 2), 3, 3, False),
        (shown(1, 2), 4, 3, True),
        (shown(), 2, None, True),
        (shown(), 2, 1, True),
        (shown(), 2, 2, False),
    ],
)
def test_lines_are_owed_of_a_change_after_all_that_is_shown_and_known(
    conversation: Conversation, updated: float, newest_known: int | None, owes: bool
) -> None:
    newest = at(newest_known) if newest_known is not None else None
    assert owes_lines(conversation, at(updated), newest) is owes


def test_a_line_of_which_only_the_name_is_shown_is_owed() -> None:
    whole = shown(1, 2)
    names = replace(whole, messages=(replace(whole.messages[0], readable=False), whole.messages[1]))
    assert owes_lines(names, at(2), None)


def named(*minutes: int, times: bool = True) -> list[ListedMessage]:
    return [ListedMessage(f"m{minute}", at(minute) if times else None) for minute in minutes]


def ids(*minutes: int) -> set[str]:
    return {f"m{minute}" for minute in minutes}


TWENTY = tuple(range(20, 40))


@pytest.mark.parametrize(
    ("conversation", "known", "since", "may"),
    [
        (shown(*TWENTY), ids(), 0, True),
        (shown(*TWENTY), ids(20), 0, False),
        (shown(*TWENTY), ids(31), 0, False),
        (shown(*TWENTY), ids(19), 19, True),
        (shown(*TWENTY), ids(), 21, False),
        (shown(*range(20, 39)), ids(), 0, False),
        (shown(30, 31, older=True), ids(), 0, True),
        (shown(), ids(), 0, False),
    ],
)
def test_only_where_nothing_shown_was_known_more_may_be_hidden(
    conversation: Conversation, known: set[str], since: int, may: bool
) -> None:
    assert may_hide_more(conversation, known, at(since)) is may


@pytest.mark.parametrize("times", [True, False])
def test_what_is_neither_shown_nor_known_is_hidden(times: bool) -> None:
    listed = named(42, 41, *reversed(TWENTY), 19, 18, 17, 16, times=times)
    assert hidden(listed, shown(*TWENTY), ids(17, 16), at(15)) == ["m19", "m18"]


@pytest.mark.parametrize("times", [True, False])
def test_where_nothing_is_shown_any_more_all_that_is_not_known_is_hidden(times: bool) -> None:
    listed = named(19, 18, 17, 16, times=times)
    assert hidden(listed, shown(), ids(17), at(16)) == (["m19", "m18", "m16"] if times else ["m19", "m18"])


def test_what_is_older_than_the_last_reading_is_not_hidden() -> None:
    assert hidden(named(*reversed(TWENTY), 19, 18, 3, 2), shown(*TWENTY), set(), at(18)) == ["m19", "m18"]


def test_names_in_any_order_are_counted_once_where_they_have_times() -> None:
    assert sorted(hidden(named(18, *TWENTY, 19, 42, 18), shown(*TWENTY), set(), at(0))) == ["m18", "m19"]


@pytest.mark.parametrize(
    ("page", "known", "ends"),
    [
        (named(5, 4), ids(), True),
        (named(12, 4), ids(), False),
        (named(12, 11, times=False), ids(11), True),
        (named(12, 11, times=False), ids(), False),
        ([], ids(), True),
    ],
)
def test_the_search_ends_where_nothing_behind_it_matters(
    page: list[ListedMessage], known: set[str], ends: bool
) -> None:
    assert end_of_search(page, known, at(10)) is ends


def times_of(*minutes: int) -> dict[str, datetime]:
    return {f"m{minute}": at(minute) for minute in minutes}


@pytest.mark.parametrize(
    ("conversation", "known", "gone"),
    [
        (shown(1, 3), (1, 2, 3), (2,)),
        (shown(1, 2), (1, 2, 3), (3,)),
        (shown(2, 3), (1, 2, 3), (1,)),
        (shown(2, 3, older=True), (1, 2, 3), ()),
        (shown(*TWENTY, older=True), (5, 6), ()),
        (shown(*TWENTY[1:]), (*range(5), *TWENTY), ()),
        (shown(), (1, 2, 3), ()),
        (shown(1, 2, deleted=2), (1, 2), (2,)),
        (shown(1, 2, deleted=2), (1,), ()),
    ],
)
def test_taken_back_is_only_what_cannot_be_behind_the_horizon(
    conversation: Conversation, known: tuple[int, ...], gone: tuple[int, ...]
) -> None:
    assert taken_back(conversation, times_of(*known)) == ids(*gone)


@given(st.sets(st.integers(0, 60), max_size=50), st.data())
def test_whatever_still_exists_is_never_called_taken_back(world: set[int], data: st.DataObject) -> None:
    newest = sorted(world)[-20:]
    known = data.draw(st.sets(st.integers(0, 60)))
    gone = taken_back(shown(*newest, older=len(world) > 20), times_of(*known))
    assert not gone & ids(*world)


@pytest.mark.parametrize(
    ("conversation", "known", "proven"),
    [
        (shown(1, 3), {"m1": at(1), "m2": at(2), "m3": at(3)}, ids(2)),
        (shown(2, 3), {"m1": at(1), "m2": at(2), "m3": at(3)}, ids()),
        (shown(1, 3), {"m1": at(1), "other": at(1)}, {"other"}),
        (shown(*TWENTY), {"m20": at(20), "other": at(20)}, ids()),
        (shown(*TWENTY), {"other": at(20.5)}, {"other"}),
        (shown(1, 2, deleted=2), {"m1": at(1), "m2": at(2)}, ids(2)),
        (shown(1, 2, deleted=1), {"m1": at(1), "m1b": at(1.5), "m2": at(2)}, ids(1)),
        (shown(), {"m1": at(1)}, ids()),
    ],
)
def test_only_a_word_of_meta_or_an_older_message_proves_that_one_was_taken_back(
    conversation: Conversation, known: dict[str, datetime], proven: set[str]
) -> None:
    assert proven_unsent(conversation, known) == proven
    assert proven <= taken_back(conversation, known)


@given(st.sets(st.integers(0, 60), min_size=1), st.booleans())
def test_the_horizon_alone_proves_nothing(minutes: set[int], older: bool) -> None:
    newest = sorted(minutes)[-20:]
    known = {f"m{minute}": at(minute) for minute in minutes}
    assert proven_unsent(shown(*newest, older=older), known) == set()
