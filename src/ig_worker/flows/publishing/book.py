"""The publisher's book: what happened to a post is written down, and told to those who should know."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ig_worker.domain.api_words import in_words
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    PermissionLost,
    Throttled,
    TokenExpired,
)
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import ACTIVE, Event, Happened, Publication, Status, apply
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.flows.publishing.quiet import Quiet
from ig_worker.flows.publishing.reasons import with_cure
from ig_worker.store import posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

STOPS_THE_ACCOUNT = (TokenExpired, PermissionLost, AccountBlocked, Throttled)
"""Errors after which another call for this account would be useless or harmful."""

SETBACKS_TOLD = 5
"""After so many setbacks in a row, about a quarter of an hour, people are told while there is time."""


class PostBook:
    """One account's posts, as the hands of its publisher share them."""

    def __init__(
        self,
        account: str,
        database: Database,
        outbox: Outbox,
        clock: Clock,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.account = account
        self.database = database
        self.outbox = outbox
        self.clock = clock
        self.quiet = Quiet(clock, stopped)

    def waiting(
        self, states: Collection[Status] = ACTIVE, *, until: datetime | None = None
    ) -> list[StoredPost]:
        """The posts in these states, in the order of their times."""
        with self.database.reading() as connection:
            return posts.active(connection, self.account, states, until=until)

    def post(self, post_id: int) -> StoredPost | None:
        """The post as it is now."""
        with self.database.reading() as connection:
            return posts.get(connection, post_id)

    def save(self, post: StoredPost, happened: Happened) -> StoredPost | None:
        """The post after it; None where somebody was faster, and then nothing is changed."""
        now = self.clock.now()
        after = apply(post.publication, happened, now)
        extra: dict[str, Any] = (
            {"permalink_next_at": now} if happened.event in (Event.OUT, Event.FOUND) else {}
        )
        with self.database.writing() as connection:
            if not posts.save(connection, post, after, now, _journal_line(happened), extra=extra):
                log.info("post %s was changed by someone else meanwhile", post.row.key)
                return None
            letter = _letter(post, after) if after.status is not post.publication.status else None
            if after.status is Status.PREPARING and after.questions == SETBACKS_TOLD and happened.reason:
                letter = _setbacks_letter(post, after)
            if letter is not None:
                self.outbox.tell(connection, now, "content_team", letter)
        log.info(
            "post %s: %s -> %s %s",
            post.row.key,
            post.publication.status,
            after.status,
            happened.reason,
            extra={"action": "post", "account": post.row.account, "post": post.id},
        )
        return replace(post, publication=after, version=post.version + 1)


NEVER_TAKEN = "Instagram tidak menerimanya"
"""Said of media, text or tags that Meta will refuse every time."""


def never_taken(error: IgWorkerError) -> str:
    """Why a post can never go out as it is: our own words as they stand, Meta's with what they mean."""
    if error.said is None:
        return with_cure(error)
    return f"{NEVER_TAKEN}: {in_words(error.said)} [{error.said}]".replace(":  [", ": [")


def _journal_line(happened: Happened) -> str:
    return f"{happened.event}: {happened.reason}" if happened.reason else happened.event.value


_SAID: Mapping[Status, str] = {
    Status.FAILED: "tidak dapat diterbitkan",
    Status.HELD: "ditahan dan menunggu keputusan",
    Status.UNCONFIRMED: "belum pasti sudah terbit atau belum; mohon dilihat di Instagram",
}


def _letter(post: StoredPost, after: Publication) -> Letter | None:
    said = _SAID.get(after.status)
    if said is None:
        return None
    known = post.publication.last_error
    before = f"Sebelumnya: {known}\n" if known and known != after.last_error else ""
    kind = "Story" if after.kind is Kind.STORY else "Postingan"
    title = f"{kind} {post.row.key} {said}"
    body = (
        f"{title}.\nAlasan: {after.last_error or '-'}\n{before}"
        f"Tindakan: ig-worker posts show {post.id}, lalu approve, reschedule, cancel atau confirm."
    )
    return Letter(key=f"post:{post.id}:{after.status}:{post.version}", title=title, body=body)


def _setbacks_letter(post: StoredPost, after: Publication) -> Letter:
    title = f"Postingan {post.row.key} belum dapat disiapkan"
    body = (
        f"{title}.\nSudah {after.questions} kali dicoba; pekerja masih mencoba lagi.\nAlasan: {after.last_error}\n"
        f"Tindakan: mohon diperiksa dengan ig-worker posts check {post.id}."
    )
    return Letter(key=f"post:{post.id}:setbacks:{after.containers_made}", title=title, body=body)
