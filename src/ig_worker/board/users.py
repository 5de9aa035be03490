"""Somebody who is on the board: their name as others read it, and what they may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ig_worker.domain.rights import Right, Role, only_own_unit, rights_of


@dataclass(frozen=True)
class User:
    """A logged-in user. ``full_name`` is what the journal and the planning sheet call them."""

    id: int
    name: str
    full_name: str
    roles: frozenset[Role]
    unit: str
    full_texts: bool
    language: str
    must_change: bool

    def may(self, right: Right) -> bool:
        """Whether one of their roles allows it."""
        return right in rights_of(self.roles)

    @property
    def only_unit(self) -> str | None:
        """The unit whose cases and messages they see, None for those of all; "" is no unit at all."""
        return self.unit if only_own_unit(self.roles) else None


def as_user(row: Any) -> User:
    """From a row of ``users``; a role that this program does not know gives no right."""
    return User(
        id=row.id,
        name=row.name,
        full_name=row.full_name,
        roles=frozenset(_known(row.roles)),
        unit=row.unit,
        full_texts=row.full_texts,
        language=row.language,
        must_change=row.must_change,
    )


def _known(words: Iterable[str]) -> Iterable[Role]:
    for word in words:
        if word in set(Role):
            yield Role(word)
