"""What somebody sees who asks what there is."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from cli_centre import Installation

import ig_worker
from ig_worker.cli import CONTENTS, commands, main


def every_command(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    context = click.Context(group)
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += every_command(command, (*path, name))
    return found


COMMANDS = every_command(commands)


def test_the_commands_are_those_that_were_agreed_on() -> None:
    names = {" ".join(path) for path in COMMANDS}
    agreed = """demo init run run-once status classify posts/import posts/list posts/show posts/approve posts/reject
        posts/cancel posts/reschedule posts/confirm posts/retry inbox/list inbox/show inbox/explain cases/list
        cases/show cases/ack cases/resolve cases/note insights/collect insights/show classifier/evaluate
        classifier/train token/status token/refresh db/upgrade db/current sandbox/serve board/serve"""
    assert {path.replace("/", " ") for path in agreed.split()} <= names


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_without_a_configuration(
    bare: Installation, path: tuple[str, ...]
) -> None:
    bare.config.unlink()
    done = bare(*path, "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: ig-worker {' '.join(path)}")
    help_text = done.out.splitlines()[2].strip()
    assert help_text.endswith((".", "…")) or len(help_text) > 60


def test_help_tells_of_every_command_and_loads_none() -> None:
    script = (
        "import sys; from ig_worker.cli import main; assert main(['--help']) == 0; "
        "print([name for name in sys.modules if name.startswith('ig_worker.cli.')], "
        "{'sqlalchemy', 'pydantic', 'rich', 'requests', 'schedule'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    *_, loaded = said.splitlines()
    assert all(f"  {name} " in said for name in CONTENTS)
    assert loaded == "['ig_worker.cli.desk', 'ig_worker.cli.failing'] set()" or loaded == (
        "['ig_worker.cli.failing', 'ig_worker.cli.desk'] set()"
    )


def test_the_version_is_the_packages(bare: Installation) -> None:
    assert bare("--version").out == f"ig-worker {ig_worker.__version__}\n"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("publish",), "No such command 'publish': see ig-worker --help"),
        (("posts", "list", "--limit", "0"), "--limit"),
        (("inbox", "show"), "Missing argument 'ID': see ig-worker inbox show --help"),
        (("posts", "approve", "1", "--by", "Ani"), "Missing option '--as'"),
        (("posts", "list", "--all"), "No such option"),
        (("classify",), "Missing argument 'TEXT': see ig-worker classify --help"),
    ],
)
def test_a_wrong_command_is_told_in_a_line(bare: Installation, words: tuple[str, ...], line: str) -> None:
    done = bare(*words)
    assert done.status == 2
    assert line in done.line


@pytest.mark.parametrize("words", [[], ["posts"]])
def test_without_a_command_the_help_is_shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err.startswith("Usage: ig-worker")
