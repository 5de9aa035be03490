"""How the worker's lanes wait: as the machine's time passes, or until somebody moves a played clock on."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from ig_worker import clock
from ig_worker.clock import PlayedClock

LINE = 80
"""Bytes of the one line in which a lane says how far it has come; always as many, so that no reader sees half of it."""

FOR_EVER = float("inf")


class RealWaits:
    """Waits pass with the machine's time."""

    played = False

    def wait(self, event: threading.Event, tick: float, due: float = FOR_EVER) -> bool:
        """Until the event is set, or so many seconds are over: to the next tick, or to what is due sooner."""
        return clock.wait_for(event, min(tick, due))

    def pause(self, seconds: float) -> None:
        """Wait that long."""
        clock.pause(seconds)

    def stopwatch(self) -> float:
        """Seconds since some fixed moment."""
        return clock.stopwatch()


class PlayedWaits:
    """Waits pass with a played clock, and say how far they have come, so that whoever moves it knows when to go on.

    Each lane has a file of its own in `folder`, named after it: ``busy``, or ``waits DUE SEEN LOOKS``. DUE is the
    moment at which it has something to do (``-``: only its usual tick, which takes place after whatever step the clock
    makes), SEEN what the clock showed when it looked last, LOOKS how often it has looked: whoever was rung meanwhile
    wakes before the next look. Once every lane that waits has SEEN the clock's moment, and has looked again, all that
    is due at that moment has been done.
    """

    played = True

    def __init__(self, played_clock: PlayedClock, folder: Path, *, look_seconds: float = 0.001) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._clock = played_clock
        self._folder = folder
        self._look_seconds = look_seconds
        self._own = threading.local()
        self._waiting: list[_Waiting] = []
        self._at_the_list = threading.Lock()
        self._looks_out = False
        self._broken: Exception | None = None

    def wait(self, event: threading.Event, tick: float, due: float = FOR_EVER) -> bool:
        """Until the event is set, or so many seconds are over: to the next tick, or to what is due sooner."""
        return self._wait(event, tick, due)

    def pause(self, seconds: float) -> None:
        """Wait that long. A thread that is no lane's waits for the machine's time to pass."""
        if hasattr(self._own, "page"):
            self._wait(threading.Event(), FOR_EVER, seconds)
        else:
            clock.pause(seconds)

    def stopwatch(self) -> float:
        """Seconds of the played clock since some fixed moment."""
        return self._clock.now().timestamp()

    def _wait(self, event: threading.Event, tick: float, due: float) -> bool:
        begun = self._clock.now()
        until = min((_after(begun, seconds) for seconds in (tick, due)), key=lambda at: at or _NEVER)
        if not hasattr(self._own, "page"):
            file = self._folder / threading.current_thread().name
            self._own.page = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        waiting = _Waiting(self._own.page, event, until or _NEVER, _after(begun, due))
        with self._at_the_list:
            # One that was rung while it worked does not wait at all.
            if not waiting.look(begun):
                self._waiting.append(waiting)
                if not self._looks_out:
                    self._looks_out = True
                    threading.Thread(target=self._look_out, name="played clock", daemon=True).start()
        waiting.woken.acquire()
        if self._broken is not None:
            raise self._broken
        return waiting.rung

    def _look_out(self) -> None:
        """Look for all lanes: each looking for itself, a thousand times a second, would hold up those that work."""
        try:
            mark, now = self._clock.mark(), self._clock.now()
            while True:
                clock.pause(self._look_seconds)
                if (moved := self._clock.mark()) != mark:
                    mark, now = moved, self._clock.now()
                with self._at_the_list:
                    self._waiting = [waiting for waiting in self._waiting if not waiting.look(now)]
        except Exception as error:  # noqa: BLE001  # the lanes raise it: a worker whose clock is gone must end
            with self._at_the_list:
                self._broken = error
                for waiting in self._waiting:
                    waiting.woken.release()
                self._waiting = []
                self._looks_out = False


class _Waiting:
    """A lane that waits, and the page on which it says so."""

    def __init__(self, page: int, event: threading.Event, until: datetime, wanted: datetime | None) -> None:
        self.woken = threading.Lock()
        self.woken.acquire()
        self.rung = False
        self._page = page
        self._event = event
        self._until = until
        self._wanted = wanted.isoformat() if wanted else "-"
        self._looks = 0

    def look(self, now: datetime) -> bool:
        """Wake the lane where it was rung or its time has come, and say whether; else say that it still waits."""
        self.rung = self._event.is_set()
        if self.rung or now >= self._until:
            self._say("busy")
            self.woken.release()
            return True
        self._looks += 1
        self._say(f"waits {self._wanted} {now.isoformat()} {self._looks}")
        return False

    def _say(self, words: str) -> None:
        os.pwrite(self._page, words.ljust(LINE - 1).encode() + b"\n", 0)


_NEVER = datetime.max.replace(tzinfo=UTC)


def _after(begun: datetime, seconds: float) -> datetime | None:
    return None if seconds == FOR_EVER else begun + timedelta(seconds=seconds)


class PlayedTicks:
    """What ticks by a played clock: however far it was moved, each tick that fell into the step takes place once.

    It has the words that the lanes use of `schedule`, which goes by the machine's time only. What is due at one moment
    is done in the order in which it was named, as one pass of every job does it.
    """

    def __init__(self, stopwatch: Callable[[], float]) -> None:
        self._stopwatch = stopwatch
        self._ticks: list[_Tick] = []

    def every(self, seconds: float) -> _Tick:
        """Something to be done every so many seconds, from now on."""
        tick = _Tick(seconds, self._stopwatch)
        self._ticks.append(tick)
        return tick

    def run_all(self) -> None:
        """Do all of it now."""
        for tick in self._ticks:
            tick.run()

    def run_pending(self) -> None:
        """Do what its time has come for."""
        now = self._stopwatch()
        for tick in self._ticks:
            if tick.next_at <= now:
                tick.run()

    @property
    def idle_seconds(self) -> float | None:
        """Until the next tick, less than nothing where it is overdue; None where nothing ticks."""
        next_at = min((tick.next_at for tick in self._ticks), default=None)
        return None if next_at is None else next_at - self._stopwatch()

    @property
    def set_back(self) -> bool:
        """Whether one waits for longer than it ever has to: the clock was set back."""
        now = self._stopwatch()
        return any(tick.next_at - now > tick.longest for tick in self._ticks)


class _Tick:
    def __init__(self, every: float, stopwatch: Callable[[], float]) -> None:
        self._every = every
        self._stopwatch = stopwatch
        self._act: Callable[[], object] = tuple
        self.next_at = stopwatch() + every

    @property
    def longest(self) -> float:
        """So many seconds after its end it takes place again, and a moment for rounding."""
        return self._every + 1.0

    @property
    def seconds(self) -> _Tick:
        """The unit, as `schedule` has it said."""
        return self

    def do(self, act: Callable[..., object], *words: object) -> None:
        """What is to be done."""
        self._act = partial(act, *words)

    def run(self) -> None:
        """Do it; the next time is counted from its end, as `schedule` counts."""
        self._act()
        self.next_at = self._stopwatch() + self._every
