"""Puts results on stdout: one JSON document, a table on a terminal, lines with tabs for other programs."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence

import click

from ig_worker.domain.text import clean

_YES_OR_NO = {True: "yes", False: "no"}


def show_document(value: object) -> None:
    """The one JSON document of ``--json``."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # Half a surrogate pair (a file name can hold one) has no bytes; this way it stays JSON.
    click.echo(text.encode("utf-8", "backslashreplace"))


def show_table(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    below: Sequence[str] = (),
    right: Sequence[str] = (),
    painted: Callable[[str], str] = str,
) -> None:
    """A table on a terminal, elsewhere a line for each row, its cells between tabs. Nothing is cut off.

    The columns named in `below` may stand under their rows where the terminal is narrow, the first named first; those
    named in `right` end at their right edge. On a terminal each line is `painted` in colours, unless NO_COLOR is set.
    """
    lines = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [headers, *lines]:
            click.echo("\t".join(line))
        return
    from ig_worker.cli.tables import laid_out

    paint = str if os.environ.get("NO_COLOR") else painted
    for text in laid_out(headers, lines, shutil.get_terminal_size().columns, below=below, right=right):
        click.echo(paint(text))


def show_fields(fields: Mapping[str, object]) -> None:
    """What is known of one thing, a line each; texts of several lines are set below their name."""
    width = max(len(name) for name in fields)
    for name, value in fields.items():
        said = _YES_OR_NO[value] if isinstance(value, bool) else value
        lines = clean("" if said is None else str(said)).splitlines() or [""]
        if len(lines) == 1:
            click.echo(f"{name:<{width}}  {lines[0]}".rstrip())
        else:
            click.echo("\n".join([name, *(f"    {line}" for line in lines)]))


def one_line(value: object) -> str:
    """The value without line breaks, tabs and control characters; empty for None."""
    return " ".join(clean("" if value is None else str(value)).split())
