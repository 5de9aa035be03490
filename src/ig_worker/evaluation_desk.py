"""What makes the month's evaluation, wired from the settings: for the command line and for the worker."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ig_worker.centre_calendar import CentreCalendar
from ig_worker.domain.seen import mark_of
from ig_worker.flows.evaluating.monthly import MonthlyEvaluation
from ig_worker.flows.evaluating.monthly import Rules as MonthlyRules
from ig_worker.flows.ports import Clock
from ig_worker.store.database import Database

if TYPE_CHECKING:
    from ig_worker.case_desk import CaseDesk
    from ig_worker.config import Settings
    from ig_worker.flows.evaluating.evaluator import Evaluator
    from ig_worker.flows.evaluating.kept import KeptEvaluations
    from ig_worker.flows.evaluating.papers import Papers

PAPER_SECONDS = 60.0
"""An evaluation of twenty thousand messages is set in less."""


def evaluator(settings: Settings, database: Database, clock: Clock) -> Evaluator:
    """The maker of evaluations."""
    from ig_worker.flows.evaluating.evaluator import Evaluator, Rules

    rules = Rules(
        zone=settings.zone,
        zone_label=f"{clock.now().astimezone(settings.zone):%Z}",
        centre=settings.centre.name,
        colour=settings.centre.colour,
        calendar=CentreCalendar(settings).over,
        targets=settings.planner.targets,
    )
    return Evaluator(database, clock, rules, settings.data_dir)


def papers(settings: Settings) -> Papers:
    """What writes an evaluation in every form."""
    from ig_worker.flows.evaluating.papers import Papers
    from ig_worker.render.typesetter import Typesetter
    from ig_worker.sheets.month_book import write_month

    return Papers(Typesetter(PAPER_SECONDS), write_month, settings.data_dir)


def kept_evaluations(settings: Settings, database: Database, clock: Clock) -> KeptEvaluations:
    """Evaluations for who looks at them, one for each process that shows them."""
    from ig_worker.flows.evaluating.kept import KeptEvaluations

    said = (settings.centre, settings.planner.targets, settings.working_hours, settings.calendar)
    mark = mark_of(settings.timezone, *map(str, said))
    return KeptEvaluations(
        evaluator(settings, database, clock),
        partial(papers, settings),
        database,
        settings.data_dir,
        clock,
        mark,
    )


def monthly_evaluation(desk: CaseDesk, name: str) -> MonthlyEvaluation:
    """What makes an account's evaluation of last month by itself."""
    settings = desk.settings
    return MonthlyEvaluation(
        name,
        desk.database,
        partial(evaluator, settings, desk.database, desk.clock),
        partial(papers, settings),
        desk.outbox,
        settings.data_dir,
        desk.clock,
        MonthlyRules(settings.zone, desk.calendar.around),
    )
