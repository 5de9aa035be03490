"""After a backup was restored: what may have gone out since is looked for on Instagram, never published blindly."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Media
from ig_worker.domain.publication import Event, Happened, Status
from ig_worker.domain.settling import CLOCKS_APART, looks_like
from ig_worker.flows.ports import Publishing
from ig_worker.flows.publishing.book import STOPS_THE_ACCOUNT, PostBook
from ig_worker.flows.publishing.reasons import why
from ig_worker.store import facts, posts
from ig_worker.store.backups.aftermath import LOOKS_FOR, Window, window
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

TO_COME = (Status.APPROVED, Status.PREPARING, Status.READY)

LOOK_AGAIN = timedelta(minutes=2)

NOT_FOUND = (
    "data dipulihkan dari cadangan sesudah waktunya lewat, dan di Instagram tidak ditemukan; mohon dilihat dulu di"
    " Instagram, lalu disetujui lagi bila memang belum terbit"
)
PERHAPS_THERE = (
    "sesudah cadangan dibuat, postingan dengan teks yang sama terbit di Instagram ({where}); mohon dibatalkan bila"
    " itu memang postingan ini, atau disetujui lagi bila bukan"
)
UNREADABLE = "daftar postingan di Instagram belum dapat dibaca sesudah pemulihan: {why}"


class AfterRestore:
    """One account's posts after a restore; without one it says nothing and costs nothing."""

    def __init__(self, book: PostBook, instagram: Publishing) -> None:
        self._book = book
        self._instagram = instagram
        self._window: Window | None = None
        self._known = False
        self._looked = False
        self._again_at: datetime | None = None

    def is_open(self) -> bool:
        """Whether posts whose time came since the backup are still to be looked for, before anything else is done."""
        found = self._unknown()
        if found is None or self._looked:
            return False
        with self._book.database.reading() as connection:
            fact = facts.read(connection, self._name)
        self._looked = fact is not None and fact.value == found.until.isoformat()
        return not self._looked

    def next_look(self) -> datetime | None:
        """When they are to be looked for; None where that is done, or nothing was restored."""
        return (self._resting_until() or self._book.clock.now()) if self.is_open() else None

    def look_for_all(self) -> None:
        """Look for every post whose time has come since the backup was made; once, and now and then until Instagram's
        list can be read. Raises what stops the account.
        """
        if not self.is_open() or self._resting_until() or (found := self._unknown()) is None:
            return
        for post in self._book.waiting(TO_COME, until=found.until):
            happened = self._looked_for(post, found)
            if happened is None:
                continue
            if happened.event is Event.POSTPONE:
                log.warning("nothing is published yet: %s", happened.reason)
                self._again_at = happened.not_before
                return
            self._save(post, happened)
        with self._book.database.writing() as connection:
            facts.write(connection, self._name, found.until.isoformat(), self._book.clock.now())

    def _resting_until(self) -> datetime | None:
        """When the list is read again that could not be read; None where that may be now."""
        now, again_at = self._book.clock.now(), self._again_at
        # One that is further away was reckoned by a clock that was set back since.
        return again_at if again_at is not None and now < again_at <= now + LOOK_AGAIN else None

    def before_publishing(self, post: StoredPost) -> Happened | None:
        """What speaks against publishing this post now; None where nothing does."""
        found = self._unknown()
        happened = self._looked_for(post, found) if found is not None else None
        if happened is not None and happened.event is Event.HOLD:
            self._note(post)
        return happened

    def _looked_for(self, post: StoredPost, unknown: Window) -> Happened | None:
        if self._decided_since(post):
            return None
        try:
            listed = self._instagram.media_since(unknown.since - CLOCKS_APART, kind=post.publication.kind)
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            again = self._book.clock.now() + LOOK_AGAIN
            return Happened(Event.POSTPONE, reason=UNREADABLE.format(why=why(error)), not_before=again)
        with self._book.database.reading() as connection:
            claimed = posts.claimed_media_ids(connection, self._book.account)
        as_sent = replace(post.publication, intent_at=unknown.since)
        alike = [
            media
            for media in listed
            if media.ig_id not in claimed
            and media.timestamp <= unknown.until + CLOCKS_APART
            and looks_like(as_sent, media)
        ]
        if post.publication.scheduled_at > unknown.until:
            # Its time had not come: it is the same words, and perhaps another post.
            return Happened(Event.HOLD, reason=_there(alike)) if alike else None
        if len(alike) == 1:
            return Happened(Event.FOUND, media_id=alike[0].ig_id)
        return Happened(Event.HOLD, reason=_there(alike) if alike else NOT_FOUND)

    def _decided_since(self, post: StoredPost) -> bool:
        """Whether a person was asked about it and has said yes since."""
        approved_at = post.publication.approved_at
        with self._book.database.reading() as connection:
            asked = facts.read(connection, _asked(post))
        return asked is not None and approved_at is not None and approved_at > asked.at

    def _save(self, post: StoredPost, happened: Happened) -> None:
        if happened.event is Event.HOLD:
            self._note(post)
        self._book.save(post, happened)

    def _note(self, post: StoredPost) -> None:
        with self._book.database.writing() as connection:
            facts.write(connection, _asked(post), "", self._book.clock.now())

    def _unknown(self) -> Window | None:
        now: datetime = self._book.clock.now()
        if not self._known:
            # While a worker runs nobody restores, so it is read once.
            with self._book.database.reading() as connection:
                self._window = window(connection, now)
            self._known = True
        if self._window is not None and now > self._window.until + LOOKS_FOR:
            self._window = None
        return self._window

    @property
    def _name(self) -> str:
        return f"after_restore:{self._book.account}"[:80]


def _asked(post: StoredPost) -> str:
    return f"after_restore:post:{post.id}"


def _there(alike: list[Media]) -> str:
    where = ", ".join(media.permalink or media.ig_id for media in alike[:3])
    return PERHAPS_THERE.format(where=where)
