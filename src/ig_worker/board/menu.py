"""The board's menu: what each user finds there."""

from __future__ import annotations

from dataclasses import dataclass

from ig_worker.board.users import User
from ig_worker.domain.rights import Right


@dataclass(frozen=True)
class Entry:
    """A line of the menu: its address, the catalogue's key of its name (also its icon), whether one is there now."""

    path: str
    key: str
    is_here: bool


_ENTRIES = (
    ("/", "home", Right.BE_HERE),
    ("/kalender", "calendar", Right.SEE_PLAN),
    ("/kotak-masuk", "inbox", Right.READ_INBOX),
    ("/kasus", "cases", Right.READ_CASES),
    ("/laporan", "figures", Right.SEE_FIGURES),
    ("/pengaturan", "settings", Right.SEE_SETTINGS),
)


def menu_of(user: User | None, path: str) -> list[Entry]:
    """What this user may open; nothing for who is not logged in."""
    if user is None or user.must_change:
        return []
    return [
        Entry(address, key, path == address or (address != "/" and path.startswith(f"{address}/")))
        for address, key, right in _ENTRIES
        if user.may(right)
    ]
