"""Imports an opened sheet and tries the pictures that go out soonest, for whoever waits: a command, or the board."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ig_worker.domain.errors import IgWorkerError
from ig_worker.flows.planning.bringing import Bringer
from ig_worker.flows.planning.gathering import Gatherer
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.flows.planning.planner import Planner
from ig_worker.flows.planning.row_files import media_problem
from ig_worker.sheets.reading import Sheet

TRIED_AT_ONCE = 40
"""The pictures of so many posts are tried while somebody waits."""

Progress = Callable[[int, int], None]
"""Is told how many of how many are done."""


def _nobody(_done: int, _total: int) -> None:
    return


class Importing:
    """What an import is, wherever the sheet came from."""

    def __init__(self, planner: Planner, gatherer: Gatherer) -> None:
        self._planner = planner
        self._gatherer = gatherer

    def take(
        self,
        sheet: Sheet,
        folder: Path,
        *,
        dry_run: bool = False,
        progress: Progress = _nobody,
        by: Bringer | None = None,
    ) -> ImportResult:
        """Take the sheet whose media lie below `folder`; with `dry_run`, say what would happen and change nothing."""
        result = self._planner.take(
            sheet.source_name, folder, sheet.rows, dry_run=dry_run, progress=progress, by=by
        )
        result.problems[:0] = [str(problem) for problem in sheet.problems]
        return result

    def try_media(self, source: str, result: ImportResult, progress: Progress = _nobody) -> None:
        """Try the pictures that go out soonest while whoever brought them is still here; the worker does the rest."""
        refused = []
        try:
            refused = self._gatherer.look_at(source, TRIED_AT_ONCE, progress)
        except IgWorkerError as error:
            result.notes.append(f"Gambar belum semua dapat dicoba ({error}); worker mencobanya lagi.")
        for each in refused:
            column = "sampul" if each.file.role == "cover" else "media"
            problem = media_problem(each.post.row.source_row, column, each.file.written, each.error)
            result.problems.append(f"{problem} Postingan {each.post.row.key} ditahan.")
            result.waiting[each.post.row.key] = f"{column} ditolak: {each.error}"
