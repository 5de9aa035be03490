"""Comments and replies (instagram_api.md, section C)."""

from __future__ import annotations

import pytest


@pytest.fixture
def media(ig):
    return ig.post_by_hand(caption="Jadwal imunisasi")


def comment(ig, text="Bagus", author="budi", **rest):
    return ig.control("comments", author=author, text=text, **rest)["id"]


def test_default_fields_are_timestamp_text_and_id(ig, media):
    first = comment(ig)
    assert ig.ok(f"{media}/comments")["data"] == [
        {"timestamp": "2026-11-22T02:00:00+0000", "text": "Bagus", "id": first}
    ]


def test_at_most_50_a_page_newest_first_and_top_level_only(ig, media):
    items = [{"author": f"u{n}", "text": str(n)} for n in range(60)]
    made = [one["id"] for one in ig.control("comments", items=items)["items"]]
    comment(ig, "balasan", parent_id=made[0])
    page = ig.ok(f"{media}/comments", limit=100)["data"]
    assert [one["text"] for one in page] == [str(n) for n in range(59, 9, -1)]


def test_comments_cannot_be_filtered_by_time(ig, media):
    assert ig.no(f"{media}/comments", since="1")[0] == 100


def test_what_a_comment_tells(ig, media):
    first = comment(ig, author="budi_w")
    answer = ig.done(f"{first}/replies", message="Terima kasih")["id"]
    fields = "id,username,from,hidden,like_count,parent_id,user,media{id,media_product_type},timestamp"
    theirs = ig.ok(first, fields=fields)
    assert theirs["username"] == theirs["from"]["username"] == "budi_w"
    assert theirs["hidden"] is False
    assert theirs["media"] == {"id": media, "media_product_type": "FEED"}
    assert "parent_id" not in theirs
    assert "user" not in theirs
    ours = ig.ok(answer, fields=fields)
    assert ours["from"]["username"] == "puskesmaspolowijen"
    assert ours["from"]["self_ig_scoped_id"] == ig.ok("me")["id"]
    assert ours["parent_id"] == first
    assert ours["user"] == {"id": ig.ok("me")["id"]}


def test_a_persons_id_is_scoped_to_the_account(ig, media):
    here = comment(ig)
    other = ig.facebook()
    there = ig.control("comments", author="budi", text="x", media_id=other.post_by_hand())["id"]
    assert ig.ok(here, fields="from")["from"]["id"] != other.ok(there, fields="from")["from"]["id"]
    assert ig.ok(here, fields="from") == ig.ok(here, fields="from")


def test_a_reply_to_a_reply_joins_the_top_level_comment(ig, media):
    first = comment(ig)
    second = comment(ig, "balasan", parent_id=first)
    third = ig.done(f"{second}/replies", message="Siap")["id"]
    assert ig.ok(third, fields="parent_id")["parent_id"] == first
    assert [one["id"] for one in ig.ok(f"{first}/replies")["data"]] == [third, second]
    assert len(ig.ok(f"{media}/comments")["data"]) == 1


def test_comments_count_has_the_replies_in_it(ig, media):
    first = comment(ig)
    comment(ig, "x", parent_id=first)
    gone = comment(ig, "y")
    assert ig.ok(media, fields="comments_count")["comments_count"] == 3
    ig.control(f"comments/{gone}", deleted=True)
    assert ig.ok(media, fields="comments_count")["comments_count"] == 2


def test_a_hidden_comment_is_seen_by_us_and_cannot_be_answered(ig, media):
    first = comment(ig)
    second = comment(ig, "x", parent_id=first)
    assert ig.done(first, hide="true") == {"success": True}
    assert ig.ok(f"{media}/comments", fields="hidden")["data"][0]["hidden"] is True
    assert ig.no(f"{first}/replies", "POST", message="Hai")[0] == 100
    assert ig.no(f"{second}/replies", "POST", message="Hai")[0] == 100
    ig.done(first, hide="false")
    ig.done(f"{first}/replies", message="Hai")


