"""What a night's figures cost in calls, counted by an Instagram that is strict (section E, and the issue's budget)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from shelf import HeldShelf

from ig_worker.domain.instagram import MediaRead, MetricsRead
from ig_worker.domain.nights import newest_closed
from ig_worker.graph import AccountAccess, InstagramAccount
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import (
    FACEBOOK_ACCOUNT,
    FACEBOOK_PAGE,
    FACEBOOK_PAGE_TOKEN,
    INSTAGRAM_ACCOUNT,
    INSTAGRAM_TOKEN,
)

NOW = datetime(2026, 11, 24, 18, 20, tzinfo=UTC)
MONTH = timedelta(days=30)
Login = Literal["instagram", "facebook"]


@pytest.fixture(scope="module")
def process() -> Iterator[SandboxProcess]:
    with SandboxProcess() as running:
        yield running


class Centre:
    """An account with 30 posts of every kind and three stories that are up."""

    def __init__(self, process: SandboxProcess, login: Login) -> None:
        self.door = process.door
        self._process = process
        self.login: Login = login
        self.door.reset(NOW)
        self.account = FACEBOOK_ACCOUNT if login == "facebook" else INSTAGRAM_ACCOUNT
        for n in range(30):
            at = (NOW - timedelta(hours=20 * (n + 1))).isoformat()
            self.door.media(("image", "carousel", "reel")[n % 3], f"Pos {n}", account=self.account, at=at)
        for hours in (2, 9, 20):
            at = (NOW - timedelta(hours=hours)).isoformat()
            self.door.media("story", account=self.account, at=at, viewers=40)
        self.shelf = HeldShelf()

    def client(self) -> InstagramAccount:
        """As a new process has it."""
        facebook = self.login == "facebook"
        token = FACEBOOK_PAGE_TOKEN if facebook else INSTAGRAM_TOKEN
        page = FACEBOOK_PAGE if facebook else ""
        access = AccountAccess("polowijen", self.login, self.account, page, lambda: token)
        return InstagramAccount(access, base_url=self._process.base_url, patient=False, shelf=self.shelf)

    def calls(self, do: Callable[[], Any]) -> tuple[int, int]:
        """How many calls it makes, and how many of them are refused."""
        before = len(self.door.state()["log"])
        do()
        log = self.door.state()["log"][before:]
        return len(log), sum(one["status"] >= 400 for one in log)


@pytest.fixture(params=["instagram", "facebook"])
def centre(process: SandboxProcess, request: pytest.FixtureRequest) -> Centre:
    return Centre(process, request.param)


def night(instagram: InstagramAccount) -> tuple[MetricsRead, ...]:
    """Everything of one new day."""
    day = newest_closed(NOW)
    instagram.profile()
    reads = [
        instagram.daily_series(day, day),
        instagram.account_insights(day),
        instagram.online_followers(),
        *(one.read for one in instagram.media_insights(NOW - MONTH)),
        *(one.read for one in instagram.stories_insights()),
    ]
    return tuple(reads)


def test_a_night_with_thirty_posts_costs_nine_calls_and_nothing_is_refused(centre: Centre) -> None:
    reads: list[MetricsRead] = []
    assert centre.calls(lambda: reads.extend(night(centre.client()))) == (9, 0)
    assert len(reads) == 3 + 30 + 3
    assert all(read.metrics for read in reads)
    assert all((read.refused, read.missing) == ({}, {}) for read in reads)


def test_a_caught_up_day_costs_two_calls_more_and_the_audience_three(centre: Centre) -> None:
    instagram, newest = centre.client(), newest_closed(NOW)
    assert centre.calls(lambda: instagram.account_insights(newest - timedelta(days=6))) == (2, 0)
    assert centre.calls(instagram.audience) == (3, 0)
    begin = newest - timedelta(days=29)
    assert centre.calls(lambda: instagram.daily_series(begin, newest)) == (1, 0)


@pytest.mark.parametrize(
    "metric", ["views", "likes", "reposts", "saved", "navigation", "follows", "reels_skip_rate"]
)
def test_a_retired_metric_of_posts_is_refused_once_and_never_in_the_next_process(
    centre: Centre, metric: str
) -> None:
    centre.door.settings(retired_metrics=metric)

    def posts(instagram: InstagramAccount) -> tuple[MediaRead, ...]:
        return (*instagram.media_insights(NOW - MONTH), *instagram.stories_insights())

    first, second = centre.client(), centre.client()
    reads: list[MediaRead] = []
    calls, refused = centre.calls(lambda: reads.extend(posts(first)))
    assert refused == 1
    assert calls <= 5
    assert all(one.read.metrics for one in reads)
    assert metric in {name for one in reads for name in one.read.refused}
    assert metric not in {one.name for read in reads for one in read.read.metrics}
    assert centre.calls(lambda: posts(second)) == (4, 0)
    assert centre.calls(lambda: posts(first)) == (4, 0)


@pytest.mark.parametrize(
    "metric", ["reach", "views", "profile_links_taps", "follows_and_unfollows", "online_followers"]
)
def test_a_retired_metric_of_the_account_is_refused_once(centre: Centre, metric: str) -> None:
    day = newest_closed(NOW)

    def account(instagram: InstagramAccount) -> list[MetricsRead]:
        return [
            instagram.daily_series(day, day),
            instagram.account_insights(day),
            instagram.online_followers(),
        ]

    centre.door.settings(retired_metrics=metric)
    reads: list[MetricsRead] = []
    _, refused = centre.calls(lambda: reads.extend(account(centre.client())))
    assert refused == 1
    assert [metric in read.refused for read in reads].count(True) == 1
    calls, refused = centre.calls(lambda: account(centre.client()))
    assert (calls <= 4, refused) == (True, 0)


def test_three_retired_metrics_cost_a_few_refused_calls_and_not_the_night(centre: Centre) -> None:
    centre.door.settings(retired_metrics="reposts,views,profile_links_taps")
    reads: list[MetricsRead] = []
    calls, refused = centre.calls(lambda: reads.extend(night(centre.client())))
    assert refused <= 4
    assert calls <= 14
    assert all(read.metrics for read in reads)
    assert centre.calls(lambda: night(centre.client())) == (9, 0)


def test_a_quiet_story_costs_a_few_calls_more_and_only_its_own_figures(centre: Centre) -> None:
    quiet = centre.door.media("story", account=centre.account, viewers=3)
    reads: dict[str, MetricsRead] = {}

    def stories() -> None:
        reads.update((one.media.ig_id, one.read) for one in centre.client().stories_insights())

    calls, _ = centre.calls(stories)
    assert calls <= 7
    assert [ig_id for ig_id, read in reads.items() if not read.metrics] == [quiet]
    assert len(reads) == 4


def test_figures_that_were_set_are_read_to_the_number(centre: Centre) -> None:
    day = newest_closed(NOW)
    figures = {
        "reach": 321,
        "likes": 7,
        "comments": 0,
        "saves": 2,
        "shares": 1,
        "follower_count": 5,
        "unfollowed": 6,
    }
    centre.door.figures(day, account=centre.account, figures=figures)
    instagram = centre.client()
    series, totals = instagram.daily_series(day, day), instagram.account_insights(day)
    found = {(one.name, one.breakdown): one.value for one in (*series.metrics, *totals.metrics)}
    for name in ("reach", "likes", "comments", "saves", "shares", "follower_count"):
        assert found[name, ""] == figures[name]
    assert found["total_interactions", ""] == 10
    assert found["follows_and_unfollows", "follow_type=FOLLOWER"] == 5
    assert found["follows_and_unfollows", "follow_type=NON_FOLLOWER"] == 6
    post = centre.door.media("reel", account=centre.account)
    of_the_reel = {"reach": 55, "views": 99, "likes": 0, "reels_skip_rate": 31}
    centre.door.figures(media_id=post, account=centre.account, figures=of_the_reel)
    (read,) = [one.read for one in instagram.media_insights(NOW - MONTH) if one.media.ig_id == post]
    seen = {one.name: one.value for one in read.metrics}
    assert {name: seen[name] for name in of_the_reel} == of_the_reel
