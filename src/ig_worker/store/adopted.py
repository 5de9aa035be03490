"""Which tokens of the configuration were in use before the one that is now: by their hashes, the newest ones."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection

from ig_worker.store import facts

MOST = 20


def was(connection: Connection, account: str, mark: str) -> bool:
    """Whether the token of this mark was in use, and another one took its place."""
    return mark in _marks(connection, account)


def note(connection: Connection, account: str, mark: str, now: datetime) -> None:
    """Another token takes the place of the one of this mark."""
    marks = [mark, *(each for each in _marks(connection, account) if each != mark)]
    facts.write(connection, _name(account), json.dumps(marks[:MOST]), now)


def _marks(connection: Connection, account: str) -> list[str]:
    known = facts.read(connection, _name(account))
    return list(json.loads(known.value)) if known is not None else []


def _name(account: str) -> str:
    return f"token_adopted:{account}"
