"""Finds out which comments are gone: never by guess, for a complaint called gone would be heard by nobody."""

from __future__ import annotations

import logging
from datetime import datetime

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Media
from ig_worker.domain.sweeping import Sweep, may_be_gone
from ig_worker.flows.each import STOPS_EVERYTHING
from ig_worker.flows.inbox.reading import Reading
from ig_worker.flows.ports import Inbox
from ig_worker.store import listed_comments
from ig_worker.store.database import Database
from ig_worker.store.listed_comments import KnownComment

log = logging.getLogger(__name__)

MOST_QUESTIONS = 20
"""So many comments at most are asked for one by one after a reading; the others wait for the next one."""


class MissingComments:
    """Stored comments of one account's posts that a whole reading has not come by.

    One is gone where one answer listed as many as are announced without it, where Instagram says that it does not
    exist, or where that cannot be asked and a second whole reading misses it; never more of them than the count allows.
    """

    def __init__(self, account: str, database: Database, instagram: Inbox) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram

    def settle(self, media: Media, last: Sweep, reading: Reading, now: datetime) -> None:
        """Mark what is gone of what the reading missed, and remember since when the rest is missing."""
        begun = reading.begun or now
        with self._database.reading() as connection:
            known = listed_comments.under(connection, self._account, media.ig_id)
        missing = [one for one in known if not one.deleted and not one.listed_since(begun)]
        if not missing:
            return
        gone = {one.ig_id for one in known if one.deleted}
        count = media.comments_count
        left = may_be_gone(count, reading.listed, len(missing), last.hidden)
        in_one_look = reading.calls == 1 and reading.listed == count
        questions = MOST_QUESTIONS
        # What the count has vouched for before is asked last, and a comment before the replies that go with it.
        missing.sort(key=lambda one: (one.missing_since is not None, one.parent_id != "", one.id))
        waiting = []
        for one in missing:
            there: bool | None = None
            if left <= 0:
                waiting.append(one.id)
                continue
            if in_one_look or one.parent_id in gone:
                there = False
            elif questions:
                questions -= 1
                there = self._asked(one)
            elif one.missing_since is not None and one.missing_since < begun:
                there = False
            if there is None:
                waiting.append(one.id)
                continue
            left -= not there
            self._mark(one, there, now)
            gone |= set() if there else {one.ig_id}
        if waiting:
            log.debug("post %s: %s comments are missing and may still stand", media.ig_id, len(waiting))
            with self._database.writing() as connection:
                listed_comments.mark_missing(connection, waiting, now)

    def _asked(self, comment: KnownComment) -> bool | None:
        """Whether it stands, None where that cannot be had; missed twice it counts as gone then."""
        try:
            return self._instagram.comment_exists(comment.ig_id)
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            log.debug("comment %s cannot be asked for: %s", comment.ig_id, error)
            return False if comment.missing_since is not None else None

    def _mark(self, comment: KnownComment, there: bool, now: datetime) -> None:
        with self._database.writing() as connection:
            if there:
                listed_comments.mark_there(connection, comment.id)
            else:
                listed_comments.mark_deleted(connection, comment.id, now)
        log.info("comment %s %s", comment.ig_id, "stands, unlisted" if there else "is gone")
