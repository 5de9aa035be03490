"""What takes backups, made from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ig_worker.domain.thinning import Keep
from ig_worker.flows.backing_up import Backups, Plan
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store.database import Database

if TYPE_CHECKING:
    from ig_worker.config import Settings


def backups_of(settings: Settings, database: Database, outbox: Outbox, clock: Clock) -> Backups:
    """The backups of this configuration's database."""
    said = settings.backup
    plan = Plan(
        url=settings.database_url,
        data_dir=settings.data_dir,
        folder=said.folder or settings.data_dir / "backups",
        key=settings.security.key.get_secret_value(),
        config=settings.source,
        zone=settings.zone,
        zone_name=settings.timezone,
        at=said.at,
        keep=Keep(said.keep_days, said.keep_weeks, said.keep_months),
        after=said.after,
        after_seconds=said.after_timeout,
    )
    return Backups(plan, database, outbox, clock)
