"""What keeps the register book, wired from the settings: for the command line and for the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ig_worker.centre_calendar import CentreCalendar
from ig_worker.flows.bookkeeping.book import Bookkeeper, Rules
from ig_worker.flows.bookkeeping.monthly import MonthlyRegister
from ig_worker.flows.ports import Clock
from ig_worker.render.typesetter import Typesetter
from ig_worker.store.database import Database

if TYPE_CHECKING:
    from ig_worker.case_desk import CaseDesk  # an export needs none of it
    from ig_worker.config import Settings

BOOK_SECONDS = 120.0
"""A book of ten thousand cases is set in less."""


def bookkeeper(settings: Settings, database: Database, clock: Clock) -> Bookkeeper:
    """The keeper of the register book."""
    rules = Rules(settings.zone, CentreCalendar(settings).over)
    return Bookkeeper(database, Typesetter(BOOK_SECONDS), clock, settings.data_dir, rules)


def monthly_register(desk: CaseDesk) -> MonthlyRegister:
    """What makes last month's register by itself."""
    settings = desk.settings
    keeper = bookkeeper(settings, desk.database, desk.clock)
    return MonthlyRegister(
        desk.database,
        keeper,
        desk.outbox,
        settings.data_dir,
        desk.clock,
        settings.zone,
        desk.calendar.around,
    )
