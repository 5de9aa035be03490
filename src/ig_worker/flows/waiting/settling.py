"""Takes a person's word that a message needs no answer, or needs one after all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.store import waiting
from ig_worker.store.database import Connection, Row


def seen_of(message: Row[Any]) -> str:
    """The mark of what a person calls settled: the words."""
    return mark_of(message.text)


def settle(
    connection: Connection, message: Row[Any], by: str, now: datetime, *, seen: str | None = None
) -> bool:
    """It waits no longer, though nobody answers; says whether it did until now.

    Raises ChangedMeanwhile where its author has written something else since it was `seen` (:func:`seen_of`).
    """
    require_unchanged(seen, seen_of(message), f"message {message.id}")
    return waiting.settle_by_hand(connection, message, by, now)


def take_back(connection: Connection, message: Row[Any], by: str, now: datetime) -> bool:
    """It waits after all; False where nobody had called it settled without an answer."""
    return waiting.take_back(connection, message, by, now)
