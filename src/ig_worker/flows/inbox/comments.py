"""Reads the comments of our posts: only where the count changed, and now and then besides.

An edit, or one comment gone and another come, does not show in the count (`instagram_api.md`, section C).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from ig_worker.domain.instagram import Comment, Media, Page
from ig_worker.domain.paging import pages
from ig_worker.flows.each import Each
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.inbox.rules import Rules
from ig_worker.flows.ports import Inbox
from ig_worker.store import inbox
from ig_worker.store.database import Database
from ig_worker.store.inbox import Sweep

log = logging.getLogger(__name__)


class CommentReader:
    """The comments under one account's posts."""

    def __init__(
        self, account: str, database: Database, instagram: Inbox, keeper: Keeper, rules: Rules
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._keeper = keeper
        self._rules = rules

    def run(self, now: datetime, backlog_before: datetime) -> None:
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
                    self._keeper.keep_comment(connection, comment, media.ig_id, now, backlog_before)

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
