"""A shelf of refusals that lies in memory, and says when it was read."""

from __future__ import annotations


class HeldShelf:
    """What two processes have in common."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, str]] = {}
        self.loads = 0

    def load(self) -> dict[str, dict[str, str]]:
        self.loads += 1
        return {scope: dict(names) for scope, names in self.known.items()}

    def keep(self, scope: str, name: str, words: str) -> None:
        self.known.setdefault(scope, {})[name] = words
