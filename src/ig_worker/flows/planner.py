"""Takes the planning sheet into the queue: again and again, always with the same result.

A changed row changes its post while that is possible; changed content voids the approval; a post whose row vanished is
held, so that a corrected typo never puts out both versions (INTERFACE.md, "The planning sheet"). Everything here is
reported in Indonesian: the content team reads it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected, NeedsPerson, Unanswered
from ig_worker.domain.instagram import Kind
from ig_worker.domain.planning import PlannedPost, approval_gap, content_hash, plan_sheet
from ig_worker.domain.post_rules import Severity, check_post
from ig_worker.domain.publication import Event, Happened, Publication, Status, apply
from ig_worker.domain.sheet_rows import RowProblem, SheetRow
from ig_worker.flows.ports import Clock, Staging
from ig_worker.store import posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import MediaFile, StoredPost

log = logging.getLogger(__name__)

SETTLED = (Status.PUBLISHING, Status.PUBLISHED, Status.UNCONFIRMED)
"""What a sheet can no longer change: it is out, or may be."""

VANISHED = "barisnya tidak ada lagi di lembar rencana, atau tidak dapat diambil"
FIRST_COMMENT = "disimpan tetapi belum dikirim otomatis; mohon ditulis sendiri sesudah posting terbit."
VOID = "berubah atau dibatalkan sesudah disetujui: ubah statusnya menjadi draf dahulu, lalu setujui lagi"

UNAPPROVED = {"approved_by": "", "approved_hash": ""}


@dataclass
class ImportResult:
    """What an import did, by the posts' keys.

    Every row is in one of ``added``, ``changed``, ``unchanged``, or told in ``problems``; ``notes`` say what to know.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    """Posts that wait for an approval, and why."""
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    """A row that can be taken, with its hashes and our own copies of its media."""

    post: PlannedPost
    media: tuple[MediaFile, ...]
    content: str
    whole: str
    gap: str
    hold: str


