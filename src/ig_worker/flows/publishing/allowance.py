"""The publisher's hand for the publishing limit: reads it in good time, and says when it is used up."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, tzinfo

from ig_worker.domain.errors import IgWorkerError, Throttled
from ig_worker.domain.instagram import PublishingLimit
from ig_worker.domain.pacing import READ_EVERY, Allowance, must_wait
from ig_worker.domain.publication import Event, Happened
from ig_worker.flows.outbox import Letter
from ig_worker.flows.ports import Publishing
from ig_worker.flows.publishing.book import PostBook
from ig_worker.store import accounts, publishing
from ig_worker.store.database import Connection
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

DAY = 86400
"""Seconds of Meta's rolling window."""

USED_UP = (9, 2207042)
"""Meta's words for it, said of a publication; they prove that nothing went out."""


class PublishingAllowance:
    """How many posts of an account Meta still takes today. The limit rolls: room comes back by and by."""

    def __init__(self, book: PostBook, instagram: Publishing, zone: tzinfo) -> None:
        self._book = book
        self._instagram = instagram
        self._zone = zone

    def look(self) -> None:
        """Read it if the last reading is old, and tell the content team when the day is planned too full.

        No error of it may stop anything: it is a figure that is worth knowing beforehand, no more.
        """
        now = self._book.clock.now()
        with self._book.database.reading() as connection:
            row = accounts.get(connection, self._book.account)
        if row is None or (row.limit_read_at is not None and now - row.limit_read_at < READ_EVERY):
            return
        limit = None
        try:
            limit = self._instagram.publishing_limit()
        except IgWorkerError as error:
            log.warning("cannot read the publishing limit: %s", error)
        with self._book.database.writing() as connection:
            if limit is None:
                self._keep(connection, now)
                return
            accounts.set_limit(connection, self._book.account, limit, now)
            self._warn(connection, limit, now)

    def put_off(self, post: StoredPost, now: datetime) -> Happened | None:
        """What happens to a due post while the limit is used up; None where there is room."""
        with self._book.database.reading() as connection:
            allowance = self._known(connection)
        if allowance is None or not must_wait(post.publication, allowance, now):
            return None
        self._tell_used_up(allowance.total, now)
        reason = f"batas terbit Instagram sudah habis ({allowance.total} dalam 24 jam)"
        return Happened(Event.POSTPONE, reason=reason, not_before=now + READ_EVERY)

    def refused(self, error: IgWorkerError, now: datetime) -> bool:
        """Whether Meta says that the limit is used up; then that is remembered and told."""
        said = error.said
        if not isinstance(error, Throttled) or said is None or (said.code, said.subcode) != USED_UP:
            return False
        with self._book.database.writing() as connection:
            known = self._known(connection)
            if known is not None:
                full = PublishingLimit(max(known.used, known.total), known.total, DAY)
                accounts.set_limit(connection, self._book.account, full, now)
        self._tell_used_up(known.total if known is not None else None, now)
        return True

    def _keep(self, connection: Connection, now: datetime) -> None:
        """Go on with the last reading and what went out since; one that says "full" must not stop posts for ever."""
        known = self._known(connection)
        if known is not None and known.left > 0:
            limit = PublishingLimit(known.used + known.since, known.total, DAY)
            accounts.set_limit(connection, self._book.account, limit, now)
        else:
            accounts.forget_limit(connection, self._book.account, now)

    def _known(self, connection: Connection) -> Allowance | None:
        row = accounts.get(connection, self._book.account)
        if row is None or row.limit_read_at is None or row.publishing_total is None:
            return None
        since = publishing.out_since(connection, self._book.account, row.limit_read_at)
        return Allowance(row.publishing_used, row.publishing_total, row.limit_read_at, since)

    def _warn(self, connection: Connection, limit: PublishingLimit, now: datetime) -> None:
        planned = publishing.planned_between(connection, self._book.account, now, now + timedelta(hours=24))
        left = max(limit.total - limit.used, 0)
        if planned <= left:
            return
        title = f"Akun {self._book.account}: rencana terbit lebih banyak daripada batas Instagram"
        body = (
            f"{title}.\nDirencanakan dalam 24 jam ke depan: {planned} postingan. Batas Instagram: {limit.total} "
            f"dalam 24 jam, sudah terpakai {limit.used}, tersisa {left}.\n"
            "Tindakan: mohon geser sebagian postingan (ig-worker posts reschedule); yang melewati batas akan menunggu."
        )
        self._tell("plan", title, body, connection, now)

    def _tell_used_up(self, total: int | None, now: datetime) -> None:
        title = f"Akun {self._book.account}: batas terbit Instagram hari ini sudah habis"
        figures = f" ({total} postingan dalam 24 jam)" if total is not None else ""
        body = (
            f"{title}{figures}.\nPostingan berikutnya menunggu dan dicoba lagi setiap 10 menit sampai ada tempat.\n"
            "Tindakan: bila ada yang mendesak, mohon geser postingan lain (ig-worker posts reschedule)."
        )
        with self._book.database.writing() as connection:
            self._tell("full", title, body, connection, now)

    def _tell(self, what: str, title: str, body: str, connection: Connection, now: datetime) -> None:
        """Once a day, however often it is found."""
        day = now.astimezone(self._zone).date()
        letter = Letter(key=f"limit:{self._book.account}:{what}:{day}", title=title, body=body)
        self._book.outbox.tell(connection, now, "content_team", letter)
