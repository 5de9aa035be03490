"""Comments and replies, as Meta answers them (section C)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from graph_wire import IG, INSTAGRAM, error

from ig_worker.domain.errors import Unanswered, Unavailable
from ig_worker.domain.instagram import AccountProfile, Comment
from ig_worker.graph import InstagramAccount

Client = Callable[..., InstagramAccount]
ROOT = f"{INSTAGRAM}/v25.0/"
COMMENTS = f"{ROOT}18001/comments"
ME = {"id": "999", "user_id": IG, "username": "puskesmaspolowijen"}
AT = "2026-11-22T02:00:00+0000"
TOO_MUCH = error(1, None, "Please reduce the amount of data you're asking for, then retry your request")


def test_a_comment_comes_with_its_first_replies(wire: responses.RequestsMock, client: Client) -> None:
    comment = {
        "id": "1",
        "text": "Antreannya lama 😡",
        "timestamp": AT,
        "username": "ani",
        "from": {"id": "555", "username": "ani"},
        "like_count": 3,
        "hidden": True,
        "replies": {
            "data": [{"id": "2", "text": "Maaf, Kak", "timestamp": AT, "username": "puskesmaspolowijen"}],
            "paging": {"cursors": {"after": "R2"}, "next": "https://x"},
        },
    }
    wire.get(f"{ROOT}me", json=ME)
    wire.get(COMMENTS, json={"data": [comment], "paging": {"cursors": {"after": "C2"}, "next": "https://x"}})
    page = client().comments("18001", "C1")
    when = datetime(2026, 11, 22, 2, tzinfo=UTC)
    reply = Comment("2", "18001", "Maaf, Kak", when, "puskesmaspolowijen", "", parent_id="1", own=True)
    assert page.after == "C2"
    assert page.items == (
        Comment(
            "1",
            "18001",
            "Antreannya lama 😡",
            when,
            "ani",
            "555",
            hidden=True,
            like_count=3,
            replies=(reply,),
            more_replies="R2",
        ),
    )
    query = wire.calls[1].request.params  # type: ignore[attr-defined]
    assert (query["limit"], query["after"]) == ("50", "C1")
    fields = query["fields"]
    assert fields.endswith("replies.limit(50){id,text,timestamp,username,from,like_count,hidden,parent_id}")


@pytest.mark.parametrize(
    ("by", "own"),
    [
        ({"username": "puskesmaspolowijen"}, True),
        ({"username": "PuskesmasPolowijen"}, True),
        ({"from": {"id": IG, "username": ""}}, True),
        ({"from": {"id": "999"}}, True),
        ({"from": {"id": "555", "username": "puskesmaspolowijen_"}}, False),
        ({}, False),
    ],
)
def test_our_own_comments_are_known_by_id_or_name(
    wire: responses.RequestsMock, client: Client, by: dict[str, Any], own: bool
) -> None:
    wire.get(f"{ROOT}me", json=ME)
    wire.get(COMMENTS, json={"data": [{"id": "1", "timestamp": AT, **by}]})
    (comment,) = client().comments("18001").items
    assert comment.own is own


def test_who_we_are_is_asked_once(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}me", json=ME)
    wire.get(COMMENTS, json={"data": []})
    wire.get(f"{ROOT}1/replies", json={"data": []})
    account = client()
    account.comments("18001")
    account.comments("18001")
    account.comment_replies("1", "18001")
    assert sum("/me" in str(call.request.url) for call in wire.calls) == 1


def test_an_account_without_a_name_does_not_own_comments_without_an_author(
    wire: responses.RequestsMock, client: Client
) -> None:
    wire.get(f"{ROOT}me", json={"id": "999", "user_id": IG})
    wire.get(COMMENTS, json={"data": [{"id": "1", "timestamp": AT}]})
    assert not client().comments("18001").items[0].own


def test_further_replies_are_read_by_cursor(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}me", json=ME)
    reply = {"id": "2", "text": "ya", "timestamp": AT, "username": "budi", "parent_id": "1"}
    wire.get(f"{ROOT}1/replies", json={"data": [reply], "paging": {"cursors": {"after": "R3"}}})
    page = client().comment_replies("1", "18001", "R2")
    assert page.after is None
    assert [(c.ig_id, c.parent_id, c.media_id, c.own) for c in page.items] == [("2", "1", "18001", False)]
    assert wire.calls[1].request.params["after"] == "R2"  # type: ignore[attr-defined]
    assert "replies" not in wire.calls[1].request.params["fields"]  # type: ignore[attr-defined]


def test_a_page_too_large_for_meta_is_asked_smaller(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}me", json=ME)
    for _ in range(4):
        wire.get(COMMENTS, status=500, json=TOO_MUCH)
    wire.get(COMMENTS, json={"data": []})
    assert client().comments("18001").items == ()
    limits = [call.request.params.get("limit") for call in wire.calls][1:]  # type: ignore[attr-defined]
    assert limits == ["50", "50", "50", "50", "10"]


@pytest.mark.parametrize("trouble", [{"body": "x"}, {"status": 500, "json": error(1, None, "Unknown")}])
def test_other_trouble_is_not_taken_for_a_page_too_large(
    wire: responses.RequestsMock, client: Client, trouble: dict[str, Any]
) -> None:
    wire.get(f"{ROOT}me", json=ME)
    wire.get(COMMENTS, **trouble)
    with pytest.raises(Unanswered):
        client().comments("18001")
    assert len(wire.calls) == 5


def test_only_in_so_many_words_a_comment_does_not_exist(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}1", json={"id": "1"})
    wire.get(f"{ROOT}2", status=400, json=error(100, 33))
    wire.get(f"{ROOT}3", status=400, json=error(4, 2207051))
    assert client().comment_exists("1")
    assert not client().comment_exists("2")
    assert [call.request.params["fields"] for call in wire.calls] == ["id", "id"]  # type: ignore[attr-defined]
    with pytest.raises(Unavailable):
        client().comment_exists("3")


def test_a_deleted_post_is_unavailable(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}me", json=ME)
    wire.get(COMMENTS, status=400, json=error(100, 33))
    with pytest.raises(Unavailable):
        client().comments("18001")


def test_the_list_of_posts_ends_where_the_watch_ends_though_meta_goes_on(
    wire: responses.RequestsMock, client: Client
) -> None:
    old = {"id": "18000", "timestamp": "2026-08-01T02:00:00+0000", "media_type": "IMAGE"}
    new = {**old, "id": "18001", "timestamp": AT}
    paging = {"cursors": {"after": "M2"}, "next": "https://x"}
    since = datetime(2026, 9, 1, tzinfo=UTC)
    wire.get(f"{ROOT}{IG}/media", json={"data": [new, old], "paging": paging})
    wire.get(f"{ROOT}{IG}/media", json={"data": [new], "paging": paging})
    pages = [client().media_with_counts(since) for _ in range(2)]
    assert [([media.ig_id for media in page.items], page.after) for page in pages] == [
        (["18001"], None),
        (["18001"], "M2"),
    ]


def test_a_reply_gives_its_id(wire: responses.RequestsMock, client: Client) -> None:
    wire.post(f"{ROOT}1/replies", json={"id": "2"})
    assert client().reply_to_comment("1", "Terima kasih, Kak 🙏 & sehat selalu") == "2"
    assert wire.calls[0].request.body == (b"message=Terima+kasih%2C+Kak+%F0%9F%99%8F+%26+sehat+selalu")


@pytest.mark.parametrize(("hide", "body"), [(True, b"hide=true"), (False, b"hide=false")])
def test_hiding_asks_for_the_success_that_meta_tells(
    wire: responses.RequestsMock, client: Client, hide: bool, body: bytes
) -> None:
    wire.post(f"{ROOT}1", json={"success": True})
    client().hide_comment("1", hide)
    assert wire.calls[0].request.body == body


@pytest.mark.parametrize("told", [{"success": False}, {}, {"success": None}])
def test_hiding_without_a_success_is_unclear(
    wire: responses.RequestsMock, client: Client, told: dict[str, Any]
) -> None:
    wire.post(f"{ROOT}1", json=told)
    with pytest.raises(Unanswered):
        client().hide_comment("1", True)


class TestProfile:
    def test_instagram_login_has_two_ids_and_the_account_is_the_second(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        numbers = {"followers_count": 1200, "follows_count": 80, "media_count": 31}
        wire.get(f"{ROOT}me", json={**ME, "user_id": int(IG), "name": "Puskesmas", **numbers})
        assert client().profile() == AccountProfile(IG, "puskesmaspolowijen", "Puskesmas", 1200, 80, 31)

    def test_facebook_login_asks_the_account_itself(
        self, wire: responses.RequestsMock, client: Client
    ) -> None:
        wire.get(f"https://graph.facebook.com/v25.0/{IG}", json={"id": IG, "username": "x"})
        assert client("facebook").profile() == AccountProfile(IG, "x")
        assert "user_id" not in str(wire.calls[0].request.url)
