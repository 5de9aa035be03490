"""Who we are at Instagram: the profile, and how our own comments and messages are told from others'."""

from __future__ import annotations

from dataclasses import dataclass

from ig_worker.domain.errors import Unanswered
from ig_worker.domain.instagram import AccountProfile
from ig_worker.graph.answers import id_text, kept_text, whole_number
from ig_worker.graph.reading import read_fields
from ig_worker.graph.session import GraphSession

PROFILE_FIELDS = ("id", "username", "name", "followers_count", "follows_count", "media_count")


@dataclass(frozen=True)
class Identity:
    """Every id under which Meta speaks of this account, and its username."""

    ids: frozenset[str]
    username: str

    def wrote(self, author_id: str, author: str) -> bool:
        """Whether something by this author is our own. Ids alone do not tell: they are scoped (section C)."""
        return author_id in self.ids or (author != "" and author.casefold() == self.username.casefold())


def read_profile(graph: GraphSession) -> tuple[AccountProfile, Identity]:
    """`GET /me` with Instagram Login, where ``user_id`` is the account and ``id`` scoped to the app; else the node."""
    account = graph.account
    if account.login == "instagram":
        found = read_fields(graph, "me", "me", ("user_id", *PROFILE_FIELDS))
    else:
        found = read_fields(graph, "IG user", account.ig_user_id, PROFILE_FIELDS)
    scoped_id = id_text(found.get("id"))
    ig_user_id = id_text(found.get("user_id")) or scoped_id
    if not ig_user_id:
        raise Unanswered("Instagram's answer does not say who we are")
    username = kept_text(found.get("username"))
    profile = AccountProfile(
        ig_user_id,
        username,
        kept_text(found.get("name")),
        whole_number(found.get("followers_count")),
        whole_number(found.get("follows_count")),
        whole_number(found.get("media_count")),
    )
    ids = {scoped_id, ig_user_id, account.ig_user_id, account.page_id} - {""}
    return profile, Identity(frozenset(ids), username)
