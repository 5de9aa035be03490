"""``python -m ig_worker.config``: reads the configuration for a process that wants to stay small (see ``apart``)."""

from __future__ import annotations

import json
import os
import pickle
import sys
from pathlib import Path

from ig_worker.config.plain import plain
from ig_worker.domain.errors import Misconfigured


def main() -> None:
    """The path as JSON on standard input, the settings or what is wrong with them on standard output."""
    # Plug-ins of other packages have no business with the tokens, and looking for them takes its time.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    from ig_worker.config.reading import load

    path = json.load(sys.stdin)
    found: object
    try:
        found = plain(load(None if path is None else Path(path)))
    except Misconfigured as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
