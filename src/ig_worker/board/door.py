"""Who may come in: session, right, size and origin of every request are looked at before anything answers it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import nullcontext, suppress
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from ig_worker.board.cookies import SESSION, VISITOR, Cookies, shelved
from ig_worker.board.office import Office
from ig_worker.board.receiving import received
from ig_worker.board.users import User, as_user
from ig_worker.board.visit import Visit
from ig_worker.board.ways import Way
from ig_worker.clock import stopwatch
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.store import sessions
from ig_worker.store.database import StorageError, unreadable

log = logging.getLogger(__name__)

FORM_BYTES = 256 * 1024
"""A form without files: a caption of 2,200 signs that all take twelve bytes is ten times smaller."""

MOST_FIELDS, MOST_FILES = 200, 20

SLOWEST_SECONDS = 30
"""A form of which nothing comes for so long is given up."""

DRAINED_BYTES, DRAINED_SECONDS = 32 * 1024 * 1024, 5
"""Of a refused form so much is taken and thrown away."""

CSRF = "csrf"
"""Why a form was refused that was not one of our own pages'."""

_WRONG = {
    400: "unreadable",
    403: "forbidden",
    404: "nothing",
    405: "nothing",
    408: "unreadable",
    413: "too_large",
}

LOGIN, NEW_PASSWORD, LOGOUT = "/masuk", "/akun/sandi", "/keluar"


class TooLarge(Exception):
    """More came than this way takes."""


