"""Knows a new row that stands where the row of a post stood that is out: somebody corrected it too late."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.publication import Status
from ig_worker.flows.planning.planned_row import OUT_IN_WORDS, SETTLED
from ig_worker.store import plans
from ig_worker.store.database import Connection

SAME_TEXT_WITHIN = timedelta(days=1)
"""The same caption so near is the same post at another time; a weekly one is not."""

REPLACES = "barisnya menggantikan"
"""How the reason begins why such a post is held."""

LOOKED_BACK = timedelta(days=30)
"""What should have gone out longer ago is held as late, whatever it replaces."""


class Replaced:
    """The posts of one sheet that are out, or may be, and whose rows it no longer shows."""

    def __init__(self, gone: Iterable[Any]) -> None:
        self._gone = list(gone)

    @classmethod
    def of(
        cls, connection: Connection, source: str, present: Collection[tuple[str, str]], now: datetime
    ) -> Replaced:
        """As the shelf has them now; `present` are the accounts and keys of the sheet's rows."""
        out = plans.of_sheet(connection, source, SETTLED, since=now - LOOKED_BACK)
        return cls(row for row in out if (row.account, row.key) not in present)

    def reason(self, post: PlannedPost) -> str:
        """Why a post for a new row must not go out by itself, in Indonesian; empty where it may."""
        for gone in self._gone:
            if gone.account == post.account and _is_the_same(gone, post):
                return (
                    f"{REPLACES} {gone.key}, yang {OUT_IN_WORDS[Status(gone.status)]}; "
                    "setujui (posts approve) hanya bila yang ini memang harus terbit juga"
                )
        return ""


def _is_the_same(gone: Any, post: PlannedPost) -> bool:
    apart = abs(gone.scheduled_at - post.scheduled_at)
    return not apart or (bool(post.caption) and post.caption == gone.caption and apart < SAME_TEXT_WITHIN)
