"""Sums up a register: by kind, topic, unit and channel, what was in time, and how long answers took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from statistics import median

from ig_worker.domain.case import OPEN
from ig_worker.domain.register import Facts, kept
from ig_worker.domain.register_words import CHANNELS, DEADLINES, KINDS, LAPOR, MONTHS, STATUSES, word
from ig_worker.domain.working_time import WorkingCalendar

_OPEN = {status.value for status in OPEN}
_HOUR = timedelta(hours=1)

Span = tuple[datetime, datetime]
"""When something began and when it ended, not before it began."""


@dataclass(frozen=True)
class Group:
    """The cases of one topic or unit; ``in_time``, ``late`` and ``running`` tell of their deadline to be resolved."""

    name: str
    cases: int
    complaints: int
    suggestions: int
    done: int
    in_time: int
    late: int
    running: int


@dataclass(frozen=True)
class DeadlineSum:
    """How often a deadline was met in time, missed, or still runs; ``share`` of those decided, None where none is."""

    name: str
    in_time: int
    late: int
    running: int
    share: float | None


@dataclass(frozen=True)
class Duration:
    """The median of something over ``cases`` cases, by the clock and in opening hours; None where there are none."""

    name: str
    cases: int
    hours: float | None
    working_hours: float | None


@dataclass(frozen=True)
class Sums:
    """What the sheet of sums shows. The counts are pairs of a name and a number, the largest first."""

    cases: int
    still_open: int
    carried: tuple[str, ...]
    """The numbers of the cases from before that are still open."""
    reopened: int
    kinds: tuple[tuple[str, int], ...]
    lapor: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]
    severities: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, int], ...]
    spans: tuple[tuple[str, int], ...]
    """By week of the month, or by month where more than one is in it; in their order."""
    topics: tuple[Group, ...]
    units: tuple[Group, ...]
    deadlines: tuple[DeadlineSum, ...]
    durations: tuple[Duration, ...]


def sums(
    cases: Sequence[Facts],
    carried: Sequence[str],
    calendar: WorkingCalendar,
    now: datetime,
    *,
    by_week: bool,
) -> Sums:
    """The sums of these cases. A case that goes on in another one (merged) counts, but neither its deadlines nor its
    time do: they are those of the other."""
    label = _of(cases, lambda case: case.label)
    return Sums(
        cases=len(cases),
        still_open=sum(case.status in _OPEN for case in cases),
        carried=tuple(carried),
        reopened=sum(case.reopened > 0 for case in cases),
        kinds=tuple((KINDS.get(name, name), count) for name, count in label),
        lapor=_of(cases, lambda case: LAPOR.get(case.label, LAPOR["lainnya"])),
        channels=_of(cases, lambda case: CHANNELS.get(case.channel, case.channel)),
        severities=_of(cases, lambda case: word(case.severity)),
        statuses=_of(cases, lambda case: STATUSES.get(case.status, case.status)),
        spans=_spans([case.opened_at for case in cases], calendar.zone, by_week=by_week),
        topics=_groups(cases, lambda case: word(case.topic), now),
        units=unit_sums(cases, now),
        deadlines=deadline_sums(cases, now),
        durations=(
            _duration("Tanggapan pertama", first_responses(cases), calendar),
            _duration("Penyelesaian", resolutions(cases), calendar),
        ),
    )


def own_of(cases: Iterable[Facts]) -> list[Facts]:
    """Those that do not go on in another one: whose deadlines and times are their own."""
    return [case for case in cases if case.status != "merged"]


def unit_sums(cases: Sequence[Facts], now: datetime) -> tuple[Group, ...]:
    """The cases by the unit that answers for them, the largest first."""
    return _groups(cases, lambda case: word(case.unit) or "(belum ada unit)", now)


def deadline_sums(cases: Iterable[Facts], now: datetime) -> tuple[DeadlineSum, ...]:
    """Every deadline that any of these cases has, in the order of the steps."""
    own = own_of(cases)
    found = [_deadline(own, name, now) for name in DEADLINES]
    return tuple(deadline for deadline in found if deadline.in_time + deadline.late + deadline.running)


def first_responses(cases: Iterable[Facts]) -> list[Span]:
    """From opened until the centre first reacted, of those to which it did."""
    return _ended((case.opened_at, case.responded_at) for case in own_of(cases))


def resolutions(cases: Iterable[Facts]) -> list[Span]:
    """From opened until resolved; what was rejected was never resolved."""
    return _ended((case.opened_at, case.closed_at) for case in cases if case.status == "resolved")


def working_hours(spans: Iterable[Span], calendar: WorkingCalendar) -> list[float]:
    """How many hours the centre was open in each."""
    return [calendar.working_time_between(start, end) / _HOUR for start, end in spans]


def _of(cases: Iterable[Facts], name_of: Callable[[Facts], str]) -> tuple[tuple[str, int], ...]:
    counts = Counter(map(name_of, cases))
    return tuple(sorted(counts.items(), key=lambda item: (item[0] == "Lainnya", -item[1], item[0])))


def _groups(cases: Sequence[Facts], name_of: Callable[[Facts], str], now: datetime) -> tuple[Group, ...]:
    return tuple(
        _group(name, [case for case in cases if name_of(case) == name], now)
        for name, _ in _of(cases, name_of)
    )


def _group(name: str, cases: Sequence[Facts], now: datetime) -> Group:
    resolve = _deadline(own_of(cases), "resolve", now)
    return Group(
        name,
        len(cases),
        sum(case.label == "keluhan" for case in cases),
        sum(case.label == "saran" for case in cases),
        sum(case.status not in _OPEN for case in cases),
        resolve.in_time,
        resolve.late,
        resolve.running,
    )


def _deadline(cases: Iterable[Facts], name: str, now: datetime) -> DeadlineSum:
    found = Counter(kept(due, now) for case in cases if (due := case.deadline(name)) is not None)
    decided = found[True] + found[False]
    share = found[True] / decided if decided else None
    return DeadlineSum(DEADLINES[name], found[True], found[False], found[None], share)


def _duration(name: str, spans: Sequence[Span], calendar: WorkingCalendar) -> Duration:
    if not spans:
        return Duration(name, 0, None, None)
    clock = median((end - start) / _HOUR for start, end in spans)
    return Duration(name, len(spans), round(clock, 1), round(median(working_hours(spans, calendar)), 1))


def _ended(spans: Iterable[tuple[datetime, datetime | None]]) -> list[Span]:
    # An answer can be older than our knowledge of the complaint.
    return [(start, max(start, end)) for start, end in spans if end is not None]


def _spans(opened: Sequence[datetime], zone: tzinfo, *, by_week: bool) -> tuple[tuple[str, int], ...]:
    days = sorted(at.astimezone(zone).date() for at in opened)
    counts: dict[str, int] = {}
    for day in days:
        name = _week(day) if by_week else f"{MONTHS[day.month - 1]} {day.year}"
        counts[name] = counts.get(name, 0) + 1
    return tuple(counts.items())


def _week(day: date) -> str:
    """``9–15 November``: the days of the month that share a week from Monday to Sunday."""
    monday = max(day - timedelta(days=day.weekday()), day.replace(day=1))
    sunday = day + timedelta(days=6 - day.weekday())
    last = sunday.day if sunday.month == day.month else (sunday - timedelta(days=sunday.day)).day
    span = f"{monday.day}–{last}" if last != monday.day else f"{last}"
    return f"{span} {MONTHS[day.month - 1]}"
