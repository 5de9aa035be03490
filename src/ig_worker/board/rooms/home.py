"""Beranda: what waits, what went wrong, and whether the worker is alive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from starlette.responses import Response

from ig_worker.board.ago import ago
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.rights import Right, rights_of
from ig_worker.flows.at_hand import Person, Pile, at_hand
from ig_worker.flows.standing import job_lines
from ig_worker.intervals import expected

LEADS = {
    "late_cases": ("/kasus", "/kasus/"),
    "new_cases": ("/kasus", "/kasus/"),
    "my_cases": ("/kasus", "/kasus/"),
    "unconfirmed_posts": ("/kalender", "/posting/"),
    "failed_posts": ("/kalender", "/posting/"),
    "held_posts": ("/kalender", "/posting/"),
    "to_verify": ("/kalender", "/posting/"),
    "to_agree": ("/kalender", "/posting/"),
    "sent_back": ("/kalender", "/posting/"),
    "messages": ("/kotak-masuk", ""),
    "lost": ("/kotak-masuk", ""),
    "crises": ("", "/krisis/"),
    "paused": ("", ""),
    "stopped": ("", ""),
    "tokens": ("/pengaturan", ""),
    "channels": ("/pengaturan", ""),
    "failing_jobs": ("/pengaturan", ""),
    "late_jobs": ("/pengaturan", ""),
    "given_up": ("/pengaturan", ""),
}
"""Where each pile leads to, and each thing of it; empty where there is no page of its own."""

TONES = {
    "late_cases": "bad", "new_cases": "warn", "unconfirmed_posts": "bad", "failed_posts": "bad", "crises": "bad",
    "late_jobs": "bad", "failing_jobs": "warn", "channels": "warn", "tokens": "warn", "lost": "warn",
    "stopped": "bad", "given_up": "warn", "held_posts": "warn", "paused": "warn", "sent_back": "warn",
}  # fmt: skip
"""How urgent a pile looks; its words say it, too."""


@dataclass(frozen=True)
class Alive:
    """Whether the worker works, in a sentence with its tone."""

    tone: str
    words: str


def home(visit: Visit) -> Response:
    """The first page."""
    office, now, user = visit.office, visit.office.now(), visit.user
    settings, unit = office.settings, user.only_unit
    topics = (
        None if unit is None else [key for key, each in settings.topics.items() if unit and each.unit == unit]
    )
    person = Person(user.full_name, rights_of(user.roles), unit, topics)
    with office.database.reading() as connection:
        jobs = job_lines(connection, expected(settings), now)
        found = at_hand(
            connection,
            person,
            now=now,
            today=_whole(visit.today(), office.zone),
            jobs=jobs,
            required=settings.posts.required_roles,
            names=settings.accounts,
        )
    return visit.page(
        "home.html",
        found=found,
        alive=alive(visit, jobs, found.keepers, now),
        waits=[_shown(pile) for pile in found.waits],
        wrong=[_shown(pile) for pile in found.wrong],
        ago=partial(ago, visit.t, now=now),
        now=now,
        several_accounts=len(settings.accounts) > 1,
    )


def alive(visit: Visit, jobs: Sequence[Mapping[str, Any]], keepers: Iterable[str], now: datetime) -> Alive:
    """What is said of the worker: when it last read the inbox, or since when nobody has seen it and whom to ask."""
    t = visit.t
    worked = {
        line["name"]: datetime.fromisoformat(line["last_success_at"])
        for line in jobs
        if line["last_success_at"]
    }
    ask = ", ".join(keepers) or t("home.worker.keeper")
    if not worked:
        return Alive("bad", t("home.worker.never", who=ask))
    late = sum(line["late"] for line in jobs)
    if late == len(jobs):
        return Alive("bad", t("home.worker.gone", since=visit.shown(max(worked.values())), who=ask))
    if late:
        return Alive("warn", t("home.worker.partly", count=late, who=ask))
    # A worker that has just started has its grace, and may not have read the inbox yet.
    read = worked.get("inbox", max(worked.values()))
    return Alive("good", t("home.worker.well", ago=ago(t, read, now)))


def _shown(pile: Pile) -> dict[str, Any]:
    every, each = LEADS[pile.what]
    return {"pile": pile, "tone": TONES.get(pile.what, "plain"), "every": every, "each": each}


def _whole(day: date, zone: Any) -> tuple[datetime, datetime]:
    """From the day's first moment to the next one's."""
    begin, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return begin, end


WAYS = (get("/", home, Right.BE_HERE),)
