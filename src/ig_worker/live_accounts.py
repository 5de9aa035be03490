"""Which token each account speaks with, and whether it may speak at all: wired for the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ig_worker import logs
from ig_worker.domain.errors import AccountStopped
from ig_worker.domain.token_life import stop_line
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Account, Clock
from ig_worker.flows.tokens import keeper
from ig_worker.flows.tokens.refusal import Refusals
from ig_worker.lanes import about
from ig_worker.store.database import Database
from ig_worker.store.stored_token import Refusal
from ig_worker.store.tokens import TokenShelf

if TYPE_CHECKING:
    from ig_worker.config import Settings


class LiveAccounts:
    """The accounts' tokens, out of the database and the configuration."""

    def __init__(
        self, settings: Settings, shelf: TokenShelf, database: Database, outbox: Outbox, clock: Clock
    ) -> None:
        self._settings = settings
        self._shelf = shelf
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def token_of(self, name: str) -> Callable[[], str]:
        """Gives the account's token at every call; raises AccountStopped while Instagram refuses it."""
        configured = self._configured(name)
        told: set[str] = set()

        def token() -> str:
            with self._database.reading() as connection:
                secret = self._shelf.to_speak_with(connection, name, configured)
            if isinstance(secret, Refusal):
                raise self._stop(name, secret)
            if secret is None:
                with self._database.writing() as connection:
                    secret = self._shelf.current(connection, name, configured, self._clock.now()).secret
            if secret not in told:
                told.add(secret)
                logs.register_secret(secret)
            return secret

        return token

    def stopped(self, name: str) -> bool:
        """Whether Instagram refuses the account's token, so that nothing is asked with it."""
        return self._refusal(name) is not None

    def require(self, name: str) -> None:
        """Raise AccountStopped where the account is stopped."""
        if (refusal := self._refusal(name)) is not None:
            raise self._stop(name, refusal)

    def during(self, name: str, act: Callable[[], object]) -> Callable[[], None]:
        """The act, for as long as the account is not stopped."""

        def run() -> None:
            self.require(name)
            act()

        return about(name, run)

    def refusals(self, name: str) -> Refusals:
        """What hears that Instagram refuses the account's token."""
        facebook = self._settings.account(name).login == "facebook"
        zone = self._settings.zone
        return Refusals(name, self._shelf, self._database, self._outbox, self._clock, zone, facebook=facebook)

    def keeper(self, name: str, door: Account, *, at_any_time: bool = False) -> keeper.TokenKeeper:
        """What looks after the account's token; asked for `at_any_time`, it does not wait after a failure."""
        account = self._settings.account(name)
        has_secret = bool(account.app_secret.get_secret_value())
        rules = keeper.Rules(
            account.login, account.app_id, has_secret, self._settings.zone, at_any_time=at_any_time
        )
        configured = self._configured(name)
        return keeper.TokenKeeper(
            name, configured, self._shelf, self._database, door, self._outbox, self._clock, rules
        )

    def _configured(self, name: str) -> str:
        return self._settings.account(name).access_token.get_secret_value()

    def _refusal(self, name: str) -> Refusal | None:
        with self._database.reading() as connection:
            return self._shelf.refusal(connection, name, self._configured(name))

    def _stop(self, name: str, refusal: Refusal) -> AccountStopped:
        error = AccountStopped(
            stop_line(name, refusal.at.astimezone(self._settings.zone), refusal.code),
            cure=f"make a new token and give it to: ig-worker token exchange --short --account {name}",
        )
        error.account = name
        return error
