"""A person's data on their own request: handed over, or erased."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, named, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import one_line, show_document

if TYPE_CHECKING:
    from ig_worker.domain.erasure import Person
    from ig_worker.flows.privacy.erasing import Found
    from ig_worker.store.database import Database

_BACKUPS = (
    "Backups made before this still hold them until they are thinned out ([backup] keep_…); a restored one is "
    "cleared again by itself (data_dir/erased.jsonl). So does what a restore or an upgrade put aside "
    "(data_dir/before-restore-…, …-before-upgrade-…): remove it. So does what left this "
    "machine: notices already sent, sheets, papers, and Instagram itself."
)


@click.group()
def privacy() -> None:
    """What is kept of one person: hand it over, or erase it, when they ask for it."""


_ids = click.option(
    "--id", "ids", multiple=True, metavar="ID", help="Meta's id instead of a name; again for another one."
)


@privacy.command()
@click.argument("name", metavar="[USERNAME]", required=False)
@_ids
@click.option(
    "--to",
    "out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The archive (ZIP) to write.",
)
@click.option("--by", default="ig-worker", metavar="NAME", help="Who hands it over.")
@as_json
@pass_desk
def export(desk: Desk, name: str | None, ids: tuple[str, ...], out: Path, by: str, as_json: bool) -> None:
    """Write all that is kept of a person into one archive: data, a page to read, pictures of evidence.

    Nobody else's data are in it. The archive is readable for its owner alone; hand it over safely, and delete it then.
    """
    from ig_worker.privacy_desk import handing_over_of

    with desk.keeping() as keeping:
        person = _person(keeping.database, name, ids)
        handing_over = handing_over_of(desk.settings, keeping.database, keeping.clock, keeping.renderer)
        said = handing_over.make(person, out, by=by, centre=desk.settings.centre.name)
    if as_json:
        counts = {key: len(said[key]) for key in ("messages", "written_by_us", "cases", "evidence")}
        show_document({"file": str(out), "names": said["names"], "ids": said["ids"], **counts})
        return
    click.echo(
        one_line(
            f"{out}: {len(said['messages'])} messages, {len(said['cases'])} cases, {len(said['evidence'])} files of "
            "evidence. Only you can read it; delete it when it is handed over."
        )
    )


@privacy.command()
@click.argument("name", metavar="[USERNAME]", required=False)
@_ids
@click.option("--by", default="", metavar="NAME", help="Who does this; not needed with --dry-run.")
@click.option(
    "--reason",
    default="",
    help="Why, for the journal, without naming the person; not needed with --dry-run.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be erased, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--also-open", is_flag=True, help="Erase also while a case of theirs is open.")
@as_json
@pass_desk
def erase(
    desk: Desk,
    name: str | None,
    ids: tuple[str, ...],
    by: str,
    reason: str,
    dry_run: bool,
    yes: bool,
    also_open: bool,
    as_json: bool,
) -> None:
    """Erase a person: name, words and numbers in messages, cases, notices, journal and evidence. It cannot be undone.

    Counts, times, labels and the hashes of evidence stay; `cases verify` still proves the chain. What they write after
    this is new, and so is what nobody has read yet. A case under way is needed for the complaint itself: without
    --also-open nothing is erased.
    """
    from ig_worker.store import compacting

    if not dry_run:
        for option, said in (("--by", by), ("--reason", reason.strip())):
            if not said:
                raise click.UsageError(f"Missing option '{option}'.")
    by = named(by) if by else ""
    with desk.keeping() as keeping:
        person = _person(keeping.database, name, ids)
        _without_names(reason, person)
        found = keeping.erasing.find(person)
        if not dry_run:
            _require_closed(found, also_open=also_open)
        if not (dry_run or yes):
            click.echo(_summary(found), err=as_json)
            if not click.confirm("Erase all of this for good?", err=True):
                raise NotDone("nothing was erased", cure="answer y, or give --yes")
        space = compacting.Space(None, 0)
        if not dry_run:
            keeping.erasing.erase(person, by=by, reason=reason, also_open=also_open)
            space = compacting.compact(keeping.database)
    if as_json:
        read_at = desk.iso(found.inbox_read_at)
        more = {"inbox_read_at": read_at, "not_yet_overwritten": space.why_not or None}
        show_document({"dry_run": dry_run, **_document(found), **more})
        return
    if dry_run or yes:
        click.echo(_summary(found))
    if dry_run:
        click.echo(_unread(desk, found))
        click.echo("Nothing was changed.")
        return
    click.echo("Erased.")
    click.echo(_unread(desk, found))
    if space.why_not:
        click.echo(
            f"Free space of the database may still hold old bytes: {space.why_not}. Run ig-worker db purge later."
        )
    click.echo(_BACKUPS)


def _person(database: Database, name: str | None, ids: tuple[str, ...]) -> Person:
    """Who is meant; NotDone where that is nobody, the centre itself, or may be more than one."""
    from ig_worker.domain.erasure import username
    from ig_worker.store import persons

    if (name is None) == (not ids):
        raise click.UsageError("name one person: a USERNAME, or --id")
    with database.reading() as connection:
        if name is None:
            person = persons.with_ids(connection, ids)
        else:
            try:
                person = persons.named(connection, username(name))
            except ValueError:
                raise click.UsageError(f"{name!r} is no name on Instagram") from None
        if not person:
            raise NotDone(
                "nothing is kept of anybody with that name" if name else "nothing is kept of that id",
                cure="look for the exact name with: ig-worker inbox list",
            )
        if persons.is_centre(connection, person):
            raise NotDone("that is the centre's own account", cure="name somebody who wrote to it")
        if name is not None and len(person.ids) > 1:
            known = ", ".join(sorted(person.ids))
            raise NotDone(
                f"that name had {len(person.ids)} ids, and may be several people's: {known}",
                cure="look which is meant (ig-worker inbox show), then name it with --id, once for each",
            )
    return person


def _require_closed(found: Found, *, also_open: bool) -> None:
    from ig_worker.flows.privacy.erasing import require_closed

    if not also_open:
        require_closed(found.open_cases)


def _without_names(reason: str, person: Person) -> None:
    if any(name and name.casefold() in reason.casefold() for name in (*person.names, *person.ids)):
        raise click.UsageError("--reason: it stays in the journal; leave the person's name out of it")


def _summary(found: Found) -> str:
    names = ", ".join(sorted(found.person.names)) or "(no name is known)"
    cases = f"{len(found.cases)} cases ({', '.join(found.cases)})" if found.cases else "no case"
    return one_line(
        f"{names}; id {', '.join(sorted(found.person.ids)) or 'unknown'}: {found.messages} messages, "
        f"{found.our_lines} answers of ours in {found.conversations} conversations, {cases}, "
        f"{found.evidence_pieces} pieces of evidence; {found.other_pieces} pieces of other people's are looked through."
    )


def _unread(desk: Desk, found: Found) -> str:
    at = f"since {desk.shown(found.inbox_read_at)}" if found.inbox_read_at is not None else "so far"
    return f"The inbox was not read {at}: what they wrote there since counts as new."


def _document(found: Found) -> dict[str, Any]:
    return {
        "names": sorted(found.person.names),
        "ids": sorted(found.person.ids),
        "messages": found.messages,
        "our_lines": found.our_lines,
        "conversations": found.conversations,
        "cases": found.cases,
        "open_cases": found.open_cases,
        "evidence_pieces": found.evidence_pieces,
    }


commands = (privacy,)
