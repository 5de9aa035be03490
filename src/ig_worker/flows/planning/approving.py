"""Lets approvals count, and takes them back: one place for the sheet, for media that come later, for the commands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ig_worker.domain.approval import (
    VERIFIER,
    VOID,
    Answer,
    Approval,
    Judgement,
    approved_by,
    judge,
    sheet_approvals,
)
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.people import is_named, same_person
from ig_worker.domain.planning import approval_gap
from ig_worker.domain.post_rules import Finding, check_post
from ig_worker.domain.publication import Event, Happened, Publication, Status, apply
from ig_worker.domain.sheet_rows import is_from_board, place_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import approvals, posts
from ig_worker.store.database import Connection
from ig_worker.store.posts import StoredPost, as_planned

UNAPPROVED = {"approved_by": "", "approved_hash": ""}
"""The columns of a post that nobody has approved as it is now."""

THE_SHEET = "lembar rencana"
"""Who moves a post when its row does."""

HELD_BY = "ditahan oleh"
"""How the reason of a hold begins that a person asked for: nobody's import lets such a post go on."""

GOING = (Status.APPROVED, Status.PREPARING, Status.READY)
"""On its way, and still to be stopped."""


@dataclass(frozen=True)
class Agreement:
    """Whose yes a post needs, and which numbers may stand in public text: ``[posts]`` of the configuration."""

    required: tuple[str, ...] = (VERIFIER,)
    own_numbers: tuple[str, ...] = ()


class Approving:
    """What the approvals of a post mean, and what follows from it."""

    def __init__(self, outbox: Outbox, agreement: Agreement) -> None:
        self._outbox = outbox
        self._agreement = agreement

    def findings(self, stored: StoredPost) -> tuple[Finding, ...]:
        """What is to be said against the post's texts and shapes."""
        return check_post(as_planned(stored), own_numbers=self._agreement.own_numbers)

    def judgement(self, stored: StoredPost, given: Collection[Approval]) -> Judgement:
        """Whether the post may go out with these approvals."""
        row = stored.row
        return judge(row.content_hash, row.made_by, given, self._agreement.required, self.findings(stored))

    def let_count(self, connection: Connection, stored: StoredPost, now: datetime) -> tuple[StoredPost, str]:
        """Take the sheet's approvals as they stand in its row, and move the post where they allow it.

        Returns the post, and why it still waits (Indonesian; empty where it goes). Raises NeedsPerson where somebody
        was faster.
        """
        given = self._take_the_sheets(connection, stored, now)
        judged = self.judgement(stored, given)
        status = stored.publication.status
        if judged.answer is Answer.GO:
            if status in (Status.DRAFT, Status.FAILED, Status.HELD):
                stored = self._approve(connection, stored, given, now)
            return stored, ""
        reason = waiting_reason(stored, judged)
        if judged.answer is Answer.HOLD and reason == judged.reason and status is Status.DRAFT:
            stored = self.move(connection, stored, Happened(Event.HOLD, reason=reason), now, "held")
        return stored, "" if status in GOING else reason

    def _approve(
        self, connection: Connection, stored: StoredPost, given: Sequence[Approval], now: datetime
    ) -> StoredPost:
        columns = {
            "approved_by": approved_by(given, stored.row.content_hash),
            "approved_hash": stored.row.content_hash,
        }
        who = next(each.name for each in given if each.role == VERIFIER)
        what = "approved, now that its media are known" if sheet_gap(stored) else "approved in the sheet"
        return self.move(connection, stored, Happened(Event.APPROVE), now, what, who, columns)

    def _take_the_sheets(
        self, connection: Connection, stored: StoredPost, now: datetime
    ) -> Sequence[Approval]:
        """The approvals of this content on the shelf, with those that the row gives for roles that have none."""
        row = stored.row
        given = approvals.of(connection, stored.id)
        valid = {each.role: each for each in given if each.content_hash == row.content_hash}
        fresh = sheet_approvals(as_planned(stored), row.content_hash, void=row.approval_void)
        for approval in fresh:
            if approval.role not in valid:
                approvals.put(connection, stored.id, approval, now)
                valid[approval.role] = approval
        return list(valid.values())

    def take_back(
        self, connection: Connection, stored: StoredPost, altered: Sequence[str], now: datetime
    ) -> str:
        """Void the approvals of a post whose content is another one now, and tell the content team, once a change.

        Returns who had approved it; empty where nobody had.
        """
        given = approvals.of(connection, stored.id)
        names = approved_by(given, stored.row.content_hash) or stored.row.approved_by
        approvals.void(connection, stored.id)
        if names:
            self._outbox.tell(connection, now, "content_team", _void_letter(stored, altered, names))
        return names

    def tell_rejected(
        self, connection: Connection, stored: StoredPost, who: str, reason: str, now: datetime
    ) -> None:
        """Tell the content team that somebody sent a post back."""
        row = stored.row
        title = f"{row.key} dikembalikan untuk diperbaiki"
        by_hand = is_from_board(row.source)
        cure = "ubah postingannya di papan" if by_hand else "perbaiki barisnya dengan status draf, impor"
        body = (
            f"{title} oleh {who}.\nAlasan: {reason}\nJadwal: {place_of(row.source, row.source_row)}.\n"
            f"Yang perlu dilakukan: {cure}, lalu setujui lagi."
        )
        letter = Letter(key=f"post:{stored.id}:rejected:{stored.version}", title=title, body=body)
        self._outbox.tell(connection, now, "content_team", letter)

    def move(
        self,
        connection: Connection,
        stored: StoredPost,
        happened: Happened,
        now: datetime,
        what: str,
        who: str = THE_SHEET,
        columns: dict[str, Any] | None = None,
    ) -> StoredPost:
        """Make a move that follows from the sheet."""
        after = apply(stored.publication, happened, now)
        if happened.event is Event.APPROVE:
            # A sheet's yes is for the planned time: it cannot be late itself and still make a late post good.
            after = replace(after, approved_at=min(now, after.scheduled_at))
        return save(connection, stored, after, now, what, who, columns)


