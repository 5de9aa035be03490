"""Files that a command writes: in which form, where to, or to stdout (``--format``, ``--out``)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from ig_worker import aside
from ig_worker.cli.desk import Decorated
from ig_worker.cli.failing import NotDone

STDOUT = "-"


def out_option(command: Decorated) -> Decorated:
    """The option ``--out``."""
    return click.option(
        "--out",
        "--output",
        "-o",
        "out",
        metavar="PATH",
        help="Where to, - for stdout; by default in data_dir/reports.",
    )(command)


def form_of(form: str | None, out: str | None, forms: Sequence[str]) -> str:
    """What was asked for, else what the path ends with, else the first of `forms`."""
    ending = Path(out).suffix.lstrip(".").lower() if out else ""
    return form or (ending if ending in forms else forms[0])


def place_of(out: str | None, usual: Path) -> Path:
    """Where the file goes: the path named, or the usual name in the folder named."""
    if out is None:
        return usual
    path = Path(out).expanduser()
    if path.is_dir():
        return path / usual.name
    if path.exists() and not path.is_file():
        raise NotDone(f"{path} is no ordinary file", cure="name another, or - for stdout")
    if not path.parent.is_dir():
        raise NotDone(f"there is no folder {path.parent}", cure="make it first, or name another")
    return path


def to_stdout(make: Callable[[Path], Any], ending: str, data_dir: Path) -> None:
    """Make the file aside and put its bytes on stdout."""
    with aside.folder(data_dir) as folder:
        made = folder / f"made.{ending}"
        make(made)
        sys.stdout.buffer.write(made.read_bytes())
