"""Insert or leave, insert or replace: the two writes that SQLite and PostgreSQL spell in their own dialects; and what a
query is told when it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Executable, Table, bindparam, literal_column
from sqlalchemy.dialects import sqlite

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def asked(name: str, *, many: bool = False) -> BindParameter[Any]:
    """What a query is told only when it is asked: put together once, it costs a fraction; `many` for ``in_``."""
    return bindparam(name, expanding=many)


def one_of(column: ColumnElement[Any], words: Iterable[str]) -> ColumnElement[bool]:
    """Whether the column holds one of these words of our own, states and the like.

    They stand in the statement itself: a list that goes along with it is written into it anew each time it is asked,
    which costs more than the answer.
    """
    known = [str(word) for word in words]
    assert all(re.fullmatch(r"[a-z_]+", word) for word in known)  # never anybody's text
    return column.in_([literal_column(f"'{word}'") for word in known])


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> int | None:
    """Insert a row unless one like it stands there already; returns the new row's id (1 where it has none), or None."""
    # The values go along as parameters: putting them into a statement of its own costs more than the inserting.
    key = connection.execute(_insert_or_leave(connection.dialect.name, table), dict(values)).first()
    if key is None:
        return None
    return key[0] if isinstance(key[0], int) else 1


@cache
def _insert_or_leave(dialect: str, table: Table) -> Executable:
    statement = _insert(dialect, table).on_conflict_do_nothing()
    # The row itself says that it is there: not every driver counts the rows of an INSERT.
    return statement.returning(*table.primary_key)


def put(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or replace the other columns of the one with the same primary key."""
    connection.execute(_insert_or_replace(connection.dialect.name, table, tuple(values)), dict(values))


def put_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert or replace many rows, all with the same columns, as one statement."""
    if rows:
        connection.execute(
            _insert_or_replace(connection.dialect.name, table, tuple(rows[0])), [dict(row) for row in rows]
        )


@cache
def _insert_or_replace(dialect: str, table: Table, columns: tuple[str, ...]) -> Executable:
    keys = [column.name for column in table.primary_key]
    statement = _insert(dialect, table)
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # three megabytes, where nobody may need them

        return postgresql.insert(table)
    return sqlite.insert(table)
