"""Gathers a month's evaluation of an account, as plain data from which every paper is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from ig_worker.domain.evaluation import audience as people
from ig_worker.domain.evaluation import followers as account_days
from ig_worker.domain.evaluation import posts as plan
from ig_worker.domain.evaluation.changes import changes
from ig_worker.domain.evaluation.findings import findings
from ig_worker.domain.evaluation.headline import Standing, headline
from ig_worker.domain.evaluation.hours import online_hours
from ig_worker.domain.evaluation.wording import day_in_words, in_words
from ig_worker.domain.month import Month
from ig_worker.domain.nights import META_ZONE, newest_closed
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.evaluating import plain
from ig_worker.flows.evaluating.heard import heard
from ig_worker.flows.evaluating.plain import Document
from ig_worker.flows.evaluating.reached import Reached
from ig_worker.flows.ports import Clock
from ig_worker.store import accounts, evaluated, rising
from ig_worker.store.database import Connection, Database

VERSION = 1

NOT_YET = "Belum tersedia: Instagram memberikannya mulai 100 pengikut."
NO_AUDIENCE = {"refused": "Belum tersedia: Instagram menolak memberikan angka ini."}

DEMOGRAPHICS_AFTER = timedelta(days=7)
DEMOGRAPHICS_BEFORE = timedelta(days=62)
"""Demographics are read weekly: a reading so long after the month's end, or before its begin, still tells of it."""


@dataclass(frozen=True)
class Rules:
    """The centre: its zone (``zone_label`` as people call it), name, colour, posts a week by segment, opening days."""

    zone: tzinfo
    zone_label: str
    centre: str
    colour: str
    calendar: Callable[[datetime, datetime], WorkingCalendar]
    targets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Reached:
    """What is read of a month besides what people wrote; parts of the document are ready to be put into it."""

    username: str
    figures: account_days.Figures
    counted: plan.Counted
    by_hand: int
    posts: Document
    hours: Document
    audience: Document


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
        now = self._clock.now()
        zone = self._rules.zone
        months = (month, month.previous)
        begin, _ = month.previous.span(zone)
        # The holidays come from a process of their own; the figures are read meanwhile.
        with ThreadPoolExecutor(max_workers=1) as aside:
            counted = aside.submit(self._rules.calendar, begin, now)
            with self._database.reading() as connection:
                reached = [self._reached(connection, each, account, now) for each in months]
                rose = rising.of_month(connection, account, *month.span(zone))
                looked = rising.was_looked_for(connection, account, month.first, month.days[-1])
            calendar = counted.result()
        with self._database.reading() as connection:
            said = [heard(connection, account, each, zone, calendar, now) for each in months]
        made, before = (
            self._document(each, account, now, found, spoken)
            for each, found, spoken in zip(months, reached, said, strict=True)
        )
        compared = changes(made, before)
        if not before["posts"]["planned"]:
            # Of a month without a plan there is nothing to compare with.
            compared = [line for line in compared if line["key"] != "posts_out"]
        values = {line["key"]: line["before"] for line in compared}
        for line in made["headline"]:
            line["before"] = values.get(line["key"])
        made |= {
            "rising": plain.rising(rose),
            "rising_note": plain.rising_note(rose, looked=looked),
            "changes": compared,
        }
        return {**made, "findings": findings(made)}

    def _reached(self, connection: Connection, month: Month, account: str, now: datetime) -> _Reached:
        """What Instagram measured of the month, and what became of the plan."""
        rules = self._rules
        figures = evaluated.figures(
            connection,
            account,
            month.first - account_days.STALE,
            month.days[-1],
            newest_closed(now),
        )
        planned = evaluated.plan(connection, account, *month.span(rules.zone))
        segments = plan.by_segment(planned, rules.targets, month, now)
        reached = Reached(connection, account, month, rules.zone, rules.zone_label, self._data_dir, now)
        known = accounts.get(connection, account)
        online = online_hours(
            evaluated.online(connection, account, month.first, month.days[-1]), META_ZONE, rules.zone
        )
        return _Reached(
            username=known.username if known is not None else "",
            figures=figures,
            counted=plan.altogether(segments),
            by_hand=reached.by_hand,
            posts=reached.against_plan(segments),
            hours={
                **reached.by_hour(),
                "online": [{"hour": hour, "value": value} for hour, value in online],
            },
            audience=self._audience(connection, account, month),
        )

    def _document(
        self, month: Month, account: str, now: datetime, found: _Reached, said: Mapping[str, Document]
    ) -> Document:
        rules = self._rules
        local = now.astimezone(rules.zone)
        standing = Standing(
            coverage=account_days.coverage(month, found.figures),
            followers=account_days.followers(month, found.figures),
            reach=account_days.daily(month, found.figures, "reach"),
            views=account_days.daily(month, found.figures, "views"),
            interaction=account_days.rate(month, found.figures, "accounts_engaged"),
            conversion=account_days.rate(month, found.figures, "profile_links_taps"),
            posts=found.counted,
            by_hand=found.by_hand,
            messages=said["messages"]["total"],
            cases=said["answers"]["opened"],
        )
        return {
            "version": VERSION,
            "title": "Evaluasi Instagram",
            "account": {"name": account, "username": found.username, "centre": rules.centre},
            "zone": rules.zone_label,
            "month": str(month),
            "period": month.in_words_until(local.date()),
            "made_at": local.isoformat(),
            "made_in_words": in_words(local, rules.zone_label),
            "colour": rules.colour,
            "coverage": plain.coverage(standing.coverage),
            "headline": plain.headline(headline(standing)),
            "followers": plain.followers(standing.followers),
            "reach": plain.reach(standing.reach),
            "posts": found.posts,
            "hours": found.hours,
            "audience": found.audience,
            "messages": said["messages"],
            "answers": said["answers"],
            "rising": [],
            "rising_note": "",
            "changes": [],
            "findings": [],
        }

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
