"""Changes a post whose row in the sheet says something else now, as far as that is still possible."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from ig_worker.domain.approval import VOID
from ig_worker.domain.planning import approval_gap
from ig_worker.domain.publication import Event, Happened, Status, apply
from ig_worker.flows.planning.approving import (
    GOING,
    THE_SHEET,
    UNAPPROVED,
    Approving,
    is_held_by_person,
    save,
    was_refused,
)
from ig_worker.flows.planning.planned_row import APPROVED, CANCELLED, PlannedRow
from ig_worker.store import approvals, posts
from ig_worker.store.database import Connection
from ig_worker.store.posts import StoredPost, as_planned

VANISHED = "barisnya tidak ada lagi di lembar rencana, atau tidak dapat diambil"


class Replanning:
    """What a changed row does to its post: new values, no approval for other content, and the sheet's own yes or no."""

    def __init__(self, approving: Approving, who: str = THE_SHEET) -> None:
        self._approving = approving
        self._who = who

    def change(
        self, connection: Connection, source: str, before: StoredPost, row: PlannedRow, now: datetime
    ) -> str:
        """Take the row's values; returns why the post waits then, empty where it goes or is cancelled."""
        stored = self._rewrite(connection, source, before, row, now)
        status = stored.publication.status
        if row.post.sheet_status == CANCELLED:
            if status is not Status.CANCELLED:
                self._move(connection, stored, Happened(Event.CANCEL), now, "cancelled in the sheet")
            return ""
        gap = approval_gap(row.post) or (VOID if stored.row.approval_void else "")
        if not gap:
            if status is Status.CANCELLED or (status is Status.HELD and was_refused(before)):
                stored = self._move(connection, stored, Happened(Event.CHANGE), now, "planned again")
            elif status is Status.HELD and (is_held_by_person(stored) or not _says_more(before, stored)):
                return (
                    stored.publication.last_error
                )  # A person decides; the sheet's yes is the one it gave before.
            return self._approving.let_count(connection, stored, now)[1]
        held = is_held_by_person(stored)
        if (
            (status in GOING or held)
            and approval_gap(as_planned(before))
            and not self._is_its_own_verifiers(connection, before, stored)
        ):
            # A person approved it, not the sheet: the sheet has nothing to withdraw.
            return stored.publication.last_error if held else ""
        if status in GOING or status is Status.HELD:
            approvals.void(connection, stored.id)
            withdrawn = stored.publication
            if not held:  # a person's hold stays, and says more than the row does
                withdrawn = apply(withdrawn, Happened(Event.REJECT, reason=gap), now)
            save(connection, stored, withdrawn, now, "approval withdrawn", self._who, UNAPPROVED)
            return withdrawn.last_error
        if status is Status.CANCELLED:
            self._move(connection, stored, Happened(Event.CHANGE, reason=gap), now, "planned again")
        return gap

    def _is_its_own_verifiers(self, connection: Connection, before: StoredPost, stored: StoredPost) -> bool:
        """Whether its maker is now who verified it, so that somebody else has to."""
        if stored.row.made_by == before.row.made_by:
            return False
        return bool(self._approving.judgement(stored, approvals.of(connection, stored.id)).missing)

    def _rewrite(
        self, connection: Connection, source: str, stored: StoredPost, row: PlannedRow, now: datetime
    ) -> StoredPost:
        """Write the row's new values; what must be looked at again becomes a draft.

        State and values are saved in one step: a publisher that is at work on the post sees that it was too slow.
        """
        publication = stored.publication
        altered = row.altered(stored)
        values = row.values(source, row.files_beside(stored) if altered else stored.files, now)
        cancelled = publication.status is Status.CANCELLED
        spoilt = (altered or cancelled) and stored.row.sheet_status == APPROVED
        values["approval_void"] = row.post.sheet_status == APPROVED and (
            stored.row.approval_void or bool(spoilt)
        )
        what = "the row changed"
        if altered:
            posts.put_media(connection, stored.id, row.files_beside(stored))
            what += f": {', '.join(altered)}"
            if names := self._approving.take_back(connection, stored, altered, now):
                what += f"; the approval of {names} is void"
            values |= UNAPPROVED
        consents = (values["options"]["shows_patient"], values["options"]["consent"])
        if not is_held_by_person(stored) and (
            altered
            or has_vanished(publication.status, publication.last_error)
            or (row.findings and consents != _consent(stored))
        ):
            publication = replace(apply(publication, Happened(Event.CHANGE), now), last_error="")
        del values["scheduled_at"]
        scheduled_at = row.time_for(stored)
        if scheduled_at != publication.scheduled_at:
            # What was prepared for the old time is no failed try: a post that moves often must not run out of them.
            publication = replace(publication, scheduled_at=scheduled_at, containers_made=0)
        return save(connection, stored, publication, now, what, self._who, values)

    def _move(
        self, connection: Connection, stored: StoredPost, happened: Happened, now: datetime, what: str
    ) -> StoredPost:
        return self._approving.move(connection, stored, happened, now, what, self._who)


def has_vanished(status: Status, reason: str) -> bool:
    """Whether a post is held because its row was not in the sheet."""
    return status is Status.HELD and reason == VANISHED


def _says_more(before: StoredPost, after: StoredPost) -> bool:
    """Whether a row says more than before of whether, when and with whose yes its post goes out."""
    return _decisive(before) != _decisive(after) or _consent(before) != _consent(after)


def _decisive(stored: StoredPost) -> tuple[Any, ...]:
    row = stored.row
    return row.sheet_status, row.made_by, row.verified_by, row.responsible, row.scheduled_at


def _consent(stored: StoredPost) -> tuple[bool, str]:
    options = stored.row.options
    return options.get("shows_patient", False), options.get("consent", "")
