"""Killed or cut off at any moment around a refresh, the worker never loses the only token that Instagram takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import pytest
from token_desk import DAY, HOUR, PASTED, TokenDesk

from fakes.bench import bench_database
from fakes.instagram_faults import Killed
from ig_worker.domain.errors import IgWorkerError
from ig_worker.store.database import Connection, Database

CALLS_FAIL = ("die_before", "die_after", "lost_before", "lost_after")
WRITES_FAIL = ("die_before", "die_inside", "die_after")


PAUSES = [DAY, *[HOUR] * 4, 41 * DAY, *[HOUR] * 4, DAY, *[HOUR] * 2, 41 * DAY, *[HOUR] * 4]
"""Between the passes: twice a refresh is due, and what went wrong with one is mended in the hours after it."""


class FragileDatabase(Database):
    """The same database, at which the worker may be killed before, during and after each transaction."""

    def __init__(self, sound: Database, history: History) -> None:
        self.__dict__.update(sound.__dict__)
        self._history = history

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        fault = self._history.at("write")
        if fault == "die_before":
            raise Killed
        with super().writing() as connection:
            yield connection
            if fault == "die_inside":
                raise Killed
        if fault == "die_after":
            raise Killed


class History:
    """A pasted token from its first day to its third refresh (PAUSES), through one plan of faults.

    The first fresh token is refused where `first_is_dead`.
    """

    def __init__(
        self, plan: Mapping[str, str], *, old_dies: bool = False, first_is_dead: bool = False
    ) -> None:
        self.plan = plan
        self.met: Counter[str] = Counter()
        self.old_dies = old_dies
        self.first_is_dead = first_is_dead
        self.kinds: dict[str, str] = {}
        """What each call was."""
        self.storing: set[str] = set()
        """The transactions right after a refresh."""

    def at(self, what: str) -> str:
        self.met[what] += 1
        if what == "write" and self.kinds and [*self.kinds.values()][-1] == "refresh_token":
            self.storing.add(f"write {self.met[what]}")
        return self.plan.get(f"{what} {self.met[what]}", "")

    def play(self) -> str:
        """Play it; returns what is wrong, or nothing."""
        with bench_database() as sound:
            desk = TokenDesk(sound)
            desk.meta.old_dies = self.old_dies
            desk.meta.fresh_is_dead = 467 if self.first_is_dead else None
            desk.meta.fate = lambda moment: self._fate(desk, moment)
            fragile = FragileDatabase(sound, self)
            for pause in PAUSES:
                with suppress(Killed, IgWorkerError):
                    desk.keeper(database=fragile).run()
                if lost := self._lost(desk):
                    return lost
                if desk.meta.asked("refresh_token"):
                    desk.meta.fresh_is_dead = None
                desk.clock.forward(pause)
            return self._judge(desk)

    def _fate(self, desk: TokenDesk, moment: str) -> str:
        self.kinds[moment] = desk.meta.calls[-1][0]
        self.met["call"] += 1
        return self.plan.get(moment, "")

    def _lost(self, desk: TokenDesk) -> str:
        """After whatever happened, one of the tokens that are kept is taken, or none is taken at all."""
        with desk.database.reading() as connection:
            known = connection.exec_driver_sql("SELECT secret, previous FROM tokens").one_or_none()
        kept = {each.removeprefix("plain:") for each in known} if known is not None else {PASTED}
        if any(desk.meta.takes(each) for each in kept):
            return ""
        return f"at {desk.clock.now()}: none of those kept is taken"

    def _judge(self, desk: TokenDesk) -> str:
        token = desk.current()
        if not desk.meta.takes(token.secret) or token.refused_at is not None:
            return "the token in use is not taken"
        if token.previous or token.proved_at is None:
            return "the token in use was never proven"
        if len(desk.meta.asked("refresh_token")) not in (2, 3, 4, 5):
            return f"{len(desk.meta.asked('refresh_token'))} refreshes"
        if any("berhenti" in title for title in desk.titles()):
            return "it was told that the account stops"
        return ""

    def moments(self) -> list[tuple[str, str]]:
        """Everything that could have gone wrong."""
        calls = [(moment, fault) for moment in self.kinds for fault in CALLS_FAIL]
        writes = range(1, self.met["write"] + 1)
        # A pass that has nothing to do writes the same each day.
        return [*calls, *((f"write {number}", fault) for number in writes for fault in WRITES_FAIL)]


WORLDS = {
    "the old one lives on": {},
    "the old one dies at the refresh": {"old_dies": True},
    "the first fresh one is refused": {"first_is_dead": True},
}


@pytest.mark.parametrize("world", WORLDS)
def test_no_single_fault_loses_the_only_token(world: str) -> None:
    kind = WORLDS[world]
    calm = History({}, **kind)
    assert calm.play() == ""
    wrong: dict[str, str] = {}
    for moment, fault in calm.moments():
        never_heard = calm.kinds.get(moment) == "refresh_token" and fault.endswith("after")
        never_kept = moment in calm.storing and not fault.endswith("after")
        if kind.get("old_dies") and (never_heard or never_kept):
            continue  # Meta has ended the old one, and the new one died with the process.
        if found := History({moment: fault}, **kind).play():
            wrong[f"{moment} {fault}"] = found
    assert wrong == {}


def test_nor_does_a_second_fault_after_the_fresh_one_could_not_be_proven() -> None:
    first = History({"call 2": "die_after"})
    assert first.play() == ""
    wrong: dict[str, str] = {}
    for moment, fault in first.moments():
        if moment.startswith("write") and (found := History({"call 2": "die_after", moment: fault}).play()):
            wrong[f"{moment} {fault}"] = found
    assert wrong == {}
