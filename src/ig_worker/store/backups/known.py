"""What is known of the backups: facts on their shelf."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ig_worker.store import facts

LAST, FAILED, CARRIED, SINCE = "backup", "backup_failed", "backup_carried", "backup_since"
ALTERED = "backup_altered"
"""The newest backup that was proven; why the newest attempt failed; what became of carrying it away (empty is well);
since when backups are wanted."""


def standing(connection: Connection, now: datetime) -> dict[str, Any]:
    """The newest backup for ``status --json``: when, how old in seconds, where, and what has gone wrong since."""
    last, failed, carried = (facts.read(connection, name) for name in (LAST, FAILED, CARRIED))
    wrong = failed.value if failed is not None and (last is None or failed.at > last.at) else None
    taken = _taken(last.value) if last is not None else {}
    return {
        "last_at": last.at.isoformat() if last is not None else None,
        "age_seconds": max(0, int((now - last.at).total_seconds())) if last is not None else None,
        "path": taken.get("path"),
        "encrypted": taken.get("sealed"),
        "error": wrong,
        "not_carried": (carried.value or None) if carried is not None else None,
    }


def _taken(said: str) -> dict[str, Any]:
    """What is written of it; of what is not a JSON object, no more is known than its time."""
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
