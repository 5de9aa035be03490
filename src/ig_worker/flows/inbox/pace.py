"""Reads the inbox of one account only as often, and as much at a time, as its budget of calls allows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.errors import Throttled
from ig_worker.domain.polling import A_LOOK_EVERY, has_time, may_go_on, rest
from ig_worker.flows.ports import Inbox

log = logging.getLogger(__name__)


class Pace:
    """One account's pace. `every` is the usual time between two polls; where it is None each poll asked for is due."""

    def __init__(self, account: str, instagram: Inbox, every: timedelta | None) -> None:
        self._account = account
        self._instagram = instagram
        self._every = every
        self._begun_at: datetime | None = None
        self._closed: _Closed | None = None
        self._messages_closed: _Closed | None = None
        self._rests = every
        self._read = 0

    def begin(self, now: datetime) -> bool:
        """Begin a poll if one is due; a change of the pace is told in the log, once.

        Raises Throttled while Meta wants no calls: a pass in which nothing may be read has not succeeded, and hours of
        them must not look like an inbox without news.
        """
        if self._every is not None and not self._is_due(now, self._every):
            return False
        self._begun_at, self._closed = now, None
        self.begin_part()
        return True

    def _is_due(self, now: datetime, every: timedelta) -> bool:
        if self._closed is not None:
            self._closed.check(now)
        percent = self._instagram.calls_used()
        rests = rest(percent, every)
        if rests != self._rests:
            minutes = rests.total_seconds() / 60
            log.info(
                "%s: %s %% of the calls are used; the inbox is read every %.0f min",
                self._account,
                percent,
                minutes,
            )
            self._rests = rests
        if self._begun_at is None or now < self._begun_at or rests <= every:
            return True
        # The lane ticks a little before or after its time: half a tick is none.
        return now - self._begun_at >= rests - every / 2

    def begin_part(self) -> None:
        """Comments and messages each have a look's worth of reading: neither takes the other's."""
        self._read = 0

    def may_read_another(self) -> bool:
        """Whether the budget has room for one more post or conversation in this part; each question counts as one."""
        going_on = may_go_on(self._instagram.calls_used(), self._read)
        self._read += going_on
        return going_on

    def has_time(self) -> bool:
        """Whether there is room for what can wait: slow sweeps, and what is read again without a sign of change."""
        return has_time(self._instagram.calls_used())

    def stay_away(self, error: Throttled, now: datetime) -> None:
        """Meta wants no calls for a while: no poll is due before that."""
        self._closed = _Closed(error, now + timedelta(seconds=error.wait_seconds))
        log.info("%s: the inbox is left alone for %.0f s: %s", self._account, error.wait_seconds, error)

    def stay_away_from_messages(self, error: Throttled, now: datetime) -> None:
        """Messages have limits of their own: comments go on, and tell if the whole account is meant."""
        wait = min(timedelta(seconds=error.wait_seconds), A_LOOK_EVERY)
        self._messages_closed = _Closed(error, now + wait)
        log.info("%s: messages are left alone for %.0f s: %s", self._account, wait.total_seconds(), error)

    def check_messages(self, now: datetime) -> None:
        """Raise Throttled where conversations may not be read in this poll; never where a pass was asked for."""
        if self._every is not None and self._messages_closed is not None:
            self._messages_closed.check(now)


@dataclass(frozen=True)
class _Closed:
    """What Meta said when it wanted no calls, and until when none are made."""

    said: Throttled
    until: datetime

    def check(self, now: datetime) -> None:
        """Raise it again while it holds. A moment more than a day ahead was made before the clock was set back."""
        if now < self.until <= now + timedelta(days=1):
            left, said = self.until - now, self.said
            raise Throttled(str(said), wait_seconds=left.total_seconds(), cure=said.cure, said=said.said)
