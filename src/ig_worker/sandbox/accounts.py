"""What can be read of an account, its Facebook Page and the people who write to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ig_worker.sandbox.call import Call, Json, Listing, words_of
from ig_worker.sandbox.entities import Account, FacebookUser, Page, Person
from ig_worker.sandbox.errors import graph_error
from ig_worker.sandbox.figures import followers_now
from ig_worker.sandbox.tokens import Token

ACCOUNT_FIELDS: Mapping[str, Callable[[Call, Account], Any]] = {
    # With Instagram Login `id` is app-scoped and `user_id` is the account's own (section A).
    "id": lambda call, account: account.scoped_id if account.login == "instagram" else account.id,
    "user_id": lambda call, account: account.id,
    "ig_id": lambda call, account: int(account.id),
    "account_type": lambda call, account: "BUSINESS",
    "username": lambda call, account: account.username,
    "name": lambda call, account: account.name,
    "biography": lambda call, account: account.biography,
    "website": lambda call, account: account.website or None,
    "followers_count": lambda call, account: followers_now(call.world, account),
    "follows_count": lambda call, account: account.follows,
    "media_count": lambda call, account: sum(
        1 for media in account.media if not media.deleted and media.post_kind != "story"
    ),
    "has_profile_pic": lambda call, account: True,
    "is_published": lambda call, account: True,
    "profile_picture_url": lambda call, account: f"https://scontent.cdninstagram.com/{account.id}.jpg",
    "legacy_instagram_user_id": lambda call, account: account.id[-10:],
}


def _page_token(call: Call, page: Page) -> str | None:
    """The Page's token, for whoever may list Pages; it does not expire by date (section A). Where the last one has
    died, a new one is made."""
    world, account = call.world, page.account
    for token in world.tokens.values():
        if token.speaker == "page" and token.account_id == account.id and token.dead is None:
            return token.value
    scopes, now = call.token.scopes, world.now()
    return world.add_token(Token(world.token_value("EAA"), "page", account.id, scopes, now, None)).value


PAGE_FIELDS: Mapping[str, Callable[[Call, Page], Any]] = {
    "id": lambda call, page: page.id,
    "name": lambda call, page: page.account.name,
    "username": lambda call, page: page.account.username,
    "category": lambda call, page: "Community Health Centre",
    "link": lambda call, page: f"https://www.facebook.com/{page.id}",
    "tasks": lambda call, page: ["CREATE_CONTENT", "MESSAGING", "MODERATE", "ANALYZE"],
    "instagram_business_account": lambda call, page: page.account,
    "access_token": _page_token,
}

FACEBOOK_USER_FIELDS: Mapping[str, Callable[[Call, FacebookUser], Any]] = {
    "id": lambda call, user: user.id,
    "name": lambda call, user: f"Admin {user.account.name}",
}

PERSON_FIELDS: Mapping[str, Callable[[Call, Person], Any]] = {
    "id": lambda call, person: person.id,
    "username": lambda call, person: _consenting(person).username,
    "name": lambda call, person: _consenting(person).username.replace(".", " ").title(),
    "profile_pic": lambda call, person: f"https://scontent.cdninstagram.com/{_consenting(person).id}.jpg",
    "follower_count": lambda call, person: call.world.digest("followers", _consenting(person).id)[0] * 7,
    "is_user_follow_business": lambda call, person: bool(
        call.world.digest("f", _consenting(person).id)[0] % 2
    ),
    "is_business_follow_user": lambda call, person: _not(person),
    "is_verified_user": lambda call, person: _not(person),
}


def _consenting(person: Person) -> Person:
    """The person, if they ever wrote a message; a comment alone opens no profile (section D, user profile)."""
    conversation = person.account.conversations.get(person.id)
    if conversation is None or conversation.last_from_person() is None:
        raise graph_error(230)
    return person


def _not(person: Person) -> bool:
    _consenting(person)
    return False


def pages(call: Call, user: FacebookUser, params: Json) -> Listing:
    """`GET /me/accounts`: the Pages of a Facebook user."""
    page = user.account.page
    return Listing([page] if page else [], default_fields="access_token,category,name,id,tasks", paged=False)


def instagram_accounts(call: Call, page: Page, params: Json) -> Listing:
    """`GET /{page}/instagram_accounts`."""
    return Listing([page.account], paged=False)


def subscriptions(call: Call, node: Account | Page, params: Json) -> Json:
    """`GET /{ig-user}/subscribed_apps` (section H)."""
    account = node.account
    if not account.subscribed:
        return {"data": []}
    return {"data": [{"app_id": account.app_id, "subscribed_fields": list(account.subscribed)}]}


def subscribe(call: Call, node: Account | Page) -> Json:
    """`POST /{ig-user}/subscribed_apps`."""
    node.account.subscribed = sorted({*node.account.subscribed, *words_of(call.params, "subscribed_fields")})
    return {"success": True}


def unsubscribe(call: Call, node: Account | Page) -> Json:
    """`DELETE /{ig-user}/subscribed_apps`."""
    node.account.subscribed = []
    return {"success": True}
