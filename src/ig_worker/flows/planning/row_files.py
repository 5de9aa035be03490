"""The files that a row names: our own copies of them, and what is said of one that cannot be published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ig_worker.domain.errors import MediaRejected
from ig_worker.domain.instagram import Kind
from ig_worker.domain.media_limits import is_address
from ig_worker.domain.planning import PlannedPost
from ig_worker.domain.sheet_rows import RowProblem, shown
from ig_worker.flows.ports import Staging
from ig_worker.store.posts import COVER, MEDIA


class Copies:
    """Our own copies of what a sheet names: the same file once an import, an address not at all."""

    def __init__(self, staging: Staging, folder: Path) -> None:
        self._staging = staging
        self._folder = folder
        self._kept: dict[str, tuple[str, str] | MediaRejected] = {}

    def of(self, written: str) -> tuple[str, str]:
        """The copy's name and hash, both empty for an address; MediaRejected for what can never be published."""
        if is_address(written):
            return "", ""
        if written not in self._kept:
            try:
                self._kept[written] = self._staging.keep_original(written, self._folder)
            except MediaRejected as error:
                self._kept[written] = error
        kept = self._kept[written]
        if isinstance(kept, MediaRejected):
            raise kept
        return kept


def media_problem(row: int, column: str, written: str, error: MediaRejected) -> RowProblem:
    """What a sheet's problems say of a file that can never be published."""
    reason = f"{str(error).rstrip('.')}. {error.cure.rstrip('.')}".strip(". ")
    return RowProblem(row, column, shown(written), f"berkas yang dapat diterbitkan ({reason})")


def named_files(post: PlannedPost) -> Iterator[tuple[str, str, str]]:
    """What a post's row names: role, column, as it is written."""
    for written in post.media:
        yield MEDIA, "media", written
    if post.cover and post.kind is Kind.REEL:
        yield COVER, "sampul", post.cover
