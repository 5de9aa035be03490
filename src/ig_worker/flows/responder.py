"""Thanks praise, at most once, with another sentence (the Polowijen SOP), and never anything else.

What to do is decided in :mod:`ig_worker.domain.reply`; an unclear outcome is settled by looking among our own replies.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Protocol

from ig_worker.domain.errors import IgWorkerError, Throttled, TokenExpired, Unanswered, Unavailable
from ig_worker.domain.instagram import Comment, DirectMessage, Page
from ig_worker.domain.paging import pages
from ig_worker.domain.reply import (
    Event,
    Happened,
    Reply,
    Rules,
    Status,
    Step,
    answered_no,
    apply,
    decide,
    settle,
)
from ig_worker.domain.settling import CLOCKS_APART
from ig_worker.domain.text import clean, words_of
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.ports import Chance, Clock, Inbox, Replying
from ig_worker.store import inbox, replies
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.replies import StoredReply

log = logging.getLogger(__name__)

NEIGHBOURS = 8
"""So many thanks in a row never use the same phrasing."""


NEARBY = timedelta(days=7)
"""So long a complaint by the same person in the same place keeps the worker from thanking for a praise."""

READ_FIRST = timedelta(minutes=5)
"""So long thanks wait for the inbox to be read again, when something has changed meanwhile."""

ANSWERED = "somebody of the centre has answered already"
COMPLAINS = "the same person has a complaint here: a person answers"

Line = Comment | DirectMessage


class Conversing(Inbox, Replying, Protocol):
    """What answering needs of Instagram: writing, and reading back what we wrote."""


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
                self._save(stored, Happened(Event.SKIP, reason=decision.reason))
            elif decision.step is Step.SEND:
                self._send(stored)
            elif decision.step is Step.ASK:
                self._ask(stored)

    def _plan(self) -> None:
        now = self._clock.now()
        with self._database.reading() as connection:
            praised = inbox.to_thank(connection, self._account)
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
                    segment=inbox.segment_of(connection, message),
                    local_time=reply.due_at.astimezone(self._manners.zone),
                    seed=message.ig_id,
                    avoid=replies.newest_phrases(connection, self._account, NEIGHBOURS),
                )
                phrase = -1 if reason else thanks.phrase_index
                replies.plan(connection, message, reply, thanks.text, phrase, now)

    def _why_not(self, connection: Connection, message: Row[Any], now: datetime) -> str:
        if now - message.sent_at > self._manners.rules.max_age:
            return "too old to be answered by the worker"
        if inbox.answered_by_us(connection, message):
            return ANSWERED
        if inbox.complains_here(connection, message, message.sent_at - NEARBY):
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
            self._save(stored, Happened(Event.POSTPONE, not_before=polite))
            return
        reason = self._why_not_now(stored)
        if reason:
            self._save(stored, Happened(Event.SKIP, reason=reason))
            return
        try:
            news = self._news(stored)
        except (Throttled, TokenExpired):
            raise
        except Unavailable:
            self._save(stored, Happened(Event.SKIP, reason="it can no longer be had on Instagram"))
            return
        except IgWorkerError as error:
            news = f"it could not be looked at once more: {error}"
        if news:
            self._ask_for_a_reading(stored.message)
            self._save(stored, Happened(Event.POSTPONE, reason=news, not_before=now + READ_FIRST))
            return
        if self._manners.dry_run:
            self._save(stored, Happened(Event.SKIP, reason=f"dry run; would have said: {stored.text}"))
            return
        sending = self._save(stored, Happened(Event.INTEND))
        if sending is None:
            return
        stop: IgWorkerError | None = None
        try:
            happened = Happened(Event.SENT, ig_id=self._call(sending))
        except Unanswered as error:
            happened = Happened(Event.UNCLEAR, reason=str(error), said_no=answered_no(error))
        except (Throttled, TokenExpired) as error:
            wait = timedelta(seconds=error.wait_seconds if isinstance(error, Throttled) else 900)
            not_before = self._clock.now() + wait
            happened = Happened(Event.NOT_SENT, reason=str(error), not_before=not_before, never_sent=True)
            stop = error
        except IgWorkerError as error:
            happened = Happened(Event.REFUSED, reason=str(error))
        self._save(sending, happened)
        if stop is not None:
            raise stop

    def _why_not_now(self, stored: StoredReply) -> str:
        """What has changed since the thanks were planned."""
        if not stored.message.auto_thank or stored.message.deleted:
            return "it was changed and is no longer praise that may be thanked"
        with self._database.reading() as connection:
            if inbox.answered_by_us(connection, stored.message):
                return ANSWERED
            if inbox.complains_here(connection, stored.message, stored.message.sent_at - NEARBY):
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
            unknown = inbox.unknown_ids(connection, self._account, theirs)
        return "the same person has written more: it is read first" if unknown else ""

    def _ask_for_a_reading(self, message: Row[Any]) -> None:
        """Let the inbox read the post again: an edit changes no count, so it would not by itself."""
        if message.media_id:
            with self._database.writing() as connection:
                inbox.mark_swept(connection, self._account, message.media_id, inbox.Sweep())

    def _call(self, stored: StoredReply) -> str:
        message = stored.message
        if message.channel == "dm":
            return self._instagram.send_message(message.author_id, stored.text)
        # Only a top-level comment can be answered (section C); a reply is answered on its parent.
        return self._instagram.reply_to_comment(message.parent_id or message.ig_id, stored.text)

    def _ask(self, stored: StoredReply) -> None:
        try:
            found: list[str] | None = self._own_replies_like(stored)
        except (Throttled, TokenExpired):
            raise
        except IgWorkerError as error:
            log.warning("cannot read our own replies: %s", error)
            found = None
        if found:
            with self._database.reading() as connection:
                sent = replies.sent_ids(connection, self._account)
            found = [ig_id for ig_id in found if ig_id not in sent]
        self._save(stored, settle(stored.reply, found, self._clock.now(), self._manners.rules))

    def _own_replies_like(self, stored: StoredReply) -> list[str]:
        message = stored.message
        since = (stored.reply.intent_at or stored.reply.due_at) - CLOCKS_APART
        if message.channel == "dm":
            conversation = self._instagram.conversation(message.conversation_id)
            return [
                ours.ig_id
                for ours in conversation.messages
                if _may_be_ours(ours) and ours.timestamp >= since and _same(ours.text, stored.text)
            ]

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

    def _save(self, stored: StoredReply, happened: Happened) -> StoredReply | None:
        now = self._clock.now()
        after = apply(stored.reply, happened, now)
        what = f"reply {happened.event}" + (f": {happened.reason}" if happened.reason else "")
        with self._database.writing() as connection:
            if not replies.save(connection, stored, after, now, what):
                return None
        log.info("reply to message %s: %s", stored.message.id, happened.event)
        return StoredReply(stored.id, stored.version + 1, after, stored.text, stored.message)


def _same_person(line: Line, message: Row[Any]) -> bool:
    """In a conversation, everybody who is not us is the person; elsewhere Meta's id or the name says it."""
    return message.channel == "dm" or (line.author_id, line.author) == (message.author_id, message.author)


def _may_be_ours(line: Line) -> bool:
    """Ours, or of somebody withheld: overlooking our own thanks would send them twice."""
    return line.own or not (line.author or line.author_id)


def _same(ours: str | None, planned: str) -> bool:
    return words_of(ours or "") == words_of(planned)
