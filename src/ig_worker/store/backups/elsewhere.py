"""Brings the database of a backup into PostgreSQL: what was there stands aside in a schema of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Integer, func, insert, select, text

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import facts
from ig_worker.store.backups.snapshot import AT_ONCE
from ig_worker.store.database import Connection, Database, StorageError, unreadable
from ig_worker.store.schema import SCHEMA_VERSION, case_numbers, metadata

MARK = "restore_mark"
"""The fact by which a restore is known to have been committed."""

VERSION = "alembic_version"


def rows_there(url: str) -> bool:
    """Whether the database holds ig-worker's tables already."""
    database = Database(url)
    try:
        return database.version() is not None
    finally:
        database.close()


def numbers_there(url: str) -> dict[int, int] | None:
    """The last case number of each year in the database that is there; None where there is none, or none to be read."""
    database = Database(url)
    try:
        with database.reading() as connection:
            return {row.year: row.last for row in connection.execute(select(case_numbers))}
    except StorageError:
        return None
    finally:
        database.close()


def bears(url: str, mark: str) -> bool:
    """Whether the restore with this mark was committed."""
    database = Database(url)
    try:
        if database.version() != SCHEMA_VERSION:
            return False
        with database.reading() as connection:
            found = facts.read(connection, MARK)
    except StorageError as error:
        raise unreadable(database, error) from None
    finally:
        database.close()
    return found is not None and found.value == mark


def brought_in(url: str, file: Path, now: datetime, mark: str) -> None:
    """Copy a SQLite database of the newest schema in, in one transaction; what was there moves to a schema aside.

    Raises Misconfigured while anybody else is connected, or where the database does not allow it or is not of UTF8.
    """
    source, target = Database(f"sqlite:///{file}"), Database(url)
    try:
        target.require_utf8()
        with source.reading() as old, target.writing() as connection:
            _require_alone(connection)
            _move_aside(connection, f"before_restore_{now:%Y%m%dt%H%M%S}")
            metadata.create_all(connection)
            connection.execute(text(f"CREATE TABLE {VERSION} (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(
                text(f"INSERT INTO {VERSION} VALUES (:version)"),  # noqa: S608
                {"version": SCHEMA_VERSION},
            )
            for table in metadata.sorted_tables:
                query = select(table).order_by(*table.primary_key.columns)
                for rows in old.execution_options(yield_per=AT_ONCE).execute(query).partitions():
                    connection.execute(insert(table), [dict(row._mapping) for row in rows])
            _count_on(connection)
            facts.write(connection, MARK, mark, now)
    except StorageError as error:
        raise unreadable(target, error) from None
    finally:
        source.close()
        target.close()


def _require_alone(connection: Connection) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    ).scalar_one()
    if others:
        raise Misconfigured(
            "the database is in use",
            cure="stop the worker and the board first, and close other connections to it",
        )


def _move_aside(connection: Connection, schema: str) -> None:
    present = [*(table.name for table in metadata.sorted_tables), VERSION]
    there = [name for name in present if connection.dialect.has_table(connection, name)]
    if there:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    for name in there:
        connection.execute(text(f"ALTER TABLE {name} SET SCHEMA {schema}"))


def _count_on(connection: Connection) -> None:
    """New rows get numbers behind those that were copied."""
    for table in metadata.sorted_tables:
        keys = list(table.primary_key.columns)
        if len(keys) != 1 or not isinstance(keys[0].type, Integer) or table.autoincrement_column is None:
            continue
        highest = connection.execute(select(func.max(keys[0]))).scalar()
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": keys[0].name},
        ).scalar()
        if highest is not None and sequence is not None:
            connection.execute(text("SELECT setval(:name, :value)"), {"name": sequence, "value": highest})
