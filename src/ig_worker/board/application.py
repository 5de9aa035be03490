"""The board's application: every room with its ways, behind the door, with careful headers on each answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ig_worker.board.door import Door, went_wrong
from ig_worker.board.office import Office
from ig_worker.board.rooms import (
    account,
    calendar,
    case,
    case_moves,
    cases,
    entrance,
    figures,
    home,
    importing,
    inbox,
    making,
    message,
    message_moves,
    metrics,
    people,
    posts,
    public,
    register,
    settings,
    storms,
)
from ig_worker.board.visit import Visit
from ig_worker.board.ways import Way

ROOMS = (
    public,
    metrics,
    entrance,
    home,
    importing,
    making,
    calendar,
    inbox,
    message,
    message_moves,
    figures,
    account,
    people,
    settings,
    posts,
    register,
    cases,
    case,
    case_moves,
    storms,
)

WAYS: Sequence[Way] = tuple(way for room in ROOMS for way in room.WAYS)

_OWN_ONLY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HOST = re.compile(rb"[A-Za-z0-9._-]{1,253}(?::\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](?::\d{1,5})?")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer a browser says "Origin: null" of our own forms, and they could not be told from a stranger's.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(office: Office) -> Starlette:
    """The application over one office."""

    async def said(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # it is registered for these alone
        office.counted.lost(error.status_code)
        return went_wrong(Visit(office, request), error)

    app = Starlette(
        routes=[Route(way.path, Door(office, way), methods=[way.method]) for way in WAYS],
        middleware=[Middleware(_CarefulHeaders, https=office.is_https)],
        exception_handlers={HTTPException: said},
    )
    # Meta follows no redirect, and one would show which paths there are.
    app.router.redirect_slashes = False
    return app


class _CarefulHeaders:
    """Puts the same careful headers on every answer, errors included."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_HEADERS, "Content-Security-Policy": _OWN_ONLY}
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] == "http" and not _is_plain_host(scope):
            await PlainTextResponse("Bad Request", 400)(scope, receive, careful)
            return
        await self._app(scope, receive, careful)


def _is_plain_host(scope: Scope) -> bool:
    """Whether the request names one host, and nothing that would be something else in an address."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) <= 1 and all(_HOST.fullmatch(host) for host in hosts)
