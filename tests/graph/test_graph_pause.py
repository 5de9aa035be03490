"""What Meta asks for is kept: once it wants no calls, none goes out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import responses
from graph_wire import IG, INSTAGRAM, error

from ig_worker.domain.errors import Throttled, Unanswered, Unavailable
from ig_worker.domain.instagram import ContainerSpec, Kind
from ig_worker.graph import InstagramAccount
from ig_worker.graph.pause import Pause

Client = Callable[..., InstagramAccount]
ROOT = f"{INSTAGRAM}/v25.0/"
LIMIT = f"{ROOT}{IG}/content_publishing_limit"
LIMIT_ANSWER = {"data": [{"quota_usage": 3, "config": {"quota_total": 100, "quota_duration": 86400}}]}
PUBLISH = f"{ROOT}{IG}/media_publish"
SPEC = ContainerSpec(Kind.IMAGE, image_url="https://a/b.jpg")
LIMITS = [4, 17, 32, 341, 368, 613, 80001, 80002]


class Stopwatch:
    """Shows what it is told."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def account(client: Client, stopwatch: Stopwatch) -> InstagramAccount:
    return client(stopwatch=stopwatch)


def used_up(minutes: int, percent: int = 100) -> dict[str, str]:
    budget = {"call_count": percent, "estimated_time_to_regain_access": minutes}
    return {"X-Business-Use-Case-Usage": json.dumps({"7": [budget]})}


def pause_of(account: InstagramAccount) -> float:
    """How long the next call must wait, in seconds; nothing may go out for it."""
    with pytest.raises(Throttled) as caught:
        account.reply_to_comment("1", "ya")
    return caught.value.wait_seconds


@pytest.mark.parametrize("code", LIMITS)
def test_after_a_limit_at_a_read_nothing_goes_out_for_a_while(
    wire: responses.RequestsMock, account: InstagramAccount, stopwatch: Stopwatch, code: int
) -> None:
    wire.get(LIMIT, status=400, json=error(code))
    with pytest.raises(Throttled):
        account.publishing_limit()
    stopwatch.seconds += 10
    calls: tuple[Callable[[], Any], ...] = (
        account.publishing_limit,
        lambda: account.publish_container("1"),
        lambda: account.create_container(SPEC),
        lambda: account.send_message("555", "ya"),
        lambda: account.container_states(["1", "2"]),
        account.refresh_token,
    )
    for call in calls:
        with pytest.raises(Throttled) as caught:
            call()
        assert caught.value.wait_seconds == (3590 if code == 368 else 50)
        assert caught.value.cure
        assert str(code) in str(caught.value)
    assert len(wire.calls) == 1


def test_when_the_time_is_over_calls_go_out_again(
    wire: responses.RequestsMock, account: InstagramAccount, stopwatch: Stopwatch
) -> None:
    wire.get(LIMIT, status=400, json=error(80002))
    wire.get(LIMIT, json=LIMIT_ANSWER)
    with pytest.raises(Throttled):
        account.publishing_limit()
    stopwatch.seconds += 3600
    assert account.publishing_limit().used == 3


@pytest.mark.parametrize("minutes", [19, 180])
def test_metas_own_minutes_are_kept_even_beyond_an_hour(
    wire: responses.RequestsMock, account: InstagramAccount, minutes: int
) -> None:
    wire.get(LIMIT, status=400, json=error(80002), headers=used_up(minutes))
    with pytest.raises(Throttled):
        account.publishing_limit()
    assert pause_of(account) == minutes * 60


