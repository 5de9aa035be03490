"""The shelf of stories: which there are, and when their figures were asked for and had."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, exists, select, update

from ig_worker.domain.instagram import Kind, Media
from ig_worker.domain.story_readings import LIFE, Story
from ig_worker.store.rows import asked, insert_new, put_all
from ig_worker.store.schema import metrics, missing_figures, posts, stories


def known(connection: Connection, account: str, now: datetime) -> list[Story]:
    """The stories that may be up, listed by Instagram or published here, the oldest first."""
    since = now - LIFE
    rows = connection.execute(_known_query(), {"account": account, "since": since})
    found = {row.ig_id: Story(row.ig_id, row.posted_at, row.looked_at) for row in rows}
    for ig_id, published_at, _ in _published(connection, account, since):
        found.setdefault(ig_id, Story(ig_id, published_at))
    return sorted(found.values(), key=lambda story: (story.posted_at, story.ig_id))


@cache
def _known_query() -> Select[Any]:
    return select(stories.c.ig_id, stories.c.posted_at, stories.c.looked_at).where(
        stories.c.account == asked("account"), stories.c.posted_at > asked("since")
    )


def adopt_published(connection: Connection, account: str, since: datetime) -> None:
    """Give every story that was published here since then its row, whether Instagram lists it or not."""
    for ig_id, published_at, caption in _published(connection, account, since):
        row = {
            "account": account,
            "ig_id": ig_id,
            "media_type": "",
            "caption": caption,
            "permalink": "",
            "posted_at": published_at,
        }
        insert_new(connection, stories, row)


def looked_at(
    connection: Connection, account: str, listed: Iterable[Media], read: Collection[str], now: datetime
) -> None:
    """These are up, and the figures of those in `read` were had; all that were up by our account were looked for."""
    still_up = stories.c.posted_at > now - LIFE
    connection.execute(update(stories).where(stories.c.account == account, still_up).values(looked_at=now))
    rows = [
        {
            "account": account,
            "ig_id": media.ig_id,
            "media_type": media.media_type,
            "caption": media.caption,
            "permalink": media.permalink,
            "posted_at": media.timestamp,
            "looked_at": now,
        }
        for media in listed
    ]
    put_all(connection, stories, rows)
    connection.execute(
        update(stories)
        .where(stories.c.account == account, stories.c.ig_id.in_(list(read)))
        .values(read_at=now)
    )


@dataclass(frozen=True)
class Ended:
    """A story that is gone: whether it has figures of some time of its life, or a reason for having none."""

    story: Story
    measured: bool
    excused: bool


def ended(connection: Connection, account: str, since: datetime, now: datetime) -> list[Ended]:
    """The stories that came to their end after `since`, the oldest first."""
    figures = exists().where(metrics.c.account == stories.c.account, metrics.c.media_id == stories.c.ig_id)
    reasons = exists().where(
        missing_figures.c.account == stories.c.account, missing_figures.c.media_id == stories.c.ig_id
    )
    query = select(
        stories.c.ig_id,
        stories.c.posted_at,
        stories.c.looked_at,
        figures.label("measured"),
        reasons.label("excused"),
    ).where(
        stories.c.account == account, stories.c.posted_at > since - LIFE, stories.c.posted_at <= now - LIFE
    )
    rows = connection.execute(query.order_by(stories.c.posted_at, stories.c.ig_id))
    return [
        Ended(Story(row.ig_id, row.posted_at, row.looked_at), bool(row.measured), bool(row.excused))
        for row in rows
    ]


def _published(connection: Connection, account: str, since: datetime) -> list[tuple[str, datetime, str]]:
    return [
        (ig_id, at, caption)
        for ig_id, at, caption in connection.execute(_published_query(), {"account": account, "since": since})
    ]


@cache
def _published_query() -> Select[Any]:
    account = asked("account")
    since = asked("since")
    return select(posts.c.ig_media_id, posts.c.published_at, posts.c.caption).where(
        posts.c.account == account,
        posts.c.kind == Kind.STORY.value,
        posts.c.ig_media_id.is_not(None),
        posts.c.ig_media_id != "",
        posts.c.published_at > since,
    )
