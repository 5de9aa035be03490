"""What the worker's lanes are made of: jobs, and the work of several accounts that goes on at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Any

from ig_worker.clock import stopwatch
from ig_worker.domain.errors import IgWorkerError, SeveralFailed
from ig_worker.flows.ports import Clock
from ig_worker.store.database import StorageError

log = logging.getLogger(__name__)

LANES = ("publish", "prepare", "plan", "people", "notices", "rest", "health")
"""One thread each, which never wait for each other: a hanging poll never delays a post, nor does a slow container, a
mute mail server delays no answer to a person, a long night of figures no picture of tomorrow's plan, and nothing of it
the look at whether all of them advance."""

PATIENCE = 1.0
"""Seconds that a pass waits for the accounts' work before it lets the slow ones go on by themselves."""

GIVEN_WAY = timedelta(seconds=0.5)
"""How long work that gives way leaves the machine to what goes before it."""

MOST_AT_ONCE = 20
"""Accounts that work at one moment."""


@dataclass(frozen=True)
class Job:
    """A job as ``run``, ``run-once``, ``status`` and the logs name it. ``every`` in seconds.

    ``under_way`` are threads of its own that go on after its passes; a stop waits for them as for the lanes, after it
    has told the job by ``give_up`` that they are not wanted any more.
    """

    name: str
    lane: str
    every: float
    run: Callable[[], None]
    next_moment: Callable[[], datetime | None] = field(default=lambda: None)
    under_way: Callable[[], Sequence[threading.Thread]] = field(default=tuple)
    give_up: Callable[[], object] = field(default=tuple)


def in_turn(steps: Iterable[Callable[[], Any]]) -> Callable[[], None]:
    """Run every step, whatever became of those before; raise what failed at the end."""
    kept = tuple(steps)

    def run() -> None:
        failed: list[Exception] = []
        for step in kept:
            try:
                step()
            except Exception as error:  # noqa: BLE001  # one account's trouble is not the other accounts'
                failed.append(_noted(error))
        _raise(failed)

    return run


def about(account: str, act: Callable[[], Any]) -> Callable[[], None]:
    """The same act, whose errors say of which account they are."""

    def run() -> None:
        try:
            act()
        except IgWorkerError as error:
            for each in error.each:
                each.account = each.account or account
            raise

    return run


def _raise(failed: Sequence[Exception]) -> None:
    """Raise what failed, if anything did: all of it where there is more, for each may need a person of its own."""
    known = [error for error in failed if isinstance(error, IgWorkerError)]
    if len(known) > 1:
        raise SeveralFailed(known)
    if failed:
        raise failed[0]


def earliest(moments: Iterable[datetime | None]) -> datetime | None:
    """The first of them, None where there is none."""
    return min((moment for moment in moments if moment is not None), default=None)


def first_of(*moments: Callable[[], datetime | None]) -> datetime | None:
    """The earliest of what they say when they are asked."""
    return earliest(moment() for moment in moments)


@dataclass(frozen=True)
class Work:
    """What is to be done for one account, and when next; ``None`` for nothing."""

    account: str
    run: Callable[[], object]
    next_moment: Callable[[], datetime | None]


class AtOnce:
    """The same work for several accounts, each in a thread of its own while it has something due.

    The threads end with their work, so an idle worker has none of them; a single account works in the lane's own. A
    pass waits for them a moment only (`patience`, in seconds): an account that hangs keeps no other one waiting, and
    what went wrong with it is raised by the pass after that. `ended` is called when one comes to an end that nobody
    waits for any more. Nothing is begun while `gives_way` says that something more urgent needs the machine, and no
    more than `places` of them work at one moment.
    """

    def __init__(
        self,
        works: Sequence[Work],
        clock: Clock,
        ended: Callable[[], object],
        gives_way: Callable[[], bool] = lambda: False,
        *,
        places: int = MOST_AT_ONCE,
        patience: float = PATIENCE,
    ) -> None:
        self._works = works
        self._gives_way = gives_way
        self._clock = clock
        self._ended = ended
        self._running: dict[str, threading.Thread] = {}
        self._waited_for = True
        self._seen: tuple[datetime | None] | None = None
        self._places = threading.BoundedSemaphore(places)
        self._patience = patience
        self._failed: SimpleQueue[Exception] = SimpleQueue()

    def run(self) -> None:
        """One pass: what is due now is begun, and waited for a moment. Raises all that has failed since the last."""
        self._seen = None
        if self._gives_way():
            return
        self._waited_for = True
        moments: list[datetime | None] = []
        begun = False
        for work in self._free():
            # Begun before the next account is looked at: twenty looks take a moment, too.
            moment = work.next_moment()
            # "At once" is a moment too, and it is not later than the clock that is read after it.
            if moment is None or moment > self._clock.now():
                moments.append(moment)
                continue
            begun = True
            if len(self._works) == 1:
                self._do(work)
                break
            # Not to be waited for at the end of the process: what is under way is settled at the next start.
            thread = threading.Thread(target=self._do, args=(work,), name=work.account, daemon=True)
            self._running[work.account] = thread
            thread.start()
        if not begun and not self._running:
            self._seen = (earliest(moments),)
        self._wait()
        failed = []
        while not self._failed.empty():
            failed.append(self._failed.get())
        _raise(failed)

    def next_moment(self) -> datetime | None:
        """When there is something to do next for an account that is not at work."""
        seen, self._seen = self._seen, None
        # Asked right after a pass that found nothing: a look costs as much as all the rest of an idle worker.
        if seen is not None:
            return seen[0]
        if self._gives_way():
            return self._clock.now() + GIVEN_WAY
        return earliest(work.next_moment() for work in self._free())

    def under_way(self) -> list[threading.Thread]:
        """The threads of the accounts that are at work now."""
        return [thread for thread in self._running.values() if thread.is_alive()]

    def _free(self) -> list[Work]:
        self._running = {name: thread for name, thread in self._running.items() if thread.is_alive()}
        return [work for work in self._works if work.account not in self._running]

    def _wait(self) -> None:
        begun = stopwatch()
        for thread in self._running.values():
            thread.join(max(0.0, self._patience - (stopwatch() - begun)))
        self._waited_for = False

    def _do(self, work: Work) -> None:
        try:
            with self._places:
                about(work.account, work.run)()
        except Exception as error:  # noqa: BLE001  # the lane raises it
            self._failed.put(_noted(error))
        finally:
            if not self._waited_for:
                self._ended()


def _noted(error: Exception) -> Exception:
    if not isinstance(error, IgWorkerError | StorageError):
        log.error("a step of a job failed in a way nobody foresaw", exc_info=error)
    return error
