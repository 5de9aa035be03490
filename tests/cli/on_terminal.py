"""A command as somebody sees it on a terminal of a certain width."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path


def on_terminal(config: Path, *words: str, columns: int = 80, env: Mapping[str, str] | None = None) -> str:
    """Run a command in a process of its own whose stdout is a terminal; returns what it wrote there."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    terminal = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}}
    with subprocess.Popen(
        [sys.executable, "-m", "ig_worker", "--config", config, *words],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        env={**terminal, **(env or {})},
    ) as running:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65_536):
                said += part
        except OSError:  # Linux says so when the other side has closed
            pass
        finally:
            os.close(ours)
    assert running.returncode == 0
    return said.decode().replace("\r\n", "\n")
