"""What every table of the schema begins with."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Index, MetaData, String

from ig_worker.store.columns import count, flag, moment, text

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


def our_words() -> tuple[Column[Any], ...]:
    """A thank-you or a first comment on its way (``domain/reply.py``)."""
    return (
        moment("asked_at", required=True),
        moment("due_at", required=True),
        moment("intent_at"),
        moment("call_ended_at"),
        count("calls"),
        count("questions"),
        count("empty_looks"),
        flag("said_no"),
        Column("ig_id", String(300), nullable=False, server_default=""),
        moment("sent_at"),
        text("last_error"),
        count("version"),
    )


def partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> None:
    """An index of those rows only for which ``where`` is true."""
    # Naming PostgreSQL here would load its drivers' whole package, three megabytes, also where nobody uses it.
    Index(name, *columns, sqlite_where=where, unique=unique, info={"where": where})


def meant_for_postgresql() -> None:
    """Let the partial indexes be partial on PostgreSQL, too; before anything is made or compared there."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if (where := index.info.get("where")) is not None:
                index.dialect_kwargs["postgresql_where"] = where
