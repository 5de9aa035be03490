"""Erases a person who asked for it from shelves and files, and again whenever a restored backup brings them back."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from ig_worker.domain.erasure import Erased, Person, Traces, dialled
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.register_words import OF_ALL_CASES
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, erasures, forgetting, journal, persons
from ig_worker.store.database import Database
from ig_worker.store.persons import About

log = logging.getLogger(__name__)

ROUNDS = 3
"""So often the shelves are looked through again for what was written while they were."""

_DATED = re.compile(r"(?<!\d)(\d{4}-\d{2})(-\d{2})?(?!\d)")
_WITHIN = [timedelta(hours=hours) for hours in (0, 9, 33)]
"""A day of Indonesia's zones, and the one after it, may tell of a moment."""
_QUOTED_WITHIN = [timedelta(days=days) for days in (-45, -30, -15, 0, 15)]
"""An evaluation has examples of what rose in its month, also from the month before or after: a topic rises for weeks
until it is usual (domain/rising.py), with words of the last days, a fortnight at most ([rising] days)."""


class Redraws(Protocol):
    """Draws other people's evidence again without what one person wrote, and knows where their own lies."""

    def beside(
        self,
        piece: Any,
        hides: Callable[[dict[str, Any]], bool],
        mark: str,
        rewrites: Callable[[str], str],
    ) -> dict[str, str] | None: ...

    def files_of(self, message_ids: Collection[int]) -> list[str]: ...


@dataclass(frozen=True)
class Found:
    """What would be erased: counts, and the numbers of the cases."""

    person: Person
    messages: int
    our_lines: int
    conversations: int
    cases: list[str]
    open_cases: list[str]
    evidence_pieces: int
    other_pieces: int
    """Pieces of other people's cases in which their words may show."""
    inbox_read_at: datetime | None
    """Up to when all accounts' comments and messages are wholly read, None for never: what they wrote since is new."""

    def __bool__(self) -> bool:
        return bool(self.messages or self.conversations or self.cases)


