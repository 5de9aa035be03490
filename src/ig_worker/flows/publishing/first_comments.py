"""Writes the first comment under a post that is out, at most once.

What to do is decided in :mod:`ig_worker.domain.reply`; an unclear outcome is settled by looking among our own comments
under the post. What stays unclear is not sent again: the content team is asked to look.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from ig_worker.domain.errors import (
    IgWorkerError,
    MediaRejected,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
)
from ig_worker.domain.instagram import Comment, Page
from ig_worker.domain.pacing import ON_TIME
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
from ig_worker.domain.text import words_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Commenting, Inbox
from ig_worker.flows.publishing.quiet import Quiet, pause_after
from ig_worker.flows.publishing.reasons import UNSURE, why
from ig_worker.store import first_comments, publishing
from ig_worker.store.database import Database
from ig_worker.store.first_comments import StoredComment

log = logging.getLogger(__name__)

LOOK_FIRST_AFTER = timedelta(minutes=10)
"""So long after a post was sent somebody of the centre may have written the comment by hand."""

AGAIN_AFTER = timedelta(minutes=5)
"""So long a look that failed is left alone."""

REFUSED = "Instagram menolaknya"
THERE_ALREADY = "sudah ada di bawah postingan"
POST_IS_GONE = "postingannya tidak ada lagi di Instagram"
TOO_LATE = "sudah terlalu lama sejak postingan terbit"


class Instagram(Inbox, Commenting, Protocol):
    """What a first comment needs of Instagram: writing it, and reading what stands under the post."""


class FirstComments:
    """One account's first comments."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Instagram,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._quiet = Quiet(clock)

    def run(self) -> None:
        """One pass: take in what has been published, send what is due, settle what is unclear.

        Not while a post of any account is about to go out: its time is worth more than a comment. Raises what stops
        the account (a dead token, throttling); nothing is lost by it.
        """
        now = self._clock.now()
        if self._quiet.until:
            return
        with self._database.reading() as connection:
            if publishing.due_between(connection, now - ON_TIME, now):
                return
        self._plan(now)
        with self._database.reading() as connection:
            waiting = first_comments.active(connection, self._account)
        try:
            for stored in waiting:
                self._advance(stored)
        except (Throttled, TokenExpired) as error:
            self._quiet.begin(error)
            raise

    def next_moment(self) -> datetime | None:
        """When something is due next, None when nothing waits."""
        now = self._clock.now()
        with self._database.reading() as connection:
            fresh = first_comments.wanted(connection, self._account)
            waiting = first_comments.active(connection, self._account)
        moments = [decide(stored.comment, now, self._rules).until or now for stored in waiting]
        if fresh:
            moments.append(now)
        return max(min(moments), self._quiet.until or now) if moments else None

    def _plan(self, now: datetime) -> None:
        with self._database.reading() as connection:
            wanted = first_comments.wanted(connection, self._account)
        for post in wanted:
            comment = Reply(Status.PLANNED, asked_at=post.published_at or now, due_at=now)
            with self._database.writing() as connection:
                first_comments.plan(connection, post, comment, now)

    def _advance(self, stored: StoredComment) -> None:
        step = decide(stored.comment, self._clock.now(), self._rules).step
        if step is Step.SKIP:
            self._save(stored, Happened(Event.SKIP, reason=TOO_LATE))
        elif step is Step.SEND and self._may_stand_there(stored):
            self._send_unless_there(stored)
        elif step is Step.SEND:
            self._send(stored)
        elif step is Step.ASK:
            happened = settle(stored.comment, self._found(stored), self._clock.now(), self._rules)
            if happened.event is Event.REFUSED:
                happened = replace(happened, reason=f"{REFUSED}, dan di bawah postingan memang tidak ada")
            self._save(stored, happened)

    def _may_stand_there(self, stored: StoredComment) -> bool:
        if stored.comment.calls:
            return False
        # One that was found after a restore went out before this database knew of it, and so may its comment have.
        sent_at = stored.post.intent_at
        return sent_at is None or self._clock.now() - sent_at > LOOK_FIRST_AFTER

    def _send_unless_there(self, stored: StoredComment) -> None:
        """A post that was settled late, or by a person, may have got its comment by hand meanwhile."""
        try:
            found = self._ours_like(stored)
        except (Throttled, TokenExpired):
            raise
        except Unavailable:
            self._save(stored, Happened(Event.SKIP, reason=POST_IS_GONE))
        except IgWorkerError as error:
            again = self._clock.now() + AGAIN_AFTER
            self._save(stored, Happened(Event.POSTPONE, reason=_reason(error), not_before=again))
        else:
            if found:
                self._save(stored, Happened(Event.SKIP, reason=THERE_ALREADY, ig_id=found[0]))
            else:
                self._send(stored)

    def _send(self, stored: StoredComment) -> None:
        sending = self._save(stored, Happened(Event.INTEND))
        if sending is None:
            return
        stop: IgWorkerError | None = None
        try:
            ig_id = self._instagram.comment_on_media(stored.post.ig_media_id, stored.text)
            happened = Happened(Event.SENT, ig_id=ig_id)
        except Unanswered as error:
            happened = Happened(Event.UNCLEAR, reason=_reason(error), said_no=answered_no(error))
        except (Throttled, TokenExpired) as error:
            not_before = self._clock.now() + pause_after(error)
            happened = Happened(Event.NOT_SENT, reason=_reason(error), not_before=not_before, never_sent=True)
            stop = error
        except IgWorkerError as error:
            happened = Happened(Event.REFUSED, reason=_reason(error))
        self._save(sending, happened)
        if stop is not None:
            raise stop

    def _found(self, stored: StoredComment) -> list[str] | None:
        """Our own comments under the post with just these words, None where that cannot be said."""
        try:
            return self._ours_like(stored)
        except (Throttled, TokenExpired):
            raise
        except IgWorkerError as error:
            log.warning("cannot look for the first comment of post %s: %s", stored.post.key, error)
            return None

    def _ours_like(self, stored: StoredComment) -> list[str]:
        media_id = stored.post.ig_media_id

        def fetch(after: str | None) -> Page[Comment]:
            return self._instagram.comments(media_id, after)

        there = [comment for page in pages(fetch) for comment in page.items]
        found = [
            comment.ig_id
            for comment in there
            # An unreadable author counts as ours: overlooking our own comment would write it twice.
            if (comment.own or not (comment.author or comment.author_id))
            and words_of(comment.text or "") == words_of(stored.text)
        ]
        if not found and self._counted(stored) > sum(1 + len(comment.replies) for comment in there):
            # Meta sometimes lists nothing although it counts comments (section C): that is no look in vain.
            raise Unanswered("Instagram counts more comments under the post than it shows")
        return found

    def _counted(self, stored: StoredComment) -> int:
        """How many comments Meta says there are under the post; 0 where it does not say."""
        since = (stored.post.intent_at or stored.comment.asked_at) - CLOCKS_APART
        media_id = stored.post.ig_media_id
        for page in pages(lambda after: self._instagram.media_with_counts(since, after)):
            for media in page.items:
                if media.ig_id == media_id:
                    return media.comments_count or 0
        return 0

    def _save(self, stored: StoredComment, happened: Happened) -> StoredComment | None:
        now = self._clock.now()
        after = apply(stored.comment, happened, now)
        what = f"first comment {happened.event}" + (f": {happened.reason}" if happened.reason else "")
        with self._database.writing() as connection:
            if not first_comments.save(connection, stored, after, now, what):
                return None
            letter = _letter(stored, after)
            if letter is not None:
                self._outbox.tell(connection, now, "content_team", letter)
        about = {"action": "first_comment", "account": self._account}
        log.info("first comment of post %s: %s", stored.post.key, happened.event, extra=about)
        return StoredComment(stored.version + 1, after, stored.text, stored.post)


