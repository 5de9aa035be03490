"""Asks Instagram about one account: is the token taken, whose is it, what may it do, how much is left."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Protocol

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.accounts import (
    needed,
    of_data_access,
    of_identity,
    of_kind,
    of_limit,
    of_page,
    of_scopes,
    of_token,
)
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    Misconfigured,
    PermissionLost,
    Refused,
    Silence,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import PublishingLimit

NO_ACCESS_TO_MESSAGES = (200, 2534041)
LOOKED_BACK = timedelta(days=90)


class WhoWeAre(Protocol):
    """The account that the token speaks for."""

    @property
    def user_id(self) -> str: ...

    @property
    def scoped_id(self) -> str: ...

    @property
    def username(self) -> str: ...

    @property
    def kind(self) -> str: ...


class Listed(Protocol):
    """A page of a list."""

    @property
    def items(self) -> tuple[Any, ...]: ...


class Door(Protocol):
    """What a checkup asks of Instagram; everything is read, nothing changes. Raises as ``flows.ports`` says."""

    def who_we_are(self) -> WhoWeAre: ...

    def linked_account(self) -> str | None:
        """The Instagram account that the configured Page names."""
        ...

    def token_facts(self, app_id: str = "") -> Any:
        """``expires_at``, ``data_access_expires_at`` and ``scopes`` of the token in use (Facebook Login)."""
        ...

    def publishing_limit(self) -> PublishingLimit: ...

    def conversations(self, after: str | None = None) -> Any: ...

    def daily_series(self, begin: date, end: date, *, new_followers: bool = True) -> Any: ...

    def media_with_counts(self, since: datetime, after: str | None = None) -> Listed: ...

    def comments(self, media_id: str, after: str | None = None) -> Any: ...


@dataclass(frozen=True)
class Configured:
    """What the configuration and the database say of the account."""

    name: str
    login: str
    ig_user_id: str
    page_id: str
    app_id: str
    has_secret: bool
    has_token: bool
    host: str
    elsewhere: bool
    """Whether another server stands in for Meta's (``[graph] base_url``)."""
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    scopes: Collection[str] = ()
    refused_at: datetime | None = None
    """Since when the worker has stopped the account for its token."""
    unrefreshed: tuple[datetime, str] | None = None
    """Since when it cannot refresh the token, and why."""


def check_account(account: Configured, door: Door, now: datetime, zone: tzinfo) -> Iterator[Finding]:
    """Everything about it, until something makes the rest vain."""
    if not account.has_token:
        yield found("token", "missing", of=account.name)
        return
    try:
        us = door.who_we_are()
    except IgWorkerError as error:
        yield from _not_read(account, error)
        return
    yield _reached(account)
    expires_at, scopes = account.expires_at, account.scopes
    data_access = account.data_access_expires_at
    if account.login == "facebook":
        facts = _quietly(lambda: door.token_facts(account.app_id))
        if facts is not None:
            expires_at = facts.expires_at or expires_at
            data_access = facts.data_access_expires_at or data_access
            scopes = facts.scopes or scopes
    yield of_token(
        account.name,
        expires_at,
        now,
        zone,
        stopped_since=account.refused_at,
        unrefreshed=account.unrefreshed,
    )
    if account.ig_user_id == account.page_id:
        linked = _quietly(door.linked_account) or "…"
        yield found("identity", "page", of=account.name, configured=account.ig_user_id, ig_user_id=linked)
        return
    yield of_identity(account.name, account.ig_user_id, us.user_id, us.scoped_id, us.username)
    if us.kind:
        yield of_kind(account.name, us.kind)
    if account.login == "facebook":
        if data_access is not None:
            yield of_data_access(account.name, data_access, now, zone)
        yield from _page(account, door)
        yield found("app_secret", "ok" if account.has_secret else "missing", of=account.name)
    if account.ig_user_id == us.user_id:
        yield from _allowed(account, door, scopes, now)


def _reached(account: Configured) -> Finding:
    return found("instagram", "elsewhere" if account.elsewhere else "ok", of=account.name, host=account.host)


def _not_read(account: Configured, error: IgWorkerError) -> Iterator[Finding]:
    """Why the account's own profile cannot be read, which stops everything else."""
    said = str(error.said) if error.said else str(error)
    name = account.name
    match error:
        case Silence():
            what = "practice_silent" if account.elsewhere else "silent"
            yield found("instagram", what, of=name, host=account.host, reason=_in_brackets(str(error)))
        case Throttled():
            yield found("instagram", "busy", of=name, said=said)
        case Unanswered():
            yield found("instagram", "trouble", of=name, said=said)
        case Misconfigured():
            yield found("token", "malformed", of=name)
        case Refused() if "appsecret_proof" in said:
            yield _reached(account)
            yield found("app_secret", "mismatch", of=name)
        case TokenExpired() | AccountBlocked():
            yield _reached(account)
            yield found("token", "refused", of=name, said=said)
        case PermissionLost() if account.login == "facebook":
            yield _reached(account)
            yield found("identity", "not_there", of=name, configured=account.ig_user_id, said=said)
        case PermissionLost():
            yield _reached(account)
            yield of_scopes(name, account.login, needed(account.login)[1:], (), ())
        case _:
            yield _reached(account)
            yield found("token", "refused", of=name, said=said)


def _page(account: Configured, door: Door) -> Iterator[Finding]:
    linked = _quietly(door.linked_account) if account.page_id else None
    yield of_page(account.name, account.page_id, account.ig_user_id, linked)


def _allowed(account: Configured, door: Door, scopes: Collection[str], now: datetime) -> Iterator[Finding]:
    """Try each thing that needs a permission of its own: Meta tells most tokens' permissions with a refresh only."""
    name = account.name
    limits: list[PublishingLimit] = []
    refused, tried = set[str](), set[str]()

    def attempt(kind: str, act: Callable[[], object]) -> IgWorkerError | None:
        try:
            act()
        except PermissionLost as error:
            refused.add(kind)
            return error
        except IgWorkerError as error:
            return error
        tried.add(kind)
        return None

    of_limit_read = attempt("publish", lambda: limits.append(door.publishing_limit()))
    of_messages = attempt("messages", door.conversations)
    yesterday = (now - timedelta(days=2)).date()
    attempt("insights", lambda: door.daily_series(yesterday, yesterday, new_followers=False))
    attempt("comments", lambda: _newest_comments(door, now))
    said = of_messages.said if of_messages is not None else None
    denied = said is not None and (said.code, said.subcode) == NO_ACCESS_TO_MESSAGES
    if denied:
        refused.discard("messages")
    yield of_scopes(name, account.login, scopes, refused, tried)
    if denied or "messages" in tried:
        yield found("messages_allowed", "denied" if denied else "ok", of=name)
    if limits:
        yield of_limit(name, limits[0].used, limits[0].total)
    elif of_limit_read is not None and "publish" not in refused:
        yield found("publishing_limit", "unread", of=name, said=str(of_limit_read.said or of_limit_read))


def _newest_comments(door: Door, now: datetime) -> None:
    posts = door.media_with_counts(now - LOOKED_BACK).items
    if posts:
        door.comments(posts[0].ig_id)


def _quietly(ask: Callable[[], Any]) -> Any:
    """What it answers, None where it does not: this is only to know more."""
    try:
        return ask()
    except IgWorkerError:
        return None


def _in_brackets(said: str) -> str:
    return said.rpartition("(")[2].rstrip(")") if said.endswith(")") else said
