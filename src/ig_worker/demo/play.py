"""Plays a day of the centre in about a minute: sheet, approvals, posts, comments, thanks, cases, insights, reports."""

from __future__ import annotations

import json
import subprocess
import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from ig_worker.demo.day import BEGIN, ZONE, Public, moments, the_public, wait_until_done
from ig_worker.demo.looking_back import look_back
from ig_worker.demo.outcome import Outcome, look, show
from ig_worker.demo.past import made_up, put_cases, put_the_rest
from ig_worker.demo.stage import Stage, set_up, stop
from ig_worker.domain.errors import NeedsPerson
from ig_worker.store import journal, posts
from ig_worker.store.database import Database


def play(directory: Path | None = None, *, console: Console | None = None) -> int:
    """Play the day; returns 0 if all of it happened, 1 if not. `directory` keeps everything it made.

    Raises Misconfigured when the directory holds something else than an earlier demo.
    """
    console = console or Console()
    with ExitStack() as leaving:
        folder = directory or Path(
            leaving.enter_context(tempfile.TemporaryDirectory(prefix="ig-worker-demo-"))
        )
        with set_up(folder.absolute(), BEGIN) as stage:
            outcome = _play_on(stage, console)
        show(outcome, console, kept=directory is not None)
    return 0 if outcome.all_happened else 1


def _play_on(stage: Stage, console: Console) -> Outcome:
    console.print(f"[bold]A day at Puskesmas Polowijen[/], {BEGIN:%d %B %Y}, played in {stage.folder}")
    database = Database(stage.database_url)
    words = the_public()
    public = Public(stage, database, words)
    past = made_up()
    put_cases(database, past)
    imported = _import_plan(stage, console)
    with stage.worker() as worker, _progress(console) as progress:
        steps = moments(_planned(database))
        task = progress.add_task("", total=len(steps))
        told = 0
        for moment in steps:
            progress.update(task, description=f"{moment.astimezone(ZONE):%H.%M}", advance=1)
            _be_at(stage, database, public, worker, moment)
            told = _tell_what_happened(database, progress, told)
        memory = _memory(worker.pid)
        ended_well = stop(worker) == 0
    outcome = look(stage, database, words, imported, cases_before=len(past.cases))
    outcome.note_worker(*memory, ended_well=ended_well)
    outcome.note_silent(public.silent)
    put_the_rest(database, past)
    database.close()
    look_back(stage, outcome)
    return outcome


def _planned(database: Database) -> list[datetime]:
    with database.reading() as connection:
        return [post.row.scheduled_at.astimezone(ZONE) for post in posts.listed(connection)]


def _be_at(
    stage: Stage, database: Database, public: Public, worker: subprocess.Popen[bytes], moment: datetime
) -> None:
    """Move the clock, let the people write, and let every job have its turn."""
    stage.move_to(moment)
    public.write_until(moment)
    if worker.poll() is not None:
        raise NeedsPerson(
            "the worker ended by itself", cure=f"look into {stage.folder / 'logs' / 'worker.log'}"
        )
    wait_until_done(database, moment)


def _import_plan(stage: Stage, console: Console) -> dict[str, object]:
    done = stage.command("posts", "import", str(stage.folder / "rencana.xlsx"), "--json")
    if done.returncode != 0:
        raise NeedsPerson(f"the sheet was not imported: {done.stderr.strip()}")
    imported: dict[str, object] = json.loads(done.stdout)
    for line in imported["problems"] or []:  # type: ignore[attr-defined]
        console.print(f"  [yellow]refused[/]  {line}", highlight=False)
    for key, reason in imported["waiting"].items():  # type: ignore[attr-defined]
        console.print(f"  [yellow]waiting[/]  {key}: {reason}", highlight=False)
    return imported


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _tell_what_happened(database: Database, progress: Progress, told: int) -> int:
    """Print the day's milestones as they come; returns how far the journal was told."""
    with database.reading() as connection:
        fresh = journal.after(connection, told)
        for number, entry in fresh:
            told = number
            line = _MILESTONES.get(entry.what.split(":")[0])
            if line is not None:
                name = posts.name_of(connection, entry.subject)
                progress.console.print(f"  {entry.at.astimezone(ZONE):%H.%M}  {line} {name}", highlight=False)
    return told


_MILESTONES = {
    "out": "[green]published[/]",
    "opened": "[red]case opened[/]",
    "the team was told": "[blue]team told of[/]",
    "reply sent": "[magenta]praise thanked[/]",
    "hold": "[yellow]held[/]",
    "fail": "[red]failed[/]",
}


def _memory(pid: int) -> tuple[float, float]:
    """The process's resident memory in megabytes: now, and at its highest."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    kilobytes = {
        line.split(":")[0]: int(line.split()[1]) for line in status.splitlines() if line.endswith("kB")
    }
    return kilobytes["VmRSS"] / 1024, kilobytes["VmHWM"] / 1024
