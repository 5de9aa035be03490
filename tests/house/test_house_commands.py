"""Every command that a document shows is one: its name, its options, and that it has all the words it needs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from ig_worker.cli import commands as ig_worker

REPOSITORY = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md", *(REPOSITORY / "docs").rglob("*.md")]
)

_BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/)?ig-worker [^`]+)`")
_OURS = re.compile(r"(?:^|\s)(?:\S*/)?ig-worker (?P<rest>[^|>&;#]*)")


def commands_in(page: str) -> Iterator[tuple[str, bool]]:
    """What follows ``ig-worker`` in blocks of the shell and in backticks; and whether it is there to be typed."""
    for block in _BLOCK.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            if (
                not line.lstrip().startswith("#")
                and "systemctl" not in line
                and (found := _OURS.search(line))
            ):
                yield found["rest"].strip(), True
    for inline in _INLINE.findall(_BLOCK.sub("", page)):
        # Between the words of a sentence it may be the name of a command and no more.
        yield inline.partition("ig-worker ")[2].strip(), False


def complaint(command: str, *, typed: bool = True) -> str:
    """What is wrong with it; empty where it would be understood.

    What is not there to be `typed` needs what a command requires only where it has more than the command's name.
    """
    words = shlex.split(command.replace("…", "X").replace("[", "").replace("]", ""))
    at: click.Command = ig_worker
    context = click.Context(at, info_name="ig-worker")
    options: dict[str, click.Option] = _options(at)
    given: list[str] = []
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, _, value = word.partition("=")
            if name not in options:
                return f"{command}: no option {name}"
            if not isinstance(at, click.Group):
                given.append(options[name].name or "")
            if not options[name].is_flag and not value:
                if not words and options[name].nargs == 1:
                    return "" if command.endswith(name) else f"{command}: {name} wants a value"
                del words[: options[name].nargs]
        elif isinstance(at, click.Group):
            found = at.get_command(context, word)
            if found is None:
                return "" if not word.islower() else f"{command}: no command {word}"
            at, options = found, _options(found)
        else:
            given.append("")
    lacking = [_called(one) for one in _required(at) if one.name not in given]
    if lacking and (typed or given) and "help" not in given and not command.endswith("…"):
        return f"{command}: it needs {', '.join(lacking)}"
    return ""


def _required(command: click.Command) -> Iterator[click.Parameter]:
    """The options without which it is refused."""
    return (one for one in command.params if isinstance(one, click.Option) and one.required)


def _called(option: click.Parameter) -> str:
    return option.opts[0]


def _options(command: click.Command) -> dict[str, click.Option]:
    return {
        name: one
        for one in command.params
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    } | {
        "--help": click.Option(["--help"], is_flag=True),
        "--version": click.Option(["--version"], is_flag=True),
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_the_commands_of_a_document_exist(document: Path) -> None:
    found = list(commands_in(document.read_text("utf-8")))
    assert [said for command, typed in found if (said := complaint(command, typed=typed))] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(REPOSITORY)))
def test_what_a_document_installs_is_pinned(document: Path) -> None:
    """What pip looks for by itself is the newest of everything, with which nobody has tried the worker."""
    for line in re.findall(r"pip install ([^`\n]*)", document.read_text("utf-8")):
        words = line.split()
        pins = [file for option, file in pairwise(words) if option == "-r"]
        assert ("--require-hashes" in words and pins) or {"--no-index", "--no-deps"} <= set(words), line
        for file in pins:
            assert "--hash=sha256:" in (REPOSITORY / file).read_text("utf-8"), file


def test_what_is_no_command_would_be_noticed() -> None:
    page = (
        "```sh\nig-worker posts fly   # up\nig-worker --config X cases list --opne\n```\n`ig-worker db sell`"
    )
    assert [complaint(command, typed=typed) for command, typed in commands_in(page)] == [
        "posts fly: no command fly",
        "--config X cases list --opne: no option --opne",
        "db sell: no command sell",
    ]


def test_a_command_without_what_it_requires_would_be_noticed() -> None:
    page = (
        "```sh\nig-worker cases ack K-2026-0001\nig-worker cases ack K-2026-0001 --by Rina\n```\n"
        "`ig-worker cases ack`, `ig-worker cases ack K-2026-0001`, `ig-worker cases ack --help`"
    )
    assert [complaint(command, typed=typed) for command, typed in commands_in(page)] == [
        "cases ack K-2026-0001: it needs --by",
        "",
        "",
        "cases ack K-2026-0001: it needs --by",
        "",
    ]
