"""The list in which a post is found, those planned last first; what waits for somebody is one tap away."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from ig_worker.board.paging import LINES, Page, Place
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.media_limits import is_video
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Right
from ig_worker.flows.planning.approving import GOING
from ig_worker.store import post_search
from ig_worker.store.post_search import Wanted

TROUBLE = "perlu"
TO_COME = "jalan"

GROUPS = {
    TROUBLE: (Status.HELD, Status.FAILED, Status.UNCONFIRMED),
    TO_COME: (*GOING, Status.PUBLISHING),
}
"""Several states under one word of the address."""

_COUNTED = (Status.DRAFT.value, TROUBLE)


@dataclass(frozen=True)
class Tab:
    """One tap of the list: the address's word, its name's key, and how many there are where that is counted."""

    status: str
    key: str
    count: int | None = None


def listed(visit: Visit) -> Response:
    """The posts that match, fifty a page."""
    status = visit.asked("status")
    query = {name: visit.asked(name) for name in ("status", "segmen", "akun", "cari")}
    wanted = Wanted(states_of(status), query["segmen"], query["akun"], query["cari"])
    place = Place.written(visit.asked("sesudah"))
    with visit.office.database.reading() as connection:
        rows = post_search.found(
            connection, wanted, after=(place.at, place.id) if place else None, limit=LINES + 1
        )
        segments = post_search.segments(connection)
        counts = {each: post_search.count(connection, states_of(each)) for each in _COUNTED}
    tabs = [
        Tab("", "list.all"),
        Tab(Status.DRAFT.value, "post.waiting", counts[Status.DRAFT.value]),
        Tab(TROUBLE, "post.trouble", counts[TROUBLE]),
        Tab(TO_COME, "post.going"),
        Tab(Status.PUBLISHED.value, "post.out"),
    ]
    return visit.page(
        "posts.html",
        page=Page.of(rows, lambda row: Place(row.scheduled_at, row.id)),
        place=place,
        is_video=is_video,
        query=query,
        tabs=tabs,
        states=[(each.value, visit.t(f"post_status.{each.value}")) for each in Status],
        segments=[(each, each) for each in segments],
        accounts=[(each, each) for each in visit.office.settings.accounts],
    )


def states_of(word: str) -> tuple[str, ...]:
    """The states that a word of the address means: one, a group, or all where it means none."""
    if word in GROUPS:
        return tuple(state.value for state in GROUPS[word])
    return (word,) if word in {state.value for state in Status} else ()


WAYS = (get("/posting", listed, Right.SEE_PLAN),)
