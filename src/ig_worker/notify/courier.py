"""Sends each notice in a short-lived process of its own.

Apprise and a mail with its pictures take some twenty megabytes that the worker would not get back, and a mail server
that accepts a connection and then says nothing must not hold the worker up.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ig_worker.domain.errors import Unanswered
from ig_worker.notify.addresses import channel_name

log = logging.getLogger(__name__)

SENDING_SECONDS = 120.0
"""Longer than a slow line needs for a mail with its pictures."""


class Courier:
    """The worker's way to people; satisfies the ``Messenger`` of the flows."""

    def __init__(self, seconds: float = SENDING_SECONDS) -> None:
        self._seconds = seconds

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        """Deliver plain text to one Apprise URL, with the files beside it; Unanswered with the reason if not."""
        letter = {
            "url": url,
            "title": title,
            "body": body,
            "attachments": [str(path) for path in attachments],
        }
        try:
            done = subprocess.run(
                # The letter goes in over standard input: an argument would show its secret in the process list.
                [sys.executable, "-P", "-m", "ig_worker.notify"],
                input=json.dumps(letter),
                capture_output=True,
                text=True,
                timeout=self._seconds,
                check=False,
                env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
            )
        except subprocess.TimeoutExpired:
            raise Unanswered(f"{channel_name(url)}: no end after {self._seconds:.0f} seconds") from None
        if done.returncode != 0:
            raise Unanswered(done.stdout.strip() or f"{channel_name(url)}: sending ended without a word")
        for line in done.stdout.splitlines():
            log.warning("%s", line)
