"""The calendar's page."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from ig_worker.board.rooms.calendar import cells
from ig_worker.board.rooms.calendar.cells import IN_A_MONTH, IN_A_WEEK, Card, Line, Mark, Shelf
from ig_worker.board.rooms.calendar.period import Period, period_of
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.month_plan import PlannedDay, Week
from ig_worker.domain.occasions import Occasion
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right
from ig_worker.flows.planning import month
from ig_worker.flows.planning.deciding import MOVABLE, seen_of_row
from ig_worker.store import approvals, crises
from ig_worker.store import calendar as shelf
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)

OVERDUE = timedelta(days=14)
"""What waits for a person longer than this is not urgent any more; the list of posts has it."""

URGENT = frozenset({*month.UNDECIDED, Status.UNCONFIRMED})
"""What somebody should decide about soon."""


@dataclass(frozen=True)
class Asked:
    """What of the plan is to be seen; empty words ask for everything."""

    period: Period
    account: str
    segment: str
    status: str

    @property
    def words(self) -> dict[str, str]:
        """How an address says it."""
        return {
            **self.period.words,
            "akun": self.account,
            "segmen": self.segment,
            "status": self.status,
        }

    @property
    def is_part(self) -> bool:
        """Whether posts are left out, so that an empty day proves nothing."""
        return bool(self.segment or self.status)

    def shows(self, card: Card) -> bool:
        """Whether this one is asked for."""
        return (not self.status or card.status == self.status) and (
            not self.segment or _plain(card.segment) == _plain(self.segment)
        )


@dataclass(frozen=True)
class Read:
    """What the database says about some days."""

    days: month.Days
    by_hand: Sequence[Row[Any]]
    urgent: Sequence[Row[Any]]
    seen: dict[int, str]
    this_week: Week
    paused: dict[str, int]


def calendar(visit: Visit) -> Response:
    """A month or a week of the plan."""
    today = visit.today()
    period = period_of(visit.asked("bulan"), visit.asked("minggu"), today)
    wrong, period = period is None, period or Period.month_of(today)
    asked = _asked(visit, period)
    occasions, leave, whole = _kept_days(period)
    with visit.office.database.reading() as connection:
        read = _read(visit, connection, asked, occasions)
    length = IN_A_WEEK if period.is_week else IN_A_MONTH
    cards = [
        *(
            cells.card_of(post, visit.office.zone, length, read.seen.get(post.id, ""))
            for post in (*read.days.posts, *(read.days.cancelled if asked.status == Status.CANCELLED else ()))
        ),
        *(cells.by_hand(media, visit.office.zone, length) for media in read.by_hand),
    ]
    lines = _lines(
        period, read, cards, asked, cells.marks_of(read.days.spoken, leave, *period.grid, today), today
    )
    return visit.page(
        "calendar.html",
        period=period,
        asked=asked,
        wrong=wrong,
        whole=whole,
        lines=lines,
        is_empty=not any(len(cell.cards) for line in lines for cell in line.cells if not cell.is_outside),
        cancelled=_within(read.days.cancelled, period, visit),
        empty=[] if asked.is_part else _to_come(read.days.empty, today),
        this_week=read.this_week,
        urgent=[cells.card_of(post, visit.office.zone, IN_A_MONTH, "") for post in read.urgent],
        paused=read.paused,
        account_options=[(name, name) for name in visit.office.settings.accounts],
        segment_options=[(name, name) for name in _segments(visit, cards, asked)],
        states=list(Status),
        today=today,
        now=visit.office.now().astimezone(visit.office.zone),
        month_of=Period.month_of,
        week_of=Period.week_of,
    )


def _asked(visit: Visit, period: Period) -> Asked:
    account, status = visit.asked("akun"), visit.asked("status")
    return Asked(
        period,
        account if account in visit.office.settings.accounts else "",
        visit.asked("segmen")[:80],
        status if status in set(Status) else "",
    )


def _kept_days(period: Period) -> tuple[Sequence[Occasion], dict[date, str], bool]:
    """The occasions of the weeks that are shown, the free days, and whether the country's holidays are among them."""
    try:
        return month.occasions_between(*period.grid), month.free_days_between(*period.grid), True
    except Misconfigured as error:
        log.warning("the calendar is shown without holidays: %s %s", error, error.cure)
        return month.marked_days_between(*period.grid), {}, False


def _read(visit: Visit, connection: Connection, asked: Asked, occasions: Iterable[Occasion]) -> Read:
    office = visit.office
    now, zone = office.now(), office.zone
    rules = month.Rules(zone, office.settings.planner.targets)
    first, last = asked.period.grid
    account = asked.account or None
    by_hand = [
        media
        for media in shelf.made_by_hand(
            connection, month.midnight(first, zone), month.midnight(last + timedelta(days=1), zone)
        )
        if account in (None, media.account)
    ]
    days = month.planned_days(
        connection,
        asked.period.first,
        asked.period.last,
        occasions,
        rules,
        account=account,
        made_by_hand=[
            PlannedDay(0, "", media.posted_at.astimezone(zone).date(), "", media.caption) for media in by_hand
        ],
    )
    near = shelf.planned_between(connection, now - OVERDUE, now + month.NEAR)
    this_week = Period.week_of(visit.today())
    known = {week.first: week for week in days.weeks}
    return Read(
        days,
        by_hand,
        [post for post in near if post.status in URGENT and account in (None, post.account)],
        _seen(visit, connection, days.posts),
        known.get(this_week.first)
        or month.planned_days(connection, this_week.first, this_week.last, (), rules, account=account).weeks[
            0
        ],
        {name: number for name, number in crises.pausing(connection).items() if account in (None, name)},
    )


def _seen(visit: Visit, connection: Connection, posts: Iterable[Row[Any]]) -> dict[int, str]:
    """The marks of the posts that this user may give another time."""
    if not visit.may(Right.MOVE):
        return {}
    movable = [post for post in posts if post.status in MOVABLE]
    given = approvals.of_each(connection, [post.id for post in movable])
    return {post.id: seen_of_row(post, given.get(post.id, ())) for post in movable}


def _lines(
    period: Period,
    read: Read,
    cards: Iterable[Card],
    asked: Asked,
    marks: dict[date, list[Mark]],
    today: date,
) -> list[Line]:
    first, last = period.grid
    laid: dict[date, list[Card]] = {}
    taken = set()
    for card in cards:
        day = card.at.date()
        taken.add(day)
        if first <= day <= last and asked.shows(card):
            laid.setdefault(day, []).append(card)
    return cells.lines(period, read.days.weeks, Shelf(laid, marks), today, taken)


def _within(posts: Iterable[Row[Any]], period: Period, visit: Visit) -> int:
    zone = visit.office.zone
    return sum(period.holds(post.scheduled_at.astimezone(zone).date()) for post in posts)


def _to_come(empty: Iterable[date], today: date) -> list[date]:
    return [day for day in empty if day >= today]


def _segments(visit: Visit, cards: Iterable[Card], asked: Asked) -> list[str]:
    """Those with a target, those that are planned, and the one that was asked for; each as it was first written."""
    written = [*visit.office.settings.planner.targets, *(card.segment for card in cards), asked.segment]
    first: dict[str, str] = {}
    for segment in written:
        if segment.strip():
            first.setdefault(_plain(segment), segment)
    return sorted(first.values(), key=str.casefold)


def _plain(segment: str) -> str:
    return " ".join(segment.split()).casefold()


WAYS = (get("/kalender", calendar, Right.SEE_PLAN),)
