"""Prepares one picture: a job as JSON on standard input, what became of it as JSON on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.picture import prepare


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The prepared picture's figures, or why it was not prepared."""
    try:
        sha256, size, (width, height) = prepare(
            Path(job["source"]), Path(job["target"]), story=job["story"], ratio=job["ratio"]
        )
    except MediaRejected as error:
        return {"rejected": str(error), "cure": error.cure}
    except Misconfigured as error:
        return {"misconfigured": str(error), "cure": error.cure}
    return {"sha256": sha256, "size": size, "width": width, "height": height}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
