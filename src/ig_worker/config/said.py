"""What the sections say of themselves beyond their keys, told apart from how they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from ig_worker.config.recipients import one_by_one
from ig_worker.domain import deadlines
from ig_worker.domain.deadlines import PROFILES
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.working_time import Hours, OtherHours, WorkingCalendar

if TYPE_CHECKING:
    from pathlib import Path

    from ig_worker.config.caring import Notify, Profile, Topic, Unit
    from ig_worker.config.opening import Calendar, OtherTimes, WorkingHours
    from ig_worker.config.sections import Account, Database, Replies

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Table:
    """A section of the file, or one of several with a name; it goes through its keys with their values."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[tuple[str, Any]]: ...


@dataclass(frozen=True)
class Days:
    """A day, or several in a row, and what they are called; ``last`` belongs to them."""

    first: date
    last: date
    name: str = ""

    @property
    def each(self) -> list[date]:
        """Day by day."""
        return [self.first + timedelta(days=count) for count in range((self.last - self.first).days + 1)]


def ends(times: tuple[time, ...]) -> Hours:
    """The two ends of a span that was found good when it was read, None for an empty one."""
    return (times[0], times[1]) if times else None


class WeekSaid:
    """What ``[working_hours]`` says."""

    @property
    def by_weekday(self) -> dict[int, Hours]:
        """Opening and closing time by weekday (Monday is 0), None on a closed one."""
        return {weekday: ends(getattr(self, day)) for weekday, day in enumerate(WEEKDAYS)}


class OtherTimesSaid:
    """What one ``[[calendar.other_hours]]`` says."""

    if TYPE_CHECKING:
        first: date
        until: date
        name: str

    @property
    def period(self) -> OtherHours:
        """As ``WorkingCalendar`` takes it."""
        given = {weekday: getattr(self, day) for weekday, day in enumerate(WEEKDAYS)}
        opening = {weekday: ends(times) for weekday, times in given.items() if times is not None}
        return OtherHours(self.first, self.until, opening, self.name)


class CalendarSaid:
    """What ``[calendar]`` says."""

    if TYPE_CHECKING:
        closed_on: tuple[Days, ...]
        open_on: tuple[Days, ...]
        other_hours: tuple[OtherTimes, ...]

    def over(self, hours: WeekSaid, national_holidays: Iterable[date], zone: tzinfo) -> WorkingCalendar:
        """The calendar of the centre: its own days off and on, over the country's."""
        closed = (set(national_holidays) - days_of(self.open_on)) | days_of(self.closed_on)
        periods = tuple(each.period for each in self.other_hours)
        return WorkingCalendar(hours.by_weekday, frozenset(closed), zone, periods)

    def names(self) -> dict[date, str]:
        """What the centre calls its own days off."""
        return {day: days.name for days in self.closed_on for day in days.each}


def days_of(several: tuple[Days, ...]) -> set[date]:
    """Each of the days."""
    return {day for days in several for day in days.each}


class ProfileSaid(Table):
    """What one ``[cases.profiles.NAME]`` says."""

    @property
    def steps(self) -> deadlines.Profile:
        """The steps that have a deadline."""
        return {name: allowance for name, allowance in self if allowance is not None}


class CasesSaid:
    """What ``[cases]`` says."""

    if TYPE_CHECKING:
        profiles: dict[str, Profile]
        profile: str
        urgent_profile: str

    def steps(self, *, urgent: bool) -> deadlines.Profile:
        """How long each step of a case may take."""
        name = (self.urgent_profile if urgent else "") or self.profile
        return self.profiles[name].steps if name in self.profiles else PROFILES[name]


class SettingsSaid(Table):
    """What the configuration as a whole says."""

    if TYPE_CHECKING:
        timezone: str
        data_dir: Path
        database: Database
        accounts: dict[str, Account]
        replies: Replies
        working_hours: WorkingHours
        calendar: Calendar
        notify: Notify
        units: dict[str, Unit]
        topics: dict[str, Topic]

    @property
    def zone(self) -> ZoneInfo:
        """The centre's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database_url(self) -> str:
        """For SQLAlchemy. It may hold a password: do not print it."""
        return self.database.url.get_secret_value() or f"sqlite:///{self.data_dir / 'ig-worker.db'}"

    @property
    def opening(self) -> dict[int, tuple[time, time] | None]:
        """Opening hours by weekday (Monday is 0), None on a closed day, as ``WorkingCalendar`` takes them."""
        return self.working_hours.by_weekday

    def working_calendar(self, national_holidays: Iterable[date]) -> WorkingCalendar:
        """When the centre is open: its hours and its own days off, over the country's."""
        return self.calendar.over(self.working_hours, national_holidays, self.zone)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When no thanks go out, None for never. The first may be the later one (through midnight)."""
        return ends(self.replies.quiet_hours)

    def account(self, name: str) -> Account:
        """The account of that name; Misconfigured where there is none."""
        try:
            return self.accounts[name]
        except KeyError:
            known = ", ".join(self.accounts) or "none"
            raise Misconfigured(
                f"No account is called {name!r}; the configuration has: {known}.",
                cure=f"Name one of them, or add [accounts.{name}].",
            ) from None

    def recipients(self, team: str) -> tuple[str, ...]:
        """The Apprise URLs of a list in ``[notify]``, or of ``[units.TEAM]``; empty where nothing is set.

        One for each recipient, whatever the addresses name together.
        They hold passwords and bot tokens: do not print them.
        """
        teams = dict(self.notify)
        of_unit = self.units[team].notify if team in self.units else ()
        urls = teams.get(team, of_unit)
        return tuple(alone for url in urls for alone in one_by_one(url.get_secret_value()))

    @property
    def known_units(self) -> tuple[str, ...]:
        """The units that answer for a topic or have channels of their own, by name."""
        of_topics = {topic.unit for topic in self.topics.values() if topic.unit}
        return tuple(sorted(of_topics | self.units.keys()))

    def secrets(self) -> tuple[str, ...]:
        """Every secret text in here, and the passwords inside of addresses, for the logs to keep out."""
        found = dict.fromkeys(part for secret in _secrets_in(self) for part in _parts(secret) if part)
        return tuple(found)


def _secrets_in(value: object) -> Iterator[str]:
    if (reveal := getattr(value, "get_secret_value", None)) is not None:
        yield reveal()
    elif isinstance(value, Table):
        for _, inner in value:
            yield from _secrets_in(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _secrets_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _secrets_in(inner)


def _parts(secret: str) -> Iterator[str]:
    yield secret
    if "://" in secret:
        try:
            password = urlsplit(secret).password
        except ValueError:
            return
        if password:
            yield password
            yield unquote(password)
