"""When the worker began and ended, and what its lanes are at: facts that status and the health page read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, func, select

from ig_worker.store import facts
from ig_worker.store.schema import jobs

WORKER, LANES, CLOCK = "worker", "lanes", "clock_skew"

SOON = timedelta(minutes=15)
"""A start so soon after another one is the same trouble going on: it gets no grace of its own."""

FRESH = timedelta(minutes=4)
"""So long what was said of the lanes is believed."""


@dataclass(frozen=True)
class Running:
    """The newest start: since when jobs have had their time, and its orderly end if it had one."""

    started_at: datetime
    grace_from: datetime
    stopped_at: datetime | None


@dataclass(frozen=True)
class Lanes:
    """What the lanes are at: jobs that wait for one that advances, and threads that do not, in words."""

    waiting: Sequence[str] = field(default=())
    stuck: Sequence[str] = field(default=())


def began(connection: Connection, now: datetime) -> None:
    """The worker starts."""
    before = newest(connection)
    crashed = (
        before is not None and before.stopped_at is None and timedelta(0) <= now - before.started_at < SOON
    )
    grace_from = before.grace_from if crashed and before is not None else now
    value = {"started_at": now.isoformat(), "grace_from": grace_from.isoformat(), "stopped_at": None}
    facts.write(connection, WORKER, json.dumps(value), now)
    set_lanes(connection, Lanes(), now)


def ended(connection: Connection, now: datetime) -> None:
    """The worker ends in order."""
    if (running := newest(connection)) is not None:
        value = {"started_at": running.started_at, "grace_from": running.grace_from, "stopped_at": now}
        facts.write(
            connection, WORKER, json.dumps({key: moment.isoformat() for key, moment in value.items()}), now
        )


def newest(connection: Connection) -> Running | None:
    """The newest start; None where the worker never ran for good."""
    found = _document(connection, WORKER)
    if not found:
        return None
    moments = {key: datetime.fromisoformat(value) if value else None for key, value in found.items()}
    started_at, grace_from = moments["started_at"], moments["grace_from"]
    return Running(started_at, grace_from, moments["stopped_at"]) if started_at and grace_from else None


def set_lanes(connection: Connection, lanes: Lanes, now: datetime) -> None:
    """Write down what the lanes are at, as long as that says anything new."""
    row = facts.read(connection, LANES)
    value = json.dumps({"waiting": list(lanes.waiting), "stuck": list(lanes.stuck)})
    if row is None or row.value != value or lanes.waiting or lanes.stuck:
        facts.write(connection, LANES, value, now)


def lanes(connection: Connection, now: datetime) -> Lanes:
    """What the lanes are at, as far as that was said lately."""
    row = facts.read(connection, LANES)
    if row is None or not timedelta(0) <= now - row.at <= FRESH:
        return Lanes()
    found = json.loads(row.value)
    return Lanes(tuple(found["waiting"]), tuple(found["stuck"]))


def clock_ahead(connection: Connection) -> float | None:
    """Seconds by which the machine's clock was last seen to be ahead of Instagram's; None where it never was."""
    row = facts.read(connection, CLOCK)
    return float(row.value) if row is not None else None


def clock_seen_within(connection: Connection, now: datetime, time: timedelta) -> bool:
    """Whether that was so lately by the same clock; for one that was set since, it was not."""
    row = facts.read(connection, CLOCK)
    return row is not None and abs(now - row.at) <= time


def last_sign(connection: Connection) -> datetime | None:
    """When anything of a worker last showed in the jobs."""
    found = [moment for moment in connection.execute(_last_signs_query()).one() if moment is not None]
    return max(found, default=None)


@cache
def _last_signs_query() -> Select[Any]:
    return select(
        func.max(jobs.c.last_started_at), func.max(jobs.c.last_success_at), func.max(jobs.c.last_failed_at)
    )


def _document(connection: Connection, name: str) -> Mapping[str, Any]:
    row = facts.read(connection, name)
    return json.loads(row.value) if row is not None else {}
