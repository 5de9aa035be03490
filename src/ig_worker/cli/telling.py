"""What could not be told to somebody, and having it told again once the channel is repaired."""

from __future__ import annotations

import click

from ig_worker.cli.cases import cases, find
from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.showing import show_document, show_table


@cases.command()
@as_json
@pass_desk
def undelivered(desk: Desk, as_json: bool) -> None:
    """Every notice that was given up: after a day of tries, or because its recipient is gone."""
    from ig_worker.store import notices

    with desk.database() as database, database.reading() as connection:
        found = [
            {
                "key": stored.row.key,
                "title": stored.row.title,
                "team": stored.row.team,
                "channel": stored.row.channel,
                "attempts": stored.notice.attempts,
                "last_error": stored.notice.last_error,
                "written_at": (desk.iso if as_json else desk.shown)(stored.notice.written_at),
            }
            for stored in notices.undelivered(connection)
        ]
    if as_json:
        show_document(found)
        return
    names = ("title", "team", "channel", "attempts", "last_error", "written_at")
    heads = ("Title", "Team", "Channel", "Attempts", "Error", "Written")
    show_table(heads, [tuple(notice[name] for name in names) for notice in found])


@cases.command()
@click.argument("number", metavar="NUMBER", required=False)
@click.option(
    "--all", "everything", is_flag=True, help="Everything that was given up, reports and alarms too."
)
@pass_desk
def tell(desk: Desk, number: str | None, everything: bool) -> None:
    """Tell again what did not arrive, about the case NUMBER or with --all; the worker sends it in its next pass."""
    from ig_worker.flows.undelivered import try_again
    from ig_worker.store import notices

    if (number is None) is not everything:
        raise click.UsageError("found neither or both; allowed: the NUMBER of a case, or --all")
    with desk.database() as database, database.writing() as connection:
        if number is not None:
            number = find(connection, number.strip().upper()).number
        given_up = notices.undelivered(connection, number)
        again = sum(try_again(connection, stored, desk.now()) for stored in given_up)
    of = "" if number is None else f" about {number}"
    click.echo(f"{again} {'notice' if again == 1 else 'notices'}{of} will be sent again." if again else
               f"Nothing{of} was given up.")  # fmt: skip