def test_our_own_comments_always_show(ig, media):
    own = ig.done(f"{media}/comments", message="Info lanjut di bio")["id"]
    ig.done(own, hide="true")
    ig.control(f"comments/{own}", hidden=True)
    assert ig.ok(own, fields="hidden")["hidden"] is False


def test_a_deleted_comment_is_gone_with_its_replies(ig, media):
    first = comment(ig)
    second = comment(ig, "x", parent_id=first)
    assert ig.call("DELETE", first).json() == {"success": True}
    assert ig.no(first)[:2] == (100, 33)
    assert ig.no(second)[:2] == (100, 33)
    assert ig.ok(f"{media}/comments") == {"data": []}
    assert ig.no(f"{first}/replies", "POST", message="x")[:2] == (100, 33)


@pytest.mark.parametrize("message", ["", "  ", "a" * 2201])
def test_a_comment_needs_a_text_of_at_most_2200(ig, media, message):
    first = comment(ig)
    assert ig.no(f"{media}/comments", "POST", message=message)[0] == 100
    assert ig.no(f"{first}/replies", "POST", message=message)[0] == 100


def test_the_same_reply_twice_is_two_replies(ig, media):
    first = comment(ig)
    for _ in range(2):
        ig.done(f"{first}/replies", message="Terima kasih")
    assert len(ig.ok(f"{first}/replies")["data"]) == 2


def test_a_comment_asked_for_with_fields_is_made_and_then_refused(ig, media):
    assert ig.no(f"{media}/comments", "POST", message="Halo", fields="id")[:2] == (20, 1772107)
    assert [one["text"] for one in ig.ok(f"{media}/comments")["data"]] == ["Halo"]


def test_a_comments_length_is_counted_in_utf_16(ig, media):
    ig.done(f"{media}/comments", message="😀" * 1100)
    assert ig.no(f"{media}/comments", "POST", message="😀" * 1101)[0] == 100


def test_stories_and_children_have_no_comments(ig):
    story = ig.post_by_hand("story")
    child = ig.ok(f"{ig.post_by_hand('carousel')}/children")["data"][0]["id"]
    assert ig.no(f"{story}/comments", "POST", message="x")[:2] == (100, 33)
    assert ig.no(f"{child}/comments", "POST", message="x")[:2] == (100, 33)


def test_hide_wants_a_boolean(ig, media):
    first = comment(ig)
    assert ig.no(first, "POST")[0] == 100
    assert ig.no(first, "POST", hide="maybe")[0] == 100


def test_a_comment_deleted_by_its_writer_takes_its_replies_along(ig, media):
    first, other = comment(ig), comment(ig, "Lain")
    second = comment(ig, "x", parent_id=first)
    ig.control(f"comments/{first}", deleted=True)
    assert ig.ok(media, fields="comments_count")["comments_count"] == 1
    assert ig.no(first)[:2] == ig.no(second)[:2] == (100, 33)
    assert [one["id"] for one in ig.ok(f"{media}/comments")["data"]] == [other]
    ig.control(f"comments/{first}", deleted=False)
    assert ig.ok(media, fields="comments_count")["comments_count"] == 2


def test_a_deleted_post_takes_its_comments_along(ig, media):
    first = comment(ig)
    ig.control(f"media/{media}", deleted=True)
    assert ig.no(first)[:2] == (100, 33)
    assert ig.no(f"{media}/comments")[:2] == (100, 33)


def test_a_restricted_persons_comment_is_counted_and_unseen_until_it_is_approved(ig, media):
    first = comment(ig)
    restricted = comment(ig, "Pelayanan lama", author="lawan", restricted=True)
    below = comment(ig, "x", parent_id=first, restricted=True)
    assert ig.ok(media, fields="comments_count")["comments_count"] == 3
    assert [one["id"] for one in ig.ok(f"{media}/comments")["data"]] == [first]
    assert ig.ok(f"{first}/replies")["data"] == []
    assert ig.no(restricted)[:2] == (100, 33)
    assert ig.no(f"{restricted}/replies", "POST", message="Hai")[:2] == (100, 33)
    for one in (restricted, below):
        ig.control(f"comments/{one}", restricted=False)
    assert [one["id"] for one in ig.ok(f"{media}/comments")["data"]] == [restricted, first]
    assert [one["id"] for one in ig.ok(f"{first}/replies")["data"]] == [below]


