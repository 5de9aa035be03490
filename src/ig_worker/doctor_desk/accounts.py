"""Looks at the accounts: their tokens as the worker would use them, and what Instagram says."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ig_worker import clock, logs
from ig_worker.doctor_desk.ground import Ground
from ig_worker.domain.checkup import Finding
from ig_worker.domain.checkup.accounts import of_configured
from ig_worker.domain.errors import Misconfigured
from ig_worker.flows.checking_up import shelves
from ig_worker.flows.checking_up.account import Configured, check_account
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.graph.session import HOSTS
from ig_worker.store import observed
from ig_worker.store.database import Connection, Database
from ig_worker.store.tokens import TokenShelf
from ig_worker.true_time import TrueTime

if TYPE_CHECKING:
    from ig_worker.config.sections import Account

log = logging.getLogger(__name__)

CALL_SECONDS = 5.0
"""For one call to Instagram: a dead line must not hold the round up."""


class _Ear:
    """Hears the times that Instagram's answers say."""

    def __init__(self, time: TrueTime) -> None:
        self._time = time

    def calling(self, seconds: float) -> None:
        """Nobody watches how long it takes."""

    def answered(self, date: str, seconds: float) -> None:
        self._time.answered(date, seconds)


class Accounts(Ground):
    """Everything about the accounts; nothing is adopted and nothing is written."""

    def _stored(self, database: Database) -> Iterable[Finding]:
        configured = {
            name: account.access_token.get_secret_value() for name, account in self.settings.accounts.items()
        }
        return shelves.stored_tokens(database, self._tokens, configured)

    def _host(self, account: Account) -> str:
        return self.settings.graph.base_url or HOSTS[account.login]

    def _token_of(self, name: str) -> tuple[str, observed.TokenLife]:
        """The token as the worker would use it, and what is known of it; nothing is adopted and nothing is written."""
        configured = self.settings.account(name).access_token.get_secret_value()
        token, life = configured, observed.TokenLife(None, None, frozenset())
        database, _ = self._database()
        if database is not None:
            with database.reading() as connection:
                if stored := self._stored_token(connection, name, configured):
                    token = stored
                    life = observed.token_lives(connection)[name]
        logs.register_secret(token)
        return token, life

    def _stored_token(self, connection: Connection, name: str, configured: str) -> str | None:
        # With a key, one that lies open is not "known": it has to be sealed first. Here it is only read.
        for shelf in (self._tokens, TokenShelf("")):
            try:
                if token := shelf.known(connection, name, configured):
                    return token
            except Misconfigured:
                log.debug("the stored token of %s does not open", name)
        return None

    def _accounts(self) -> Iterable[Finding]:
        listed = self.settings.accounts.items()
        return of_configured((name, each.ig_user_id, bool(self._token_of(name)[0])) for name, each in listed)

    def _account(self, name: str) -> Iterable[Finding]:
        try:
            return list(self._account_as_it_is(name))
        finally:
            self.asked[name].set()

    def heard_time(self, seconds: float) -> timedelta | None:
        """How far the machine's clock is ahead of what Instagram's answers to the accounts said; None where none did.

        Waits for them, so many seconds at most.
        """
        begun = clock.stopwatch()
        for done in self.asked.values():
            clock.wait_for(done, begun + seconds - clock.stopwatch())
        ahead = self.time.ahead()
        return None if ahead is None else timedelta(seconds=ahead)

    def _account_as_it_is(self, name: str) -> Iterable[Finding]:
        account = self.settings.account(name)
        token, life = self._token_of(name)
        host = self._host(account)
        configured = Configured(
            name,
            account.login,
            account.ig_user_id,
            account.page_id,
            account.app_id,
            bool(account.app_secret.get_secret_value()),
            bool(token),
            urlsplit(host).netloc,
            bool(self.settings.graph.base_url),
            life.expires_at,
            life.data_access_expires_at,
            life.scopes,
            life.refused_at,
            life.unrefreshed,
        )
        return check_account(configured, self._door(name, account, token), self._now(), self.settings.zone)

    def _door(self, name: str, account: Account, token: str) -> InstagramAccount:
        access = AccountAccess(
            name=name,
            login=account.login,
            ig_user_id=account.ig_user_id,
            page_id=account.page_id,
            token=lambda: token,
            app_secret=account.app_secret.get_secret_value(),
        )
        graph = self.settings.graph
        seconds = min(CALL_SECONDS, graph.timeout_seconds)
        return InstagramAccount(
            access,
            base_url=graph.base_url,
            version=graph.version,
            timeout_seconds=seconds,
            patient=False,
            listener=_Ear(self.time),
        )
