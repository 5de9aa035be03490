"""The worker itself: for good, for one pass, and whether it is alive."""

from __future__ import annotations

import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import FAILED, NotDone
from ig_worker.cli.showing import show_document, show_table
from ig_worker.signals import Ending

log = logging.getLogger(__name__)


@click.command()
@click.option("--dir", "directory", type=click.Path(path_type=Path), help="Keep everything it makes here.")
def demo(directory: Path | None) -> int:
    """Play a day of the whole job in about a minute, against the embedded Instagram."""
    from ig_worker.demo.play import play

    return play(directory)


@click.command()
@pass_desk
def run(desk: Desk) -> None:
    """The long-running worker; SIGTERM or SIGINT ends it."""
    # The signals come first: a start takes a while and may be stopped as well.
    with Ending() as ending:
        log.debug("the worker starts")
        from ig_worker import worker

        desk.log_as_configured()
        with desk.house() as house:
            worker.run(house, ending)


@click.command("run-once")
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
@as_json
@pass_desk
def run_once(desk: Desk, jobs: tuple[str, ...], as_json: bool) -> int:
    """One pass of every job, or of those named, whatever the clock says."""
    from ig_worker import worker
    from ig_worker.figures_desk import expected

    desk.log_as_configured()
    known = list(expected(desk.settings))
    for job in jobs:
        if job not in known:
            raise click.UsageError(f"there is no job {job}; the jobs are: {', '.join(known)}")
    with desk.house() as house:
        failed = worker.run_once(house, jobs)
    if as_json:
        ran = [name for name in known if not jobs or name in jobs]
        show_document({"jobs": [{"name": name, "error": failed.get(name)} for name in ran]})
        return FAILED if failed else 0
    if failed:
        raise NotDone("; ".join(f"{name} failed: {error}" for name, error in failed.items()))
    return 0


@click.command()
@as_json
@pass_desk
def status(desk: Desk, as_json: bool) -> int:
    """Is the worker alive, what waits, and for whom. Exit status 1 if it is not well."""
    from ig_worker.figures_desk import expected
    from ig_worker.flows.standing import standing

    with desk.database() as database:
        document = standing(database, expected(desk.settings), desk.now())
    if as_json:
        show_document(document)
    else:
        _show_status(desk, document)
    return 0 if document["healthy"] else FAILED


def _show_status(desk: Desk, document: dict[str, Any]) -> None:
    late = [job["name"] for job in document["jobs"] if job["late"]]
    click.echo("The worker is well." if document["healthy"] else f"Not well: late is {', '.join(late)}.")
    show_table(
        ("Job", "Last success", "Late", "Last error"),
        [
            (
                job["name"],
                _shown(desk, job["last_success_at"]),
                "late" if job["late"] else "",
                job["last_error"],
            )
            for job in document["jobs"]
        ],
    )
    for name in ("posts", "inbox", "cases"):
        counts = ", ".join(f"{count} {what}" for what, count in document[name].items())
        click.echo(f"{name}: {counts or 'none'}")
    if document["open_crises"]:
        click.echo(f"crises that nobody has lifted: {document['open_crises']} (ig-worker cases crisis list)")
    if document["overdue_cases"]:
        click.echo(f"cases past a deadline: {document['overdue_cases']} (ig-worker cases list --overdue)")
    if document["rising"]:
        terms = ", ".join(
            f"{each['term']} ({each['count']}, usually {each['usual']:.0f})" for each in document["rising"]
        )
        click.echo(f"people speak more than usual of: {terms} (ig-worker inbox rising)")
    click.echo(f"waiting for a person: {document['waiting_for_person']}")
    if document["lost_messages"]:
        click.echo(f"messages that came too many at once to be read: {document['lost_messages']}")
    if document["unseen_posts"]:
        click.echo(f"posts whose comments cannot be seen: {document['unseen_posts']}")
    for account in document["accounts"]:
        token = _shown(desk, account["token_expires_at"]) or "not known yet"
        used = "not known yet"
        if account["publishing_total"] is not None:
            used = f"{account['publishing_used']} of {account['publishing_total']}"
        click.echo(f"{account['name']}: token until {token}; published in 24 hours: {used}")


def _shown(desk: Desk, iso: str | None) -> str:
    return desk.shown(datetime.fromisoformat(iso)) if iso else ""


commands = (demo, run, run_once, status)
