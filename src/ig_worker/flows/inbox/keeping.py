"""Stores a comment or message and judges it in one: a stored message is always a judged one."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.instagram import Comment, Conversation, DirectMessage
from ig_worker.domain.text import clean
from ig_worker.store import first_comments, messages, replies
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)


class Keeper:
    """Keeps what was read of one account; what was sent before `backlog_before` is backlog."""

    def __init__(self, account: str, classifier: Classifier) -> None:
        self._account = account
        self._classifier = classifier

    def keep_comment(
        self, connection: Connection, comment: Comment, media_id: str, now: datetime, backlog_before: datetime
    ) -> None:
        known = messages.by_ig_id(connection, self._account, comment.ig_id)
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
        what = f"edited by its author; it said: {known.text}"
        changed: dict[str, Any] = {"text": text, "edited": True, "edited_at": now}
        if not known.label_by:
            verdict = _verdict(self._classifier.judge(text, known.attachments))
            # Whoever has complained has complained, whatever stands there now.
            verdict["opens_case"] |= known.opens_case
            changed |= verdict
        messages.change(connection, known.id, now, what, **changed)

    def keep_message(
        self,
        connection: Connection,
        conversation: Conversation,
        message: DirectMessage,
        now: datetime,
        backlog_before: datetime,
    ) -> None:
        known = messages.by_ig_id(connection, self._account, message.ig_id)
        if message.deleted:
            return
        if known is not None:
            if message.text is not None:
                self._notice_edit(connection, known, clean(message.text), now)
            return
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
        verdict = self._classifier.judge(text, values["attachments"])
        values |= {
            "account": self._account,
            "text": text,
            "own": own,
            "sent_at": sent_at,
            "first_seen_at": now,
            "backlog": sent_at < backlog_before,
            **_verdict(verdict),
        }
        if messages.add(connection, values) is not None:
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
