"""How long an account is left alone after it met a limit or a token that is dead."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ig_worker.domain.errors import IgWorkerError, Throttled
from ig_worker.flows.ports import Clock

STOPPED = timedelta(minutes=5)
"""How long where Instagram names no time."""

LOOK_AGAIN = timedelta(minutes=1)
"""A stopped account is looked at again so soon: somebody may have given it a new token."""


def pause_after(error: IgWorkerError) -> timedelta:
    """As long as Instagram asks for, where it does."""
    return timedelta(seconds=error.wait_seconds) if isinstance(error, Throttled) else STOPPED


class Quiet:
    """One account's quiet; the lanes share it. It lasts as well while the account is `stopped`: its token is dead."""

    def __init__(self, clock: Clock, stopped: Callable[[], bool] = lambda: False) -> None:
        self._clock = clock
        self._stopped = stopped
        self._begun: datetime | None = None
        self._until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """Until when Instagram wants no calls of this account; None where it may be called."""
        begun, until, now = self._begun, self._until, self._clock.now()
        if self._stopped():
            return now + LOOK_AGAIN
        # A clock that was set back since must not make it a silence of years.
        return until if begun is not None and until is not None and begun <= now < until else None

    def begin(self, error: IgWorkerError) -> None:
        """Leave the account alone for as long as the error asks; a longer quiet already begun stays as it is."""
        now = self._clock.now()
        self._until, self._begun = max(now + pause_after(error), self.until or now), now
