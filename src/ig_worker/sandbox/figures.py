"""The figures behind the insights: invented, yet always the same for the same post, day and seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ig_worker.sandbox.entities import DAY, Account, Media
from ig_worker.sandbox.world import World

META_DAY = ZoneInfo("America/Los_Angeles")
GROWING = timedelta(days=2)
UNFOLLOWED = "unfollowed"
"""What followers lost in a day are called where they are set."""


def draw(world: World, low: int, high: int, *parts: object) -> int:
    """A number of low..high that depends on the seed and the parts alone."""
    return low + int.from_bytes(world.digest(*parts)[:8], "big") % (high - low + 1)


def reach(world: World, media: Media) -> int:
    """Accounts that saw it: grows over two days (a story's over its one) and then stands."""
    if (given := world.set_figures.get((media.id, None), {}).get("reach")) is not None:
        return given
    if media.viewers is not None:
        return media.viewers
    whole = draw(world, 120, 900, "reach", media.id)
    growing = DAY if media.post_kind == "story" else GROWING
    grown = max(0.0, min(1.0, (world.now() - media.at) / growing))
    return int(whole * grown**0.5)


def _share(world: World, media: Media, name: str, low: int, high: int) -> int:
    """So many in a thousand of those who saw it."""
    return reach(world, media) * draw(world, low, high, name, media.id) // 1000


def media_figure(world: World, media: Media, name: str) -> int:
    """A post's figure by the name of its metric; the number of comments is the true one, unless one was set."""
    if (given := world.set_figures.get((media.id, None), {}).get(name)) is not None:
        return given
    of_a_thousand = {
        "likes": (40, 140),
        "saved": (2, 30),
        "shares": (2, 30),
        "reposts": (0, 8),
        "follows": (0, 9),
        "profile_visits": (10, 50),
        "profile_activity": (2, 20),
        "link_clicks": (0, 12),
        "navigation": (700, 1400),
        "facebook_views": (100, 300),
    }
    match name:
        case "reach":
            return reach(world, media)
        case "likes" | "total_likes":
            return (
                media.like_count if media.like_count is not None else _share(world, media, "likes", 40, 140)
            )
        case "comments" | "total_comments":
            return media.comments_count()
        case "views" | "total_views" | "impressions" | "crossposted_views":
            return reach(world, media) + _share(world, media, "views", 150, 900)
        case "replies":
            return _story_replies(media)
        case "total_interactions":
            parts = (
                ("replies", "shares")
                if media.post_kind == "story"
                else ("likes", "comments", "saved", "shares")
            )
            return sum(media_figure(world, media, part) for part in parts)
        case "ig_reels_avg_watch_time":
            return draw(world, 3_000, 12_000, name, media.id)
        case "ig_reels_video_view_total_time":
            return media_figure(world, media, "views") * media_figure(world, media, "ig_reels_avg_watch_time")
        case "reels_skip_rate":
            return draw(world, 20, 60, name, media.id)
    return _share(world, media, name, *of_a_thousand[name])


def _story_replies(media: Media) -> int:
    return sum(
        1
        for conversation in media.account.conversations.values()
        for message in conversation.shown_messages()
        if message.story_reply == media.id and not message.own
    )


def split(world: World, total: int, values: list[str], *parts: object) -> list[tuple[str, int]]:
    """A total dealt out over the values of a breakdown."""
    weights = [draw(world, 1, 100, "split", value, *parts) for value in values]
    dealt = [total * weight // sum(weights) for weight in weights]
    dealt[0] += total - sum(dealt)
    return list(zip(values, dealt, strict=True))


def day_end(day: date) -> datetime:
    """When one of Meta's days ends: midnight in California, 07:00 or 08:00 UTC."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), META_DAY).astimezone(UTC)


def day_of(moment: datetime) -> date:
    """Meta's day at that moment."""
    return moment.astimezone(META_DAY).date()


def gained_and_lost(world: World, account: Account, day: date) -> tuple[int, int]:
    """Followers won and lost on one of Meta's days."""
    given = world.set_figures.get((account.id, day), {})
    gained = given.get("follower_count", draw(world, 1, 12, "gained", account.id, day))
    return gained, given.get(UNFOLLOWED, draw(world, 0, min(4, gained), "lost", account.id, day))


def followers_now(world: World, account: Account) -> int:
    """The followers: as many as configured when the world began, and what every whole day since brought."""
    total, day, today = account.followers, day_of(world.began), day_of(world.now())
    while day < today:
        gained, lost = gained_and_lost(world, account, day)
        total += gained - lost
        day += timedelta(days=1)
    return total


def account_figure(world: World, account: Account, name: str, day: date) -> int:
    """An account's figure of one of Meta's days; comments and replies to stories are the true ones."""
    if (given := world.set_figures.get((account.id, day), {}).get(name)) is not None:
        return given
    start, end = day_end(day - timedelta(days=1)), day_end(day)
    match name:
        case "comments":
            return _comments_between(account, start, end)
        case "replies":
            return _story_answers_between(account, start, end)
        case "follower_count":
            return gained_and_lost(world, account, day)[0]
        case "views":
            seen = account_figure(world, account, "reach", day)
            return seen + draw(world, 20, 200, name, account.id, day)
        case "total_interactions":
            return sum(
                account_figure(world, account, part, day) for part in ("likes", "comments", "saves", "shares")
            )
        case "accounts_engaged":
            # One person likes and saves; nobody engages without having been reached.
            done = account_figure(world, account, "total_interactions", day)
            return min(done - done // 4, account_figure(world, account, "reach", day))
    low, high = {
        "reach": (60, 400),
        "likes": (5, 60),
        "saves": (0, 10),
        "shares": (0, 12),
        "reposts": (0, 4),
        "profile_views": (3, 40),
        "profile_links_taps": (0, 6),
        "website_clicks": (0, 5),
    }[name]
    return draw(world, low, high, name, account.id, day)


def _comments_between(account: Account, start: datetime, end: datetime) -> int:
    return sum(
        1
        for media in account.media
        for comment in media.shown_comments()
        for one in (comment, *comment.shown_replies())
        if start <= one.at < end
    )


def _story_answers_between(account: Account, start: datetime, end: datetime) -> int:
    return sum(
        1
        for conversation in account.conversations.values()
        for message in conversation.shown_messages()
        if message.story_reply and not message.own and start <= message.at < end
    )
