"""Says by itself what the centre has agreed to, at most once to each message: thanks for praise first of all.

The reasons to speak and to be silent are in ``occasions``, ``thanking`` and ``informing``. What to do next is decided
in :mod:`ig_worker.domain.reply`; an unclear outcome is settled by looking among our own replies (``sending``).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Throttled, TokenExpired, Unavailable
from ig_worker.domain.reply import Event, Happened, Purpose, Reply, Status, Step, apply, decide
from ig_worker.flows.ports import Chance, Clock
from ig_worker.flows.replying.last_look import LastLook
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.occasions import Occasion
from ig_worker.flows.replying.sending import Conversing, Sender
from ig_worker.store import inbox, messages, replies
from ig_worker.store.backups.aftermath import window
from ig_worker.store.database import Database, Row
from ig_worker.store.replies import StoredReply

log = logging.getLogger(__name__)

READ_FIRST = timedelta(minutes=5)
"""So long words of ours wait for the inbox to be read again, when something has changed meanwhile."""


class Responder:
    """One account's words of its own; ``occasions`` in the order in which one message's is chosen."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Conversing,
        occasions: Sequence[Occasion],
        clock: Clock,
        chance: Chance,
        manners: Manners,
    ) -> None:
        self._account = account
        self._database = database
        self._occasions: dict[Purpose, Occasion] = {each.purpose: each for each in occasions}
        self._clock = clock
        self._chance = chance
        self._manners = manners
        self._sender = Sender(account, database, instagram, replies, clock, manners.rules)
        self._look = LastLook(account, database, instagram)

    def run(self) -> None:
        """Plan words for what is new, send those that are due, settle those that are unclear."""
        if self._manners.enabled:
            for occasion in self._occasions.values():
                self._plan(occasion)
        with self._database.reading() as connection:
            waiting = replies.active(connection, self._account)
        for stored in waiting:
            self._go_on(stored)

    def _go_on(self, stored: StoredReply) -> None:
        """One step; what the centre does not want any more stays where it is until it is too old, or settled."""
        occasion = self._occasions.get(stored.purpose) if self._manners.enabled else None
        rules = self._manners.rules
        if occasion is not None:
            rules = replace(rules, max_age=occasion.max_age)
        decision = decide(stored.reply, self._clock.now(), rules)
        if decision.step is Step.SKIP:
            self._sender.save(stored, Happened(Event.SKIP, reason=decision.reason))
        elif decision.step is Step.ASK:
            self._sender.ask(stored)
        elif decision.step is Step.SEND and occasion is not None:
            self._send(stored, occasion)

    def _plan(self, occasion: Occasion) -> None:
        now = self._clock.now()
        with self._database.reading() as connection:
            wanted = occasion.wanted(connection, self._account, now)
        for message in wanted:
            with self._database.writing() as connection:
                due = now if occasion.at_once else self._manners.due(now, self._chance)
                reply = Reply(Status.PLANNED, asked_at=message.sent_at, due_at=due)
                words = occasion.words(connection, message, due.astimezone(self._manners.zone))
                phrase = words.phrase
                if reason := occasion.why_not(connection, message, due, now):
                    reply = apply(reply, Happened(Event.SKIP, reason=reason), now)
                    phrase = -1
                replies.plan(connection, message, reply, words.text, phrase, now, occasion.purpose)

    def _send(self, stored: StoredReply, occasion: Occasion) -> None:
        now = self._clock.now()
        awake = now if occasion.at_once else self._manners.awake_at(now)
        if awake > now:
            self._sender.save(
                stored, Happened(Event.POSTPONE, not_before=self._manners.due(now, self._chance))
            )
            return
        with self._database.reading() as connection:
            # As it stands now: a person may have judged it anew since this pass began.
            message = messages.get(connection, stored.message.id)
            assert message is not None
            stored = replace(stored, message=message)
            reason = occasion.why_not(connection, message, now, now)
            # What a restored database does not know of was perhaps said already.
            unknown = window(connection, now)
        at_once = occasion.at_once and (unknown is None or message.sent_at > unknown.until)
        if reason:
            self._sender.save(stored, Happened(Event.SKIP, reason=reason))
            return
        if not at_once and not self._may_go_out(stored, now):
            return
        if self._manners.dry_run:
            log.info("dry run: message %s would be answered: %s", stored.message.id, _nameless(stored))
            self._sender.save(stored, Happened(Event.SKIP, reason=f"dry run; would have said: {stored.text}"))
            return
        fresh = self._freshly_worded(stored, occasion, now)
        if fresh is not None:
            self._sender.send(fresh)

    def _may_go_out(self, stored: StoredReply, now: datetime) -> bool:
        """Whether the last look found nothing new; else what follows from it is noted."""
        try:
            news = self._look.news(stored.message)
        except (Throttled, TokenExpired):
            raise
        except Unavailable:
            self._sender.save(stored, Happened(Event.SKIP, reason="it can no longer be had on Instagram"))
            return False
        except IgWorkerError as error:
            news = f"it could not be looked at once more: {error}"
        if news:
            self._ask_for_a_reading(stored.message)
            self._sender.save(stored, Happened(Event.POSTPONE, reason=news, not_before=now + READ_FIRST))
        return not news

    def _freshly_worded(self, stored: StoredReply, occasion: Occasion, now: datetime) -> StoredReply | None:
        """With the time of day at which it really goes out; never once it may stand on Instagram already."""
        if stored.reply.calls or stored.phrase < 0:
            return stored
        with self._database.reading() as connection:
            text = occasion.words_later(connection, stored, now.astimezone(self._manners.zone))
        if text == stored.text:
            return stored
        with self._database.writing() as connection:
            return replies.reword(connection, stored, text)

    def _ask_for_a_reading(self, message: Row[Any]) -> None:
        """Let the inbox read the post again: an edit changes no count, so it would not by itself."""
        if message.media_id:
            with self._database.writing() as connection:
                inbox.ask_for_a_reading(connection, self._account, message.media_id)


def _nameless(stored: StoredReply) -> str:
    """The words without the person's name: logs are read by more people than the register."""
    author = stored.message.author
    return stored.text.replace(author, "…") if author else stored.text
