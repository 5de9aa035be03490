"""The control door, from this machine only: what no client of the Graph API could do, for tests and the demo."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ig_worker.sandbox import public
from ig_worker.sandbox.clock import read_time
from ig_worker.sandbox.state import state_of
from ig_worker.sandbox.tokens import FACEBOOK_SCOPES, INSTAGRAM_SCOPES, LONG_LIFE, SHORT_LIFE, Token
from ig_worker.sandbox.world import World

Given = Mapping[str, Any]
Do = Callable[[World, Given], Any]
DoTo = Callable[[World, str, Given], Any]


def _see_state(world: World, given: Given) -> Any:
    return state_of(world)


def _count_calls(world: World, given: Given) -> Any:
    return dict(sorted(world.calls.items()))


def _set_clock(world: World, given: Given) -> Any:
    if set(given) == {"now"}:
        world.clock.set(read_time(str(given["now"])))
    elif set(given) == {"advance_seconds"} and isinstance(given["advance_seconds"], int | float):
        world.clock.advance(given["advance_seconds"])
    elif given == {"running": True}:
        world.clock.let_run()
    elif given:
        raise public.Nonsense("the clock takes now (ISO 8601), advance_seconds, or running: true")
    return {"now": world.now().isoformat()}


def _order_faults(world: World, given: Given) -> Any:
    for one in given.get("items", [given]):
        world.faults.order(one)
    return {"waiting": [asdict(fault) for fault in world.faults.waiting()]}


def _clear_faults(world: World, given: Given) -> Any:
    world.faults.clear()
    return {"waiting": []}


def _change_settings(world: World, given: Given) -> Any:
    world.settings = world.settings.changed(given)
    return asdict(world.settings)


def _reset(world: World, given: Given) -> Any:
    if set(given) - {"now"}:
        raise public.Nonsense("reset takes now (ISO 8601) or nothing")
    world.reset(read_time(str(given["now"])) if given.get("now") else None)
    return {"now": world.now().isoformat()}


def _log_in(world: World, given: Given) -> Any:
    """A person logs in and consents: the code their browser would bring back (section A)."""
    account = public.account_of(world, given)
    code = world.token_value("AQ")
    world.codes[code] = (account, world.now())
    return {"code": code, "client_id": account.app_id, "client_secret": account.app_secret}


def _issue_token(world: World, given: Given) -> Any:
    """A token such as the dashboard gives to a person who has logged in: an hour long, unless ``long`` is asked for."""
    account, now = public.account_of(world, given), world.now()
    instagram = account.login == "instagram"
    life = LONG_LIFE if given.get("long") else SHORT_LIFE
    token = Token(
        world.token_value("IGAA" if instagram else "EAA"),
        "instagram" if instagram else "facebook_user",
        account.id,
        tuple(given.get("scopes", INSTAGRAM_SCOPES if instagram else FACEBOOK_SCOPES)),
        now,
        now + life,
        short=not given.get("long"),
    )
    world.add_token(token)
    return {"access_token": token.value}


def _change_token(world: World, given: Given) -> Any:
    """``value`` names it (None: every token of the ``account``); ``dead`` is a subcode of 190, or None where it lives
    again; ``expires_at`` and ``data_access_expires_at`` are its ends, ISO 8601."""
    unknown = set(given) - {"value", "account", "dead", "expires_at", "data_access_expires_at", "scopes"}
    if unknown:
        raise public.Nonsense(f"a token has no {', '.join(sorted(unknown))}")
    if given.get("value") is not None:
        found = [world.tokens[str(given["value"])]]
    else:
        account = public.account_of(world, given)
        found = [token for token in world.tokens.values() if token.account_id == account.id]
    for token in found:
        if "dead" in given:
            token.dead = None if given["dead"] is None else int(given["dead"])
        if "expires_at" in given:
            token.expires_at = read_time(given["expires_at"]) if given["expires_at"] else None
        if "data_access_expires_at" in given:
            token.data_access_until = read_time(str(given["data_access_expires_at"]))
        if "scopes" in given:
            token.scopes = tuple(given["scopes"])
    return {"changed": len(found)}


def _each(do: Do) -> Do:
    """Takes one thing, or many as ``{"items": [...]}``."""

    def do_each(world: World, given: Given) -> Any:
        if "items" not in given:
            return do(world, given)
        return {"items": [do(world, one) for one in given["items"]]}

    return do_each


_DOINGS: Mapping[tuple[str, str], Do] = {
    ("GET", "state"): _see_state,
    ("GET", "calls"): _count_calls,
    ("GET", "clock"): _set_clock,
    ("POST", "clock"): _set_clock,
    ("POST", "comments"): _each(public.add_comment),
    ("POST", "messages"): _each(public.add_message),
    ("POST", "staff"): _each(public.staff_answers),
    ("POST", "media"): _each(public.add_media),
    ("POST", "figures"): _each(public.set_figures),
    ("POST", "faults"): _order_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "settings"): _change_settings,
    ("POST", "login"): _log_in,
    ("POST", "token"): _issue_token,
    ("POST", "tokens"): _change_token,
    ("POST", "reset"): _reset,
}
_CHANGES: Mapping[str, DoTo] = {
    "comments": public.change_comment,
    "messages": public.change_message,
    "media": public.change_media,
}


def control_routes(world: World) -> list[Route]:
    """The routes under ``/control``."""

    async def one(request: Request) -> Response:
        return await _handle(request, world)

    methods = ["GET", "POST", "DELETE"]
    return [
        Route("/control/{what}", one, methods=methods),
        Route("/control/{what}/{which}", one, methods=methods),
    ]


async def _handle(request: Request, world: World) -> Response:
    if not _from_here(request):
        return _said(403, {"error": "the control door opens only to this machine"})
    what, which = request.path_params["what"], request.path_params.get("which")
    try:
        given = json.loads(await request.body() or b"{}")
        if not isinstance(given, dict):
            raise public.Nonsense("a JSON object is needed")
        if which is not None and request.method == "POST" and what in _CHANGES:
            return _said(200, _CHANGES[what](world, which, given))
        if which is None and (request.method, what) in _DOINGS:
            return _said(200, _DOINGS[request.method, what](world, given))
    except (ValueError, TypeError, KeyError) as error:
        return _said(400, {"error": str(error)})
    return _said(404, {"error": f"the control door has no {request.method} {request.url.path}"})


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _said(status: int, body: Any) -> Response:
    return Response(json.dumps(body), status_code=status, media_type="application/json")
