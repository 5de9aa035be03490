"""The access token of each account: the one in use, the one before it, what Meta has said of it; sealed with a key.

A token in the configuration that differs from the last one adopted there wins over the one here; which one was adopted
is known by its hash only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import journal, sealing
from ig_worker.store.rows import put
from ig_worker.store.schema import tokens

PLAIN, SEALED = "plain:", "fernet:"

_MOMENTS = (
    "refreshed_at",
    "expires_at",
    "proved_at",
    "checked_at",
    "data_access_expires_at",
    "refused_at",
    "previous_expires_at",
    "went_back_at",
)

_ABOUT = ("adopted_at", *_MOMENTS, "refused_as", "scopes")


@dataclass(frozen=True)
class StoredToken:
    """A token and what is known of its life; ``expires_at`` is None until Meta has said it.

    ``previous`` is the one before it, until this one has been of use; after a way back (``went_back_at``) it is the
    fresh one that was refused. ``refused_at`` says since when nothing is asked with it, ``refused_as`` why.
    """

    secret: str = field(repr=False)
    adopted_at: datetime
    refreshed_at: datetime | None
    expires_at: datetime | None
    previous: str = field(default="", repr=False)
    proved_at: datetime | None = None
    checked_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    refused_at: datetime | None = None
    refused_as: str = ""
    went_back_at: datetime | None = None

    @property
    def newest(self) -> datetime:
        """Since when it is here."""
        return self.refreshed_at or self.adopted_at

    @property
    def is_unproven(self) -> bool:
        """Whether it is fresh, and Instagram has not taken it yet."""
        return bool(self.previous) and self.went_back_at is None and self.proved_at is None

    @property
    def refused_subcode(self) -> int | None:
        """The subcode that it was refused with."""
        digits = self.refused_as.partition("/")[2]
        return int(digits) if digits.isdecimal() else None


@dataclass(frozen=True)
class Refusal:
    """Since when, and with which code, Instagram refuses the token in use."""

    at: datetime
    code: str


class Verdict(Enum):
    """What a refusal of a token meant."""

    ANOTHER = "another"
    """Of a token that is not in use any more: it means nothing."""
    KNOWN = "known"
    """It was known."""
    WENT_BACK = "went back"
    """The fresh token was refused; the one before it is in use again."""
    DEAD = "dead"
    """The token in use is dead: nothing is asked with it any more."""


class TokenShelf:
    """Reads and writes tokens; `key` is any passphrase, or empty for no encryption."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._opened: dict[str, str] = {}
        """What was opened, by what it was sealed as: a token is asked for at every call."""

    def known(self, connection: Connection, account: str, configured: str) -> str | None:
        """The token in the database, None where `current` must write first: to adopt a token, or to seal this one."""
        return self._known(_row(connection, account), account, configured)

    def _known(self, row: Any, account: str, configured: str) -> str | None:
        if not _is_in_use(row, configured) or self._lies_open(row.secret):
            return None
        return self._open(row.secret, account)

    def to_speak_with(self, connection: Connection, account: str, configured: str) -> str | Refusal | None:
        """What `refusal` says, else what `known` says: asked at every call, and so in one look."""
        row = _row(connection, account)
        return _refusal(row, configured) or self._known(row, account, configured)

    def refusal(self, connection: Connection, account: str, configured: str) -> Refusal | None:
        """Whether Instagram refuses the token to use; of one just pasted nothing is known yet."""
        return _refusal(_row(connection, account), configured)

    def current(self, connection: Connection, account: str, configured: str, now: datetime) -> StoredToken:
        """The token to use: the one in the database, unless the configuration has a new one, which is adopted."""
        row = _row(connection, account)
        if _is_in_use(row, configured):
            stored = self._stored(row, account)
            if self._lies_open(row.secret) or self._lies_open(row.previous):
                sealed = {"secret": self._seal(stored.secret), "previous": self._seal(stored.previous)}
                _change(connection, account, sealed)
            return stored
        if not configured:
            raise Misconfigured(
                f"account {account!r} has no access token",
                cure=f"put one into [accounts.{account}] access_token (or access_token_file)",
            )
        self._begin(connection, account, configured, _mark(configured), now)
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
        of: str,
        scopes: Collection[str] = (),
    ) -> bool:
        """Keep a fresh token in the place of the one it is made `of`, which stays beside it until this one is proven.

        Its permissions are kept if they were told. The same token with a later end needs no proof. False, with nothing
        changed, where another token is in use meanwhile.
        """
        row = _row(connection, account)
        before = self._openable(row, account)
        if before != of:
            return False
        fresh = secret != before
        values = {
            "secret": self._seal(secret),
            "previous": self._seal(before) if fresh else "",
            "previous_expires_at": row.expires_at if fresh else None,
            "proved_at": None if fresh else now,
            "refreshed_at": now,
            "expires_at": expires_at,
            "checked_at": None,
            "refused_at": None,
            "refused_as": "",
            "went_back_at": None,
            "scopes": ",".join(sorted(scopes)) or row.scopes,
        }
        _change(connection, account, values)
        journal.note(connection, now, f"account:{account}", "refreshed the access token")
        return True

    def exchanged(
        self,
        connection: Connection,
        account: str,
        secret: str,
        configured: str,
        expires_at: datetime | None,
        now: datetime,
        *,
        scopes: Collection[str] = (),
        proven: bool = True,
    ) -> None:
        """Keep a token that somebody fetched anew, as if `configured`, what stands in the configuration now, were it:
        only another one pasted there wins over it. One not proven yet keeps the old one beside it."""
        row = _row(connection, account)
        before = self._openable(row, account) if row is not None and not proven else ""
        self._begin(connection, account, secret, _mark(configured), now)
        values: dict[str, Any] = {"expires_at": expires_at, "scopes": ",".join(sorted(scopes))}
        values["proved_at"] = now if proven else None
        if before and before != secret and row is not None:
            values |= {"previous": self._seal(before), "previous_expires_at": row.expires_at}
        _change(connection, account, values)
        journal.note(connection, now, f"account:{account}", "fetched a new access token")

    def proved(self, connection: Connection, account: str, secret: str, now: datetime) -> bool:
        """Instagram took this token: the one beside it is let go, and a refusal is over. Says whether one was over.

        Nothing changes where another token is in use meanwhile. After a way back the one that works may be the one
        beside it.
        """
        row = _row(connection, account)
        if row is None or secret not in self._both(row, account):
            return False
        values: dict[str, Any] = {
            "previous": "",
            "previous_expires_at": None,
            "proved_at": now,
            "checked_at": now,
            "refused_at": None,
            "refused_as": "",
        }
        if self._open(row.secret, account) != secret:
            values |= {"secret": row.previous, "expires_at": row.previous_expires_at, "went_back_at": None}
        _change(connection, account, values)
        if row.refused_at is not None:
            journal.note(connection, now, f"account:{account}", "the access token is taken again")
        return row.refused_at is not None

    def refused(self, connection: Connection, account: str, secret: str, code: str, now: datetime) -> Verdict:
        """Instagram said that this token is dead: what that means, written down.

        Of a fresh token that was never of use, the one before it is taken again, once; that one stays beside.
        """
        row = _row(connection, account)
        if row is None or self._openable(row, account) != secret:
            return Verdict.ANOTHER
        if row.refused_at is not None:
            return Verdict.KNOWN
        about = f"account:{account}"
        if self._stored(row, account).is_unproven:
            values = {
                "secret": row.previous,
                "previous": row.secret,
                "expires_at": row.previous_expires_at,
                "previous_expires_at": row.expires_at,
                "went_back_at": now,
            }
            _change(connection, account, values)
            journal.note(
                connection, now, about, f"the fresh access token was refused ({code}): back to the old one"
            )
            return Verdict.WENT_BACK
        _change(connection, account, {"refused_at": now, "refused_as": code[:40], "checked_at": now})
        journal.note(
            connection, now, about, f"Instagram refuses the access token ({code}): the account stops"
        )
        return Verdict.DEAD

    def _begin(self, connection: Connection, account: str, secret: str, mark: str, now: datetime) -> None:
        """A token without a past."""
        values = {
            **dict.fromkeys(_MOMENTS),
            "account": account,
            "secret": self._seal(secret),
            "adopted": mark,
            "adopted_at": now,
            "scopes": "",
            "previous": "",
            "refused_as": "",
        }
        put(connection, tokens, values)

    def _stored(self, row: Row[Any], account: str) -> StoredToken:
        return StoredToken(
            self._open(row.secret, account),
            row.adopted_at,
            row.refreshed_at,
            row.expires_at,
            self._open(row.previous, account),
            row.proved_at,
            row.checked_at,
            row.data_access_expires_at,
            row.refused_at,
            row.refused_as,
            row.went_back_at,
        )

    def _both(self, row: Row[Any], account: str) -> tuple[str, ...]:
        return tuple(
            each for each in (self._open(row.secret, account), self._open(row.previous, account)) if each
        )

    def _openable(self, row: Row[Any], account: str) -> str:
        """The token of the row, empty where the key does not fit it any more."""
        try:
            return self._open(row.secret, account)
        except Misconfigured:
            return ""

    def _lies_open(self, secret: str) -> bool:
        """Whether the token was stored before there was a key."""
        return bool(self._key) and secret.startswith(PLAIN)

    def _seal(self, secret: str) -> str:
        if not secret:
            return ""
        return SEALED + sealing.sealed(secret, self._key) if self._key else PLAIN + secret

    def _open(self, sealed: str, account: str) -> str:
        if not sealed or sealed.startswith(PLAIN):
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


