"""The round of one installation, in the order in which things are put right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker import clock, own_words
from ig_worker.doctor_desk.accounts import Accounts
from ig_worker.doctor_desk.program import has_ffprobe, of_the_program
from ig_worker.doctor_desk.surroundings import Surroundings
from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.accounts import of_version
from ig_worker.domain.checkup.machine import of_clock, of_ffprobe, of_zone
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.checking_up import machine, outside, shelves
from ig_worker.flows.checking_up.rounds import Look, the_round
from ig_worker.flows.standing import job_lines
from ig_worker.graph.session import HOSTS
from ig_worker.intervals import expected
from ig_worker.store import observed
from ig_worker.store.database import Connection, Database

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)


ANSWERS_SECONDS = 12.0
"""So long the clock waits for the time that Instagram's answers say."""


class DoctorDesk(Accounts, Surroundings):
    """Everything to look at in one installation; it needs no database, and leaves nothing behind."""

    def round(self, looks: Sequence[Look]) -> Iterator[tuple[Look, list[Finding]]]:
        """All of these, in their order."""
        try:
            yield from the_round(looks, clock.stopwatch, self.seconds)
        finally:
            if self._opened is not None and self._opened[0] is not None:
                self._opened[0].close()

    def looks(self) -> list[Look]:
        """What there is to look at here, in the order in which things are put right."""
        settings, now, zone = self.settings, self._now, self.settings.zone
        program, memory, fonts = of_the_program(now)
        looks = [
            Look("config_file", lambda: [found("config_file", file=str(settings.source or "config.toml"))]),
            Look("config_rights", lambda: machine.rights_of_secrets(self._secret_files())),
            Look(
                "time_zone", lambda: [of_zone(settings.timezone, f"{now().astimezone(zone):%d/%m/%Y %H.%M}")]
            ),
            Look("played_clock", self._played),
            Look("log_file", partial(machine.log_file, settings.log.file)),
            Look("phrasings", self._phrasings),
            program,
            Look("data_dir", partial(machine.data_folder, settings.data_dir)),
            Look("disk_space", partial(machine.disk_of, settings.data_dir, settings.health.least_free_mb)),
            memory,
            Look("clock", self._clock),
            fonts,
            Look("ffprobe", self._ffprobe),
            Look("database", lambda: [self._database_finding()]),
            *self._of_the_file(),
            Look("storage", partial(shelves.storage, settings.data_dir, zone)),
            Look(
                "waiting_posts",
                self._with_database(lambda db: shelves.posts_of_nobody(db, settings.accounts)),
            ),
            Look("security_key", self._key),
            Look("stored_tokens", self._with_database(self._stored)),
            Look("accounts", self._accounts),
            Look("graph_version", lambda: [of_version(settings.graph.version, now().date())]),
        ]
        looks += [Look("instagram", partial(self._account, name), name) for name in settings.accounts]
        looks += [
            Look("media_address", self._media),
            Look("recipients", self._recipients),
            *[Look("channel", partial(self._channel, each), each.shown) for each in self._channels()],
            Look("undelivered", self._with_database(lambda db: shelves.undelivered(db, now()))),
            Look("backup", self._with_database(self._backup)),
            Look("backup_place", self._backup_place),
            Look("backup_after", self._backup_after),
            Look("ping", partial(outside.the_ping, settings.health.ping_url.get_secret_value())),
            Look("board", self._with_database(self._board)),
            Look("classifier", self._classifier),
            Look("holidays", self._holidays),
            Look("planning_sheet", self._planning_sheet),
            Look("worker", self._with_database(self._worker)),
        ]
        return looks

    def _of_the_file(self) -> list[Look]:
        return [
            Look(
                "integrity",
                self._with_database(
                    lambda db: self._sqlite(db, partial(shelves.is_sound, db, stopwatch=clock.stopwatch))
                ),
            ),
            Look("journal_mode", self._with_database(lambda db: self._sqlite(db, shelves.is_written_safely))),
        ]

    def _sqlite(self, database: Database, look: Callable[[Path], Iterable[Finding]]) -> Iterable[Finding]:
        return look(database.sqlite_file) if database.sqlite_file is not None else []

    def _worker(self, database: Database) -> Iterable[Finding]:
        now = self._now()

        def late(connection: Connection) -> Collection[str]:
            lines = job_lines(connection, expected(self.settings), now)
            return [
                line["name"] + (f" ({line['last_error']})" if line["last_error"] else "")
                for line in lines
                if line["late"]
            ]

        return shelves.the_worker(database, late, now, self.settings.zone)

    def _secret_files(self) -> list[Path]:
        settings = self.settings
        named = [
            settings.security.key_file,
            settings.planner.credentials_file,
            *(
                file
                for each in settings.accounts.values()
                for file in (each.access_token_file, each.app_secret_file)
            ),
        ]
        here = (
            [settings.source] if settings.source is not None and self._holds_secrets(settings.source) else []
        )
        return list(dict.fromkeys([*here, *(file for file in named if file is not None)]))

    def _holds_secrets(self, file: Path) -> bool:
        text = file.read_text("utf-8", "replace")
        return any(secret in text for secret in self.settings.secrets() if len(secret) > 3)

    def _played(self) -> Iterable[Finding]:
        file = self.settings.played_clock
        if file is None:
            return []
        return [found("played_clock", "ok" if self.settings.graph.base_url else "forgotten", file=str(file))]

    def _phrasings(self) -> Iterable[Finding]:
        try:
            own_words.occasions(self.settings, own_words.manners(self.settings))
        except Misconfigured as error:
            return [found("phrasings", "wrong", said=str(error), advice=error.cure)]
        return [found("phrasings")]

    def _clock(self) -> Iterable[Finding]:
        if self.settings.played_clock is not None:
            return [found("clock", "played")]
        if (ahead := self.heard_time(ANSWERS_SECONDS)) is not None:
            return [of_clock(ahead)]
        hosts = dict.fromkeys(self._host(account) for account in self.settings.accounts.values())
        places = [*(hosts or {HOSTS["instagram"]: None}), self.settings.media.public_base_url]
        return outside.the_clock(
            [place for place in places if place], clock.SystemClock().now, clock.stopwatch
        )

    def _ffprobe(self) -> Iterable[Finding]:
        database, _ = self._database()
        videos = 0
        if database is not None:
            with database.reading() as connection:
                videos = observed.posts_with_videos(connection)
        return [of_ffprobe(installed=has_ffprobe(), videos=videos)]

    def _key(self) -> Iterable[Finding]:
        return [found("security_key", "ok" if self.settings.security.key.get_secret_value() else "missing")]
