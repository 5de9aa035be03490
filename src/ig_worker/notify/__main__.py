"""Sends the one notice that comes as JSON on standard input; says on standard output why not, or what was left out."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

from ig_worker.domain.errors import Unanswered
from ig_worker.notify.messenger import AppriseMessenger


def main() -> int:
    """0 when it was delivered, 1 with the reason when not."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    letter = json.load(sys.stdin)
    attachments = [Path(path) for path in letter["attachments"]]
    try:
        AppriseMessenger().send(letter["url"], letter["title"], letter["body"], attachments)
    except Unanswered as error:
        sys.stdout.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
