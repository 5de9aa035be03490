"""What takes plans in and judges posts, wired without anything that the rest of the worker needs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ig_worker.clock import PlayedClock, SystemClock
from ig_worker.flows.outbox import Outbox, Recipient
from ig_worker.flows.planning import gathering, preflight, sheet_watch
from ig_worker.flows.planning.approving import Agreement, Approving
from ig_worker.flows.planning.by_hand import ByHand
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.flows.planning.importing import Importing
from ig_worker.flows.planning.planner import Planner
from ig_worker.flows.planning.sheet_watch import SheetWatch
from ig_worker.flows.ports import Clock
from ig_worker.media import PREVIEWS, MediaRoom, Previews
from ig_worker.notify import channel_name, target_id
from ig_worker.sheets.online import GoogleSheet
from ig_worker.store import accounts
from ig_worker.store.database import Database
from ig_worker.waits import PlayedWaits, RealWaits

if TYPE_CHECKING:
    from ig_worker.config import Settings


class PlanningDesk:
    """All that works on the plan and asks nothing of Instagram, made from the settings.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = make_clock(settings)
        self.waits = make_waits(settings)
        self.database = Database(settings.database_url)
        self.database.require_schema()
        self.staging = MediaRoom(
            settings.data_dir,
            public_base_url=settings.media.public_base_url,
            allow_private_addresses=settings.media.allow_private_addresses,
            border=settings.media.border,
        )
        self.outbox = outbox_of(settings)
        with self.database.reading() as connection:
            known = {row.name for row in accounts.listed(connection)}
        # Looking must be possible where nothing can be written.
        for name in settings.accounts.keys() - known:
            with self.database.writing() as connection:
                accounts.known(connection, name, settings.account(name).ig_user_id)

    @property
    def previews(self) -> Previews:
        """Shows posts as Instagram would, before they go out."""
        return Previews(self.staging, self.settings.data_dir / PREVIEWS, border=self.settings.media.border)

    @property
    def planner(self) -> Planner:
        """Takes sheets into the queue."""
        names = tuple(self.settings.accounts)
        return Planner(
            self.database,
            self.staging,
            self.clock,
            names,
            self.settings.zone,
            self.outbox,
            self.agreement,
            trial=self._trial_room,
        )

    @contextmanager
    def _trial_room(self) -> Iterator[MediaRoom]:
        """Where a dry run keeps its copies: elsewhere on the same disk, and only while it runs."""
        private = self.settings.media.allow_private_addresses
        imports = self.settings.data_dir / "imports"
        imports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="percobaan-", dir=imports) as folder:
            yield MediaRoom(Path(folder), public_base_url="", allow_private_addresses=private)

    @property
    def agreement(self) -> Agreement:
        """Whose yes a post needs."""
        return Agreement(self.settings.posts.required_roles, self.settings.posts.own_numbers)

    @property
    def approving(self) -> Approving:
        """What the approvals of a post mean."""
        return Approving(self.outbox, self.agreement)

    @property
    def importing(self) -> Importing:
        """Imports opened sheets, and tries their pictures."""
        return Importing(self.planner, self.gatherer)

    @property
    def by_hand(self) -> ByHand:
        """Makes and changes posts for people on the board."""
        names = tuple(self.settings.accounts)
        return ByHand(
            self.database,
            self.staging,
            self.clock,
            names,
            self.settings.zone,
            self.approving,
            self.gatherer,
            self.agreement,
        )

    @property
    def gatherer(self) -> gathering.Gatherer:
        """Looks after the media of every account's posts."""
        rules = gathering.Rules(prepare_ahead=timedelta(seconds=self.settings.schedule.prepare_ahead))
        return gathering.Gatherer(self.database, self.staging, self.outbox, self.clock, self.approving, rules)

    @property
    def sheet_watch(self) -> SheetWatch[ImportResult] | None:
        """Takes the planning sheet at Google, where there is one."""
        settings, said = self.settings, self.settings.planner
        if not said.spreadsheet:
            return None
        sheet = GoogleSheet(
            said.spreadsheet,
            worksheet=said.worksheet,
            credentials_file=said.credentials_file,
            base_url=said.base_url,
        )
        rules = sheet_watch.Rules(
            tuple(settings.accounts), settings.zone, said.media_dir or settings.data_dir / "gambar"
        )
        return SheetWatch(sheet, self.planner.take, self.database, self.outbox, self.clock, rules)

    @cached_property
    def preflight(self) -> preflight.Preflight:
        """Looks at posts for what would stop them later."""
        late = timedelta(seconds=self.settings.posts.late_after)
        uploading = [name for name, account in self.settings.accounts.items() if account.login == "facebook"]
        rules = preflight.Rules(self.settings.zone, late, self.agreement, uploading)
        return preflight.Preflight(self.database, self.staging, self.outbox, rules)


def outbox_of(settings: Settings) -> Outbox:
    """Writes notices for the recipients of the configuration."""
    teams = {
        team: [Recipient(target_id(url), channel_name(url)) for url in urls]
        for team, urls in recipients(settings).items()
    }
    return Outbox(teams, board=settings.board.public_url)


def make_clock(settings: Settings) -> Clock:
    """The machine's clock, or the played one of the demo and the tests."""
    return PlayedClock(settings.played_clock) if settings.played_clock else SystemClock()


def make_waits(settings: Settings) -> RealWaits | PlayedWaits:
    """How the lanes wait: as the machine's time passes, or as the played clock is moved."""
    if settings.played_clock and settings.played_waits:
        return PlayedWaits(PlayedClock(settings.played_clock), settings.played_waits)
    return RealWaits()


def recipients(settings: Settings) -> dict[str, tuple[str, ...]]:
    """The addresses of each team and unit."""
    teams = {team: settings.recipients(team) for team, value in settings.notify if isinstance(value, tuple)}
    return teams | {f"unit:{unit}": settings.recipients(unit) for unit in settings.units}
