"""Looking at the figures that were gathered: ``insights show``."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.figures import insights
from ig_worker.cli.showing import show_document, show_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ig_worker.store.database import Connection


TABLE_WITHOUT_SIGNS = 50
"""Cells that the account's table takes beside its pictures."""

_PICTURE = re.compile("[▁-█]+")
_NOTHING = re.compile(r"(?<=\s)(?:<5|–|refused|too few)(?=\s|$)")


@insights.command()
@of_account
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="So many of Meta's days."
)
@as_json
@pass_desk
def show(desk: Desk, account: str | None, days: int, as_json: bool) -> None:
    """The account's figures by Meta's day, and what each post and story has reached.

    "–" is no data, "<5" too few viewers for Instagram to say a number, 0 is zero.
    """
    name = desk.account(account)
    with desk.database() as database, database.reading() as connection:
        document = figures_document(desk, connection, name, days)
    if as_json:
        show_document(document)
        return
    if not document["days"] and not document["media"]:
        click.echo(f"There are no figures of {name} yet: ig-worker insights collect fetches them.", err=True)
        return
    _show_account(document)
    click.echo()
    _show_posts(document)
    for line in _below(desk, document):
        click.echo(line)


def _show_account(document: dict[str, Any]) -> None:
    from ig_worker.cli.figure_tables import account_rows

    rows, size = account_rows(document, _room_for_signs() if sys.stdout.isatty() else None)
    picture = "Day by day" if size == 1 else f"{size} days a sign"
    numbers = ("Last", "Sum, change", "Days")
    show_table(("Account", *numbers, picture), rows, right=numbers, painted=_in_colours)


def _room_for_signs() -> int:
    return max(shutil.get_terminal_size().columns - TABLE_WITHOUT_SIGNS, 10)


def _show_posts(document: dict[str, Any]) -> None:
    from ig_worker.cli.figure_tables import OF_POSTS, post_rows

    if not document["media"] and sys.stdout.isatty():
        click.echo("No posts or stories in that time.")
        return
    figures = [name for name, _ in OF_POSTS]
    show_table(
        ("Published", "Kind", *figures[:3], "Rate", *figures[3:], "Segment", "Caption", "Post"),
        post_rows(document),
        below=("Caption", "Post", "Segment", "Shares", "Saves", "Rate"),
        right=(*figures, "Rate"),
        painted=_in_colours,
    )


def _in_colours(line: str) -> str:
    line = _PICTURE.sub(lambda found: click.style(found[0], fg="cyan"), line)
    return _NOTHING.sub(lambda found: click.style(found[0], dim=True), line)


def _below(desk: Desk, document: dict[str, Any]) -> Iterator[str]:
    from ig_worker.cli.figure_tables import days_in_words, gaps_in_words

    yield ""
    yield days_in_words(document)
    yield f"Posts' times are those of {desk.settings.timezone}; their rate is interactions of those reached."
    yield "Ages, cities and hours: --json, or insights export."
    if said := gaps_in_words(document):
        yield said


def figures_document(desk: Desk, connection: Connection, account: str, days: int) -> dict[str, Any]:
    """What ``insights show --json`` shows: so many of Meta's days that are closed and what was read since, our posts
    since then, and why figures are not there."""
    from ig_worker.domain.figure_lists import unmeasured, why_unmeasured
    from ig_worker.domain.nights import newest_closed
    from ig_worker.domain.share import Share
    from ig_worker.store import read_figures
    from ig_worker.store.published import published

    last = newest_closed(desk.now())
    since = last - timedelta(days=days - 1)
    until = last + timedelta(days=2)
    found = read_figures.account_days(connection, account, since, until)
    missing = read_figures.missing(connection, account, since, until)
    first = read_figures.first_day(connection, account)
    out = published(connection, account, datetime.combine(since, time(), desk.settings.zone))
    ids = [each.ig_id for each in out]
    reached = read_figures.latest_of_media(connection, account, ids)
    unread = read_figures.missing_of_media(connection, account, ids)
    gaps = unmeasured(found, max(since, first), last) if first is not None else []
    return {
        "account": account,
        "since": since.isoformat(),
        "until": last.isoformat(),
        "days": [
            {"date": day.isoformat(), "metrics": metrics, "missing": missing.get(day, {})}
            for day, metrics in found.items()
        ],
        "gaps": [day.isoformat() for day in gaps],
        "gap_reasons": {
            day.isoformat(): why for day in gaps if (why := why_unmeasured(missing.get(day, {})))
        },
        "media": [
            {
                "ig_media_id": each.ig_id,
                "published_at": desk.iso(each.published_at),
                "kind": each.kind.value,
                "segment": each.segment or None,
                "caption": each.caption,
                "permalink": each.permalink or None,
                "metrics": (metrics := reached.get(each.ig_id, {})),
                "missing": unread.get(each.ig_id, {}),
                "rate": Share(metrics.get("total_interactions"), metrics.get("reach")).of_hundred,
            }
            for each in out
        ],
    }
