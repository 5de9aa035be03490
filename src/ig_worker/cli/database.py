"""The database: its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ig_worker.cli.backups import backup
from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.restoring import restore
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.errors import NeedsPerson

if TYPE_CHECKING:
    from ig_worker.upkeep_desk import UpkeepDesk


@click.group()
def db() -> None:
    """The database."""


@db.command()
@pass_desk
def upgrade(desk: Desk) -> None:
    """Make the database, or bring it to this version's schema; a copy is made first."""
    bring_up(desk)


@db.command()
@as_json
@pass_desk
def current(desk: Desk, as_json: bool) -> None:
    """The database's schema, and the newest one that this version knows."""
    from ig_worker.store.database import Database
    from ig_worker.store.schema import SCHEMA_VERSION

    desk.finish_a_restore()
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


@db.command()
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@click.option(
    "--trust-clock",
    is_flag=True,
    help="You have looked at this machine's clock (date) and it is right; where Instagram says otherwise nothing goes.",
)
@as_json
@pass_desk
def purge(desk: Desk, dry_run: bool, trust_clock: bool, as_json: bool) -> None:
    """Remove now what has been kept for its time ([retention]); the worker does it by itself every night.

    Open cases stay, with all that belongs to them. Counts and the hashes of evidence stay of everything. By a clock
    that is wrong by more than a day, or of which nobody tells whether it is right, nothing goes.
    """
    from dataclasses import asdict

    from ig_worker.store import compacting, purged

    with desk.keeping() as keeping:
        gone = keeping.retention.purge(dry=dry_run, trusted=trust_clock)
        doubt = _doubt(keeping) if dry_run and gone and not trust_clock else ""
        space = compacting.Space(None, 0) if dry_run or not gone else compacting.compact(keeping.database)
        with keeping.database.reading() as connection:
            ever = purged.by_kind(connection)
    if as_json:
        show_document(
            {
                "dry_run": dry_run,
                **asdict(gone),
                "bytes_given_back": space.given_back,
                "compacted": space.why_not == "" if space.why_not is not None else None,
                "purged_ever": ever,
                "would_be_refused": doubt or None,
            }
        )
        return
    said = {
        f"{gone.messages} messages": gone.messages,
        f"{gone.cases} closed cases ({', '.join(gone.numbers)})": gone.cases,
        f"{gone.evidence_files} files of evidence": gone.evidence_files,
        f"{gone.notices} notices": gone.notices,
        f"{gone.conversations} names of conversations": gone.conversations,
        f"{gone.media_files} copies of published media": gone.media_files,
        f"{gone.reports} papers": gone.reports,
    }
    parts = [words for words, count in said.items() if count]
    verb = "Would be purged" if dry_run else "Purged"
    click.echo(
        one_line(f"{verb}: {', '.join(parts)}." if parts else "Nothing has been kept for its time yet.")
    )
    if doubt:
        click.echo(f"It would be refused now: {doubt}.")
    if space.why_not is not None:
        click.echo(
            f"The database could not be made smaller now: {space.why_not}. Its space is used again all the same."
            if space.why_not
            else f"The database is {space.given_back:,} bytes smaller."
        )


def _doubt(keeping: UpkeepDesk) -> str:
    """Why nothing would be purged now; empty where it would."""
    try:
        keeping.known_time.require()
    except NeedsPerson as error:
        return str(error)
    return ""


def bring_up(desk: Desk) -> None:
    """Make the database, or upgrade it."""
    from ig_worker.slate import Slate
    from ig_worker.store.migrate import upgrade_in_own_process
    from ig_worker.store.schema import SCHEMA_VERSION

    desk.finish_a_restore()
    for line in upgrade_in_own_process(desk.settings.database_url):
        click.echo(line)
    Slate(desk.settings.data_dir).make()
    click.echo(f"The database is ready (schema {SCHEMA_VERSION}).")


db.add_command(backup)
db.add_command(restore)

commands = (db,)
