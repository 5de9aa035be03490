"""Posts that somebody makes and changes by hand on the board, by the same rules as a row of the sheet."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path

from ig_worker.domain.approval import Answer, judge
from ig_worker.domain.differences import differences
from ig_worker.domain.errors import IgWorkerError, NeedsPerson
from ig_worker.domain.people import same_person
from ig_worker.domain.planning import PlannedPost, plan_row
from ig_worker.domain.post_rules import Finding, Severity, check_post
from ig_worker.domain.publication import Event, Happened, Status, apply
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.domain.sheet_rows import BOARD, Cell, is_from_board
from ig_worker.flows.planning.approving import (
    GOING,
    UNAPPROVED,
    Agreement,
    Approving,
    is_held_by_person,
    save,
)
from ig_worker.flows.planning.deciding import seen_of
from ig_worker.flows.planning.gathering import Gatherer
from ig_worker.flows.planning.planned_row import PlannedRow
from ig_worker.flows.planning.row_files import Copies, named_files
from ig_worker.flows.ports import Clock, Staging
from ig_worker.store import approvals, plans, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.plans import FreshPost
from ig_worker.store.posts import MediaFile, StoredPost, as_planned

log = logging.getLogger(__name__)

CHANGEABLE = (Status.DRAFT, *GOING, Status.HELD, Status.FAILED)
"""The states in which a post can still become another one."""


@dataclass(frozen=True)
class Draft:
    """What somebody typed: the sheet's columns, each picture's alt text in their order, and where the files lie."""

    cells: Mapping[str, Cell]
    alt_texts: Sequence[str]
    folder: Path
    tried: Collection[str] = ()
    """Files that were prepared once as they will go out."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a field, or what to know of it, in Indonesian; ``column`` is the sheet's."""

    column: str
    said: str
    refuses: bool = True


