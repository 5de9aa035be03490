"""Spreadsheets at Google, read, marked and filled by a short process of its own.

gspread and google-auth take 35 MB that the worker would never get back (docs/decisions/0007), and a line that hangs
must not hold the other jobs up.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import Misconfigured, Silence, Throttled, Unanswered
from ig_worker.domain.sheet_rows import Cell
from ig_worker.sheets.reading import Sheet, understood
from ig_worker.sheets.table import Record, Table, is_blank
from ig_worker.sheets.wire import fingerprint, unpacked

log = logging.getLogger(__name__)

PROCESS_SECONDS = 180.0
"""Longer than the handful of calls may take together."""

_SOURCE_LENGTH = 80


class _AtGoogle:
    """One worksheet of one spreadsheet, asked through the short process."""

    def __init__(
        self,
        spreadsheet: str,
        *,
        worksheet: str = "",
        credentials_file: Path | None,
        base_url: str = "",
        seconds: float = PROCESS_SECONDS,
    ) -> None:
        self._place = {
            "spreadsheet": spreadsheet,
            "worksheet": worksheet,
            "credentials_file": str(credentials_file or ""),
            "base_url": base_url,
        }
        self._seconds = seconds

    def _ask(self, more: Mapping[str, Any]) -> dict[str, Any]:
        return _answered({**self._place, **more}, self._seconds)


class GoogleSheet(_AtGoogle):
    """The planning sheet; satisfies the ``OnlineSheet`` of the flows."""

    def read(self) -> Sheet:
        """The sheet as it is now; its source's name is the spreadsheet's id and the worksheet's number (gid).

        Raises Misconfigured with a cure (not shared, not there, no headers …), Throttled, Unanswered.
        """
        found = self._ask({})
        source = f"Google Sheets {found['spreadsheet']}#{found['gid']}"[-_SOURCE_LENGTH:]
        sheet = understood(Table(_records(found["rows"])), str(found["title"]))
        return Sheet(source, sheet.rows, sheet.problems)

    def mark(self, marks: Mapping[str, Mapping[str, str]]) -> int:
        """Write ``status_ig``, ``tautan`` and ``galat`` beside the rows; returns how many cells changed.

        Rows are known by :func:`mark_of`. Those that were edited since they were read are left for the next time.

        Raises as :meth:`read`.
        """
        return int(self._ask({"marks": marks})["marked"])


def mark_of(cells: Mapping[str, Cell]) -> str:
    """What a row is known by, wherever it is sorted to."""
    return fingerprint(cells)


def _records(rows: list[list[Any]]) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        cells = tuple(unpacked(value) for value in row)
        if not all(is_blank(cell) for cell in cells):
            yield number, cells


class FigureSheet(_AtGoogle):
    """A worksheet that takes figures; satisfies the ``FigureTaker`` of the flows."""

    def write(self, heads: Sequence[str], rows: Sequence[Sequence[str | float | None]]) -> int:
        """Write rows, each known by its account and day (its first two cells); returns how many cells changed.

        None leaves what stands there. Raises Misconfigured with a cure, Throttled, Unanswered.
        """
        figures = {"heads": list(heads), "rows": [list(row) for row in rows]}
        return int(self._ask({"figures": figures})["written"])


def _answered(job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    """What the short process answers; raises Misconfigured, Throttled or Unanswered."""
    if not job["credentials_file"]:
        raise Misconfigured(
            "[planner] credentials_file belum diisi",
            cure="Tulis letak kunci JSON akun layanan di sana; config.example.toml menjelaskannya.",
        )
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ig_worker.sheets"],
            input=json.dumps(dict(job)),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env={name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")},
        )
    except subprocess.TimeoutExpired:
        raise Silence(f"Google Sheets tidak selesai dalam {seconds:.0f} detik") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        ended = f"status {done.returncode}: {done.stderr[-2000:]}"
        log.error("the process for Google Sheets ended with %s", ended)  # noqa: TRY400 (its trace says it all)
        raise Unanswered("proses untuk Google Sheets berakhir tanpa hasil") from None
    _raise_if_failed(answer)
    return answer


def _raise_if_failed(answer: Mapping[str, Any]) -> None:
    said, cure = str(answer.get("said", "")), str(answer.get("cure", ""))
    match answer.get("failed"):
        case None:
            return
        case "Misconfigured":
            raise Misconfigured(said, cure=cure)
        case "Throttled":
            raise Throttled(said, cure=cure, wait_seconds=float(answer["wait_seconds"]))
        case "Silence":
            raise Silence(said, cure=cure)
    raise Unanswered(said, cure=cure)
