"""What a command works with: the settings, the database, the whole house, each only when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ig_worker.cli.failing import WrongConfiguration
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.people import is_named
from ig_worker.domain.text import clean

if TYPE_CHECKING:
    from ig_worker.bootstrap import House
    from ig_worker.case_desk import CaseDesk
    from ig_worker.config import Reading, Settings
    from ig_worker.domain.classifier import Classifier
    from ig_worker.domain.month import Month
    from ig_worker.figures_desk import FiguresDesk
    from ig_worker.planning_desk import PlanningDesk
    from ig_worker.store.database import Database
    from ig_worker.upkeep_desk import UpkeepDesk

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Wired = TypeVar("Wired", bound="PlanningDesk")


class Desk:
    """Reads the configuration once. Commands that only look need no more than the database."""

    def __init__(self, config: Path | None, log_level: str | None) -> None:
        self._config = config
        self._log_level = log_level
        self._reading: Reading | None = None
        self._configure_log(log_level or "WARNING")

    def stay_small(self) -> None:
        """Begin to read the configuration in a process of its own: for what runs for good, and counts its megabytes."""
        from ig_worker.config import Reading

        self._reading = Reading(self._config)

    @property
    def config(self) -> Path | None:
        """The configuration that ``--config`` names."""
        return self._config

    @property
    def wants_a_log(self) -> bool:
        """Whether somebody asks for a log with ``--log-level``."""
        return self._log_level is not None

    def _configure_log(self, level: str, **options: Any) -> None:
        from ig_worker import logs

        logs.configure(level, **{"json": not sys.stderr.isatty(), "stream": sys.stderr, **options})

    def log_as_configured(self) -> None:
        """Log as ``[log]`` says: for the worker and the servers. A command that a person types warns, and no more."""
        self._log(self.settings, self.settings.log.level)

    def _log(self, settings: Settings, level: str) -> None:
        said = settings.log
        as_json = {} if said.as_json is None else {"json": said.as_json}
        self._configure_log(self._log_level or level, file=said.file, zone=settings.zone, **as_json)

    @cached_property
    def settings(self) -> Settings:
        """The configuration; raises WrongConfiguration. From here on the log keeps its secrets out."""
        from ig_worker import config, logs

        try:
            settings = self._reading.settings() if self._reading else config.load(self._config)
        except Misconfigured as error:
            raise WrongConfiguration(str(error), cure=error.cure) from None
        for secret in settings.secrets():
            logs.register_secret(secret)
        try:
            self._log(settings, "ERROR" if settings.log.level == "ERROR" else "WARNING")
        except Misconfigured as error:
            raise WrongConfiguration(str(error), cure=error.cure) from None
        return settings

    def classifier(self) -> Classifier:
        """The classifier in use: the centre's own, or ig-worker's where there is none or no configuration."""
        from ig_worker import config, own_classifier

        if not config.is_there(self._config):
            return own_classifier.shipped_classifier()
        return own_classifier.classifier_in_use(self.settings.data_dir)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database; what it complains of inside the block becomes Misconfigured, in plain words."""
        from ig_worker.store.database import Database, StorageError, unreadable

        self.finish_a_restore()
        database = Database(self.settings.database_url)
        try:
            database.require_schema()
            yield database
        except StorageError as error:
            raise unreadable(database, error) from None
        finally:
            database.close()

    def finish_a_restore(self) -> None:
        """Bring a restore to its end that was interrupted after it had become valid; nearly always there is none."""
        if (self.settings.data_dir / ".restoring" / "plan.json").exists():
            from ig_worker.store.backups.restoring import finish

            finish(self.settings.data_dir, self.settings.database_url)

    @contextmanager
    def house(self, *, patient: bool = True) -> Iterator[House]:
        """The whole worker, for commands that act; its database's complaints as above.

        Not `patient`, it asks Instagram no more than twice and waits for nothing.
        """
        from ig_worker.bootstrap import House

        with self._ready(partial(House, patient=patient)) as house:
            yield house

    @contextmanager
    def planning(self) -> Iterator[PlanningDesk]:
        """What works on the plan, for commands that ask nothing of Instagram; what asks it stays unloaded."""
        from ig_worker.planning_desk import PlanningDesk

        with self._ready(PlanningDesk) as planning:
            yield planning

    @contextmanager
    def caring(self) -> Iterator[CaseDesk]:
        """What works on cases and tells people, for commands that ask nothing of Instagram."""
        from ig_worker.case_desk import CaseDesk

        with self._ready(CaseDesk) as caring:
            yield caring

    @contextmanager
    def reporting(self) -> Iterator[FiguresDesk]:
        """What sums up and watches what rises, for commands that ask nothing of Instagram."""
        from ig_worker.figures_desk import FiguresDesk

        with self._ready(FiguresDesk) as reporting:
            yield reporting

    @contextmanager
    def keeping(self) -> Iterator[UpkeepDesk]:
        """What keeps the data well, for commands that ask nothing of Instagram."""
        from ig_worker.upkeep_desk import UpkeepDesk

        with self._ready(UpkeepDesk) as keeping:
            yield keeping

    @contextmanager
    def _ready(self, wired: Callable[[Settings], Wired]) -> Iterator[Wired]:
        with self.database():
            made = wired(self.settings)
            try:
                yield made
            finally:
                made.database.close()

    def now(self) -> datetime:
        """The worker's time: the machine's, or the played one."""
        # Not the house's: to look at a list, or to decide about a post, needs none of it.
        from ig_worker.clock import PlayedClock, SystemClock

        file = self.settings.played_clock
        return (PlayedClock(file) if file else SystemClock()).now()

    def account(self, name: str | None) -> str:
        """The account meant by ``--account``, which may be left out where there is one."""
        names = list(self.settings.accounts)
        if name is None and len(names) == 1:
            return names[0]
        if name not in names:
            raise click.UsageError(f"--account must be one of: {', '.join(names) or '(none is configured)'}")
        return name

    def accounts(self, name: str | None) -> list[str]:
        """The account named, or all of them."""
        return [self.account(name)] if name is not None else list(self.settings.accounts)

    def iso(self, moment: datetime | None) -> str | None:
        """ISO 8601 with offset, in the centre's zone; None stays None."""
        return None if moment is None else moment.astimezone(self.settings.zone).isoformat()

    def shown(self, moment: datetime | None) -> str:
        """As people here write it: ``25/11/2026 09.00``; empty for None."""
        return "" if moment is None else f"{moment.astimezone(self.settings.zone):%d/%m/%Y %H.%M}"


