"""Answers two addresses, ``/media/{name}`` and ``/healthz``, and nothing else."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ig_worker.domain.errors import IgWorkerError

Health = Callable[[], tuple[bool, dict[str, Any]]]
"""Says whether all is well, and the document to show. May read the database: it is called in a thread."""

_KINDS = {".jpg": "image/jpeg", ".mp4": "video/mp4", ".mov": "video/quicktime"}

# The room of staged media makes names of 32 such characters; whoever knows one was told it.
_STAGED = re.compile(r"[A-Za-z0-9_-]{22,86}(?P<kind>\.[a-z0-9]{3})")

_SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def create_app(*, media_dir: Path, health: Health) -> Starlette:
    """The application. ``media_dir`` is read at each request and need not exist yet.

    ``/media/{name}`` gives a file that lies directly in ``media_dir`` under a staged (unguessable) name, with its
    type, ETag and ranges; ``/healthz`` gives the document of ``health`` with status 200, or 503 where not all is well.
    """

    async def media(request: Request) -> Response:
        name = request.path_params["name"]
        staged = _STAGED.fullmatch(name)
        kind = _KINDS.get(staged["kind"]) if staged else None
        if kind is None:
            raise HTTPException(404)
        file = media_dir / name
        try:
            found = await run_in_threadpool(file.lstat)
        except OSError:
            raise HTTPException(404) from None
        if not stat.S_ISREG(found.st_mode):
            raise HTTPException(404)
        return FileResponse(
            file, media_type=kind, stat_result=found, headers={"Cache-Control": "private, no-cache"}
        )

    def healthz(_request: Request) -> Response:
        try:
            well, document = health()
        except IgWorkerError as error:
            well, document = False, {"healthy": False, "error": str(error)}
        return JSONResponse(document, 200 if well else 503, headers={"Cache-Control": "no-store"})

    app = Starlette(
        routes=[Route("/media/{name}", media), Route("/healthz", healthz)],
        middleware=[Middleware(_SecurityHeaders)],
        exception_handlers={HTTPException: _plain},
    )
    # Meta follows no redirect, and one would show which paths there are.
    app.router.redirect_slashes = False
    return app


async def _plain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # it is registered for these alone
    return PlainTextResponse(f"{error.detail}\n", error.status_code, headers=error.headers)


class _SecurityHeaders:
    """Puts the same careful headers on every answer, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def careful(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app(scope, receive, careful)
