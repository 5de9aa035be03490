"""Does one job with one picture: the job as JSON on standard input, what became of it as JSON on standard output."""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.picture import look, prepare, shrink

ADDRESS_SPACE_MAX = 1_000_000_000
"""Bytes, the program and its libraries included: what grows beyond ends here, and takes nothing else with it."""


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The picture's figures, or why there are none."""
    try:
        if job["do"] == "look":
            form, (width, height) = look(Path(job["source"]))
            return {"format": form, "width": width, "height": height}
        if job["do"] == "shrink":
            width, height = shrink(Path(job["source"]), Path(job["target"]), longest=job["longest"])
            return {"width": width, "height": height}
        sha256, size, (width, height) = prepare(
            Path(job["source"]),
            Path(job["target"]),
            story=job["story"],
            ratio=job["ratio"],
            border=job["border"],
        )
    except MediaRejected as error:
        return {"rejected": str(error), "cure": error.cure}
    except Misconfigured as error:
        return {"misconfigured": str(error), "cure": error.cure}
    return {"sha256": sha256, "size": size, "width": width, "height": height}


def bound_memory() -> None:
    """From here on this process gets only so much; no photograph is left behind in a core file either."""
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = ADDRESS_SPACE_MAX if hard == resource.RLIM_INFINITY else min(ADDRESS_SPACE_MAX, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    bound_memory()
    os.nice(10)  # A picture for later must not cost a post its second that is due now.
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
