"""Takes away, night by night, what has been kept for its time: words and people go, counts and hashes stay."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path

from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.register_words import OF_ALL_CASES
from ig_worker.flows.ports import Clock
from ig_worker.store import case_retention, figures, kept_files
from ig_worker.store import retention as shelf
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import notices

log = logging.getLogger(__name__)

JOB = "retention"

BEGINS_AT = time(3, 0)
"""Local time; after the night's figures and its backup. A machine that sleeps then does it when it wakes."""

MOST_A_NIGHT = 4_000
"""Messages and notices that one night takes at most; what is left has time until the next."""

MOST_CASES = 200

SMALL_THINGS = timedelta(days=30)
"""Sessions that are over, and topics that rose and fell, are of no use after so long."""

_DATED = re.compile(r"(?<!\d)(\d{4})-(\d{2})(?:-(\d{2}))?(?!\d)")
_ORIGINAL = re.compile(r"[0-9a-f]{64}-.*")


@dataclass(frozen=True)
class Rules:
    """How long each kind is kept, None for always. ``messages`` covers what hangs on them and notices about no case;
    ``media`` our copies of what was published; ``reports`` papers in the folder of that name."""

    zone: tzinfo
    messages: timedelta | None
    cases: timedelta | None
    media: timedelta | None
    reports: timedelta | None


@dataclass
class Gone:
    """How many of each kind went, or would go."""

    messages: int = 0
    cases: int = 0
    evidence_files: int = 0
    notices: int = 0
    conversations: int = 0
    media_files: int = 0
    reports: int = 0
    more: bool = False
    """There was more than one night takes."""
    numbers: list[str] = field(default_factory=list)
    """The cases' numbers."""

    def __bool__(self) -> bool:
        return any(value for name, value in asdict(self).items() if name != "more")


