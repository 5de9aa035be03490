"""Refreshing, exchanging and looking at access tokens (section A).

These few calls go to the token endpoints, and some must carry a secret in the address, because Meta documents no
other way. The address is never logged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ig_worker.domain.errors import Misconfigured, Unanswered, Unavailable
from ig_worker.domain.instagram import FreshToken, PageAccess, TokenFacts
from ig_worker.graph.access import is_token
from ig_worker.graph.answers import id_text, kept_text, whole_number
from ig_worker.graph.reading import cursor, mapping, page_of
from ig_worker.graph.session import GraphSession

__all__ = ["TokenFacts", "exchange_token", "page_accesses", "refresh_token", "token_facts", "token_scopes"]

_SCOPE = re.compile("[a-z_]{3,80}")

_PAGE_FIELDS = {"fields": "id,name,access_token,instagram_business_account"}

MOST_PAGES = 20
"""Answers with Pages that are read; nobody looks after five hundred."""


def refresh_token(graph: GraphSession) -> FreshToken:
    """A token for another 60 days. The present one must be 24 hours old, and not yet expired.

    Raises Unavailable with Facebook Login: a Page token does not expire by date and is not refreshed.
    """
    if graph.account.login != "instagram":
        raise Unavailable("With Facebook Login there is nothing to refresh: a Page token has no last day")
    query = {"grant_type": "ig_refresh_token"}
    return _fresh(graph.ask_token("refresh_access_token", query, versioned=False, bearer=True))


def exchange_token(graph: GraphSession, app_id: str) -> FreshToken:
    """A token for 60 days in place of the one in use, a short one with Instagram Login; ``app_id`` with Facebook Login.

    Raises Misconfigured where the app's secret (or id) is not known.
    """
    account = graph.account
    needed = {"app_secret": account.app_secret, **({"app_id": app_id} if account.login == "facebook" else {})}
    if lacking := [name for name, value in needed.items() if not value]:
        raise Misconfigured(
            f"a token of account {account.name} cannot be exchanged without the app's {' and '.join(lacking)}",
            cure=f"fill in {' and '.join(lacking)} under [accounts.{account.name}], from the app's dashboard at Meta"
            + (
                "; or, if Generate token there made it and it lasts 60 days, write it at access_token and start again"
                if account.login == "instagram"
                else ""
            ),
        )
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
    as_app = bool(app_id and graph.account.app_secret)
    if as_app:
        query["access_token"] = f"{app_id}|{graph.account.app_secret}"
    found = graph.ask_token("debug_token", query, versioned=True, bearer=not as_app)
    facts = mapping(found.get("data"))
    error = mapping(facts.get("error"))
    valid = facts.get("is_valid")
    if not isinstance(valid, bool):
        valid = False if error else None
    return TokenFacts(
        valid,
        _end(facts.get("expires_at")),
        _end(facts.get("data_access_expires_at")),
        _scopes(facts.get("scopes")),
        kept_text(facts.get("type")),
        whole_number(error.get("code")),
        whole_number(error.get("subcode") or error.get("error_subcode")),
    )


def page_accesses(graph: GraphSession) -> tuple[PageAccess, ...]:
    """The Pages that the user whose token is in use looks after, with their tokens (``/me/accounts``).

    One held in a business portfolio may be missing there, so the configured one is asked for by its id as well.
    """
    pages: list[PageAccess] = []
    after = None
    for _ in range(MOST_PAGES):
        page = page_of("Pages", graph.read("me/accounts", {**_PAGE_FIELDS, **cursor(after)}), _page)
        pages += page.items
        after = page.after
        if after is None:
            break
    wanted = graph.account.page_id
    if wanted and all(page.page_id != wanted for page in pages):
        found = _page(graph.read(wanted, _PAGE_FIELDS, patient=False))
        pages += [found] if found else []
    return tuple(pages)


def _page(found: Mapping[str, Any]) -> PageAccess | None:
    token = kept_text(found.get("access_token"))
    linked = id_text(mapping(found.get("instagram_business_account")).get("id"))
    return (
        PageAccess(id_text(found.get("id")), kept_text(found.get("name")), linked, token)
        if is_token(token)
        else None
    )


def token_scopes(graph: GraphSession) -> tuple[str, ...]:
    """The permissions of the token in use. Raises Unavailable where Meta does not tell them."""
    if graph.account.login != "facebook":
        raise Unavailable("With Instagram Login the permissions of a token are told when it is refreshed")
    facts = token_facts(graph)
    if not (facts.valid and facts.scopes):
        raise Unavailable("Instagram does not tell the permissions of this token")
    return facts.scopes


def _fresh(found: dict[str, Any]) -> FreshToken:
    token = kept_text(found.get("access_token"))
    if not is_token(token):
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
