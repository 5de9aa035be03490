"""Reads the conversations that changed since they were read last (`instagram_api.md`, section D)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import ConversationHead
from ig_worker.domain.paging import pages
from ig_worker.domain.text import clean
from ig_worker.flows.each import STOPS_EVERYTHING, Each
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import inbox
from ig_worker.store.database import Database

WHOLE_WALK = timedelta(hours=1)
"""How often the list of conversations is walked to its end, whatever its first page says."""

SAME_SECOND = timedelta(seconds=2)
"""Meta's times are whole seconds: what is written in the second of the reading would not show as a change."""


class ConversationReader:
    """One account's conversations."""

    def __init__(
        self, account: str, database: Database, instagram: Inbox, keeper: Keeper, clock: Clock
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._keeper = keeper
        self._clock = clock
        self._walked_at: datetime | None = None

    def run(self, now: datetime, backlog_before: datetime) -> None:
        with self._database.reading() as connection:
            read = inbox.conversations_read(connection, self._account)
        each = Each()
        found, broken_off = self._changed(read)
        # From the oldest change to the newest: whatever interrupts this, what is unread still stands in front.
        for head in sorted(found, key=lambda head: head.updated):
            each.do(f"conversation {head.ig_id}", self._read_conversation, head, now, backlog_before)
        if broken_off is not None:
            raise broken_off
        each.end()

    def _changed(self, read: Mapping[str, datetime]) -> tuple[list[ConversationHead], IgWorkerError | None]:
        """The conversations that changed since they were read, and what broke the walk through the list off."""
        found: list[ConversationHead] = []
        now = self._clock.now()
        whole = self._walked_at is None or now - self._walked_at >= WHOLE_WALK
        try:
            for page in pages(self._instagram.conversations):
                changed = [head for head in page.items if read.get(head.ig_id) != head.updated]
                found += changed
                # The list begins with what changed last, but nothing promises it: it is walked to its end now and then.
                if not changed and not whole:
                    break
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            # The next walk is a whole one again: what is behind the break would else look unchanged.
            self._walked_at = None
            return found, error
        self._walked_at = now if whole else self._walked_at
        return found, None

    def _read_conversation(self, head: ConversationHead, now: datetime, backlog_before: datetime) -> None:
        conversation = self._instagram.conversation(head.ig_id)
        with self._database.writing() as connection:
            for message in reversed(conversation.messages):
                if message.readable:
                    self._keeper.keep_message(connection, conversation, message, now, backlog_before)
            if now - head.updated < SAME_SECOND:
                return
            values = {
                "ig_id": head.ig_id,
                "person": clean(conversation.person),
                "person_id": conversation.person_id,
                "updated_at": head.updated,
            }
            inbox.mark_conversation_read(connection, self._account, values)
