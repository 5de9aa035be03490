"""What gathers figures, watches what rises and makes the reports, wired beside the case desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from ig_worker.case_desk import CaseDesk
from ig_worker.domain.rising_said import Rules as RisingRules
from ig_worker.domain.rising_words import own_words
from ig_worker.evaluation_desk import monthly_evaluation
from ig_worker.flows import report, rising
from ig_worker.flows.measuring.collector import Collector
from ig_worker.flows.measuring.pictures import SmallPictures
from ig_worker.flows.measuring.rules import Measuring
from ig_worker.flows.measuring.rules import Rules as MeasuringRules
from ig_worker.flows.taking_along.write_back import Rules as TakingAlong
from ig_worker.flows.taking_along.write_back import WriteBack
from ig_worker.intervals import rest_every
from ig_worker.lanes import Job, about, first_of, in_turn
from ig_worker.register_desk import monthly_register
from ig_worker.sheets.online import FigureSheet

if TYPE_CHECKING:
    pass


class FiguresDesk(CaseDesk):
    """All that measures, sums up and reports, made from the settings.

    Raises Misconfigured when the database is not there, of another schema, or cannot be used.
    """

    def figure_jobs(
        self, names: Sequence[str], doors: Callable[[str], Measuring], at_any_time: Collection[str]
    ) -> list[Job]:
        """The jobs of the nights, mornings and months; those named `at_any_time` do not wait for their hour.

        `doors` lead to each account's figures on Instagram.
        """
        asked = "report" in at_any_time
        reports = [about(name, partial(self._reporter(name).run, at_any_time=asked)) for name in names]
        months = [
            about(name, partial(monthly_evaluation(self, name).run, at_any_time=asked)) for name in names
        ]
        register = partial(monthly_register(self).run, at_any_time=asked)
        watches = [
            about(name, partial(self.rising_watch(name).run, at_any_time="rising" in at_any_time))
            for name in names
        ]
        return [
            self._insights(names, doors, at_any_time="insights" in at_any_time),
            *self._written_back(at_any_time="insights_sheet" in at_any_time),
            Job("report", "rest", self._rest, in_turn([*reports, *months, register])),
            Job("rising", "rest", self._rest, in_turn(watches)),
        ]

    @property
    def _rest(self) -> float:
        return rest_every(self.settings)

    def collector_of(self, name: str, door: Measuring) -> Collector:
        """One account's figures, read through its door to Instagram."""
        settings = self.settings
        rules = MeasuringRules(
            settings.zone,
            settings.schedule.insights_at,
            settings.insights.media_days,
            timedelta(seconds=settings.insights.stories_every),
        )
        pictures = SmallPictures(
            name,
            self.database,
            self.renderer,
            settings.data_dir,
            allow_private_addresses=settings.media.allow_private_addresses,
        )
        return Collector(name, self.database, door, self.clock, rules, pictures)

    def _reporter(self, name: str) -> report.DayReporter:
        """One account's daily report."""
        settings = self.settings
        rules = report.Rules(settings.zone, settings.timezone, settings.schedule.insights_at)
        return report.DayReporter(
            name, self.database, self.renderer, self.outbox, settings.data_dir, self.clock, rules
        )

    def _write_back(self) -> WriteBack | None:
        """Takes each night's figures to the spreadsheet at Google, where there is one."""
        settings = self.settings
        if not settings.insights.spreadsheet:
            return None
        sheet = FigureSheet(
            settings.insights.spreadsheet,
            worksheet=settings.insights.worksheet or "Insights",
            credentials_file=settings.planner.credentials_file,
            base_url=settings.planner.base_url,
        )
        rules = TakingAlong(tuple(settings.accounts), settings.zone)
        return WriteBack(sheet, self.database, self.outbox, self.clock, rules)

    def rising_watch(self, name: str) -> rising.RisingWatch:
        """What looks at what people speak of far more than usual."""
        settings = self.settings
        # Who answers for a topic is called by name, too.
        own = own_words(settings.centre.name, *(answers.person for answers in settings.topics.values()))
        said = settings.rising
        rules = rising.Rules(
            zone=settings.zone,
            calendar=self.calendar.around,
            rising=RisingRules(said.at_least, said.times_usual, said.days),
            own=own,
            several_accounts=len(settings.accounts) > 1,
        )
        return rising.RisingWatch(name, self.database, self.outbox, self.clock, rules)

    def _written_back(self, *, at_any_time: bool) -> list[Job]:
        """A job of its own: where Google does not answer, the night's figures were read all the same."""
        back = self._write_back()
        asked = partial(back.run, at_any_time=at_any_time) if back else None
        return [Job("insights_sheet", "rest", self._rest, asked)] if asked else []

    def _insights(self, names: Sequence[str], doors: Callable[[str], Measuring], *, at_any_time: bool) -> Job:
        collectors = {name: self.collector_of(name, doors(name)) for name in names}
        return Job(
            "insights",
            "rest",
            self._rest,
            in_turn(
                about(name, partial(each.run, at_any_time=at_any_time)) for name, each in collectors.items()
            ),
            partial(first_of, *(each.next_moment for each in collectors.values())),
        )
