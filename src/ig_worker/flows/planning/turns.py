"""Writes much in many short transactions: whoever has a post to publish never waits long for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from ig_worker.clock import pause, stopwatch
from ig_worker.store.database import Connection, Database

Each = TypeVar("Each")

AT_ONCE = 200
"""How many rows are looked up and written together: changed ones take some milliseconds each."""

LONG = 0.4
"""Seconds of writing after which the others get their turn."""

TURN = 0.12
"""Seconds: SQLite's writers look every tenth of a second whether the database is free."""


class Turns:
    """Short transactions one after the other; with `dry_run` nothing of them stays."""

    def __init__(
        self,
        database: Database,
        *,
        dry_run: bool = False,
        give_way: Callable[[float], None] = pause,
        stopwatch: Callable[[], float] = stopwatch,
    ) -> None:
        self._database = database
        self._dry_run = dry_run
        self._give_way = give_way
        self._stopwatch = stopwatch
        self._busy = 0.0

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The next transaction, after a moment for others where we have been writing for long."""
        if self._busy > LONG:
            self._give_way(TURN)
            self._busy = 0.0
        with self._database.writing() as connection:
            begun = self._stopwatch()
            yield connection
            if self._dry_run:
                connection.rollback()
        self._busy += self._stopwatch() - begun


def parts(rows: Sequence[Each]) -> Iterator[Sequence[Each]]:
    """The rows in the portions that one transaction takes."""
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]
