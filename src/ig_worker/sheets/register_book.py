"""Has the register written as a spreadsheet by a short process of its own, which takes its memory with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Misconfigured, NeedsPerson
from ig_worker.sheets.register_csv import register_csv

NOT_WRITTEN = 3
"""Exit status of the process when the disk would not take the file."""

_SECONDS = 120.0


def write_register(book: Mapping[str, Any], form: str, out: Path) -> None:
    """The register as ``xlsx`` or ``csv`` under `out`, whole or not at all; the folder is made if need be.

    Raises Misconfigured where the file cannot be written, NeedsPerson where it cannot be made.
    """
    unfinished = out.with_name(f".{out.name}.{os.getpid()}.new")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if form == "csv":
            _keep(register_csv(book), unfinished)
        else:
            _in_own_process(book, unfinished)
        unfinished.replace(out)
    except OSError as error:
        raise Misconfigured(
            f"{out} cannot be written: {error.strerror}", cure="Check free space and the owner of the folder."
        ) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _keep(content: bytes, out: Path) -> None:
    with out.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _in_own_process(book: Mapping[str, Any], out: Path) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ig_worker.sheets.register_xlsx"],
            input=json.dumps({"book": dict(book), "out": str(out)}).encode("ascii"),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
        )
    except subprocess.TimeoutExpired as error:
        raise NeedsPerson(f"the register was not finished after {_SECONDS:g} s") from error
    if done.returncode == 0:
        return
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[-1] if said else f"exit status {done.returncode}"
    if done.returncode == NOT_WRITTEN:
        raise OSError(0, reason)
    raise NeedsPerson(f"the register could not be made: {reason}")
