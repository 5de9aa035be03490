"""Sends the notices that come as lines of JSON on standard input, and answers each with a line: why not, what was left
out. It ends with its input.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from pathlib import Path

from ig_worker.domain.errors import Unanswered
from ig_worker.notify.messenger import AppriseMessenger


def main() -> int:
    """Until the input ends. ``reason`` is None when a notice was delivered."""
    # Nothing but the answers goes to whoever asked, whatever a plugin prints.
    answers, sys.stdout = sys.stdout, sys.stderr
    said = io.StringIO()
    logging.basicConfig(stream=said, level=logging.WARNING, format="%(message)s")
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    messenger = AppriseMessenger()
    for line in sys.stdin:
        letter = json.loads(line)
        attachments = [Path(path) for path in letter["attachments"]]
        reason = None
        try:
            messenger.send(letter["url"], letter["title"], letter["body"], attachments)
        except Unanswered as error:
            reason = str(error)
        answer = {"reason": reason, "left_out": said.getvalue().splitlines()}
        said.seek(0)
        said.truncate()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
