"""A sheet that somebody sent, opened by a short process of its own, so that nothing in it reaches the one that serves.

The spreadsheet library takes memory that the board would never get back, and an archive's table of contents alone can
be made to take more than there is.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.domain.sheet_rows import RowProblem, SheetRow
from ig_worker.sheets.archive import unpack
from ig_worker.sheets.opening import OpenedSheet
from ig_worker.sheets.reading import Sheet, read_sheet
from ig_worker.sheets.wire import packed, unpacked

log = logging.getLogger(__name__)

ROWS_MAX = 3_000
"""More than a year of ten posts a day is not one plan; whoever has it imports it by the command line."""
LETTERS_MAX = 12_000_000
"""Of all cells together: two captions of the greatest length for each row."""
PROCESS_SECONDS = 120.0

_ANSWER = "isi.json"


@contextmanager
def opened_aside(file: Path, called: str, workspace: Path) -> Iterator[OpenedSheet]:
    """The sheet in a CSV, XLSX or ZIP file that people know by the name `called`, for the length of the block.

    The file itself lies under any name with the right ending. A ZIP is unpacked below `workspace`. Raises Misconfigured
    in one line with a cure.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="kiriman-", dir=workspace))
    try:
        inside = folder / "isi"
        inside.mkdir()
        answer = _asked(
            {"file": str(file), "called": called, "inside": str(inside), "out": str(folder / _ANSWER)}
        )
        rows = [
            SheetRow(number, {name: cell for name, value in cells if (cell := unpacked(value)) is not None})
            for number, cells in answer["rows"]
        ]
        problems = tuple(RowProblem(*problem) for problem in answer["problems"])
        yield OpenedSheet(Sheet(answer["source"], tuple(rows), problems), Path(answer["folder"]))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _asked(job: Mapping[str, str]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "ig_worker.sheets"],
            input=json.dumps({"sent": dict(job)}),
            capture_output=True,
            text=True,
            timeout=PROCESS_SECONDS,
            check=False,
            env={name: value for name, value in environ.items() if not name.startswith("IG_WORKER_")},
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise _not_read(job["called"], f"lebih dari {PROCESS_SECONDS:.0f} detik") from None
    except ValueError:
        log.error("the process that opens a sheet ended with %d: %s", done.returncode, done.stderr[-2000:])  # noqa: TRY400
        raise _not_read(job["called"], "prosesnya berhenti") from None
    if "failed" in said:
        raise Misconfigured(str(said["said"]), cure=str(said["cure"]))
    answer: dict[str, Any] = json.loads(Path(job["out"]).read_text("utf-8"))
    return answer


def _not_read(called: str, reason: str) -> IgWorkerError:
    return Misconfigured(
        f"Berkas “{called}” tidak selesai dibaca ({reason})",
        cure="Simpan ulang lembarnya sebagai .xlsx atau CSV, lalu unggah lagi.",
    )


def open_sent(job: Mapping[str, str]) -> dict[str, Any]:
    """In the short process: read the file, write its rows as JSON, and say that it is done. Raises Misconfigured."""
    file, inside, called = Path(job["file"]), Path(job["inside"]), job["called"]
    if file.suffix == ".zip":
        found = unpack(file, inside, called)
        sheet = read_sheet(found)
        folder = found.parent
    else:
        sheet, folder = read_sheet(file, called), inside
    _check_size(sheet)
    answer = {
        "source": sheet.source_name,
        "folder": str(folder),
        "rows": [
            [row.number, [(name, packed(cell)) for name, cell in row.cells.items()]] for row in sheet.rows
        ],
        "problems": [
            [problem.row, problem.column, problem.found, problem.allowed]
            for problem in sheet.problems[:ROWS_MAX]
        ],
    }
    Path(job["out"]).write_text(json.dumps(answer), "utf-8")
    return {"done": True}


def _check_size(sheet: Sheet) -> None:
    letters = sum(len(cell) for row in sheet.rows for cell in row.cells.values() if isinstance(cell, str))
    if len(sheet.rows) > ROWS_MAX or letters > LETTERS_MAX:
        raise Misconfigured(
            f"Lembar rencana “{sheet.source_name}” terlalu besar untuk papan (paling banyak {ROWS_MAX} baris)",
            cure="Pecah menjadi beberapa berkas, misalnya satu per bulan.",
        )
