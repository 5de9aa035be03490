"""Refreshing, exchanging and looking at access tokens (section A).

These few calls go to the token endpoints, and some must carry a secret in the address, because Meta documents no
other way. The address is never logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ig_worker.domain.errors import Unanswered, Unavailable
from ig_worker.domain.instagram import FreshToken
from ig_worker.graph.answers import kept_text, whole_number
from ig_worker.graph.reading import mapping
from ig_worker.graph.session import GraphSession

_SCOPE = re.compile("[a-z_]{3,80}")


@dataclass(frozen=True)
class TokenFacts:
    """What ``debug_token`` says of a Facebook Login token; a time of None is "never" or unknown."""

    valid: bool
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    scopes: tuple[str, ...]


def refresh_token(graph: GraphSession) -> FreshToken:
    """A token for another 60 days. The present one must be 24 hours old, and not yet expired.

    Raises Unavailable with Facebook Login: a Page token does not expire by date and is not refreshed.
    """
    if graph.account.login != "instagram":
        raise Unavailable("With Facebook Login there is nothing to refresh: a Page token has no last day")
    query = {"grant_type": "ig_refresh_token"}
    return _fresh(graph.ask_token("refresh_access_token", query, versioned=False, bearer=True))


def exchange_token(graph: GraphSession, app_id: str) -> FreshToken:
    """A token for 60 days in place of the short one in use. ``app_id`` is needed with Facebook Login only."""
    account = graph.account
    if account.login == "instagram":
        query = {"grant_type": "ig_exchange_token", "client_secret": account.app_secret}
        return _fresh(graph.ask_token("access_token", query, versioned=False, bearer=True))
    query = {
        "grant_type": "fb_exchange_token",
        "client_id": app_id,
        "client_secret": account.app_secret,
        "fb_exchange_token": account.token(),
    }
    return _fresh(graph.ask_token("oauth/access_token", query, versioned=True, bearer=False))


def token_facts(graph: GraphSession, app_id: str = "") -> TokenFacts:
    """Validity, end and scopes of the token in use (Facebook Login).

    Asked in the name of the app with this id; without one in the token's own name, which Meta allows to people who have
    a role on the app.
    """
    query = {"input_token": graph.account.token()}
    if app_id:
        query["access_token"] = f"{app_id}|{graph.account.app_secret}"
    found = graph.ask_token("debug_token", query, versioned=True, bearer=not app_id)
    facts = mapping(found.get("data"))
    return TokenFacts(
        facts.get("is_valid") is True,
        _end(facts.get("expires_at")),
        _end(facts.get("data_access_expires_at")),
        _scopes(facts.get("scopes")),
    )


def token_scopes(graph: GraphSession) -> tuple[str, ...]:
    """The permissions of the token in use. Raises Unavailable where Meta does not tell them."""
    if graph.account.login != "facebook":
        raise Unavailable("With Instagram Login the permissions of a token are told when it is refreshed")
    facts = token_facts(graph)
    if not facts.valid or not facts.scopes:
        raise Unavailable("Instagram does not tell the permissions of this token")
    return facts.scopes


def _fresh(found: dict[str, Any]) -> FreshToken:
    token = kept_text(found.get("access_token"))
    if not token:
        raise Unanswered("Instagram's answer holds no token")
    return FreshToken(token, whole_number(found.get("expires_in")), _scopes(found.get("permissions")))


def _scopes(value: object) -> tuple[str, ...]:
    """Permissions, as a list or in one text with commas; what is no name of one is left out.

    A list without any name of Instagram's is not believed: posts would be kept back for want of a permission.
    """
    listed = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    names = [name.strip() for name in listed if isinstance(name, str) and _SCOPE.fullmatch(name.strip())]
    return tuple(names) if any(name.startswith("instagram_") for name in names) else ()


def _end(value: object) -> datetime | None:
    seconds = whole_number(value)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None
