"""Takes a backup every night, proves it, thins the old ones out, has it carried away, and tells where that failed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, Misconfigured, NeedsPerson
from ig_worker.domain.masking import mask_line
from ig_worker.domain.nights import last_night
from ig_worker.domain.redaction import hide_secrets
from ig_worker.domain.thinning import Keep, made_at, superfluous
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import facts
from ig_worker.store.backups.asked import GivenUp, Process
from ig_worker.store.backups.carrying import Carrier
from ig_worker.store.backups.known import ALTERED, CARRIED, FAILED, LAST, SINCE
from ig_worker.store.backups.order import Order, is_ours
from ig_worker.store.database import Database, StorageError, unreadable

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(hours=1)

TOO_OLD = timedelta(days=2)

TOLD_FOR = timedelta(days=1)
"""So long after a backup failed nobody needs to hear besides that there is none."""

CARRYING = "it is under way, or was interrupted"
"""Stands as the reason while a backup is carried away, so that a power cut leaves what has it carried once more."""

SAID_AGAIN = timedelta(hours=1)
"""A fact from later than that was written by a clock that was wrong, and says nothing."""


@dataclass(frozen=True)
class Plan:
    """The configuration's part in it. ``at`` is local, None for never; ``after`` a command, empty for none."""

    url: str
    data_dir: Path
    folder: Path
    key: str
    config: Path | None
    zone: tzinfo
    zone_name: str
    at: time | None
    keep: Keep
    after: Sequence[str] = ()
    after_seconds: float = 3600.0


@dataclass
class Made:
    """What came of one: ``taken`` as ``Taken.as_json`` says it, what was thinned out, what was wrong with carrying."""

    taken: dict[str, Any]
    removed: list[str] = field(default_factory=list)
    not_carried: str = ""