_OF_ACCOUNT = select(tokens).where(tokens.c.account == bindparam("account"))


def _mark(configured: str) -> str:
    return hashlib.sha256(configured.encode()).hexdigest()


def _row(connection: Connection, account: str) -> Any:
    return connection.execute(_OF_ACCOUNT, {"account": account}).one_or_none()


def _is_in_use(row: Any, configured: str) -> bool:
    """Whether the row's token is the one to use. One whose secret was left out of a copy is none."""
    return row is not None and bool(row.secret) and (not configured or row.adopted == _mark(configured))


def _refusal(row: Any, configured: str) -> Refusal | None:
    if not _is_in_use(row, configured) or row.refused_at is None:
        return None
    return Refusal(row.refused_at, row.refused_as)


def _change(connection: Connection, account: str, values: dict[str, Any]) -> None:
    connection.execute(update(tokens).where(tokens.c.account == account).values(**values))


def about(connection: Connection, account: str) -> Row[Any] | None:
    """What is known of the account's token, without the token itself; None where there is none.

    ``adopted_at``, ``refreshed_at``, ``expires_at``, ``proved_at``, ``checked_at``, ``data_access_expires_at``,
    ``refused_at``, ``refused_as``, ``went_back_at`` and ``scopes`` (with commas).
    """
    query = select(*(tokens.c[name] for name in _ABOUT)).where(tokens.c.account == account)
    return connection.execute(query).one_or_none()


