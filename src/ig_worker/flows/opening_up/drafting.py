"""Puts the month's draft "Anda Bersuara, Kami Bertindak" into the queue, by the same way as a row of the sheet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.month import Month
from ig_worker.domain.publication import Status
from ig_worker.domain.register import Due, kept
from ig_worker.domain.sheet_rows import Cell, SheetRow, about_row
from ig_worker.domain.transparency import (
    FEWEST,
    Centre,
    Outcome,
    Sums,
    alt_text,
    caption,
    first_morning,
    page,
    period,
    sums_of,
)
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost
from ig_worker.store.resolved import ResolvedCase, resolved_cases

log = logging.getLogger(__name__)

MAKER = "ig-worker"
"""Who made a draft that nobody has put his name to: anybody of the centre may verify it."""

SEGMENT = "Info Grafis"
OUT = {
    Status.PUBLISHING: "is going out at this moment",
    Status.PUBLISHED: "is out already",
    Status.UNCONFIRMED: "may be out already",
}


class NotDrafted(IgWorkerError):
    """There is nothing to tell, or it has been told already."""


class Painter(Protocol):
    """Makes the picture."""

    def transparency(self, page: Mapping[str, Any], out: Path) -> None:
        """A JPEG of 1080 × 1350 pixels; the same page gives the same bytes."""
        ...


class Taken(Protocol):
    """What an import did, by the posts' keys."""

    added: list[str]
    changed: list[str]
    notes: list[str]
    problems: list[str]


class Refusing(Protocol):
    """Why a picture can never be published."""

    @property
    def error(self) -> IgWorkerError: ...


@dataclass(frozen=True)
class Queue:
    """The way into the queue: `take` takes rows whose pictures lie in a folder, `try_out` tries them at once."""

    take: Callable[[str, Path, Sequence[SheetRow]], Taken]
    try_out: Callable[[str, int], Sequence[Refusing]]


@dataclass(frozen=True)
class Rules:
    """The centre's zone, hours, name (empty for the account's), colour (``#rrggbb``), and its number to call."""

    zone: tzinfo
    calendar: Callable[[datetime, datetime], WorkingCalendar]
    name: str
    colour: str
    number: str = ""


@dataclass(frozen=True)
class Wish:
    """What a person wants otherwise: the time, the caption, and who says so. Empty for the usual."""

    at: datetime | None = None
    caption: str = ""
    by: str = ""


@dataclass(frozen=True)
class Drafted:
    """The draft as it is in the queue now; `outcome` is ``added``, ``changed`` or ``unchanged``."""

    post: StoredPost
    outcome: str
    sums: Sums
    period: str
    picture: Path
    notes: tuple[str, ...]


