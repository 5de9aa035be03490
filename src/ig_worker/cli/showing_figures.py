"""Looking at the figures that were gathered: ``insights show``."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.figures import insights
from ig_worker.cli.showing import show_document, show_table

if TYPE_CHECKING:
    from ig_worker.store.database import Connection


@insights.command()
@of_account
@click.option(
    "--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back to look."
)
@as_json
@pass_desk
def show(desk: Desk, account: str | None, days: int, as_json: bool) -> None:
    """The account's figures by Meta's day, and what each post and story has reached."""
    name = desk.account(account)
    since = desk.now().astimezone(desk.settings.zone).date() - timedelta(days=days)
    with desk.database() as database, database.reading() as connection:
        document = figures_document(desk, connection, name, since)
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
                media["ig_media_id"],
                desk.shown(datetime.fromisoformat(media["published_at"])),
                media["kind"],
                media["segment"],
                ", ".join(f"{metric} {value:g}" for metric, value in media["metrics"].items()),
            )
            for media in document["media"]
        ],
    )


def figures_document(desk: Desk, connection: Connection, account: str, since: date) -> dict[str, Any]:
    """What ``insights show --json`` shows: Meta's days and our posts since then, with why figures are not there."""
    from ig_worker.store import read_figures
    from ig_worker.store.published import published

    until = desk.now().date() + timedelta(days=1)
    days = read_figures.account_days(connection, account, since, until)
    missing = read_figures.missing(connection, account, since, until)
    out = published(connection, account, datetime.combine(since, time(), desk.settings.zone))
    ids = [each.ig_id for each in out]
    reached = read_figures.latest_of_media(connection, account, ids)
    unread = read_figures.missing_of_media(connection, account, ids)
    return {
        "account": account,
        "days": [
            {"date": day.isoformat(), "metrics": metrics, "missing": missing.get(day, {})}
            for day, metrics in days.items()
        ],
        "media": [
            {
                "ig_media_id": each.ig_id,
                "published_at": desk.iso(each.published_at),
                "kind": each.kind.value,
                "segment": each.segment or None,
                "permalink": each.permalink or None,
                "metrics": reached.get(each.ig_id, {}),
                "missing": unread.get(each.ig_id, {}),
            }
            for each in out
        ],
    }
