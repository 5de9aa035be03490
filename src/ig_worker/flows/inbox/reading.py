"""Reads the comments of one post page by page, and goes on where an earlier reading was broken off."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from ig_worker.domain.errors import Refused, Unavailable
from ig_worker.domain.instagram import Comment, Page
from ig_worker.domain.paging import pages
from ig_worker.domain.sweeping import Look, Rhythm
from ig_worker.flows.each import Each
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.ports import Inbox
from ig_worker.store import inbox, listed_comments
from ig_worker.store.database import Database

log = logging.getLogger(__name__)

IN_VAIN = 5
"""So many comments are asked for replies beyond those that came with them, before the count is let be."""

MOST_CANDIDATES = 200


class Reading:
    """One reading of one post. What it has seen is marked on the comments themselves, so it survives a crash."""

    def __init__(
        self, account: str, database: Database, instagram: Inbox, keeper: Keeper, look: Look, rhythm: Rhythm
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._keeper = keeper
        self._look = look
        self._rhythm = rhythm
        self._media_id = look.media.ig_id
        self._each = Each()
        self._longest: tuple[int, list[Comment]] = (1, [])
        self.begun: datetime | None = None
        """When its first part began."""
        self.listed = 0
        """How many comments and replies it has come by."""
        self.calls = 0
        self.left_off = False
        """Whether it may not go on now; the next reading goes on where it is."""

    @property
    def begun_to_see(self) -> bool:
        """Whether it has come by anything at all."""
        return self.begun is not None and self._count_listed() > 0

    def run(self, now: datetime, backlog_before: datetime, may_go_on: Callable[[], bool]) -> bool:
        """Read and store; False where it ended early: all that is announced is known, or it may not go on."""
        self._now, self._backlog_before, self._may_go_on = now, backlog_before, may_go_on
        place = self._look.last.place(now, self._rhythm)
        self.begun, after = place or (now, None)
        if place is not None:
            log.info("post %s: going on where its comments were left", self._media_id)
            self._read_top()
        whole = self._read_on(after)
        if whole:
            self._ask_for_short_lists()
        self._each.end()
        self.listed = self._count_listed()
        return whole

    def _read_on(self, after: str | None) -> bool:
        anew, been = False, {after}
        while True:
            try:
                page = self._page(after)
            except Refused as error:
                if after is None or anew or error.said is None or error.said.code != 100:
                    raise
                # The cursor is too old, or not what it was: from the beginning, once.
                log.info("post %s: its comments are read from the beginning: %s", self._media_id, error)
                anew, after, self.begun, been = True, None, self._now, {None}
                continue
            self._keep_page(page, page.after)
            if page.after is None:
                return True
            if page.after in been:
                log.warning("post %s: the pages of its comments lead in a circle", self._media_id)
                return True
            if not self._look.whole and self._all_known():
                return False
            if not self._may_go_on():
                self.left_off = True
                return False
            after = page.after
            been.add(after)

    def _read_top(self) -> None:
        """What was written since the reading began stands in front of what it has come by; it comes first now."""
        assert self.begun is not None
        for page in pages(self._page):
            ids = {comment.ig_id for comment in page.items}
            with self._database.reading() as connection:
                old = listed_comments.listed_since(connection, self._account, ids, self.begun)
            self._keep_page(page, None)
            if ids == old:
                return

    def _page(self, after: str | None) -> Page[Comment]:
        self.calls += 1
        return self._instagram.comments(self._media_id, after)

    def _keep_page(self, page: Page[Comment], place: str | None) -> None:
        """Store a page with all its replies, and note the place behind it, unless something before it is missing."""
        more = [comment for comment in page.items if comment.more_replies is not None]
        self._keep(
            [line for comment in page.items for line in (comment, *comment.replies)], None if more else place
        )
        for comment in page.items:
            if comment.replies and comment.more_replies is None:
                self._remember_length(comment)
        for comment in more:
            self._each.do(f"the replies to comment {comment.ig_id}", self._read_replies, comment)
        if more:
            self._note(place)

    def _keep(self, comments: list[Comment], place: str | None = None) -> None:
        with self._database.writing() as connection:
            self._keeper.keep_comments(connection, comments, self._media_id, self._now, self._backlog_before)
            if place is not None and not self._each.failed:
                assert self.begun is not None
                inbox.note_place(connection, self._account, self._media_id, self.begun, place, self._now)

    def _note(self, place: str | None) -> None:
        if place is not None:
            self._keep([], place)

    def _read_replies(self, comment: Comment) -> None:
        try:
            self._walk_replies(comment, comment.more_replies)
        except Unavailable:
            raise
        except Refused as error:
            if comment.more_replies is None or error.said is None or error.said.code != 100:
                raise
            self._walk_replies(comment, None)

    def _walk_replies(self, comment: Comment, after: str | None) -> None:
        for page in pages(self._replies_to(comment), after):
            self._keep([*page.items])

    def _replies_to(self, comment: Comment) -> Callable[[str | None], Page[Comment]]:
        def fetch(after: str | None) -> Page[Comment]:
            self.calls += 1
            return self._instagram.comment_replies(comment.ig_id, self._media_id, after)

        return fetch

    def _remember_length(self, comment: Comment) -> None:
        length, comments = self._longest
        if len(comment.replies) > length:
            length, comments = len(comment.replies), []
        if len(comment.replies) == length and len(comments) < MOST_CANDIDATES:
            comments.append(comment)
        self._longest = length, comments

    def _ask_for_short_lists(self) -> None:
        """Where the count says more than was listed: replies may have been cut off without a word.

        They are cut off at the same length, so those comments are asked that brought the most.
        """
        announced = self._look.media.comments_count or 0
        listed, in_vain = self._count_listed(), 0
        if announced - listed <= self._look.last.hidden:
            return
        for comment in self._longest[1]:
            if listed >= announced or in_vain >= IN_VAIN:
                return
            self._each.do(f"the replies to comment {comment.ig_id}", self._walk_replies, comment, None)
            before, listed = listed, self._count_listed()
            in_vain = in_vain + 1 if listed == before else 0

    def _count_listed(self) -> int:
        assert self.begun is not None
        with self._database.reading() as connection:
            return listed_comments.count_listed(connection, self._account, self._media_id, self.begun)

    def _all_known(self) -> bool:
        with self._database.reading() as connection:
            known = listed_comments.count(connection, self._account, self._media_id)
        return known >= (self._look.media.comments_count or 0)
