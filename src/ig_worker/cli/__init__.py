"""The command line: what people and scripts hold on to (INTERFACE.md, "Commands")."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from ig_worker import __version__
from ig_worker.cli.desk import Desk
from ig_worker.cli.failing import tell

CONTENTS = {
    "demo": ("running", "Play a day of the whole job in about a minute."),
    "init": ("installing", "Write a config.toml and make the database."),
    "run": ("running", "The long-running worker."),
    "run-once": ("running", "One pass of every job, or of those named."),
    "status": ("running", "Is the worker alive, what waits, and for whom."),
    "doctor": ("doctor", "Is everything set up and reachable; what is wrong, and the cure."),
    "posts": ("queue", "The queue of posts."),
    "inbox": ("mailroom", "Comments and messages of the public."),
    "cases": ("casebook", "The register of complaints and suggestions."),
    "insights": ("figures_shelf", "Figures of the account and its posts."),
    "classify": ("judging", "What the worker would make of a text."),
    "classifier": ("judging", "How good the classifier is, and teaching it."),
    "token": ("tokens", "The access token."),
    "db": ("database", "The database."),
    "log": ("logbook", "What was done, one thing followed through time."),
    "privacy": ("privacy", "What is kept of one person: hand it over, or erase it."),
    "board": ("serving", "The web board."),
    "sandbox": ("serving", "The embedded Instagram."),
}
"""Each command with the module that holds it and what it does, so that ``--help`` loads none of them."""


class Contents(click.Group):
    """A group that opens a command's module when the command is called."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(CONTENTS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in CONTENTS:
            return None
        held: tuple[click.Command, ...] = import_module(f"ig_worker.cli.{CONTENTS[name][0]}").commands
        return next(command for command in held if command.name == name)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in CONTENTS.items()])


@click.group(cls=Contents, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file.")
@click.option(
    "--log-level",
    type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
    help="How much the log on stderr tells.",
)
@click.version_option(__version__, message="ig-worker %(version)s")
@click.pass_context
def commands(context: click.Context, config: Path | None, log_level: str | None) -> None:
    """Runs a public health centre's Instagram account."""
    context.obj = Desk(config, log_level)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 it failed, 2 the command or the configuration is wrong."""
    # Patients' words and a token lie in what is written: only the worker's own user may read it.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        # What the public writes must not stop a list on a terminal that cannot show it.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        outcome = commands.main(arguments, prog_name="ig-worker", standalone_mode=False)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # the last net: nobody shall meet a traceback
        return tell(error)
    return outcome if isinstance(outcome, int) else 0
