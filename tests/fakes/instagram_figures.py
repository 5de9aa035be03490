"""The figures that the Instagram in memory gives, and those that it withholds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ig_worker.domain.instagram import Media, MediaRead, Metric, MetricsRead, Why

SERIES = ("reach", "follower_count")
PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass
class Figures:
    """Set what a test wants to read; a day or a post without figures of its own has the usual ones."""

    account: dict[str, float] = field(
        default_factory=lambda: {"reach": 340, "views": 910, "accounts_engaged": 51}
    )
    """Of a usual day. ``reach`` and ``follower_count`` come as a series."""
    days: dict[date, dict[str, float]] = field(default_factory=dict)
    """Of one day in place of the usual ones."""
    no_data: set[date] = field(default_factory=set)
    """Days of which Meta has nothing (yet)."""
    follows: tuple[float, float] | None = None
    """Followers won and lost in a day."""
    hours: dict[str, float] = field(default_factory=dict)
    audience: dict[str, float] = field(default_factory=dict)
    """By breakdown: ``age=25-34`` …"""
    media: dict[str, float] = field(default_factory=lambda: {"reach": 120, "views": 260, "likes": 14})
    """Of a usual post."""
    posts: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of one post in place of the usual ones, by id."""
    without: dict[str, Why] = field(default_factory=dict)
    """Posts of which Meta gives nothing, and why, by id."""
    refused: dict[str, str] = field(default_factory=dict)
    """Metrics that Meta takes nowhere, with its words."""

    def of_day(self, day: date) -> dict[str, float]:
        """All that is known of one of Meta's days."""
        return {} if day in self.no_data else self.days.get(day, self.account)

    def series(self, begin: date, end: date, new_followers: bool) -> MetricsRead:
        days = [begin + timedelta(days=offset) for offset in range((end - begin).days + 1)]
        names = SERIES if new_followers else SERIES[:1]
        wanted = [name for name in names if name in self.account or name in self.refused]
        found = [
            Metric(name, float(value), day)
            for day in days
            for name, value in self.of_day(day).items()
            if name in names
        ]
        return self._read(wanted, found)

    def totals(self, day: date) -> MetricsRead:
        wanted = [name for name in {**self.account, **self.refused} if name not in SERIES]
        of_day = self.of_day(day)
        found = [Metric(name, float(value), day) for name, value in of_day.items() if name not in SERIES]
        if self.follows is not None:
            wanted.append("follows_and_unfollows")
            if of_day:
                parts = zip(("FOLLOWER", "NON_FOLLOWER"), self.follows, strict=True)
                found += [
                    Metric("follows_and_unfollows", float(value), day, f"follow_type={part}")
                    for part, value in parts
                ]
        return self._read(wanted, found)

    def online(self, now: datetime) -> MetricsRead:
        yesterday = now.astimezone(PACIFIC).date() - timedelta(days=1)
        found = [
            Metric("online_followers", float(value), yesterday, f"hour={hour}")
            for hour, value in self.hours.items()
        ]
        return self._read(["online_followers"], found)

    def of_the_audience(self) -> MetricsRead:
        found = [
            Metric("follower_demographics", float(value), None, part) for part, value in self.audience.items()
        ]
        return self._read(["follower_demographics"], found)

    def of_media(self, media: Media) -> MediaRead:
        if media.ig_id in self.without:
            return MediaRead(media, MetricsRead((), {}, {"": self.without[media.ig_id]}))
        figures = self.posts.get(media.ig_id, self.media)
        found = [Metric(name, float(value)) for name, value in figures.items()]
        return MediaRead(media, self._read([*self.media], found))

    def _read(self, wanted: list[str], found: list[Metric]) -> MetricsRead:
        refused = {name: words for name, words in self.refused.items() if name in wanted}
        kept = tuple(metric for metric in found if metric.name not in refused)
        had = {metric.name for metric in kept}
        missing = {name: Why.NO_DATA for name in wanted if name not in had}
        return MetricsRead(kept, refused, missing | dict.fromkeys(refused, Why.REFUSED))
