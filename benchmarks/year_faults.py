"""What goes wrong in the simulated year: outages, kills at random moments, and full disks."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from year_stage import HALF_HOUR, Stage

FOR_EVER = 100_000_000
OUTAGES = (
    ("reset", 0.1), ("errors", 0.3), ("hangs", 0.5), ("throttled", 0.5), ("reset", 0.5), ("errors", 1), ("hangs", 1),
    ("line dead", 1), ("throttled", 2), ("errors", 2), ("lost answers", 1.5), ("line dead", 4), ("off", 5),
    ("reset", 8), ("errors", 12), ("line dead", 20), ("off", 26), ("line dead", 40), ("off", 60), ("errors", 75),
)  # fmt: skip
"""What kind, and for how many hours. Twenty in a year: shorter years have fewer."""
DISK_HOURS = (2, 9, 26)
MOST_BYTES = 4096
KILLS = 30


@dataclass(frozen=True)
class Fault:
    """Something that begins at a moment and lasts a while."""

    kind: str
    begin: datetime
    end: datetime


class Troubles:
    """Every fault of the year, drawn before it begins; `happen` lets those happen whose time has come."""

    def __init__(
        self, stage: Stage, chance: random.Random, begin: datetime, days: int, counts: dict[str, int]
    ) -> None:
        self._stage = stage
        self._chance = chance
        self.over: dict[str, int] = {}
        self._under_way: list[Fault] = []
        last = begin + timedelta(days=max(days - 1, 0.8))
        longest = timedelta(days=max(days / 20, 0.2))
        lengths = sorted(OUTAGES, key=lambda one: one[1])
        step = max(1, len(lengths) // max(counts["outages"], 1))
        chosen = [lengths[(place * step) % len(lengths)] for place in range(counts["outages"])]
        wanted = [(kind, min(timedelta(hours=hours), longest)) for kind, hours in chosen]
        wanted += [
            ("disk full", min(timedelta(hours=DISK_HOURS[place % 3]), longest))
            for place in range(counts["disks"])
        ]
        chance.shuffle(wanted)
        # One after the other, each in a stretch of its own, none on the first day.
        stretch = (last - begin - timedelta(days=1)) / max(len(wanted), 1)
        self._coming = []
        for place, (kind, length) in enumerate(wanted):
            slack = max(stretch - length - HALF_HOUR * 4, HALF_HOUR)
            at = begin + timedelta(days=1) + place * stretch + slack * chance.random()
            self._coming.append(Fault(kind, at, at + length))
        self._kills = sorted(_kill_moments(chance, begin, last, days, counts["kills"]))
        self.outages_planned, self.kills_planned = len(wanted), len(self._kills)

    @property
    def healthy(self) -> bool:
        """Whether nothing is wrong just now."""
        return not self._under_way

    def no_more(self) -> None:
        """Whatever is not under way yet does not happen."""
        self._coming, self._kills = [], []
        self.kills_planned = self.over.get("kills", 0)
        self.outages_planned = sum(self.over.values()) - self.kills_planned

    def happen(self) -> None:
        """End what is over, and begin what its time has come for."""
        now = self._stage.now
        for fault in [fault for fault in self._under_way if fault.end <= now]:
            self._under_way.remove(fault)
            self._end(fault)
        while self._coming and self._coming[0].begin <= now:
            fault = self._coming.pop(0)
            self._under_way.append(fault)
            self._begin(fault)
            self.over[fault.kind] = self.over.get(fault.kind, 0) + 1

    def kill(self) -> None:
        """Kill the worker if its time has come, in the middle of what it does at this moment, and start it again."""
        while self._kills and self._kills[0] <= self._stage.now:
            self._kills.pop(0)
            if self._stage.process is None or any(fault.kind == "disk full" for fault in self._under_way):
                self._kills.append(self._stage.now + HALF_HOUR * 3)  # there is nothing to kill: later
                self._kills.sort()
                return
            time.sleep(self._chance.random() ** 2 * 0.8)
            self._stage.kill()
            self.over["kills"] = self.over.get("kills", 0) + 1
            self._stage.start()

    def _begin(self, fault: Fault) -> None:
        door = self._stage.door
        match fault.kind:
            case "reset" | "line dead":
                door.fault("lost_before", times=FOR_EVER)
                self._stage.mail.away = fault.kind == "line dead"
            case "errors":
                door.fault("http_500", times=FOR_EVER)
            case "hangs":
                door.fault("delay", times=FOR_EVER, seconds=4)
            case "throttled":
                door.fault("throttle", times=FOR_EVER)
            case "lost answers":
                door.fault("lost_after", method="POST", times=FOR_EVER)
            case "off":
                self._stage.stop()
            case "disk full":
                self._stage.fill_disk(MOST_BYTES)

    def _end(self, fault: Fault) -> None:
        match fault.kind:
            case "off":
                self._stage.start()
            case "disk full":
                self._stage.fill_disk(None)
            case _:
                self._stage.door.clear_faults()
                self._stage.mail.away = False


def _kill_moments(
    chance: random.Random, begin: datetime, last: datetime, days: int, number: int
) -> list[datetime]:
    """Not in the second twelfth and not in the last four: there a process that lives long is looked at."""
    twelfth = timedelta(days=days) / 12
    moments: list[datetime] = []
    while len(moments) < number:
        at = begin + twelfth * 12 * chance.random()
        month = int((at - begin) / twelfth)
        if at < last and month != 1 and month < 8:
            moments.append(at)
    return moments
