"""Keeps the token fresh and the staging room clean."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from ig_worker.domain.errors import IgWorkerError, Misconfigured, Unavailable
from ig_worker.flows.ports import Account, Clock
from ig_worker.store import posts, publishing, tokens
from ig_worker.store.database import Database
from ig_worker.store.tokens import StoredToken, TokenShelf

log = logging.getLogger(__name__)

REFRESH_AFTER = timedelta(hours=24)
"""A token must be a day old to be refreshed (`instagram_api.md`, section A)."""

REFRESH_BEFORE = timedelta(days=20)
"""So long before its end a token is refreshed; after the end only a person can log in again."""

PAUSE_AFTER_FAILURE = timedelta(hours=1)
"""After a refresh that failed the next one is not tried sooner."""

ASK_AGAIN = timedelta(days=1)
"""So long what is known of a token's permissions is believed."""

OVERDUE = timedelta(hours=3)
"""So long after its time a post of an account that nobody works for has waited in vain."""

LEFTOVER_AGE = timedelta(hours=1)
"""A staged file this old that no post knows was left behind by an interruption."""


class StagingRoom(Protocol):
    """What cleaning needs of the staging room."""

    def leftovers(self, known: Collection[str], age: timedelta) -> list[str]:
        """Names of staged files that are not known and have not been changed for that long."""
        ...

    def unstage(self, name: str) -> None: ...

    def sweep(self, age: timedelta) -> None:
        """Remove what was left half done and has not been touched for that long."""
        ...


class UploadRoom(Protocol):
    """What cleaning needs of what people uploaded on the board."""

    def sweep(self) -> int:
        """Remove what nobody has taken for a day; returns how many there were."""
        ...


class TokenKeeper:
    """One account's access token."""

    def __init__(
        self,
        account: str,
        configured: str,
        shelf: TokenShelf,
        database: Database,
        instagram: Account,
        clock: Clock,
    ) -> None:
        self._account = account
        self._configured = configured
        self._shelf = shelf
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._quiet_until: datetime | None = None
        self._asked_at: datetime | None = None

    def run(self) -> None:
        """Refresh the token when that is possible and useful. The fresh one is stored before it is used.

        Raises what Instagram says where that fails; a Page's token has no date and cannot be refreshed (section A).
        """
        now = self._clock.now()
        if self._quiet_until is not None and now < self._quiet_until:
            return
        with self._database.writing() as connection:
            token = self._shelf.current(connection, self._account, self._configured, now)
        self._learn_scopes(now)
        if not self._is_due(token, now):
            return
        self._quiet_until = now + PAUSE_AFTER_FAILURE
        try:
            fresh = self._instagram.refresh_token()
        except Unavailable as error:
            log.info("the access token of %s is not refreshed: %s", self._account, error)
            return
        self._quiet_until = None
        expires_at = now + timedelta(seconds=fresh.expires_in) if fresh.expires_in is not None else None
        with self._database.writing() as connection:
            self._shelf.refreshed(
                connection, self._account, fresh.access_token, expires_at, now, scopes=fresh.scopes
            )
        log.info("the access token of %s was refreshed; it lasts until %s", self._account, expires_at)

    def _learn_scopes(self, now: datetime) -> None:
        """Know what the token is allowed, for the checks before a post is due, as far as Meta tells it."""
        with self._database.reading() as connection:
            known = tokens.scopes(connection, self._account)
        self._asked_at = self._asked_at or (now if known else None)
        if self._asked_at is not None and now - self._asked_at < (
            ASK_AGAIN if known else PAUSE_AFTER_FAILURE
        ):
            return
        self._asked_at = now
        try:
            found = self._instagram.token_scopes()
        except Unavailable as error:
            log.debug("the permissions of %s are not known: %s", self._account, error)
        except IgWorkerError as error:
            log.warning("the permissions of %s cannot be read: %s", self._account, error)
        else:
            with self._database.writing() as connection:
                tokens.allow(connection, self._account, found, now)

    def _is_due(self, token: StoredToken, now: datetime) -> bool:
        # A pasted token's age is unknown: it is tried a day after it was first seen.
        newest = token.refreshed_at or token.adopted_at
        if now - newest < REFRESH_AFTER:
            return False
        return token.expires_at is None or token.expires_at - now < REFRESH_BEFORE


class Housekeeper:
    """Removes files that nothing needs any more, and looks for posts that nobody would publish."""

    def __init__(
        self,
        database: Database,
        staging: StagingRoom,
        uploads: UploadRoom,
        clock: Clock,
        accounts: Collection[str],
    ) -> None:
        self._database = database
        self._staging = staging
        self._uploads = uploads
        self._clock = clock
        self._accounts = accounts

    def run(self) -> None:
        """One round. Raises Misconfigured where posts wait in vain for an account not in the configuration."""
        with self._database.reading() as connection:
            known = posts.staged_names(connection)
        for name in self._staging.leftovers(known, LEFTOVER_AGE):
            self._staging.unstage(name)
            log.info("removed a staged file that no post needs")
        self._staging.sweep(LEFTOVER_AGE)
        if old := self._uploads.sweep():
            log.info("removed %d uploads that nobody took", old)
        # Another worker with other accounts may share the database: what it has published in time is no trouble.
        overdue = self._clock.now() - OVERDUE
        with self._database.reading() as connection:
            elsewhere = publishing.waiting_elsewhere(connection, self._accounts, overdue)
        if elsewhere:
            posts_of = ", ".join(f"{count} of {name}" for name, count in elsewhere.items())
            raise Misconfigured(
                f"posts wait for accounts that the configuration does not name: {posts_of}",
                cure="name the account under [accounts] again, or cancel them (ig-worker posts cancel)",
            )
