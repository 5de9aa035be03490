"""Every story is looked at shortly before its end, and stories of one hour share that look."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.story_readings import AIMED_AT, LAST_LOOK, Story, is_last_chance, next_look

START = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
EVERY = timedelta(hours=4)
HOUR = timedelta(hours=1)


def looks(posted: list[timedelta], every: timedelta, until: timedelta) -> list[tuple[datetime, list[Story]]]:
    """Every look of a worker that looks whenever it should; stories are known only once a look has found them."""
    now, last = START, None
    known: dict[str, Story] = {}
    found: list[tuple[datetime, list[Story]]] = []
    while True:
        now = max(now, next_look(known.values(), last, now, every))
        if now > START + until:
            return found
        for index, at in enumerate(posted):
            story = known.get(f"{index}", Story(f"{index}", START + at))
            if story.posted_at <= now and story.is_up(now):
                known[story.ig_id] = replace(story, looked_at=now)
        found.append((now, list(known.values())))
        last = now


@given(
    st.lists(st.integers(0, 3 * 86_400).map(lambda seconds: timedelta(seconds=seconds)), max_size=8),
    st.integers(600, 43_200).map(lambda seconds: timedelta(seconds=seconds)),
)
def test_every_story_has_its_last_look(posted: list[timedelta], every: timedelta) -> None:
    found = looks(posted, every, timedelta(days=5))
    assert len(found[-1][1]) == len(posted)
    assert all(story.had_its_last_look() for story in found[-1][1])
    assert all(story.looked_at is not None and story.looked_at < story.ends_at for story in found[-1][1])
    # Besides the regular looks there is one for each story at most.
    assert len(found) <= timedelta(days=5) / every + 1 + len(posted)


def test_without_stories_there_is_a_look_now_and_then() -> None:
    assert next_look([], None, START, EVERY) == START
    assert next_look([], START, START + HOUR, EVERY) == START + EVERY


def test_stories_of_one_hour_share_their_last_look() -> None:
    posted = [timedelta(minutes=3 * count) for count in range(8)]
    regular = len(looks([], 12 * HOUR, timedelta(hours=30)))
    assert len(looks(posted, 12 * HOUR, timedelta(hours=30))) <= regular + 1


def test_the_last_look_leaves_time_for_more_tries() -> None:
    story = Story("1", START, START + timedelta(hours=20))
    due = next_look([story], START + timedelta(hours=20), START + timedelta(hours=21), EVERY)
    assert due == story.ends_at - AIMED_AT
    assert not is_last_chance([story], story.ends_at - LAST_LOOK - timedelta(seconds=1))
    assert is_last_chance([story], due)
    assert not is_last_chance([replace(story, looked_at=due)], due)
    assert not is_last_chance([story], story.ends_at)


def test_a_look_from_the_future_does_not_keep_the_next_one_waiting() -> None:
    assert next_look([], START + timedelta(days=400), START, EVERY) == START
