"""Makes the round of all checks at once, and gives their findings in the order in which things are put right."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.errors import IgWorkerError

log = logging.getLogger(__name__)

WHOLE_SECONDS = 25.0
"""So long the whole round takes at most, even if nothing anywhere answers."""


@dataclass(frozen=True)
class Look:
    """One thing to look at: the check's name, for whose sake (an account, a channel), and how."""

    check: str
    at: Callable[[], Iterable[Finding]]
    of: str = ""


class Stopwatch(Protocol):
    """Seconds since some fixed moment."""

    def __call__(self) -> float: ...


def the_round(
    looks: Sequence[Look], stopwatch: Stopwatch, seconds: float = WHOLE_SECONDS
) -> Iterator[tuple[Look, list[Finding]]]:
    """Each look with what it found, in the order given, as soon as it and those before it are done.

    Each is in a thread of its own, which does not keep the process alive: one that is not done in time, or that stops
    with an error of its own, is a finding and holds nobody up.
    """
    begun = stopwatch()
    answers: list[queue.SimpleQueue[list[Finding]]] = []
    for look in looks:
        answer: queue.SimpleQueue[list[Finding]] = queue.SimpleQueue()
        answers.append(answer)
        threading.Thread(target=_look, args=(look, answer), name=look.check, daemon=True).start()
    for look, answer in zip(looks, answers, strict=True):
        left = max(0.0, begun + seconds - stopwatch())
        try:
            yield look, answer.get(timeout=left)
        except queue.Empty:
            yield look, [found(look.check, "unfinished", of=look.of, seconds=round(seconds))]


def _look(look: Look, answer: queue.SimpleQueue[list[Finding]]) -> None:
    try:
        findings = list(look.at())
    except IgWorkerError as error:
        findings = [found(look.check, "said", of=look.of, said=str(error), advice=error.cure)]
    except Exception as error:  # a check that breaks is a finding like others
        log.debug("the check %s broke", look.check, exc_info=True)
        findings = [found(look.check, "crashed", of=look.of, error=type(error).__name__)]
    answer.put(findings)
