"""Sends words of ours to a person at most once, and finds out what became of an unclear call.

The intent is committed before the call; an unclear outcome is settled by looking among our own words there
(:mod:`ig_worker.domain.reply`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ig_worker.domain.errors import IgWorkerError, Throttled, TokenExpired, Unanswered
from ig_worker.domain.instagram import Comment, DirectMessage, Page
from ig_worker.domain.paging import pages
from ig_worker.domain.reply import Event, Happened, Reply, Rules, answered_no, apply, settle
from ig_worker.domain.settling import CLOCKS_APART
from ig_worker.domain.text import words_of
from ig_worker.flows.ports import Clock, Inbox, Replying
from ig_worker.store.database import Connection, Database
from ig_worker.store.replies import StoredReply

log = logging.getLogger(__name__)

UNTIL_A_NEW_TOKEN = timedelta(minutes=15)
"""So long nothing is tried after the token was refused."""

Line = Comment | DirectMessage


class Conversing(Inbox, Replying, Protocol):
    """What answering needs of Instagram: writing, and reading back what we wrote."""


class Shelf(Protocol):
    """Where the words lie: ``store.replies`` or ``store.answers``."""

    def save(
        self, connection: Connection, stored: StoredReply, reply: Reply, now: datetime, what: str
    ) -> bool:
        """Save the new state if nobody was faster; says whether it was saved."""
        ...

    def taken(self, connection: Connection, stored: StoredReply, found: Collection[str]) -> set[str]:
        """Which of these words of ours on Instagram are known to be others than `stored`."""
        ...


class Sender:
    """Sends one account's words of one shelf."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Conversing,
        shelf: Shelf,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._shelf = shelf
        self._clock = clock
        self._rules = rules

    def send(self, stored: StoredReply) -> StoredReply | None:
        """Send now; returns the words as they stand after it, None where somebody else was faster.

        Raises Throttled or TokenExpired, after which nothing else need be tried.
        """
        sending = self.save(stored, Happened(Event.INTEND))
        return None if sending is None else self.call(sending)

    def call(self, sending: StoredReply) -> StoredReply | None:
        """Call for words whose intent is saved; returns and raises as ``send``."""
        stop: IgWorkerError | None = None
        try:
            happened = Happened(Event.SENT, ig_id=self._call(sending))
        except Unanswered as error:
            happened = Happened(Event.UNCLEAR, reason=str(error), said_no=answered_no(error))
        except (Throttled, TokenExpired) as error:
            wait = (
                timedelta(seconds=error.wait_seconds) if isinstance(error, Throttled) else UNTIL_A_NEW_TOKEN
            )
            not_before = self._clock.now() + wait
            happened = Happened(Event.NOT_SENT, reason=str(error), not_before=not_before, never_sent=True)
            stop = error
        except IgWorkerError as error:
            happened = Happened(Event.REFUSED, reason=str(error))
        after = self.save(sending, happened)
        if stop is not None:
            raise stop
        return after

    def _call(self, stored: StoredReply) -> str:
        message = stored.message
        if message.channel == "dm":
            return self._instagram.send_message(
                message.author_id, stored.text, human_agent=stored.human_agent
            )
        # Only a top-level comment can be answered (section C); a reply is answered on its parent.
        return self._instagram.reply_to_comment(message.parent_id or message.ig_id, stored.text)

    def ask(self, stored: StoredReply) -> StoredReply | None:
        """Find out what became of an unclear call."""
        return self.save(stored, settle(stored.reply, self.found(stored), self._clock.now(), self._rules))

    def found(self, stored: StoredReply) -> list[str] | None:
        """Meta's ids of our own words there that may be these, None where that cannot be said.

        Raises Throttled or TokenExpired.
        """
        try:
            found = self._own_replies_like(stored)
        except (Throttled, TokenExpired):
            raise
        except IgWorkerError as error:
            log.warning("cannot read our own replies: %s", error)
            return None
        if found:
            with self._database.reading() as connection:
                taken = self._shelf.taken(connection, stored, found)
            found = [ig_id for ig_id in found if ig_id not in taken]
        return found

    def _own_replies_like(self, stored: StoredReply) -> list[str] | None:
        """None where they may lie behind what Instagram lets anybody read of a conversation."""
        message = stored.message
        since = (stored.reply.intent_at or stored.reply.due_at) - CLOCKS_APART
        if message.channel == "dm":
            conversation = self._instagram.conversation(message.conversation_id)
            seen = [line for line in conversation.messages if line.readable]
            found = [
                line.ig_id
                for line in seen
                if _may_be_ours(line) and line.timestamp >= since and _same(line.text, stored.text)
            ]
            everything = not conversation.older or any(line.timestamp < since for line in seen)
            return found if found or everything else None

        def fetch(after: str | None) -> Page[Comment]:
            return self._instagram.comment_replies(
                message.parent_id or message.ig_id, message.media_id, after
            )

        return [
            ours.ig_id
            for page in pages(fetch)
            for ours in page.items
            if _may_be_ours(ours) and _same(ours.text, stored.text)
        ]

    def save(self, stored: StoredReply, happened: Happened) -> StoredReply | None:
        """Note what happened; None where somebody else was faster."""
        now = self._clock.now()
        after = apply(stored.reply, happened, now)
        what = f"reply {happened.event}" + (f": {happened.reason}" if happened.reason else "")
        with self._database.writing() as connection:
            if not self._shelf.save(connection, stored, after, now, what):
                return None
        about = {"action": "reply", "account": stored.message.account, "message_id": stored.message.id}
        log.info("reply to message %s: %s", stored.message.id, happened.event, extra=about)
        return replace(stored, version=stored.version + 1, reply=after)


def _may_be_ours(line: Line) -> bool:
    """Ours, or of somebody withheld: overlooking our own thanks would send them twice."""
    return line.own or not (line.author or line.author_id)


def _same(ours: str | None, planned: str) -> bool:
    return words_of(ours or "") == words_of(planned)
