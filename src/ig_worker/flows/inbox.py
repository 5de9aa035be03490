"""Reads every comment and message once, and judges it.

A post is read only when its count of comments changed, and a young one now and then besides: an edit, or one comment
gone and another come, does not show in the count. A conversation is read only when its time of change did. What is read
is stored and judged in one transaction per page, and the mark "all of this is stored" moves with the last one, so a
crash anywhere repeats a little reading and nothing else (`instagram_api.md`, sections C and D).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.errors import IgWorkerError, Throttled, Unavailable
from ig_worker.domain.instagram import Comment, Conversation, ConversationHead, DirectMessage, Media
from ig_worker.domain.text import clean
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import accounts, inbox
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

SAME_SECOND = timedelta(seconds=2)
"""Meta's times are whole seconds: what is written in the second of the reading would not show as a change."""


@dataclass(frozen=True)
class Rules:
    """How far back to look, what counts as backlog at the first contact, and which posts are read now and then."""

    watch: timedelta = timedelta(days=90)
    backlog: timedelta = timedelta(hours=24)
    young: timedelta = timedelta(days=7)
    look_again: timedelta = timedelta(hours=6)


class InboxReader:
    """One account's comments and messages."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Inbox,
        classifier: Classifier,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._classifier = classifier
        self._clock = clock
        self._rules = rules

    def run(self) -> None:
        """Read what is new. Comments come first; an error in them does not keep the messages from being read."""
        now = self._clock.now()
        with self._database.writing() as connection:
            before = accounts.first_polled(connection, self._account, now) - self._rules.backlog
        failed: list[IgWorkerError] = []
        for read in (self._read_comments, self._read_conversations):
            try:
                read(now, before)
            except Throttled:
                raise
            except IgWorkerError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    def _read_comments(self, now: datetime, backlog_before: datetime) -> None:
        with self._database.reading() as connection:
            sweeps = inbox.last_sweeps(connection, self._account)
        for media in self._watched(now):
            count, swept_at = sweeps.get(media.ig_id, (None, None))
            # A count that Meta withholds says nothing, so such a post is read every time.
            unchanged = media.comments_count is not None and count == media.comments_count
            if unchanged and not self._is_worth_a_look(media, swept_at, now):
                continue
            with self._database.writing() as connection:
                inbox.remember_media(connection, self._account, media)
            if media.comments_count == 0 and not count:
                self._mark_swept(media, now)
                continue
            try:
                seen = self._sweep(media, now, backlog_before)
            except Unavailable as error:
                log.warning("the comments of post %s cannot be read now: %s", media.ig_id, error)
                continue
            if media.comments_count and not seen:
                log.warning("post %s has %s comments that cannot be seen", media.ig_id, media.comments_count)
            self._mark_swept(media, now)

    def _is_worth_a_look(self, media: Media, swept_at: datetime | None, now: datetime) -> bool:
        young = now - media.timestamp < self._rules.young
        rested = swept_at is None or now - swept_at >= self._rules.look_again
        return bool(media.comments_count) and young and rested

    def _watched(self, now: datetime) -> Iterable[Media]:
        since = now - self._rules.watch
        after: str | None = None
        while True:
            page = self._instagram.media_with_counts(since, after)
            yield from page.items
            after = page.after
            if after is None:
                return

    def _sweep(self, media: Media, now: datetime, backlog_before: datetime) -> int:
        """Read all comments of a post; returns how many there are."""
        seen = 0
        after: str | None = None
        while True:
            page = self._instagram.comments(media.ig_id, after)
            found = [
                answer
                for comment in page.items
                for answer in (comment, *self._all_replies(comment, media.ig_id))
            ]
            seen += len(found)
            with self._database.writing() as connection:
                for comment in found:
                    self._keep_comment(connection, comment, media.ig_id, now, backlog_before)
            after = page.after
            if after is None:
                return seen

    def _all_replies(self, comment: Comment, media_id: str) -> list[Comment]:
        replies = list(comment.replies)
        after = comment.more_replies
        while after is not None:
            page = self._instagram.comment_replies(comment.ig_id, media_id, after)
            replies += page.items
            after = page.after
        return replies

    def _mark_swept(self, media: Media, now: datetime) -> None:
        with self._database.writing() as connection:
            inbox.mark_swept(connection, self._account, media.ig_id, media.comments_count, now)

    def _keep_comment(
        self, connection: Connection, comment: Comment, media_id: str, now: datetime, backlog_before: datetime
    ) -> None:
        known = inbox.by_ig_id(connection, self._account, comment.ig_id)
        if known is not None:
            self._notice_edit(connection, known, clean(comment.text), now)
            return
        values = {
            "channel": "comment",
            "ig_id": comment.ig_id,
            "media_id": media_id,
            "parent_id": comment.parent_id,
            "author": clean(comment.author),
            "author_id": comment.author_id,
            "attachments": [],
        }
        self._keep(
            connection, values, clean(comment.text), comment.timestamp, comment.own, now, backlog_before
        )

    def _notice_edit(self, connection: Connection, known: Row[Any], text: str, now: datetime) -> None:
        if known.text == text:
            return
        verdict = self._classifier.judge(text)
        inbox.change(
            connection, known.id, now, "edited by its author", text=text, edited=True, **_verdict(verdict)
        )

    def _read_conversations(self, now: datetime, backlog_before: datetime) -> None:
        with self._database.reading() as connection:
            read = inbox.conversations_read(connection, self._account)
        # From the oldest change to the newest: whatever interrupts this, what is unread still stands in front.
        for head in reversed(self._changed(read)):
            try:
                conversation = self._instagram.conversation(head.ig_id)
            except Unavailable as error:
                log.warning("conversation %s cannot be read now: %s", head.ig_id, error)
                continue
            self._keep_conversation(conversation, now, backlog_before)

    def _changed(self, read: Mapping[str, datetime]) -> list[ConversationHead]:
        """The conversations that changed since they were read, the newest change first."""
        found: list[ConversationHead] = []
        after: str | None = None
        while True:
            page = self._instagram.conversations(after)
            changed = [head for head in page.items if read.get(head.ig_id) != head.updated]
            found += changed
            after = page.after
            # The list begins with what changed last, so behind a page without changes there is none.
            if after is None or not changed:
                return found

    def _keep_conversation(self, conversation: Conversation, now: datetime, backlog_before: datetime) -> None:
        with self._database.writing() as connection:
            for message in reversed(conversation.messages):
                if message.readable:
                    self._keep_message(connection, conversation, message, now, backlog_before)
            if now - conversation.updated < SAME_SECOND:
                return
            values = {
                "ig_id": conversation.ig_id,
                "person": clean(conversation.person),
                "person_id": conversation.person_id,
                "updated_at": conversation.updated,
            }
            inbox.mark_conversation_read(connection, self._account, values)

    def _keep_message(
        self,
        connection: Connection,
        conversation: Conversation,
        message: DirectMessage,
        now: datetime,
        backlog_before: datetime,
    ) -> None:
        values = {
            "channel": "dm",
            "ig_id": message.ig_id,
            "conversation_id": conversation.ig_id,
            "author": clean(message.author),
            "author_id": message.author_id,
            "attachments": list(message.attachments),
        }
        self._keep(
            connection, values, clean(message.text), message.timestamp, message.own, now, backlog_before
        )

    def _keep(
        self,
        connection: Connection,
        values: dict[str, Any],
        text: str,
        sent_at: datetime,
        own: bool,
        now: datetime,
        backlog_before: datetime,
    ) -> None:
        """Store and judge in one: a stored message is always a judged one."""
        verdict = self._classifier.judge(text)
        values |= {
            "account": self._account,
            "text": text,
            "own": own,
            "sent_at": sent_at,
            "first_seen_at": now,
            "backlog": sent_at < backlog_before,
            **_verdict(verdict),
        }
        if inbox.add(connection, values) is not None:
            log.info(
                "%s %s by %s: %s",
                values["channel"],
                values["ig_id"],
                "us" if own else "someone",
                verdict.label,
            )


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "label": verdict.label,
        "confidence": verdict.confidence,
        "topic": verdict.topic,
        "auto_thank": verdict.auto_thank,
        "needs_review": verdict.needs_review,
        "opens_case": verdict.opens_case,
        "danger": verdict.danger,
        "reasons": list(verdict.reasons),
    }
