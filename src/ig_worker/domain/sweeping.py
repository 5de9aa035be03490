"""Which posts' comments are read now, in which order, and how many comments may be called gone afterwards.

Meta's count of comments tells what changed; what it cannot tell (an edit, one comment gone and another come) is looked
for now and then (`instagram_api.md`, section C). Nothing here is a guess about time of day: only ages count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ig_worker.domain.instagram import Media

AHEAD = timedelta(minutes=5)
"""What was noted so far ahead of now was noted by a wrong clock; in the usual course clocks are set by less."""


@dataclass(frozen=True)
class Rhythm:
    """How often posts are read although nothing in the list of posts says that they changed."""

    young: timedelta = timedelta(days=7)
    """What is younger is written under the most."""
    young_again: timedelta = timedelta(hours=6)
    old_again: timedelta = timedelta(days=7)
    at_once: int = 2
    """So many posts at most are swept slowly in one pass: what is new never waits for them."""
    soon: timedelta = timedelta(minutes=2)
    """Where the list does not bear out the count (it may lag), the first look again; each further one waits as long
    again as all before it."""
    withheld: timedelta = timedelta(minutes=10)
    """Where there is no count."""
    withheld_old: timedelta = timedelta(hours=1)
    late_old: timedelta = timedelta(days=1)
    whole: timedelta = timedelta(minutes=30)
    """Within this time after a whole reading a further one may end as soon as all that is announced is known."""
    place: timedelta = timedelta(hours=1)
    """How long a noted cursor is good for."""
    unseen: timedelta = timedelta(hours=1)
    """How long comments must be out of sight before people are told."""


@dataclass(frozen=True)
class Sweep:
    """What is remembered of the readings of one post's comments."""

    announced: int | None = None
    """Meta's count when they were read last; None where it was withheld."""
    seen: int = 0
    """How many of them are known to us and not gone."""
    counted_at: datetime | None = None
    """Since when the two numbers above stand."""
    at: datetime | None = None
    """When all were read last; None before that, and where a reading is wanted at once."""
    after: str = ""
    """Where a reading that was broken off goes on."""
    begun_at: datetime | None = None
    """When that reading began; None where none is broken off."""
    noted_at: datetime | None = None
    unseen_since: datetime | None = None
    """Comments have been announced since then, and none could be seen."""
    unseen_told_at: datetime | None = None

    @property
    def hidden(self) -> int:
        """How many comments are announced and were never seen (those of restricted people, for example)."""
        return max(0, (self.announced or 0) - self.seen)

    def has_caught_up(self, count: int | None) -> bool:
        """Whether a new count is what was known already: of what came while it was read, the count was behind.

        A count that still lacked some of what is listed at a further look does not have them at all; it rose by others.
        """
        if self.announced is None or self.at is None or self.counted_at is None:
            return False
        return self.announced < self.seen == count and self.at <= self.counted_at

    def by_this_clock(self, now: datetime) -> Sweep:
        """Without what lies ahead of now: until then nothing would be looked for again."""
        noted = [moment for moment in (self.at, self.counted_at) if moment is not None]
        sweep = replace(self, at=None, counted_at=None) if noted and max(noted) > now + AHEAD else self
        if sweep.unseen_since is not None and sweep.unseen_since > now:
            sweep = replace(sweep, unseen_since=now)
        return sweep

    def place(self, now: datetime, rhythm: Rhythm) -> tuple[datetime, str] | None:
        """When the broken-off reading began and where it goes on, while its cursor can still be good."""
        if self.begun_at is None or self.noted_at is None or not self.after:
            return None
        return (self.begun_at, self.after) if timedelta(0) <= now - self.noted_at <= rhythm.place else None


@dataclass(frozen=True)
class Look:
    """A post to be read. One that need not be ``whole`` ends as soon as all that is announced is known."""

    media: Media
    last: Sweep
    whole: bool = True
    can_wait: bool = False
    """Nothing says that anything changed."""


def due(listed: Iterable[tuple[Media, Sweep]], now: datetime, rhythm: Rhythm) -> list[Look]:
    """The posts to be read now: what changed (in the order given), what is to be looked at again, a few slow ones.

    A reading that was broken off comes after what is new, so that a post with thousands of comments holds up no other;
    last one that broke off before it came to anything, for the post may hang or fail each time.
    """
    fresh: list[Look] = []
    broken: list[Look] = []
    again: list[Look] = []
    slow: list[tuple[datetime, Look]] = []
    for media, noted in listed:
        count, last = media.comments_count, noted.by_this_clock(now)
        if last.at is None or (count != last.announced and not last.has_caught_up(count)):
            rose = last.at is not None and count is not None and count > (last.announced or 0)
            recent = last.at is not None and now - last.at < rhythm.whole
            look = Look(media, last, whole=not (rose and recent) or last.begun_at is not None)
            (fresh if last.begun_at is None else broken).append(look)
        elif last.begun_at is not None:
            broken.append(Look(media, last))
        elif now - last.at >= _rest(media, last, now, rhythm):
            again.append(Look(media, last, can_wait=True))
        elif count and now - last.at >= (
            rhythm.young_again if _young(media, now, rhythm) else rhythm.old_again
        ):
            slow.append((last.at, Look(media, last, can_wait=True)))
    broken.sort(key=lambda look: not look.last.after)
    slow.sort(key=lambda one: (not _young(one[1].media, now, rhythm), one[0]))
    return [*fresh, *broken, *again, *(look for _, look in slow[: rhythm.at_once])]


def _young(media: Media, now: datetime, rhythm: Rhythm) -> bool:
    return now - media.timestamp < rhythm.young


def _rest(media: Media, last: Sweep, now: datetime, rhythm: Rhythm) -> timedelta:
    """How long after its last whole reading a post whose count did not change is read again; long where all is well."""
    assert last.at is not None
    young = _young(media, now, rhythm)
    if media.comments_count is None:
        return rhythm.withheld if young else rhythm.withheld_old
    stands = [moment for moment in (last.counted_at, last.unseen_since) if moment is not None]
    if stands and last.at < max(stands) and last.unseen_since is None:
        # Since then only the newest were read.
        return rhythm.whole
    if last.seen == media.comments_count and last.unseen_since is None:
        # A count that caught up may as well have risen by something else.
        return timedelta.max if last.seen == last.announced else rhythm.whole
    waited = last.at - max(stands) if stands else timedelta(0)
    return min(max(waited, rhythm.soon), rhythm.young_again if young else rhythm.late_old)


def may_be_gone(announced: int | None, listed: int, missing: int, hidden: int) -> int:
    """How many of the missing comments can be gone, by the count, after a whole reading that listed so many.

    What is announced beyond what was listed stands somewhere: the count vouches for it, unless that is what was
    ``hidden`` from us before. A count that is withheld vouches for nothing.
    """
    if announced is None:
        return missing
    unlisted = max(0, announced - listed)
    return max(0, missing - (unlisted - min(hidden, unlisted)))
