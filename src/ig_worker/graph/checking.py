"""What Instagram says of itself and of us when it is asked only to see whether all is well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ig_worker.graph.answers import id_text, kept_text
from ig_worker.graph.reading import mapping, read_fields
from ig_worker.graph.session import GraphSession


@dataclass(frozen=True)
class WhoWeAre:
    """The account that the token speaks for, by both of its ids, and when Meta said so (the answer's ``Date``)."""

    user_id: str
    scoped_id: str
    username: str
    kind: str
    """``account_type``: BUSINESS, MEDIA_CREATOR; empty where Meta does not say (Facebook Login)."""
    at: datetime


def who_we_are(graph: GraphSession) -> WhoWeAre:
    """`GET /me` with Instagram Login, else the configured account itself (section A, "Two ids")."""
    account = graph.account
    if account.login == "instagram":
        found = read_fields(graph, "me", "me", ("user_id", "id", "username", "account_type"))
    else:
        found = read_fields(graph, "IG user", account.ig_user_id, ("id", "username"))
    scoped_id = id_text(found.get("id"))
    return WhoWeAre(
        id_text(found.get("user_id")) or scoped_id,
        scoped_id,
        kept_text(found.get("username")),
        kept_text(found.get("account_type")),
        found.at,
    )


def linked_account(graph: GraphSession) -> str | None:
    """The Instagram account that the configured Page names, None where it names none."""
    page_id = graph.account.page_id
    found = read_fields(graph, "Page", page_id, ("instagram_business_account",))
    return id_text(mapping(found.get("instagram_business_account")).get("id")) or None
