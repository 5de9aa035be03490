"""Takes the planning sheet into the queue: again and again, always with the same result.

A changed row changes its post while that is possible; changed content voids the approval; a post whose row vanished is
held, so that a corrected typo never puts out both versions (INTERFACE.md, "The planning sheet"). Everything here is
reported in Indonesian: the content team reads it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import MediaRejected
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

VANISHED = "barisnya tidak ada lagi di lembar rencana"
VOID = "isinya berubah sesudah disetujui: ubah statusnya menjadi draf dahulu, lalu setujui lagi"


@dataclass
class ImportResult:
    """What an import did, by the posts' keys; ``problems`` are rows that were not taken, ``notes`` what to know."""

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
        result.problems = [str(problem) for problem in sorted(problems, key=lambda problem: problem.row)]
        with self._database.writing() as connection:
            for row in ready:
                self._take_row(connection, source, row, result)
            self._hold_vanished(connection, source, {row.post.key for row in ready}, result)
            if dry_run:
                connection.rollback()
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
        media = []
        for position, written in enumerate(post.media):
            try:
                original, sha256 = self._staging.keep_original(written, folder)
            except MediaRejected as error:
                allowed = error.cure or str(error)
                return None, (RowProblem(post.row_number, "media", written, allowed),)
            media.append(MediaFile(position, written, original, sha256))
        hold = "; ".join(str(finding) for finding in findings if finding.severity is Severity.HOLD)
        result.notes += [
            f"Baris {post.row_number}: {finding}"
            for finding in findings
            if finding.severity is Severity.WARNING
        ]
        content = content_hash(post, [file.sha256 for file in media])
        row = _Row(post, tuple(media), content, _row_hash(post, content), approval_gap(post), hold)
        return row, ()

    def _take_row(self, connection: Connection, source: str, row: _Row, result: ImportResult) -> None:
        now = self._clock.now()
        key = row.post.key
        stored = posts.by_key(connection, row.post.account, key)
        if stored is None:
            post_id = posts.add(connection, _values(source, row), row.media, now)
            stored = _again(connection, post_id)
            result.added.append(key)
        elif stored.row.row_hash == row.whole and stored.publication.last_error != VANISHED:
            result.unchanged.append(key)
            if stored.publication.status in (Status.DRAFT, Status.HELD):
                result.waiting[key] = row.gap or stored.publication.last_error
            return
        elif stored.publication.status in SETTLED:
            result.notes.append(
                f"Baris {row.post.row_number}: {key} tidak dapat diubah lagi, statusnya {stored.publication.status}."
            )
            return
        else:
            stored = self._change(connection, source, stored, row, now)
            result.changed.append(key)
        self._decide_approval(connection, stored, row, now, result)

    def _change(
        self, connection: Connection, source: str, stored: StoredPost, row: _Row, now: datetime
    ) -> StoredPost:
        """Write the row's new values; changed content also takes the post back to a draft."""
        changed = stored.row.content_hash != row.content
        void = row.post.sheet_status == "disetujui" and (
            stored.row.approval_void or (changed and stored.row.sheet_status == "disetujui")
        )
        if changed or stored.publication.last_error == VANISHED:
            self._move(connection, stored, Happened(Event.CHANGE), now, "the row changed")
            posts.put_media(connection, stored.id, row.media)
        values = {**_values(source, row), "approval_void": void}
        posts.set_values(connection, stored.id, **values)
        return _again(connection, stored.id)

    def _decide_approval(
        self, connection: Connection, stored: StoredPost, row: _Row, now: datetime, result: ImportResult
    ) -> None:
        status = stored.publication.status
        if row.post.sheet_status == "batal":
            if status is not Status.CANCELLED:
                self._move(connection, stored, Happened(Event.CANCEL), now, "cancelled in the sheet")
            return
        gap = row.gap or (VOID if stored.row.approval_void else "")
        if gap:
            result.waiting[row.post.key] = gap
            if status in (Status.APPROVED, Status.PREPARING, Status.READY, Status.HELD):
                self._move(connection, stored, Happened(Event.REJECT, reason=gap), now, "approval withdrawn")
            elif status is Status.CANCELLED:
                self._move(connection, stored, Happened(Event.CHANGE, reason=gap), now, "planned again")
            return
        if status is Status.CANCELLED:
            stored = self._move(connection, stored, Happened(Event.CHANGE), now, "planned again")
            status = stored.publication.status
        if row.hold and status is Status.DRAFT:
            result.waiting[row.post.key] = row.hold
            self._move(connection, stored, Happened(Event.HOLD, reason=row.hold), now, "held")
        elif status in (Status.DRAFT, Status.FAILED) or (status is Status.HELD and not row.hold):
            who = row.post.verified_by
            approved = {"approved_by": who, "approved_hash": row.content}
            self._move(
                connection, stored, Happened(Event.APPROVE), now, "approved in the sheet", who, approved
            )

    def _hold_vanished(
        self, connection: Connection, source: str, present: Collection[str], result: ImportResult
    ) -> None:
        now = self._clock.now()
        holdable = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY)
        for stored in posts.from_source(connection, source):
            if stored.row.key not in present and stored.publication.status in holdable:
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
        after: Publication = apply(stored.publication, happened, now)
        posts.save(connection, stored, after, now, what, who=who, extra=extra)
        return _again(connection, stored.id)


def _again(connection: Connection, post_id: int) -> StoredPost:
    stored = posts.get(connection, post_id)
    assert stored is not None
    return stored


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
