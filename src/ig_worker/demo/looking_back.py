"""What the centre makes of the weeks behind it once the day is over: an evaluation, and a word to the public."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

from ig_worker.demo.outcome import Outcome
from ig_worker.demo.stage import Stage

MONTH, MONTH_BEFORE = "2026-11", "2026-10"


def look_back(stage: Stage, outcome: Outcome) -> None:
    """Have both made, as somebody of the centre would, and note where they can be looked at."""
    done = stage.command("insights", "report", "--month", MONTH)
    made = [path for line in done.stdout.splitlines() if (path := Path(line)).parent.name == "polowijen"]
    found = ", ".join(f"{path.relative_to(stage.folder)}" for path in made) or _why(done)
    fine = done.returncode == 0 and {".pdf", ".txt"} <= {path.suffix for path in made}
    outcome.add("evaluation of the month so far", found, fine, f"insights report --month {MONTH}")

    done = stage.command("posts", "draft", "transparency", "--month", MONTH_BEFORE, "--json")
    draft = json.loads(done.stdout) if done.returncode == 0 else None
    found = (
        f"{draft['figures']['resolved']} resolved cases, status {draft['status']}" if draft else _why(done)
    )
    key = f"TRANSPARANSI-{MONTH_BEFORE}"
    where = f"posts show {key}; reports/polowijen/{key.lower()}.jpg"
    outcome.add("draft that tells the public", found, draft is not None and draft["status"] == "draft", where)


def _why(done: CompletedProcess[str]) -> str:
    return (done.stderr.strip().splitlines() or ["no word"])[-1]
