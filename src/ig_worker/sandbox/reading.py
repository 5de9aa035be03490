"""Reads nodes and their edges with field expressions, in pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from ig_worker.sandbox.account_insights import account_insights
from ig_worker.sandbox.accounts import (
    ACCOUNT_FIELDS,
    FACEBOOK_USER_FIELDS,
    PAGE_FIELDS,
    PERSON_FIELDS,
    instagram_accounts,
    pages,
    subscriptions,
)
from ig_worker.sandbox.attachments import OnRequest, attachments, shares_of
from ig_worker.sandbox.call import Call, Json, Listing, text_of
from ig_worker.sandbox.comments import COMMENT_FIELDS, comments_of, replies_of
from ig_worker.sandbox.containers import CONTAINER_FIELDS
from ig_worker.sandbox.conversations import CONVERSATION_FIELDS, MESSAGE_FIELDS, conversations, messages_of
from ig_worker.sandbox.entities import Node
from ig_worker.sandbox.fields import Field, parse_fields
from ig_worker.sandbox.insights import media_insights
from ig_worker.sandbox.media import MEDIA_FIELDS, children, media_list, stories
from ig_worker.sandbox.paging import cursor_of, limit_of, page_of
from ig_worker.sandbox.publishing import publishing_limit
from ig_worker.sandbox.vocabulary import check_parameters, node_type

FIELDS: Mapping[str, Mapping[str, Callable[[Call, Any], Any]]] = {
    "account": ACCOUNT_FIELDS,
    "media": MEDIA_FIELDS,
    "comment": COMMENT_FIELDS,
    "container": CONTAINER_FIELDS,
    "conversation": CONVERSATION_FIELDS,
    "message": MESSAGE_FIELDS,
    "page": PAGE_FIELDS,
    "facebook_user": FACEBOOK_USER_FIELDS,
    "person": PERSON_FIELDS,
}

#: Edges that hold something here; the others of the vocabulary are there and empty.
EDGES: Mapping[tuple[str, str], Callable[[Call, Any, Json], Listing | Json]] = {
    ("account", "media"): media_list,
    ("account", "stories"): stories,
    ("account", "content_publishing_limit"): publishing_limit,
    ("account", "insights"): account_insights,
    ("account", "conversations"): conversations,
    ("account", "subscribed_apps"): subscriptions,
    ("page", "conversations"): conversations,
    ("page", "instagram_accounts"): instagram_accounts,
    ("page", "subscribed_apps"): subscriptions,
    ("facebook_user", "accounts"): pages,
    ("media", "children"): children,
    ("media", "comments"): comments_of,
    ("media", "insights"): media_insights,
    ("comment", "replies"): replies_of,
    ("conversation", "messages"): messages_of,
    ("message", "attachments"): lambda call, message, params: attachments(message) or {"data": []},
    ("message", "shares"): lambda call, message, params: shares_of(message, params),
}

#: What kind of nodes an edge lists, or a field is.
HOLDS: Mapping[tuple[str, str], str] = {
    ("account", "media"): "media",
    ("account", "stories"): "media",
    ("account", "conversations"): "conversation",
    ("page", "conversations"): "conversation",
    ("page", "instagram_accounts"): "account",
    ("page", "instagram_business_account"): "account",
    ("facebook_user", "accounts"): "page",
    ("media", "children"): "media",
    ("media", "comments"): "comment",
    ("media", "owner"): "account",
    ("comment", "replies"): "comment",
    ("comment", "media"): "media",
    ("comment", "user"): "account",
    ("conversation", "messages"): "message",
}

_cached_fields = lru_cache(maxsize=256)(parse_fields)
_HORIZON = (Field("id"), Field("created_time"))


def _fields(params: Mapping[str, Any]) -> tuple[Field, ...]:
    """The ``fields`` parameter, which is text in a call and already read inside an expansion."""
    fields = params.get("fields")
    if isinstance(fields, tuple):
        return fields
    return _cached_fields(fields) if isinstance(fields, str) and fields.strip() else ()


def check_fields(kind: str, login: str, fields: tuple[Field, ...]) -> None:
    """Refuse a field that does not exist, on whatever level, whether or not there is anything to read."""
    known = node_type(kind, login)
    for field in fields:
        if field.name not in known.fields and "GET" not in known.edges.get(field.name, {}):
            raise known.no_such_field(field.name)
        held = HOLDS.get((kind, field.name))
        if held is not None and field.inside is not None:
            check_fields(held, login, field.inside)


def read(call: Call, node: Node, params: Mapping[str, Any]) -> Json:
    """`GET /{node}`: the fields asked for, or the default ones; an unknown field refuses the call."""
    fields = _fields(params)
    check_fields(node.kind, node.account.login, fields)
    return read_node(call, node, fields)


def read_node(call: Call, node: Node, fields: tuple[Field, ...]) -> Json:
    """The node with these fields, which were checked; none means its default ones."""
    kind = node_type(node.kind, node.account.login)
    readers = FIELDS[node.kind]
    shown: Json = {}
    withheld = _withheld(call.world.settings.withheld)
    for field in fields or tuple(Field(name) for name in kind.default_fields):
        if withheld and f"{node.kind}.{field.name}" in withheld:
            continue
        if field.name in kind.fields:
            reader = readers.get(field.name)
            value = None if reader is None else _value(call, reader(call, node), field.inside)
        else:
            value = read_edge(call, node, field.name, {**field.args, "fields": field.inside})
            if not value["data"]:
                value = None  # An edge without content is left out of an expansion.
        if value is not None:
            shown[field.name] = value
    shown.setdefault("id", readers["id"](call, node))
    return shown


@lru_cache(maxsize=64)
def _withheld(named: str) -> frozenset[str]:
    return frozenset(name.strip() for name in named.split(",") if name.strip())


def _value(call: Call, value: Any, inside: tuple[Field, ...] | None) -> Any:
    if isinstance(value, Node):
        return read_node(call, value, inside or (Field("id"),))
    if isinstance(value, OnRequest):
        value = value.shown(inside is not None)
    if inside is None:
        return value
    if isinstance(value, list):
        return [_value(call, one, inside) for one in value]
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return {"data": _value(call, value["data"], inside)}
    if isinstance(value, dict):
        return {
            field.name: _value(call, value[field.name], field.inside)
            for field in inside
            if field.name in value
        }
    return value


def read_edge(call: Call, node: Node, edge: str, params: Mapping[str, Any]) -> Json:
    """What an edge holds: ``{"data": [...], "paging": {...}}``."""
    given = {name: value for name, value in params.items() if value is not None}
    check_parameters(given, node_type(node.kind, node.account.login).parameters("GET", edge))
    reader = EDGES.get((node.kind, edge))
    if reader is None:
        return {"data": []}
    found = reader(call, node, given)
    return _page(call, node, edge, given, found) if isinstance(found, Listing) else found


def _page(call: Call, node: Node, edge: str, params: Json, listing: Listing) -> Json:
    held = HOLDS[node.kind, edge]
    check_fields(held, node.account.login, _fields(params))
    fields = _fields(params) or _fields({"fields": listing.default_fields})
    limit = limit_of(params.get("limit"), listing.page, listing.most)
    if not listing.paged:
        return {"data": [read_node(call, one, fields) for one in listing.nodes]}
    issue = call.world.cursor_issue
    page, earlier, later = page_of(
        listing.nodes,
        limit,
        text_of(params, "after"),
        text_of(params, "before"),
        oldest_first=listing.oldest_first,
        issue=issue,
    )
    if not page:
        return {"data": []}
    cursors = {"before": cursor_of(page[0], issue), "after": cursor_of(page[-1], issue)}
    if listing.withheld:
        return {"data": [], "paging": {"cursors": cursors}}
    data = [
        read_node(call, one, shown)
        for one in page
        if (shown := _shown_of(call, listing, one, fields)) is not None
    ]
    paging: Json = {"cursors": cursors}
    if later:
        paging["next"] = _address(call, node, edge, params, {"after": cursors["after"]})
    if earlier:
        paging["previous"] = _address(call, node, edge, params, {"before": cursors["before"]})
    return {"data": data, "paging": paging}


def _shown_of(call: Call, listing: Listing, node: Any, fields: tuple[Field, ...]) -> tuple[Field, ...] | None:
    """The fields of a listed node; of one too old for details its id and time, or None: it is left out."""
    readable = listing.readable
    if readable is None or len(listing.nodes) <= readable or node.order >= listing.nodes[readable - 1].order:
        return fields
    of_all = {field.name for field in _HORIZON}
    if any(field.name not in of_all for field in fields):
        return _HORIZON if call.world.settings.older_messages == "bare" else None
    return fields


def _address(call: Call, node: Node, edge: str, params: Json, cursor: Json) -> str:
    """The URL of another page. As Meta's it holds the access token, which is why nobody should keep it (section A)."""
    kept = {
        name: value for name, value in params.items() if name not in ("after", "before", "appsecret_proof")
    }
    if isinstance(kept.get("fields"), tuple):
        kept["fields"] = ",".join(map(str, kept["fields"]))
    query = {"access_token": call.token.value, "pretty": "0", **kept, **cursor}
    return f"{call.base_url}{call.version}{node.id}/{edge}?{urlencode(query)}"
