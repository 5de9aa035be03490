"""Reads every comment and message once, and judges it.

A post is read only when its count of comments changed, and a young one now and then besides: an edit, or one comment
gone and another come, does not show in the count. A conversation is read only when its time of change did. What is read
is stored and judged in one transaction per page, and the mark "all of this is stored" moves with the last one, so a
crash anywhere repeats a little reading and nothing else (`instagram_api.md`, sections C and D).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.errors import IgWorkerError, Throttled
from ig_worker.domain.instagram import Comment, Conversation, ConversationHead, DirectMessage, Media, Page
from ig_worker.domain.paging import pages
from ig_worker.domain.text import clean
from ig_worker.flows.each import STOPS_EVERYTHING, Each
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import accounts, first_comments, inbox, replies
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.inbox import Sweep

log = logging.getLogger(__name__)

WHOLE_WALK = timedelta(hours=1)
"""How often the list of conversations is walked to its end, whatever its first page says."""

SAME_SECOND = timedelta(seconds=2)
"""Meta's times are whole seconds: what is written in the second of the reading would not show as a change."""


@dataclass(frozen=True)
class Rules:
    """How far back to look, what counts as backlog at the first contact, and which posts are read now and then."""

    watch: timedelta = timedelta(days=90)
    backlog: timedelta = timedelta(hours=24)
    young: timedelta = timedelta(days=7)
    look_again: timedelta = timedelta(hours=6)
    look_again_soon: timedelta = timedelta(minutes=10)
    look_again_unseen: timedelta = timedelta(hours=1)


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
        self._walked_at: datetime | None = None

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
        each = Each()
        for page in pages(lambda after: self._instagram.media_with_counts(now - self._rules.watch, after)):
            for media in page.items:
                last = sweeps.get(media.ig_id, Sweep())
                if self._is_worth_a_look(media, last, now):
                    what = f"the comments of post {media.ig_id}"
                    each.do(what, self._read_post, media, last, now, backlog_before)
        each.end()

    def _is_worth_a_look(self, media: Media, last: Sweep, now: datetime) -> bool:
        """Whether the count has changed, or may hide a change: an edit, or one comment gone and another come."""
        if last.at is None or media.comments_count != last.announced:
            return True
        young, rested = now - media.timestamp < self._rules.young, now - last.at
        if media.comments_count is None or last.seen < media.comments_count:
            # A count that is withheld, or that the list did not bear out, says little.
            return rested >= (self._rules.look_again_soon if young else self._rules.look_again_unseen)
        return media.comments_count > 0 and young and rested >= self._rules.look_again

    def _read_post(self, media: Media, last: Sweep, now: datetime, backlog_before: datetime) -> None:
        with self._database.writing() as connection:
            inbox.remember_media(connection, self._account, media)
        nothing_ever = media.comments_count == 0 and not last.announced
        seen = 0 if nothing_ever else self._sweep(media, now, backlog_before)
        if media.comments_count and not seen:
            log.warning("post %s has %s comments that cannot be seen", media.ig_id, media.comments_count)
        with self._database.writing() as connection:
            inbox.mark_swept(connection, self._account, media.ig_id, Sweep(media.comments_count, seen, now))

    def _sweep(self, media: Media, now: datetime, backlog_before: datetime) -> int:
        """Read all comments of a post, each page stored before the rest of its replies; returns how many there are."""
        seen = 0
        each = Each()

        def keep(comments: Sequence[Comment]) -> None:
            nonlocal seen
            seen += len(comments)
            with self._database.writing() as connection:
                for comment in comments:
                    self._keep_comment(connection, comment, media.ig_id, now, backlog_before)

        def keep_replies(comment: Comment) -> None:
            def fetch(after: str | None) -> Page[Comment]:
                return self._instagram.comment_replies(comment.ig_id, media.ig_id, after)

            for page in pages(fetch, comment.more_replies):
                keep(page.items)

        for page in pages(lambda after: self._instagram.comments(media.ig_id, after)):
            keep([answer for comment in page.items for answer in (comment, *comment.replies)])
            for comment in page.items:
                if comment.more_replies is not None:
                    each.do(f"the replies to comment {comment.ig_id}", keep_replies, comment)
        each.end()
        return seen

    def _keep_comment(
        self, connection: Connection, comment: Comment, media_id: str, now: datetime, backlog_before: datetime
    ) -> None:
        known = inbox.by_ig_id(connection, self._account, comment.ig_id)
        if known is not None:
            if comment.text is not None:
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
            connection, values, clean(comment.text or ""), comment.timestamp, comment.own, now, backlog_before
        )

    def _notice_edit(self, connection: Connection, known: Row[Any], text: str, now: datetime) -> None:
        if known.text == text:
            return
        verdict = _verdict(self._classifier.judge(text))
        # Whoever has complained has complained, whatever stands there now.
        verdict["opens_case"] |= known.opens_case
        what = f"edited by its author; it said: {known.text}"
        inbox.change(connection, known.id, now, what, text=text, edited=True, **verdict)

    def _read_conversations(self, now: datetime, backlog_before: datetime) -> None:
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
                    self._keep_message(connection, conversation, message, now, backlog_before)
            if now - head.updated < SAME_SECOND:
                return
            values = {
                "ig_id": head.ig_id,
                "person": clean(conversation.person),
                "person_id": conversation.person_id,
                "updated_at": head.updated,
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
            connection, values, clean(message.text or ""), message.timestamp, message.own, now, backlog_before
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
        """Store and judge in one: a stored message is always a judged one.

        Where Meta withholds the author, words that we have sent are ours: else we would answer ourselves.
        """
        ig_id, author = values["ig_id"], values["author"]
        own = own or replies.is_ours(connection, self._account, ig_id, author, text)
        if not own and (media_id := values.get("media_id")):
            own = first_comments.is_ours(connection, self._account, media_id, ig_id, author, text)
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
