"""Takes or proves one backup in a process of its own: ``python -P -m ig_worker.store.backups``.

The first line of standard input is the order, for an argument would show in the process list; the input stays open
while somebody waits, and where it ends the work is given up, with nothing left behind. Each line of standard output is
a JSON object: how far it is, and at last what came of it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from ig_worker.clock import wait_for
from ig_worker.domain.errors import IgWorkerError
from ig_worker.store.backups.order import Order
from ig_worker.store.backups.proving import prove
from ig_worker.store.backups.taking import take
from ig_worker.store.database import StorageError

SHARE_TOLD = 100
"""How far it is, is said so often."""

PATIENCE = 5.0
"""Seconds after which a work that does not let itself be given up is ended all the same."""


def main() -> int:
    """Do what is asked."""
    os.umask(0o077)
    os.nice(10)  # posts and people come first
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _give_up)
    asked = json.loads(sys.stdin.readline())
    threading.Thread(target=_listen, daemon=True).start()
    try:
        say(**_done(asked))
    except IgWorkerError as error:
        say(error=str(error), cure=error.cure)
        return 1
    except StorageError:
        say(error="the database could not be read", cure="look whether it is running, and at its log")
        return 1
    return 0


def _done(asked: dict[str, Any]) -> dict[str, Any]:
    told = Told()
    if asked["do"] == "prove":
        proof = prove(Path(asked["path"]), asked["key"], Path(asked["aside"]), told)
        return {"done": vars(proof) | {"taken_at": proof.taken_at.isoformat()}}
    order = Order(
        asked["url"],
        Path(asked["data_dir"]),
        Path(asked["to"]),
        asked["key"],
        Path(asked["config"]) if asked["config"] else None,
        asked["zone"],
        datetime.fromisoformat(asked["now"]),
    )
    return {"done": take(order, told).as_json()}


class Told:
    """Says how far it is, a hundred times at most."""

    def __init__(self) -> None:
        self._last = -1

    def __call__(self, done: int, total: int) -> None:
        share = done * SHARE_TOLD // max(total, 1)
        if share != self._last:
            self._last = share
            say(read=done, of=total)


def say(**what: Any) -> None:
    """One line to whoever waits."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _listen() -> None:
    # Not sys.stdin: a thread that waits in it holds its lock, and the process could not end.
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    wait_for(threading.Event(), PATIENCE)
    os._exit(1)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
