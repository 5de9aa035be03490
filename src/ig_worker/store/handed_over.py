"""What the centre said to a person, for the archive that they are handed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ig_worker.domain.erasure import names_others
from ig_worker.domain.reply import Status
from ig_worker.store.rows import one_of
from ig_worker.store.schema import answers, messages, notices, replies

_SAID = (Status.SENT.value, Status.UNCONFIRMED.value)


def answers_to(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What the worker and the centre's people answered to each of these messages through ig-worker."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for table in (replies, answers):
        query = select(table).where(one_of(table.c.status, _SAID)).order_by(table.c.id)
        for row in connection.execute(query):
            sent = row.sent_at.isoformat() if row.sent_at is not None else None
            found[row.message_id].append({"text": row.text, "sent_at": sent, "status": row.status})
    return {number: found[number] for number in ids if number in found}


def replies_under(
    connection: Connection, theirs: Sequence[Row[Any]], names: Collection[str]
) -> list[Row[Any]]:
    """The centre's own comments that hang on theirs.

    Not those that answer others: Instagram hangs them, too, on the comment with which the thread begins.
    """
    parents = {(row.account, row.ig_id) for row in theirs if row.channel == "comment"}
    ids = {row.id for row in theirs}
    to_others = {
        (row.account, row.ig_id)
        for table in (replies, answers)
        for row in connection.execute(select(table.c.account, table.c.ig_id, table.c.message_id))
        if row.message_id not in ids
    }
    query = select(messages).where(messages.c.own, messages.c.parent_id != "").order_by(messages.c.id)
    return [
        row
        for row in connection.execute(query)
        if (row.account, row.parent_id) in parents
        and (row.account, row.ig_id) not in to_others
        and not names_others(row.text, names)
    ]


def notices_of(connection: Connection, case_id: int) -> Sequence[Row[Any]]:
    """What the team was told of a case."""
    return connection.execute(
        select(notices).where(notices.c.case_id == case_id).order_by(notices.c.id)
    ).all()