class Retention:
    """All accounts of one database. Each step is a short transaction of its own; files go after the row that says so,
    and whatever is interrupted is finished by the next pass. A dry run changes nothing and counts the same."""

    def __init__(
        self,
        database: Database,
        data_dir: Path,
        clock: Clock,
        rules: Rules,
        first: Callable[[], None] = lambda: None,
        require_time: Callable[..., None] = lambda **_: None,
    ) -> None:
        """`first` is called before each night's purge; `require_time` raises NeedsPerson where the clock is not
        known to be right, unless it is ``trusted``: by one that is years ahead all would be old enough to go."""
        self._first = first
        self._require_time = require_time
        self._database = database
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules

    def run(self, *, at_any_time: bool = False) -> None:
        """One pass: once a day, from three o'clock in the night on."""
        now = self._clock.now()
        local = now.astimezone(self._rules.zone)
        if not at_any_time:
            with self._database.reading() as connection:
                done = local.date() in figures.nights_done(connection, JOB, "", local.date())
            if done or local.time() < BEGINS_AT:
                return
        self._require_right_time(trusted=False)
        self._first()
        gone = self._purge(most=MOST_A_NIGHT, most_cases=MOST_CASES)
        with self._database.writing() as connection:
            figures.mark_last(connection, JOB, "", local.date(), now)
        if gone:
            said = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in _counted(gone))
            log.info("kept for their time and purged: %s%s", said, "; more tomorrow" if gone.more else "")

    def purge(
        self, *, dry: bool = False, trusted: bool = False, most: int = 1 << 30, most_cases: int = 1 << 30
    ) -> Gone:
        """Take away all whose time is over, or (`dry`) only count it.

        Raises NeedsPerson where the clock is not known to be right and nobody vouches for it (`trusted`), and where a
        file cannot go.
        """
        if not dry:
            self._require_right_time(trusted=trusted)
        return self._purge(most=most, most_cases=most_cases, dry=dry)

    def _require_right_time(self, *, trusted: bool) -> None:
        try:
            self._require_time(trusted=trusted)
        except NeedsPerson:
            # Where nothing would go, no clock matters.
            if self._purge(most=1, most_cases=1, dry=True):
                raise

    def _purge(self, *, most: int, most_cases: int, dry: bool = False) -> Gone:
        now = self._clock.now()
        limits = shelf.Limits(_before(now, self._rules.messages), _before(now, self._rules.cases))
        gone = Gone()
        if limits.cases is not None:
            self._cases(limits.cases, now, gone, most_cases, dry=dry)
        if not dry or limits.cases is not None:
            self._evidence_files(gone, dry=dry)
        if limits.messages is not None:
            self._messages(limits, gone, most, dry=dry)
            self._names_and_notices(limits.messages, gone, most, dry=dry)
        if not dry:
            with self._database.writing() as connection:
                shelf.forget_small_things(connection, now - SMALL_THINGS)
        for before, old, count in (
            (_before(now, self._rules.media), self._old_originals, "media_files"),
            (_before(now, self._rules.reports), self._old_reports, "reports"),
        ):
            if before is not None:
                setattr(gone, count, self._remove(old(before), dry=dry))  # one of Gone's own names
        return gone

    def _messages(self, limits: shelf.Limits, gone: Gone, most: int, *, dry: bool) -> None:
        with self._database.reading() as connection:
            due = shelf.due_messages(connection, limits, most + 1)
        gone.more |= len(due) > most
        for some in shelf.batches(due[:most]):
            if dry:
                gone.messages += len(some)
                continue
            with self._database.writing() as connection:
                gone.messages += shelf.purge_messages(connection, some, limits, self._rules.zone)

    def _names_and_notices(self, before: datetime, gone: Gone, most: int, *, dry: bool) -> None:
        with self._database.reading() as connection:
            told = shelf.due_notices(connection, before, most)
            nameless = shelf.nameless_conversations(connection, before, most)
        gone.notices, gone.conversations = len(told), len(nameless)
        if dry:
            return

        def empty(connection: Connection, some: list[int]) -> None:
            shelf.empty_notices(connection, notices.c.id.in_(some))

        for ids in shelf.batches(told):
            with self._database.writing() as connection:
                empty(connection, list(ids))
        for begin in range(0, len(nameless), shelf.AT_ONCE):
            with self._database.writing() as connection:
                shelf.forget_people_of(connection, nameless[begin : begin + shelf.AT_ONCE])

    def _cases(self, before: datetime, now: datetime, gone: Gone, most: int, *, dry: bool) -> None:
        with self._database.reading() as connection:
            due = case_retention.due(connection, before, most + 1)
            pieces = [case_retention.with_files(connection, row.id) for row in due[:most]] if dry else []
        gone.more |= len(due) > most
        for row in due[:most]:
            number = row.number
            if not dry:
                with self._database.writing() as connection:
                    number = case_retention.empty(connection, row.id, before, now, self._rules.zone)
            if number:
                gone.numbers.append(number)
        gone.cases = len(gone.numbers)
        gone.evidence_files = sum(
            (piece.path != "") + (piece.json_path != "") for some in pieces for piece in some
        )

    def _evidence_files(self, gone: Gone, *, dry: bool) -> None:
        """The folders of cases that are emptied, also where an interruption left one."""
        room = self._data_dir / "evidence"
        with self._database.reading() as connection:
            numbers = case_retention.numbers_purged(connection)
        for folder in sorted(room.glob("*/K-*")):
            if folder.name not in numbers or folder.parent.name != folder.name.split("-")[1]:
                continue
            gone.evidence_files += sum(1 for file in folder.iterdir() if file.suffix in (".png", ".json"))
            if not dry:
                _gone(folder, partial(shutil.rmtree, folder))

    def _old_originals(self, before: datetime) -> Iterator[Path]:
        """Our copies of what was published or cancelled before then, and of what no post names any more."""
        with self._database.reading() as connection:
            needed = kept_files.originals_needed(connection, before)
        for file in (self._data_dir / "originals").glob("*"):
            if _ORIGINAL.fullmatch(file.name) and file.name not in needed and _changed_before(file, before):
                yield file

    def _old_reports(self, before: datetime) -> Iterator[Path]:
        """Papers about a day or month that ended before then, told by their names, and registers of all cases that were
        made before then; others are nobody's to remove."""
        last = before.astimezone(self._rules.zone).date()
        for room in ("reports", "evaluations"):
            for file in (self._data_dir / room).rglob("*"):
                if not file.is_file() or file.is_symlink():
                    continue
                if file.name.startswith(OF_ALL_CASES):
                    old = _changed_before(file, before)
                else:
                    found = _DATED.search(file.name)
                    old = found is not None and _over_by(found, last)
                if old:
                    yield file

    def _remove(self, files: Iterator[Path], *, dry: bool) -> int:
        count = 0
        for file in files:
            count += 1
            if not dry:
                _gone(file, file.unlink)
        return count


def _before(now: datetime, kept: timedelta | None) -> datetime | None:
    return None if kept is None else now - kept


def _counted(gone: Gone) -> list[tuple[str, int]]:
    return [(name, value) for name, value in asdict(gone).items() if type(value) is int and value]


def _changed_before(file: Path, before: datetime) -> bool:
    return file.is_file() and datetime.fromtimestamp(file.stat().st_mtime, UTC) < before


def _over_by(found: re.Match[str], last: date) -> bool:
    """Whether the day or month in a file's name was over before that day."""
    year, month, day = (int(part or 0) for part in found.groups())
    try:
        ended = date(year, month, day) if day else date(year + month // 12, month % 12 + 1, 1)
    except ValueError:
        return False
    return ended < last


def _gone(path: Path, remove: Callable[[], object]) -> None:
    try:
        remove()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise NeedsPerson(
            f"cannot remove {path}: {error.strerror}",
            cure="make the folder writable for the worker's user",
        ) from None
