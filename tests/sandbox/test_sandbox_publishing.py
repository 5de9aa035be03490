"""Publishing, its limit and what is out afterwards (instagram_api.md, section B)."""

from __future__ import annotations

import pytest

HOUR = 3600


def container(ig, pictures, **form):
    return ig.done(f"{ig.me}/media", image_url=pictures.good(), **form)["id"]


def publish(ig, creation_id):
    return ig.done(f"{ig.me}/media_publish", creation_id=creation_id)["id"]


def refused(ig, creation_id):
    return ig.no(f"{ig.me}/media_publish", "POST", creation_id=creation_id)[:2]


def test_a_published_container_is_a_post(ig, pictures):
    made = container(ig, pictures, caption="Imunisasi besok #sehat", alt_text="Poster")
    media = publish(ig, made)
    assert ig.ok(made, fields="status_code")["status_code"] == "PUBLISHED"
    seen = ig.ok(
        media,
        fields="id,caption,alt_text,timestamp,permalink,media_type,media_product_type,media_url,username",
    )
    assert seen == {
        "id": media,
        "caption": "Imunisasi besok #sehat",
        "alt_text": "Poster",
        "timestamp": "2026-11-22T02:00:00+0000",
        "permalink": seen["permalink"],
        "media_type": "IMAGE",
        "media_product_type": "FEED",
        "media_url": pictures.good(),
        "username": "puskesmaspolowijen",
    }
    assert seen["permalink"].startswith("https://www.instagram.com/p/")
    state = ig.control("state", "GET")
    assert [(post["id"], post["kind"], post["by_hand"]) for post in state["media"]] == [
        (media, "image", False)
    ]
    assert state["calls"]["POST /{account}/media_publish"] == 1


def test_what_is_not_ready_is_not_published(ig, pictures):
    ig.control("settings", container_seconds=60)
    made = container(ig, pictures)
    assert refused(ig, made) == (9007, 2207027)
    ig.advance(60)
    publish(ig, made)


def test_what_expired_failed_or_never_was_is_not_published(ig, pictures):
    made = container(ig, pictures)
    ig.control("settings", container_error=2207053)
    failed = container(ig, pictures)
    assert refused(ig, failed) == (9007, 2207027)
    ig.advance(24 * HOUR)
    assert refused(ig, made) == (-2, 2207020)
    assert refused(ig, "1789") == (24, 2207008)
    assert refused(ig, ig.post_by_hand()) == (24, 2207008)
    assert refused(ig, "")[0] == 100
    foreign = container(ig.facebook(), pictures)
    assert refused(ig, foreign) == (24, 2207008)


def test_a_video_or_a_carousels_child_is_not_published_alone(ig, pictures):
    child = container(ig, pictures, is_carousel_item="true")
    assert refused(ig, child) == (100, 2207089)
    film = pictures.put("film.mp4", b"\0\0\0\x0cftypmp42", "video/mp4")
    video = ig.done(f"{ig.me}/media", media_type="VIDEO", video_url=film)["id"]
    assert refused(ig, video) == (100, 2207089)


def test_publishing_twice_makes_a_second_visible_post(ig, pictures):
    # Not documented (section K, 4); the sandbox takes the worse case unless told otherwise.
    made = container(ig, pictures)
    first, second = publish(ig, made), publish(ig, made)
    assert first != second
    assert len(ig.ok(f"{ig.me}/media")["data"]) == 2
    ig.control("settings", republish="refuse")
    assert refused(ig, made) == (24, 2207008)
    assert len(ig.ok(f"{ig.me}/media")["data"]) == 2


def test_the_publishing_limit_counts_24_rolling_hours(ig, pictures):
    limit = f"{ig.me}/content_publishing_limit"
    ig.control("settings", publishing_limit=2)
    assert ig.ok(limit) == {"data": [{"quota_usage": 0}]}
    publish(ig, container(ig, pictures))
    ig.advance(HOUR)
    publish(ig, container(ig, pictures))
    assert ig.ok(limit, fields="config,quota_usage") == {
        "data": [{"config": {"quota_total": 2, "quota_duration": 86400}, "quota_usage": 2}]
    }
    since = int(ig.world.now().timestamp()) - 60
    assert ig.ok(limit, since=since) == {"data": [{"quota_usage": 1}]}
    assert ig.no(limit, since=since - 25 * HOUR)[0] == 100
    assert ig.no(limit, since="yesterday-ish")[0] == 100
    assert ig.no(limit, fields="quota")[0] == 100
    assert refused(ig, container(ig, pictures)) == (9, 2207042)
    ig.advance(23 * HOUR)
    publish(ig, container(ig, pictures))


