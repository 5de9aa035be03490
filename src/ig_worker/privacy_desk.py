"""What becomes of people's data, made from the settings: purged in time, erased or handed over on request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ig_worker.domain.forgotten import kept_days
from ig_worker.flows.casework.without import Redrawing
from ig_worker.flows.ports import Clock, Renderer
from ig_worker.flows.privacy.erasing import Erasing
from ig_worker.flows.retention import Retention, Rules
from ig_worker.known_time import KnownTime
from ig_worker.store.database import Database

if TYPE_CHECKING:
    from ig_worker.config import Settings
    from ig_worker.flows.privacy.handing_over import HandingOver


def retention_of(
    settings: Settings, database: Database, clock: Clock, erasing: Erasing, known_time: KnownTime
) -> Retention:
    """What purges all that has been kept for its time, and erases again who was erased before."""
    said, watched = settings.retention, settings.inbox.watch_days
    rules = Rules(
        zone=settings.zone,
        messages=kept_days(said.messages_days, watched),
        cases=kept_days(said.cases_days, watched),
        media=timedelta(days=said.media_days) if said.media_days else None,
        reports=timedelta(days=said.reports_days) if said.reports_days else None,
    )
    return Retention(database, settings.data_dir, clock, rules, erasing.again, known_time.require)


def erasing_of(
    settings: Settings, database: Database, clock: Clock, renderer: Renderer, known_time: KnownTime
) -> Erasing:
    """What erases a person."""
    redraws = Redrawing(renderer, settings.data_dir)
    numbers = settings.posts.own_numbers
    names = tuple(settings.accounts)
    return Erasing(database, settings.data_dir, redraws, clock, known_time.now, numbers, names)


def handing_over_of(settings: Settings, database: Database, clock: Clock, renderer: Renderer) -> HandingOver:
    """What gathers all that is kept of a person."""
    from ig_worker.flows.privacy.handing_over import HandingOver

    redraws = Redrawing(renderer, settings.data_dir)
    return HandingOver(database, settings.data_dir, redraws, clock, settings.zone)
