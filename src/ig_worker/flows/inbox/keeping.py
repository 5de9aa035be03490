"""Stores a comment or message and judges it in one: a stored message is always a judged one."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.exposure import exposes
from ig_worker.domain.forgotten import FORGOTTEN
from ig_worker.domain.instagram import Comment, Conversation, DirectMessage
from ig_worker.domain.text import clean
from ig_worker.store import accounts, erasures, first_comments, listed_comments, messages, replies, waiting
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)


class Keeper:
    """Keeps what was read of one account; what was sent before `backlog_before` is backlog.

    ``own_numbers`` are the centre's telephones, which expose nobody.
    """

    def __init__(self, account: str, classifier: Classifier, own_numbers: Collection[str] = ()) -> None:
        self._account = account
        self._classifier = classifier
        self._own_numbers = own_numbers

    def keep_comments(
        self,
        connection: Connection,
        comments: Sequence[Comment],
        media_id: str,
        now: datetime,
        backlog_before: datetime,
    ) -> None:
        """What a list of Instagram's shows now, replies among it: the new are stored, the known followed."""
        here = {comment.ig_id: comment for comment in comments}
        known = listed_comments.stored(connection, self._account, here)
        for comment in here.values():
            if (row := known.get(comment.ig_id)) is not None:
                self._follow(connection, row, comment, now)
                continue
            values = {
                "channel": "comment",
                "ig_id": comment.ig_id,
                "media_id": media_id,
                "parent_id": comment.parent_id,
                "author": clean(comment.author),
                "author_id": comment.author_id,
                "attachments": [],
                "hidden": comment.hidden is True,
                "listed_at": now,
            }
            text, sent_at = clean(comment.text or ""), comment.timestamp
            self._keep(connection, values, text, sent_at, comment.own, now, backlog_before)
        listed_comments.mark_listed(connection, self._account, known, now)

    def _follow(self, connection: Connection, known: Row[Any], comment: Comment, now: datetime) -> None:
        """What has become of a comment that is stored: edited, hidden, shown again, back again."""
        # Nobody can edit a comment to nothing: an empty text is one that Meta does not show any more.
        if text := clean(comment.text or ""):
            self._notice_words(connection, known, text, now)
        if known.deleted:
            messages.change(connection, known.id, now, "it is there again", deleted=False, deleted_at=None)
        if comment.hidden is not None and comment.hidden != known.hidden:
            what = "hidden on Instagram" if comment.hidden else "shown again on Instagram"
            messages.change(connection, known.id, now, what, hidden=comment.hidden)
        if not known.author and known.text not in FORGOTTEN and (author := clean(comment.author)):
            by: dict[str, Any] = {
                "author": author,
                "author_id": comment.author_id,
                "own": known.own or comment.own,
            }
            messages.change(connection, known.id, now, "its author is told now", **by)

    def _notice_words(self, connection: Connection, known: Row[Any], text: str, now: datetime) -> None:
        if known.text in FORGOTTEN:
            return  # Instagram shows it still; here it is gone for good
        if known.text == text:
            return
        text = erasures.known(connection).unnamed(text, known.sent_at)
        if known.text:
            self._notice_edit(connection, known, text, now)
            return
        # Words that were withheld at first are no edit.
        changed: dict[str, Any] = {
            "text": text,
            **self._exposing_now(known, text),
            **self._judged_anew(known, text, now),
        }
        messages.change(connection, known.id, now, "its words are shown now", **changed)

    def _notice_edit(self, connection: Connection, known: Row[Any], text: str, now: datetime) -> None:
        if known.text == text:
            return
        changed = {
            "text": text,
            "edited": True,
            "edited_at": now,
            **self._exposing_now(known, text),
            **self._judged_anew(known, text, now),
        }
        messages.change(connection, known.id, now, f"edited by its author; it said: {known.text}", **changed)
        waiting.edited(connection, known.id)

    def _exposing_now(self, known: Row[Any], text: str) -> dict[str, Any]:
        """What other words expose of somebody: of something else people are told once more."""
        exposed = self._exposed(known.channel, text, own=known.own)
        return {"exposes": exposed} | ({"exposure_told_at": None} if exposed != known.exposes else {})

    def _exposed(self, channel: str, text: str, *, own: bool) -> str:
        """What stands there for everybody to read; only the two sides read a direct message."""
        return exposes(text, own=own, own_numbers=self._own_numbers) if channel == "comment" else ""

    def _judged_anew(self, known: Row[Any], text: str, now: datetime) -> dict[str, Any]:
        """What an edit changes in the judgement: it can bring a complaint, and take none away."""
        verdict = self._classifier.judge(text, known.attachments)
        danger = known.danger or verdict.danger
        if known.label_by:
            # The person's label stays; what came in since is for a person to see, and praise is thanked as both see it.
            theirs = self._classifier.judge_as(text, known.label, known.topic)
            worse = verdict.opens_case and not known.opens_case
            return {
                "auto_thank": theirs.auto_thank and verdict.auto_thank,
                "needs_review": known.needs_review or worse,
                "danger": danger,
            }
        complained = known.opens_case or known.label == "keluhan"
        if complained and not verdict.opens_case:
            # Whoever has complained has complained, whatever stands there now.
            return {"auto_thank": False, "danger": danger}
        # Old words that become a complaint now are written now: they are no backlog any more.
        backlog = known.backlog and (complained or not (verdict.opens_case or verdict.danger))
        # An edit that complains was first seen as a complaint now, whenever its first words were.
        turned = {"turned_at": now} if verdict.opens_case and not known.opens_case else {}
        return {**_verdict(verdict), "danger": danger, "backlog": backlog, **turned}

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
            # Nobody can edit a message to nothing: an empty text is one that Meta does not show any more.
            if text := clean(message.text or ""):
                self._notice_words(connection, known, text, now)
            return
        # What we wrote to somebody before they were erased went with it.
        if message.own and erasures.known(connection).covers(
            conversation.person, conversation.person_id, message.timestamp
        ):
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

        What was purged once is nothing new, nor what somebody wrote before they asked to be erased. Where Meta
        withholds the author, words that we have sent are ours: else we would answer ourselves.
        """
        purged = accounts.purged_upto(connection, self._account)
        if purged is not None and sent_at <= purged:
            return
        erased = erasures.known(connection)
        if not own and erased.covers(values["author"], values["author_id"], sent_at):
            return
        text = erased.unnamed(text, sent_at)
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
            "exposes": self._exposed(values["channel"], text, own=own),
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
