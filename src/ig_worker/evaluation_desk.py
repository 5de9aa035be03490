"""What makes the month's evaluation, wired from the settings: for the command line and for the worker."""

from __future__ import annotations

from ig_worker.centre_calendar import CentreCalendar
from ig_worker.config import Settings
from ig_worker.flows.evaluating.evaluator import Evaluator, Rules
from ig_worker.flows.ports import Clock
from ig_worker.store.database import Database


def evaluator(settings: Settings, database: Database, clock: Clock) -> Evaluator:
    """The maker of evaluations."""
    rules = Rules(
        zone=settings.zone,
        zone_label=f"{clock.now().astimezone(settings.zone):%Z}",
        centre=settings.centre.name,
        colour=settings.centre.colour,
        calendar=CentreCalendar(settings).over,
        targets=settings.planner.targets,
    )
    return Evaluator(database, clock, rules, settings.data_dir)