class Erasing:
    """The erasing itself. What it does is done again without harm, and whatever interrupts it, the next does the rest:
    the file of hashes is written first."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        redraws: Redraws,
        clock: Clock,
        true_now: Callable[[], datetime | None] | None = None,
        own_numbers: Collection[str] = (),
        accounts: Collection[str] | None = None,
    ) -> None:
        """`true_now` is the time by Instagram's clock, by which messages are dated; None where nobody tells it.

        `own_numbers` are the centre's telephones, which are nobody's to erase. `accounts` are those that are read, all
        that are known where nobody says: one of years ago must not count as unread since then.
        """
        self._accounts = accounts
        self._own_numbers = {dialled(number) for number in own_numbers}
        self._true_now = true_now or clock.now
        self._database = database
        self._data_dir = data_dir
        self._redraws = redraws
        self._clock = clock

    def find(self, person: Person) -> Found:
        """What there is of this person now."""
        now = self._clock.now()
        with self._database.reading() as connection:
            about = persons.about_now(connection, person, now)
            read_at = accounts.wholly_read_at(connection, self._accounts)
            own = forgetting.pieces_of(connection, {row.id for row in about.messages})
            around = forgetting.pieces_around(connection, about)
        return Found(
            person,
            len(about.messages),
            len(about.ours),
            len(about.conversations),
            [case.number for case in about.cases],
            about.open_cases,
            len(own),
            len(around),
            read_at,
        )

    def erase(self, person: Person, *, by: str, reason: str, also_open: bool = False) -> None:
        """Erase everything of this person until now. ``reason`` goes into the journal and must not name them.

        What nobody has read yet counts as written afterwards: a complaint among it would be heard by nobody.

        Raises NeedsPerson, before anything is done, where a complaint of theirs is under way and not `also_open`.

        By a clock that is a year ahead all that they write in that year would be taken for erased, and by one that is
        behind what they wrote last would stay: where nobody tells the time, "now" is the newest line of anybody here.
        """
        now, told = self._clock.now(), self._true_now()
        with self._database.reading() as connection:
            salt = erasures.salt_of(connection, self._data_dir)
            newest = persons.newest(connection, person)
            newest_of_all = persons.newest(connection)
            read_at = accounts.wholly_read_at(connection, self._accounts)
        told = told if told is None or read_at is None else min(told, read_at)
        until = _later(told, newest) if told is not None else newest_of_all or now
        hashes = erasures.digests(salt, person)
        erased = Erased(salt, dict.fromkeys(hashes, until))
        with self._database.writing() as connection:
            if not also_open:
                # While a person looked at what was found, the worker may have opened one.
                require_closed(persons.about_now(connection, person, now).open_cases)
            erasures.write_down(self._data_dir, erased)
            erasures.remember(connection, erased, now)
        count = self._forget(person, until, by=by)
        with self._database.writing() as connection:
            subject = f"privacy:{hashes[0][:16]}"
            journal.note(
                connection,
                now,
                subject,
                f"a person was erased on request ({count} messages): {reason}",
                who=by,
            )
        self.sweep()

    def run(self) -> None:
        """Where the file knows of people whom this database does not (a backup was put back): erase them again."""
        told = erasures.in_file(self._data_dir)
        with self._database.reading() as connection:
            known = erasures.known(connection)
        if any(known.until.get(what) != until for what, until in told.until.items()):
            log.warning("people who were erased are in this database again, out of a backup: erasing them")
            self.again()

    def again(self) -> None:
        """Erase again whatever stands here of people who were erased, and bring file and database together."""
        told = erasures.in_file(self._data_dir)
        with self._database.reading() as connection:
            known = erasures.known(connection)
        if known.until:
            erasures.write_down(self._data_dir, known)
        for erased in (told, known):
            with self._database.reading() as connection:
                found = persons.erased_again(connection, erased)
            for person, until in found:
                count = self._forget(person, until, by=journal.WORKER)
                log.info("a person who was erased before is erased again: %d messages", count)
        # Only now: killed before, the next start finds the file ahead of the database again.
        if told.until:
            with self._database.writing() as connection:
                erasures.remember(connection, told, self._clock.now())
        self.sweep()

    def sweep(self) -> None:
        """Remove the files of evidence of which a row vouches that they are erased."""
        with self._database.reading() as connection:
            paths = forgetting.files_erased(connection)
        for path in paths:
            file = self._data_dir / path
            try:
                file.unlink(missing_ok=True)
            except OSError as error:
                raise NeedsPerson(
                    f"cannot remove {file}: {error.strerror}",
                    cure="make the folder writable for the worker's user",
                ) from None

    def _forget(self, person: Person, until: datetime, *, by: str) -> int:
        with self._database.reading() as connection:
            about = persons.about(connection, person, until)
            around = forgetting.pieces_around(connection, about)
            texts = [row.text for row in about.messages]
            texts += forgetting.earlier_words(connection, about)
            common = forgetting.said_by_others_too(connection, about, texts)
            shared = forgetting.numbers_of_others(connection, about, texts)
        traces = Traces(person, texts, common, shared | self._own_numbers)
        redrawn = dict(self._redrawn(around, about, traces))
        for path in [*self._papers(about), *self._unhung(about)]:
            path.unlink(missing_ok=True)
        now = self._clock.now()
        with self._database.reading() as connection:
            changes = forgetting.traces_left(connection, about, traces)
        with self._database.writing() as connection:
            forgetting.forget(connection, about, traces, now, by=by, redrawn=redrawn)
            forgetting.rewrite(connection, changes)
        self._redraw_late(about, traces, {piece.id for piece in around})
        for _ in range(ROUNDS):
            with self._database.reading() as connection:
                changes = forgetting.traces_left(connection, about, traces)
            if not changes:
                break
            with self._database.writing() as connection:
                forgetting.rewrite(connection, changes)
        return len(about.messages)

    def _redraw_late(self, about: About, traces: Traces, seen: Collection[int]) -> None:
        """Pieces that others hung while theirs were redrawn; from now on nobody hangs one with words that are gone."""
        with self._database.reading() as connection:
            late = [piece for piece in forgetting.pieces_around(connection, about) if piece.id not in seen]
        if redrawn := dict(self._redrawn(late, about, traces)):
            with self._database.writing() as connection:
                forgetting.vouch_around(connection, about, self._clock.now(), redrawn)

    def _redrawn(
        self, around: Collection[Any], about: About, traces: Traces
    ) -> Iterator[tuple[int, dict[str, str]]]:
        gone = {row.ig_id for row in about.messages}
        mark = str(min((row.id for row in about.messages), default=0))
        for piece in around:
            hides = partial(_shown_of, gone)
            instead = self._redraws.beside(piece, hides, mark, traces.mentions_taken_out)
            if instead is not None:
                yield piece.id, instead

    def _unhung(self, about: About) -> list[Path]:
        """Evidence of their messages that no row names: a worker was killed before it hung."""
        ids = {row.id for row in about.messages}
        there = self._redraws.files_of(ids)
        with self._database.reading() as connection:
            hung = forgetting.pieces_of(connection, ids)
        named = {path for piece in hung for path in (piece.path, piece.json_path)}
        return [self._data_dir / path for path in there if path not in named]

    def _papers(self, about: About) -> Iterator[Path]:
        """Registers of the months in which they wrote, evaluations of these and of those around them, the daily reports
        that told of it, and registers of all cases. They are made again, without them, when somebody asks."""
        times = [case.opened_at for case in about.cases]
        for row in about.messages:
            times += [row.sent_at, row.first_seen_at, *(at for at in (row.edited_at,) if at)]
        days = {(at + hours).date() for at in times for hours in _WITHIN}
        months = {f"{day:%Y-%m}" for day in days}
        quoted = {f"{day + further:%Y-%m}" for day in days for further in _QUOTED_WITHIN}
        for room in ("reports", "evaluations"):
            for file in (self._data_dir / room).rglob("*"):
                if not file.is_file():
                    continue
                if file.name.startswith(OF_ALL_CASES):
                    yield file
                    continue
                found = _DATED.search(file.name)
                if found is None:
                    continue
                evaluates = room == "evaluations" or file.name.startswith("evaluasi-")
                of_month = quoted if evaluates else months
                if found[0] in ({f"{day}" for day in days} if found[2] else of_month):
                    yield file


def require_closed(open_cases: Collection[str]) -> None:
    """Raises NeedsPerson where complaints are under way: they need their words."""
    if open_cases:
        raise NeedsPerson(
            f"a complaint of theirs is under way: {', '.join(open_cases)}",
            cure="close it first, or repeat with --also-open (the case goes on without its words)",
        )


def _later(moment: datetime, other: datetime | None) -> datetime:
    return moment if other is None else max(moment, other)


def _shown_of(gone: Collection[str], line: Mapping[str, Any]) -> bool:
    """Whether a line of a thread is one of those, and still says something."""
    return line["ig_id"] in gone and bool(line["text"] or line["author"] or line["attachments"])
