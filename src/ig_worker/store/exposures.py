"""The shelf of public comments that expose somebody, and of what was told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from ig_worker.store.rows import asked
from ig_worker.store.schema import messages, our_media
from ig_worker.store.schema.people import EXPOSING


def untold(connection: Connection, account: str, since: datetime) -> Sequence[Row[Any]]:
    """Comments of which nobody was told yet, with the post's ``permalink``; first seen, or edited, since then.

    Backlog is of another time, and what is hidden or gone is read by nobody any more.
    """
    return connection.execute(_untold_query(), {"account": account, "since": since}).all()


@cache
def _untold_query() -> Select[Any]:
    account = asked("account")
    since = asked("since")
    post = (our_media.c.account == messages.c.account) & (our_media.c.ig_id == messages.c.media_id)
    query = (
        select(messages, our_media.c.permalink)
        .outerjoin(our_media, post)
        .where(
            messages.c.account == account,
            EXPOSING,
            ~messages.c.deleted,
            ~messages.c.hidden,
            ~messages.c.backlog | messages.c.edited,
            (messages.c.first_seen_at >= since) | (messages.c.edited_at >= since),
        )
    )
    return query.order_by(messages.c.id)


def mark_told(connection: Connection, message: Row[Any], now: datetime) -> bool:
    """Somebody is told of these very words; False where they changed meanwhile, or somebody was faster."""
    changed = connection.execute(
        update(messages)
        .where(
            messages.c.id == message.id,
            messages.c.text == message.text,
            messages.c.exposure_told_at.is_(None),
            ~messages.c.deleted,
            ~messages.c.hidden,
        )
        .values(exposure_told_at=now)
    )
    return changed.rowcount == 1
