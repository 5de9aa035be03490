"""Insights: fetching them now, and looking at what was gathered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.showing import show_document, show_table
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind

if TYPE_CHECKING:
    from ig_worker.store.database import Connection

KINDS = {"STORY": Kind.STORY, "REELS": Kind.REEL, "CAROUSEL_ALBUM": Kind.CAROUSEL, "VIDEO": Kind.REEL}
"""Meta's words for what a post is, for those that were not planned here; the rest are pictures."""


@click.group()
def insights() -> None:
    """Figures of the account and its posts."""


commands = (insights,)


@insights.command()
@of_account
@pass_desk
def collect(desk: Desk, account: str | None) -> None:
    """Fetch the figures of every closed day that is missing, whatever the hour."""
    failed: list[IgWorkerError] = []
    with desk.house() as house:
        for name in desk.accounts(account):
            try:
                house.collector(name).run(at_any_time=True)
                click.echo(f"{name}: the figures are up to date.")
            except IgWorkerError as error:
                failed.append(error)
    if failed:
        raise failed[0]


@insights.command()
@of_account
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back to look."
)
@as_json
@pass_desk
def show(desk: Desk, account: str | None, days: int, as_json: bool) -> None:
    """The account's figures by day, and what each post has reached."""
    name = desk.account(account)
    since = desk.now().astimezone(desk.settings.zone).date() - timedelta(days=days)
    with desk.database() as database, database.reading() as connection:
        document: dict[str, Any] = {
            "account": name,
            "days": _days(connection, name, since),
            "media": _media(desk, connection, name, since, desk.iso if as_json else desk.shown),
        }
    if as_json:
        show_document(document)
        return
    show_table(
        ("Date", "Metric", "Value"),
        [
            (day["date"], metric, f"{value:g}")
            for day in document["days"]
            for metric, value in day["metrics"].items()
        ],
    )
    click.echo()
    show_table(
        ("Media", "Published", "Kind", "Segment", "Metrics"),
        [
            (
                *(media[name] for name in ("ig_media_id", "published_at", "kind", "segment")),
                ", ".join(f"{metric} {value:g}" for metric, value in media["metrics"].items()),
            )
            for media in document["media"]
        ],
    )


def _days(connection: Connection, account: str, since: date) -> list[dict[str, Any]]:
    from ig_worker.store import figures

    by_day: dict[date, dict[str, float]] = {}
    for row in figures.account_figures(connection, account, since):
        metric = f"{row.name}:{row.breakdown}" if row.breakdown else row.name
        by_day.setdefault(row.day, {})[metric] = row.value
    return [{"date": day.isoformat(), "metrics": metrics} for day, metrics in by_day.items()]


def _media(
    desk: Desk, connection: Connection, account: str, since: date, when: Callable[[datetime], str | None]
) -> list[dict[str, Any]]:
    """Our planned posts and those that somebody published by hand, oldest first, their times written by ``when``."""
    from ig_worker.store import figures, posts

    begin = datetime.combine(since, time(), desk.settings.zone)
    reached = figures.media_figures(connection, account)
    found: dict[str, dict[str, Any]] = {}
    for row in figures.our_posts(connection, account, begin):
        kind = KINDS.get(row.product_type) or KINDS.get(row.media_type) or Kind.IMAGE
        found[row.ig_id] = {"published_at": row.posted_at, "kind": kind.value, "segment": None}
    for post in posts.listed(connection, status="published"):
        publication = post.publication
        if post.account == account and publication.published_at and publication.published_at >= begin:
            found[publication.media_id] = {
                "published_at": publication.published_at,
                "kind": publication.kind.value,
                "segment": post.row.segment or None,
            }
    return [
        {
            "ig_media_id": media_id,
            **media,
            "published_at": when(media["published_at"]),
            "metrics": reached.get(media_id, {}),
        }
        for media_id, media in sorted(found.items(), key=lambda item: item[1]["published_at"])
    ]
