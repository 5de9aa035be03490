"""The labels that people of the centre have set, for the classifier to learn from."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ig_worker.store.schema import messages


def set_by_people(connection: Connection) -> list[tuple[str, str, str, str]]:
    """Text, label, topic, and who wrote it ("" where that is withheld), in the order in which they came.

    Left out are our own words, what its author has taken back, and what its author changed: nobody knows which of its
    words the label was meant for.
    """
    query = select(
        messages.c.text,
        messages.c.label,
        messages.c.topic,
        messages.c.author_id,
        messages.c.author,
    )
    meant = (messages.c.label_by != "") & ~messages.c.own & ~messages.c.deleted & ~messages.c.edited
    rows = connection.execute(query.where(meant).order_by(messages.c.id))
    return [(row.text, row.label, row.topic, row.author_id or row.author) for row in rows]
