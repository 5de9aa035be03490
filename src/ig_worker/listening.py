"""Hears of every call to Instagram: that a thread advances, and what time it really is."""

from __future__ import annotations

from ig_worker.pulse import Pulse
from ig_worker.true_time import TrueTime


class Listener:
    """Satisfies the ``Listener`` of the Graph API's session; `time` is None where the clock is a played one."""

    def __init__(self, pulse: Pulse, time: TrueTime | None) -> None:
        self._pulse = pulse
        self._time = time

    def calling(self, seconds: float) -> None:
        """A call begins that may take so long."""
        self._pulse.may_be_silent(seconds)

    def answered(self, date: str, seconds: float) -> None:
        """It was answered."""
        self._pulse.felt()
        if self._time is not None:
            self._time.answered(date, seconds)
