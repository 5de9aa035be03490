"""What a test sees of a running worker from outside: its log, the mails it sent, its posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ig_worker.clock import pause, stopwatch
from ig_worker.demo.stage import Stage
from ig_worker.store import posts
from ig_worker.store.database import Database


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until it is true; fail where it does not become true in time."""
    begun = stopwatch()
    while not true():
        assert stopwatch() - begun < seconds, "it never came true"
        pause(0.1)


def logged(stage: Stage, words: str = "") -> list[dict[str, Any]]:
    """The lines of the worker's log in which the words stand."""
    log = (stage.folder / "logs" / "worker.log").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{") and line.endswith("}")]
    return [line for line in lines if words in line["message"]]


def mails_to(stage: Stage, mailbox: str) -> list[str]:
    """The mails of one recipient, as they came in."""
    found = sorted((stage.folder / "mails").rglob("*.eml"))
    texts = [file.read_text("utf-8") for file in found]
    return [text for text in texts if f"{mailbox}@" in text.partition("\n\n")[0]]


def status_of(database: Database, key: str) -> str:
    """The status of a post by its key."""
    with database.reading() as connection:
        stored = posts.by_key(connection, "polowijen", key)
    assert stored is not None
    return stored.publication.status.value
