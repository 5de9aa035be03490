"""An account whose token was pasted into the configuration at ``START``, and the keeper that looks after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from zoneinfo import ZoneInfo

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from fakes.token_meta import TokenMeta
from ig_worker.flows.tokens.keeper import Rules, TokenKeeper
from ig_worker.flows.tokens.refusal import Refusals
from ig_worker.store import facts, notices, tokens
from ig_worker.store.database import Database
from ig_worker.store.stored_token import StoredToken
from ig_worker.store.tokens import TokenShelf

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("Asia/Jakarta")
PASTED = "IGpasted"
LOGIN = Rules("instagram", zone=ZONE)
FACEBOOK = Rules("facebook", app_id="42", has_secret=True, zone=ZONE)


class TokenDesk:
    """Everything about one token."""

    def __init__(self, database: Database, rules: Rules = LOGIN, *, days: float | None = 60) -> None:
        self.database = database
        self.clock = HandClock()
        self.meta = TokenMeta(self.clock)
        self.meta.issue(PASTED, days=days, age=DAY)
        self.shelf = TokenShelf("")
        self.outbox = outbox("operators")
        self.rules = rules

    def keeper(self, configured: str = PASTED, database: Database | None = None) -> TokenKeeper:
        return TokenKeeper(
            ACCOUNT,
            configured,
            self.shelf,
            database or self.database,
            self.meta.door(configured),
            self.outbox,
            self.clock,
            self.rules,
        )

    def keep(self, configured: str = PASTED) -> None:
        """A pass of a worker that has just been started."""
        self.keeper(configured).run()

    def refusals(self) -> Refusals:
        return Refusals(
            ACCOUNT, self.shelf, self.database, self.outbox, self.clock, ZONE, facebook=self.rules.facebook
        )

    def current(self, configured: str = PASTED) -> StoredToken:
        with self.database.writing() as connection:
            return self.shelf.current(connection, ACCOUNT, configured, self.clock.now())

    def allowed(self) -> frozenset[str]:
        with self.database.reading() as connection:
            return tokens.scopes(connection, ACCOUNT)

    def fact(self, what: str) -> str | None:
        with self.database.reading() as connection:
            row = facts.read(connection, f"token_{what}:{ACCOUNT}")
        return None if row is None else str(row.value)

    def titles(self) -> list[str]:
        """What the operators were told."""
        with self.database.reading() as connection:
            return [each.row.title for each in notices.due(connection, self.clock.now())]

    def bodies(self) -> str:
        with self.database.reading() as connection:
            return "\n\n".join(each.row.body for each in notices.due(connection, self.clock.now()))

    def pass_days(self, days: float, every: timedelta = HOUR) -> None:
        """Let time pass, with a pass of the keeper now and then; what a pass raises stays in it."""
        end = self.clock.now() + timedelta(days=days)
        keeper = self.keeper()
        while self.clock.now() < end:
            self.clock.forward(every)
            try:
                keeper.run()
            except Exception as error:  # noqa: BLE001  # as the worker's jobs do
                self.last_error = error


@contextmanager
def token_desk(rules: Rules = LOGIN, *, days: float | None = 60) -> Iterator[TokenDesk]:
    with bench_database() as database:
        yield TokenDesk(database, rules, days=days)
