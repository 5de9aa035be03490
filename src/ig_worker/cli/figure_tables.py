"""What ``insights show`` says on a terminal: a line for each figure of the account, one for each post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from ig_worker.cli.showing import one_line
from ig_worker.cli.sparks import in_groups, sparkline
from ig_worker.domain.text import shorten

NAMES = {
    "followers_count": "Followers",
    "follower_count": "New followers",
    "follows_and_unfollows:follow_type=FOLLOWER": "Followed",
    "follows_and_unfollows:follow_type=NON_FOLLOWER": "Unfollowed",
    "reach": "Reach",
    "views": "Views",
    "accounts_engaged": "Accounts engaged",
    "total_interactions": "Interactions",
    "likes": "Likes",
    "comments": "Comments",
    "saves": "Saves",
    "shares": "Shares",
    "replies": "Replies",
    "reposts": "Reposts",
    "profile_views": "Profile views",
    "profile_links_taps": "Profile link taps",
    "website_clicks": "Website clicks",
    "follows_count": "Follows",
}
"""The account's figures in the order in which they are shown; those that are not here come after them, as Meta calls
them."""

LEVELS = frozenset({"followers_count", "follows_count"})
"""How much there is at a moment: they have a change, no sum."""

OF_POSTS = (
    ("Reach", "reach"),
    ("Views", "views"),
    ("Interactions", "total_interactions"),
    ("Saves", "saved"),
    ("Shares", "shares"),
)

NOT_THERE = {"too_few": "<5", "no_data": "–", "refused": "refused"}
"""Instagram shows nothing of a post or story that fewer than five people have seen."""

NOT_OF_ACCOUNT = NOT_THERE | {"too_few": "too few"}
"""Of an account with fewer than a hundred followers some figures are withheld."""

_WHY = {
    "": "not read",
    "no_data": "Instagram had none",
    "too_few": "too few followers",
    "refused": "Instagram refuses them",
}


def account_rows(document: Mapping[str, Any], room: int | None) -> tuple[list[tuple[str, ...]], int]:
    """Name, last value, sum or change, days with it, and the picture of at most `room` signs; and days for a sign."""
    days = {date.fromisoformat(day["date"]): day for day in document["days"]}
    closed = date.fromisoformat(document["until"])
    shown = _every_day([day for day in (*days, *map(date.fromisoformat, document["gaps"])) if day <= closed])
    if not shown:
        return [], 1
    size = 1
    rows: list[tuple[str, ...]] = []
    for name in _names(document["days"]):
        values = [days[day]["metrics"].get(name) if day in days else None for day in shown]
        known = [value for value in values if value is not None]
        signs, size = in_groups(values, room or len(values))
        level = name in LEVELS
        rows.append(
            (
                NAMES.get(name, name),
                number(known[-1]) if known else _not_there(days, name),
                (f"{known[-1] - known[0]:+.0f}" if level else number(sum(known))) if known else "–",
                f"{len(known)}/{len(shown)}",
                sparkline(signs, level=level),
            )
        )
    return rows, size


def _every_day(known: Sequence[date]) -> list[date]:
    if not known:
        return []
    first, last = min(known), max(known)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _names(days: Sequence[Mapping[str, Any]]) -> list[str]:
    """The figures that are shown, parts of figures left out: there are too many of them."""
    found = {name for day in days for name in (*day["metrics"], *day["missing"])}
    unknown = sorted(name for name in found - NAMES.keys() if name and ":" not in name)
    # Of follows and unfollows there are the two parts and no whole.
    return [*(name for name in NAMES if name in found), *(n for n in unknown if n != "follows_and_unfollows")]


def _not_there(days: Mapping[date, Mapping[str, Any]], name: str) -> str:
    reasons = [day["missing"].get(name) or day["missing"].get("") for _, day in sorted(days.items())]
    return NOT_OF_ACCOUNT.get(next((why for why in reversed(reasons) if why), "no_data"), "–")


def post_rows(document: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """When, what, its figures, their rate, its segment, how its caption begins, and its address."""
    for media in document["media"]:
        figures, missing = media["metrics"], media["missing"]
        cells = [_figure(figures.get(name), missing.get(name) or missing.get("")) for _, name in OF_POSTS]
        rate = "–" if media["rate"] is None else f"{media['rate']:.1f}%"
        yield (
            f"{datetime.fromisoformat(media['published_at']):%d/%m/%Y %H.%M}",
            media["kind"],
            *cells[:3],
            rate,
            *cells[3:],
            media["segment"] or "",
            shorten(one_line(media["caption"]), 60),
            media["permalink"] or media["ig_media_id"],
        )


def _figure(value: float | None, why: str | None) -> str:
    return number(value) if value is not None else NOT_THERE.get(why or "no_data", "–")


def number(value: float) -> str:
    """In digits only: a comma or a point in thousands would be read otherwise by half of the readers."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def days_in_words(document: Mapping[str, Any]) -> str:
    """Which days these are, and whose."""
    span = _span(date.fromisoformat(document["since"]), date.fromisoformat(document["until"]))
    return (
        f"The account's days are Meta's (Pacific time), {span}; a person reached on two of them counts twice."
    )


def gaps_in_words(document: Mapping[str, Any]) -> str:
    """Which of Meta's days have no figures, and why; empty where none is missing."""
    why = document["gap_reasons"]
    days = sorted(map(date.fromisoformat, document["gaps"]))
    runs = []
    # Days one after the other have the same distance to their place in the list.
    for (_, reason), run in groupby(
        enumerate(days), lambda each: (each[1].toordinal() - each[0], why.get(each[1].isoformat(), ""))
    ):
        found = [day for _, day in run]
        runs.append(f"{_span(found[0], found[-1])} ({_WHY.get(reason, reason)})")
    return f"No figures for: {', '.join(runs)}." if runs else ""


def _span(first: date, last: date) -> str:
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{first.day} {first:%b}–{end}" if first.year == last.year else f"{first.day} {first:%b %Y}–{end}"
