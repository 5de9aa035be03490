"""Puts results on stdout: one JSON document, a table on a terminal, lines with tabs for other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

import click

from ig_worker.domain.text import clean

NEVER_FOLDED = 10
"""A column with cells no longer than this (numbers, states) is not folded."""


_YES_OR_NO = {True: "yes", False: "no"}


def show_document(value: object) -> None:
    """The one JSON document of ``--json``."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # Half a surrogate pair (a file name can hold one) has no bytes; this way it stays JSON.
    click.echo(text.encode("utf-8", "backslashreplace"))


def show_table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Nothing is cut off: on a terminal long cells are folded, elsewhere a row is a line, its cells between tabs."""
    lines = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [headers, *lines]:
            click.echo("\t".join(line))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for place, header in enumerate(headers):
        longest = max((len(line[place]) for line in lines), default=0)
        table.add_column(header, overflow="fold", no_wrap=longest <= NEVER_FOLDED)
    for line in lines:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(table)


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