class Drafting:
    """Drafts of one centre's accounts."""

    def __init__(
        self, database: Database, queue: Queue, painter: Painter, data_dir: Path, clock: Clock, rules: Rules
    ) -> None:
        self._database = database
        self._queue = queue
        self._painter = painter
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules

    def draft(self, month: Month, account: str, wish: Wish) -> Drafted:
        """Make the month's draft, or make it again while it is not out.

        What a person wrote as its caption stays until a person writes another; its time stays while it is to come.
        Raises NotDrafted, and what the queue raises.
        """
        now = self._clock.now()
        key = f"TRANSPARANSI-{month}"
        sums, when = self._sums(month, account, now)
        with self._database.reading() as connection:
            before = posts.by_key(connection, account, key)
            known = accounts.get(connection, account)
        if before is not None:
            _still_ours(before)
        username = known.username if known is not None else ""
        centre = Centre(self._rules.name or username or account, username, self._rules.number)
        shown = page(sums, when, centre)
        picture = self._data_dir / "reports" / account / f"transparansi-{month}.jpg"
        self._painter.transparency({**shown, "colour": self._rules.colour}, picture)
        at = wish.at or self._time(before, now)
        cells: dict[str, Cell] = {
            "kode": key,
            "akun": account,
            "tanggal": at,
            "jam": at.timetz().replace(tzinfo=None),
            "segmen": SEGMENT,
            "jenis": "gambar",
            "media": picture.name,
            "alt_text": alt_text(shown),
            "status": "draf",
            **self._words(before, wish, caption(sums, when, centre)),
        }
        row = SheetRow(1, {name: cell for name, cell in cells.items() if cell})
        taken = self._take(f"transparansi:{month}:{account}", picture.parent, row)
        with self._database.reading() as connection:
            post = posts.by_key(connection, account, key)
        assert post is not None
        if post.publication.status is Status.CANCELLED:
            raise NotDrafted(
                f"post {post.id} ({key}) was cancelled, and it would be the very same again",
                cure="name another time with --at to plan it again",
            )
        outcome = "added" if taken.added else "changed" if taken.changed else "unchanged"
        log.info("transparency of %s for %s: %s", month, account, outcome)
        notes = [about_row(note)[1] for note in taken.notes]
        if before is not None and before.row.edited_by and not wish.caption:
            notes.append(
                f"Captionnya tetap yang ditulis {before.row.edited_by}: periksa apakah angkanya masih sesuai."
            )
        return Drafted(post, outcome, sums, when, picture, tuple(notes))

    def _sums(self, month: Month, account: str, now: datetime) -> tuple[Sums, str]:
        begin, end = month.span(self._rules.zone)
        if now < begin:
            raise NotDrafted(f"{month} has not begun yet", cure="name a month that has")
        with self._database.reading() as connection:
            found = resolved_cases(connection, account, begin, end)
        calendar = self._rules.calendar(min((case.opened_at for case in found), default=begin), end)
        sums = sums_of([_outcome(case, calendar, now) for case in found])
        if sums is None:
            raise NotDrafted(
                f"only {len(found)} cases of {account} were resolved in {month}: with fewer than {FEWEST} "
                "somebody might recognise whose they are",
                cure="leave this month out, or tell of it in words of your own",
            )
        return sums, period(begin, min(now, end).astimezone(self._rules.zone), whole=now >= end)

    def _time(self, before: StoredPost | None, now: datetime) -> datetime:
        if before is not None and before.publication.status is not Status.CANCELLED:
            planned = before.publication.scheduled_at
            if planned > now:
                return planned.astimezone(self._rules.zone)
        return first_morning(now, self._rules.calendar(now, now))

    @staticmethod
    def _words(before: StoredPost | None, wish: Wish, usual: str) -> dict[str, str]:
        """The caption and whose it is; who wrote it himself is its maker, and somebody else has to verify it."""
        if wish.caption:
            return {"caption": wish.caption, "pembuat": wish.by, "redaksi": wish.by}
        if before is not None and before.row.edited_by:
            row = before.row
            return {"caption": row.caption, "pembuat": row.made_by, "redaksi": row.edited_by}
        maker = wish.by or (before.row.made_by if before is not None else "") or MAKER
        return {"caption": usual, "pembuat": maker}

    def _take(self, source: str, folder: Path, row: SheetRow) -> Taken:
        taken = self._queue.take(source, folder, [row])
        if taken.problems:
            raise NotDrafted(f"the draft could not be taken into the queue: {taken.problems[0]}")
        for refused in self._queue.try_out(source, 1):
            raise NotDrafted(f"its picture cannot be published: {refused.error}", cure=refused.error.cure)
        return taken


def _still_ours(before: StoredPost) -> None:
    if (said := OUT.get(before.publication.status)) is not None:
        where = f" ({before.row.permalink})" if before.row.permalink else ""
        raise NotDrafted(
            f"post {before.id} ({before.row.key}) {said}{where}: what people have read is not changed any more",
            cure=f"ig-worker posts show {before.id} tells all of it",
        )


def _outcome(case: ResolvedCase, calendar: WorkingCalendar, now: datetime) -> Outcome:
    hours = None
    if case.responded_at is not None:
        # An answer can be older than our knowledge of the complaint.
        until = max(case.opened_at, case.responded_at)
        hours = calendar.working_time_between(case.opened_at, until) / timedelta(hours=1)
    return Outcome(
        case.topic,
        hours,
        _in_time(case, "acknowledge", case.responded_at, now),
        _in_time(case, "resolve", case.resolved_at, now),
    )


def _in_time(case: ResolvedCase, name: str, otherwise: datetime | None, now: datetime) -> bool | None:
    if name not in case.due:
        return None
    due_at, met_at = case.due[name]
    return kept(Due(name, due_at, met_at or otherwise), now)
