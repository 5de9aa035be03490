"""The refreshed access token, encrypted when a key is configured.

A token in the configuration that differs from the last one adopted there wins over the refreshed one here; which one
was adopted is known by its hash only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import journal, sealing
from ig_worker.store.rows import put
from ig_worker.store.schema import tokens

PLAIN, SEALED = "plain:", "fernet:"


@dataclass(frozen=True)
class StoredToken:
    """A token and what is known of its life; ``expires_at`` is None until Meta has said it."""

    secret: str
    adopted_at: datetime
    refreshed_at: datetime | None
    expires_at: datetime | None

    def __repr__(self) -> str:
        return f"StoredToken(expires_at={self.expires_at})"


class TokenShelf:
    """Reads and writes tokens; `key` is any passphrase, or empty for no encryption."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._opened: dict[str, str] = {}
        """What was opened, by what it was sealed as: a token is asked for at every call."""

    def known(self, connection: Connection, account: str, configured: str) -> str | None:
        """The token in the database, None where `current` must write first: to adopt a token, or to seal this one."""
        row = connection.execute(select(tokens).where(tokens.c.account == account)).one_or_none()
        if row is None or (configured and row.adopted != _mark(configured)) or self._lies_open(row.secret):
            return None
        return self._open(row.secret, account)

    def current(self, connection: Connection, account: str, configured: str, now: datetime) -> StoredToken:
        """The token to use: the one in the database, unless the configuration has a new one, which is adopted."""
        row = connection.execute(select(tokens).where(tokens.c.account == account)).one_or_none()
        mark = _mark(configured)
        if row is not None and (not configured or row.adopted == mark):
            secret = self._open(row.secret, account)
            if self._lies_open(row.secret):
                connection.execute(
                    update(tokens).where(tokens.c.account == account).values(secret=self._seal(secret))
                )
            return StoredToken(secret, row.adopted_at, row.refreshed_at, row.expires_at)
        if not configured:
            raise Misconfigured(
                f"account {account!r} has no access token",
                cure=f"put one into [accounts.{account}] access_token (or access_token_file)",
            )
        values = {
            "account": account,
            "secret": self._seal(configured),
            "adopted": mark,
            "adopted_at": now,
            "refreshed_at": None,
            "expires_at": None,
            "scopes": "",
        }
        put(connection, tokens, values)
        journal.note(connection, now, f"account:{account}", "adopted the access token of the configuration")
        return StoredToken(configured, now, None, None)

    def refreshed(
        self,
        connection: Connection,
        account: str,
        secret: str,
        expires_at: datetime | None,
        now: datetime,
        *,
        scopes: Collection[str] = (),
    ) -> None:
        """Keep a fresh token in the place of the one it descends from, and its permissions if they were told."""
        row = connection.execute(select(tokens).where(tokens.c.account == account)).one()
        values = {
            "account": account,
            "secret": self._seal(secret),
            "adopted": row.adopted,
            "adopted_at": row.adopted_at,
            "refreshed_at": now,
            "expires_at": expires_at,
            "scopes": ",".join(sorted(scopes)) or row.scopes,
        }
        put(connection, tokens, values)
        journal.note(connection, now, f"account:{account}", "refreshed the access token")

    def _lies_open(self, secret: str) -> bool:
        """Whether the token was stored before there was a key."""
        return bool(self._key) and secret.startswith(PLAIN)

    def _seal(self, secret: str) -> str:
        return SEALED + sealing.sealed(secret, self._key) if self._key else PLAIN + secret

    def _open(self, sealed: str, account: str) -> str:
        if sealed.startswith(PLAIN):
            return sealed.removeprefix(PLAIN)
        if not self._key:
            raise Misconfigured(
                f"the access token of {account!r} is encrypted, and there is no key",
                cure="set [security] key to the key it was encrypted with, or paste a new access token",
            )
        if sealed not in self._opened:
            secret = sealing.opened(sealed.removeprefix(SEALED), self._key)
            if secret is None:
                raise Misconfigured(
                    f"the access token of {account!r} cannot be decrypted with this key",
                    cure="set [security] key to the key it was encrypted with, or paste a new access token",
                )
            self._opened = {sealed: secret, **self._opened}
        return self._opened[sealed]


def _mark(configured: str) -> str:
    return hashlib.sha256(configured.encode()).hexdigest()


def expiry(connection: Connection, account: str) -> datetime | None:
    """When the account's token ends, None until that is known."""
    return connection.execute(select(tokens.c.expires_at).where(tokens.c.account == account)).scalar()


def allow(connection: Connection, account: str, names: Collection[str], now: datetime) -> None:
    """Write down what the account's token is allowed, in the place of what was known."""
    if names and scopes(connection, account) != frozenset(names):
        written = ",".join(sorted(names))
        connection.execute(update(tokens).where(tokens.c.account == account).values(scopes=written))
        journal.note(connection, now, f"account:{account}", f"the access token is allowed: {written}")


def scopes(connection: Connection, account: str) -> frozenset[str]:
    """What the account's token is known to be allowed; empty until that is known."""
    written = connection.execute(select(tokens.c.scopes).where(tokens.c.account == account)).scalar()
    return frozenset(name for name in (written or "").split(",") if name)
