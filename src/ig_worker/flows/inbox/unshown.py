"""Remembers conversations that changed and show nothing new yet: the answer may be behind, and words may still come.

Their time also moves for what shows no line, such as a reaction. They are looked at again ever more seldom, each time
after as long as all the looks before it took.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.instagram import ConversationHead
from ig_worker.flows.inbox.trouble import LASTING

log = logging.getLogger(__name__)

LAGS = timedelta(minutes=30)
"""So long after its change an answer that shows older lines may be behind; later, what changed has no line."""

EMPTIED = timedelta(days=1)
"""So long a conversation of which lines are stored may show none; later, all were taken back."""

SELDOM = timedelta(hours=6)
"""The longest wait between two looks."""

STALE = 2 * SELDOM
"""What has not been looked at for so long is not asked for any more."""


@dataclass(frozen=True)
class _Waiting:
    head: ConversationHead
    begun: datetime
    looked_at: datetime
    dark_since: datetime | None

    def is_left_alone(self, now: datetime) -> bool:
        waits = min(self.looked_at - self.begun, SELDOM)
        return timedelta(0) <= now - self.looked_at < waits


class Unshown:
    """One account's conversations whose change is not shown yet, for as long as the process lives."""

    def __init__(self) -> None:
        self._waiting: dict[str, _Waiting] = {}

    def __contains__(self, head: ConversationHead) -> bool:
        """Whether this change of a conversation was looked for before."""
        return (known := self._waiting.get(head.ig_id)) is not None and known.head == head

    def is_left_alone(self, head: ConversationHead, now: datetime) -> bool:
        """Whether it is too soon to look for this change again; a further change is always looked for."""
        return head in self and self._waiting[head.ig_id].is_left_alone(now)

    def due(self, now: datetime) -> list[ConversationHead]:
        """What is to be looked at again, wherever in their list these conversations may stand by now."""
        return [known.head for known in self._waiting.values() if not known.is_left_alone(now)]

    def owes(self) -> bool:
        """Whether anything is waited for."""
        return bool(self._waiting)

    def may_come(
        self, head: ConversationHead, now: datetime, *, shows: bool, known: bool, backlog_before: datetime
    ) -> bool:
        """Whether what changed may still be shown: where older lines are (`shows`), where none is and some are `known`,
        and where nothing of the conversation was ever seen."""
        if shows:
            return now - head.updated < LAGS
        if known:
            return head not in self or now - self._waiting[head.ig_id].begun < EMPTIED
        return head.updated >= backlog_before

    def note(self, head: ConversationHead, now: datetime, *, dark: bool) -> None:
        """It was looked for, and is not there yet; `dark` where nothing of the conversation was ever seen."""
        known = self._waiting.get(head.ig_id)
        since = (known.dark_since if known is not None else None) or now
        if dark and (known is None or known.dark_since is None):
            log.warning("conversation %s shows nothing of what changed in it", head.ig_id)
        begun = known.begun if known is not None and known.head == head else now
        self._waiting[head.ig_id] = _Waiting(head, begun, now, since if dark else None)

    def is_over(self, ig_id: str) -> None:
        """It was read, or fails."""
        self._waiting.pop(ig_id, None)

    def lasting(self, now: datetime) -> dict[str, datetime]:
        """The conversations that have shown nothing at all through an hour at least, by id, and since when."""
        return {
            ig_id: known.dark_since
            for ig_id, known in self._waiting.items()
            if known.dark_since is not None
            and known.looked_at - known.dark_since >= LASTING
            and abs(now - known.looked_at) < STALE
        }
