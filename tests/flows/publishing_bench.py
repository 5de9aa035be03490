"""One publisher at its bench: a clock in the hand, an Instagram in memory, a real database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database, outbox, plan_post
from fakes.fake_instagram import FakeInstagram, FaultPlan
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Rules
from ig_worker.flows.publishing.publisher import Publisher
from ig_worker.store import notices, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

RULES = Rules(prepare_ahead=timedelta(hours=1), late_after=timedelta(hours=2))


class Middle:
    """No chance at all."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


class _FaultsByName(FaultPlan):
    """Faults for the calls of one name: they hold whatever else is called in between."""

    def __init__(
        self, instagram: FakeInstagram, call: str, begun: int, faults: Sequence[str | BaseException]
    ) -> None:
        class Plan(dict[int, str | BaseException]):
            def get(self, number: int, default: Any = None) -> Any:
                calls = instagram.calls[:number]
                place = calls.count(call) - begun - 1
                struck = calls[-1] == call and place < len(faults)
                return faults[place] if struck else default

        super().__init__(Plan())


class PublishingBench:
    """Posts are due at ``START``; the clock stands ten minutes before it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock(START - timedelta(minutes=10))
        self.instagram = FakeInstagram(self.clock)
        self.staging = PlainStaging()
        self.publisher = self.another_publisher()

    def another_publisher(self, **options: Any) -> Publisher:
        return Publisher(
            ACCOUNT,
            self.database,
            options.pop("instagram", self.instagram),
            self.staging,
            outbox("content_team", "partners"),
            self.clock,
            RULES,
            **{"chance": Middle(), **options},
        )

    def plan(self, kind: Kind = Kind.IMAGE, *, at: datetime = START, key: str = "P-01", **values: Any) -> int:
        with self.database.writing() as connection:
            return plan_post(connection, kind, at=at, key=key, **values)

    def fail(self, call: str, *faults: str | BaseException) -> None:
        """Order faults for the next calls of this name, one each; the rest goes well."""
        begun = self.instagram.calls.count(call)
        self.instagram.faults = _FaultsByName(self.instagram, call, begun, faults)

    def fail_at(self, number: int, fault: str | BaseException) -> None:
        """Order a fault for the call of this number from now, whatever it is."""
        self.instagram.faults = FaultPlan({len(self.instagram.calls) + number: fault})

    def go_on(self, until: datetime) -> list[IgWorkerError]:
        """Run whenever something is due, as the worker does; returns the errors that stopped passes."""
        errors = []
        while True:
            try:
                self.publisher.run()
            except IgWorkerError as error:
                errors.append(error)
            wake = self.publisher.next_moment()
            if wake is None or wake > until:
                self.clock.move_to(until)
                return errors
            self.clock.move_to(max(wake, self.clock.now() + timedelta(seconds=5)))

    def post(self, post_id: int) -> StoredPost:
        with self.database.reading() as connection:
            found = posts.get(connection, post_id)
        assert found is not None
        return found

    def status(self, post_id: int) -> str:
        return self.post(post_id).publication.status.value

    def letters(self, team: str = "content_team") -> list[tuple[str, str]]:
        """(title, body) of what lies in the outbox for a team."""
        with self.database.reading() as connection:
            due = notices.due(connection, self.clock.now())
        return [(notice.row.title, notice.row.body) for notice in due if notice.row.team == team]


@contextmanager
def publishing_bench() -> Iterator[PublishingBench]:
    """A bench without any posts."""
    with bench_database() as database:
        yield PublishingBench(database)
