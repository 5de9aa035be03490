"""The embedded Instagram as a web application: takes requests apart, lets ordered faults strike, answers."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ig_worker.sandbox import usage
from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.control import control_routes
from ig_worker.sandbox.errors import GraphError
from ig_worker.sandbox.faults import Fault
from ig_worker.sandbox.graph import Answer, Asked, answer, trace
from ig_worker.sandbox.world import World

HANG_UP = "ig_worker.sandbox.hang_up"
JSON = "application/json; charset=UTF-8"
SERVER_ERROR = "<!DOCTYPE html><html><title>Error</title><body>Sorry, something went wrong.</body></html>"


class HangUp(Response):
    """Not an answer: the connection is closed without one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hang_up = scope.get("extensions", {}).get(HANG_UP)
        if hang_up is None:
            # Without a socket (an in-process client) the caller sees the loss as an exception.
            raise ConnectionResetError("the sandbox hung up")
        hang_up()
        while (await receive())["type"] != "http.disconnect":
            pass


def make_app(world: World) -> Starlette:
    """The application that shows this world: the Graph API everywhere, the control door under ``/control``."""

    async def graph_api(request: Request) -> Response:
        return await _serve(world, request)

    methods = ["GET", "POST", "DELETE"]
    return Starlette(routes=[*control_routes(world), Route("/{path:path}", graph_api, methods=methods)])


async def _serve(world: World, request: Request) -> Response:
    arrived = world.now()
    fault = world.faults.strike(request.method, request.url.path)
    asked = await take_apart(request)
    given = await _struck_before(world, asked, fault)
    if given is None:
        given = await answer(world, asked)
    given = _struck_after(world, given, fault)
    _note(world, asked, given, fault, arrived)
    if world.settings.answer_seconds:
        await asyncio.sleep(world.settings.answer_seconds)
    return _response(given, fault)


async def _struck_before(world: World, asked: Asked, fault: Fault | None) -> Answer | None:
    """The answer of a fault that keeps the request from its effect; None lets it go on."""
    match fault:
        case Fault(kind="delay"):
            await asyncio.sleep(fault.seconds)
        case Fault(kind="expire_token"):
            token = world.tokens.get(asked.token())
            if token is not None:
                token.dead = 463
        case Fault(kind="expire_cursors"):
            world.cursor_issue += 1
        case Fault(kind="error"):
            return _refusal(world, fault.error())
        case Fault(kind="throttle"):
            messaging = asked.path.endswith(("/messages", "/conversations"))
            error = usage.too_many(messaging) if fault.code is None else fault.error()
            given = _refusal(world, error)
            token = world.tokens.get(asked.token())
            if token is not None:
                given.headers = usage.headers(world, token.account_id, messaging, throttled=True)
            return given
        case Fault(kind="http_500"):
            return Answer({}, status=500)
        case Fault(kind="lost_before" | "broken_json_before"):
            return Answer({"data": []})
    return None


def _struck_after(world: World, given: Answer, fault: Fault | None) -> Answer:
    if fault is not None and fault.kind == "error_after":
        return _refusal(world, fault.error())
    return given


def _refusal(world: World, error: GraphError) -> Answer:
    return Answer(error.envelope(trace(world)), status=error.http_status)


def _note(world: World, asked: Asked, given: Answer, fault: Fault | None, arrived: datetime) -> None:
    """Count the call and write it down, without anything secret.

    ``arrived_at`` is the moment to the microsecond; ``id`` is what the answer names, of a write what it made.
    """
    if given.template:
        world.calls[given.template] += 1
    world.log.append(
        {
            "at": graph_time(world.now()),
            "arrived_at": arrived.isoformat(timespec="microseconds"),
            "method": asked.method,
            "path": asked.path,
            "template": given.template,
            "status": given.status,
            "id": given.body.get("id"),
            "fault": fault.kind if fault else None,
        }
    )


def _response(given: Answer, fault: Fault | None) -> Response:
    kind = fault.kind if fault else ""
    if kind in ("lost_before", "lost_after"):
        return HangUp()
    if kind == "http_500":
        return Response(SERVER_ERROR, status_code=500, media_type="text/html")
    # Meta escapes everything beyond ASCII, which also keeps half a surrogate pair sendable.
    text = json.dumps(given.body)
    if kind in ("broken_json", "broken_json_before"):
        text = text[: max(1, len(text) // 2)]
    return Response(text, status_code=given.status, headers=given.headers, media_type=JSON)


async def take_apart(request: Request) -> Asked:
    """The request's parameters from query and body: form, JSON or (uploads) bytes."""
    params: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = b""
    if request.method == "POST" and not request.url.path.startswith("/ig-api-upload/"):
        params.update(await _body_params(request, kind))
    elif request.method == "POST":
        body = await request.body()
    return Asked(request.method, request.url.path, str(request.base_url), params, dict(request.headers), body)


async def _body_params(request: Request, kind: str) -> dict[str, Any]:
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        return {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        given = json.loads(await request.body() or b"{}")
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
