"""What is known of the machine's clock before anything is taken away by it that cannot be brought back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.ports import Clock
from ig_worker.store import running
from ig_worker.store.database import Database

if TYPE_CHECKING:
    from ig_worker.config import Settings

FRESH = timedelta(days=1)
"""So long what was heard of the clock is believed: it may have been set since, or have lost its battery."""

WRONG = timedelta(days=1)
"""An hour more or less takes nothing away too soon; a year would take a year."""


class KnownTime:
    """How far the machine's clock is from Instagram's: heard in this process (`heard`), written down by the worker not
    long ago, or else asked for now. A played clock is right by definition."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Clock,
        heard: Callable[[], float | None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._heard = heard

    def ahead(self) -> timedelta | None:
        """By how much the machine's clock is ahead, below zero where it is behind; None where nobody tells."""
        if self._settings.played_clock is not None:
            return timedelta(0)
        seconds = self._heard()
        if seconds is None:
            with self._database.reading() as connection:
                if running.clock_seen_within(connection, self._clock.now(), FRESH):
                    seconds = running.clock_ahead(connection)
        return self._asked() if seconds is None else timedelta(seconds=seconds)

    def now(self) -> datetime | None:
        """What time it is by Instagram's clock, in UTC; None where nobody tells."""
        ahead = self.ahead()
        return None if ahead is None else self._clock.now() - ahead

    def require(self, *, trusted: bool = False) -> None:
        """Raises NeedsPerson where the clock is wrong by more than a day, or nobody tells whether it is.

        Where nobody tells, a person who has looked at it may vouch for it (`trusted`).
        """
        ahead = self.ahead()
        shown = f"{self._clock.now().astimezone(self._settings.zone):%d/%m/%Y %H.%M}"
        if ahead is None and not trusted:
            raise NeedsPerson(
                "nothing is purged: for a day nobody has told what time it is, and by a clock that is wrong too much "
                f"would go (this machine's shows {shown})",
                cure="see that Instagram can be reached (ig-worker doctor) and set the clock where it is wrong "
                "(timedatectl set-ntp true); where it is right: ig-worker db purge --trust-clock",
            )
        if ahead is not None and abs(ahead) > WRONG:
            raise NeedsPerson(
                f"nothing is purged: this machine's clock shows {shown} and is {abs(ahead) // FRESH} days "
                f"{'ahead of' if ahead > timedelta(0) else 'behind'} Instagram's",
                cure="set the clock (timedatectl set-ntp true); then it is purged by itself, or by: ig-worker db purge",
            )

    def _asked(self) -> timedelta | None:
        from ig_worker.flows.checking_up.outside import told_time
        from ig_worker.graph.session import HOSTS

        logins = [account.login for account in self._settings.accounts.values()] or ["instagram"]
        addresses = dict.fromkeys(self._settings.graph.base_url or HOSTS[login] for login in logins)
        return told_time(list(addresses), self._clock.now, stopwatch)
