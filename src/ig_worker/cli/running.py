"""The worker itself: for good, for one pass, and whether it is alive."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
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
        desk.stay_small()
        from ig_worker import worker
        from ig_worker.planning_desk import make_clock
        from ig_worker.storage_start import wait_until_usable

        desk.log_as_configured()
        # Before anything is opened or tried: it may be another file's turn. A disk that does not let it is waited for.
        with suppress(OSError):
            desk.finish_a_restore()
        wait_until_usable(desk.settings, make_clock(desk.settings))
        with desk.house() as house:
            worker.run(house, ending)


@click.command("run-once")
@click.argument("jobs", nargs=-1, metavar="[JOB]...")
@as_json
@pass_desk
def run_once(desk: Desk, jobs: tuple[str, ...], as_json: bool) -> int:
    """One pass of every job, or of those named, whatever the clock says."""
    from ig_worker import worker
    from ig_worker.intervals import expected

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
    from ig_worker.flows.standing import standing
    from ig_worker.intervals import expected

    with desk.database() as database:
        settings = desk.settings
        document = standing(
            database, expected(settings), desk.now(), settings.data_dir, names=settings.accounts
        )
    if as_json:
        show_document(document)
    else:
        _show_status(desk, document)
    return 0 if document["healthy"] else FAILED


def _show_status(desk: Desk, document: dict[str, Any]) -> None:
    if trouble := document["storage"]["trouble"]:
        click.echo(f"Nothing can be written since {_shown(desk, document['storage']['since'])}: {trouble}.")
    for account in [each for each in document["accounts"] if each["token_refused_at"]]:
        since = _shown(desk, account["token_refused_at"])
        click.echo(
            f"Account {account['name']} is stopped: Instagram refuses its token since {since} "
            "(ig-worker token status; then token exchange --short)."
        )
    # Where nobody has started the worker yet, nothing is late.
    never_began = document["worker"]["started_at"] is None
    if never_began and all(_never_ran(job) for job in document["jobs"]):
        click.echo("The worker has never run yet (ig-worker run).")
    elif wrong := _what_is_wrong(document):
        click.echo(f"Not well: {wrong}.")
    elif document["healthy"] and document["worker"]["stopped_at"] is None:
        click.echo("The worker is well.")
    _show_worker(desk, document["worker"])
    show_table(
        ("Job", "Last success", "Late", "Last error"),
        [
            (
                job["name"],
                "never run yet" if _never_ran(job) else _shown(desk, job["last_success_at"]),
                "late" if job["late"] and not (_never_ran(job) and never_began) else "",
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
    _show_backup(desk, document["backup"])
    if document["lost_messages"]:
        click.echo(f"messages that came too many at once to be read: {document['lost_messages']}")
    if document["unseen_posts"]:
        click.echo(f"posts whose comments cannot be seen: {document['unseen_posts']}")
    _show_accounts(desk, document["accounts"])


def _show_accounts(desk: Desk, accounts: Sequence[Mapping[str, Any]]) -> None:
    for account in accounts:
        token = _shown(desk, account["token_expires_at"]) or "not known yet"
        if account["token_days_left"] is not None:
            token += f" ({account['token_days_left']} days)"
        if data := _shown(desk, account["data_access_expires_at"]):
            token += f", access to data until {data}"
        used = "not known yet"
        if account["publishing_total"] is not None:
            used = f"{account['publishing_used']} of {account['publishing_total']}"
        click.echo(f"{account['name']}: token until {token}; published in 24 hours: {used}")


def _what_is_wrong(document: dict[str, Any]) -> str:
    never_began = document["worker"]["started_at"] is None
    overdue = [job for job in document["jobs"] if job["late"]]
    never = [job["name"] for job in overdue if never_began and _never_ran(job)]
    late = [job["name"] for job in overdue if job["name"] not in never]
    said = {"late is": late, "stuck is": document["worker"]["stuck"], "never run yet:": never}
    return "; ".join(f"{what} {', '.join(names)}" for what, names in said.items() if names)


def _never_ran(job: Mapping[str, Any]) -> bool:
    return job["last_success_at"] is None and job["last_error"] is None


def _show_worker(desk: Desk, worker: dict[str, Any]) -> None:
    if worker["stopped_at"] is not None:
        click.echo(f"The worker was stopped at {_shown(desk, worker['stopped_at'])}.")
    elif not worker["alive"] and worker["last_sign_at"] is not None:
        click.echo(f"The worker has shown no sign of life since {_shown(desk, worker['last_sign_at'])}.")
    skew = worker["clock_ahead_seconds"]
    if skew is not None and abs(skew) > 60:
        how = "ahead of" if skew > 0 else "behind"
        click.echo(
            f"The machine's clock is {abs(skew):.0f} seconds {how} Instagram's; posts go by Instagram's."
        )


def _show_backup(desk: Desk, backup: dict[str, Any]) -> None:
    last = _shown(desk, backup["last_at"])
    said = f"{last} ({backup['age_seconds'] // 3600} hours ago)" if last else "none yet"
    click.echo(f"last backup: {said}")
    for wrong in (backup["error"], backup["not_carried"]):
        if wrong:
            click.echo(f"backup failed: {wrong} (ig-worker db backup)")


def _shown(desk: Desk, iso: str | None) -> str:
    return desk.shown(datetime.fromisoformat(iso)) if iso else ""


commands = (demo, run, run_once, status)
