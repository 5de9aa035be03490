"""Writes a spreadsheet whole or not at all; a workbook in a short process of its own, which frees its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ig_worker import lasting
from ig_worker.domain.errors import Misconfigured, NeedsPerson

NOT_WRITTEN = 3
"""Exit status of the process when the disk would not take the file."""

_SECONDS = 120.0


def write_whole(out: Path, make: Callable[[Path], None]) -> None:
    """Have `make` write a file beside `out` that takes its place when it is finished; the folder is made if need be.

    Raises Misconfigured where the file cannot be written.
    """
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        make(unfinished)
        lasting.into_place(unfinished, out)
    except OSError as error:
        raise Misconfigured(
            f"{out} cannot be written: {error.strerror}", cure="Check free space and the owner of the folder."
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def keep(content: bytes, out: Path) -> None:
    """Write the bytes so that a power cut does not take them back."""
    with out.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def by_own_process(module: str, book: Mapping[str, Any], out: Path, what: str) -> None:
    """Have ``ig_worker.sheets.MODULE`` write a workbook of `book`; it obeys as ``workbook.obey`` does.

    Raises OSError where the disk would not take it, NeedsPerson where `what` (a name for it) cannot be made.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", f"ig_worker.sheets.{module}"],
            input=json.dumps({"book": dict(book), "out": str(out)}).encode("ascii"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
        )
    except subprocess.TimeoutExpired as error:
        raise NeedsPerson(f"{what} was not finished after {_SECONDS:g} s") from error
    if done.returncode == 0:
        return
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[-1] if said else f"exit status {done.returncode}"
    if done.returncode == NOT_WRITTEN:
        raise OSError(0, reason)
    raise NeedsPerson(f"{what} could not be made: {reason}")
