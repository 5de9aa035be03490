"""A month's posts against the plan, by segment, and which of them reached people best and worst."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ig_worker.domain.evaluation.wording import median
from ig_worker.domain.month import Month
from ig_worker.domain.share import Share

ON_TIME = timedelta(minutes=5)
"""A post that is out no later than this after its time was on time."""

SETTLED_AFTER = timedelta(hours=48)
"""Meta's figures come with up to two days' delay (`instagram_api.md`, section E)."""

FEWEST_COMPARED = 3
"""With fewer posts measured, none is called the best."""

MOST_SHOWN = 3

NO_SEGMENT = "Tanpa segmen"


@dataclass(frozen=True)
class Planned:
    """A post of the plan; ``published_at`` None while it is not out."""

    segment: str
    status: str
    scheduled_at: datetime
    published_at: datetime | None
    approved: bool


@dataclass(frozen=True)
class Counted:
    """Posts of a plan by what became of them: ``planned`` is the sum of out, failed, waiting and upcoming."""

    planned: int = 0
    approved: int = 0
    on_time: int = 0
    late: int = 0
    failed: int = 0
    waiting: int = 0
    upcoming: int = 0
    cancelled: int = 0

    @property
    def out(self) -> int:
        """Published, whenever."""
        return self.on_time + self.late

    def plus(self, other: Counted) -> Counted:
        """Both together."""
        names = self.__dataclass_fields__
        return Counted(**{name: getattr(self, name) + getattr(other, name) for name in names})


def counted(post: Planned, now: datetime) -> Counted:
    """What became of one post. A cancelled one is no part of the plan any more."""
    if post.status == "cancelled":
        return Counted(cancelled=1)
    approved = int(post.approved or post.status == "published")
    if post.status == "published":
        late = post.published_at is None or post.published_at - post.scheduled_at > ON_TIME
        return Counted(1, approved, on_time=int(not late), late=int(late))
    if post.status == "failed":
        return Counted(1, approved, failed=1)
    past = post.scheduled_at <= now
    return Counted(1, approved, waiting=int(past), upcoming=int(not past))


@dataclass(frozen=True)
class Segment:
    """A segment's posts; ``target`` is how many the month should have, None where nobody set one."""

    name: str
    counted: Counted
    target: int | None


def by_segment(
    planned: Iterable[Planned], targets: Mapping[str, int], month: Month, now: datetime
) -> tuple[Segment, ...]:
    """Each segment's posts: those with a target in their order, then the others by name, last those without one.

    ``targets`` are posts in a week; upper and lower case make no difference, as in the plan. A segment without a target
    is shown as it is written most often.
    """
    sums: dict[str, Counted] = {segment_key(name): Counted() for name in targets}
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for post in planned:
        key = segment_key(post.segment)
        spellings[key][" ".join(post.segment.split()) or NO_SEGMENT] += 1
        sums[key] = sums.get(key, Counted()).plus(counted(post, now))
    names = {key: found.most_common(1)[0][0] for key, found in spellings.items()}
    names |= {segment_key(name): name for name in targets}
    aims = {segment_key(name): month_target(each, month) for name, each in targets.items()}
    others = sorted((key for key in sums if key not in aims), key=lambda key: (not key, key))
    return tuple(Segment(names[key], sums[key], aims.get(key)) for key in (*aims, *others))


def month_target(in_a_week: int, month: Month) -> int:
    """How many posts the month should have: the week's number by the month's weeks, rounded (halves up)."""
    return (2 * in_a_week * len(month.days) + 7) // 14


def segment_key(segment: str) -> str:
    """The same for a segment however it is written."""
    return " ".join(segment.split()).casefold()


def altogether(segments: Iterable[Segment]) -> Counted:
    """The sum of all segments."""
    whole = Counted()
    for segment in segments:
        whole = whole.plus(segment.counted)
    return whole


@dataclass(frozen=True)
class Measured:
    """A post on Instagram with its newest figures; ``read_at`` is when they were read."""

    ig_media_id: str
    published_at: datetime
    read_at: datetime | None
    reach: float | None
    views: float | None = None
    interactions: float | None = None
    segment: str | None = None

    @property
    def rate(self) -> float | None:
        """Interactions of a hundred people reached; None where it cannot be said."""
        return Share(self.interactions, self.reach).of_hundred

    def settled(self, over: bool) -> bool:
        """Whether its figures can be compared: old enough, or the month is over."""
        if self.reach is None:
            return False
        return over or (self.read_at is not None and self.read_at - self.published_at >= SETTLED_AFTER)


@dataclass(frozen=True)
class Ranked:
    """The best and the weakest posts, none of them in both; ``compared`` is among how many."""

    best: tuple[Measured, ...] = ()
    weakest: tuple[Measured, ...] = ()
    compared: int = 0


def ranked(posts: Iterable[Measured], *, over: bool) -> Ranked:
    """The best by interactions per person reached, the weakest by reach.

    The best must have reached at least half of the median: three friends who like a post that nobody saw are no
    success. ``over`` says that the month is over, so that all of its figures count.
    """
    known = [post for post in posts if post.settled(over)]
    if len(known) < FEWEST_COMPARED:
        return Ranked(compared=len(known))
    seen_enough = (median(post.reach or 0 for post in known) or 0) / 2
    good = [
        post for post in known if post.rate is not None and post.rate > 0 and (post.reach or 0) >= seen_enough
    ]
    good.sort(
        key=lambda post: (
            -(post.rate or 0),
            -(post.interactions or 0),
            post.published_at,
            post.ig_media_id,
        )
    )
    best = good[: min(MOST_SHOWN, (len(known) + 1) // 2)]
    rest = [post for post in known if post not in best]
    rest.sort(key=lambda post: (post.reach or 0, post.interactions or 0, post.published_at, post.ig_media_id))
    weakest = rest[: min(MOST_SHOWN, len(known) // 2)]
    return Ranked(tuple(best), tuple(weakest), len(known))


def reach_medians(posts: Sequence[Measured], *, over: bool) -> dict[str, float]:
    """The median reach of each segment's posts, by :func:`segment_key`."""
    found: dict[str, list[float]] = {}
    for post in posts:
        if post.segment is not None and post.reach is not None and post.settled(over):
            found.setdefault(segment_key(post.segment), []).append(post.reach)
    return {key: middle for key, values in found.items() if (middle := median(values)) is not None}
