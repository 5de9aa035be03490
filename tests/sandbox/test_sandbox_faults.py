"""Ordered faults, throttling and the headers of usage (instagram_api.md, sections F and G)."""

from __future__ import annotations

import json

import pytest

DAY = 86_400


def order(ig, kind, path="", method="", nth=1, **rest):
    ig.control("faults", kind=kind, match={"path": path, "method": method, "nth": nth}, **rest)


def write(ig, media):
    return ig.call("POST", f"{media}/comments", data={"message": "Halo"})


def written(ig, media):
    return ig.ok(media, fields="comments_count")["comments_count"]


@pytest.mark.parametrize(
    ("kind", "effect"), [("lost_before", 0), ("lost_after", 1), ("broken_json_before", 0), ("broken_json", 1)]
)
def test_an_answer_is_lost_or_broken_before_or_after_the_effect(ig, kind, effect):
    media = ig.post_by_hand()
    order(ig, kind, "comments", "post")
    if kind.startswith("lost"):
        with pytest.raises(ConnectionResetError):
            write(ig, media)
    else:
        answer = write(ig, media)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    assert written(ig, media) == effect
    assert write(ig, media).status_code == 200


@pytest.mark.parametrize(("kind", "effect"), [("error", 0), ("error_after", 1)])
def test_an_error_comes_instead_of_the_effect_or_after_it(ig, kind, effect):
    media = ig.post_by_hand()
    order(ig, kind, "comments", "POST", code=4, subcode=2207051)
    answer = write(ig, media)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 4, 2207051)
    assert error["type"] == "OAuthException"
    assert error["is_transient"] is False
    assert error["error_user_title"]
    assert error["error_user_msg"]
    assert written(ig, media) == effect


def test_an_error_can_have_its_own_words_and_status(ig):
    order(ig, "error", "me", code=2, message="Sebentar {ya}", http_status=503)
    answer = ig.call("GET", "me")
    assert answer.status_code == 503
    assert answer.json()["error"]["message"] == "Sebentar {ya}"
    assert answer.json()["error"]["is_transient"] is True
    order(ig, "error", "me")
    assert ig.no("me")[0] == 1
    order(ig, "error", "me", subcode=2207027)
    assert ig.no("me")[0] == 9007
    order(ig, "error", "me", subcode=424242)
    assert ig.no("me")[:2] == (100, 424242)


def test_a_server_error_has_no_json_and_no_effect(ig):
    media = ig.post_by_hand()
    order(ig, "http_500", "comments")
    answer = write(ig, media)
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert written(ig, media) == 0


def test_a_delay_delays_and_then_it_is_done(ig):
    media = ig.post_by_hand()
    order(ig, "delay", "comments", seconds=0.05)
    assert write(ig, media).status_code == 200
    assert written(ig, media) == 1


def test_an_expired_token_stays_expired(ig):
    order(ig, "expire_token", "media")
    assert ig.no(f"{ig.me}/media")[:2] == (190, 463)
    assert ig.no("me")[:2] == (190, 463)
    ig.facebook().ok("me")
    order(ig, "expire_token", "me")
    ig.token = "unknown"
    assert ig.no("me")[0] == 190


def test_throttling_says_how_long_to_wait(ig):
    order(ig, "throttle", "media")
    answer = ig.call("GET", f"{ig.me}/media")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 80002)
    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])[ig.me]
    assert usage[0]["call_count"] == 100
    assert usage[0]["estimated_time_to_regain_access"] > 0
    order(ig, "throttle", "conversations")
    assert ig.no("me/conversations")[0] == 80006
    order(ig, "throttle", "me")
    ig.token = "unknown"
    assert ig.no("me")[0] == 80002


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
def test_a_read_can_be_throttled_with_any_code(ig, code):
    order(ig, "throttle", "media", code=code)
    ig.control("settings", regain_minutes=7)
    answer = ig.call("GET", f"{ig.me}/media")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])[ig.me]
    assert usage[0]["estimated_time_to_regain_access"] == 7
    order(ig, "error", "media", code=code)
    assert ig.no(f"{ig.me}/media")[0] == code


