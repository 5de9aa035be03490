"""Containers, publishing and the list of posts, as Meta answers them (section B)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses
from graph_wire import IG, INSTAGRAM, error
from responses.matchers import query_param_matcher

from ig_worker.domain.errors import Refused, Throttled, TokenExpired, Unanswered, Unavailable
from ig_worker.domain.instagram import (
    ContainerSpec,
    ContainerState,
    ContainerStatus,
    Kind,
    Media,
    PublishingLimit,
    UserTag,
)
from ig_worker.graph import InstagramAccount

Client = Callable[..., InstagramAccount]
MEDIA = f"{INSTAGRAM}/v25.0/{IG}/media"
ROOT = f"{INSTAGRAM}/v25.0/"
SINCE = datetime(2026, 11, 22, 2, 0, 0, 500_000, tzinfo=UTC)
POST = {"id": "18001", "timestamp": "2026-11-22T02:00:00+0000", "media_type": "IMAGE"}


def form_of(call: Any) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(call.request.body.decode()).items()}


class TestContainers:
    @pytest.mark.parametrize(
        ("spec", "form"),
        [
            (
                ContainerSpec(
                    Kind.IMAGE,
                    image_url="https://a/b.jpg",
                    caption="Posyandu #sehat & ceria 😀",
                    alt_text="Ibu dan anak",
                    collaborators=("dinkes",),
                    location_id="77",
                    user_tags=(UserTag("bidan", 0.5, 0.25),),
                    thumb_offset_ms=0,
                    share_to_feed=True,
                ),
                {
                    "image_url": "https://a/b.jpg",
                    "caption": "Posyandu #sehat & ceria 😀",
                    "alt_text": "Ibu dan anak",
                    "collaborators": '["dinkes"]',
                    "location_id": "77",
                    "user_tags": '[{"username": "bidan", "x": 0.5, "y": 0.25}]',
                },
            ),
            (
                ContainerSpec(
                    Kind.REEL,
                    video_url="https://a/b.mp4",
                    caption="Senam",
                    cover_url="https://a/c.jpg",
                    thumb_offset_ms=0,
                    share_to_feed=False,
                    user_tags=(UserTag("bidan"),),
                    alt_text="not for videos",
                ),
                {
                    "media_type": "REELS",
                    "video_url": "https://a/b.mp4",
                    "caption": "Senam",
                    "cover_url": "https://a/c.jpg",
                    "thumb_offset": "0",
                    "share_to_feed": "false",
                    "user_tags": '[{"username": "bidan"}]',
                },
            ),
            (
                ContainerSpec(
                    Kind.STORY, image_url="https://a/b.jpg", caption="not for stories", collaborators=("x",)
                ),
                {"media_type": "STORIES", "image_url": "https://a/b.jpg"},
            ),
            (
                ContainerSpec(
                    Kind.CAROUSEL,
                    carousel_child=True,
                    image_url="https://a/1.jpg",
                    caption="not for children",
                    alt_text="Satu",
                    location_id="77",
                ),
                {"is_carousel_item": "true", "image_url": "https://a/1.jpg", "alt_text": "Satu"},
            ),
            (
                ContainerSpec(
                    Kind.CAROUSEL, carousel_child=True, video_url="https://a/2.mp4", alt_text="not for videos"
                ),
                {"is_carousel_item": "true", "media_type": "VIDEO", "video_url": "https://a/2.mp4"},
            ),
            (
                ContainerSpec(
                    Kind.CAROUSEL, children=("11", "12"), caption="Dua", share_to_feed=True, alt_text="no"
                ),
                {"media_type": "CAROUSEL", "children": "11,12", "caption": "Dua", "share_to_feed": "true"},
            ),
        ],
        ids=["image", "reel", "story", "child picture", "child video", "carousel"],
    )
    def test_each_type_sends_its_own_parameters_only(
        self, wire: responses.RequestsMock, client: Client, spec: ContainerSpec, form: dict[str, str]
    ) -> None:
        wire.post(MEDIA, json={"id": "17900"})
        assert client().create_container(spec) == "17900"
        assert form_of(wire.calls[0]) == form

    def test_publishing_gives_the_id_of_the_post(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.post(f"{MEDIA}_publish", json={"id": "18001"})
        assert client().publish_container("17900") == "18001"
        assert form_of(wire.calls[0]) == {"creation_id": "17900"}


class TestContainerStates:
    def test_many_are_read_in_one_call(self, wire: responses.RequestsMock, client: Client) -> None:
        answer = {
            "1": {"id": "1", "status_code": "FINISHED", "status": "Finished: ready"},
            "2": {"id": "2", "status_code": "IN_PROGRESS"},
        }
        query = {"ids": "1,2", "fields": "status_code,status"}
        wire.get(ROOT, json=answer, match=[query_param_matcher(query)])
        assert client().container_states(["1", "2", "1"]) == {
            "1": ContainerState(ContainerStatus.FINISHED, "Finished: ready"),
            "2": ContainerState(ContainerStatus.IN_PROGRESS),
        }

    @pytest.mark.parametrize("no", [{"status": 400, "json": error(100, 33)}, {"status": 200, "json": {}}])
    def test_one_bad_id_does_not_hide_the_others(
        self, wire: responses.RequestsMock, client: Client, no: dict[str, Any]
    ) -> None:
        wire.get(ROOT, **no)
        wire.get(f"{ROOT}1", json={"status_code": "PUBLISHED", "id": "1"})
        wire.get(f"{ROOT}2", status=400, json=error(100, 33))
        assert client().container_states(["1", "2"]) == {
            "1": ContainerState(ContainerStatus.PUBLISHED),
            "2": ContainerState(ContainerStatus.UNREADABLE),
        }

    def test_where_ids_are_refused_they_are_asked_for_only_once(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        """A carousel of two then costs no more than its 2N + 4 calls."""
        together = wire.get(ROOT, status=400, json=error(100))
        alone = [
            wire.get(f"{ROOT}{one}", json={"status_code": "IN_PROGRESS", "id": one}) for one in ("1", "2")
        ]
        instagram = client()
        for _ in range(3):
            states = instagram.container_states(["1", "2"])
            assert {state.status for state in states.values()} == {ContainerStatus.IN_PROGRESS}
        assert together.call_count == 1
        assert [one.call_count for one in alone] == [3, 3]

    def test_a_bad_id_among_them_is_no_word_about_ids(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        together = wire.get(ROOT, status=400, json=error(100, 33))
        wire.get(f"{ROOT}1", json={"status_code": "FINISHED", "id": "1"})
        wire.get(f"{ROOT}2", status=400, json=error(100, 33))
        instagram = client()
        for _ in range(2):
            instagram.container_states(["1", "2"])
        assert together.call_count == 2

    def test_a_container_is_looked_for_more_than_once(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"{ROOT}1", status=400, json=error(100, 33))
        wire.get(f"{ROOT}1", json={"status_code": "FINISHED", "id": "1"})
        assert client().container_states(["1"])["1"].status is ContainerStatus.FINISHED

    @pytest.mark.parametrize("ids", [["1"], ["1", "2", "3"]])
    def test_without_any_answer_all_are_unreadable(
        self, wire: responses.RequestsMock, client: Client, ids: list[str]
    ) -> None:
        wire.get(f"{ROOT}1" if len(ids) == 1 else ROOT, body=requests.ConnectionError())
        states = client().container_states(ids)
        assert {state.status for state in states.values()} == {ContainerStatus.UNREADABLE}
        assert list(states) == ids
        assert len(wire.calls) == 4

    def test_silence_ends_the_asking_one_by_one(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.get(ROOT, status=400, json=error(100))
        wire.get(f"{ROOT}1", body=requests.ReadTimeout())
        assert set(client().container_states(["1", "2"])) == {"1", "2"}
        assert len(wire.calls) == 5

    @pytest.mark.parametrize(
        ("code", "family"), [(190, TokenExpired), (80002, Throttled), (10, Refused), (100, Refused)]
    )
    def test_a_lost_token_or_a_limit_is_raised(
        self, wire: responses.RequestsMock, client: Client, code: int, family: type[Exception]
    ) -> None:
        wire.get(f"{ROOT}1", status=400, json=error(code))
        with pytest.raises(family):
            client().container_states(["1"])

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            ({"status": "Error: Media download has failed."}, ContainerStatus.ERROR),
            ({"status_code": "", "status": "In Progress: Media is processing"}, ContainerStatus.IN_PROGRESS),
            ({"status_code": "ERROR", "status": "Error: 2207052"}, ContainerStatus.ERROR),
            ({"status_code": "EXPIRED"}, ContainerStatus.EXPIRED),
            ({"status_code": "SOMETHING_NEW"}, ContainerStatus.UNREADABLE),
            ({}, ContainerStatus.UNREADABLE),
        ],
    )
    def test_the_words_help_where_the_code_is_missing(
        self,
        wire: responses.RequestsMock,
        client: Client,
        answer: dict[str, str],
        status: ContainerStatus,
    ) -> None:
        wire.get(f"{ROOT}1", json={"id": "1", **answer})
        assert client().container_states(["1"]) == {"1": ContainerState(status, answer.get("status", ""))}

    def test_nothing_asked_is_nothing_answered(self, client: Client) -> None:
        assert client().container_states([]) == {}


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (
            [{"quota_usage": 7, "config": {"quota_total": 100, "quota_duration": 86400}}],
            PublishingLimit(7, 100, 86400),
        ),
        ([{"quota_usage": "0", "config": {"quota_total": "25"}}], PublishingLimit(0, 25, 86400)),
    ],
)
def test_the_publishing_limit_is_read_not_assumed(
    wire: responses.RequestsMock, client: Client, data: list[dict[str, Any]], limit: PublishingLimit
) -> None:
    query = {"fields": "config,quota_usage"}
    wire.get(f"{ROOT}{IG}/content_publishing_limit", json={"data": data}, match=[query_param_matcher(query)])
    assert client().publishing_limit() == limit


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{"quota_usage": 7}],
        [{"config": {"quota_total": 100}}],
        [{"quota_usage": "many", "config": {"quota_total": 100}}],
        [{"quota_usage": 7, "config": {"quota_total": 0}}],
        [{"quota_usage": -1, "config": {"quota_total": 100}}],
        [7],
    ],
)
def test_a_limit_that_is_not_told_is_not_guessed(
    wire: responses.RequestsMock, client: Client, data: list[Any]
) -> None:
    wire.get(f"{ROOT}{IG}/content_publishing_limit", json={"data": data})
    with pytest.raises(Unavailable):
        client().publishing_limit()


@pytest.mark.parametrize(
    ("answer", "address"), [({"permalink": "https://ig/p/x"}, "https://ig/p/x"), ({}, "")]
)
def test_a_permalink_may_be_withheld(
    wire: responses.RequestsMock, client: Client, answer: dict[str, str], address: str
) -> None:
    wire.get(f"{ROOT}18001", json={"id": "18001", **answer})
    assert client().permalink("18001") == address


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"media_type": "IMAGE", "media_url": "https://cdn/a.jpg"}, "https://cdn/a.jpg"),
        ({"media_type": "VIDEO", "media_url": "https://cdn/a.mp4", "thumbnail_url": "https://cdn/t.jpg"}, "https://cdn/t.jpg"),
        ({"media_type": "VIDEO", "media_url": "https://cdn/a.mp4"}, ""),
        ({"media_type": "IMAGE"}, ""),
        ({"media_type": "IMAGE", "media_url": 7}, ""),
        (
            {
                "media_type": "CAROUSEL_ALBUM",
                "media_url": "https://cdn/album.jpg",
                "children": {"data": [{"media_type": "IMAGE", "media_url": "https://cdn/1.jpg"}, {"media_url": "2"}]},
            },
            "https://cdn/1.jpg",
        ),
        (
            {"media_type": "CAROUSEL_ALBUM", "media_url": "https://cdn/album.jpg", "children": {"data": [{}]}},
            "https://cdn/album.jpg",
        ),
        ({"media_type": "CAROUSEL_ALBUM", "media_url": "https://cdn/album.jpg", "children": []}, "https://cdn/album.jpg"),
    ],
)  # fmt: skip
def test_the_picture_of_a_post_is_what_people_see_of_it_first(
    wire: responses.RequestsMock, client: Client, answer: dict[str, Any], address: str
) -> None:
    carousel = answer["media_type"] == "CAROUSEL_ALBUM"
    fields = "media_type,media_url,thumbnail_url"
    asked = f"{fields},children{{{fields}}}" if carousel else fields
    wire.get(
        f"{ROOT}18001",
        json={"id": "18001", **answer},
        match=[query_param_matcher({"fields": asked})],
    )
    assert client().picture_address("18001", carousel=carousel) == address


def test_a_picture_is_asked_for_once_whatever_comes_of_it(
    wire: responses.RequestsMock, client: Client
) -> None:
    wire.get(f"{ROOT}18001", status=500, json={})
    with pytest.raises(Unanswered):
        client().picture_address("18001")
    assert len(wire.calls) == 1


class TestMediaSince:
    def test_all_pages_are_read_by_cursor_and_never_by_the_address_of_the_next(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        first = {
            "data": [POST],
            "paging": {"cursors": {"after": "QVFI"}, "next": "https://graph.instagram.com/x?access_token=T"},
        }
        last = {"data": [{**POST, "id": "18002"}], "paging": {"cursors": {"after": "QVFJ"}}}
        wire.get(MEDIA, json=first)
        wire.get(MEDIA, json=last)
        listed = client().media_since(SINCE, kind=Kind.IMAGE)
        assert [media.ig_id for media in listed] == ["18001", "18002"]
        queries = [call.request.params for call in wire.calls]  # type: ignore[attr-defined]
        assert [query.get("after") for query in queries] == [None, "QVFI"]
        assert {query["since"] for query in queries} == {str(int(SINCE.timestamp()))}
        assert {query["limit"] for query in queries} == {"100"}

    def test_stories_have_a_list_of_their_own(self, wire: responses.RequestsMock, client: Client) -> None:
        old = {**POST, "id": "18000", "timestamp": "2026-11-22T01:59:59+0000"}
        wire.get(f"{ROOT}{IG}/stories", json={"data": [POST, old]})
        assert [media.ig_id for media in client().media_since(SINCE, kind=Kind.STORY)] == ["18001"]

    def test_a_list_without_end_is_left_at_the_newest_ten_thousand(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        for number in range(100):
            paging = {"cursors": {"after": f"QVFI{number}"}, "next": "https://x"}
            wire.get(MEDIA, json={"data": [POST], "paging": paging})
        assert len(client().media_since(SINCE, kind=Kind.REEL)) == 100

    @pytest.mark.parametrize(("cursors", "pages"), [(["A", "A"], 2), (["A", "B", "A"], 3)])
    def test_a_cursor_that_leads_back_ends_the_walk(
        self, wire: responses.RequestsMock, client: Client, cursors: list[str], pages: int
    ) -> None:
        for after in cursors:
            paging = {"cursors": {"after": after}, "next": "https://x"}
            wire.get(MEDIA, json={"data": [POST], "paging": paging})
        assert len(client().media_since(SINCE, kind=Kind.IMAGE)) == pages

    @pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": {"0": POST}}, {"data": "none"}], ids=str)
    def test_an_answer_without_a_proper_list_is_not_an_empty_list(
        self, wire: responses.RequestsMock, client: Client, answer: dict[str, Any]
    ) -> None:
        wire.get(MEDIA, json=answer)
        with pytest.raises(Unanswered):
            client().media_since(SINCE, kind=Kind.IMAGE)


class TestMediaWithCounts:
    def test_a_post_is_read_with_all_its_fields(self, wire: responses.RequestsMock, client: Client) -> None:
        post = {
            **POST,
            "id": 18001,
            "caption": "Halo \ud83d😀",
            "media_product_type": "FEED",
            "permalink": "https://ig/p/x",
            "comments_count": 4,
            "like_count": 9,
            "media_url": "https://cdn/x.jpg",
            "thumbnail_url": "https://cdn/t.jpg",
        }
        wire.get(MEDIA, body=json.dumps({"data": [post]}))
        page = client().media_with_counts(SINCE)
        assert page.after is None
        assert page.items == (
            Media(
                "18001",
                "Halo �😀",
                datetime(2026, 11, 22, 2, tzinfo=UTC),
                "IMAGE",
                "FEED",
                "https://ig/p/x",
                4,
                9,
                "https://cdn/x.jpg",
                "https://cdn/t.jpg",
            ),
        )

    def test_fields_left_out_are_empty(self, wire: responses.RequestsMock, client: Client) -> None:
        wire.get(MEDIA, json={"data": [POST]})
        (media,) = client().media_with_counts(SINCE, "QVFI").items
        assert (media.caption, media.product_type, media.comments_count, media.like_count) == (
            "",
            "",
            None,
            None,
        )
        assert wire.calls[0].request.params["after"] == "QVFI"  # type: ignore[attr-defined]

    def test_a_field_that_is_refused_is_not_asked_again(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        words = "(#100) Tried accessing nonexisting field (caption) on node type (IGMedia)"
        wire.get(MEDIA, status=400, json=error(100, None, words))
        wire.get(MEDIA, json={"data": [POST]})
        wire.get(MEDIA, json={"data": []})
        account = client()
        assert len(account.media_with_counts(SINCE).items) == 1
        account.media_with_counts(SINCE)
        asked = [call.request.params["fields"].split(",") for call in wire.calls]  # type: ignore[attr-defined]
        assert ["caption" in fields for fields in asked] == [True, False, False]
        assert all("comments_count" in fields for fields in asked)

    @pytest.mark.parametrize("words", ["(#100) Invalid parameter", "nonexisting field (unasked)"])
    def test_a_refusal_about_something_else_is_raised(
        self, wire: responses.RequestsMock, client: Client, words: str
    ) -> None:
        wire.get(MEDIA, status=400, json=error(100, None, words))
        with pytest.raises(Refused):
            client().media_with_counts(SINCE)
        assert len(wire.calls) == 1
