"""Backups: taking one, proving one, and what there are."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_table

STEPS = 10
"""Lines on stderr about how far it is."""


@click.command()
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    metavar="FOLDER|FILE",
    help="Elsewhere than [backup] folder; nothing there is thinned out.",
)
@click.option("--list", "listing", is_flag=True, help="Show the backups that there are, and take none.")
@as_json
@pass_desk
def backup(desk: Desk, to: Path | None, listing: bool, as_json: bool) -> None:
    """Take a backup of the database and all that belongs to it, now, and prove it.

    The worker may run. Without [security] key it is not encrypted, and holds no token.
    """
    if listing:
        _show_backups(desk, to, as_json=as_json)
        return
    from ig_worker.backup_desk import backups_of
    from ig_worker.flows.outbox import Outbox
    from ig_worker.store.database import Database

    settings = desk.settings
    desk.finish_a_restore()
    database = Database(settings.database_url)
    try:
        database.require_schema()
        backups = backups_of(settings, database, Outbox({}), _Now(desk))
        made = backups.take(None if to is None else Path(to).absolute(), progress(as_json=as_json))
    finally:
        database.close()
    taken = made.taken
    if as_json:
        show_document(
            taken
            | {
                "taken_at": desk.iso(datetime.fromisoformat(taken["taken_at"])),
                "removed": made.removed,
                "not_carried": made.not_carried or None,
            }
        )
    else:
        click.echo(
            f"{taken['path']}: {taken['bytes']:,} bytes, {taken['files']} files; read back and proven."
        )
        if not taken["sealed"]:
            click.echo(
                "It is not encrypted ([security] key is empty). It holds people's messages, and no token: keep it safe."
            )
        for problem in taken["problems"]:
            click.echo(f"warning: {problem} (ig-worker cases verify tells more)", err=True)
        if made.removed:
            click.echo(f"Thinned out: {', '.join(made.removed)}.")
    if made.not_carried:
        raise NotDone(
            f"the backup is there, but it was not carried away: {made.not_carried}",
            cure="run the command of [backup] after by hand",
        )


def _show_backups(desk: Desk, folder: Path | None, *, as_json: bool) -> None:
    from ig_worker.domain.thinning import SEALED_END, made_at

    place = folder or desk.settings.backup.folder or desk.settings.data_dir / "backups"
    try:
        entries = [entry for entry in os.scandir(place) if entry.is_file() and made_at(entry.name)]
    except FileNotFoundError:
        entries = []
    except OSError as error:
        raise NotDone(f"{place} cannot be read: {error.strerror}") from None
    rows: list[dict[str, Any]] = []
    for entry in sorted(entries, key=lambda each: made_at(each.name) or 0, reverse=True):
        found = made_at(entry.name)
        assert found is not None
        rows.append(
            {
                "path": entry.path,
                "taken_at": desk.iso(found[0]),
                "bytes": entry.stat().st_size,
                "sealed": entry.name.endswith(SEALED_END),
            }
        )
    if as_json:
        show_document(rows)
        return
    show_table(
        ("Taken", "Bytes", "Encrypted", "File"),
        [
            (
                desk.shown(datetime.fromisoformat(row["taken_at"])),
                f"{row['bytes']:,}",
                "yes" if row["sealed"] else "no",
                row["path"],
            )
            for row in rows
        ],
        right=("Bytes",),
    )


def progress(*, as_json: bool) -> Callable[[int, int], None]:
    """Says on stderr how far it is, ten times at most, where a person waits."""
    said = [0]

    def tell(done: int, total: int) -> None:
        step = done * STEPS // max(total, 1)
        if step > said[0] and total > 50_000_000 and sys.stderr.isatty() and not as_json:
            said[0] = step
            click.echo(f"{step * 100 // STEPS} % of {total:,} bytes", err=True)

    return tell


class _Now:
    """The desk's time, as flows ask for it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def now(self) -> datetime:
        return self._desk.now()
