"""The sections about time as the centre keeps it: opening hours, days off of its own, hours of a season."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, field_validator, model_validator

from ig_worker.config.fields import Listed, Section, TimeSpan, not_allowed, span
from ig_worker.config.said import WEEKDAYS, CalendarSaid, Days, OtherTimesSaid, WeekSaid, days_of
from ig_worker.domain.indonesian_dates import Unreadable, read_date

LONGEST_SPAN = 120
"""Days. A longer closure, or a longer season, is a slip of the year."""

_DATE = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}"
_DAYS = re.compile(
    rf"(?P<first>{_DATE})(?: ?(?:\.\.|-|–|s\.?d\.?|s/d|sampai|hingga|to|until) ?(?P<last>{_DATE}))?"
    r"(?:[:,]? (?P<name>.{1,80}))?",
    re.ASCII | re.IGNORECASE,
)


def _a_date(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str):
            return read_date(value)
    except Unreadable:
        pass
    raise not_allowed('a date such as "2026-12-24"')


def _days(value: object) -> Days:
    """``2026-12-24``, ``2026-12-28 sampai 2026-12-31``, with or without a name behind it."""
    if isinstance(value, Days):
        return value
    allowed = not_allowed(
        'a date such as "2026-12-24", or "2026-12-28 sampai 2026-12-31", with or without a name behind'
    )
    if isinstance(value, str):
        found = _DAYS.fullmatch(" ".join(value.split()))
        if found is None:
            raise allowed
        first = _a_date(found["first"])
        last = _a_date(found["last"]) if found["last"] else first
        name = (found["name"] or "").strip()
    else:
        first = last = _a_date(value)
        name = ""
    _in_order(first, last)
    return Days(first, last, name)


def _in_order(first: date, last: date) -> None:
    if not 0 <= (last - first).days < LONGEST_SPAN:
        raise not_allowed(f"at most {LONGEST_SPAN} days, the first one first")


def _several(value: object) -> object:
    """A single day need not stand in a list."""
    return [value] if isinstance(value, date) else value


AllDays = Annotated[tuple[Annotated[Days, PlainValidator(_days)], ...], Listed, BeforeValidator(_several)]


class WorkingHours(Section, WeekSaid):
    """Opening and closing time of each weekday, in the centre's zone; ``[]`` on a closed one."""

    monday: TimeSpan = (time(7, 30), time(14, 0))
    tuesday: TimeSpan = (time(7, 30), time(14, 0))
    wednesday: TimeSpan = (time(7, 30), time(14, 0))
    thursday: TimeSpan = (time(7, 30), time(14, 0))
    friday: TimeSpan = (time(7, 30), time(11, 30))
    saturday: TimeSpan = (time(7, 30), time(12, 30))
    sunday: TimeSpan = ()

    @field_validator("*")
    @classmethod
    def _open_and_close(cls, value: tuple[time, ...]) -> tuple[time, ...]:
        span(value, through_midnight=False)
        return value


class OtherTimes(Section, OtherTimesSaid):
    """One ``[[calendar.other_hours]]``: from when until when (that day included) which weekdays have other hours."""

    first: Annotated[date, BeforeValidator(_a_date), Field(alias="from")]
    until: Annotated[date, BeforeValidator(_a_date)]
    name: Annotated[str, Field(max_length=80)] = ""
    monday: TimeSpan | None = None
    tuesday: TimeSpan | None = None
    wednesday: TimeSpan | None = None
    thursday: TimeSpan | None = None
    friday: TimeSpan | None = None
    saturday: TimeSpan | None = None
    sunday: TimeSpan | None = None

    @field_validator(*WEEKDAYS)
    @classmethod
    def _open_and_close(cls, value: tuple[time, ...] | None) -> tuple[time, ...] | None:
        span(value or (), through_midnight=False)
        return value

    @model_validator(mode="after")
    def _first_before_last(self) -> OtherTimes:
        _in_order(self.first, self.until)
        if all(getattr(self, day) is None for day in WEEKDAYS):
            raise not_allowed(f"the hours of at least one weekday ({', '.join(WEEKDAYS)})")
        return self


class Calendar(Section, CalendarSaid):
    """Where the centre's year differs from the country's, and some of its weeks from the others."""

    closed_on: AllDays = ()
    open_on: AllDays = ()
    other_hours: Annotated[tuple[OtherTimes, ...], Listed] = ()

    @field_validator("open_on")
    @classmethod
    def _open_or_closed(cls, value: tuple[Days, ...], info: ValidationInfo) -> tuple[Days, ...]:
        both = sorted(days_of(info.data.get("closed_on", ())) & days_of(value))
        if both:
            raise not_allowed(f"days that closed_on does not name ({both[0].isoformat()} stands in both)")
        return value

    def check(self, hours: WorkingHours) -> None:
        """Complain of days on which the centre cannot be open, and of closures that hardly end."""
        own = self.over(hours, (), UTC)
        for day in sorted(days_of(self.open_on)):
            if not own.is_working_day(day):
                raise not_allowed(
                    f"in open_on days of the week with hours (not {day.isoformat()}; give that day its own in "
                    "[[calendar.other_hours]])"
                )
        periods = {day for each in self.other_hours for day in (each.first, each.until)}
        for day in sorted(days_of(self.closed_on) | periods):
            if not any(own.is_working_day(day + timedelta(days=each)) for each in range(LONGEST_SPAN)):
                raise not_allowed(
                    f"a calendar that does not stay closed for {LONGEST_SPAN} days from {day.isoformat()}"
                )