def test_comments_that_are_counted_and_withheld(ig):
    album = ig.post_by_hand("carousel")
    comment(ig, media_id=album)
    ig.control(f"media/{album}", comments_withheld=True)
    seen = ig.ok(album, fields="comments_count,comments{id}")
    assert seen == {"id": album, "comments_count": 1}
    listed = ig.ok(f"{album}/comments")
    assert listed["data"] == []
    assert set(listed["paging"]) == {"cursors"}
    ig.control(f"media/{album}", comments_withheld=False)
    assert len(ig.ok(f"{album}/comments")["data"]) == 1


def test_replies_beyond_the_first_page_of_an_expansion(ig, media):
    first = comment(ig)
    items = [{"author": "a", "text": str(n), "parent_id": first} for n in range(60)]
    ig.control("comments", items=items)
    (seen,) = ig.ok(f"{media}/comments", fields="id,replies.limit(100){id,text}")["data"]
    page = seen["replies"]
    assert [one["text"] for one in page["data"]] == [str(n) for n in range(59, 9, -1)]
    after = page["paging"]["cursors"]["after"]
    rest = ig.ok(f"{first}/replies", fields="text", limit=50, after=after)
    assert [one["text"] for one in rest["data"]] == [str(n) for n in range(9, -1, -1)]
    assert "next" not in rest["paging"]


def test_pages_can_be_shorter_than_was_asked_for(ig, media):
    first = comment(ig)
    for n in range(3):
        comment(ig, str(n), parent_id=first)
        comment(ig, str(n))
    ig.control("settings", comments_a_page=2, replies_a_page=1)
    seen = ig.ok(f"{media}/comments", fields="text,replies.limit(50){text}", limit=50)
    assert len(seen["data"]) == 2
    assert "next" in seen["paging"]
    (old,) = ig.ok(
        f"{media}/comments",
        fields="replies{text}",
        after=ig.ok(f"{media}/comments", after=seen["paging"]["cursors"]["after"], limit=1)["paging"][
            "cursors"
        ]["after"],
    )["data"]
    assert (len(old["replies"]["data"]), "next" in old["replies"]["paging"]) == (1, True)


def test_replies_can_come_oldest_first(ig, media):
    first = comment(ig)
    for n in range(5):
        comment(ig, str(n), parent_id=first)
    ig.control("settings", replies_order="oldest_first")
    page = ig.ok(f"{first}/replies", fields="text", limit=2)
    cursors = page["paging"]["cursors"]
    assert [one["text"] for one in page["data"]] == ["0", "1"]
    assert "previous" not in page["paging"]
    page = ig.ok(f"{first}/replies", fields="text", limit=2, after=cursors["after"])
    assert [one["text"] for one in page["data"]] == ["2", "3"]
    page = ig.ok(f"{first}/replies", fields="text", limit=2, before=page["paging"]["cursors"]["before"])
    assert [one["text"] for one in page["data"]] == ["0", "1"]


def test_a_comment_can_be_counted_before_it_is_listed(ig, media):
    ig.control("settings", comments_lag_seconds=60)
    first = comment(ig)
    assert ig.ok(media, fields="comments_count")["comments_count"] == 1
    assert ig.ok(f"{media}/comments")["data"] == []
    ig.advance(60)
    assert [one["id"] for one in ig.ok(f"{media}/comments")["data"]] == [first]


def test_fields_can_be_withheld(ig, media):
    first = comment(ig)
    ig.control("settings", withheld="comment.from, comment.username,media.comments_count")
    assert set(ig.ok(first, fields="id,from,username,text")) == {"id", "text"}
    assert set(ig.ok(media, fields="comments_count")) == {"id"}


def test_an_edited_comment_shows_its_new_text(ig, media):
    first = comment(ig)
    ig.control(f"comments/{first}", text="Kurang bagus")
    assert ig.ok(first, fields="text")["text"] == "Kurang bagus"
    ig.control(f"comments/{first}", hidden=True)
    assert ig.ok(first, fields="hidden")["hidden"] is True
