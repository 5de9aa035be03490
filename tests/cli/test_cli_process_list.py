"""No secret stands in a process list, nor in an environment, of what runs for long and of all that it starts."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_centre import NOW, Installation

from fakes import leaks
from fakes.processes import family, shown_by
from ig_worker.clock import pause, stopwatch
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_TOKEN

KEY, APP_SECRET, PASSWORD = "kunci puskesmas", "rahasia-aplikasi-42", "rahasia-benar"
"""PASSWORD is the mailbox's in the installation's configuration."""
LOOK_SECONDS = 6.0


@pytest.fixture
def secretive(centre: Installation) -> Iterator[Installation]:
    """A centre with a secret of every sort, and Instagram to talk to."""
    with SandboxProcess({"now": NOW.isoformat()}) as sandbox:
        centre.configure(base_url=sandbox.base_url, token=INSTAGRAM_TOKEN)
        text = centre.config.read_text("utf-8")
        text = text.replace("access_token =", f'app_secret = "{APP_SECRET}"\naccess_token =')
        centre.config.write_text(f'{text}\n[security]\nkey = "{KEY}"\n', "utf-8")
        yield centre


@pytest.mark.parametrize(
    "command", ["run", "run-once", "board serve --port 0", "db backup", "doctor", "status"]
)
def test_no_process_shows_a_secret(secretive: Installation, tmp_path: Path, command: str) -> None:
    seen: set[str] = set()
    begun = stopwatch()
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "ig_worker", "--config", secretive.config, *command.split()],
            stdout=said,
            stderr=said,
        )
        try:
            while process.poll() is None and stopwatch() - begun < LOOK_SECONDS:
                seen.update(shown_by(family(process.pid)))
                pause(0.01)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    shown = "\n".join(seen)
    assert command.split(maxsplit=1)[0] in shown
    for hidden in (INSTAGRAM_TOKEN, KEY, APP_SECRET, PASSWORD):
        assert hidden not in shown
    leaks.look_at(f"processes of {command}", shown)
