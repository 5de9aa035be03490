"""One call to the Graph API: who asks, for what, with which parameters."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ig_worker.sandbox.clock import read_time
from ig_worker.sandbox.entities import Account, Comment, Node
from ig_worker.sandbox.errors import graph_error, invalid, not_there
from ig_worker.sandbox.tokens import Token
from ig_worker.sandbox.world import World

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What arrived, after the token was recognised.

    ``base_url`` ends in a slash, ``version`` is like ``v25.0/`` or empty.
    """

    world: World
    method: str
    base_url: str
    version: str
    params: Mapping[str, Any]
    token: Token
    account: Account
    now: datetime
    """When it arrived, by the world's clock."""

    def me(self) -> Node:
        """Whom the token speaks for."""
        if self.token.speaker == "instagram":
            return self.account
        page = self.account.page
        if self.token.speaker == "page" and page is not None:
            return self.world.nodes[page.id]
        return self.world.facebook_user(self.account)

    def node(self, node_id: str) -> Node:
        """The object with this id (or ``me``); 100/33 when it is not there, deleted, or another account's."""
        if node_id == "me":
            return self.me()
        node = self.world.nodes.get(node_id)
        gone = (isinstance(node, Comment) and node.gone) or getattr(node, "deleted", False)
        if node is None or node.account is not self.account or gone:
            raise not_there(node_id, self.method)
        return node


def who_calls(
    world: World, method: str, base_url: str, version: str, params: Mapping[str, Any], token_value: str
) -> Call:
    """The call with its token checked: known, alive, and with a right appsecret_proof (section A)."""
    if not token_value:
        raise graph_error(104)
    token = world.tokens.get(token_value)
    if token is None:
        raise graph_error(190)
    now = world.now()
    token.check_alive(now)
    account = world.accounts[token.account_id]
    proof = params.get("appsecret_proof")
    if proof and account.login == "facebook":
        right = hmac.new(account.app_secret.encode(), token_value.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right.encode(), str(proof).encode("utf-8", "surrogatepass")):
            raise invalid("Invalid appsecret_proof provided in the API argument")
    return Call(world, method, base_url, version, params, token, account, now)


@dataclass(frozen=True)
class Listing:
    """An edge's nodes, newest first, still to be paged and read."""

    nodes: Sequence[Any]
    default_fields: str = ""
    page: int = 25
    most: int = 100
    readable: int | None = None
    """How many of the newest can be read; of the others there is only id and created_time. None means all."""
    paged: bool = True
    oldest_first: bool = False
    """The order in which it is listed; the nodes are given newest first all the same."""
    withheld: bool = False
    """There is something, and none of it is shown: an empty list with cursors."""


def text_of(params: Mapping[str, Any], name: str) -> str:
    """A parameter as text; empty when it is not there."""
    value = params.get(name)
    return "" if value is None else str(value)


def words_of(params: Mapping[str, Any], name: str) -> list[str]:
    """A list parameter: ``a,b``, a JSON list, or a list."""
    value = structure_of(params, name) if text_of(params, name).lstrip().startswith("[") else params.get(name)
    parts = value if isinstance(value, list) else text_of(params, name).split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def flag_of(params: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """A boolean parameter, ``true``/``false`` in any writing."""
    value = text_of(params, name).lower()
    if value in ("true", "1"):
        return True
    if value in ("false", "0"):
        return False
    if value == "":
        return default
    raise invalid(f"Param {name} must be a boolean")


def structure_of(params: Mapping[str, Any], name: str) -> Any:
    """A parameter that is JSON, as such or as text in a form; None when it is not there."""
    value = params.get(name)
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return json.loads(value)
    except ValueError:
        raise invalid(f"Param {name} must be a valid JSON value") from None


def moment_of(params: Mapping[str, Any], name: str) -> datetime | None:
    """A time parameter, Unix or ISO 8601; None when it is not there."""
    value = text_of(params, name)
    if not value:
        return None
    try:
        return read_time(value)
    except ValueError:
        raise invalid(f"Param {name} must be a valid date/time") from None
