"""Whatever people do between polls and whatever goes wrong in them, in the end the store is what the world is."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from message_desk import QUIET, Desk

from fakes.bench import bench_database
from fakes.fake_instagram import FAULTS, FaultPlan, Killed
from ig_worker.domain.errors import IgWorkerError

READABLE = 20
PEOPLE = ("ani", "budi", "citra")


class History:
    """A few hours of an inbox, drawn by chance: people write, change and take back, polls are broken off."""

    def __init__(self, desk: Desk, chance: Random) -> None:
        self.desk = desk
        self.chance = chance
        self.taken_back = 0

    def live(self, steps: int) -> None:
        for _ in range(steps):
            self.chance.choice(
                [self.write, self.write, self.burst, self.edit, self.take_back, self.poll, self.poll]
            )()
            self.desk.clock.forward(timedelta(seconds=self.chance.choice([1, 5, 90, 900])))

    def world(self) -> dict[str, list[Any]]:
        return self.desk.instagram._conversations

    def write(self) -> None:
        person = self.chance.choice(PEOPLE)
        if self.chance.random() < 0.2 and self.world().get(person):
            self.desk.instagram.staff_message(person, "Baik, Kak")
        else:
            self.desk.instagram.message(person, "Halo min")

    def burst(self) -> None:
        person = self.chance.choice(PEOPLE)
        for place in range(self.chance.choice([3, 19, 20, 21, 45])):
            self.desk.instagram.message(person, f"pesan {place}")
            self.desk.clock.forward(timedelta(seconds=self.chance.choice([0, 1])))

    def edit(self) -> None:
        if (one := self._any()) is not None:
            self.desk.instagram.edit_message(one.ig_id, f"diubah {self.chance.random()}")

    def take_back(self) -> None:
        if (one := self._any()) is not None:
            self.desk.instagram.unsend(one.ig_id)
            self.taken_back += 1

    def _any(self) -> Any:
        all_of_it = [one for messages in self.world().values() for one in messages]
        return self.chance.choice(all_of_it) if all_of_it else None

    def poll(self) -> None:
        desk = self.desk
        if self.chance.random() < 0.4:
            call = len(desk.instagram.calls) + self.chance.randint(1, 8)
            desk.instagram.faults = FaultPlan({call: self.chance.choice(FAULTS[:4])})
        with suppress(Killed, IgWorkerError):
            desk.poll(timedelta(0))
        if self.chance.random() < 0.3:
            desk.reader = desk.another_reader()


@pytest.mark.parametrize("seed", range(30))
def test_in_the_end_the_store_is_what_the_world_is(seed: int) -> None:
    with bench_database() as database:
        desk = Desk(database)
        desk.poll()
        history = History(desk, Random(seed))
        history.live(40)
        desk.instagram.faults = FaultPlan()
        for _ in range(4):
            desk.poll(timedelta(minutes=61))
        stored = {message.ig_id: message for message in desk.stored()}
        world = {one.ig_id: one for messages in history.world().values() for one in messages}
        readable = {one.ig_id for messages in history.world().values() for one in messages[-READABLE:]}
        assert readable <= stored.keys()
        assert all(stored[ig_id].text == world[ig_id].text for ig_id in readable)
        assert not [ig_id for ig_id, one in stored.items() if one.deleted and ig_id in world]
        lost = sum(desk.lost().values())
        unread = len(world.keys() - stored.keys())
        assert unread <= lost <= unread + history.taken_back
        told = sum(int(notice.title.split()[0]) for notice in desk.notices())
        assert told == lost
        assert desk.poll() == QUIET
