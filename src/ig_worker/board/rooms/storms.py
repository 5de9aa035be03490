"""Krisis: storms of complaints, which posts wait for their end, and saying that one is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board import case_words
from ig_worker.board.visit import NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.store import crises

MOST_OVER = 20
"""Of those that are over."""


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


def storms(visit: Visit) -> Response:
    """Every crisis: those that go on, then the last ones that are over."""
    with visit.office.database.reading() as connection:
        found = [_storm(row) for row in crises.listed(connection)]
    over = [storm for storm in found if storm.lifted_at is not None]
    return visit.page(
        "storms.html",
        going_on=[storm for storm in found if storm.lifted_at is None],
        over=over[::-1][:MOST_OVER],
        words=case_words,
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
    """It is over: posts that waited go on."""
    number = visit.number()
    with visit.office.database.reading() as connection:
        row = crises.get(connection, number)
    if row is None:
        raise HTTPException(404)
    if row.lifted_at is None and visit.office.desk.crisis_watch(row.account).lift(row, visit.user.full_name):
        return visit.go("/krisis", "case.storm_lifted" if row.pauses else "case.storm_over", number=number)
    return visit.go("/krisis", "case.storm_lifted_already", NOTE, number=number)


def _storm(row: Any) -> Storm:
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
    )


WAYS = (
    get("/krisis", storms, Right.READ_CASES),
    get("/krisis/{number}", storm, Right.READ_CASES),
    post("/krisis/{number}/cabut", lift, Right.LIFT_CRISIS),
)
