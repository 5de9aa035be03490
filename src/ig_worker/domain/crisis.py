"""When complaints become a crisis: far more than usual, or many about one post or one topic.

A centre that hears one complaint a week is not alarmed by two, and nobody makes a crisis alone: an alarm needs
:attr:`Rules.at_least` complaints of :data:`PEOPLE` people, and a multiple of what the account is used to at this time
of the day. Each complaint counts in one crisis only, so that one flood makes one alarm.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PEOPLE = 3
"""One angry person, or two who quarrel, write much and are no crisis."""

DAYS_BACK = 28
"""Over so many days we look for what is usual; a whole number of weeks, for Mondays are fuller than Sundays."""

AROUND = timedelta(minutes=30)
"""People are not punctual: so long before and after counts as the same time of the day."""

A_WEEK = 7

FRESH = timedelta(hours=24)
"""An outage is told of late rather than never; what happened before is history."""

CLOCKS_DIFFER = timedelta(minutes=5)
"""Meta's clock may be ahead of ours."""

UPDATE_AFTER = timedelta(hours=1)
"""At most so often people hear that a crisis grows."""

NO_TOPIC = "lainnya"


class Kind(StrEnum):
    """What a crisis is about; the most telling first."""

    POST = "post"
    TOPIC = "topic"
    PACE = "pace"


@dataclass(frozen=True)
class Rules:
    """``[crisis]``: how many complaints within which time are too many; never fewer than ``at_least``."""

    at_least: int = 5
    times_usual: float = 4
    within: timedelta = timedelta(minutes=60)
    same_post: int = 6
    same_topic: int = 8
    same_within: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class Complaint:
    """A complaint of the public. ``at`` is when it was written, aware; ``person`` and ``post`` are empty if unknown."""

    message_id: int
    at: datetime
    topic: str
    post: str = ""
    person: str = ""


@dataclass(frozen=True)
class Found:
    """A crisis that begins: what it is about (the post's id, the topic, or nothing) and the complaints that show it."""

    kind: Kind
    about: str
    complaints: tuple[Complaint, ...]


def belongs(complaint: Complaint, kind: Kind, about: str, begun_at: datetime, rules: Rules) -> bool:
    """Whether a complaint is one more of the crisis that was found at ``begun_at``."""
    match kind:
        case Kind.POST:
            return complaint.post == about and complaint.at > begun_at - rules.same_within
        case Kind.TOPIC:
            return complaint.topic == about and complaint.at > begun_at - rules.same_within
    return complaint.at > begun_at - rules.within


def usual(at: datetime, span: timedelta, times: Sequence[datetime], watched_since: datetime) -> float:
    """How many complaints come in such a span that ends at this time of the day: the upper quartile of past days.

    ``times`` are sorted. A day before ``watched_since`` says nothing; of less than a week of days, the others count as
    quiet ones, so that one bad day is not taken for what is usual.
    """
    counts = []
    for day in range(1, DAYS_BACK + 1):
        end = at - timedelta(days=day)
        if end - span < watched_since:
            break
        counts.append(bisect_right(times, end + AROUND) - bisect_right(times, end - span - AROUND))
    return _upper_quartile(counts)


def _upper_quartile(counts: Sequence[int]) -> int:
    padded = sorted([*counts, *[0] * (A_WEEK - len(counts))])
    return padded[3 * len(padded) // 4]


def find(
    complaints: Iterable[Complaint], past: Iterable[Complaint], now: datetime, rules: Rules
) -> Found | None:
    """The crisis that these complaints show, the most telling one; None where they show none.

    ``complaints`` are those that belong to no crisis yet; ``past`` is all of the last :data:`DAYS_BACK` days, what was
    there before the account was first read included.
    """
    fresh = in_order(each for each in complaints if now - FRESH < each.at <= now + CLOCKS_DIFFER)
    if len(fresh) < min(rules.at_least, rules.same_post, rules.same_topic):
        return None
    known = in_order(past)
    since = known[0].at if known else now

    def more_than_usual(
        least: int, span: timedelta, times: Sequence[datetime]
    ) -> Callable[[datetime], float]:
        return lambda end: max(least, rules.times_usual * usual(end, span, times, since))

    for post, some in _grouped(fresh, lambda each: each.post):
        others = Counter(each.post for each in known if each.post not in ("", post))
        enough = max(rules.same_post, rules.times_usual * _upper_quartile(list(others.values())))
        if len(some) >= enough and (crowd := _crowd(some, rules.same_within, rules.same_post, _any_number)):
            return Found(Kind.POST, post, crowd)
    for topic, some in _grouped(fresh, lambda each: "" if each.topic == NO_TOPIC else each.topic):
        least, span = rules.same_topic, rules.same_within
        times = [each.at for each in known if each.topic == topic]
        if crowd := _crowd(some, span, least, more_than_usual(least, span, times)):
            return Found(Kind.TOPIC, topic, crowd)
    least, span = rules.at_least, rules.within
    if crowd := _crowd(fresh, span, least, more_than_usual(least, span, [each.at for each in known])):
        return Found(Kind.PACE, "", crowd)
    return None


def in_order(complaints: Iterable[Complaint]) -> list[Complaint]:
    """The complaints as they were written."""
    return sorted(complaints, key=lambda each: (each.at, each.message_id))


def _any_number(_end: datetime) -> float:
    return 0


def _crowd(
    complaints: Sequence[Complaint], span: timedelta, least: int, too_many: Callable[[datetime], float]
) -> tuple[Complaint, ...]:
    """The largest crowd of complaints within one span that is too many; they are in the order of time."""
    best: tuple[Complaint, ...] = ()
    begin = 0
    for end, last in enumerate(complaints):
        while last.at - complaints[begin].at > span:
            begin += 1
        count = end + 1 - begin
        if count < least or count <= len(best) or count < too_many(last.at):
            continue
        crowd = tuple(complaints[begin : end + 1])
        if people(crowd) >= PEOPLE:
            best = crowd
    return best


def people(complaints: Iterable[Complaint]) -> int:
    """How many people wrote these; where Meta withholds who wrote, each counts as somebody else."""
    known = set()
    unknown = 0
    for each in complaints:
        if each.person:
            known.add(each.person)
        else:
            unknown += 1
    return len(known) + unknown


def _grouped(
    complaints: Iterable[Complaint], about: Callable[[Complaint], str]
) -> Iterator[tuple[str, list[Complaint]]]:
    """The complaints by what they are about, the largest group first; what is about nothing is left out."""
    groups: Mapping[str, list[Complaint]] = defaultdict(list)
    for each in complaints:
        if name := about(each):
            groups[name].append(each)
    sizes = Counter({name: len(some) for name, some in groups.items()})
    for name, _ in sizes.most_common():
        yield name, groups[name]


def is_news(told: int, count: int, told_at: datetime, now: datetime) -> bool:
    """Whether people should hear that a crisis has grown: it has doubled, and they last heard of it long enough ago."""
    return count >= 2 * told and now - told_at >= UPDATE_AFTER