class Door:
    """The ASGI application of one way."""

    def __init__(self, office: Office, way: Way) -> None:
        self._office = office
        self._way = way
        megabytes = office.settings.board.max_upload_mb
        self._limit = megabytes * 1024 * 1024 + FORM_BYTES if way.uploads else FORM_BYTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        begun, status = stopwatch(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            body = Body(receive, self._limit)
            response = await self._answer(Request(scope, body))
            await body.drain()
            await response(scope, body, noted)
        finally:
            way = self._way
            self._office.counted.answered(way.method, way.path, status, stopwatch() - begun)

    async def _answer(self, request: Request) -> Response:
        try:
            mark, user = await run_in_threadpool(self._who, request)
        except StorageError as error:
            return self._no_database(Visit(self._office, request), error)
        try:
            if (turned_away := self._turn_away(request, user)) is not None:
                return turned_away
            if self._way.method == "POST":
                return await self._posted(request, user, mark)
            return await run_in_threadpool(self._done, Visit(self._office, request, user, mark))
        except HTTPException as error:
            return went_wrong(Visit(self._office, request, user, mark), error)

    async def _posted(self, request: Request, user: User | None, mark: str) -> Response:
        self._require_own_page(request)
        form = await self._form(request)
        try:
            cookies = Cookies(self._office)
            token = form.get("csrf", "")
            known_by = mark or cookies.read(request, VISITOR)
            if not isinstance(token, str) or not cookies.is_csrf(known_by, token):
                raise HTTPException(403, CSRF)
            return await run_in_threadpool(self._done, Visit(self._office, request, user, mark, form))
        finally:
            await form.close()

    def _who(self, request: Request) -> tuple[str, User | None]:
        """The session's mark and its user; the mark is empty where nobody is logged in."""
        mark = Cookies(self._office).read(request, SESSION)
        if not mark:
            return "", None
        with self._office.database.reading() as connection:
            row = sessions.user_of(connection, shelved(mark), self._office.now())
        return (mark, as_user(row)) if row is not None else ("", None)

    def _turn_away(self, request: Request, user: User | None) -> Response | None:
        if self._way.right is None:
            return None
        if user is None:
            query = request.scope["query_string"].decode("latin-1")
            asked = request.scope["path"] + (f"?{query}" if query else "")
            back = f"?ke={quote(asked, safe='/')}" if self._way.method == "GET" and asked != "/" else ""
            return RedirectResponse(f"{LOGIN}{back}", 303, headers={"Cache-Control": "no-store"})
        if user.must_change and request.scope["path"] not in {NEW_PASSWORD, LOGOUT}:
            return RedirectResponse(NEW_PASSWORD, 303, headers={"Cache-Control": "no-store"})
        if not user.may(self._way.right):
            raise HTTPException(403)
        return None

    def _require_own_page(self, request: Request) -> None:
        """A browser says where a form comes from; one from elsewhere is refused before it is read."""
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise HTTPException(403, CSRF)
        if (origin := request.headers.get("origin")) is None:
            return
        scheme, _, host = origin.partition("://")
        ours = {request.headers.get("host", ""), urlsplit(self._office.settings.board.public_url).netloc}
        if scheme not in {"http", "https"} or not host or host not in ours:
            raise HTTPException(403, CSRF)

    async def _form(self, request: Request) -> FormData:
        length = request.headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise HTTPException(400)
        if int(length[:20]) > self._limit:
            raise HTTPException(413)
        try:
            if self._way.uploads:
                folder = self._office.uploads.arriving
                return await received(request, folder, MOST_FILES, MOST_FIELDS, FORM_BYTES)
            return await request.form(max_files=0, max_fields=MOST_FIELDS, max_part_size=FORM_BYTES)
        except TooLarge:
            raise HTTPException(413) from None
        except TimeoutError:
            raise HTTPException(408) from None
        except (MultiPartException, ClientDisconnect, ValueError):
            raise HTTPException(400) from None
        except OSError:
            log.exception("%s could not be written down", self._way.path)
            raise HTTPException(500) from None

    def _no_database(self, visit: Visit, error: StorageError) -> Response:
        trouble = unreadable(self._office.database, error)
        log.error("%s %s: %s", self._way.method, self._way.path, trouble)
        return visit.page("error.html", 503, what="database", detail="", cure="")

    def _done(self, visit: Visit) -> Response:
        """What the way answers; what the worker's own rules refuse becomes a page that says so."""
        try:
            # What is changed never waits for what is only looked at, and no page for a picture that is being made.
            is_page = self._way.method == "GET" and not self._way.aside
            with self._office.looking if is_page else nullcontext():
                return self._way.answer(visit)
        except ChangedMeanwhile:
            return visit.page("error.html", 409, what="changed", detail="", cure="")
        except IgWorkerError as error:
            log.warning("%s %s: %s", self._way.method, self._way.path, error)
            return visit.page("error.html", 409, what="refused", detail=str(error), cure=error.cure)
        except StorageError as error:
            return self._no_database(visit, error)
        except HTTPException:
            raise
        except Exception:
            log.exception("%s %s failed", self._way.method, self._way.path)
            return visit.page("error.html", 500, what="broken", detail="", cure="")


def went_wrong(visit: Visit, error: HTTPException) -> Response:
    """The page for a refusal or for what is not there."""
    what = CSRF if error.detail == CSRF else _WRONG.get(error.status_code, "broken")
    response = visit.page("error.html", error.status_code, what=what, detail="", cure="")
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


class Body:
    """What a browser sends, up to `most` bytes: TooLarge beyond them, TimeoutError where nothing comes for a while."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._come = 0
        self._whole = False

    async def __call__(self) -> Message:
        """The next of it."""
        if self._whole:
            return await self._receive()  # a long answer asks whether the browser has gone
        message = await asyncio.wait_for(self._receive(), SLOWEST_SECONDS)
        self._whole = not message.get("more_body", False)
        self._come += len(message.get("body", b""))
        if self._come > self._most:
            raise TooLarge
        return message

    async def drain(self) -> None:
        """Take what nobody read, so that the browser reads our answer instead of a broken line; some of it, not all."""
        self._most = self._come + DRAINED_BYTES
        with suppress(TooLarge, TimeoutError):
            async with asyncio.timeout(DRAINED_SECONDS):
                while not self._whole:
                    await self()