def save(
    connection: Connection,
    stored: StoredPost,
    after: Publication,
    now: datetime,
    what: str,
    who: str = THE_SHEET,
    columns: dict[str, Any] | None = None,
) -> StoredPost:
    """Save and read again; NeedsPerson where somebody was faster."""
    if not posts.save(connection, stored, after, now, what, who=who, extra=columns):
        raise NeedsPerson(
            f"{stored.row.key} sedang diubah oleh orang lain; impor berhenti sebelum baris itu diambil",
            cure="impor lembar rencananya sekali lagi",
        )
    fresh = posts.get(connection, stored.id)
    assert fresh is not None
    return fresh


def sheet_gap(stored: StoredPost) -> str:
    """Why the row as it was seen last does not count as approving the post; empty where it does, or there is none."""
    if is_from_board(stored.row.source):
        return ""
    return approval_gap(as_planned(stored)) or (VOID if stored.row.approval_void else "")


def waiting_reason(stored: StoredPost, judged: Judgement) -> str:
    """Why a post waits, as the content team is told: first of all, that its row asks for nothing yet."""
    gap = sheet_gap(stored)
    return gap if gap and VERIFIER in judged.missing else judged.reason


def is_maker(stored: StoredPost, name: str) -> bool:
    """Whether this is the person who made the post, or who made another one of it on the board."""
    row = stored.row
    edited = is_from_board(row.source) and is_named(row.edited_by) and same_person(name, row.edited_by)
    return edited or same_person(name, row.made_by)


def names_another(stored: StoredPost, name: str) -> bool:
    """Whether the post names a programme holder who is not this person."""
    responsible = stored.row.responsible
    return is_named(responsible) and not same_person(name, responsible)


def is_held_by_person(stored: StoredPost) -> bool:
    """Whether somebody stopped the post, rather than a rule or its sheet."""
    return stored.publication.status is Status.HELD and stored.publication.last_error.startswith(HELD_BY)


def was_refused(stored: StoredPost) -> bool:
    """Whether one of its files was refused: it has to be tried again before the post may go."""
    return (
        stored.publication.status is Status.HELD
        and stored.row.gather_next_at is None
        and stored.row.gather_tries > 0
    )


def _void_letter(stored: StoredPost, altered: Sequence[str], names: str) -> Letter:
    row = stored.row
    title = f"Persetujuan {row.key} batal karena isinya berubah"
    by_hand = is_from_board(row.source)
    door = "Setujui lagi di papan" if by_hand else "Ubah status barisnya menjadi draf lalu disetujui lagi"
    body = (
        f"{title}.\n"
        f"Yang berubah: {', '.join(altered)} ({'di papan' if by_hand else row.source}).\n"
        f"Sebelumnya disetujui oleh: {names}.\n"
        f"Yang perlu dilakukan: periksa isinya yang baru. {door}, atau "
        f"jalankan: ig-worker posts approve {stored.id} --by NAMA --as verifikator"
    )
    return Letter(key=f"post:{stored.id}:void:{stored.version}", title=title, body=body)