def _reason(error: IgWorkerError) -> str:
    """Why it did not go well, in words for the content team, with Meta's own."""
    if isinstance(error, Unanswered) and answered_no(error):
        return f"{REFUSED} [{error.said}]"
    return why(error, "teksnya tidak dapat dikirim" if isinstance(error, MediaRejected) else REFUSED)


_SAID: Mapping[Status, tuple[str, str]] = {
    Status.FAILED: (
        "tidak dapat dikirim",
        "Bila masih diperlukan, mohon ditulis sendiri lewat aplikasi Instagram.",
    ),
    Status.SKIPPED: (
        "tidak dikirim",
        "Bila masih diperlukan, mohon ditulis sendiri lewat aplikasi Instagram.",
    ),
    Status.UNCONFIRMED: (
        "belum pasti terkirim",
        "Mohon dilihat di bawah postingannya; bila belum ada, mohon ditulis sendiri lewat aplikasi Instagram.",
    ),
}


def _letter(stored: StoredComment, after: Reply) -> Letter | None:
    said = _SAID.get(after.status)
    if said is None or after.last_error == THERE_ALREADY:
        return None
    title = f"Komentar pertama {stored.post.key} {said[0]}"
    reason = UNSURE if after.status is Status.UNCONFIRMED else after.last_error
    lines = (
        f"{title}.",
        f"Alasan: {reason or '-'}",
        said[1],
        stored.post.permalink or "",
        "",
        stored.text,
    )
    body = "\n".join(lines)
    return Letter(key=f"first-comment:{stored.post.id}:{after.status}", title=title, body=body)
