"""Every single and double fault at every call of a publication: never two posts, never a lost one.

A history is the same as without the second fault until the call at which that one strikes; so the doubles are all
pairs of a first fault and a second one at a call which the first one's history really reaches.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database, outbox, plan_post
from fakes.double_faults import is_played
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import ACTIVE, Rules, Status
from ig_worker.flows.publishing.publisher import Publisher
from ig_worker.store import journal, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

RULES = Rules(prepare_ahead=timedelta(hours=1), late_after=timedelta(hours=2))
HORIZON = timedelta(hours=8)


class History:
    """One post's way through one plan of faults, to its end."""

    def __init__(self, kind: Kind, plan: dict[int, str]) -> None:
        self.kind = kind
        self.plan = plan
        self.clock = HandClock(START - timedelta(hours=2))
        self.instagram = FakeInstagram(self.clock, faults=FaultPlan(plan))
        self.staging = PlainStaging()

    def play(self) -> str:
        """Play it; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            with database.writing() as connection:
                post_id = plan_post(connection, self.kind, at=START)
            publisher = self._publisher(database)
            while self.clock.now() < START + HORIZON:
                try:
                    publisher.run()
                except Killed:
                    publisher = self._publisher(database)
                except IgWorkerError:
                    pass  # a job that fails is tried again at the next tick
                with database.reading() as connection:
                    post = posts.get(connection, post_id)
                assert post is not None
                ended = post.publication.status not in ACTIVE and post.row.permalink_next_at is None
                if ended or len(self.instagram.published) > 1:
                    break
                wake = publisher.next_moment() or self.clock.now() + timedelta(minutes=10)
                self.clock.move_to(max(wake, self.clock.now() + timedelta(seconds=5)))
            wrong = self._judge(post)
            if not wrong:
                return ""
            with database.reading() as connection:
                return f"{wrong}: {[line.what for line in journal.of(connection, f'post:{post_id}')]}"

    def _publisher(self, database: Database) -> Publisher:
        return Publisher(
            ACCOUNT, database, self.instagram, self.staging, outbox("content_team"), self.clock, RULES
        )

    def _judge(self, post: StoredPost) -> str:
        status, seen = post.publication.status, self.instagram.published
        if len(seen) > 1:
            return f"{len(seen)} posts"
        if status is Status.PUBLISHED:
            if [media.ig_id for media in seen] != [post.publication.media_id]:
                return "published, but not what the world sees"
            if self.kind is Kind.CAROUSEL and len(seen[0].spec.children) != 3:
                return "a carousel with a child missing"
            return f"still served: {self.staging.staged}" if self.staging.staged else ""
        refused = status is Status.FAILED and not seen and "refused" in self.plan.values()
        return "" if refused and post.publication.last_error else f"{status} with {len(seen)} seen"


def singles(kind: Kind) -> Iterator[History]:
    """Every fault at every call that an undisturbed history makes, and the undisturbed one."""
    calm = History(kind, {})
    yield calm
    for call in count(1):
        if call > len(calm.instagram.calls):
            return
        yield from (History(kind, {call: fault}) for fault in FAULTS)


def doubles(first: History) -> Iterator[History]:
    """The second faults at every later call of a played history that this run plays."""
    (struck,) = first.plan
    for call in range(struck + 1, len(first.instagram.calls) + 1):
        for fault in FAULTS:
            if is_played(first.kind, first.plan, call, fault):
                yield History(first.kind, {**first.plan, call: fault})


@pytest.mark.parametrize("kind", list(Kind))
def test_every_single_fault_at_every_call_ends_in_exactly_one_post(kind: Kind) -> None:
    wrong = {str(history.plan): found for history in singles(kind) if (found := history.play())}
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.STORY])
def test_every_double_fault_at_every_call_ends_in_exactly_one_post(kind: Kind) -> None:
    # A carousel and a reel are played together with their first comments (test_flow_first_comments_crashes).
    wrong: dict[str, str] = {}
    played = 0
    for first in singles(kind):
        first.play()
        for second in doubles(first) if first.plan else ():
            played += 1
            if found := second.play():
                wrong[str(second.plan)] = found
    print(f"{kind}: {played} double faults played")
    assert wrong == {}
    assert played > 60
