"""Runs what touches a picture in a short process of its own, one at a time, with bounded memory and no secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Any

from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.media.sources import called

PREPARING_SECONDS = 180.0
"""Far more than the largest picture taken needs on a small machine."""

# A small machine has memory for one decoded photograph beside the worker, not for one in every lane.
_one_at_a_time = Lock()


def in_own_process(job: dict[str, Any], source: Path, seconds: float = PREPARING_SECONDS) -> dict[str, Any]:
    """Let ``python -m ig_worker.media`` do a job with a picture; its answer.

    Raises MediaRejected when this picture can never go out, Misconfigured when the machine could not do it (disk,
    memory, not done within ``seconds``).
    """
    # -P keeps the current folder out of the module path.
    command = [sys.executable, "-P", "-m", "ig_worker.media"]
    try:
        with _one_at_a_time:
            done = subprocess.run(
                command,
                input=json.dumps(job),
                capture_output=True,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=environment_without_secrets(),
                timeout=seconds,
                check=False,
            )
        answer: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise _not_prepared(source, f"lebih dari {seconds:g} detik") from None
    except ValueError:
        # It ended without a word: killed for want of memory, or stopped together with the worker.
        raise _not_prepared(source, f"proses berhenti, kode {done.returncode}") from None
    if reason := answer.get("rejected"):
        raise MediaRejected(reason, cure=answer["cure"])
    if reason := answer.get("misconfigured"):
        raise Misconfigured(reason, cure=answer["cure"])
    return answer


def environment_without_secrets() -> dict[str, str]:
    """Our environment for a process that reads a hostile file: no secret of ours goes there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}


def _not_prepared(source: Path, reason: str) -> Misconfigured:
    return Misconfigured(
        f"Gambar “{called(source)}” belum selesai disiapkan ({reason})",
        cure="Pastikan mesin punya memori bebas 500 MB; worker akan mencoba lagi.",
    )