def carousel(ig, pictures, count=3):
    children = [
        container(ig, pictures, is_carousel_item="true", alt_text=f"Gambar {n}") for n in range(count)
    ]
    made = ig.done(
        f"{ig.me}/media", media_type="CAROUSEL", children=",".join(children), caption="Tiga langkah"
    )
    return publish(ig, made["id"])


def test_a_carousel_counts_as_one_and_keeps_the_order_of_its_children(ig, pictures):
    album = carousel(ig, pictures)
    assert ig.ok(f"{ig.me}/content_publishing_limit")["data"] == [{"quota_usage": 1}]
    seen = ig.ok(
        album, fields="media_type,children{alt_text,media_type,caption,permalink,comments_count,like_count}"
    )
    assert seen["media_type"] == "CAROUSEL_ALBUM"
    children = seen["children"]["data"]
    assert [child["alt_text"] for child in children] == ["Gambar 0", "Gambar 1", "Gambar 2"]
    # Children have neither caption nor permalink nor counts.
    assert all(set(child) == {"id", "alt_text", "media_type"} for child in children)
    assert len(ig.ok(f"{album}/children")["data"]) == 3


def test_a_reel_reads_back_as_a_video_of_product_reels(ig, pictures):
    film = pictures.put("film.mp4", b"\0\0\0\x0cftypmp42", "video/mp4")
    made = ig.done(f"{ig.me}/media", media_type="REELS", video_url=film, share_to_feed="false")["id"]
    seen = ig.ok(
        publish(ig, made), fields="media_type,media_product_type,permalink,thumbnail_url,is_shared_to_feed"
    )
    assert (seen["media_type"], seen["media_product_type"]) == ("VIDEO", "REELS")
    assert "/reel/" in seen["permalink"]
    assert seen["is_shared_to_feed"] is False


def test_a_story_is_in_stories_for_24_hours_and_never_in_the_media_list(ig, pictures):
    story = publish(ig, container(ig, pictures, media_type="STORIES"))
    assert ig.ok(f"{ig.me}/media") == {"data": []}
    assert [one["id"] for one in ig.ok(f"{ig.me}/stories", fields="id,media_product_type")["data"]] == [story]
    assert "/stories/puskesmaspolowijen/" in ig.ok(story, fields="permalink")["permalink"]
    ig.advance(24 * HOUR)
    assert ig.ok(f"{ig.me}/stories") == {"data": []}


def test_the_media_list_can_lag_and_takes_since_and_until(ig, pictures):
    ig.control("settings", list_lag_seconds=90)
    first = publish(ig, container(ig, pictures))
    assert ig.ok(f"{ig.me}/media") == {"data": []}
    ig.advance(90)
    assert ig.ok(f"{ig.me}/media")["data"] == [{"id": first}]
    at = int(ig.world.now().timestamp())
    assert ig.ok(f"{ig.me}/media", since=at - 60) == {"data": []}
    assert ig.ok(f"{ig.me}/media", since=at - 120)["data"] == [{"id": first}]
    assert ig.ok(f"{ig.me}/media", until="2026-11-22T01:00:00") == {"data": []}


def test_comments_can_be_turned_off(ig):
    media = ig.post_by_hand()
    ig.done(media, comment_enabled="false")
    assert ig.ok(media, fields="is_comment_enabled")["is_comment_enabled"] is False
    assert ig.no(f"{media}/comments", "POST", message="x")[0] == 100


def test_only_facebook_login_deletes_and_only_whole_posts(ig):
    media = ig.post_by_hand()
    assert ig.no(media, "DELETE")[:2] == (100, 33)
    facebook = ig.facebook()
    album = facebook.post_by_hand("carousel")
    child = facebook.ok(f"{album}/children")["data"][0]["id"]
    assert facebook.no(child, "DELETE")[:2] == (-1, 2207073)
    assert facebook.call("DELETE", album).json() == {"success": True, "deleted_id": album}
    assert facebook.no(album)[:2] == (100, 33)
    assert facebook.ok(f"{facebook.me}/media") == {"data": []}


@pytest.mark.parametrize("text", ["😀 👨‍👩‍👧 \u202emalang\u202c", "nol\u200b\u0000lebar", "a" * 2200])
def test_a_hostile_caption_comes_back_as_it_was(ig, pictures, text):
    assert ig.ok(publish(ig, container(ig, pictures, caption=text)), fields="caption")["caption"] == text


def test_half_a_surrogate_pair_survives(ig, pictures):
    body = b'{"image_url": "%s", "caption": "aneh \\ud800 ini"}' % pictures.good().encode()
    made = ig.call(
        "POST", f"{ig.me}/media", content=body, headers={"Content-Type": "application/json"}
    ).json()["id"]
    assert ig.ok(publish(ig, made), fields="caption")["caption"] == "aneh \ud800 ini"
