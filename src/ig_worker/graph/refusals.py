"""What Instagram has refused for good, so that nobody asks for it again every night."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

logger = logging.getLogger("ig_worker.graph")

LOOK_AGAIN: Final = 3600.0
"""Seconds after which the shelf is read once more: what is forgotten there is asked for again."""

LONGEST_TOLD: Final = 160
"""Characters of Meta's words that the log has: it likes to list all that it would take."""


class Shelf(Protocol):
    """Keeps refusals longer than a process lives, and decides when one is forgotten."""

    def load(self) -> Mapping[str, Mapping[str, str]]:
        """Scope, name, Meta's words."""
        ...

    def keep(self, scope: str, name: str, words: str) -> None: ...


class Refusals:
    """Fields, metrics and ways of asking, by the scope in which they were refused, each with Meta's words.

    Threads may share it. Without a shelf it remembers for as long as it lives.
    """

    def __init__(self, stopwatch: Callable[[], float], shelf: Shelf | None = None) -> None:
        self._shelf = shelf
        self._stopwatch = stopwatch
        self._read_at: float | None = None
        self._known: dict[str, dict[str, str]] = {}
        self._lock = threading.RLock()

    def of(self, scope: str) -> dict[str, str]:
        """What is known of a scope: name, words."""
        with self._lock:
            self._look()
            return dict(self._known.get(scope, {}))

    def add(self, scopes: str | Iterable[str], names: str | Iterable[str], words: str) -> None:
        """Remember these names in each of these scopes, and tell the log once what is new."""
        names = [names] if isinstance(names, str) else [*names]
        new: dict[str, list[str]] = {}
        with self._lock:
            self._look()
            for scope in [scopes] if isinstance(scopes, str) else scopes:
                for name in names:
                    if name not in self._known.get(scope, {}):
                        new.setdefault(scope, []).append(name)
                        self._known.setdefault(scope, {})[name] = words
                        if self._shelf is not None:
                            self._shelf.keep(scope, name, words)
        if new:
            what = ", ".join(dict.fromkeys(name for found in new.values() for name in found))
            said = words if len(words) <= LONGEST_TOLD else f"{words[: LONGEST_TOLD - 1]}…"
            logger.warning(
                "Instagram refuses %s (%s); it is left out and tried again in a month: %s",
                what,
                ", ".join(new),
                said,
            )

    def _look(self) -> None:
        if self._shelf is None:
            return
        now = self._stopwatch()
        if self._read_at is None or now - self._read_at >= LOOK_AGAIN:
            self._known = {scope: dict(names) for scope, names in self._shelf.load().items()}
            self._read_at = now
