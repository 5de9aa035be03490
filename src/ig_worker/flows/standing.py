"""How things stand: what ``status``, the board's health page and the container's health check all read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain.lateness import is_late
from ig_worker.domain.publication import Status
from ig_worker.domain.token_life import days_left
from ig_worker.slate import Slate
from ig_worker.store import (
    accounts,
    case_files,
    cases,
    conversations,
    crises,
    facts,
    inbox,
    integrity,
    jobs,
    messages,
    posts,
    rising,
    running,
    tokens,
    waiting,
    writable,
)
from ig_worker.store.backups import known as backups
from ig_worker.store.database import Connection, Database

FOR_A_PERSON = (Status.DRAFT, Status.UNCONFIRMED, Status.HELD, Status.FAILED)


def standing(
    database: Database,
    expected: Mapping[str, float],
    now: datetime,
    data_dir: Path | None = None,
    *,
    names: Collection[str] | None = None,
) -> dict[str, Any]:
    """The document of ``status --json`` (INTERFACE.md); `expected` is each job's interval in seconds, `names` are the
    accounts of the configuration (None: all that were ever known): the token of one that was given up may be dead.

    Healthy means that every job has succeeded lately, that no thread is stuck, that what they do can be written, and
    that Instagram refuses no account's token; times are ISO 8601 with offset. The worker's word about its storage lies
    in `data_dir`.
    """
    storage = _storage(database, data_dir, now)
    with database.reading() as connection:
        storage |= _soundness(connection)
        lines = job_lines(connection, expected, now)
        by_status = posts.counts(connection)
        waits, since = waiting.standing(connection)
        storms = crises.open_count(connection)
        worker = _worker(connection, lines, now)
        known = [_account(connection, row, now) for row in accounts.listed(connection, names)]
        return {
            "healthy": not any(line["late"] for line in lines)
            and not worker["stuck"]
            and storage["writable"]
            and not storage["damage"]
            and not any(line["token_refused_at"] for line in known),
            "worker": worker,
            "storage": storage,
            "jobs": lines,
            "backup": backups.standing(connection, now),
            "posts": by_status,
            "inbox": messages.counts(connection),
            "cases": cases.counts(connection),
            "open_crises": storms,
            "overdue_cases": case_files.overdue_count(connection, now),
            "waiting_for_person": sum(by_status.get(status.value, 0) for status in FOR_A_PERSON)
            + waits
            + storms,
            "waiting_since": since.isoformat() if since is not None else None,
            "lost_messages": conversations.lost_messages(connection),
            "unseen_posts": inbox.count_unseen(connection),
            "rising": [_rising(row) for row in rising.rising_now(connection)],
            "accounts": known,
        }


def _storage(database: Database, data_dir: Path | None, now: datetime) -> dict[str, Any]:
    """Whether anything can be written, as far as a reader sees it or the worker has said."""
    if data_dir is None:
        return {"writable": True, "trouble": None, "since": None}
    said = Slate(data_dir).read()
    trouble = said.said if said is not None else None
    if said is None and (seen := writable.seen_from_outside(database, data_dir)) is not None:
        trouble = seen[1]
    since = said.since if said is not None else now
    return {
        "writable": trouble is None,
        "trouble": trouble,
        "since": since.isoformat() if trouble is not None else None,
    }


def _soundness(connection: Connection) -> dict[str, Any]:
    """When the database was last read as a whole, and what is damaged in it."""
    known = facts.read(connection, integrity.FACT)
    return {
        "checked_at": known.at.isoformat() if known is not None else None,
        "damage": json.loads(known.value) if known is not None else [],
    }


def job_lines(connection: Connection, expected: Mapping[str, float], now: datetime) -> list[dict[str, Any]]:
    """Each job as ``status --json`` has it: when it last succeeded, its error, and whether it is late."""
    known = {row.name: row for row in jobs.listed(connection)}
    newest = running.newest(connection)
    grace_from = newest.grace_from if newest is not None and newest.stopped_at is None else None
    waiting = running.lanes(connection, now).waiting
    return [
        _job(name, every, known.get(name), now, grace_from, waits=name in waiting)
        for name, every in expected.items()
    ]


def _job(
    name: str, every: float, row: Any, now: datetime, grace_from: datetime | None, *, waits: bool
) -> dict[str, Any]:
    last = row.last_success_at if row is not None else None
    return {
        "name": name,
        "last_success_at": last.isoformat() if last is not None else None,
        "last_error": (row.last_error or None) if row is not None else None,
        # One that is at work and advances, or waits in its lane for one that does, is not late.
        "late": not waits and is_late(every, last, grace_from, now),
    }


def _worker(connection: Connection, lines: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Of the long-running worker: its newest start, its end where that was in order, its last sign, what is stuck."""
    newest, sign = running.newest(connection), running.last_sign(connection)
    stopped = newest.stopped_at if newest is not None else None
    return {
        "alive": any(not line["late"] for line in lines) and stopped is None,
        "started_at": newest.started_at.isoformat() if newest is not None else None,
        "stopped_at": stopped.isoformat() if stopped is not None else None,
        "last_sign_at": sign.isoformat() if sign is not None else None,
        "clock_ahead_seconds": running.clock_ahead(connection),
        "stuck": list(running.lanes(connection, now).stuck),
    }


def _rising(row: Any) -> dict[str, Any]:
    """What people speak of far more than usual, as it was last looked at: so many messages of the last days."""
    return {
        "account": row.account,
        "kind": row.kind,
        "term": row.term,
        "count": row.count,
        "people": row.people,
        "usual": row.usual,
        "since": row.begun_at.isoformat(),
    }


def _account(connection: Connection, row: Any, now: datetime) -> dict[str, Any]:
    token = tokens.about(connection, row.name)
    expires_at = token.expires_at if token is not None else None
    return {
        "name": row.name,
        "token_expires_at": _iso(expires_at),
        "token_days_left": days_left(expires_at, now) if expires_at is not None else None,
        "data_access_expires_at": _iso(token.data_access_expires_at if token is not None else None),
        "token_refused_at": _iso(token.refused_at if token is not None else None),
        "publishing_used": row.publishing_used,
        "publishing_total": row.publishing_total,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
