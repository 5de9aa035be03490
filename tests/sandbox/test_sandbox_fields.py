"""Field expressions and paging (instagram_api.md, section F: field expansion and cursors)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from ig_worker.sandbox.errors import GraphError
from ig_worker.sandbox.fields import Field, parse_fields


def test_an_expression_is_read_with_arguments_and_braces():
    assert parse_fields(
        "id, comments.limit(25).after(x=){id,replies{text}} ,insights.metric(reach,views)"
    ) == (
        Field("id"),
        Field(
            "comments", {"limit": "25", "after": "x="}, (Field("id"), Field("replies", {}, (Field("text"),)))
        ),
        Field("insights", {"metric": "reach,views"}),
    )


@pytest.mark.parametrize("text", ["id", "a{b,c{d}}", "a.limit(2){b},c.metric(x,y)"])
def test_an_expression_is_written_as_it_was_read(text):
    assert ",".join(map(str, parse_fields(text))) == text


@pytest.mark.parametrize(
    "text", ["a{", "a{b", "a}", "a,,b", ",", "a.limit", "a.limit(2", "a.(2)", "a{}", "a b", "é", "a{" * 5000]
)
def test_a_broken_expression_is_a_syntax_error(text):
    with pytest.raises(GraphError) as caught:
        parse_fields(text)
    assert caught.value.code == 2500
    assert text in caught.value.message


def test_an_unknown_field_refuses_the_call_in_metas_words(ig):
    media = ig.post_by_hand()
    message = "(#100) Tried accessing nonexisting field (caption_text) on node type (Media)"
    assert ig.no(media, fields="id,caption_text") == (100, None, message)
    assert "(IGMedia)" in ig.facebook().no(ig.facebook().post_by_hand(), fields="x")[2]
    assert "(IGUser)" in ig.facebook().no(f"{ig.facebook().me}/bogus")[2]
    assert ig.no(f"{ig.me}/media", fields="id,comments{txt}")[0] == 100


def test_fields_differ_by_login(ig):
    # IGUser has no account_type and user_id (section A).
    assert ig.ok("me", fields="account_type")["account_type"] == "BUSINESS"
    assert ig.facebook().no(ig.facebook().me, fields="account_type")[0] == 100
    assert ig.no("me", fields="ig_id")[0] == 100


def test_an_unknown_parameter_is_refused(ig):
    assert ig.no(f"{ig.me}/media", limt=5)[0] == 100
    assert ig.no("me", since="1")[0] == 100


def test_an_unknown_path_is_refused(ig):
    assert ig.no("me/media/comments")[0] == 2500
    assert ig.no("")[0] == 2500


def test_expansion_reads_media_comments_and_replies_in_one_call(ig):
    media = ig.post_by_hand(caption="Pagi")
    comment = ig.control("comments", author="budi", text="Bagus")["id"]
    ig.control("comments", author="siti", text="Setuju", parent_id=comment)
    ig.post_by_hand(caption="Sore")
    fields = (
        "id,caption,owner,comments.limit(25){id,text,from{username},media{id,caption},replies.limit(5){text}}"
    )
    evening, morning = ig.ok(f"{ig.me}/media", fields=fields)["data"]
    # What holds nothing is left out of an expansion.
    assert "comments" not in evening
    assert morning["id"] == media
    assert morning["owner"] == {"id": ig.ok("me")["id"]}
    (seen,) = morning["comments"]["data"]
    assert seen["from"] == {"username": "budi"}
    assert seen["media"] == {"id": media, "caption": "Pagi"}
    assert seen["replies"]["data"] == [{"text": "Setuju", "id": seen["replies"]["data"][0]["id"]}]


def test_braces_pick_from_objects_and_leave_plain_values(ig):
    ig.post_by_hand()
    comment = ig.control("comments", author="budi", text="Bagus")["id"]
    assert ig.ok(comment, fields="from{username,nothing},text{x}") == {
        "from": {"username": "budi"},
        "text": "Bagus",
        "id": comment,
    }


def test_nested_pages_can_be_followed(ig):
    media = ig.post_by_hand()
    ig.control("comments", items=[{"author": "a", "text": str(n)} for n in range(5)])
    inner = ig.ok(f"{ig.me}/media", fields="comments.limit(2){text}")["data"][0]["comments"]
    assert [one["text"] for one in inner["data"]] == ["4", "3"]
    rest = ig.ok(f"{media}/comments", fields="text", limit=2, after=inner["paging"]["cursors"]["after"])
    assert [one["text"] for one in rest["data"]] == ["2", "1"]
    again = ig.client.get(inner["paging"]["next"]).json()
    assert [one["text"] for one in again["data"]] == ["2", "1"]
    assert set(again["data"][0]) == {"id", "text"}


def walk(ig, path, **params):
    seen, after = [], None
    while True:
        page = ig.ok(path, **params, **({"after": after} if after else {}))
        seen += page["data"]
        if "next" not in page.get("paging", {}):
            return seen
        after = page["paging"]["cursors"]["after"]


def test_pages_cover_everything_once_even_at_the_same_second(ig):
    posts = [ig.post_by_hand(caption=str(n)) for n in range(7)]
    seen = walk(ig, f"{ig.me}/media", limit=3)
    assert [one["id"] for one in seen] == posts[::-1]


def test_a_page_goes_back_too(ig):
    posts = [ig.post_by_hand() for _ in range(5)][::-1]
    first = ig.ok(f"{ig.me}/media", limit=2)
    assert "previous" not in first["paging"]
    second = ig.ok(f"{ig.me}/media", limit=2, after=first["paging"]["cursors"]["after"])
    back = ig.ok(f"{ig.me}/media", limit=2, before=second["paging"]["cursors"]["before"])
    assert [one["id"] for one in back["data"]] == posts[:2]
    assert ig.client.get(second["paging"]["previous"]).json()["data"] == back["data"]


def test_a_cursor_outlives_the_comment_it_stands_at(ig):
    media = ig.post_by_hand()
    ids = [
        one["id"]
        for one in ig.control("comments", items=[{"author": "a", "text": str(n)} for n in range(4)])["items"]
    ]
    page = ig.ok(f"{media}/comments", limit=2)
    ig.control(f"comments/{ids[2]}", deleted=True)
    rest = ig.ok(f"{media}/comments", limit=2, after=page["paging"]["cursors"]["after"])
    assert [one["id"] for one in rest["data"]] == [ids[1], ids[0]]


def test_the_next_address_holds_the_access_token_as_metas_does(ig):
    ig.post_by_hand()
    ig.post_by_hand()
    following = ig.ok(f"{ig.me}/media", limit=1, fields="id,caption")["paging"]["next"]
    query = dict(parse_qsl(urlsplit(following).query))
    assert query["access_token"] == ig.token
    assert query["fields"] == "id,caption"
    assert "appsecret_proof" not in query


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "many"}, {"after": "???"}, {"before": "bm8"}])
def test_a_limit_or_cursor_that_makes_no_sense_is_refused(ig, params):
    ig.post_by_hand()
    assert ig.no(f"{ig.me}/media", **params)[0] == 100


def test_more_than_100_a_page_are_never_given(ig):
    for _ in range(101):
        ig.post_by_hand()
    assert len(ig.ok(f"{ig.me}/media", limit=500)["data"]) == 100
    assert len(ig.ok(f"{ig.me}/media")["data"]) == 25


def test_ids_reads_nodes_or_an_edge_of_each(ig):
    first, second = ig.post_by_hand(caption="a"), ig.post_by_hand(caption="b")
    ig.control("comments", author="x", text="hai", media_id=second)
    assert ig.ok("", ids=f"{first},{second}", fields="caption")[second] == {"caption": "b", "id": second}
    comments = ig.ok("comments", ids=f"{first},{second}", fields="text")
    assert comments[first] == {"data": []}
    assert comments[second]["data"][0]["text"] == "hai"
    insights = ig.ok("insights", ids=f"{first},{second}", metric="comments")
    assert insights[second]["data"][0]["values"] == [{"value": 1}]


def test_ids_fails_whole_when_one_is_not_there(ig):
    media = ig.post_by_hand()
    assert ig.no("", ids=f"{media},99")[:2] == (100, 33)
    assert ig.no("", ids="")[0] == 100
    assert ig.no("", ids=",".join(str(n) for n in range(51)))[0] == 100
    assert ig.no("", "DELETE", ids=media)[:2] == (100, 33)
