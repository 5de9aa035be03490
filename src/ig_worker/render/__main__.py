"""The short-lived process that sets one paper: a job as JSON on stdin in, a file out, or one line on stderr."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from ig_worker.render.evidence import full_card, plain_card
from ig_worker.render.job import NOT_WRITTEN, REFUSED, Job
from ig_worker.render.press import press
from ig_worker.render.report import one_page


def finished(job: Job) -> bytes:
    """The paper that the job asks for. KeyError, TypeError, ValueError or TypstError where it cannot be made."""
    data: dict[str, Any] = job["data"]
    if job["paper"] == "evidence_card":
        return press("evidence_card.typ", full_card(data), "png")
    if job["paper"] == "plain_card":
        return press("plain_card.typ", plain_card(data, job["reason"]), "png")
    if job["paper"] == "register":
        from ig_worker.render.register import bound_register  # no card shall wait for it

        return bound_register(data)
    if job["paper"] == "transparency":
        from ig_worker.render.transparency import poster

        return poster(data)
    if job["paper"] == "small_picture":
        # Reading pictures takes a quarter of the process's start, and most cards have none.
        from ig_worker.render.thumbnail import NoPicture, thumbnail

        try:
            return thumbnail(Path(data["picture"]))
        except NoPicture as reason:
            sys.stderr.write(str(reason))
            sys.exit(REFUSED)
    if job["paper"] == "month_report":
        from ig_worker.render.month_report import month_pages

        pictures = Path(data["pictures"]) if data["pictures"] else None
        made = int(datetime.fromisoformat(data["doc"]["made_at"]).timestamp())
        return press("month_report.typ", month_pages(data["doc"], pictures), "pdf", made)
    made = int(datetime.fromisoformat(data["made_at"]).timestamp())
    return press("day_report.typ", one_page(data), "pdf", made)


def main() -> int:
    job: Job = json.load(sys.stdin)
    try:
        paper = finished(job)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, typst.TypstError) as error:
        sys.stderr.write(_in_one_line(error))
        return 1
    try:
        with Path(job["out"]).open("wb") as file:
            file.write(paper)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        sys.stderr.write(error.strerror or type(error).__name__)
        return NOT_WRITTEN
    return 0


def _in_one_line(error: Exception) -> str:
    said = error.message if isinstance(error, typst.TypstError) else str(error)
    return " ".join(f"{type(error).__name__}: {said}".split())[:200]


if __name__ == "__main__":
    sys.exit(main())
