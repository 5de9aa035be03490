"""The daily line to the operators: that the worker lives, and what a person would ask it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain.publication import Status
from ig_worker.flows.health.letters import shown, size
from ig_worker.flows.outbox import Letter
from ig_worker.store import facts, publishing
from ig_worker.store.database import Connection

OVER = {"resolved", "rejected", "merged"}
"""Statuses of cases that nobody works on any more."""

TO_COME = (Status.APPROVED, Status.PREPARING, Status.READY)

LAST_BACKUP = "backup"
"""The fact of the last backup that was made whole."""


def line(
    connection: Connection, document: Mapping[str, Any], now: datetime, zone: tzinfo, free: int | None
) -> Letter:
    """One line from the document of ``status`` and the free space in bytes; its key is the day's."""
    out = publishing.published_since(connection, now - timedelta(days=1))
    to_come = sum(document["posts"].get(status.value, 0) for status in TO_COME)
    is_open = sum(count for status, count in document["cases"].items() if status not in OVER)
    overdue = f" ({document['overdue_cases']} lewat tenggat)" if document["overdue_cases"] else ""
    late = [each["name"] for each in document["jobs"] if each["late"]]
    backup = facts.read(connection, LAST_BACKUP)
    parts = [
        "Saya hidup" + (f", tetapi terlambat: {', '.join(late)}" if late else ""),
        f"24 jam terakhir {out} posting terbit, {to_come} menunggu waktunya",
        f"{document['waiting_for_person']} hal menunggu petugas",
        f"{is_open} kasus terbuka{overdue}",
        *(_token(account, now, zone) for account in document["accounts"]),
        *([f"disk {size(free)} bebas"] if free is not None else []),
        f"cadangan terakhir {shown(backup.at, zone)}" if backup is not None else "belum ada cadangan",
    ]
    said = "; ".join(parts) + "."
    day = now.astimezone(zone).date()
    return Letter(key=f"alive:{day}", title=f"ig-worker {day:%d/%m/%Y}: saya hidup", body=said, line=said)


def _token(account: Mapping[str, Any], now: datetime, zone: tzinfo) -> str:
    if account["token_refused_at"] is not None:
        since = datetime.fromisoformat(account["token_refused_at"])
        return f"token {account['name']} DITOLAK Instagram sejak {shown(since, zone)}"
    if account["token_expires_at"] is None:
        return f"token {account['name']}: masa berlaku belum diketahui"
    left = datetime.fromisoformat(account["token_expires_at"]) - now
    if left <= timedelta(0):
        return f"token {account['name']} SUDAH HABIS"
    return f"token {account['name']} berlaku {left.days} hari lagi"