class Planner:
    """Turns sheets into posts."""

    def __init__(
        self, database: Database, staging: Staging, clock: Clock, accounts: Collection[str], zone: tzinfo
    ) -> None:
        self._database = database
        self._staging = staging
        self._clock = clock
        self._accounts = accounts
        self._zone = zone

    def take(
        self,
        source: str,
        folder: Path,
        rows: Sequence[SheetRow],
        *,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> ImportResult:
        """Import a sheet whose media lie below `folder`. With `dry_run`, say what would happen and change nothing."""
        result = ImportResult()
        planned, problems = plan_sheet(rows, accounts=self._accounts, zone=self._zone)
        ready: list[_Row] = []
        for number, post in enumerate(planned, 1):
            row, refused = self._look_at(post, folder, result)
            problems += refused
            if row is not None:
                ready.append(row)
            progress(number, len(planned))
        with self._database.writing() as connection:
            for row in ready:
                problems += self._take_row(connection, source, row, result)
            present = {(row.post.account, row.post.key) for row in ready}
            self._hold_vanished(connection, source, present, result)
            if dry_run:
                connection.rollback()
        result.problems = [str(problem) for problem in sorted(problems, key=lambda problem: problem.row)]
        return result

    def _look_at(
        self, post: PlannedPost, folder: Path, result: ImportResult
    ) -> tuple[_Row | None, tuple[RowProblem, ...]]:
        findings = check_post(post)
        refused = [
            RowProblem(post.row_number, finding.field, finding.found, finding.allowed)
            for finding in findings
            if finding.severity is Severity.REFUSE
        ]
        if refused:
            return None, tuple(refused)
        media: list[MediaFile] = []
        story, ratio = post.kind is Kind.STORY, None
        for position, written in enumerate(post.media):
            try:
                original, sha256 = self._staging.keep_original(written, folder)
                found = self._staging.try_out(original, story=story, ratio=ratio)
            except (MediaRejected, Unanswered) as error:
                reason = f"{str(error).rstrip('.')}. {error.cure.rstrip('.')}".strip(". ")
                allowed = f"berkas yang dapat diterbitkan ({reason})"
                return None, (RowProblem(post.row_number, "media", written, allowed),)
            if post.kind is Kind.CAROUSEL:
                ratio = ratio or found or None
            media.append(MediaFile(position, written, original, sha256))
        hold = "; ".join(str(finding) for finding in findings if finding.severity is Severity.HOLD)
        result.notes += [
            f"Baris {post.row_number}: {finding}"
            for finding in findings
            if finding.severity is Severity.WARNING
        ]
        if post.first_comment and post.kind is not Kind.STORY:
            result.notes.append(f"Baris {post.row_number}, kolom komentar_pertama: {FIRST_COMMENT}")
        content = content_hash(post, [file.sha256 for file in media])
        row = _Row(post, tuple(media), content, _row_hash(post, content), approval_gap(post), hold)
        return row, ()

    def _take_row(
        self, connection: Connection, source: str, row: _Row, result: ImportResult
    ) -> tuple[RowProblem, ...]:
        now = self._clock.now()
        key = row.post.key
        before = posts.by_key(connection, row.post.account, key)
        if before is None:
            post_id = posts.add(connection, _values(source, row), row.media, now)
            stored = _again(connection, post_id)
            result.added.append(key)
            if row.post.scheduled_at < now:
                result.notes.append(f"Baris {row.post.row_number}: waktu terbit {key} sudah lewat.")
        elif before.row.row_hash == row.whole and not _has_vanished(before):
            self._leave(connection, source, before, row, result)
            return ()
        elif before.publication.status in SETTLED:
            allowed = f"seperti semula: statusnya {before.publication.status} dan tidak dapat diubah lagi"
            return (RowProblem(row.post.row_number, "kode", key, allowed),)
        else:
            stored = self._change(connection, source, before, row, now)
            result.changed.append(key)
        self._decide_approval(connection, before, stored, row, now, result)
        return ()

    def _leave(
        self, connection: Connection, source: str, stored: StoredPost, row: _Row, result: ImportResult
    ) -> None:
        """Nothing is new in the row; but the sheet that showed it last is the one from which it can vanish."""
        result.unchanged.append(row.post.key)
        posts.set_values(connection, stored.id, source=source, source_row=row.post.row_number)
        gap, status = _gap(stored, row), stored.publication.status
        if status in (Status.DRAFT, Status.HELD) or (gap and status is Status.FAILED):
            result.waiting[row.post.key] = gap or stored.publication.last_error

    def _change(
        self, connection: Connection, source: str, stored: StoredPost, row: _Row, now: datetime
    ) -> StoredPost:
        """Write the row's new values; what must be looked at again becomes a draft.

        State and values are saved in one step: a publisher that is at work on the post sees that it was too slow.
        """
        publication = stored.publication
        changed = stored.row.content_hash != row.content
        values = _values(source, row)
        cancelled = publication.status is Status.CANCELLED
        spoilt = (changed or cancelled) and stored.row.sheet_status == "disetujui"
        values["approval_void"] = row.post.sheet_status == "disetujui" and (
            stored.row.approval_void or spoilt
        )
        if changed:
            values |= UNAPPROVED
            posts.put_media(connection, stored.id, row.media)
        if (
            changed
            or _has_vanished(stored)
            or (row.hold and _consent(values["options"]) != _consent(stored.row.options))
        ):
            publication = replace(apply(publication, Happened(Event.CHANGE), now), last_error="")
        publication = replace(publication, scheduled_at=values.pop("scheduled_at"))
        return self._save(connection, stored, publication, now, "the row changed", extra=values)

    def _decide_approval(
        self,
        connection: Connection,
        before: StoredPost | None,
        stored: StoredPost,
        row: _Row,
        now: datetime,
        result: ImportResult,
    ) -> None:
        status = stored.publication.status
        going = status in (Status.APPROVED, Status.PREPARING, Status.READY)
        if row.post.sheet_status == "batal":
            if status is not Status.CANCELLED:
                self._move(connection, stored, Happened(Event.CANCEL), now, "cancelled in the sheet")
            return
        gap = _gap(stored, row)
        if gap and going and before is not None and _gap_before(before, row):
            return  # A person approved it, not the sheet: the sheet has nothing to withdraw.
        if gap:
            result.waiting[row.post.key] = gap
            happened = Happened(Event.REJECT, reason=gap)
            if going or status is Status.HELD:
                self._move(connection, stored, happened, now, "approval withdrawn", extra=UNAPPROVED)
            elif status is Status.CANCELLED:
                self._move(connection, stored, Happened(Event.CHANGE, reason=gap), now, "planned again")
            return
        if status is Status.CANCELLED:
            stored = self._move(connection, stored, Happened(Event.CHANGE), now, "planned again")
            status = stored.publication.status
        if row.hold and status in (Status.DRAFT, Status.HELD):
            result.waiting[row.post.key] = row.hold
            if status is Status.DRAFT:
                self._move(connection, stored, Happened(Event.HOLD, reason=row.hold), now, "held")
        elif status in (Status.DRAFT, Status.FAILED, Status.HELD):
            who = row.post.verified_by
            approved = {"approved_by": who, "approved_hash": row.content}
            self._move(
                connection, stored, Happened(Event.APPROVE), now, "approved in the sheet", who, approved
            )

    def _hold_vanished(
        self, connection: Connection, source: str, present: Collection[tuple[str, str]], result: ImportResult
    ) -> None:
        now = self._clock.now()
        holdable = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY)
        for stored in posts.from_source(connection, source):
            if (stored.account, stored.row.key) in present:
                continue
            if stored.publication.status in holdable:
                self._move(connection, stored, Happened(Event.HOLD, reason=VANISHED), now, "its row vanished")
                result.held.append(stored.row.key)

    def _move(
        self,
        connection: Connection,
        stored: StoredPost,
        happened: Happened,
        now: datetime,
        what: str,
        who: str = "lembar rencana",
        extra: dict[str, Any] | None = None,
    ) -> StoredPost:
        after = apply(stored.publication, happened, now)
        if happened.event is Event.APPROVE:
            # A sheet's yes is for the planned time: it cannot be late itself and still make a late post good.
            after = replace(after, approved_at=min(now, after.scheduled_at))
        return self._save(connection, stored, after, now, what, who, extra)

    def _save(
        self,
        connection: Connection,
        stored: StoredPost,
        after: Publication,
        now: datetime,
        what: str,
        who: str = "lembar rencana",
        extra: dict[str, Any] | None = None,
    ) -> StoredPost:
        if not posts.save(connection, stored, after, now, what, who=who, extra=extra):
            raise NeedsPerson(
                f"{stored.row.key} sedang diubah oleh orang lain; tidak ada baris yang diambil",
                cure="impor lembar rencananya sekali lagi",
            )
        return _again(connection, stored.id)


