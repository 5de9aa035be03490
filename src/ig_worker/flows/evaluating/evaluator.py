"""Gathers a month's evaluation of an account, as plain data from which every paper is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from ig_worker.domain.evaluation import audience as people
from ig_worker.domain.evaluation import followers as account_days
from ig_worker.domain.evaluation import posts as plan
from ig_worker.domain.evaluation.headline import Standing, headline
from ig_worker.domain.evaluation.hours import online_hours
from ig_worker.domain.evaluation.wording import day_in_words, in_words
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating import plain
from ig_worker.flows.evaluating.plain import Document, number
from ig_worker.flows.evaluating.reached import Reached
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, evaluated
from ig_worker.store.database import Connection, Database

VERSION = 1

NOT_YET = "Belum tersedia: Instagram memberikannya mulai 100 pengikut."
NO_AUDIENCE = {"refused": "Belum tersedia: Instagram menolak memberikan angka ini."}

DEMOGRAPHICS_AFTER = timedelta(days=7)
DEMOGRAPHICS_BEFORE = timedelta(days=62)
"""Demographics are read weekly: a reading so long after the month's end, or before its begin, still tells of it."""

REACH_NOTE = "Jumlah jangkauan harian menurut hari Meta; satu orang dapat terhitung pada beberapa hari."


@dataclass(frozen=True)
class Rules:
    """The centre: its zone (``zone_label`` as people call it), name, colour, posts a week by segment, opening days."""

    zone: tzinfo
    zone_label: str
    centre: str
    colour: str
    calendar: Callable[[datetime, datetime], WorkingCalendar]
    targets: Mapping[str, int] = field(default_factory=dict)


class Evaluator:
    """Makes evaluations. Everything in them is Indonesian and masked: many people read it."""

    def __init__(self, database: Database, clock: Clock, rules: Rules, data_dir: Path) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules
        self._data_dir = data_dir

    def gather(self, month: Month, account: str) -> Document:
        """The evaluation of that month, as plain data that can become JSON; what is not known is None.

        Of a month that is not over, what there is so far. The account's figures are of Meta's days (Pacific), the
        centre's own counts of the month in its own zone.
        """
        rules = self._rules
        now = self._clock.now()
        local = now.astimezone(rules.zone)
        with self._database.reading() as connection:
            known = accounts.get(connection, account)
            figures = evaluated.figures(
                connection,
                account,
                month.previous.first - account_days.STALE,
                month.days[-1],
                now.astimezone(evaluated.PACIFIC).date() - timedelta(days=1),
            )
            reached = Reached(connection, account, month, rules.zone, rules.zone_label, self._data_dir, now)
            segments = self._segments(connection, account, month, now)
            standing = self._standing(figures, month, plan.altogether(segments), reached.by_hand)
            earlier = self._before(connection, account, month.previous, now, figures)
            who_follows = self._audience(connection, account, month)
            online = online_hours(
                evaluated.online(connection, account, month.first, month.days[-1]),
                evaluated.PACIFIC,
                rules.zone,
            )
            best_hours = {
                **reached.by_hour(),
                "online": [{"hour": hour, "value": value} for hour, value in online],
            }
            best_and_weakest = reached.against_plan(segments)
        return {
            "version": VERSION,
            "title": "Evaluasi Instagram",
            "account": {
                "name": account,
                "username": known.username if known is not None else "",
                "centre": rules.centre,
            },
            "zone": rules.zone_label,
            "month": str(month),
            "period": month.in_words,
            "made_at": local.isoformat(),
            "made_in_words": in_words(local, rules.zone_label),
            "colour": rules.colour,
            "coverage": plain.coverage(standing.coverage),
            "headline": plain.headline(headline(standing, earlier)),
            "followers": plain.followers(standing.followers),
            "reach": {
                "total": number(standing.reach.total),
                "days": plain.days(standing.reach.days),
                "note": REACH_NOTE
                if standing.reach.counted
                else "Belum cukup data: belum ada jangkauan bulan ini.",
            },
            "posts": best_and_weakest,
            "hours": best_hours,
            "audience": who_follows,
            "messages": plain.NO_MESSAGES,
            "answers": plain.NO_ANSWERS,
            "rising": [],
            "changes": [],
            "findings": [],
        }

    def _segments(
        self, connection: Connection, account: str, month: Month, now: datetime
    ) -> tuple[plan.Segment, ...]:
        planned = evaluated.plan(connection, account, *month.span(self._rules.zone))
        return plan.by_segment(planned, self._rules.targets, month, now)

    def _standing(
        self, figures: account_days.Figures, month: Month, posts: plan.Counted, by_hand: int
    ) -> Standing:
        return Standing(
            coverage=account_days.coverage(month, figures),
            followers=account_days.followers(month, figures),
            reach=account_days.daily(month, figures, "reach"),
            views=account_days.daily(month, figures, "views"),
            interaction=account_days.rate(month, figures, "accounts_engaged"),
            conversion=account_days.rate(month, figures, "profile_links_taps"),
            posts=posts,
            by_hand=by_hand,
            messages=None,
            cases=None,
        )

    def _before(
        self,
        connection: Connection,
        account: str,
        month: Month,
        now: datetime,
        figures: account_days.Figures,
    ) -> Standing:
        """The same of the month before, as much of it as is compared."""
        posts = plan.altogether(self._segments(connection, account, month, now))
        return self._standing(figures, month, posts, 0)

    def _audience(self, connection: Connection, account: str, month: Month) -> Document:
        first, last = month.first - DEMOGRAPHICS_BEFORE, month.days[-1] + DEMOGRAPHICS_AFTER
        read = evaluated.demographics(connection, account, first, last)
        if read is None:
            why = evaluated.why_no_demographics(connection, account, first, last)
            return {"age": [], "sex": [], "city": [], "read_on": None, "note": NO_AUDIENCE.get(why, NOT_YET)}
        return {
            "age": plain.groups(people.by_age(read.counts.get("age", ()))),
            "sex": plain.groups(people.by_sex(read.counts.get("gender", ()))),
            "city": plain.groups(people.by_city(read.counts.get("city", ()))),
            "read_on": day_in_words(read.day),
            "note": f"Pengikut menurut Instagram, dibaca {day_in_words(read.day)}; bagian = jumlah ÷ semua yang "
            "diketahui Instagram.",
        }
