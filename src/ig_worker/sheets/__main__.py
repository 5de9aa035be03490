"""Works with spreadsheets in a process of its own: a job as JSON on standard input, what became of it on stdout."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Silence, Throttled, Unanswered
from ig_worker.sheets.wire import packed


def answer(job: dict[str, Any]) -> dict[str, Any]:
    """The worksheet's rows, or how many cells were marked or written, or why not."""
    try:
        return _done(job)
    except ImportError as error:
        return _told(
            Misconfigured(
                f"Paket untuk Google Sheets belum terpasang ({error.name})",
                cure='Pasang dengan: pip install "ig-worker[sheets]", atau requirements/sheets.txt.',
            )
        )
    except IgWorkerError as error:
        return _told(error)


def _done(job: dict[str, Any]) -> dict[str, Any]:
    if "sent" in job:
        from ig_worker.sheets.sent import open_sent

        return open_sent(job["sent"])
    from ig_worker.sheets.google_door import GoogleDoor
    from ig_worker.sheets.spreadsheet import read_worksheet, write_marks

    if "figures" in job:
        return {"written": _write_figures(job)}
    door = GoogleDoor(Path(job["credentials_file"]), base_url=job["base_url"])
    sheet = read_worksheet(door, job["spreadsheet"], job["worksheet"])
    if "marks" in job:
        return {"marked": write_marks(door, sheet, job["marks"])}
    return {
        "spreadsheet": sheet.spreadsheet,
        "gid": sheet.gid,
        "title": sheet.title,
        "rows": [[packed(cell) for cell in row] for row in sheet.rows],
    }


def _write_figures(job: dict[str, Any]) -> int:
    from ig_worker.sheets.figure_rows import write_figures
    from ig_worker.sheets.google_door import GoogleDoor
    from ig_worker.sheets.sheet_words import FIGURES

    door = GoogleDoor(Path(job["credentials_file"]), base_url=job["base_url"], words=FIGURES)
    figures = job["figures"]
    return write_figures(door, job["spreadsheet"], job["worksheet"], figures["heads"], figures["rows"])


def _told(error: IgWorkerError) -> dict[str, Any]:
    kinds = (Misconfigured, Throttled, Silence, Unanswered)
    kind = next((kind.__name__ for kind in kinds if isinstance(error, kind)), Unanswered.__name__)
    wait = error.wait_seconds if isinstance(error, Throttled) else 0.0
    return {"failed": kind, "said": str(error), "cure": error.cure, "wait_seconds": wait}


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
