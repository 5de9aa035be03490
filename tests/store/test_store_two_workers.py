"""Two workers on one database say a thing once, on SQLite and on PostgreSQL, wherever the one meets the other."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes.bench import HandClock
from fakes.fake_instagram import Answer, FakeInstagram
from fakes.speaking_desk import COMPLAINT, DANGER, MINUTE, PRAISE, QUESTION, SpeakingDesk
from ig_worker.store import accounts
from ig_worker.store.database import Database

TEXTS = (PRAISE, COMPLAINT, QUESTION, DANGER)


class Meeting(FakeInstagram):
    """An Instagram at which something else happens during a call, before its effect and after it."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def _call(self, name: str, effect: Callable[[], Answer]) -> Answer:
        self._step_aside()
        answer = super()._call(name, effect)
        self._step_aside()
        return answer

    def _step_aside(self) -> None:
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        self.meanwhile = meanwhile


@pytest.fixture
def both(url: str) -> Iterator[tuple[SpeakingDesk, SpeakingDesk]]:
    """Two workers with their own connections, at the same Instagram and the same clock."""
    clock = HandClock()
    instagram = Meeting(clock)
    databases = [Database(url), Database(url)]
    with databases[0].writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
    one, other = (SpeakingDesk(database, instagram=instagram, clock=clock) for database in databases)
    yield one, other
    for database in databases:
        database.close()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_the_second_worker_may_come_at_any_moment(
    both: tuple[SpeakingDesk, SpeakingDesk], text: str, channel: str
) -> None:
    one, other = both
    assert isinstance(one.instagram, Meeting)
    if channel == "dm":
        one.instagram.message("bunda_rara", text)
    else:
        one.instagram.comment(one.post(), "bunda_rara", text)
    one.reader.run()
    one.open_cases()
    one.instagram.meanwhile = other.responder.run
    for _ in range(6):
        one.responder.run()
        other.responder.run()
        one.clock.forward(MINUTE)
    assert len(one.said) == 1
    assert [status for _, status, _ in one.outcomes()] == ["sent"]


def test_two_workers_at_the_same_time_part_the_work_between_them(
    both: tuple[SpeakingDesk, SpeakingDesk],
) -> None:
    one = both[0]
    media_id = one.post()
    for number in range(24):
        one.instagram.comment(media_id, f"warga_{number}", TEXTS[number % len(TEXTS)])
    one.reader.run()
    one.open_cases()
    start = threading.Barrier(2)

    def work(desk: SpeakingDesk) -> None:
        start.wait()
        desk.responder.run()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(4):
            list(pool.map(work, both))
            one.clock.forward(MINUTE)
    answered = Counter(comment_id for comment_id, _ in one.instagram.replies_sent)
    assert len(answered) == 24
    assert set(answered.values()) == {1}
