"""What publishing asks the shelf of posts: what is planned, what went out when, which files are still served."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import ACTIVE, Status
from ig_worker.store import crises
from ig_worker.store.posts import StoredPost
from ig_worker.store.rows import asked, one_of
from ig_worker.store.schema import post_media, posts


def not_paused(
    connection: Connection, account: str, found: Sequence[StoredPost], now: datetime
) -> list[StoredPost]:
    """The posts without those that are due and wait for the end of a crisis: not urgent, and not on their way yet."""
    if account not in crises.pausing(connection):
        return list(found)
    return [post for post in found if not waits_in_a_crisis(post, now)]


def waits_in_a_crisis(post: StoredPost, now: datetime) -> bool:
    """Whether a post would wait now if a crisis paused its account."""
    to_come = post.publication.status in (Status.APPROVED, Status.PREPARING, Status.READY)
    return to_come and post.publication.scheduled_at <= now and not post.row.options.get("urgent")


def next_planned(connection: Connection, account: str, after: datetime) -> datetime | None:
    """For when the next approved post is planned after that moment."""
    return connection.execute(_next_planned_query(), {"account": account, "after": after}).scalar()


@cache
def _next_planned_query() -> Select[Any]:
    account = asked("account")
    after = asked("after")
    return select(func.min(posts.c.scheduled_at)).where(
        posts.c.account == account,
        posts.c.status == Status.APPROVED.value,
        posts.c.scheduled_at > after,
    )


def planned_between(connection: Connection, account: str, begin: datetime, end: datetime) -> int:
    """How many approved posts are to go out in that time."""
    states = [state.value for state in (Status.APPROVED, Status.PREPARING, Status.READY)]
    query = select(func.count()).where(
        posts.c.account == account,
        posts.c.status.in_(states),
        posts.c.scheduled_at > begin,
        posts.c.scheduled_at <= end,
    )
    return connection.execute(query).scalar_one()


def others_between(
    connection: Connection, account: str, begin: datetime, end: datetime, *, but: int
) -> list[datetime]:
    """When the account's posts but this one go out, or went out, after `begin` and until `end`; without stories."""
    moment = func.coalesce(posts.c.published_at, posts.c.scheduled_at)
    query = select(moment).where(
        posts.c.account == account,
        posts.c.id != but,
        posts.c.kind != Kind.STORY.value,
        posts.c.status.not_in((Status.CANCELLED.value, Status.FAILED.value)),
        moment > begin,
        moment <= end,
    )
    return list(connection.execute(query).scalars())


PERHAPS_OUT = (Status.PUBLISHING.value, Status.UNCONFIRMED.value)


def last_out(connection: Connection, account: str) -> datetime | None:
    """When the account's last post went out, or was sent without a clear answer; None before the first."""
    out = select(func.max(posts.c.published_at)).where(
        posts.c.account == account, posts.c.status == Status.PUBLISHED.value
    )
    sent = select(func.max(posts.c.intent_at)).where(
        posts.c.account == account, one_of(posts.c.status, PERHAPS_OUT)
    )
    moments = [connection.execute(query).scalar() for query in (out, sent)]
    return max((moment for moment in moments if moment is not None), default=None)


def out_since(connection: Connection, account: str, since: datetime) -> int:
    """How many posts have gone out since then, or perhaps have; without stories."""
    query = select(func.count()).where(
        posts.c.account == account,
        posts.c.kind != Kind.STORY.value,
        or_(
            and_(posts.c.status == Status.PUBLISHED.value, posts.c.published_at >= since),
            and_(one_of(posts.c.status, PERHAPS_OUT), posts.c.intent_at >= since),
        ),
    )
    return connection.execute(query).scalar_one()


def due_between(connection: Connection, begin: datetime, end: datetime) -> bool:
    """Whether a post of any account whose time came in between is ready and not out yet."""
    return connection.execute(_due_between_query(), {"begin": begin, "end": end}).first() is not None


@cache
def _due_between_query() -> Select[Any]:
    begin = asked("begin")
    end = asked("end")
    query = select(posts.c.id).where(
        posts.c.status == Status.READY.value,
        posts.c.scheduled_at >= begin,
        posts.c.scheduled_at <= end,
        or_(posts.c.next_at.is_(None), posts.c.next_at <= end),
    )
    return query.limit(1)


def waiting_elsewhere(connection: Connection, accounts: Collection[str], before: datetime) -> dict[str, int]:
    """How many posts, planned for before that moment, still wait for other accounts than these."""
    states = [state.value for state in ACTIVE]
    query = select(posts.c.account, func.count()).where(
        posts.c.status.in_(states), posts.c.account.not_in(accounts), posts.c.scheduled_at < before
    )
    return dict(connection.execute(query.group_by(posts.c.account).order_by(posts.c.account)).all())


def still_staged(connection: Connection, account: str) -> Sequence[Row[int, int, str]]:
    """(post_id, position, staged) of the files that are served for posts that no longer need them."""
    return connection.execute(_still_staged_query(), {"account": account}).all()


@cache
def _still_staged_query() -> Select[Any]:
    account = asked("account")
    needed = one_of(posts.c.status, (*ACTIVE, Status.UNCONFIRMED))
    return (
        select(post_media.c.post_id, post_media.c.position, post_media.c.staged)
        .join(posts, posts.c.id == post_media.c.post_id)
        .where(posts.c.account == account, post_media.c.staged != "", ~needed)
    )


def next_follow_up(connection: Connection, account: str, now: datetime) -> datetime | None:
    """When there is a link to be read, or `now` where files are served that nobody needs."""
    if still_staged(connection, account):
        return now
    return connection.execute(_next_permalink_query(), {"account": account}).scalar()


@cache
def _next_permalink_query() -> Select[Any]:
    account = asked("account")
    return select(func.min(posts.c.permalink_next_at)).where(posts.c.account == account)


def published_since(connection: Connection, since: datetime) -> int:
    """How many posts of all accounts went out since then."""
    query = select(func.count()).where(
        posts.c.status == Status.PUBLISHED.value, posts.c.published_at >= since
    )
    return connection.execute(query).scalar_one()
