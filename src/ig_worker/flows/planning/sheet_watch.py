"""Looks at the planning sheet at Google: takes it into the queue, and writes beside each row what became of its post.

A reading that failed, or came back empty, changes nothing: only a sheet with rows can say that one is gone.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Throttled, Unanswered
from ig_worker.domain.indonesian_dates import Unreadable
from ig_worker.domain.planning import PlannedPost, plan_row
from ig_worker.domain.publication import Status
from ig_worker.domain.sheet_cells import read_account, read_name
from ig_worker.domain.sheet_rows import Cell, SheetRow, about_row
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.sheets.online import mark_of
from ig_worker.sheets.reading import Sheet
from ig_worker.store import posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

STATUS_WORDS: Mapping[Status, str] = {
    Status.DRAFT: "draf",
    Status.APPROVED: "disetujui",
    Status.PREPARING: "disiapkan",
    Status.READY: "siap terbit",
    Status.PUBLISHING: "sedang diterbitkan",
    Status.PUBLISHED: "terbit",
    Status.UNCONFIRMED: "perlu dipastikan",
    Status.HELD: "ditahan",
    Status.FAILED: "gagal",
    Status.CANCELLED: "dibatalkan",
}
REFUSED = "tidak diambil"
"""Beside a row that made no post."""

EXPLAINED = (Status.DRAFT, Status.HELD, Status.FAILED, Status.UNCONFIRMED)
"""What waits for a person says why."""

_OVER = (Status.PUBLISHED, Status.CANCELLED)
_STILL_NEWS = timedelta(days=7)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
LINES_MAX = 40
"""A letter that lists more is read by nobody; the sheet itself says all of them."""


class OnlineSheet(Protocol):
    """A planning sheet that people work on while we do."""

    def read(self) -> Sheet:
        """The sheet as it is now; raises Misconfigured, Throttled or Unanswered."""
        ...

    def mark(self, marks: Mapping[str, Mapping[str, str]]) -> int:
        """Write into our columns, by ``mark_of`` the rows' cells; returns how many cells changed. Raises as `read`."""
        ...


class Taken(Protocol):
    """What an import did, as far as it is told in the sheet."""

    problems: list[str]
    waiting: dict[str, str]


Result = TypeVar("Result", bound=Taken)
Result_co = TypeVar("Result_co", bound=Taken, covariant=True)


class Take(Protocol[Result_co]):
    """Imports rows whose media lie below a folder: what the planner does."""

    def __call__(
        self, source: str, folder: Path, rows: Sequence[SheetRow], *, dry_run: bool
    ) -> Result_co: ...


@dataclass(frozen=True)
class Rules:
    """Where the centre is, whose posts the sheet plans, and where the files lie that it names by path."""

    accounts: Collection[str]
    zone: tzinfo
    media_dir: Path


@dataclass(frozen=True)
class _Planned:
    """A row, and whose post it is; both names are empty where the row does not say."""

    row: SheetRow
    account: str
    key: str

    @property
    def known_as(self) -> tuple[str, str]:
        return self.account, self.key


