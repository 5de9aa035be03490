"""Takes the planning sheet into the queue: again and again, always with the same result.

A changed row changes its post while that is possible; changed content voids the approval; a post whose row vanished is
held, so that a corrected typo never puts out both versions (INTERFACE.md, "The planning sheet"). Texts and dates are
looked at here and local files copied; what is to be fetched or tried is left to the gatherer. Everything is reported in
Indonesian: the content team reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from ig_worker.domain.approval import (
    VOID,
    Answer,
    approved_by,
    judge,
    sheet_approvals,
)
from ig_worker.domain.differences import OTHER_BYTES, Difference, differences
from ig_worker.domain.errors import MediaRejected
from ig_worker.domain.planning import PlannedPost, approval_gap, plan_sheet
from ig_worker.domain.post_rules import Severity, check_post
from ig_worker.domain.publication import Event, Happened, Status
from ig_worker.domain.sheet_rows import RowProblem, SheetRow, is_from_board
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.planning.approving import THE_SHEET, UNAPPROVED, Agreement, Approving, waiting_reason
from ig_worker.flows.planning.bringing import Bringer, Taking
from ig_worker.flows.planning.imported import Change, ImportResult
from ig_worker.flows.planning.planned_row import (
    CANCELLED,
    OUT_IN_WORDS,
    SETTLED,
    PlannedRow,
)
from ig_worker.flows.planning.replaced import REPLACES, Replaced
from ig_worker.flows.planning.replanning import VANISHED, Replanning, has_vanished
from ig_worker.flows.planning.row_files import Copies, media_problem, named_files
from ig_worker.flows.planning.turns import Turns, parts
from ig_worker.flows.ports import Clock, Staging
from ig_worker.store import approvals, plans, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.plans import FreshPost, KnownPost
from ig_worker.store.posts import MediaFile, StoredPost, as_planned

MADE_ON_BOARD = "kode lain, karena postingan dengan kode ini dibuat di papan dan hanya diubah di sana"

HOLDABLE = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY)


class Planner:
    """Turns sheets into posts."""

    def __init__(
        self,
        database: Database,
        staging: Staging,
        clock: Clock,
        accounts: Collection[str],
        zone: tzinfo,
        outbox: Outbox | None = None,
        agreement: Agreement | None = None,
        trial: Callable[[], AbstractContextManager[Staging]] | None = None,
    ) -> None:
        self._database = database
        self._staging = staging
        self._clock = clock
        self._accounts = accounts
        self._zone = zone
        self._agreement = agreement or Agreement()
        self._approving = Approving(outbox or Outbox({}), self._agreement)
        self._replanning = Replanning(self._approving)
        self._trial = trial or (lambda: nullcontext(staging))

    def take(
        self,
        source: str,
        folder: Path,
        rows: Sequence[SheetRow],
        *,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
        by: Bringer | None = None,
    ) -> ImportResult:
        """Import a sheet whose media lie below `folder`. With `dry_run`, say what would happen and change nothing.

        `by` is who brings it; without one the sheet speaks for itself, as it does where it is looked after in common.
        """
        with self._trial() if dry_run else nullcontext(self._staging) as staging:
            taking = Taking(source, Copies(staging, folder), by)
            return self._take(taking, rows, dry_run, progress)

    def _take(
        self,
        taking: Taking,
        rows: Sequence[SheetRow],
        dry_run: bool,
        progress: Callable[[int, int], None],
    ) -> ImportResult:
        result, copies = ImportResult(), taking.copies
        planned, found = plan_sheet(rows, accounts=self._accounts, zone=self._zone)
        problems = list(found)
        ready: list[PlannedRow] = []
        for number, post in enumerate(planned, 1):
            row, refused = self._look_at(post, copies, result)
            problems += refused
            if row is not None:
                ready.append(row)
            progress(number, len(planned))
        now = self._clock.now()
        turns = Turns(self._database, dry_run=dry_run)
        present = {(row.post.account, row.post.key) for row in ready}
        # First of all: were we interrupted later, a corrected row would not have both its versions in the queue.
        self._hold_vanished(turns, taking, present, result, now)
        for part in parts(ready):
            with turns.writing() as connection:
                problems += self._take_rows(connection, taking, part, present, result, now)
        result.problems = [str(problem) for problem in sorted(problems, key=lambda problem: problem.row)]
        return result

    def _look_at(
        self, post: PlannedPost, copies: Copies, result: ImportResult
    ) -> tuple[PlannedRow | None, tuple[RowProblem, ...]]:
        findings = check_post(post, own_numbers=self._agreement.own_numbers)
        refused = [
            RowProblem(post.row_number, finding.field, finding.found, finding.allowed)
            for finding in findings
            if finding.severity is Severity.REFUSE
        ]
        if refused:
            return None, tuple(refused)
        files: list[MediaFile] = []
        for role, column, written in named_files(post):
            try:
                original, sha256 = copies.of(written)
            except MediaRejected as error:
                return None, (media_problem(post.row_number, column, written, error),)
            files.append(MediaFile(len(files), written, original, sha256, role=role))
        result.notes += [
            f"Baris {post.row_number}: {finding}"
            for finding in findings
            if finding.severity is Severity.WARNING
        ]
        held = tuple(finding for finding in findings if finding.severity is Severity.HOLD)
        return PlannedRow(post, tuple(files), held), ()

    def _take_rows(
        self,
        connection: Connection,
        taking: Taking,
        rows: Sequence[PlannedRow],
        present: Collection[tuple[str, str]],
        result: ImportResult,
        now: datetime,
    ) -> list[RowProblem]:
        problems: list[RowProblem] = []
        source, replanning = taking.source, self._replanning
        if taking.who:
            replanning = Replanning(self._approving, taking.who)
        known = plans.known(connection, [row.post.key for row in rows])
        unknown = any((row.post.account, row.post.key) not in known for row in rows)
        replaced = Replaced.of(connection, source, present, now) if unknown else Replaced(())
        fresh: list[FreshPost] = []
        same: list[tuple[KnownPost, PlannedRow]] = []
        other: dict[int, PlannedRow] = {}
        for row in rows:
            before = known.get((row.post.account, row.post.key))
            if before is not None and is_from_board(before.source):
                problems.append(RowProblem(row.post.row_number, "kode", row.post.key, MADE_ON_BOARD))
            elif before is None:
                fresh.append(self._fresh(taking, taking.vouched(row, None, result), replaced, result, now))
            elif before.row_hash == row.whole and not has_vanished(before.status, before.last_error):
                same.append((before, row))
            else:
                other[before.id] = row
        plans.add_all(connection, fresh, now)
        for stored in posts.some(connection, list(other)):
            row, before = (
                taking.vouched(other[stored.id], stored, result),
                known[stored.account, stored.row.key],
            )
            if row.was_like(stored) and not has_vanished(before.status, before.last_error):
                posts.set_values(connection, stored.id, row_hash=row.whole)
                same.append((before, row))
            elif before.status in SETTLED:
                allowed = (
                    f"isinya seperti semula, karena postingan ini {OUT_IN_WORDS[before.status]} dan tidak dapat "
                    "diubah lagi; untuk postingan lain pakai kode lain"
                )
                problems.append(RowProblem(row.post.row_number, "kode", row.post.key, allowed))
            else:
                result.changed.append(row.post.key)
                if before.source != source:
                    result.notes.append(
                        f"Baris {row.post.row_number}: kode {row.post.key} sudah dipakai di {before.source} baris "
                        f"{before.source_row}; postingan itu kini mengikuti lembar ini. Bila maksudnya postingan lain, "
                        "beri kode lain dan impor lagi kedua lembarnya."
                    )
                reason = replanning.change(connection, source, stored, row, now)
                self._tell_change(connection, stored, row, result)
                if reason:
                    result.waiting[row.post.key] = reason
        self._leave(connection, source, same, result)
        return problems

    def _tell_change(
        self, connection: Connection, before: StoredPost, row: PlannedRow, result: ImportResult
    ) -> None:
        was = before.row.approved_by
        after = posts.get(connection, before.id)
        void = was if after is not None and not after.row.approved_by else ""
        now_planned = replace(row.post, scheduled_at=row.time_for(before))
        told = differences(as_planned(before), now_planned, self._zone)
        named = {each.column for each in told}
        told += tuple(Difference(each, *OTHER_BYTES) for each in row.altered(before) if each not in named)
        result.changes[row.post.key] = Change(told, void)
        result.posts[row.post.key] = row.post

    def _fresh(
        self, taking: Taking, row: PlannedRow, replaced: Replaced, result: ImportResult, now: datetime
    ) -> FreshPost:
        """A post for a row that was never seen, as far on its way as the row itself lets it."""
        post, source = row.post, taking.source
        values = row.values(source, row.files, now) | UNAPPROVED
        values |= {
            "status": Status.DRAFT.value,
            "approved_at": None,
            "last_error": "",
            "approval_void": False,
        }
        journal = [(taking.who or "ig-worker", f"planned from {source} row {post.row_number}")]
        result.added.append(post.key)
        result.posts[post.key] = post
        if post.scheduled_at < now:
            result.notes.append(f"Baris {post.row_number}: waktu terbit {post.key} sudah lewat.")
        if post.sheet_status == CANCELLED:
            journal.append((THE_SHEET, "cancelled in the sheet"))
            return FreshPost(values | {"status": Status.CANCELLED.value}, row.files, (), journal)
        if out_already := replaced.reason(post):
            result.waiting[post.key] = out_already
            values |= {"status": Status.HELD.value, "last_error": out_already, "approval_void": True}
            return FreshPost(values, row.files, (), [*journal, ("ig-worker", f"held: {out_already}")])
        content = values["content_hash"]
        given = sheet_approvals(post, content)
        judged = judge(content, post.made_by, given, self._agreement.required, row.findings)
        reason = approval_gap(post) or judged.reason
        if reason:
            result.waiting[post.key] = reason
            if judged.answer is Answer.HOLD and not approval_gap(post):
                values |= {"status": Status.HELD.value, "last_error": reason}
                journal.append((THE_SHEET, "held"))
        else:
            values |= {
                "status": Status.APPROVED.value,
                "approved_at": min(now, post.scheduled_at),
                "approved_by": approved_by(given, content),
                "approved_hash": content,
            }
            journal.append((post.verified_by, "approved in the sheet"))
        return FreshPost(values, row.files, given, journal)

    def _leave(
        self,
        connection: Connection,
        source: str,
        same: Sequence[tuple[KnownPost, PlannedRow]],
        result: ImportResult,
    ) -> None:
        """Nothing is new in these rows; but the sheet that showed them last is the one from which they can vanish."""
        moved = []
        undecided: list[int] = []
        for before, row in same:
            key = row.post.key
            result.unchanged.append(key)
            if (before.source, before.source_row) != (source, row.post.row_number):
                moved.append((before.id, row.post.row_number))
            void = before.approval_void and before.status is not Status.HELD  # a held post tells why itself
            gap = approval_gap(row.post) or (VOID if void else "")
            if before.status in (Status.DRAFT, Status.HELD) or (gap and before.status is Status.FAILED):
                replaces = before.status is Status.HELD and before.last_error.startswith(REPLACES)
                result.waiting[key] = before.last_error if replaces else gap or before.last_error
                if not result.waiting[key] or len(self._agreement.required) > 1:
                    undecided.append(before.id)
        plans.seen(connection, source, moved)
        for stored in posts.some(connection, undecided):
            judged = self._approving.judgement(stored, approvals.of(connection, stored.id))
            reason = waiting_reason(stored, judged) or stored.publication.last_error
            result.waiting[stored.row.key] = reason

    def _hold_vanished(
        self,
        turns: Turns,
        taking: Taking,
        present: Collection[tuple[str, str]],
        result: ImportResult,
        now: datetime,
    ) -> None:
        source = taking.source
        with self._database.reading() as connection:
            gone = plans.left_out(connection, source, HOLDABLE, present)
        for ids in parts(gone):
            with turns.writing() as connection:
                for stored in posts.some(connection, ids):
                    if stored.publication.status not in HOLDABLE or stored.row.source != source:
                        continue  # it went out, or another sheet showed it, in this very moment
                    vanished = Happened(Event.HOLD, reason=VANISHED)
                    self._approving.move(
                        connection, stored, vanished, now, "its row vanished", taking.who or THE_SHEET
                    )
                    result.held.append(stored.row.key)
                    result.posts[stored.row.key] = as_planned(stored)
