"""When a post waits a little: late ones go out one by one, never more than Meta allows a day, and tries come slower.

After an outage the posts whose time has passed must not go out in a burst, which looks like spam to Instagram and to
people (``instagram_api.md``, section B: 4/2207051); posts that are on time are never delayed. The publishing limit is
enforced when a post is published (9/2207042); the last reading of it tells beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Decision, Publication, Rules, Step, wanted_at

ON_TIME = timedelta(seconds=60)
"""A post seen no later than this after its time is on time."""

READ_EVERY = timedelta(minutes=10)
"""So old may the reading of the publishing limit become, and so long a post waits where the limit is used up."""

BELIEVED_FOR = timedelta(minutes=30)
"""An older reading says nothing any more: Meta itself will say whether there is room."""


def is_late(post: Publication, decision: Decision, seen_at: datetime) -> bool:
    """Whether a post that could go out now was seen too late for it to be on time."""
    return decision.step is Step.PUBLISH and seen_at > wanted_at(post) + ON_TIME


def in_turn(
    decision: Decision, post: Publication, seen_at: datetime, last_out: datetime | None, rules: Rules
) -> Decision:
    """The decision, unless it is to publish a late post while the account's last one is too recent.

    `seen_at` is when the pass began that looks at the post, so that posts of one minute, which go out one after the
    other, do not make each other late. `last_out` is when the account published last, or tried to.
    """
    if last_out is None or not is_late(post, decision, seen_at):
        return decision
    turn = last_out + rules.late_spacing
    return Decision(Step.WAIT, turn) if seen_at < turn else decision


def setback_delay(post: Publication, stretch: float = 1.0) -> timedelta:
    """How long to leave a call that failed alone: half a minute at first, doubling to a quarter of an hour.

    Every try may have made a container that nobody sees, and there are 400 a day (section B). `stretch` is drawn by
    chance around 1, so that the accounts do not all come back at one moment.
    """
    return min(timedelta(seconds=30) * (1 << min(post.questions, 6)), timedelta(minutes=15)) * stretch


def remake_delay(post: Publication, stretch: float = 1.0) -> timedelta:
    """How long to wait before a container that went bad is made again: not at first, then a minute, then four."""
    return (
        timedelta(seconds=60) * (4 ** (post.containers_made - 2) if post.containers_made > 1 else 0) * stretch
    )


def poll_delay(post: Publication, now: datetime) -> timedelta:
    """How long to leave a container alone: 5 seconds at first, growing with its age to a minute."""
    age = now - post.container_at if post.container_at is not None else timedelta(0)
    return min(max(age / 3, timedelta(seconds=5)), timedelta(seconds=60))


@dataclass(frozen=True)
class Allowance:
    """What was read of the publishing limit, and how many posts that count went out since then."""

    used: int
    total: int
    read_at: datetime
    since: int = 0

    @property
    def left(self) -> int:
        """How many posts may still go out; never less than 0."""
        return max(self.total - self.used - self.since, 0)


def must_wait(post: Publication, allowance: Allowance | None, now: datetime) -> bool:
    """Whether the limit is known to be used up. Of stories nobody says whether they count: Meta is asked by trying."""
    if allowance is None or post.kind is Kind.STORY or now - allowance.read_at > BELIEVED_FOR:
        return False
    return allowance.left == 0