class Backups:
    """The backups of one database."""

    def __init__(self, plan: Plan, database: Database, outbox: Outbox, clock: Clock) -> None:
        self._plan = plan
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._process = Process()
        self._carrier = Carrier()

    def take(
        self, to: Path | None = None, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> Made:
        """Take one now and prove it. In our own folder the old ones are thinned out and it is carried away.

        Raises Misconfigured with what to do where there is none now, GivenUp where it was not wanted any more.
        """
        plan, now = self._plan, self._clock.now()
        order = Order(plan.url, plan.data_dir, to or plan.folder, plan.key, plan.config, plan.zone_name, now)
        made = Made(self._process.take(order, progress))
        path = Path(made.taken["path"])
        log.info("a backup was taken and proven: %s (%s bytes)", path, made.taken["bytes"])
        for problem in made.taken["problems"]:
            log.warning("in the backup as it is here: %s", problem)
        whole_until = self._whole_until(made.taken["problems"], now)
        if to is None and plan.after:
            # Before LAST: a power cut between them must not leave last night's "all was well" to this one.
            self._note(CARRIED, CARRYING, now)
        self._note(LAST, json.dumps(made.taken), now)
        if to is None:
            made.removed = self._thin_out(path, now, whole_until)
            made.not_carried = self.carry(path)
        return made

    def carry(self, path: Path) -> str:
        """Have a backup carried away, where a command does that; what was wrong, empty where nothing was.

        Raises GivenUp where it was not wanted any more.
        """
        if not self._plan.after:
            return ""
        self._note(CARRIED, CARRYING, self._clock.now())
        wrong, said = self._carrier.run(self._plan.after, path, self._plan.after_seconds)
        (log.warning if wrong else log.info)("[backup] after: %s", wrong or f"{path.name} was carried away")
        for line in said.splitlines():
            log.info("[backup] after said: %s", line)
        # Before it is cut: half a secret has no shape to be known by.
        last = mask_line(hide_secrets(said.splitlines()[-1]))[:200] if said else ""
        wrong = f"{wrong}: {last}" if wrong and last else wrong
        self._note(CARRIED, wrong, self._clock.now())
        return wrong

    def give_up(self) -> None:
        """Nothing of what is under way is wanted any more."""
        self._process.give_up()
        self._carrier.give_up()

    def nightly(self, *, at_any_time: bool = False) -> None:
        """What is due now: a backup, or the carrying away of the newest one that failed.

        What fails is told to the operators, once a day, and raised as NeedsPerson.
        """
        wrong, cure = "", ""
        try:
            if at_any_time or self.is_due():
                made = self.take(progress=self._advances)
                self._tell_of_problems(made.taken["problems"])
                wrong = made.not_carried
            elif (path := self._to_carry()) is not None:
                wrong = self.carry(path)
            if wrong:
                cure = "run the command of [backup] after by hand; the backup itself is in its place"
        except GivenUp as error:
            log.info("%s", error)
            return
        except Misconfigured as error:
            self._note(FAILED, str(error), self._clock.now())
            wrong, cure = str(error), error.cure
        if wrong:
            key = f"backup:{self._today()}"
            self._tell(key, wrong, cure)
            raise NeedsPerson(f"the nightly backup: {wrong}", cure=cure)

    def _advances(self, _done: int, _total: int) -> None:
        """A large backup takes long: each of its steps shows that this thread is well."""
        self._database.felt()

    def is_due(self) -> bool:
        """Whether there is none since the last time of day at which there should be one."""
        if self._plan.at is None:
            return False
        now = self._clock.now()
        since = self._said(SINCE, now)
        if since is None:
            # A worker that begins at noon has its first one in the night.
            self._note(SINCE, "", now)
            return False
        last, failed = self._said(LAST, now), self._said(FAILED, now)
        wanted = last_night(now, self._plan.at, self._plan.zone)
        newest = max(moment for moment in (since, last) if moment is not None)
        return newest < wanted and (failed is None or failed < wanted or now - failed >= AGAIN_AFTER)

    def carries(self) -> bool:
        """Whether the newest backup is to be carried away once more."""
        return self._to_carry() is not None

    def watch(self) -> None:
        """Tell the operators, once a day, that there has been no backup for two days; of a failure they hear anyway."""
        if self._plan.at is None:
            return
        now = self._clock.now()
        known = [moment for name in (LAST, SINCE) if (moment := self._said(name, now)) is not None]
        failed = self._said(FAILED, now)
        if known and now - max(known) > TOO_OLD and (failed is None or now - failed >= TOLD_FOR):
            key = f"backup-old:{self._today()}"
            self._tell(key, f"no backup since {max(known):%Y-%m-%d %H:%M} UTC", "run: ig-worker db backup")

    def _to_carry(self) -> Path | None:
        """The newest backup, where carrying it away failed, or was interrupted, an hour ago."""
        if not self._plan.after:
            return None
        now = self._clock.now()
        with self._database.reading() as connection:
            last, carried = facts.read(connection, LAST), facts.read(connection, CARRIED)
        if last is None or carried is None or not carried.value:
            return None
        # A command may have begun it by hand, and be at it still.
        most = timedelta(seconds=self._plan.after_seconds) if carried.value == CARRYING else AGAIN_AFTER
        if now - carried.at < max(AGAIN_AFTER, most):
            return None
        path = Path(json.loads(last.value)["path"])
        return path if path.is_file() else None

    def _whole_until(self, problems: Sequence[str], now: datetime) -> datetime | None:
        """Before when a backup may hold the only whole copy of what is altered or missing here; None where nothing is.

        From another piece on it is the moment of that one: what is newer holds no more than the disk does.
        """
        try:
            with self._database.reading() as connection:
                known = facts.read(connection, ALTERED)
        except StorageError:
            return now if problems else None
        which = hashlib.sha256("\n".join(sorted(problems)).encode()).hexdigest() if problems else ""
        if known is None or known.value != which:
            if problems or known is not None:
                self._note(ALTERED, which, now)
            return now if problems else None
        return known.at if problems else None

    def _thin_out(self, fresh: Path, now: datetime, whole_until: datetime | None) -> list[str]:
        folder, plan = fresh.parent, self._plan
        try:
            names = {entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}
        except OSError as error:
            log.warning("old backups cannot be looked for: %s: %s", folder, error.strerror)
            return []
        kept = {fresh.name}
        if whole_until is not None:
            kept |= {name for name in names if (made := made_at(name)) and made[0] <= whole_until}
        removed = []
        for name in sorted(superfluous(names, now, plan.zone, plan.keep, kept)):
            try:
                # Somebody may keep another thing under such a name.
                if is_ours(folder / name):
                    (folder / name).unlink()
                    removed.append(name)
            except OSError as error:
                log.warning("an old backup could not be removed: %s: %s", name, error.strerror)
        return removed

    def _said(self, name: str, now: datetime) -> datetime | None:
        with self._database.reading() as connection:
            found = facts.read(connection, name)
        return None if found is None or found.at > now + SAID_AGAIN else found.at

    def _note(self, name: str, value: str, now: datetime) -> None:
        try:
            with self._database.writing() as connection:
                facts.write(connection, name, value, now)
        except StorageError as error:
            # A backup must be possible where nothing can be written any more.
            log.warning("it could not be written down: %s", unreadable(self._database, error))

    def _today(self) -> str:
        return f"{self._clock.now().astimezone(self._plan.zone):%Y-%m-%d}"

    def _tell(self, key: str, wrong: str, cure: str) -> None:
        now = self._clock.now()
        last = self._said(LAST, now)
        known = f"{last.astimezone(self._plan.zone):%d/%m/%Y %H.%M}" if last else "belum ada"
        letter = Letter(
            key=key,
            title="Cadangan data belum berhasil dibuat atau disalin",
            body=(
                "Cadangan data ig-worker belum berhasil dibuat atau disalin ke tempat lain. Pekerjaan lain tetap"
                " berjalan, dan ig-worker mencobanya lagi setiap jam.\n"
                f"Cadangan terakhir: {known}\nKeterangan: {wrong}\nYang perlu dilakukan: {cure or '-'}\n"
                "Untuk mencoba sekarang: ig-worker db backup"
            ),
        )
        self._send(letter, now)

    def _tell_of_problems(self, problems: Sequence[str]) -> None:
        if not problems:
            return
        now = self._clock.now()
        letter = Letter(
            key=f"backup-evidence:{now.astimezone(self._plan.zone):%Y-%m}:{len(problems)}",
            title="Ada berkas bukti yang berubah atau hilang",
            body=(
                f"Saat cadangan dibuat, {len(problems)} berkas bukti ternyata berubah atau hilang. Cadangan tetap"
                " dibuat dengan berkas apa adanya. Mohon jangan menghapus cadangan lama: salinan yang utuh mungkin"
                " masih ada di sana.\n"
                + "\n".join(problems[:10])
                + "\nUntuk memeriksa: ig-worker cases verify"
            ),
        )
        self._send(letter, now)

    def _send(self, letter: Letter, now: datetime) -> None:
        try:
            with self._database.writing() as connection:
                self._outbox.tell(connection, now, "operators", letter)
        except StorageError as error:
            log.warning("the operators could not be told: %s", unreadable(self._database, error))


class AtNight:
    """Lets the nightly backup run beside the other jobs of its lane, in a thread that ends with it."""

    def __init__(self, backups: Backups, *, apart: bool, stopwatch: Callable[[], float]) -> None:
        """Not `apart`, a pass waits for it to end."""
        self._backups = backups
        self._apart = apart
        self._stopwatch = stopwatch
        self._up_since = stopwatch()
        self._thread: threading.Thread | None = None
        self._failed: list[Exception] = []

    def run(self, *, at_any_time: bool = False) -> None:
        """Begin what is due, unless it is under way; raise what has failed since the last pass."""
        if not self._apart:
            self._backups.nightly(at_any_time=at_any_time)
            return
        failed: Exception | None = None
        if not self.under_way():
            failed = self._failed.pop() if self._failed else None
            if failed is None and (self._backups.is_due() or self._backups.carries()):
                self._thread = threading.Thread(target=self._do, name="backup", daemon=True)
                self._thread.start()
        # A machine that was off for days makes up for it now: that is nobody's trouble, unless it takes too long.
        if not self.under_way() or self._stopwatch() - self._up_since >= AGAIN_AFTER.total_seconds():
            self._backups.watch()
        if failed is not None:
            raise failed

    def under_way(self) -> list[threading.Thread]:
        """The thread that goes on after the pass."""
        return [self._thread] if self._thread is not None and self._thread.is_alive() else []

    def give_up(self) -> None:
        """The worker stops: nothing of it is wanted any more, nor anything else begun."""
        self._backups.give_up()

    def _do(self) -> None:
        try:
            self._backups.nightly()
        except (IgWorkerError, StorageError) as error:
            self._failed.append(error)
        except Exception as error:
            log.exception("the backup failed in a way nobody foresaw")
            self._failed.append(error)
