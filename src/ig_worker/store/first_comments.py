"""The shelf of first comments: at most one under each of our posts, saved by compare-and-swap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, update

from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Status as PostStatus
from ig_worker.domain.reply import ACTIVE, Reply, Status
from ig_worker.domain.text import words_of
from ig_worker.store import journal
from ig_worker.store.our_words import columns_of, reply_of
from ig_worker.store.rows import asked, insert_new, one_of
from ig_worker.store.schema import first_comments, posts

TRIED = (Status.SENDING, Status.SENT, Status.UNCONFIRMED)
"""The states in which the words may stand on Instagram."""


@dataclass(frozen=True)
class StoredComment:
    """A first comment as it lies on the shelf. ``post`` has id, key, media id, permalink and times of its post."""

    version: int
    comment: Reply
    text: str
    post: Row[Any]


_POST: tuple[ColumnElement[Any], ...] = (
    posts.c.id,
    posts.c.key,
    posts.c.account,
    posts.c.ig_media_id,
    posts.c.permalink,
    posts.c.intent_at,
    posts.c.published_at,
    posts.c.first_comment,
)


def wanted(connection: Connection, account: str) -> list[Row[Any]]:
    """Published posts with a first comment that is not on the shelf yet, however they came to be published.

    They are found, not announced: whatever interrupted the publishing, the next look finds them.
    """
    return [*connection.execute(_wanted_query(), {"account": account})]


@cache
def _wanted_query() -> Select[Any]:
    query = select(*_POST).outerjoin(first_comments, first_comments.c.post_id == posts.c.id)
    return query.where(
        posts.c.account == asked("account"),
        posts.c.status == PostStatus.PUBLISHED.value,
        posts.c.first_comment != "",
        posts.c.kind != Kind.STORY.value,
        first_comments.c.post_id.is_(None),
    ).order_by(posts.c.published_at)


def plan(connection: Connection, post: Row[Any], comment: Reply, now: datetime) -> None:
    """Put a first comment on the shelf, unless the post has one there."""
    values = {
        "post_id": post.id,
        "account": post.account,
        "text": post.first_comment,
        "asked_at": comment.asked_at,
        **columns_of(comment),
    }
    if insert_new(connection, first_comments, values) is not None:
        journal.note(connection, now, f"post:{post.id}", f"first comment {comment.status}")


def active(connection: Connection, account: str) -> list[StoredComment]:
    """The first comments of an account for which the worker has something to do, oldest first."""
    rows = connection.execute(_active_query(), {"account": account}).all()
    if not rows:
        return []
    ids = [row.post_id for row in rows]
    about: dict[int, Row[Any]] = {
        post.id: post for post in connection.execute(select(*_POST).where(posts.c.id.in_(ids)))
    }
    return [StoredComment(row.version, reply_of(row), row.text, about[row.post_id]) for row in rows]


@cache
def _active_query() -> Select[Any]:
    query = select(first_comments).where(
        first_comments.c.account == asked("account"), one_of(first_comments.c.status, ACTIVE)
    )
    return query.order_by(first_comments.c.due_at)


def save(connection: Connection, stored: StoredComment, comment: Reply, now: datetime, what: str) -> bool:
    """Save the new state if nobody was faster; says whether it was saved."""
    changed = connection.execute(
        update(first_comments)
        .where(first_comments.c.post_id == stored.post.id, first_comments.c.version == stored.version)
        .values(**columns_of(comment), version=stored.version + 1)
    )
    if changed.rowcount != 1:
        return False
    journal.note(connection, now, f"post:{stored.post.id}", what)
    return True


def of(connection: Connection, post_id: int) -> Row[Any] | None:
    """What became of a post's first comment (``status``, ``last_error``, ``ig_id``, ``sent_at``), None before that."""
    query = select(first_comments).where(first_comments.c.post_id == post_id)
    return connection.execute(query).one_or_none()


def is_ours(connection: Connection, account: str, media_id: str, ig_id: str, author: str, text: str) -> bool:
    """Whether a comment is our first one under this post: by Meta's id, or by its words if the author is withheld."""
    ours = connection.execute(_under_a_post, {"account": account, "media_id": media_id}).one_or_none()
    if ours is None:
        return False
    same_words = Status(ours.status) in TRIED and words_of(ours.text) == words_of(text)
    return ours.ig_id == ig_id or (not author and same_words)


# Made once: it is asked for every comment, and making it takes longer than the answer.
_under_a_post = (
    select(first_comments.c.ig_id, first_comments.c.text, first_comments.c.status)
    .join(posts, posts.c.id == first_comments.c.post_id)
    .where(first_comments.c.account == bindparam("account"), posts.c.ig_media_id == bindparam("media_id"))
)