class SheetWatch(Generic[Result]):
    """One spreadsheet, again and again."""

    def __init__(
        self,
        sheet: OnlineSheet,
        take: Take[Result],
        database: Database,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._sheet = sheet
        self._take = take
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._told: set[str] = set()
        self._wrong_before: set[str] | None = None
        self._in_place: Mapping[str, Mapping[str, str]] | None = None
        self._failures = 0
        self._not_before: datetime | None = None
        self._last_error: IgWorkerError | None = None

    def run(self) -> None:
        """Take the sheet and mark it. After a failure the pauses grow: Google counts what we ask."""
        if (
            self._last_error is not None
            and self._not_before is not None
            and self._clock.now() < self._not_before
        ):
            raise self._last_error.with_traceback(None)
        try:
            self.look()
        except (Throttled, Unanswered) as error:
            self._wait_longer(error)
            raise
        except Misconfigured as error:
            self._tell([f"{error}. {error.cure}"], at_once=True)
            raise
        self._failures, self._not_before, self._last_error = 0, None, None

    def look(
        self,
        *,
        dry_run: bool = False,
        before_marking: Callable[[str, Result], None] = lambda source, result: None,
    ) -> tuple[Sheet, Result]:
        """Read, import, tell, mark: once. A dry run reads and says what would happen, and changes nothing.

        What is done `before_marking` with the import's result is marked, too.
        """
        sheet = self._sheet.read()
        self._refuse_if_suddenly_empty(sheet)
        result = self._take(sheet.source_name, self._rules.media_dir, sheet.rows, dry_run=dry_run)
        result.problems[:0] = [str(problem) for problem in sheet.problems]
        if not dry_run:
            before_marking(sheet.source_name, result)
            planned = [self._planned(row) for row in sheet.rows]
            by_key = self._of_this_sheet(sheet, planned)
            self._tell([*result.problems, *self._vanished(planned, by_key)])
            self._mark(self._marks(planned, by_key, result))
        return sheet, result

    def _refuse_if_suddenly_empty(self, sheet: Sheet) -> None:
        if sheet.rows or sheet.problems:
            return
        with self._database.reading() as connection:
            known = posts.from_source(connection, sheet.source_name)
        if any(post.publication.status not in _OVER for post in known):
            raise Misconfigured(
                "Lembar rencana di Google tiba-tiba kosong; tidak ada postingan yang diubah",
                cure="Kembalikan isinya lewat File, Histori versi; postingan yang batal cukup diberi status batal.",
            )

    def _planned(self, row: SheetRow) -> _Planned:
        post = plan_row(row.number, row.cells, accounts=self._rules.accounts, zone=self._rules.zone)
        if isinstance(post, PlannedPost):
            return _Planned(row, post.account, post.key)
        return _Planned(row, *self._named(row.cells))

    def _named(self, cells: Mapping[str, Cell]) -> tuple[str, str]:
        """The account and key of a row that makes no sense, as far as they are written there."""
        by_lower_case = {name.casefold(): name for name in self._rules.accounts}
        try:
            return read_account(cells.get("akun"), by_lower_case), read_name(cells.get("kode"))
        except Unreadable:
            return "", ""

    def _of_this_sheet(self, sheet: Sheet, planned: Iterable[_Planned]) -> dict[tuple[str, str], StoredPost]:
        with self._database.reading() as connection:
            found = {
                (post.account, post.row.key): post
                for post in posts.from_source(connection, sheet.source_name)
            }
            for each in planned:
                # A post that came from elsewhere and is out belongs to the file that brought it.
                if (
                    each.known_as not in found
                    and (post := posts.by_key(connection, *each.known_as)) is not None
                ):
                    found[each.known_as] = post
        return found

    def _vanished(
        self, planned: Iterable[_Planned], by_key: Mapping[tuple[str, str], StoredPost]
    ) -> list[str]:
        """The posts that are held because the sheet no longer has their rows; those long over are nobody's worry."""
        present = {each.known_as for each in planned}
        since = self._clock.now() - _STILL_NEWS
        return [
            f"{post.row.key}: barisnya tidak ada lagi di lembar rencana; postingannya ditahan."
            for known_as, post in by_key.items()
            if known_as not in present
            and post.publication.status is Status.HELD
            and post.publication.scheduled_at > since
        ]

    def _marks(
        self,
        planned: Iterable[_Planned],
        by_key: Mapping[tuple[str, str], StoredPost],
        result: Taken,
    ) -> dict[str, dict[str, str]]:
        problems: defaultdict[int | None, list[str]] = defaultdict(list)
        for line in result.problems:
            row, said = about_row(line)
            problems[row].append(said)
        return {
            mark_of(each.row.cells): _mark(
                by_key.get(each.known_as), problems[each.row.number], result.waiting.get(each.key, "")
            )
            for each in planned
        }

    def _mark(self, marks: Mapping[str, Mapping[str, str]]) -> None:
        """Write the marks, unless a look found all of them in their places and nothing has changed since."""
        if marks == self._in_place:
            return
        changed = self._sheet.mark(marks)
        # What was written a moment ago is looked at once more: somebody may have sorted the sheet in that moment.
        self._in_place = None if changed else marks
        if changed:
            log.info("%d cells of the planning sheet were marked", changed)

    def _tell(self, lines: Sequence[str], *, at_once: bool = False) -> None:
        """Tell the content team what is wrong, once; the same again, or less of it, is no news.

        A line is the same wherever its row has moved to; of two that say the same each counts. What came up since the
        last look is left until the next one (unless `at_once`): somebody is still typing that row.
        """
        met: Counter[str] = Counter()
        now_wrong: dict[str, str] = {}
        for line in lines:
            _, said = about_row(line)
            met[said] += 1
            now_wrong[f"{met[said]} {said}"] = line
        before, self._wrong_before = self._wrong_before, set(now_wrong)
        stays = [name for name in now_wrong if at_once or before is None or name in before]
        known = self._told & set(now_wrong)
        self._told = known | set(stays)
        if self._told == known:
            return
        shown = [now_wrong[name] for name in stays][:LINES_MAX]
        if len(stays) > LINES_MAX:
            shown.append(f"… dan {len(stays) - LINES_MAX} lagi.")
        now = self._clock.now()
        day = now.astimezone(self._rules.zone).date()
        letter = Letter(
            key=f"sheet:{day}:{hashlib.sha256(json.dumps(sorted(stays)).encode()).hexdigest()[:32]}",
            title="Lembar rencana perlu diperbaiki",
            body="\n".join([*shown, "", "Keterangan tiap baris ada di kolom galat pada lembar rencana."]),
        )
        with self._database.writing() as connection:
            self._outbox.tell(connection, now, "content_team", letter)

    def _wait_longer(self, error: Throttled | Unanswered) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
        if isinstance(error, Throttled):
            pause = max(pause, timedelta(seconds=error.wait_seconds))
        self._failures += 1
        self._last_error, self._not_before = error, self._clock.now() + pause


def _mark(post: StoredPost | None, problems: Sequence[str], waits_for: str) -> dict[str, str]:
    """What stands beside a row, by our columns."""
    if post is None:
        return {"status_ig": REFUSED if problems else "", "tautan": "", "galat": "; ".join(problems)}
    status = post.publication.status
    reason = (waits_for or post.publication.last_error) if status in EXPLAINED else ""
    return {
        "status_ig": STATUS_WORDS[status],
        "tautan": post.row.permalink or "",
        "galat": "; ".join(problems) or reason,
    }
