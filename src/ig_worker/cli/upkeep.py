"""Making and keeping an installation: the first configuration, the database, the access token."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_table


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Write a config.toml and make the database."""
    from ig_worker import config

    file = config.init(directory)
    click.echo(f"{file} is written.")
    desk = Desk(file, None)
    _upgrade(desk)
    click.echo(f"Next: fill in the account in {file}, then: ig-worker --config {file} run")


@click.group()
def db() -> None:
    """The database."""


@db.command()
@pass_desk
def upgrade(desk: Desk) -> None:
    """Make the database, or bring it to this version's schema; a copy is made first."""
    _upgrade(desk)


@db.command()
@as_json
@pass_desk
def current(desk: Desk, as_json: bool) -> None:
    """The database's schema, and the newest one that this version knows."""
    from ig_worker.store.database import Database
    from ig_worker.store.schema import SCHEMA_VERSION

    database = Database(desk.settings.database_url)
    try:
        # Looking must not make a database: SQLite would.
        if (file := database.sqlite_file) is not None and not file.exists():
            raise NotDone(f"there is no database at {file}", cure="run: ig-worker db upgrade")
        found = database.version()
    finally:
        database.close()
    if as_json:
        show_document({"schema": found, "known": SCHEMA_VERSION, "up_to_date": found == SCHEMA_VERSION})
    else:
        click.echo(f"{found or 'empty'} (this version knows {SCHEMA_VERSION})")


def _upgrade(desk: Desk) -> None:
    from ig_worker.store.migrate import upgrade_in_own_process
    from ig_worker.store.schema import SCHEMA_VERSION

    upgrade_in_own_process(desk.settings.database_url)
    click.echo(f"The database is ready (schema {SCHEMA_VERSION}).")


@click.group()
def token() -> None:
    """The access token."""


@token.command("status")
@as_json
@pass_desk
def token_status(desk: Desk, as_json: bool) -> None:
    """Until when each account's token lasts."""
    from ig_worker.store.tokens import expiry, scopes

    now = desk.now()
    with desk.database() as database, database.reading() as connection:
        ends = {name: expiry(connection, name) for name in desk.settings.accounts}
        allowed = {name: sorted(scopes(connection, name)) for name in desk.settings.accounts}
    if as_json:
        show_document(
            [
                {
                    "account": name,
                    "expires_at": desk.iso(end),
                    "days_left": None if end is None else (end - now).days,
                    "scopes": allowed[name] or None,
                }
                for name, end in ends.items()
            ]
        )
        return
    show_table(
        ("Account", "Token until", "Days left"),
        [
            (name, desk.shown(end) or "not known before its first refresh", (end - now).days if end else "")
            for name, end in ends.items()
        ],
    )


@token.command()
@of_account
@pass_desk
def refresh(desk: Desk, account: str | None) -> None:
    """Fetch a fresh token now and keep it in the database; the present one must be a day old."""
    from ig_worker.logs import register_secret

    with desk.house() as house:
        for name in desk.accounts(account):
            fresh = house.instagram(name).refresh_token()
            register_secret(fresh.access_token)
            now = house.clock.now()
            ends = None if fresh.expires_in is None else now + timedelta(seconds=fresh.expires_in)
            with house.database.writing() as connection:
                house.tokens.refreshed(connection, name, fresh.access_token, ends, now, scopes=fresh.scopes)
            click.echo(
                f"{name}: refreshed; it lasts until {desk.shown(ends) or 'a day that Meta did not say'}."
            )


commands = (init, db, token)
