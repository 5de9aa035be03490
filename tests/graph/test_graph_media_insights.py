"""Figures of posts and stories, as Meta gives and refuses them (section E)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from figure_wire import Asked, Meta, must_be
from graph_wire import error

from ig_worker.domain.errors import PermissionLost, Refused, Throttled, TokenExpired
from ig_worker.domain.instagram import MediaRead, MetricsRead, Why
from ig_worker.graph import InstagramAccount
from ig_worker.graph.media_metrics import COMMON, EXTRAS, STORY

Client = Callable[..., InstagramAccount]
Wire = responses.RequestsMock
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
FEED = (*COMMON, *EXTRAS["FEED"])
REELS = (*COMMON, *EXTRAS["REELS"])
TOO_FEW = error(10, None, "(#10) Not enough viewers for the media to show insights")


def by_id(reads: tuple[MediaRead, ...]) -> dict[str, MetricsRead]:
    return {one.media.ig_id: one.read for one in reads}


def names(read: MetricsRead) -> list[str]:
    return [metric.name for metric in read.metrics]


class TestPosts:
    def test_the_list_has_what_both_types_have_and_each_type_the_rest(
        self, wire: Wire, client: Client
    ) -> None:
        meta = Meta(wire, p1="FEED", p2="REELS", p3="FEED")
        reads = by_id(client().media_insights(SINCE))
        assert meta.asked == [
            Asked("list", (), COMMON),
            Asked("ids", ("1", "3"), EXTRAS["FEED"]),
            Asked("one", ("2",), EXTRAS["REELS"]),
        ]
        assert [*reads] == ["1", "2", "3"]
        assert names(reads["1"]) == [*FEED]
        assert names(reads["2"]) == [*REELS]
        assert all((read.refused, read.missing) == ({}, {}) for read in reads.values())

    def test_more_than_fifty_posts_of_a_type_are_asked_in_parts(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, **{f"p{n}": "FEED" for n in range(101)})
        client().media_insights(SINCE)
        assert [len(asked.ids) for asked in meta.asked] == [0, 50, 50, 1]

    def test_no_posts_cost_one_call(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire)
        assert client().media_insights(SINCE) == ()
        assert len(meta.asked) == 1

    def test_a_withheld_type_is_told_by_what_it_is(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, p1=None, p2="AD")
        client().media_insights(SINCE)
        assert [asked.metrics for asked in meta.asked[1:]] == [EXTRAS["FEED"]]

    def test_what_the_answer_does_not_have_is_missing_and_not_zero(self, wire: Wire, client: Client) -> None:
        post = {"id": "1", "timestamp": "2026-11-20T01:00:00+0000", "media_product_type": "FEED"}
        insights = {"data": [{"name": "reach", "values": [{"value": 0}]}, {"name": "views", "values": []}]}
        wire.get(url("media"), json={"data": [{**post, "insights": insights}]})
        wire.get(url("1/insights", ig=False), json={"data": []})
        (read,) = by_id(client().media_insights(SINCE)).values()
        assert [(metric.name, metric.value) for metric in read.metrics] == [("reach", 0.0)]
        assert read.missing == dict.fromkeys([name for name in FEED if name != "reach"], Why.NO_DATA)

    def test_a_retired_metric_costs_one_refused_call_and_is_left_out_from_then_on(
        self, wire: Wire, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            gone = "reposts" in asked.metrics
            return error(100, None, must_be(asked.metrics, "reposts")) if gone else None

        meta = Meta(wire, rule, p1="FEED", p2="REELS")
        account = client()
        for _ in range(2):
            for read in by_id(account.media_insights(SINCE)).values():
                assert "reposts" in read.refused
                assert read.missing == {"reposts": Why.REFUSED}
                assert len(read.metrics) == len(FEED) - 1
        account.stories_insights()
        assert (
            meta.how()
            == ["list", "list", "one", "one", "list", "one", "one", "list", "one", "one"][: len(meta.asked)]
        )
        assert sum("reposts" in asked.metrics for asked in meta.asked) == 1
        assert caplog.text.count("refuses reposts") == 1

    def test_a_metric_that_one_type_has_not_is_asked_of_the_other(self, wire: Wire, client: Client) -> None:
        words = "(#100) The Media Insights API does not support the saved metric for this media product type."

        def rule(asked: Asked) -> dict[str, Any] | None:
            reel = asked.how == "list" or "2" in asked.ids
            return error(100, None, words) if reel and "saved" in asked.metrics else None

        meta = Meta(wire, rule, p1="FEED", p2="REELS")
        account = client()
        for _ in range(2):
            reads = by_id(account.media_insights(SINCE))
            assert set(names(reads["1"])) == set(FEED)
            assert set(names(reads["2"])) == set(REELS) - {"saved"}
            assert reads["2"].missing == {"saved": Why.REFUSED}
            assert reads["1"].missing == {}
        assert meta.how() == ["list", "list", "one", "one", "one", "list", "one", "one"]

    def test_where_meta_names_nothing_each_metric_is_tried_on_one_post(
        self, wire: Wire, client: Client
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            return error(100, None, "Invalid parameter") if "follows" in asked.metrics else None

        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 9)})
        account = client()
        for _ in range(2):
            reads = by_id(account.media_insights(SINCE))
            assert all(read.missing == {"follows": Why.REFUSED} for read in reads.values())
            assert set(names(reads["8"])) == set(FEED) - {"follows"}
        # The list; all, the first alone, its three metrics, it again, the seven others; and the second night.
        assert meta.how() == ["list", "ids", *["one"] * 5, "ids", "list", "ids"]

    def test_a_no_to_everything_is_not_repeated_for_each_post_and_not_remembered(
        self, wire: Wire, client: Client
    ) -> None:
        meta = Meta(
            wire,
            lambda asked: error(100, None, "Invalid parameter") if asked.metrics else None,
            p1="FEED",
            p2="FEED",
            p3="FEED",
        )
        account = client()
        reads = by_id(account.media_insights(SINCE))
        assert [set(read.missing.values()) for read in reads.values()] == [{Why.REFUSED}] * 3
        calls = len(meta.asked)
        assert calls <= 12
        account.media_insights(SINCE)
        assert len(meta.asked) == 2 * calls

    def test_a_list_without_figures_is_remembered_and_many_are_asked_at_once(
        self, wire: Wire, client: Client
    ) -> None:
        words = "(#100) Tried accessing nonexisting field (insights) on node type (IGMedia)"

        def rule(asked: Asked) -> dict[str, Any] | None:
            return error(100, None, words) if asked.how == "list" and asked.metrics else None

        meta = Meta(wire, rule, p1="FEED", p2="FEED", p3="REELS", p4="REELS")
        account = client()
        for _ in range(2):
            assert all(read.missing == {} for read in by_id(account.media_insights(SINCE)).values())
        assert meta.how() == ["list", "list", "ids", "ids", "list", "ids", "ids"]

    def test_should_meta_not_take_many_ids_figures_come_one_by_one_and_it_is_remembered(
        self, wire: Wire, client: Client
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            return error(100, 33, "Unsupported get request") if asked.how == "ids" else None

        meta = Meta(wire, rule, p1="FEED", p2="FEED", p3="FEED")
        account = client()
        for _ in range(2):
            assert all(read.missing == {} for read in by_id(account.media_insights(SINCE)).values())
        assert meta.how() == ["list", "ids", *["one"] * 3, "list", *["one"] * 3]

    @pytest.mark.parametrize("how", ["list", "ids"])
    def test_asked_for_less_it_is_less_that_is_asked(self, wire: Wire, client: Client, how: str) -> None:
        less = error(1, None, "Please reduce the amount of data you're asking for, then retry your request")

        def rule(asked: Asked) -> dict[str, Any] | None:
            return less if asked.how == how and asked.metrics and len(asked.ids) != 2 else None

        Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 5)})
        reads = by_id(client(patient=False).media_insights(SINCE))
        assert [set(names(read)) for read in reads.values()] == [set(FEED)] * 4


class TestOnePostAtFault:
    @pytest.mark.parametrize(
        ("no", "reason"),
        [
            (TOO_FEW, Why.TOO_FEW),
            (error(4, 2108006, "Media posted before business account conversion"), Why.REFUSED),
            (error(100, 2108006, "Media posted before business account conversion"), Why.REFUSED),
        ],
        ids=str,
    )
    def test_it_does_not_hide_the_others(
        self, wire: Wire, client: Client, no: dict[str, Any], reason: Why
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            return no if asked.metrics and (asked.how == "list" or "30" in asked.ids) else None

        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        reads = by_id(client().media_insights(SINCE))
        assert reads["30"].metrics == ()
        assert reads["30"].missing == {"": reason}
        assert reads["30"].refused == {"": no["error"]["message"]}
        assert all(set(names(read)) == set(FEED) for ig_id, read in reads.items() if ig_id != "30")
        assert len(meta.asked) <= 16

    @pytest.mark.parametrize(
        "no",
        [
            error(100, 33, "Unsupported get request. Object with ID '7' does not exist, cannot be loaded"),
            error(803, None, "(#803) Some of the aliases you requested do not exist: 7"),
        ],
        ids=str,
    )
    def test_a_deleted_post_is_named_by_meta_and_left_out_at_once(
        self, wire: Wire, client: Client, no: dict[str, Any]
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            return no if "7" in asked.ids else None

        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        reads = by_id(client(patient=False).media_insights(SINCE))
        assert names(reads["7"]) == [*COMMON]
        assert reads["7"].missing == dict.fromkeys(EXTRAS["FEED"], Why.NO_DATA)
        assert all(read.missing == {} for ig_id, read in reads.items() if ig_id != "7")
        assert meta.how() == ["list", "ids", "one", "ids"]

    def test_posts_older_than_the_professional_account_are_found_with_the_newest_and_not_asked_again(
        self, wire: Wire, client: Client
    ) -> None:
        old = {str(n) for n in range(11, 31)}

        def rule(asked: Asked) -> dict[str, Any] | None:
            bad = asked.metrics and (asked.how == "list" or old & {*asked.ids})
            return error(4, 2108006, "before") if bad else None

        meta = Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 31)})
        account = client()
        reads = by_id(account.media_insights(SINCE))
        assert {ig_id for ig_id, read in reads.items() if not read.metrics} == old
        assert len(meta.asked) <= 14
        meta.asked.clear()
        assert by_id(account.media_insights(SINCE)) == reads
        assert meta.how() == ["list", "ids"]

    def test_a_story_that_ends_while_it_is_read_is_no_lost_permission(
        self, wire: Wire, client: Client
    ) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            gone = asked.metrics and (asked.how == "list" or "2" in asked.ids)
            return error(100, 33, "Unsupported get request.") if gone else None

        Meta(wire, rule, p1="STORY", p2="STORY", p3="STORY")
        reads = by_id(client(patient=False).stories_insights())
        assert reads["2"].missing == {"": Why.NO_DATA}
        assert all(set(names(reads[ig_id])) == set(STORY) for ig_id in "13")

    def test_an_account_that_is_not_there_is_one(self, wire: Wire, client: Client) -> None:
        Meta(wire, lambda asked: error(100, 33, "Unsupported get request."), p1="FEED")
        with pytest.raises(PermissionLost):
            client(patient=False).media_insights(SINCE)

    def test_an_error_in_one_posts_place_is_its_reason(self, wire: Wire, client: Client) -> None:
        words = "(#10) Not enough viewers for the media to show insights"
        post = {"id": "1", "timestamp": "2026-11-20T01:00:00+0000", "insights": {"error": {"message": words}}}
        wire.get(url("stories"), json={"data": [post]})
        (read,) = by_id(client().stories_insights()).values()
        assert read == MetricsRead((), {"": words}, {"": Why.TOO_FEW})

    def test_a_metric_that_only_one_post_has_not_is_kept_for_the_others(
        self, wire: Wire, client: Client
    ) -> None:
        words = "(#100) The profile_visits metric is not supported for the queried media"

        def rule(asked: Asked) -> dict[str, Any] | None:
            return error(100, None, words) if "profile_visits" in asked.metrics and "3" in asked.ids else None

        Meta(wire, rule, **{f"p{n}": "FEED" for n in range(1, 9)})
        reads = by_id(client().media_insights(SINCE))
        assert reads["3"].missing == {"profile_visits": Why.REFUSED}
        assert all(read.missing == {} for ig_id, read in reads.items() if ig_id != "3")

    @pytest.mark.parametrize("how", ["list", "ids", "one"])
    @pytest.mark.parametrize(
        ("code", "family"), [(190, TokenExpired), (10, PermissionLost), (80002, Throttled), (352, Refused)]
    )
    def test_a_lost_token_or_a_limit_is_raised_at_once(
        self, wire: Wire, client: Client, code: int, family: type[Exception], how: str
    ) -> None:
        no = error(code, 2207026 if code == 352 else None)
        meta = Meta(wire, lambda asked: no if asked.how == how else None, p1="FEED", p2="FEED", p3="REELS")
        with pytest.raises(family):
            client().media_insights(SINCE)
        assert meta.asked[-1].how == how
        assert meta.how().count(how) == 1


class TestStories:
    def test_they_cost_one_call(self, wire: Wire, client: Client) -> None:
        meta = Meta(wire, p1="STORY", p2=None)
        reads = by_id(client().stories_insights())
        assert meta.asked == [Asked("list", (), STORY)]
        assert [names(read) for read in reads.values()] == [[*STORY], [*STORY]]

    def test_link_clicks_are_asked_with_facebook_login_only(self, wire: Wire, client: Client) -> None:
        fields = []

        def answer(request: Any) -> tuple[int, dict[str, str], str]:
            fields.append(request.params["fields"])
            return 200, {}, '{"data": []}'

        wire.add_callback("GET", url("stories").replace("instagram.com", "facebook.com"), answer)
        client("facebook").stories_insights()
        assert fields[0].endswith("navigation,link_clicks)")

    def test_few_seen_stories_are_found_with_few_calls(self, wire: Wire, client: Client) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            bad = asked.metrics and (asked.how == "list" or {"2", "3"} & {*asked.ids})
            return TOO_FEW if bad else None

        meta = Meta(wire, rule, **{f"p{n}": "STORY" for n in range(1, 7)})
        reads = by_id(client().stories_insights())
        assert {ig_id for ig_id, read in reads.items() if read.missing == {"": Why.TOO_FEW}} == {"2", "3"}
        assert all(set(names(reads[ig_id])) == set(STORY) for ig_id in "1456")
        assert meta.how() == ["list", "list", "ids", "one", "one", "one", "ids"]

    @pytest.mark.parametrize("count", [1, 2, 3])
    def test_one_quiet_story_costs_two_refused_calls(self, wire: Wire, client: Client, count: int) -> None:
        def rule(asked: Asked) -> dict[str, Any] | None:
            return TOO_FEW if asked.metrics and (asked.how == "list" or "1" in asked.ids) else None

        meta = Meta(wire, rule, **{f"p{n}": "STORY" for n in range(1, count + 1)})
        reads = by_id(client().stories_insights())
        assert [ig_id for ig_id, read in reads.items() if not read.metrics] == ["1"]
        assert meta.how() == ["list", "list", *["one"] * count]


def url(path: str, *, ig: bool = True) -> str:
    from figure_wire import ROOT
    from graph_wire import IG

    return f"{ROOT}{IG + '/' if ig else ''}{path}"
