"""Finds out what a request asks of the Graph API, and answers it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ig_worker.sandbox import token_endpoints, usage
from ig_worker.sandbox.accounts import subscribe, unsubscribe
from ig_worker.sandbox.call import Call, Json, text_of, who_calls, words_of
from ig_worker.sandbox.comments import delete_comment, hide_comment, write_comment, write_reply
from ig_worker.sandbox.containers import make_container, receive_bytes
from ig_worker.sandbox.conversations import check_messaging_token, check_readable
from ig_worker.sandbox.entities import Container, Message, Node
from ig_worker.sandbox.errors import GraphError, graph_error, invalid, missing, not_there
from ig_worker.sandbox.media import change_media, delete_media
from ig_worker.sandbox.publishing import publish
from ig_worker.sandbox.reading import read, read_edge
from ig_worker.sandbox.sending import send
from ig_worker.sandbox.vocabulary import check_parameters, node_type
from ig_worker.sandbox.world import World

MOST_IDS = 50

#: Kind of node, method and edge (empty: the node itself) to what is done, and the permission it wants.
WRITES: Mapping[tuple[str, str, str], tuple[Callable[[Call, Any], Any], str]] = {
    ("account", "POST", "media"): (make_container, "publish"),
    ("account", "POST", "media_publish"): (publish, "publish"),
    ("account", "POST", "messages"): (send, "messages"),
    ("account", "POST", "subscribed_apps"): (subscribe, "read"),
    ("account", "DELETE", "subscribed_apps"): (unsubscribe, "read"),
    ("page", "POST", "messages"): (send, "messages"),
    ("page", "POST", "subscribed_apps"): (subscribe, "read"),
    ("page", "DELETE", "subscribed_apps"): (unsubscribe, "read"),
    ("media", "POST", ""): (change_media, "comments"),
    ("media", "DELETE", ""): (delete_media, "contents"),
    ("media", "POST", "comments"): (write_comment, "comments"),
    ("comment", "POST", ""): (hide_comment, "comments"),
    ("comment", "DELETE", ""): (delete_comment, "comments"),
    ("comment", "POST", "replies"): (write_reply, "comments"),
}
_MESSAGING = ("conversations", "messages")


@dataclass(frozen=True)
class Asked:
    """A request, taken apart. ``params`` are those of the query and the body together."""

    method: str
    path: str
    base_url: str
    params: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes = b""

    def token(self) -> str:
        """The token, from the Authorization header (Bearer or OAuth) or the parameter."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() in ("bearer", "oauth") and value.strip():
            return value.strip()
        return text_of(self.params, "access_token")


@dataclass
class Answer:
    """What is said, and what the request was a case of (``POST /{account}/media_publish``)."""

    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    template: str = ""


async def answer(world: World, asked: Asked) -> Answer:
    """Answer one request; refusals come in Meta's envelope."""
    given = Answer({})
    try:
        await _answer(world, asked, given)
    except GraphError as error:
        given.body, given.status = error.envelope(trace(world)), error.http_status
    except token_endpoints.CodeRefused as refused:
        given.body, given.status = refused.body(), 400
    return given


def trace(world: World) -> str:
    """An fbtrace_id."""
    return "A" + world.digest("trace", world.number()).hex()[:22]


async def _answer(world: World, asked: Asked, given: Answer) -> None:
    parts = [part for part in asked.path.split("/") if part]
    if parts[:1] == ["ig-api-upload"]:
        given.template = f"{asked.method} /ig-api-upload/{{container}}"
        given.status, given.body = _upload(world, asked, parts[-1])
        return
    version = ""
    if parts and re.fullmatch(r"v\d+\.\d+", parts[0]):
        version = parts.pop(0) + "/"
    endpoint = token_endpoints.PATHS.get(tuple(parts))
    if endpoint and "ids" not in asked.params:
        given.template = f"{asked.method} /{'/'.join(parts)}"
        given.body = token_endpoints.answer(world, endpoint, asked.method, asked.params, asked.token())
        return
    messaging = parts[-1:] != [] and parts[-1] in _MESSAGING
    call = who_calls(world, asked.method, asked.base_url, version, asked.params, asked.token())
    ids = words_of(asked.params, "ids")
    usage.spend(world, call.account.id, max(1, len(ids)))
    given.headers = usage.headers(world, call.account.id, messaging)
    usage.check(world, call.account.id, messaging)
    if "ids" in asked.params:
        given.template = f"GET /{'/'.join(parts)}?ids"
        given.body = _several(call, ids, parts)
        return
    if not 1 <= len(parts) <= 2:
        raise graph_error(2500, message=f"(#2500) Unknown path components: /{'/'.join(parts[2:])}")
    node, edge = call.node(parts[0]), parts[1] if len(parts) > 1 else ""
    given.template = f"{asked.method} /{{{node.kind}}}" + (f"/{edge}" if edge else "")
    given.body = await _one(call, node, edge)


async def _one(call: Call, node: Node, edge: str) -> Json:
    if call.method == "GET":
        return _read(call, node, edge, call.params)
    allowed = node_type(node.kind, call.account.login).parameters(call.method, edge)
    check_parameters(call.params, allowed)
    if (node.kind, call.method, edge) not in WRITES:
        # The vocabulary knows it, the sandbox does nothing of the kind.
        raise graph_error(3)
    write, family = WRITES[node.kind, call.method, edge]
    call.token.check_scope(family)
    done = write(call, node)
    body: Json = await done if inspect.isawaitable(done) else done
    return body


def _read(call: Call, node: Node, edge: str, params: Mapping[str, Any]) -> Json:
    if edge:
        return read_edge(call, node, edge, params)
    check_parameters(params, node_type(node.kind, call.account.login).parameters("GET", ""))
    if node.kind == "comment":
        call.token.check_scope("comments")
    elif node.kind in ("conversation", "message", "person"):
        check_messaging_token(call)
    if isinstance(node, Message):
        check_readable(node)
    return read(call, node, params)


def _several(call: Call, ids: list[str], parts: list[str]) -> Json:
    """`?ids=a,b,c`: a dict by id, of nodes or (`/comments?ids=`) of one of their edges."""
    if call.method != "GET" or len(parts) > 1:
        raise not_there(",".join(ids), call.method)
    if not ids:
        raise missing("ids")
    if len(ids) > MOST_IDS:
        raise invalid(f"Too many IDs. Maximum: {MOST_IDS}. Provided: {len(ids)}.")
    params = {name: value for name, value in call.params.items() if name != "ids"}
    edge = parts[0] if parts else ""
    return {node_id: _read(call, call.node(node_id), edge, params) for node_id in ids}


def _upload(world: World, asked: Asked, container_id: str) -> tuple[int, Json]:
    """The bytes of a video, as rupload.facebook.com takes them (section B, local files)."""
    call = who_calls(world, asked.method, asked.base_url, "", {}, asked.token())
    container = call.node(container_id)
    if asked.method != "POST" or not isinstance(container, Container):
        raise not_there(container_id, asked.method)
    call.token.check_scope("publish")
    return receive_bytes(container, asked.body, asked.headers, world.now())
