"""Which days a calendar shows: a month or a week, as its address says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ig_worker.domain.month_plan import month_days

FIRST_YEAR, LAST_YEAR = 2020, 2100
"""No plan lies before or after them, and the holidays are known in between."""

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Period:
    """A whole month, or the week from a Monday to a Sunday."""

    first: date
    last: date
    is_week: bool

    @classmethod
    def month_of(cls, day: date) -> Period:
        """The month in which the day lies."""
        days = month_days(day.year, day.month)
        return cls(days[0], days[-1], is_week=False)

    @classmethod
    def week_of(cls, day: date) -> Period:
        """The week in which the day lies."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6), is_week=True)

    @property
    def grid(self) -> tuple[date, date]:
        """The first Monday and the last Sunday of the weeks that are shown."""
        return Period.week_of(self.first).first, Period.week_of(self.last).last

    @property
    def words(self) -> dict[str, str]:
        """How an address says it."""
        if self.is_week:
            return {"minggu": self.first.isoformat()}
        return {"bulan": f"{self.first:%Y-%m}"}

    @property
    def before(self) -> Period | None:
        """The one before it; None before all plans."""
        return self._of(self.first - timedelta(days=1))

    @property
    def after(self) -> Period | None:
        """The one after it; None after all plans."""
        return self._of(self.last + timedelta(days=1))

    def _of(self, day: date) -> Period | None:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            return None
        return Period.week_of(day) if self.is_week else Period.month_of(day)

    def holds(self, day: date) -> bool:
        """Whether the day is one of its own, and not of a week that reaches into another month."""
        return self.first <= day <= self.last


def period_of(month: str, week: str, today: date) -> Period | None:
    """What was asked for, the month of today where nothing was; None for what is no month or day."""
    if week:
        day = _day(week)
        return None if day is None else Period.week_of(day)
    if month:
        day = _day(f"{month}-01")
        return None if day is None else Period.month_of(day)
    return Period.month_of(today)


def _day(written: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", written, re.ASCII):
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