def test_cursors_can_expire_while_somebody_walks(ig):
    for n in range(5):
        ig.post_by_hand(caption=str(n))
    path = f"{ig.me}/media"
    after = ig.ok(path, limit=2)["paging"]["cursors"]["after"]
    order(ig, "expire_cursors", "/media")
    assert ig.no(path, limit=2, after=after)[0] == 100
    assert ig.no(path, limit=2, after=after)[0] == 100
    fresh = ig.ok(path, limit=2)["paging"]["cursors"]["after"]
    assert len(ig.ok(path, limit=2, after=fresh)["data"]) == 2


def test_a_fault_waits_for_its_call_and_strikes_so_many_times(ig):
    order(ig, "error", r"/\d+/media$", "GET", nth=2, times=2, code=1)
    path = f"{ig.me}/media"
    assert [ig.call("GET", path).status_code for _ in range(4)] == [200, 500, 500, 200]
    assert ig.call("GET", "me").status_code == 200


def test_a_fault_for_another_method_or_path_does_not_strike(ig):
    order(ig, "error", "media", "POST")
    order(ig, "error", "stories")
    ig.ok(f"{ig.me}/media")


def test_several_faults_wait_for_the_same_call(ig):
    order(ig, "error", "me", code=1)
    order(ig, "error", "me", code=2, nth=2)
    assert [ig.call("GET", "me").status_code for _ in range(3)] == [500, 500, 200]


def test_two_faults_on_one_call_strike_one_after_the_other(ig):
    ig.control("faults", items=[{"kind": "error", "code": 1}, {"kind": "error", "code": 4, "times": 2}])
    assert [ig.no("me")[0] for _ in range(3)] == [1, 4, 4]
    ig.ok("me")


def test_faults_can_be_forgotten(ig):
    order(ig, "http_500")
    assert ig.control("state", "GET")["faults"] == ["http_500"]
    assert ig.control("faults", "DELETE") == {"waiting": []}
    ig.ok("me")


def test_a_fault_never_strikes_the_control_door(ig):
    order(ig, "http_500")
    ig.control("state", "GET")


def test_usage_headers_are_percent_integers_and_lists(ig):
    ig.control("settings", usage_percent=83)
    answer = ig.call("GET", "me/conversations")
    assert json.loads(answer.headers["X-App-Usage"])["call_count"] == 83
    assert json.loads(answer.headers["X-Business-Use-Case-Usage"])[ig.me] == [
        {
            "type": "messenger",
            "call_count": 83,
            "total_cputime": 41,
            "total_time": 41,
            "estimated_time_to_regain_access": 0,
        }
    ]
    assert (
        json.loads(ig.call("GET", "me").headers["X-Business-Use-Case-Usage"])[ig.me][0]["type"] == "instagram"
    )


def test_the_apps_budget_and_the_minutes_can_be_set(ig):
    ig.control("settings", usage_percent=30, app_usage_percent=95, regain_minutes=12)
    answer = ig.call("GET", "me")
    assert json.loads(answer.headers["X-App-Usage"])["call_count"] == 95
    (usage,) = json.loads(answer.headers["X-Business-Use-Case-Usage"])[ig.me]
    assert (usage["call_count"], usage["estimated_time_to_regain_access"]) == (30, 12)
    ig.control("settings", app_usage_percent=100)
    assert ig.no("me")[0] == 4


def test_usage_headers_can_be_missing(ig):
    ig.control("settings", usage_headers="never")
    headers = ig.call("GET", "me").headers
    assert not {"x-app-usage", "x-business-use-case-usage"} & set(headers)


def test_a_used_up_budget_throttles_until_24_hours_have_passed(ig):
    ig.control("settings", call_budget=4)
    assert [ig.call("GET", "me").status_code for _ in range(4)] == [200, 200, 200, 400]
    assert ig.no("me")[0] == 80002
    ig.facebook().ok("me")
    ig.advance(DAY)
    ig.ok("me")