def _again(connection: Connection, post_id: int) -> StoredPost:
    stored = posts.get(connection, post_id)
    assert stored is not None
    return stored


def _has_vanished(stored: StoredPost) -> bool:
    return stored.publication.status is Status.HELD and stored.publication.last_error == VANISHED


def _gap(stored: StoredPost, row: _Row) -> str:
    return row.gap or (VOID if stored.row.approval_void else "")


def _gap_before(before: StoredPost, row: _Row) -> str:
    """Why the sheet did not count as approving the post when it was seen last; empty where it did."""
    old = before.row
    named = {"sheet_status": old.sheet_status, "verified_by": old.verified_by, "made_by": old.made_by}
    return approval_gap(replace(row.post, **named))


def _consent(options: Mapping[str, Any]) -> tuple[Any, Any]:
    return options.get("shows_patient"), options.get("consent")


def _row_hash(post: PlannedPost, content: str) -> str:
    """A hash over everything in the row that matters to us, the approval's columns and the time included."""
    named = [
        post.sheet_status,
        post.made_by,
        post.edited_by,
        post.verified_by,
        post.responsible,
        post.segment,
    ]
    marked = [post.scheduled_at.isoformat(), post.urgent, post.shows_patient, post.consent]
    return hashlib.sha256(json.dumps([content, named, marked]).encode()).hexdigest()


def _values(source: str, row: _Row) -> dict[str, Any]:
    post = row.post
    return {
        "account": post.account,
        "key": post.key,
        "kind": post.kind.value,
        "segment": post.segment,
        "scheduled_at": post.scheduled_at,
        "caption": post.caption,
        "alt_text": post.alt_text,
        "first_comment": post.first_comment,
        "options": {
            "collaborators": list(post.collaborators),
            "user_tags": [asdict(tag) for tag in post.user_tags],
            "location_id": post.location_id,
            "cover": post.cover,
            "thumb_offset_ms": post.thumb_offset_ms,
            "share_to_feed": post.share_to_feed,
            "urgent": post.urgent,
            "shows_patient": post.shows_patient,
            "consent": post.consent,
        },
        "made_by": post.made_by,
        "edited_by": post.edited_by,
        "verified_by": post.verified_by,
        "responsible": post.responsible,
        "source": source,
        "source_row": post.row_number,
        "sheet_status": post.sheet_status,
        "content_hash": row.content,
        "row_hash": row.whole,
    }
