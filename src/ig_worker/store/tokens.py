"""The access token of each account: the one in use, the one before it, what Meta has said of it; sealed with a key.

A token in the configuration that differs from the last one adopted there wins over the one here; which one was adopted
is known by its hash only. One that was adopted before wins again only where the configuration was read after the one
here came: the worker and the board know the configuration as it was when each of them began.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from ig_worker.domain.errors import Misconfigured
from ig_worker.store import adopted, journal, sealing
from ig_worker.store.rows import asked, put
from ig_worker.store.schema import tokens
from ig_worker.store.stored_token import Refusal, StoredToken, Verdict

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


def token_fact(what: str, account: str) -> str:
    """The name under which a failure to ``refresh`` a token, or to be told its ``facts``, is written down."""
    return f"token_{what}:{account}"[:80]


class TokenShelf:
    """Reads and writes tokens; `key` is any passphrase, or empty for no encryption.

    `read_at` is when the configuration was read whose tokens it is told; without it, at this moment.
    """

    def __init__(self, key: str, read_at: datetime | None = None) -> None:
        self._key = key
        self._read_at = read_at
        self._opened: dict[str, str] = {}
        """What was opened, by what it was sealed as: a token is asked for at every call."""

    def known(self, connection: Connection, account: str, configured: str) -> str | None:
        """The token in the database, None where `current` must write first: to adopt a token, or to seal this one."""
        return self._known(connection, _row(connection, account), configured)

    def _known(self, connection: Connection, row: Any, configured: str) -> str | None:
        if not self._is_in_use(connection, row, configured) or self._lies_open(row.secret):
            return None
        return self._open(row.secret, row.account)

    def to_speak_with(self, connection: Connection, account: str, configured: str) -> str | Refusal | None:
        """What `refusal` says, else what `known` says: asked at every call, and so in one look."""
        row = _row(connection, account)
        return self._refusal(connection, row, configured) or self._known(connection, row, configured)

    def refusal(self, connection: Connection, account: str, configured: str) -> Refusal | None:
        """Whether Instagram refuses the token to use; of one just pasted nothing is known yet."""
        return self._refusal(connection, _row(connection, account), configured)

    def current(self, connection: Connection, account: str, configured: str, now: datetime) -> StoredToken:
        """The token to use: the one in the database, unless the configuration has a new one, which is adopted."""
        row = _row(connection, account)
        if self._is_in_use(connection, row, configured):
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
        self._begin(connection, row, account, configured, _mark(configured), now)
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
        # Where nothing stands in the configuration of this command, a worker's own may still have the one from before.
        mark = row.adopted if row is not None and not configured else _mark(configured)
        self._begin(connection, row, account, secret, mark, now)
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

    def _begin(
        self, connection: Connection, row: Any, account: str, secret: str, mark: str, now: datetime
    ) -> None:
        """A token without a past, in the place of the one in the row."""
        if row is not None and row.adopted != mark:
            adopted.note(connection, account, row.adopted, now)
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

    def _is_in_use(self, connection: Connection, row: Any, configured: str) -> bool:
        """Whether the row's token is the one to use. One whose secret was left out of a copy is none."""
        if row is None or not row.secret:
            return False
        if not configured or row.adopted == (mark := _mark(configured)):
            return True
        is_older = self._read_at is not None and self._read_at < row.adopted_at
        return is_older and adopted.was(connection, row.account, mark)

    def _refusal(self, connection: Connection, row: Any, configured: str) -> Refusal | None:
        if not self._is_in_use(connection, row, configured) or row.refused_at is None:
            return None
        return Refusal(row.refused_at, row.refused_as)

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


def _change(connection: Connection, account: str, values: dict[str, Any]) -> None:
    connection.execute(update(tokens).where(tokens.c.account == account).values(**values))


def about(connection: Connection, account: str) -> Row[Any] | None:
    """What is known of the account's token, without the token itself; None where there is none.

    ``adopted_at``, ``refreshed_at``, ``expires_at``, ``proved_at``, ``checked_at``, ``data_access_expires_at``,
    ``refused_at``, ``refused_as``, ``went_back_at`` and ``scopes`` (with commas).
    """
    return connection.execute(_about_query(), {"account": account}).one_or_none()


@cache
def _about_query() -> Select[Any]:
    return select(*(tokens.c[name] for name in _ABOUT)).where(tokens.c.account == asked("account"))


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
