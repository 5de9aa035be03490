"""Every single and double fault at every call of a post with a first comment: nothing twice, nothing unexplained.

A history is the same as without the second fault until the call at which that one strikes; so the doubles are all
pairs of a first fault and a second one at a call which the first one's history really reaches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database, outbox, plan_post
from fakes.double_faults import is_played
from fakes.fake_instagram import FAULTS, FakeInstagram, FaultPlan, Killed
from ig_worker.domain import reply
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import ACTIVE, Rules, Status
from ig_worker.flows.publishing.first_comments import FirstComments
from ig_worker.flows.publishing.publisher import Publisher
from ig_worker.store import first_comments, journal, notices, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import StoredPost

RULES = Rules(prepare_ahead=timedelta(hours=1), late_after=timedelta(hours=2))
HORIZON = timedelta(hours=8)
WORDS = "Daftar lewat tautan di bio ya, Bunda 🌸"
KINDS = [kind for kind in Kind if kind is not Kind.STORY]


class History:
    """One post and its first comment on their way through one plan of faults, to the end of both."""

    def __init__(self, kind: Kind, plan: dict[int, str]) -> None:
        self.kind = kind
        self.plan = plan
        self.clock = HandClock(START - timedelta(hours=2))
        self.instagram = FakeInstagram(self.clock, faults=FaultPlan(plan))
        self.comment = ""

    def play(self) -> str:
        """Play it; returns what is wrong with it, or nothing."""
        with bench_database() as database:
            with database.writing() as connection:
                post_id = plan_post(connection, self.kind, at=START, first_comment=WORDS)
            publisher, comments = self._flows(database)
            while self.clock.now() < START + HORIZON:
                for flow in (publisher, comments):
                    try:
                        flow.run()
                    except Killed:
                        publisher, comments = self._flows(database)
                        break
                    except IgWorkerError:
                        pass  # a job that fails is tried again at the next tick
                with database.reading() as connection:
                    post = posts.get(connection, post_id)
                    assert post is not None
                    if self._at_the_end(connection, post):
                        break
                moments = [moment for flow in (publisher, comments) if (moment := flow.next_moment())]
                wake = min(moments, default=self.clock.now() + timedelta(minutes=10))
                self.clock.move_to(max(wake, self.clock.now() + timedelta(seconds=5)))
            with database.reading() as connection:
                letters = [notice.row.title for notice in notices.due(connection, self.clock.now())]
                wrong = self._judge(post, letters)
                lines = [line.what for line in journal.of(connection, f"post:{post_id}")]
            return f"{wrong}: {lines}" if wrong else ""

    def _flows(self, database: Database) -> tuple[Publisher, FirstComments]:
        team = outbox("content_team")
        publisher = Publisher(ACCOUNT, database, self.instagram, PlainStaging(), team, self.clock, RULES)
        return publisher, FirstComments(ACCOUNT, database, self.instagram, team, self.clock, reply.Rules())

    def _at_the_end(self, connection: Connection, post: StoredPost) -> bool:
        found = first_comments.of(connection, post.id)
        self.comment = found.status if found is not None else ""
        if max(self._seen()) > 1:
            return True
        under_way = self.comment in reply.ACTIVE or bool(first_comments.wanted(connection, ACCOUNT))
        return not under_way and post.publication.status not in ACTIVE and not post.row.permalink_next_at

    def _seen(self) -> tuple[int, int]:
        """How many posts and how many first comments the world sees."""
        return len(self.instagram.published), len(self.instagram.comments_made)

    def _judge(self, post: StoredPost, letters: list[str]) -> str:
        status, seen = post.publication.status, self._seen()
        told = len([title for title in letters if "Komentar pertama" in title])
        end = f"post {status}, comment {self.comment or 'none'}, seen {seen}, told {told} times"
        if max(seen) > 1:
            return f"twice: {end}"
        if status is Status.FAILED:
            explained = post.publication.last_error and "refused" in self.plan.values()
            return "" if explained and seen == (0, 0) and not self.comment else end
        if status is not Status.PUBLISHED or seen[0] != 1:
            return end
        if self.kind is Kind.STORY:
            return end if self.comment or seen[1] else ""
        if self.comment == reply.Status.SENT:
            return "" if seen[1] == 1 and told == 0 else end
        refused = self.comment == reply.Status.FAILED and seen[1] == 0 and "refused" in self.plan.values()
        unsure = self.comment == reply.Status.UNCONFIRMED and len(self.plan) > 1
        found = self.comment == reply.Status.SKIPPED and seen[1] == 1
        explained = (refused or unsure) and told == 1
        return "" if explained or (found and told == 0) else end


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


@pytest.mark.parametrize("kind", KINDS)
def test_every_single_fault_at_every_call_ends_in_one_post_and_at_most_one_comment(kind: Kind) -> None:
    wrong: dict[str, str] = {}
    ends: Counter[str] = Counter()
    for history in singles(kind):
        if found := history.play():
            wrong[str(history.plan)] = found
        ends[history.comment] += 1
    assert wrong == {}
    assert ends["sent"] > 0.7 * ends.total()


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_double_fault_at_every_call_ends_in_one_post_and_at_most_one_comment(
    kind: Kind, fault: str
) -> None:
    """The doubles whose first fault is this one: all together they are too many for one test's time."""
    wrong: dict[str, str] = {}
    ends: Counter[str] = Counter()
    for first in singles(kind):
        if first.plan and fault not in first.plan.values():
            continue
        first.play()
        for second in doubles(first) if first.plan else ():
            if found := second.play():
                wrong[str(second.plan)] = found
            ends[second.comment] += 1
    print(f"{kind}, first {fault}: {ends.total()} double faults played, first comments: {dict(ends)}")
    assert wrong == {}
    assert ends.total() > 5


def test_an_undisturbed_post_takes_its_comment_with_one_call_more() -> None:
    history = History(Kind.IMAGE, {})
    assert history.play() == ""
    assert history.instagram.calls.count("comment_on_media") == 1
    assert not {"comments", "media_with_counts"} & set(history.instagram.calls)
    assert history.instagram.comments_made == [(history.instagram.published[0].ig_id, WORDS)]


def test_a_story_takes_none() -> None:
    history = History(Kind.STORY, {})
    assert history.play() == ""
    assert "comment_on_media" not in history.instagram.calls
