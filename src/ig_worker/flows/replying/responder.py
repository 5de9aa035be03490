"""Thanks praise, at most once, with another sentence (the Polowijen SOP), and never anything else.

What to do is decided in :mod:`ig_worker.domain.reply`; an unclear outcome is settled by looking among our own replies.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Throttled, TokenExpired, Unavailable
from ig_worker.domain.reply import (
    Event,
    Happened,
    Reply,
    Rules,
    Status,
    Step,
    apply,
    decide,
)
from ig_worker.domain.text import clean
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.ports import Chance, Clock
from ig_worker.flows.replying.sending import Conversing, Line, Sender
from ig_worker.store import inbox, messages, replies
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.replies import StoredReply

log = logging.getLogger(__name__)

NEIGHBOURS = 8
"""So many thanks in a row never use the same phrasing."""


NEARBY = timedelta(days=7)
"""So long a complaint by the same person in the same place keeps the worker from thanking for a praise."""

READ_FIRST = timedelta(minutes=5)
"""So long thanks wait for the inbox to be read again, when something has changed meanwhile."""

STAFF_STAYS = timedelta(days=7)
"""So long after somebody of the centre wrote in a conversation, the worker says nothing there."""

ANSWERED = "somebody of the centre has answered already"
STAFF_IS_HERE = "somebody of the centre talks here"
COMPLAINS = "the same person has a complaint here: a person answers"


@dataclass(frozen=True)
class Manners:
    """When the centre thanks (``[replies]``)."""

    zone: tzinfo
    enabled: bool = True
    delay_seconds: tuple[float, float] = (60, 300)
    quiet_hours: tuple[time, time] | None = None
    dry_run: bool = False
    rules: Rules = field(default_factory=Rules)


class Responder:
    """One account's thanks."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Conversing,
        phrasebook: Phrasebook,
        clock: Clock,
        chance: Chance,
        manners: Manners,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._phrasebook = phrasebook
        self._clock = clock
        self._chance = chance
        self._manners = manners
        self._sender = Sender(account, database, instagram, replies, clock, manners.rules)

    def run(self) -> None:
        """Plan thanks for new praise, send those that are due, settle those that are unclear."""
        if not self._manners.enabled:
            return
        self._plan()
        with self._database.reading() as connection:
            waiting = replies.active(connection, self._account)
        for stored in waiting:
            decision = decide(stored.reply, self._clock.now(), self._manners.rules)
            if decision.step is Step.SKIP:
                self._sender.save(stored, Happened(Event.SKIP, reason=decision.reason))
            elif decision.step is Step.SEND:
                self._send(stored)
            elif decision.step is Step.ASK:
                self._sender.ask(stored)

    def _plan(self) -> None:
        now = self._clock.now()
        with self._database.reading() as connection:
            praised = messages.to_thank(connection, self._account)
        for message in praised:
            with self._database.writing() as connection:
                pause = timedelta(seconds=self._chance.uniform(*self._manners.delay_seconds))
                reply = Reply(Status.PLANNED, asked_at=message.sent_at, due_at=self._polite_time(now + pause))
                reason = self._why_not(connection, message, now)
                if reason:
                    reply = apply(reply, Happened(Event.SKIP, reason=reason), now)
                thanks = self._phrasebook.compose(
                    author=message.author,
                    channel=message.channel,
                    segment=messages.segment_of(connection, message),
                    local_time=reply.due_at.astimezone(self._manners.zone),
                    seed=message.ig_id,
                    avoid=replies.newest_phrases(connection, self._account, NEIGHBOURS),
                )
                phrase = -1 if reason else thanks.phrase_index
                replies.plan(connection, message, reply, thanks.text, phrase, now)

    def _why_not(self, connection: Connection, message: Row[Any], now: datetime) -> str:
        if now - message.sent_at > self._manners.rules.max_age:
            return "too old to be answered by the worker"
        if messages.answered_by_us(connection, message):
            return ANSWERED
        if messages.staff_spoke_here(connection, message, now - STAFF_STAYS):
            return STAFF_IS_HERE
        if messages.complains_here(connection, message, message.sent_at - NEARBY):
            return COMPLAINS
        local = message.sent_at.astimezone(self._manners.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        if replies.thanked_since(connection, message, midnight):
            return "this person was thanked here today"
        return ""

    def _polite_time(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into."""
        if self._manners.quiet_hours is None:
            return moment
        begin, end = self._manners.quiet_hours
        local = moment.astimezone(self._manners.zone)
        at = local.timetz().replace(tzinfo=None)
        quiet = begin <= at < end if begin <= end else at >= begin or at < end
        if not quiet:
            return moment
        morning = local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
        return morning if at < end else morning + timedelta(days=1)

    def _send(self, stored: StoredReply) -> None:
        now = self._clock.now()
        polite = self._polite_time(now)
        if polite > now:
            self._sender.save(stored, Happened(Event.POSTPONE, not_before=polite))
            return
        reason = self._why_not_now(stored)
        if reason:
            self._sender.save(stored, Happened(Event.SKIP, reason=reason))
            return
        try:
            news = self._news(stored)
        except (Throttled, TokenExpired):
            raise
        except Unavailable:
            self._sender.save(stored, Happened(Event.SKIP, reason="it can no longer be had on Instagram"))
            return
        except IgWorkerError as error:
            news = f"it could not be looked at once more: {error}"
        if news:
            self._ask_for_a_reading(stored.message)
            self._sender.save(stored, Happened(Event.POSTPONE, reason=news, not_before=now + READ_FIRST))
            return
        if self._manners.dry_run:
            self._sender.save(stored, Happened(Event.SKIP, reason=f"dry run; would have said: {stored.text}"))
            return
        self._sender.send(stored)

    def _why_not_now(self, stored: StoredReply) -> str:
        """What has changed since the thanks were planned."""
        if not stored.message.auto_thank or stored.message.deleted:
            return "it was changed and is no longer praise that may be thanked"
        with self._database.reading() as connection:
            if messages.answered_by_us(connection, stored.message):
                return ANSWERED
            if messages.staff_spoke_here(connection, stored.message, self._clock.now() - STAFF_STAYS):
                return STAFF_IS_HERE
            if messages.complains_here(connection, stored.message, stored.message.sent_at - NEARBY):
                return COMPLAINS
        return ""

    def _news(self, stored: StoredReply) -> str:
        """What stands on Instagram and is not known here yet: a look right before speaking.

        People edit a praise, or write the complaint that follows it, within the minutes of our human pause.
        """
        message = stored.message
        if message.channel == "dm":
            lines: list[Line] = list(self._instagram.conversation(message.conversation_id).messages)
        elif message.parent_id:
            lines = list(self._instagram.comment_replies(message.parent_id, message.media_id).items)
        else:
            page = self._instagram.comments(message.media_id).items
            lines = [line for comment in page for line in (comment, *comment.replies)]
        here = {line.ig_id: line for line in lines}
        if (
            (now := here.get(message.ig_id)) is not None
            and now.text is not None
            and clean(now.text) != message.text
        ):
            return "it was edited: it is read again first"
        theirs = [
            line.ig_id
            for line in lines
            if line.author_id == message.author_id and line.author == message.author
        ]
        with self._database.reading() as connection:
            unknown = messages.unknown_ids(connection, self._account, theirs)
        return "the same person has written more: it is read first" if unknown else ""

    def _ask_for_a_reading(self, message: Row[Any]) -> None:
        """Let the inbox read the post again: an edit changes no count, so it would not by itself."""
        if message.media_id:
            with self._database.writing() as connection:
                inbox.ask_for_a_reading(connection, self._account, message.media_id)
