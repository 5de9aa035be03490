"""A new token from a person's login: exchanged for a long one, tried, and kept in the place of the old one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from ig_worker import logs
from ig_worker.domain.errors import IgWorkerError, NeedsPerson, Refused, Throttled, Unanswered
from ig_worker.domain.instagram import AccountProfile, FreshToken, PageAccess
from ig_worker.domain.token_life import believable, missing
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Account, Clock
from ig_worker.flows.tokens import letters
from ig_worker.store import facts, tokens
from ig_worker.store.database import Database
from ig_worker.store.tokens import TokenShelf

NOT_SHORT = (190, 452)
"""Codes with which a token that is not a short-lived one is refused at the exchange."""


@dataclass(frozen=True)
class Whose:
    """The account as the configuration has it; `configured` is the token there."""

    name: str
    login: str
    ig_user_id: str
    page_id: str
    app_id: str
    configured: str


@dataclass(frozen=True)
class Exchanged:
    """What came of it. ``username`` is empty where the new token could not be tried yet; ``lacking`` are permissions,
    None where Meta did not tell those that it has."""

    username: str
    expires_at: datetime | None
    data_access_expires_at: datetime | None
    lacking: tuple[str, ...] | None
    page: str = ""


@dataclass(frozen=True)
class _Found:
    secret: str
    expires_at: datetime | None
    scopes: tuple[str, ...]
    data_access: datetime | None = None
    page: str = ""


def exchange(
    whose: Whose,
    short: str,
    door: Account,
    shelf: TokenShelf,
    database: Database,
    clock: Clock,
    outbox: Outbox,
    zone: tzinfo,
) -> Exchanged:
    """Exchange the short-lived token, try what comes of it, keep it; the old one stays in use until then.

    One that lasts 60 days already, as the dashboard's *Generate token* gives it, is kept as it is, its end unknown.
    With Facebook Login the kept one is the token of the Page that the account is linked to, which has no last day.
    The operators, who were told that the account had stopped, hear that it goes on. Times in letters are in `zone`.
    Raises what Instagram says, and NeedsPerson where the token is another account's; nothing is changed then.
    """
    logs.register_secret(short)
    fresh = _exchanged(whose, short, door)
    logs.register_secret(fresh.access_token)
    now = clock.now()
    life = believable(fresh.expires_in)
    found = _Found(fresh.access_token, None if life is None else now + life, fresh.scopes)
    if whose.login == "facebook":
        found = _of_page(whose, found, door)
    profile = _tried(whose, door.speaking(found.secret))
    with database.writing() as connection:
        before = tokens.about(connection, whose.name)
        shelf.exchanged(
            connection,
            whose.name,
            found.secret,
            whose.configured,
            found.expires_at,
            now,
            scopes=found.scopes,
            proven=profile is not None,
        )
        if found.data_access is not None:
            tokens.checked(
                connection,
                whose.name,
                now,
                expires_at=found.expires_at,
                data_access_expires_at=found.data_access,
            )
        if profile is not None and before is not None and before.refused_at is not None:
            letter = letters.lives_again(whose.name, before.refused_at, now, zone)
            outbox.tell(connection, now, "operators", letter)
        facts.forget(connection, tokens.token_fact("refresh", whose.name))
    return Exchanged(
        profile.username if profile is not None else "",
        found.expires_at,
        found.data_access,
        missing(whose.login, found.scopes) if found.scopes else None,
        found.page,
    )


def _exchanged(whose: Whose, short: str, door: Account) -> FreshToken:
    """The long token for this one; this one itself where it is none to exchange, but one to work with."""
    speaking = door.speaking(short)
    try:
        return speaking.exchange_token(whose.app_id)
    except Refused as error:
        # Refused for something else (the app's secret), it may be a short one and would be dead in an hour.
        if whose.login != "instagram" or error.said is None or error.said.code not in NOT_SHORT:
            raise
        try:
            speaking.profile()
        except IgWorkerError:
            raise error from None
        return FreshToken(short, None, ())


def _of_page(whose: Whose, user: _Found, door: Account) -> _Found:
    """The Page's own token, and what Meta says of it."""
    pages = door.speaking(user.secret).page_accesses()
    page = _linked(whose, pages)
    logs.register_secret(page.access_token)
    try:
        said = door.speaking(page.access_token).token_facts(whose.app_id)
    except IgWorkerError:
        return _Found(page.access_token, None, (), None, page.name)
    return _Found(page.access_token, said.expires_at, said.scopes, said.data_access_expires_at, page.name)


def _linked(whose: Whose, pages: tuple[PageAccess, ...]) -> PageAccess:
    """The configured Page, else the one that the Instagram account is linked to."""
    for page in pages:
        if page.page_id == whose.page_id or (not whose.page_id and page.ig_user_id == whose.ig_user_id):
            if page.ig_user_id not in ("", whose.ig_user_id):
                raise NeedsPerson(
                    f"the Page {page.name} is linked to another Instagram account ({page.ig_user_id})",
                    cure=f"look at page_id and ig_user_id under [accounts.{whose.name}]",
                )
            return page
    names = ", ".join(f"{page.name} ({page.page_id})" for page in pages) or "none"
    raise NeedsPerson(
        f"this login does not give access to the Page of account {whose.name}; the Pages it gives: {names}",
        cure="log in again and choose the Page (pages_show_list), or set page_id to one of these",
    )


def _tried(whose: Whose, door: Account) -> AccountProfile | None:
    """Whose token this is, by using it; None where Instagram is silent now."""
    try:
        profile = door.profile()
    except (Unanswered, Throttled):
        return None
    if profile.ig_user_id != whose.ig_user_id:
        raise NeedsPerson(
            f"this token is that of @{profile.username} ({profile.ig_user_id}), not of account {whose.name} "
            f"({whose.ig_user_id}); nothing was changed",
            cure="log in with the right account, or correct ig_user_id in the configuration",
        )
    return profile
