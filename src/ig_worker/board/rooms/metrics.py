"""The worker's and the board's own figures for Prometheus."""

from __future__ import annotations

from starlette.responses import Response

from ig_worker.board.visit import Visit
from ig_worker.board.ways import get

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"


def metrics(visit: Visit) -> Response:
    """The text format of Prometheus."""
    text = visit.office.counted.written()
    return Response(text, headers={"Content-Type": TEXT_FORMAT, "Cache-Control": "no-store"})


WAYS = (get("/metrics", metrics, None),)
