"""Two people who give the same answer at the same moment, in two threads, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from store_things import ACCOUNT, add_message, know_account

from fakes.bench import HandClock, outbox
from fakes.fake_instagram import FakeInstagram
from ig_worker.domain.answering import CannotAnswer
from ig_worker.domain.instagram import Kind
from ig_worker.flows.replying.answering import Answering
from ig_worker.store.database import Database

ROUNDS = 8


def test_one_of_them_arrives(database: Database) -> None:
    clock = HandClock()
    instagram = FakeInstagram(clock)
    media_id = instagram.post_by_hand(Kind.IMAGE, "Jadwal")
    ids = [instagram.comment(media_id, "bunda_rara", "Kapan?") for _ in range(ROUNDS)]
    with database.writing() as connection:
        know_account(connection)
        numbers = [add_message(connection, ig_id).id for ig_id in ids]
    together = Barrier(2)

    def give(by: str) -> int:
        answering = Answering(ACCOUNT, database, instagram, outbox(), clock)
        refused = 0
        for number in numbers:
            together.wait(timeout=30)
            try:
                answering.answer(number, "Besok, Kak", by)
            except CannotAnswer:
                refused += 1
        return refused

    with ThreadPoolExecutor(2) as people:
        refused = sum(people.map(give, ["Sari", "Dewi"]))
    assert refused == ROUNDS
    assert sorted(ig_id for ig_id, _ in instagram.replies_sent) == sorted(ids)