class NotTaken(NeedsPerson):
    """The draft cannot be taken as it is; ``problems`` say why, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.column}: {problem.said}" for problem in problems))
        self.problems = tuple(problems)


class NotTheirs(NeedsPerson):
    """This post is not changed here, or not by this person."""


class ByHand:
    """Makes and changes posts for the people on the board."""

    def __init__(
        self,
        database: Database,
        staging: Staging,
        clock: Clock,
        accounts: Collection[str],
        zone: tzinfo,
        approving: Approving,
        gatherer: Gatherer,
        agreement: Agreement,
    ) -> None:
        self._database = database
        self._staging = staging
        self._clock = clock
        self._accounts = accounts
        self._zone = zone
        self._approving = approving
        self._gatherer = gatherer
        self._agreement = agreement

    def look(
        self, draft: Draft, *, before: StoredPost | None = None
    ) -> tuple[PlannedPost | None, list[Problem]]:
        """The post that the draft asks for (None where it makes none), and what is to be said against it."""
        planned = plan_row(1, draft.cells, accounts=self._accounts, zone=self._zone)
        if not isinstance(planned, PlannedPost):
            return None, [Problem(each.column, _said(each.found, each.allowed)) for each in planned]
        post = replace(planned, alt_text="\n".join(" ".join(each.split()) for each in draft.alt_texts))
        problems = [
            Problem(each.field, f"{each.found}; {each.allowed}.", refuses=each.severity is Severity.REFUSE)
            for each in self._findings(post)
        ]
        moved = before is None or before.row.scheduled_at != post.scheduled_at
        if moved and post.scheduled_at <= self._clock.now():
            problems.append(Problem("tanggal", "waktu itu sudah lewat; pilih waktu yang akan datang."))
        return post, problems

    def made(self, account: str, key: str) -> int | None:
        """The number of the post that was made with this key."""
        with self._database.reading() as connection:
            found = posts.by_key(connection, account, key)
        return found.id if found is not None else None

    def add(self, draft: Draft, by: str) -> int:
        """Put a new draft into the queue; the same key again is the same post. Returns its number.

        Raises NotTaken, and MediaRejected or Misconfigured where a file cannot be kept.
        """
        post = self._taken(draft, None)
        row = self._row(post, draft)
        source, now = f"{BOARD}{post.key}", self._clock.now()
        with self._database.writing() as connection:
            if (post.account, post.key) not in plans.known(connection, [post.key]):
                plans.add_all(connection, [self._fresh(row, source, by, now)], now)
        self._prepare(source)
        number = self.made(post.account, post.key)
        assert number is not None  # it was put there, by us or by the same form sent twice
        return number

    def change(self, post_id: int, draft: Draft, by: str, *, edits: bool, seen: str | None) -> None:
        """Give a post made on the board other words, files or another time; its approval is void then.

        `edits`: whether they may change what others made, as the caption editor. Raises NotTheirs, NotTaken,
        ChangedMeanwhile where it is not what was `seen` any more, and as :meth:`add`.
        """
        with self._database.reading() as connection:
            before = posts.get(connection, post_id)
        self.require_theirs(before, by, edits=edits)
        post = self._taken(draft, before)
        row = self._row(post, draft)
        with self._database.writing() as connection:
            stored = posts.get(connection, post_id)
            self.require_theirs(stored, by, edits=edits)
            assert stored is not None  # or it were nobody's
            if not (columns := self._columns(stored, row)):
                return  # nothing of anybody's is overwritten; the same form sent twice ends here
            require_unchanged(seen, self.seen_of(connection, stored), f"post {post_id}")
            self._rewrite(connection, stored, row, columns, by, self._clock.now())
        self._prepare(stored.row.source)

    def seen_of(self, connection: Connection, stored: StoredPost) -> str:
        """The mark of all that somebody who changes the post has before their eyes."""
        given = approvals.of(connection, stored.id)
        return mark_of(seen_of(stored, given), stored.row.row_hash)

    @staticmethod
    def require_theirs(stored: StoredPost | None, by: str, *, edits: bool) -> None:
        """NotTheirs where the post is not changed on the board, is out, or is somebody else's."""
        if stored is None or not is_from_board(stored.row.source):
            raise NotTheirs("this post is changed where it was planned")
        if stored.publication.status not in CHANGEABLE:
            raise NotTheirs(
                f"post {stored.id} is {stored.publication.status.value}: it is not changed any more"
            )
        if not edits and not same_person(by, stored.row.made_by):
            raise NotTheirs(f"post {stored.id} is {stored.row.made_by}'s")

    def _prepare(self, source: str) -> None:
        """Try the files at once, as after an import; what cannot be tried now the worker tries later."""
        try:
            self._gatherer.look_at(source, 1)
        except IgWorkerError as error:
            log.warning("the files of %s wait for the worker: %s", source, error)

    def _findings(self, post: PlannedPost) -> tuple[Finding, ...]:
        return check_post(post, own_numbers=self._agreement.own_numbers)

    def _taken(self, draft: Draft, before: StoredPost | None) -> PlannedPost:
        post, problems = self.look(draft, before=before)
        refusing = [problem for problem in problems if problem.refuses]
        if post is None or refusing:
            raise NotTaken(refusing or problems)
        return post

    def _row(self, post: PlannedPost, draft: Draft) -> PlannedRow:
        copies, files = Copies(self._staging, draft.folder), list[MediaFile]()
        for role, _column, written in named_files(post):
            original, sha256 = copies.of(written)
            tried = written in draft.tried
            files.append(MediaFile(len(files), written, original, sha256, role=role, tried=tried))
        held = tuple(each for each in self._findings(post) if each.severity is Severity.HOLD)
        return PlannedRow(post, tuple(files), held)

    def _fresh(self, row: PlannedRow, source: str, by: str, now: datetime) -> FreshPost:
        values = row.values(source, row.files, now) | UNAPPROVED
        values |= {
            "status": Status.DRAFT.value,
            "approved_at": None,
            "last_error": "",
            "approval_void": False,
        }
        journal = [(by, "made on the board")]
        judged = judge(values["content_hash"], row.post.made_by, (), self._agreement.required, row.findings)
        if judged.answer is Answer.HOLD:
            values |= {"status": Status.HELD.value, "last_error": judged.reason}
            journal.append(("ig-worker", "held"))
        return FreshPost(values, row.files, (), journal)

    def _columns(self, stored: StoredPost, row: PlannedRow) -> list[str]:
        """The sheet's columns in which the row says something else; who edited it is none that counts alone."""
        told = [each.column for each in differences(as_planned(stored), row.post, self._zone)]
        return list(dict.fromkeys(each for each in (*told, *row.altered(stored)) if each != "redaksi"))

    def _rewrite(
        self,
        connection: Connection,
        stored: StoredPost,
        row: PlannedRow,
        columns: Sequence[str],
        by: str,
        now: datetime,
    ) -> None:
        altered = row.altered(stored)
        files = row.files_beside(stored) if altered else stored.files
        values = row.values(stored.row.source, files, now) | {"approval_void": False}
        del values["scheduled_at"]
        if altered:
            posts.put_media(connection, stored.id, files)
        publication = stored.publication
        what = "changed on the board"
        what += f": {', '.join(columns)}"
        if altered or not _DECISIVE.isdisjoint(columns):
            if names := self._approving.take_back(connection, stored, columns, now):
                what += f"; the approval of {names} is void"
            values |= UNAPPROVED
            if not is_held_by_person(stored):  # who stopped it lets it go on
                publication = replace(apply(publication, Happened(Event.CHANGE), now), last_error="")
        if publication.scheduled_at != row.post.scheduled_at:
            publication = replace(publication, scheduled_at=row.post.scheduled_at, containers_made=0)
        fresh = save(connection, stored, publication, now, what, by, values)
        if fresh.publication.status is Status.DRAFT:
            self._approving.let_count(connection, fresh, now)


_DECISIVE = {"waktu", "ada_pasien", "persetujuan_pasien"}
"""What a yes was given to beside the content."""


def _said(found: str, allowed: str) -> str:
    return (
        f"“{found}” tidak dapat dipakai; isi dengan {allowed}."
        if found
        else f"masih kosong; isi dengan {allowed}."
    )
