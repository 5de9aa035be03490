"""Reads the comments of our posts: all of what changed, and now and then what may have.

Every page is stored in one transaction, and the place where to go on moves behind what is stored, so that a reading
broken off by a crash, a limit or silence goes on where it was (`instagram_api.md`, section C).
"""

from __future__ import annotations

from datetime import datetime

from ig_worker.domain.errors import AccountBlocked, IgWorkerError, PermissionLost, Unavailable
from ig_worker.domain.instagram import Media
from ig_worker.domain.paging import pages
from ig_worker.domain.sweeping import Look, Sweep, due
from ig_worker.flows.each import STOPS_EVERYTHING, Each
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.inbox.missing import MissingComments
from ig_worker.flows.inbox.pace import Pace
from ig_worker.flows.inbox.reading import Reading
from ig_worker.flows.inbox.rules import Rules
from ig_worker.flows.inbox.trouble import Trouble
from ig_worker.flows.inbox.unseen import UnseenComments
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Inbox
from ig_worker.store import inbox, listed_comments
from ig_worker.store.database import Database


class CommentReader:
    """The comments under one account's posts."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Inbox,
        keeper: Keeper,
        outbox: Outbox,
        pace: Pace,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._keeper = keeper
        self._pace = pace
        self._rules = rules
        self._left_off = False
        self._trouble = Trouble(tries=5)
        self._missing = MissingComments(account, database, instagram)
        self._unseen = UnseenComments(account, database, outbox, rules.rhythm)

    def run(self, now: datetime, backlog_before: datetime) -> bool:
        """Read what changed, then what can wait; says whether all that changed was read.

        Raises what stopped it, or failed first.
        """
        listed, broken_off = self._listed(now)
        with self._database.reading() as connection:
            sweeps = inbox.last_sweeps(connection, self._account, [media.ig_id for media in listed])
        watched = [(media, sweeps.get(media.ig_id, Sweep())) for media in listed]
        each = Each()
        self._left_off = False
        looks = due(watched, now, self._rules.rhythm)
        for look in sorted(looks, key=lambda look: look.media.ig_id in self._trouble):
            if self._is_empty(look.media):
                self._remember(look, now, at=now)
                continue
            if look.can_wait and not self._pace.has_time():
                continue
            if self._trouble.is_left_alone(look.media.ig_id, now):
                self._left_off |= not look.can_wait
                continue
            if not self._pace.may_read_another():
                self._left_off |= not look.can_wait
                break
            each.do(f"the comments of post {look.media.ig_id}", self._read, look, now, backlog_before)
        if broken_off is not None:
            raise broken_off
        self._unseen.tell({media.ig_id for media in listed}, now)
        each.end()
        return not self._left_off

    def failing(self, now: datetime) -> dict[str, datetime]:
        """The posts that fail whenever they are read, by Meta's id, and since when."""
        return self._trouble.lasting(now)

    def _listed(self, now: datetime) -> tuple[list[Media], IgWorkerError | None]:
        """The posts that are watched, newest first, and what broke the walk through their list off."""
        listed: list[Media] = []
        since = now - self._rules.watch
        try:
            for page in pages(lambda after: self._instagram.media_with_counts(since, after)):
                listed += page.items
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            return listed, error
        return listed, None

    def _is_empty(self, media: Media) -> bool:
        """Whether there is nothing to be read, and nothing that could be gone: that costs no call."""
        if media.comments_count != 0:
            return False
        with self._database.reading() as connection:
            return listed_comments.count(connection, self._account, media.ig_id) == 0

    def _read(self, look: Look, now: datetime, backlog_before: datetime) -> None:
        media, last = look.media, look.last
        with self._database.writing() as connection:
            inbox.remember_media(connection, self._account, media)
        reading = Reading(
            self._account, self._database, self._instagram, self._keeper, look, self._rules.rhythm
        )
        try:
            whole = reading.run(now, backlog_before, self._pace.may_read_another)
        except (PermissionLost, AccountBlocked):
            # It may be about this one alone: the next poll reads the others before it.
            self._trouble.note(media.ig_id, now, goes_last_only=True)
            raise
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            seen = reading.begun_to_see
            if not isinstance(error, Unavailable) or seen or not media.comments_count:
                # What is new stands in front: where something is seen, it is read each time.
                last_only = seen or error.said is None
                self._trouble.note(media.ig_id, now, goes_last_only=last_only)
                if not look.can_wait:
                    with self._database.writing() as connection:
                        inbox.note_failure(connection, self._account, media.ig_id, now)
                raise
            whole = True
        self._trouble.is_over(media.ig_id)
        if reading.left_off:
            self._left_off = True
            return
        if whole and media.comments_count and not reading.listed:
            self._unseen.note(media, last)
            self._remember(look, now, at=now, unseen_since=last.unseen_since or now)
            return
        if whole:
            self._missing.settle(media, last, reading, now)
        self._remember(look, now, at=now if whole else last.at)

    def _remember(
        self,
        look: Look,
        now: datetime,
        *,
        at: datetime | None,
        unseen_since: datetime | None = None,
    ) -> None:
        """What the next look needs to know of this one."""
        last, announced = look.last, look.media.comments_count
        told_at = last.unseen_told_at if unseen_since is not None else None
        with self._database.writing() as connection:
            inbox.remember_media(connection, self._account, look.media)
            seen = listed_comments.count(connection, self._account, look.media.ig_id)
            stands = (announced, seen) == (last.announced, last.seen) and last.counted_at is not None
            sweep = Sweep(
                announced=announced,
                seen=seen,
                counted_at=last.counted_at if stands else now,
                at=at,
                unseen_since=unseen_since,
                unseen_told_at=told_at,
            )
            inbox.keep_sweep(connection, self._account, look.media.ig_id, sweep)
