"""The publisher's hand for afterwards: the link of what is out, told to the partners; files are no longer served."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from ig_worker.domain.errors import IgWorkerError, Unavailable
from ig_worker.flows.outbox import Letter
from ig_worker.flows.ports import Publishing, Staging
from ig_worker.flows.publishing.book import PostBook
from ig_worker.store import posts, publishing
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

AGAIN = timedelta(minutes=10)
LET_GO_AFTER = timedelta(days=1)


class Permalinks:
    """A link is worth knowing, never worth a post (`instagram_api.md`, "After publishing")."""

    def __init__(self, book: PostBook, instagram: Publishing, staging: Staging) -> None:
        self._book = book
        self._instagram = instagram
        self._staging = staging

    def read(self) -> None:
        """Ask for every link that is not known yet; one that cannot be had keeps no other one waiting."""
        now = self._book.clock.now()
        with self._book.database.reading() as connection:
            waiting = posts.without_permalink(connection, self._book.account, now)
        for number, post in enumerate(waiting):
            try:
                permalink = self._instagram.permalink(post.publication.media_id)
            except Unavailable as error:
                log.warning("no link yet for post %s: %s", post.row.key, error)
                self._put_off([post], now)
                continue
            except IgWorkerError as error:
                log.warning("no link yet for post %s: %s", post.row.key, error)
                self._put_off(waiting[number:], now)
                return
            with self._book.database.writing() as connection:
                posts.set_values(connection, post.id, permalink=permalink, permalink_next_at=None)
                self._book.outbox.tell(connection, now, "partners", _partners_letter(post, permalink))

    def clear_stage(self) -> None:
        """Stop serving the files of posts that Instagram has fetched, or that will not go out."""
        with self._book.database.reading() as connection:
            left = publishing.still_staged(connection, self._book.account)
        for file in left:
            self._staging.unstage(file.staged)
            with self._book.database.writing() as connection:
                posts.set_staged(connection, file.post_id, file.position, "")

    def _put_off(self, waiting: Sequence[StoredPost], now: datetime) -> None:
        """Ask again later. Where nobody answers, one link is enough waiting for a pass."""
        with self._book.database.writing() as connection:
            for post in waiting:
                published_at = post.publication.published_at
                fresh = published_at is not None and now - published_at < LET_GO_AFTER
                posts.set_values(connection, post.id, permalink_next_at=now + AGAIN if fresh else None)


def _partners_letter(post: StoredPost, permalink: str) -> Letter:
    title = f"Postingan baru: {post.row.segment}" if post.row.segment else "Postingan baru"
    return Letter(key=f"post:{post.id}:published", title=title, body=f"{title}\n{permalink}")
