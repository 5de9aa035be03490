"""Who brings a sheet, and what its yes is worth then."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ig_worker.domain.people import same_person
from ig_worker.domain.planning import PlannedPost, approval_gap
from ig_worker.domain.publication import Status
from ig_worker.domain.sheet_rows import shown
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.flows.planning.planned_row import APPROVED, DRAFT, PlannedRow
from ig_worker.flows.planning.replanning import has_vanished
from ig_worker.flows.planning.row_files import Copies
from ig_worker.store.posts import StoredPost, as_planned


@dataclass(frozen=True)
class Bringer:
    """Who uploads a sheet, by full name, and whether it is theirs to say that others have agreed.

    A sheet that one person uploads may say anything: that it was verified counts where a verifier brings it, and not
    for what they made themselves.
    """

    name: str
    verifies: bool

    def may_vouch(self, post: PlannedPost) -> bool:
        """Whether the row's yes counts because they bring it."""
        return self.verifies and not same_person(self.name, post.made_by)


@dataclass(frozen=True)
class Taking:
    """One import: the sheet's name, the copies of its files, and who brings it."""

    source: str
    copies: Copies
    by: Bringer | None

    @property
    def who(self) -> str:
        """Who the journal says did it; empty where the sheet speaks for itself."""
        return self.by.name if self.by is not None else ""

    def vouched(self, row: PlannedRow, before: StoredPost | None, result: ImportResult) -> PlannedRow:
        """The row as it counts: a yes that its bringer may not give for somebody else is a draft.

        One that counted already, of the same people to the very same content, stays.
        """
        post = row.post
        if self.by is None or post.sheet_status != APPROVED or self.by.may_vouch(post):
            return row
        if before is not None and _counted(before, post) and not row.altered(before):
            publication = before.publication
            if publication.status is not Status.HELD or has_vanished(
                publication.status, publication.last_error
            ):
                return row
        result.notes.append(
            f"Baris {post.row_number}: tertulis disetujui oleh {shown(post.verified_by) or '(tanpa nama)'}; yang "
            "diunggah di papan disetujui verifikatornya sendiri di papan, jadi postingan ini masuk sebagai draf."
        )
        return replace(row, post=replace(post, sheet_status=DRAFT))


def _counted(before: StoredPost, post: PlannedPost) -> bool:
    """Whether the row said yes before already, and with the same people's names."""
    was = as_planned(before)
    alike = same_person(was.verified_by, post.verified_by) and same_person(was.responsible, post.responsible)
    return alike and not approval_gap(was)
