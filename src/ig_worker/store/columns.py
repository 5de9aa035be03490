"""The kinds of columns: times that are always aware, texts that are never NULL, words, counts, flags."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Integer, String, Text, false
from sqlalchemy import text as sql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

LONGEST_WORD = 80
"""Letters of a short name."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database. A naive datetime is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite has no zones, so it stores the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[str]):
    """A short name that people write. What is longer is kept whole on SQLite, which counts no letters, and to the
    column's length on PostgreSQL, which would refuse it and with it all that is written at once."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Shortened where the database would refuse it; also in a question, so that it finds what was kept."""
        return value if value is None or dialect.name == "sqlite" else value[:LONGEST_WORD]


def row_id() -> Column[int]:
    """The row's number, given by the database."""
    return Column("id", Integer, primary_key=True)


def text(name: str, *, index: bool = False) -> Column[str]:
    """Text of any length, empty where there is none."""
    return Column(name, Text, nullable=False, server_default="", index=index)


def word(name: str, **options: Any) -> Column[str]:
    """A short name."""
    return Column(name, Word(LONGEST_WORD), nullable=False, **options)


def count(name: str, **options: Any) -> Column[int]:
    """A whole number from 0."""
    return Column(name, Integer, nullable=False, server_default=sql("0"), **options)


def flag(name: str, **options: Any) -> Column[bool]:
    """Yes or no, no at first."""
    return Column(name, Boolean, nullable=False, server_default=false(), **options)


def moment(name: str, *, required: bool = False, **options: Any) -> Column[datetime]:
    """A point in time."""
    return Column(name, Moment, nullable=not required, **options)


def json_(name: str) -> Column[Any]:
    """Any plain data."""
    return Column(name, JSON, nullable=False)
