"""How things stand: what ``status``, the board's health page and the container's health check all read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.publication import Status
from ig_worker.store import (
    accounts,
    case_files,
    cases,
    conversations,
    crises,
    inbox,
    jobs,
    messages,
    posts,
    rising,
    tokens,
    waiting,
)
from ig_worker.store.database import Connection, Database

MISSED_TICKS = 3
"""A job is late when it has not succeeded for so many of its intervals (and a minute)."""

FOR_A_PERSON = (Status.DRAFT, Status.UNCONFIRMED, Status.HELD, Status.FAILED)


def standing(database: Database, expected: Mapping[str, float], now: datetime) -> dict[str, Any]:
    """The document of ``status --json`` (INTERFACE.md); `expected` is each job's interval in seconds.

    Healthy means that every job has succeeded lately; times are ISO 8601 with offset.
    """
    with database.reading() as connection:
        lines = job_lines(connection, expected, now)
        by_status = posts.counts(connection)
        waits, since = waiting.standing(connection)
        storms = crises.open_count(connection)
        return {
            "healthy": not any(line["late"] for line in lines),
            "jobs": lines,
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
            "accounts": [_account(connection, row) for row in accounts.listed(connection)],
        }


def job_lines(connection: Connection, expected: Mapping[str, float], now: datetime) -> list[dict[str, Any]]:
    """Each job as ``status --json`` has it: when it last succeeded, its error, and whether it is late."""
    known = {row.name: row for row in jobs.listed(connection)}
    return [_job(name, every, known.get(name), now) for name, every in expected.items()]


def _job(name: str, every: float, row: Any, now: datetime) -> dict[str, Any]:
    last = row.last_success_at if row is not None else None
    allowed = timedelta(seconds=every * MISSED_TICKS + 60)
    return {
        "name": name,
        "last_success_at": last.isoformat() if last is not None else None,
        "last_error": (row.last_error or None) if row is not None else None,
        "late": last is None or now - last > allowed,
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


def _account(connection: Connection, row: Any) -> dict[str, Any]:
    expires_at = tokens.expiry(connection, row.name)
    return {
        "name": row.name,
        "token_expires_at": expires_at.isoformat() if expires_at is not None else None,
        "publishing_used": row.publishing_used,
        "publishing_total": row.publishing_total,
    }