def test_no_wait_longer_than_a_day_is_believed(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.get(LIMIT, status=400, json=error(80002), headers=used_up(10**12))
    with pytest.raises(Throttled) as caught:
        account.publishing_limit()
    assert caught.value.wait_seconds == pause_of(account) == 86400


def test_a_block_for_abuse_is_told_as_long_and_asked_about_every_hour(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.get(LIMIT, status=400, json=error(368))
    with pytest.raises(Throttled) as caught:
        account.publishing_limit()
    assert caught.value.wait_seconds == 6 * 3600
    assert pause_of(account) == 3600


@pytest.mark.parametrize(
    ("code", "subcode", "seconds"),
    [(4, None, 60), (368, None, 3600), (613, None, 60), (17, None, 60)],
)
def test_an_unproven_limit_at_publishing_is_unanswered_and_still_kept(
    wire: responses.RequestsMock, account: InstagramAccount, code: int, subcode: int | None, seconds: float
) -> None:
    wire.post(PUBLISH, status=400, json=error(code, subcode))
    with pytest.raises(Unanswered):
        account.publish_container("17900")
    assert pause_of(account) == seconds
    assert len(wire.calls) == 1


def test_an_unproven_limit_at_a_reply_is_unanswered_and_still_kept(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.post(f"{ROOT}1/replies", status=400, json=error(17))
    with pytest.raises(Unanswered):
        account.reply_to_comment("1", "ya")
    assert pause_of(account) == 60


def test_a_blocked_publication_can_be_asked_about(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    """4/2207051 may stand on a post that is live: it must not keep us from looking (section B)."""
    wire.post(PUBLISH, status=400, json=error(4, 2207051, "action is blocked"))
    wire.get(LIMIT, json=LIMIT_ANSWER)
    with pytest.raises(Unanswered):
        account.publish_container("17900")
    assert account.publishing_limit().used == 3


def test_a_pause_without_a_time_grows_while_it_is_in_vain_and_is_short_again_after_ten_good_minutes(
    wire: responses.RequestsMock, account: InstagramAccount, stopwatch: Stopwatch
) -> None:
    waits = []
    for _ in range(8):
        wire.get(LIMIT, status=400, json=error(4))
        with pytest.raises(Throttled) as caught:
            account.publishing_limit()
        waits.append(caught.value.wait_seconds)
        stopwatch.seconds += caught.value.wait_seconds
        wire.reset()
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    stopwatch.seconds += 600
    wire.get(LIMIT, status=400, json=error(4))
    with pytest.raises(Throttled) as caught:
        account.publishing_limit()
    assert caught.value.wait_seconds == 60


@pytest.mark.parametrize(
    ("code", "subcode", "seconds"),
    [(4, None, 60), (4, 2207051, 300), (17, None, 60), (368, None, 6 * 3600), (613, None, 60)],
)
def test_a_limit_at_making_a_container_needs_no_proof_because_nobody_sees_one(
    wire: responses.RequestsMock, account: InstagramAccount, code: int, subcode: int | None, seconds: float
) -> None:
    wire.post(f"{ROOT}{IG}/media", status=400, json=error(code, subcode))
    with pytest.raises(Throttled) as caught:
        account.create_container(SPEC)
    assert caught.value.wait_seconds == seconds


def test_other_unclear_errors_at_making_a_container_stay_unanswered(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.post(f"{ROOT}{IG}/media", status=400, json=error(1))
    with pytest.raises(Unanswered):
        account.create_container(SPEC)


def test_the_publishing_quota_stops_publishing_only(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.post(PUBLISH, status=400, json=error(9, 2207042))
    wire.get(LIMIT, json=LIMIT_ANSWER)
    with pytest.raises(Throttled):
        account.publish_container("17900")
    assert account.publishing_limit().used == 3


def test_a_blocked_post_cannot_be_read_but_all_else_can(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.get(f"{ROOT}18001", status=400, json=error(4, 2207051, "action is blocked"))
    wire.get(LIMIT, json=LIMIT_ANSWER)
    with pytest.raises(Unavailable):
        account.permalink("18001")
    assert account.container_states(["18001"])["18001"].status == "UNREADABLE"
    assert account.publishing_limit().used == 3
    assert len(wire.calls) == 3


def test_an_old_post_without_figures_is_no_limit(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.get(f"{ROOT}18001", status=400, json=error(4, 2108006))
    wire.get(LIMIT, json=LIMIT_ANSWER)
    with pytest.raises(Unavailable):
        account.permalink("18001")
    assert account.publishing_limit().used == 3


def test_a_budget_used_up_is_a_pause_even_where_the_answer_is_good(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.post(PUBLISH, json={"id": "18001"}, headers=used_up(19))
    assert account.publish_container("17900") == "18001"
    assert pause_of(account) == 19 * 60


@pytest.mark.parametrize(("minutes", "percent"), [(0, 100), (5, 99), (0, 20)])
def test_a_budget_not_used_up_or_without_a_time_is_no_pause(
    wire: responses.RequestsMock, account: InstagramAccount, minutes: int, percent: int
) -> None:
    wire.get(LIMIT, json=LIMIT_ANSWER, headers=used_up(minutes, percent))
    account.publishing_limit()
    assert account.publishing_limit().used == 3


def test_a_shorter_pause_does_not_end_a_longer_one(stopwatch: Stopwatch) -> None:
    pause = Pause(stopwatch)
    assert pause.left() == (0.0, "")
    pause.begin(100, "long")
    pause.begin(10, "short")
    assert pause.left() == (100, "long")
    pause.begin(200, "longer")
    assert pause.left() == (200, "longer")


def test_threads_share_the_pause(wire: responses.RequestsMock, account: InstagramAccount) -> None:
    wire.get(LIMIT, status=400, json=error(17))
    refused: list[float] = []

    def ask() -> None:
        try:
            account.publishing_limit()
        except Throttled as problem:
            refused.append(problem.wait_seconds)

    for _ in range(3):
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    assert refused == [60, 60, 60]
    assert len(wire.calls) == 1


class TestAPassThatMayNotSleep:
    @pytest.mark.parametrize(
        "passing",
        [
            {"body": requests.ConnectionError()},
            {"status": 502, "body": "x"},
            {"status": 400, "json": error(100, 33)},
        ],
        ids=str,
    )
    def test_a_read_is_tried_twice_without_a_pause(
        self, wire: responses.RequestsMock, client: Client, pauses: list[float], passing: dict[str, Any]
    ) -> None:
        wire.get(LIMIT, **passing)
        wire.get(LIMIT, json=LIMIT_ANSWER)
        assert client(patient=False).publishing_limit().used == 3
        assert pauses == []

    def test_twice_is_all(self, wire: responses.RequestsMock, client: Client, pauses: list[float]) -> None:
        wire.get(f"{ROOT}{IG}/media", body=requests.ReadTimeout())
        with pytest.raises(Unanswered):
            client(patient=False).media_since(datetime(2026, 11, 22, tzinfo=UTC), kind=Kind.IMAGE)
        assert len(wire.calls) == 2
        assert pauses == []


def test_limits_of_messages_alone_stop_no_posts(
    wire: responses.RequestsMock, account: InstagramAccount
) -> None:
    wire.get(LIMIT, json=LIMIT_ANSWER)
    for code, subcode in ((613, 2534040), (80006, None)):
        wire.post(f"{ROOT}{IG}/messages", status=400, json=error(code, subcode))
        with pytest.raises((Throttled, Unanswered)):
            account.send_message("555", "ya")
        assert account.publishing_limit().used == 3
