"""Beranda: what waits, what went wrong, and whether the worker is alive."""

from __future__ import annotations

from starlette.responses import Response

from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.rights import Right


def home(visit: Visit) -> Response:
    """The first page."""
    return visit.page("home.html")


WAYS = (get("/", home, Right.BE_HERE),)
