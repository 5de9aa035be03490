"""Has a backup taken or proven by a process of its own, and waits for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.store.backups.order import ROOM, Order, Progress


class GivenUp(IgWorkerError):
    """Whoever waited for it does not want it any more."""


class Process:
    """One backup's work; `give_up` may be called from any thread, and leaves nothing behind."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[str] | None = None
        self._given_up = False

    def take(self, order: Order, progress: Progress = lambda done, total: None) -> dict[str, Any]:
        """A fresh backup, as ``Taken.as_json`` says it. Raises Misconfigured with what went wrong."""
        asked = {
            "do": "take",
            "url": order.url,
            "data_dir": str(order.data_dir),
            "to": str(order.to),
            "key": order.key,
            "config": str(order.config) if order.config else None,
            "zone": order.zone,
            "now": order.now.isoformat(),
        }
        return self._done(asked, progress)

    def prove(
        self, path: Path, key: str, data_dir: Path, progress: Progress = lambda done, total: None
    ) -> dict[str, Any]:
        """What is proven of a backup, as ``Proof`` says it. Raises Misconfigured where nothing is."""
        room = data_dir / ROOM
        room.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._done({"do": "prove", "path": str(path), "key": key, "aside": str(room)}, progress)

    def give_up(self) -> None:
        """End the work; whoever waits for it gets GivenUp."""
        self._given_up = True
        if (running := self._running) is not None and running.poll() is None:
            running.terminate()

    def _done(self, asked: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
        if self._given_up:
            raise GivenUp("the backup was given up: the worker stops")
        command = [sys.executable, "-P", "-m", "ig_worker.store.backups"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as running:
            self._running = running
            assert running.stdin is not None
            assert running.stdout is not None
            try:
                running.stdin.write(json.dumps(asked) + "\n")
                running.stdin.flush()
                last: dict[str, Any] = {}
                for line in running.stdout:
                    last = json.loads(line)
                    if "of" in last:
                        progress(last["read"], last["of"])
            except (OSError, ValueError):
                last = {}
            finally:
                if running.poll() is None:
                    running.stdin.close()  # its sign to give up, where it still works
            running.wait()
        if self._given_up:
            raise GivenUp("the backup was given up: the worker stops")
        if "done" not in last:
            raise Misconfigured(
                last.get("error", f"the backup's process ended without a word (status {running.returncode})"),
                cure=last.get("cure", "look whether the machine has memory for it (dmesg)"),
            )
        done: dict[str, Any] = last["done"]
        return done