pass_desk = click.make_pass_decorator(Desk)


def as_json(command: Decorated) -> Decorated:
    """The option ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document and nothing else.")(
        command
    )


def limited(command: Decorated) -> Decorated:
    """The option ``--limit``."""
    return click.option("--limit", type=click.IntRange(min=1), help="At most so many.")(command)


def of_account(command: Decorated) -> Decorated:
    """The option ``--account``."""
    return click.option("--account", help="The account's name in the configuration.")(command)


def month_of(written: str) -> Month:
    """What ``--month`` means; a wrong command where it means none."""
    from ig_worker.domain.month import Month

    try:
        return Month.written(written)
    except ValueError:
        raise click.UsageError(
            f"--month: found {written!r}; allowed: a year and a month such as 2026-11"
        ) from None


def by_person(command: Decorated) -> Decorated:
    """The option ``--by``: every move is somebody's."""
    return click.option("--by", required=True, callback=named_option, metavar="NAME", help="Who does this.")(
        command
    )


UNNAMED = "command line"
"""Who lets a post try again or settles an unconfirmed one, unless they say: neither is an approval."""


def named_option(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    """What ``--by`` says, as it is kept."""
    return named(value)


def named(value: str) -> str:
    """The name as it is kept; a wrong command where it names nobody."""
    name = " ".join(clean(value).split())
    if not is_named(name) or len(name) > 80:
        raise click.BadParameter("a name of 1 to 80 letters is needed", param_hint="'--by'")
    return name
