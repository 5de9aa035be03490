"""A calendar month: what registers and evaluations are made for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ig_worker.domain.register_words import MONTHS
from ig_worker.domain.working_time import WorkingCalendar

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True)
class Month:
    """A calendar month in the centre's zone."""

    year: int
    month: int

    @classmethod
    def written(cls, text: str) -> Month:
        """Of ``2026-11``; ValueError for anything else."""
        found = _MONTH.fullmatch(text.strip())
        if found is None:
            raise ValueError("a month is written as 2026-11")
        return cls(*_checked(int(found[1]), int(found[2])))

    @classmethod
    def before(cls, at: datetime) -> Month:
        """The one before the month of that (local) time."""
        return cls(at.year, at.month).previous

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"

    @property
    def in_words(self) -> str:
        """``November 2026``."""
        return f"{MONTHS[self.month - 1]} {self.year}"

    def in_words_until(self, last: date) -> str:
        """``1 sampai 22 November 2026``: the month as far as it has come by that day; all of it once it is over."""
        if last >= self.days[-1]:
            return self.in_words
        return f"1 sampai {last.day} {self.in_words}" if last.day > 1 else f"1 {self.in_words}"

    @property
    def previous(self) -> Month:
        """The month before."""
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return tuple(self.first + timedelta(days=number) for number in range((after - self.first).days))

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """From its first moment until the first of the next month."""
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return datetime.combine(self.first, time(), zone), datetime.combine(after, time(), zone)


def first_opening_after(month: Month, calendar: WorkingCalendar, ready: datetime | None = None) -> datetime:
    """When the centre first opens once the month is over, and what is made of it is `ready` (None: it is at once).

    Registers and evaluations of a month are made and sent then.
    """
    _, ended = month.span(calendar.zone)
    return calendar.next_opening(max(ended, ready) if ready is not None else ended)


def _checked(year: int, month: int) -> tuple[int, int]:
    if not (1 <= month <= 12 and 2000 <= year <= 2999):
        raise ValueError("a month is one of 01 to 12, in a year from 2000 on")
    return year, month
