"""Insights of posts and of the account (instagram_api.md, section E)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

HOUR = 3600
DAY = 24 * HOUR


def media_values(ig, media, *names, **rest):
    data = ig.ok(f"{media}/insights", metric=",".join(names), **rest)["data"]
    return {one["name"]: one["values"][0]["value"] for one in data}


def grown(ig, kind="image", seconds=3 * HOUR, **rest):
    media = ig.post_by_hand(kind, **rest)
    ig.advance(seconds)
    return media


EVERYWHERE = ("views", "reach", "total_interactions", "shares", "reposts")
BY_PRODUCT = {
    "image": (*EVERYWHERE, "likes", "comments", "saved", "follows", "profile_visits", "profile_activity"),
    "reel": (
        *EVERYWHERE,
        "likes",
        "comments",
        "saved",
        "ig_reels_avg_watch_time",
        "ig_reels_video_view_total_time",
        "reels_skip_rate",
    ),
    "story": (*EVERYWHERE, "follows", "profile_visits", "profile_activity", "replies", "navigation"),
}
ALL = sorted({name for names in BY_PRODUCT.values() for name in names})


@pytest.mark.parametrize("kind", BY_PRODUCT)
def test_each_product_type_has_its_metrics_in_one_call(ig, kind):
    assert set(media_values(ig, grown(ig, kind), *BY_PRODUCT[kind])) == set(BY_PRODUCT[kind])


@pytest.mark.parametrize("kind", BY_PRODUCT)
def test_a_metric_of_another_product_type_fails_the_whole_request(ig, kind):
    media = grown(ig, kind)
    for name in set(ALL) - set(BY_PRODUCT[kind]):
        code, _, message = ig.no(f"{media}/insights", metric=f"reach,{name}")
        assert code == 100
        assert name in message


def test_a_refused_metric_fails_the_whole_request_with_the_list_of_valid_names(ig):
    media = grown(ig)
    code, _, message = ig.no(f"{media}/insights", metric="reach,engagement")
    assert code == 100
    assert message.startswith("(#100) metric[1] must be one of the following values: impressions, reach,")
    assert "views" in message
    assert ig.no(f"{media}/insights")[2] == "(#100) The parameter metric is required."


@pytest.mark.parametrize(
    "name",
    ["plays", "clips_replays_count", "ig_reels_aggregated_all_plays_count", "video_views", "taps_forward"],
)
def test_names_that_were_removed_are_refused(ig, name):
    assert ig.no(f"{grown(ig, 'reel')}/insights", metric=name)[0] == 100


def test_impressions_only_of_media_made_before_2_july_2024(ig):
    assert ig.no(f"{grown(ig)}/insights", metric="impressions")[0] == 100
    old = ig.post_by_hand(at="2024-07-01T00:00:00+00:00")
    assert "impressions" in media_values(ig, old, "impressions")


def test_metrics_of_facebook_login(ig):
    assert ig.no(f"{grown(ig)}/insights", metric="total_likes")[0] == 100
    facebook = ig.facebook()
    assert "total_likes" in media_values(facebook, grown(facebook), "total_likes", "total_views")
    assert "link_clicks" in media_values(facebook, grown(facebook, "story"), "link_clicks")


def test_what_was_not_shared_to_facebook_has_no_facebook_views(ig):
    assert ig.no(f"{grown(ig, 'reel')}/insights", metric="facebook_views")[0] == 100
    assert ig.no(f"{grown(ig, 'reel')}/insights", metric="crossposted_views")[0] == 100


def test_figures_are_the_same_at_every_reading_grow_and_then_stand(ig):
    media = ig.post_by_hand()
    assert media_values(ig, media, "reach") == {"reach": 0}
    ig.advance(HOUR)
    first = media_values(ig, media, "reach", "views", "likes")
    assert first == media_values(ig, media, "reach", "views", "likes")
    assert first["views"] >= first["reach"] >= first["likes"]
    ig.advance(2 * DAY)
    late = media_values(ig, media, "reach")
    assert late["reach"] > first["reach"]
    ig.advance(DAY)
    assert media_values(ig, media, "reach") == late


def test_comments_and_likes_are_the_true_ones(ig):
    media = grown(ig, like_count=12)
    comment = ig.control("comments", author="budi", text="Bagus")["id"]
    ig.done(f"{comment}/replies", message="Terima kasih")
    figures = media_values(ig, media, "comments", "likes", "saved", "shares", "total_interactions")
    assert (figures["comments"], figures["likes"]) == (2, 12)
    assert figures["total_interactions"] == sum(
        figures[name] for name in ("comments", "likes", "saved", "shares")
    )
    assert ig.ok(media, fields="like_count,comments_count") == {
        "id": media,
        "like_count": 12,
        "comments_count": 2,
    }


def test_replies_to_a_story_are_the_true_ones(ig):
    story = grown(ig, "story")
    ig.control("messages", author="siti", text="Buka jam berapa?", story_reply=story)
    ig.control("messages", author="budi", text="Halo")
    assert media_values(ig, story, "replies") == {"replies": 1}


def test_a_story_needs_five_viewers_and_lasts_24_hours(ig):
    # Code 10 here is no lost permission.
    quiet = ig.post_by_hand("story", viewers=4)
    assert ig.no(f"{quiet}/insights", metric="reach") == (
        10,
        None,
        "(#10) Not enough viewers for the media to show insights",
    )
    ig.control(f"media/{quiet}", viewers=5)
    assert media_values(ig, quiet, "reach") == {"reach": 5}
    ig.advance(DAY)
    assert ig.no(f"{quiet}/insights", metric="reach")[:2] == (100, 33)


def test_carousel_children_have_no_insights(ig):
    album = grown(ig, "carousel")
    child = ig.ok(f"{album}/children")["data"][0]["id"]
    assert ig.no(f"{child}/insights", metric="reach")[:2] == (100, 33)
    assert "reach" in media_values(ig, album, "reach")


def test_a_breakdown_of_a_post(ig):
    media = grown(ig, seconds=2 * DAY)
    (seen,) = ig.ok(f"{media}/insights", metric="profile_activity", breakdown="action_type")["data"]
    (breakdown,) = seen["total_value"]["breakdowns"]
    assert breakdown["dimension_keys"] == ["action_type"]
    assert sum(one["value"] for one in breakdown["results"]) == seen["values"][0]["value"]
    # On a metric without one: "An unknown error has occurred."
    assert ig.no(f"{media}/insights", metric="reach", breakdown="action_type")[0] == 1
    assert ig.no(f"{media}/insights", metric="profile_activity", breakdown="colour")[0] == 100
    assert (
        ig.no(f"{media}/insights", metric="profile_activity", breakdown="action_type,follow_type")[0] == 100
    )


def test_a_posts_period_is_always_lifetime(ig):
    media = grown(ig)
    assert ig.ok(f"{media}/insights", metric="reach", period="day")["data"][0]["period"] == "lifetime"
    assert ig.no(f"{media}/insights", metric="reach", period="year")[0] == 100
    assert ig.no(f"{media}/insights", metric="reach", since="1")[0] == 100


def test_late_figures_are_an_empty_data_set_and_not_zero(ig):
    ig.control("settings", insights_lag_seconds=2 * DAY)
    media = grown(ig)
    assert ig.ok(f"{media}/insights", metric="reach") == {"data": []}
    ig.advance(2 * DAY)
    assert media_values(ig, media, "reach")


def test_insights_can_be_expanded_in_the_media_list(ig):
    media = grown(ig)
    fields = "id,media_product_type,insights.metric(reach,views).period(lifetime){name,values}"
    (seen,) = ig.ok(f"{ig.me}/media", fields=fields)["data"]
    assert seen["id"] == media
    assert [one["name"] for one in seen["insights"]["data"]] == ["reach", "views"]
    assert ig.no(f"{ig.me}/media", fields="insights.metric(reach,bogus)")[0] == 100


def account(ig, **params):
    return ig.ok(f"{ig.me}/insights", **{"period": "day", **params})["data"]


def no_account(ig, **params):
    return ig.no(f"{ig.me}/insights", **{"period": "day", **params})


TOTALS = (
    "views,accounts_engaged,total_interactions,likes,comments,saves,shares,replies,reposts,"
    "profile_links_taps,profile_views,website_clicks"
)


def test_reach_is_a_series_of_californian_days(ig):
    (reach,) = account(ig, metric="reach", since="2026-11-18T08:00:00", until="2026-11-20T08:00:00")
    assert reach["period"] == "day"
    assert [one["end_time"] for one in reach["values"]] == [
        "2026-11-19T08:00:00+0000",
        "2026-11-20T08:00:00+0000",
    ]
    # In summer Meta's day ends at 07:00 UTC.
    ig.control("settings", insights_days=400)
    (summer,) = account(ig, metric="reach", since="2026-07-01T07:00:00", until="2026-07-02T07:00:00")
    assert [one["end_time"] for one in summer["values"]] == ["2026-07-02T07:00:00+0000"]


def test_the_default_window_is_the_last_24_hours_and_an_unfinished_day_is_not_in_it(ig):
    (reach,) = account(ig, metric="reach")
    assert [one["end_time"] for one in reach["values"]] == ["2026-11-21T08:00:00+0000"]
    assert account(ig, metric="reach", since="2026-11-22T00:00:00", until="2026-11-25") == []


def test_weeks_are_sums_of_days(ig):
    window = {"since": "2026-11-10T08:00:00", "until": "2026-11-17T08:00:00"}
    (days,) = account(ig, metric="reach", **window)
    (week,) = account(ig, metric="reach", period="week", **window)
    assert week["values"][-1]["value"] == sum(one["value"] for one in days["values"])


def test_totals_need_metric_type_total_value(ig):
    for name in TOTALS.split(","):
        message = f"(#100) The following metrics ({name}) should be specified with parameter metric_type=total_value"
        assert no_account(ig, metric=name) == (100, None, message)
    data = account(ig, metric=TOTALS, metric_type="total_value")
    assert [one["name"] for one in data] == TOTALS.split(",")
    assert all(isinstance(one["total_value"]["value"], int) for one in data)


def test_a_total_is_the_sum_of_its_days(ig):
    window = {"since": "2026-11-10T08:00:00", "until": "2026-11-17T08:00:00"}
    (series,) = account(ig, metric="reach", **window)
    (total,) = account(ig, metric="reach", metric_type="total_value", **window)
    assert total["total_value"]["value"] == sum(one["value"] for one in series["values"])


def test_the_accounts_comments_and_story_replies_are_the_true_ones(ig):
    ig.post_by_hand(at="2026-11-20T01:00:00")
    comment = ig.control("comments", author="a", text="x", at="2026-11-20T09:00:00")["id"]
    ig.control("comments", author="a", text="y", parent_id=comment, at="2026-11-20T10:00:00")
    ig.control("comments", author="a", text="z", at="2026-11-21T09:00:00")
    ig.control("messages", author="a", text="z", at="2026-11-20T10:00:00", story_reply="18")
    window = {"since": "2026-11-20T08:00:00", "until": "2026-11-21T08:00:00", "metric_type": "total_value"}
    data = account(ig, metric="comments,replies", **window)
    assert [one["total_value"]["value"] for one in data] == [2, 1]


def test_breakdowns_of_the_account(ig):
    (likes,) = account(ig, metric="likes", metric_type="total_value", breakdown="media_product_type")
    results = likes["total_value"]["breakdowns"][0]["results"]
    assert sum(one["value"] for one in results) == likes["total_value"]["value"]
    assert no_account(ig, metric="profile_views", metric_type="total_value", breakdown="follow_type")[0] == 1
    assert no_account(ig, metric="views", metric_type="total_value", breakdown="follower_type")[0] == 100
    # metric_type=time_series drops breakdowns.
    assert "breakdowns" not in str(account(ig, metric="reach", breakdown="follow_type"))


def test_follows_and_unfollows_want_their_breakdown_and_agree_with_the_followers(ig):
    window = {"since": "2026-11-22T08:00:00", "until": "2026-11-24T08:00:00", "metric_type": "total_value"}
    before = ig.ok("me", fields="followers_count")["followers_count"]
    ig.control("clock", now="2026-11-22T08:00:00")
    start = ig.ok("me", fields="followers_count")["followers_count"]
    ig.control("clock", now="2026-11-24T08:00:00")
    after = ig.ok("me", fields="followers_count")["followers_count"]
    (seen,) = account(ig, metric="follows_and_unfollows", breakdown="follow_type", **window)
    results = {
        one["dimension_values"][0]: one["value"] for one in seen["total_value"]["breakdowns"][0]["results"]
    }
    assert before == 1250
    assert after - start == results["FOLLOWER"] - results["NON_FOLLOWER"]
    (bare,) = account(ig, metric="follows_and_unfollows", **window)
    assert bare["total_value"] == {}
    (new,) = account(ig, metric="follower_count", since=window["since"], until=window["until"])
    assert sum(one["value"] for one in new["values"]) == results["FOLLOWER"]


def test_follower_count_reaches_30_days_back(ig):
    assert no_account(ig, metric="follower_count", since="2026-10-01", until="2026-10-20")[0] == 100
    assert no_account(ig, metric="follower_count", metric_type="total_value")[0] == 100


def test_a_small_account_has_no_audience(client_of):
    small = {"ig_user_id": "1", "username": "x", "access_token": "t", "followers": 99}
    client = client_of({"accounts": [small]})
    asked = {"access_token": "t", "period": "lifetime", "metric": "follower_demographics", "breakdown": "age"}
    answer = client.get("/1/insights", params={**asked, "metric_type": "total_value"})
    assert answer.json() == {"data": []}


def test_demographics(ig):
    asked = {"period": "lifetime", "metric_type": "total_value"}
    for breakdown in ("age", "city", "country", "gender"):
        (seen,) = account(ig, metric="follower_demographics", breakdown=breakdown, **asked)
        assert seen["total_value"]["breakdowns"][0]["dimension_keys"] == [breakdown]
    (bare,) = account(ig, metric="follower_demographics", **asked)
    assert bare["total_value"] == {}
    for name in ("engaged_audience_demographics", "reached_audience_demographics"):
        assert no_account(ig, metric=name, breakdown="age", **asked)[0] == 100
        assert no_account(ig, metric=name, breakdown="age", timeframe="last_14_days", **asked)[0] == 100
        assert account(ig, metric=name, breakdown="age", timeframe="this_month", **asked)
    assert no_account(ig, metric="follower_demographics", timeframe="ever", **asked)[0] == 100


def test_online_followers_come_by_the_hour(ig):
    (seen,) = account(ig, metric="online_followers", period="lifetime")
    assert len(seen["values"][0]["value"]) == 24


def test_since_and_until_are_at_most_30_days_apart(ig):
    message = "(#100) There cannot be more than 30 days (2592000 s) between since and until"
    assert no_account(ig, metric="reach", since="2026-10-01", until="2026-11-01") == (100, None, message)
    assert no_account(ig, metric="reach", since="2026-11-02", until="2026-11-01")[0] == 100
    assert len(account(ig, metric="reach", since="2026-10-02", until="2026-11-01")[0]["values"]) == 30


@pytest.mark.parametrize(
    "params",
    [
        {"metric": "impressions"},
        {"metric": "get_directions_clicks"},
        {"metric": ""},
        {"metric": ","},
        {"metric": "reach", "period": ""},
        {"metric": "reach", "period": "year"},
        {"metric": "reach", "period": "lifetime"},
        {"metric": "reach", "metric_type": "sum"},
        {"metric": "reach", "timeframe": "this_century"},
        {"metric": "reach", "since": "then"},
    ],
)
def test_account_insights_that_cannot_be(ig, params):
    assert no_account(ig, **params)[0] == 100


def test_days_are_kept_for_ninety_days_and_then_are_an_empty_data_set(ig):
    window = {"since": "2026-08-20T07:00:00", "until": "2026-08-26T07:00:00"}
    (reach,) = account(ig, metric="reach", **window)
    assert [one["end_time"][:10] for one in reach["values"]] == ["2026-08-24", "2026-08-25", "2026-08-26"]
    before = {"since": "2026-08-20T07:00:00", "until": "2026-08-21T07:00:00"}
    assert account(ig, metric="reach", **before) == []
    assert account(ig, metric="views", metric_type="total_value", **before) == []
    ig.control("settings", insights_days=400)
    assert len(account(ig, metric="reach", **window)[0]["values"]) == 6


def test_a_retired_metric_fails_the_whole_request_and_is_in_no_list(ig):
    ig.control("settings", retired_metrics="reposts, views")
    media = grown(ig)
    for message in (
        ig.no(f"{media}/insights", metric="reach,reposts")[2],
        no_account(ig, metric="likes,views", metric_type="total_value")[2],
        ig.no(f"{ig.me}/media", fields="id,insights.metric(reach,reposts)")[2],
        ig.no("", ids=media, fields="insights.metric(reach,reposts)")[2],
    ):
        assert "metric[1] must be one of the following values" in message
        assert not {"reposts", "views"} & set(message.replace(",", " ").split())
    assert media_values(ig, media, "reach")


def test_one_post_that_refuses_costs_the_list_its_figures(ig):
    grown(ig, "story")
    quiet = ig.post_by_hand("story", viewers=4)
    code, _, message = ig.no(f"{ig.me}/stories", fields="id,insights.metric(reach)")
    assert (code, message) == (10, "(#10) Not enough viewers for the media to show insights")
    ig.control(f"media/{quiet}", viewers=5)
    assert len(ig.ok(f"{ig.me}/stories", fields="id,insights.metric(reach)")["data"]) == 2


def test_figures_can_be_set_and_agree_with_each_other(ig):
    media = grown(ig)
    ig.control("figures", media_id=media, figures={"reach": 200, "likes": 30, "saved": 4, "shares": 6})
    seen = media_values(ig, media, "reach", "likes", "total_interactions", "views")
    assert (seen["reach"], seen["likes"], seen["total_interactions"]) == (200, 30, 40)
    assert seen["views"] >= 200
    day = "2026-11-20"
    given = {
        "reach": 90,
        "likes": 5,
        "comments": 2,
        "saves": 1,
        "shares": 0,
        "follower_count": 4,
        "unfollowed": 3,
    }
    ig.control("figures", day=day, figures=given)
    window = {"since": "2026-11-20T08:00:00", "until": "2026-11-21T08:00:00", "metric_type": "total_value"}
    names = "reach,total_interactions,accounts_engaged"
    seen = {one["name"]: one["total_value"]["value"] for one in account(ig, metric=names, **window)}
    assert seen == {"reach": 90, "total_interactions": 8, "accounts_engaged": 6}
    (both,) = account(ig, metric="follows_and_unfollows", breakdown="follow_type", **window)
    results = both["total_value"]["breakdowns"][0]["results"]
    assert [one["value"] for one in results] == [4, 3]


def test_the_figures_of_a_day_agree_with_each_other(ig):
    for back in range(30):
        day = date(2026, 11, 20) - timedelta(days=back)
        since, until = (
            str(int(datetime.combine(one, time(), ZoneInfo("America/Los_Angeles")).timestamp()))
            for one in (day, day + timedelta(days=1))
        )
        window = {"since": since, "until": until, "metric_type": "total_value"}
        seen = {
            one["name"]: one["total_value"]["value"]
            for one in account(ig, metric=f"reach,{TOTALS}", **window)
        }
        assert seen["total_interactions"] == sum(
            seen[name] for name in ("likes", "comments", "saves", "shares")
        )
        assert seen["accounts_engaged"] <= min(seen["reach"], seen["total_interactions"])
        assert seen["profile_links_taps"] <= seen["reach"] <= seen["views"]


def test_the_figures_of_a_story_agree_with_each_other(ig):
    story = grown(ig, "story")
    ig.control("messages", author="siti", text="Buka jam berapa?", story_reply=story)
    seen = media_values(ig, story, "total_interactions", "shares", "replies")
    assert seen["total_interactions"] == seen["shares"] + seen["replies"]
    assert seen["replies"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"figures": {"reach": 1}},
        {"day": "2026-11-20", "figures": {"reach": -1}},
        {"day": "2026-11-20", "figures": {"reach": True}},
        {"day": "2026-11-20", "figures": {"saved": 1}},
        {"day": "yesterday", "figures": {"reach": 1}},
        {"media_id": "5", "figures": {"reach": 1}},
        {"day": "2026-11-20", "media_id": "latest", "figures": {"reach": 1}},
    ],
)
def test_figures_that_cannot_be_set(ig, given):
    assert ig.client.post("/control/figures", json=given).status_code == 400


def test_late_days_are_missing(ig):
    window = {"since": "2026-11-17T08:00:00", "until": "2026-11-21T08:00:00"}
    ig.control("settings", insights_lag_seconds=2 * DAY)
    (reach,) = account(ig, metric="reach", **window)
    assert [one["end_time"][:10] for one in reach["values"]] == ["2026-11-18", "2026-11-19"]
    assert account(ig, metric="views", metric_type="total_value") == []