def expiry(connection: Connection, account: str) -> datetime | None:
    """When the account's token ends, None until that is known."""
    return connection.execute(select(tokens.c.expires_at).where(tokens.c.account == account)).scalar()


def checked(
    connection: Connection,
    account: str,
    now: datetime,
    *,
    expires_at: datetime | None = None,
    data_access_expires_at: datetime | None = None,
) -> None:
    """Meta was asked about the account's token, and said these ends (Facebook Login)."""
    values = {
        "expires_at": expires_at,
        "data_access_expires_at": data_access_expires_at,
        "checked_at": now,
    }
    _change(connection, account, values)


def looked(connection: Connection, account: str, now: datetime) -> None:
    """The account's token was tried, or Meta asked about it, and nothing new was learned."""
    _change(connection, account, {"checked_at": now})


def allow(connection: Connection, account: str, names: Collection[str], now: datetime) -> None:
    """Write down what the account's token is allowed, in the place of what was known."""
    if names and scopes(connection, account) != frozenset(names):
        written = ",".join(sorted(names))
        _change(connection, account, {"scopes": written})
        journal.note(connection, now, f"account:{account}", f"the access token is allowed: {written}")


def scopes(connection: Connection, account: str) -> frozenset[str]:
    """What the account's token is known to be allowed; empty until that is known."""
    written = connection.execute(select(tokens.c.scopes).where(tokens.c.account == account)).scalar()
    return frozenset(name for name in (written or "").split(",") if name)
