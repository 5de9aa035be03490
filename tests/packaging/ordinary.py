"""An ordinary user of the machine, and a Python that it can run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

UID = 10001
"""As in the image; where the tests run as an ordinary user already, it is that one."""


def as_ordinary() -> dict[str, Any]:
    """Words for subprocess that make the process an ordinary user's."""
    return {"user": UID, "group": UID, "extra_groups": ()} if os.geteuid() == 0 else {}


def owner() -> int:
    """Whom the ordinary user's files belong to."""
    return UID if os.geteuid() == 0 else os.geteuid()


def python_for_all() -> str:
    """A Python that an ordinary user can run and make environments with; skips where there is none."""
    base = sys._base_executable  # type: ignore[attr-defined]
    # The tests' own first: the machine's way to packages has been seen to work for it.
    for name in (base, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        asked = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
        try:
            if (
                name
                and subprocess.run(
                    [name, "-c", asked], check=False, capture_output=True, cwd="/", **as_ordinary()
                ).returncode
                == 0
            ):
                return str(name)
        except OSError:
            continue
    pytest.skip("no Python 3.11 with venv that an ordinary user can run (apt install python3-venv)")


def _place_for_all() -> str:
    """Where temporary files go; a user's own place for them may be closed to others."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        found = subprocess.run(["ls", place], check=False, capture_output=True, cwd="/", **as_ordinary())
        if found.returncode == 0:
            return place
    pytest.skip("no folder for temporary files that an ordinary user can look into")


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="ig-worker-packaging-", dir=_place_for_all()))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fetched_or_skip(complaint: str) -> None:
    """Skip where pip could not fetch packages; fail with what it said where something else was wrong."""
    lacking = (
        "No matching distribution",
        "Could not find a version",
        "Connection",
        "Network",
        "Temporary failure",
    )
    if complaint and any(word in complaint for word in lacking):
        pytest.skip(f"pip cannot fetch packages here: {complaint.strip().splitlines()[-1]}")
    assert not complaint, complaint
