"""A database that dies in the middle of its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fakes.instagram_faults import Killed
from ig_worker.store.database import Database


class KilledAt:
    """Dies before or after its n-th writing transaction; all else is the database's."""

    def __init__(self, database: Database, number: int, *, before: bool) -> None:
        self._database = database
        self._left = number
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        self._left -= 1
        if self._left < 0 and self._before:
            raise Killed
        with self._database.writing() as connection:
            yield connection
        if self._left < 0:
            raise Killed
