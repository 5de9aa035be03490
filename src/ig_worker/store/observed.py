"""What a checkup wants to know of the shelves, in a few reads: tokens, plan, users, notices that were given up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import is_address, is_video
from ig_worker.domain.notice import Status as NoticeStatus
from ig_worker.domain.publication import ACTIVE, Status
from ig_worker.store import facts
from ig_worker.store.rows import one_of
from ig_worker.store.schema import accounts, jobs, notices, post_media, posts, tokens
from ig_worker.store.tokens import token_fact

TO_COME = (*ACTIVE, Status.DRAFT, Status.HELD)
"""Posts that may still go out."""


@dataclass(frozen=True)
class TokenLife:
    """What is known of a stored token; times are None until Meta has said them."""

    expires_at: datetime | None
    data_access_expires_at: datetime | None
    scopes: frozenset[str]
    refused_at: datetime | None = None
    """Since when its account is stopped because Instagram refuses it."""
    unrefreshed: tuple[datetime, str] | None = None
    """Since when it cannot be refreshed, and why."""


def token_lives(connection: Connection) -> dict[str, TokenLife]:
    """By account."""
    return {
        row.account: TokenLife(
            row.expires_at,
            row.data_access_expires_at,
            frozenset(name for name in row.scopes.split(",") if name),
            row.refused_at,
            _unrefreshed(connection, row.account),
        )
        for row in connection.execute(select(tokens)).all()
    }


def _unrefreshed(connection: Connection, account: str) -> tuple[datetime, str] | None:
    failing = facts.read(connection, token_fact("refresh", account))
    if failing is None:
        return None
    since, _, why = failing.value.partition(" ")
    return datetime.fromisoformat(since), why


def last_success(connection: Connection) -> datetime | None:
    """When any job last succeeded."""
    return connection.execute(select(func.max(jobs.c.last_success_at))).scalar()


def at_work_since(connection: Connection) -> datetime | None:
    """When an inbox was first read, which is when this installation began to work."""
    return connection.execute(select(func.min(accounts.c.first_polled_at))).scalar()


def posts_with_own_files(connection: Connection, sends_videos: Collection[str]) -> int:
    """How many posts to come show files that Meta has to fetch from us.

    The accounts in `sends_videos` send the bytes of a reel's or a story's video (Facebook Login).
    """
    query = (
        select(posts.c.id, posts.c.account, posts.c.kind, post_media.c.written)
        .join(post_media, post_media.c.post_id == posts.c.id)
        .where(one_of(posts.c.status, TO_COME))
    )
    alone = {Kind.REEL.value, Kind.STORY.value}
    return len(
        {
            row.id
            for row in connection.execute(query)
            if not is_address(row.written)
            and not (row.account in sends_videos and row.kind in alone and is_video(row.written))
        }
    )


def posts_with_videos(connection: Connection) -> int:
    """How many posts to come show a video."""
    query = (
        select(posts.c.id, posts.c.kind, post_media.c.written)
        .join(post_media, post_media.c.post_id == posts.c.id)
        .where(one_of(posts.c.status, TO_COME))
    )
    rows = connection.execute(query)
    return len({row.id for row in rows if row.kind == Kind.REEL.value or is_video(row.written)})


def waiting_of_others(connection: Connection, names: Collection[str]) -> dict[str, int]:
    """How many posts wait for accounts that are not among these, by account."""
    query = (
        select(posts.c.account, func.count())
        .where(one_of(posts.c.status, ACTIVE), posts.c.account.not_in(names))
        .group_by(posts.c.account)
        .order_by(posts.c.account)
    )
    return dict(connection.execute(query).all())


def given_up_since(connection: Connection, since: datetime) -> int:
    """How many notices, written then or later, reached nobody."""
    query = select(func.count()).where(
        notices.c.status == NoticeStatus.FAILED.value, notices.c.written_at >= since
    )
    return connection.execute(query).scalar_one()
