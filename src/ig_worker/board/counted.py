"""What the board counts of itself, beside how things stand: the figures that Prometheus fetches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from ig_worker.clock import stopwatch

KEPT_SECONDS = 5.0
"""So long an answer of the database counts: whoever asks more often learns nothing new and costs nothing."""

NO_WAY = "none"
"""The way and method of a request that fits none of ours: what was typed is never shown."""

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 10.0)


class Counted:
    """Counts since the process began, from any thread; `standing` asks the database how things stand."""

    def __init__(self, standing: Callable[[], Iterable[Metric]]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Kept(standing))
        ProcessCollector(registry=self._registry)
        self._answers = Counter(
            "igworker_board_requests",
            "Requests to the board, by the pattern of the way that was taken.",
            ("method", "way", "status"),
            registry=self._registry,
        )
        self._took = Histogram(
            "igworker_board_request_seconds",
            "How long the board took until its answer was sent.",
            ("way",),
            buckets=_SECONDS,
            registry=self._registry,
        )

    def answered(self, method: str, way: str, status: int, seconds: float) -> None:
        """A request was answered; `way` is a pattern of ours, never an address that somebody typed."""
        self._answers.labels(method, way, str(status)).inc()
        self._took.labels(way).observe(seconds)

    def lost(self, status: int) -> None:
        """A request fitted none of our ways; how and whither is known to whoever made it."""
        self._answers.labels(NO_WAY, NO_WAY, str(status)).inc()

    def written(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Kept(Collector):
    """The answer of the database, asked for every few seconds at most and by one thread at a time."""

    def __init__(self, ask: Callable[[], Iterable[Metric]]) -> None:
        self._ask = ask
        self._known: Sequence[Metric] = ()
        self._asked_at: float | None = None
        self._asking = threading.Lock()

    def collect(self) -> Iterable[Metric]:
        """What was known at most a few seconds ago."""
        with self._asking:
            if self._asked_at is None or stopwatch() - self._asked_at >= KEPT_SECONDS:
                self._known = list(self._ask())
                self._asked_at = stopwatch()
            return self._known
