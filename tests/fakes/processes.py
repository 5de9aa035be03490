"""What everybody on the machine can see of running processes, and how one runs without root's rights."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def family(pid: int) -> list[int]:
    """The process and all that descend from it, as they are at this moment."""
    found = [pid]
    for parent in found:
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
        except OSError:
            continue
        found += [int(child) for child in children]
    return found


def shown_by(pids: list[int]) -> list[str]:
    """What everybody on the machine could read of them: their command lines, and their environments."""
    texts = []
    for pid in pids:
        for name in ("cmdline", "environ"):
            try:
                raw = Path(f"/proc/{pid}/{name}").read_bytes()
            except OSError:
                continue
            texts.append(raw.replace(b"\0", b" ").decode("utf-8", "replace"))
    return texts


def without_roots_privilege() -> list[str]:
    """What to put before a command so that file permissions count, even where the tests run as root."""
    if os.geteuid() != 0:
        return []
    tool = shutil.which("setpriv")
    assert tool is not None
    return [tool, "--bounding-set", "-dac_override,-dac_read_search"]
