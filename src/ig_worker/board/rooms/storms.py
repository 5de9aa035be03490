"""Krisis: storms of complaints, which posts wait for their end, and saying that one is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board import case_words
from ig_worker.board.visit import NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.flows.crisis import seen_of
from ig_worker.store import case_lists, crises, posts, publishing
from ig_worker.store.database import Connection
from ig_worker.store.posts import StoredPost

MOST_OVER = 20
"""Of those that are over."""

MOST_CASES, MOST_POSTS, LONGEST = 20, 20, 300
"""Of one crisis: cases and posts that are named, and letters of the reason why it is over."""


@dataclass(frozen=True)
class Storm:
    """A crisis as a person reads it; times are aware."""

    id: int
    account: str
    kind: str
    about: str
    complaints: int
    begun_at: datetime
    pauses: bool
    lifted_at: datetime | None
    lifted_by: str
    cases: Sequence[str] = ()
    """Numbers of the newest complaints' cases, as far as the reader sees them."""
    waiting: Sequence[StoredPost] = ()
    seen: str = ""


@dataclass(frozen=True)
class Typed:
    """What somebody wrote why a crisis is over, and why it was not taken."""

    number: int = 0
    reason: str = ""
    wrong: str = ""


def storms(visit: Visit) -> Response:
    """Every crisis: those that go on, then the last ones that are over."""
    return _page(visit)


def _page(visit: Visit, status: int = 200, typed: Typed | None = None) -> Response:
    with visit.office.database.reading() as connection:
        found = [_storm(visit, connection, row) for row in crises.listed(connection)]
    over = [storm for storm in found if storm.lifted_at is not None]
    return visit.page(
        "storms.html",
        status,
        going_on=[storm for storm in found if storm.lifted_at is None],
        over=over[::-1][:MOST_OVER],
        words=case_words,
        typed=typed or Typed(),
        several=len(visit.office.settings.accounts) > 1,
    )


def storm(visit: Visit) -> Response:
    """One of them, where it stands in the list: notices and the calendar lead here."""
    number = visit.number()
    with visit.office.database.reading() as connection:
        if crises.get(connection, number) is None:
            raise HTTPException(404)
    return visit.go(f"/krisis#krisis-{number}")


def lift(visit: Visit) -> Response:
    """It is over, and why: posts that waited go on."""
    number = visit.number()
    with visit.office.database.reading() as connection:
        row = crises.get(connection, number)
    if row is None:
        raise HTTPException(404)
    if row.lifted_at is None:
        reason = " ".join(visit.said("alasan").split())
        if not reason or len(reason) > LONGEST:
            wrong = visit.t("case.wrong_long" if reason else "case.wrong_empty")
            return _page(visit, 422, Typed(number, reason, wrong))
        watch = visit.office.desk.crisis_watch(row.account)
        try:
            lifted = watch.lift(row, visit.user.full_name, reason=reason, seen=visit.said("seen"))
        except ChangedMeanwhile:
            return _page(visit, 409, Typed(number, reason, visit.t("case.storm_grown")))
        if lifted:
            return visit.go(
                "/krisis", "case.storm_lifted" if row.pauses else "case.storm_over", number=number
            )
    return visit.go("/krisis", "case.storm_lifted_already", NOTE, number=number)


def _storm(visit: Visit, connection: Connection, row: Any) -> Storm:
    now, goes_on = visit.office.now(), row.lifted_at is None
    numbers = crises.numbers_of(connection, row, MOST_CASES) if goes_on else []
    planned = posts.active(connection, row.account, until=now) if goes_on and row.pauses else []
    return Storm(
        id=row.id,
        account=row.account,
        kind=row.kind,
        about=row.about if row.kind == "topic" else "",
        complaints=len(row.message_ids),
        begun_at=row.begun_at,
        pauses=row.pauses,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        cases=[each.number for each in numbers if case_lists.is_of_unit(each, visit.user.only_unit)],
        waiting=[each for each in planned if publishing.waits_in_a_crisis(each, now)][:MOST_POSTS],
        seen=seen_of(row),
    )


WAYS = (
    get("/krisis", storms, Right.READ_CASES),
    get("/krisis/{number}", storm, Right.READ_CASES),
    post("/krisis/{number}/cabut", lift, Right.LIFT_CRISIS),
)
