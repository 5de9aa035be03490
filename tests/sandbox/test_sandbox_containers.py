"""Making containers (instagram_api.md, section B: container parameters, media limits, status and polling)."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from ig_worker.sandbox.films import milliseconds

HOUR = 3600
MEBIBYTE = 1024 * 1024


def picture(width=1080, height=1080, form="JPEG"):
    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 120, 90)).save(out, form)
    return out.getvalue()


def refused(ig, **form):
    return ig.no(f"{ig.me}/media", "POST", **form)[:2]


def make(ig, **form):
    return ig.done(f"{ig.me}/media", **form)["id"]


def child(ig, pictures):
    return make(ig, is_carousel_item="true", image_url=pictures.good())


def test_a_pictures_address_is_really_fetched(ig, pictures):
    make(ig, image_url=pictures.good(), caption="Selamat pagi")
    assert pictures.asked == ["/good.jpg"]


def test_a_container_takes_its_time_and_then_is_finished(ig, pictures):
    ig.control("settings", container_seconds=30)
    container = make(ig, image_url=pictures.good())
    ig.advance(29)
    assert ig.ok(container, fields="status_code,status") == {
        "id": container,
        "status_code": "IN_PROGRESS",
        "status": "In Progress: Media is still being processed.",
    }
    ig.advance(1)
    seen = ig.ok(container, fields="status_code,status,copyright_check_status,video_status")
    assert seen["status_code"] == "FINISHED"
    assert seen["status"] == "Finished: Media has been uploaded and it is ready to be published."
    assert "video_status" not in seen


def test_a_container_expires_after_24_hours(ig, pictures):
    container = make(ig, image_url=pictures.good())
    ig.advance(24 * HOUR - 1)
    assert ig.ok(container, fields="status_code")["status_code"] == "FINISHED"
    ig.advance(1)
    assert ig.ok(container, fields="status_code")["status_code"] == "EXPIRED"


def test_several_containers_are_read_with_ids_and_each_counts_as_a_call(ig, pictures):
    first, second = make(ig, image_url=pictures.good()), make(ig, image_url=pictures.good())
    ig.control("settings", call_budget=100)
    before = len(ig.world.spent[ig.me])
    both = ig.ok("", ids=f"{first},{second}", fields="status_code")
    assert both == {
        first: {"id": first, "status_code": "FINISHED"},
        second: {"id": second, "status_code": "FINISHED"},
    }
    assert len(ig.world.spent[ig.me]) == before + 2


@pytest.mark.parametrize(
    ("content", "kind", "error"),
    [
        (picture(form="PNG"), "image/png", (36001, 2207005)),
        (picture(form="WEBP"), "image/webp", (36001, 2207005)),
        (b"not a picture at all", "image/jpeg", (36001, 2207005)),
        (picture()[:500], "image/jpeg", (36001, 2207005)),
        (picture() + b"\0" * 9 * MEBIBYTE, "image/jpeg", (36000, 2207004)),
        (picture(799, 1000), "image/jpeg", (36003, 2207009)),
        (picture(1920, 1000), "image/jpeg", (36003, 2207009)),
        (b"<html>log in first</html>", "text/html", (9004, 2207052)),
    ],
)
def test_a_picture_that_meta_does_not_take(ig, pictures, content, kind, error):
    assert refused(ig, image_url=pictures.put("bad.jpg", content, kind)) == error


@pytest.mark.parametrize("size", [(800, 1000), (1910, 1000), (1080, 1350)])
def test_the_ratios_at_the_edge_are_taken(ig, pictures, size):
    make(ig, image_url=pictures.put("edge.jpg", picture(*size)))


def test_a_story_has_no_ratio_rule(ig, pictures):
    make(ig, media_type="STORIES", image_url=pictures.put("tall.jpg", picture(1080, 1920)))


def test_an_address_that_redirects_is_missing_or_unreachable_cannot_be_fetched(ig, pictures):
    pictures.good()
    assert refused(ig, image_url=pictures.put("moved.jpg", b"", status=302)) == (9004, 2207052)
    assert refused(ig, image_url=f"{pictures.url}/missing.jpg") == (9004, 2207052)
    assert refused(ig, image_url="http://127.0.0.1:9/x.jpg") == (9004, 2207052)
    assert refused(ig, image_url="ftp://example.org/x.jpg") == (9004, 2207052)
    assert refused(ig, image_url=f"{pictures.url}/gambar-é.jpg") == (9004, 2207052)
    assert "/good.jpg" not in pictures.asked


def test_an_address_that_is_too_slow_times_out(ig, pictures):
    ig.control("settings", fetch_seconds=0.2)
    assert refused(ig, image_url=pictures.put("slow.jpg", picture())) == (-2, 2207003)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({}, (100, None)),
        ({"media_type": "IMAGE"}, (100, None)),
        ({"media_type": "GIF", "image_url": "URL"}, (100, 2207023)),
        ({"image_url": "URL", "caption": "a" * 2201}, (36004, 2207010)),
        ({"image_url": "URL", "caption": "😀" * 1101}, (36004, 2207010)),
        ({"image_url": "URL", "caption": "#a " * 31}, (36004, 2207010)),
        ({"image_url": "URL", "caption": "@a " * 21}, (100, 2207040)),
        ({"image_url": "URL", "alt_text": "a" * 1001}, (100, None)),
        ({"image_url": "URL", "collaborators": "a,b,c,d"}, (100, None)),
        ({"image_url": "URL", "collaborators": '["@dinkes"]'}, (100, 2207018)),
        ({"image_url": "URL", "location_id": "Malang"}, (100, None)),
        ({"image_url": "URL", "scheduled_publish_time": "1790000000"}, (100, None)),
        ({"image_url": "URL", "product_tags": "[]"}, (100, None)),
        ({"image_url": "URL", "is_carousel_item": "perhaps"}, (100, None)),
        ({"image_url": "URL", "video_url": "URL"}, (100, None)),
        ({"image_url": "URL", "share_to_feed": "true"}, (100, None)),
        ({"image_url": "URL", "user_tags": '[{"username": "siti"}]'}, (100, None)),
        ({"image_url": "URL", "user_tags": '[{"username": "siti", "x": 1.5, "y": 0}]'}, (100, None)),
        ({"image_url": "URL", "user_tags": '[{"username": "@siti", "x": 1, "y": 0}]'}, (100, 2207018)),
        ({"image_url": "URL", "user_tags": '{"username": "siti"}'}, (100, None)),
        ({"image_url": "URL", "user_tags": "[siti"}, (100, None)),
        (
            {"image_url": "URL", "user_tags": json.dumps([{"username": "a", "x": 0, "y": 0}] * 21)},
            (100, 2207040),
        ),
        ({"media_type": "STORIES", "image_url": "URL", "caption": "x"}, (100, None)),
        ({"media_type": "STORIES", "image_url": "URL", "collaborators": "a"}, (100, None)),
        ({"media_type": "STORIES", "image_url": "URL", "is_carousel_item": "true"}, (100, None)),
        ({"media_type": "STORIES", "image_url": "URL", "video_url": "URL"}, (100, None)),
        ({"is_carousel_item": "true", "image_url": "URL", "caption": "x"}, (100, None)),
        ({"is_carousel_item": "true", "image_url": "URL", "location_id": "1"}, (100, None)),
        ({"is_carousel_item": "true", "image_url": "URL", "is_ai_generated": "true"}, (100, None)),
        ({"is_carousel_item": "true", "image_url": "URL", "collaborators": "a"}, (100, None)),
        ({"media_type": "REELS", "is_carousel_item": "true", "video_url": "URL"}, (100, None)),
        ({"media_type": "REELS", "image_url": "URL"}, (100, None)),
        ({"media_type": "REELS", "video_url": "URL", "alt_text": "x"}, (100, None)),
        ({"media_type": "REELS", "video_url": "URL", "thumb_offset": "-1"}, (1, 2207057)),
        (
            {"media_type": "REELS", "video_url": "URL", "trial_params": '{"graduation_strategy": "X"}'},
            (100, None),
        ),
        (
            {"media_type": "REELS", "video_url": "URL", "user_tags": '[{"username": "a", "x": 1, "y": 1}]'},
            (100, None),
        ),
        ({"media_type": "REELS", "upload_type": "resumable"}, (100, None)),
        ({"media_type": "CAROUSEL"}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1"}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": ",".join(str(n) for n in range(11))}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1,2"}, (100, None)),
        ({"media_type": "CAROUSEL", "children": "1,2", "image_url": "URL"}, (100, None)),
        ({"media_type": "CAROUSEL", "children": "1,2", "alt_text": "x"}, (100, None)),
    ],
)
def test_a_parameter_against_the_table_of_section_b(ig, pictures, form, error):
    url = pictures.good()
    form = {name: url if value == "URL" else value for name, value in form.items()}
    assert refused(ig, **form) == error
    assert ig.world.accounts[ig.me].containers == []


@pytest.mark.parametrize(
    "form",
    [
        {"caption": "a" * 2200, "alt_text": "Antrean pagi", "collaborators": '["dinkes.malang", "rsud"]'},
        {"caption": "#sehat " * 30, "location_id": "108", "is_ai_generated": "true"},
        {"user_tags": '[{"username": "siti_n", "x": 0.5, "y": 1}]', "media_type": "IMAGE"},
        {"caption": "surel a@b.id bukan tag"},
    ],
)
def test_what_a_picture_may_have(ig, pictures, form):
    make(ig, image_url=pictures.good(), **form)


def test_json_bodies_are_taken_like_forms(ig, pictures):
    body = {
        "image_url": pictures.good(),
        "caption": "Halo 👋",
        "user_tags": [{"username": "a", "x": 0, "y": 0}],
    }
    answer = ig.call("POST", f"{ig.me}/media", json=body)
    assert answer.status_code == 200, answer.text
    assert ig.call("POST", f"{ig.me}/media", content=b"{broken").json()["error"]["code"] == 100


def test_product_tags_are_for_facebook_login_only(ig, pictures):
    make(ig.facebook(), image_url=pictures.good(), product_tags="[]")


def test_a_carousel_needs_children_that_are_ready(ig, pictures):
    ig.control("settings", container_seconds=10)
    children = [child(ig, pictures), child(ig, pictures)]
    assert refused(ig, media_type="CAROUSEL", children=",".join(children)) == (9007, 2207027)
    ig.advance(10)
    make(ig, media_type="CAROUSEL", children=json.dumps(children), caption="Dua gambar")
    alone = make(ig, image_url=pictures.good())
    ig.advance(10)
    assert refused(ig, media_type="CAROUSEL", children=f"{children[0]},{alone}") == (100, None)
    ig.advance(24 * HOUR)
    assert refused(ig, media_type="CAROUSEL", children=",".join(children)) == (-2, 2207020)


def test_400_containers_in_24_hours(ig, pictures):
    ig.control("settings", container_limit=2)
    make(ig, image_url=pictures.good())
    make(ig, image_url=pictures.good())
    assert refused(ig, image_url=pictures.good())[0] == 9
    ig.advance(24 * HOUR)
    make(ig, image_url=pictures.good())


def box(name, *content):
    inside = b"".join(content)
    return (8 + len(inside)).to_bytes(4, "big") + name + inside


def film(seconds=10.0, *, wide=False):
    """The head of a video that says how long it lasts, by clocks of 32 bits or of 64."""
    size = 8 if wide else 4
    clocks = b"\0" * (2 * size) + (600).to_bytes(4, "big") + int(seconds * 600).to_bytes(size, "big")
    header = box(b"mvhd", b"\1\0\0\0" if wide else b"\0\0\0\0", clocks, b"\0" * 80)
    return box(b"ftyp", b"mp42") + box(b"moov", header) + box(b"mdat", b"\0" * 100)


def reel(ig, pictures, content=b"\0\0\0\x0cftypmp42", kind="video/mp4", **form):
    return make(ig, media_type="REELS", video_url=pictures.put("film.mp4", content, kind), **form)


@pytest.mark.parametrize("kind", ["video/mp4", "video/quicktime"])
def test_a_video_of_a_known_type_is_taken(ig, pictures, kind):
    cover = pictures.put("cover.jpg", picture())
    container = reel(
        ig,
        pictures,
        kind=kind,
        cover_url=cover,
        thumb_offset="1500",
        trial_params='{"graduation_strategy":"MANUAL"}',
    )
    seen = ig.ok(container, fields="status_code,video_status,copyright_check_status")
    assert seen["status_code"] == "FINISHED"
    assert seen["video_status"]["processing_phase"] == {"status": "complete"}
    assert seen["copyright_check_status"]["matches_found"] is False
    assert "/cover.jpg" in pictures.asked


def test_a_bad_cover_is_refused(ig, pictures):
    cover = pictures.put("cover.png", picture(form="PNG"), "image/png")
    address = pictures.put("film.mp4", film(), "video/mp4")
    assert refused(ig, media_type="REELS", video_url=address, cover_url=cover) == (36001, 2207005)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (film(), "video/x-msvideo"),
        (b"", "video/mp4"),
        (b"no film at all", "video/mp4"),
        (film(2.9), "video/mp4"),
        (film(900.1), "video/mp4"),
        (film(900.1, wide=True), "video/mp4"),
    ],
)
def test_a_bad_video_fails_in_its_status_and_not_as_an_error(ig, pictures, content, kind):
    # "Container failures are HTTP 200 with status_code=ERROR and a subcode in status" (section G).
    container = reel(ig, pictures, content, kind)
    seen = ig.ok(container, fields="status_code,status,video_status")
    assert seen["status_code"] == "ERROR"
    assert "2207026" in seen["status"]
    assert seen["video_status"]["processing_phase"] == {"status": "error"}


def test_a_story_video_has_the_smaller_limit(ig, pictures):
    long = pictures.put("film.mp4", film() + b"\0" * 100 * MEBIBYTE, "video/mp4")
    story = make(ig, media_type="STORIES", video_url=long)
    assert ig.ok(story, fields="status_code")["status_code"] == "ERROR"
    assert (
        ig.ok(make(ig, media_type="REELS", video_url=long), fields="status_code")["status_code"] == "FINISHED"
    )


def test_a_story_video_lasts_a_minute_at_most(ig, pictures):
    for seconds, status in ((60, "FINISHED"), (60.1, "ERROR")):
        address = pictures.put("film.mp4", film(seconds), "video/mp4")
        story = make(ig, media_type="STORIES", video_url=address)
        assert ig.ok(story, fields="status_code")["status_code"] == status


@pytest.mark.parametrize("wide", [False, True])
def test_a_thumb_beyond_the_end_is_refused(ig, pictures, wide):
    address = pictures.put("film.mp4", film(10, wide=wide), "video/mp4")
    make(ig, media_type="REELS", video_url=address, thumb_offset="10000")
    assert refused(ig, media_type="REELS", video_url=address, thumb_offset="10001") == (1, 2207057)


@pytest.mark.parametrize(
    ("content", "lasts"),
    [
        (film(10), 10_000),
        (film(0.5, wide=True), 500),
        (box(b"ftyp", b"mp42"), None),
        (box(b"moov", box(b"trak")), None),
        (box(b"moov", box(b"mvhd", b"\0" * 10)), None),
        (box(b"moov", box(b"mvhd", b"\0" * 100)), None),
        (b"\0\0\0\1mdat" + (24).to_bytes(8, "big") + b"\0" * 8 + film(4), 4000),
        (b"\0\0\0\0mdat" + film(4), None),
        (b"\0\0\0\4moov" + film(4), None),
        (b"", None),
    ],
)
def test_how_long_a_film_lasts_by_its_own_header(content, lasts):
    assert milliseconds(content) == lasts


def test_a_web_page_is_no_video(ig, pictures):
    page = pictures.put("film.mp4", b"<html>", "text/html")
    assert refused(ig, media_type="REELS", video_url=page) == (9004, 2207052)


def test_a_container_can_be_made_to_fail(ig, pictures):
    ig.control("settings", container_error=2207053)
    container = make(ig, image_url=pictures.good())
    assert "2207053" in ig.ok(container, fields="status")["status"]


UPLOADED = {"success": True, "message": "Upload successful."}


def upload(ig, uri, body, **headers):
    path = uri.partition("testserver/")[2]
    headers = {"Authorization": f"OAuth {ig.token}", "offset": "0", "file_size": str(len(body)), **headers}
    return ig.client.post(f"/{path}", content=body, headers=headers)


def test_a_resumable_upload_takes_the_bytes_at_the_given_uri(ig):
    # "Local files" of section B; with Facebook Login only.
    ig = ig.facebook()
    ig.control("settings", container_seconds=60)
    made = ig.done(f"{ig.me}/media", media_type="REELS", upload_type="resumable")
    assert made["id"] in made["uri"]
    ig.advance(60)
    waiting = ig.ok(made["id"], fields="status_code,video_status")
    assert waiting["status_code"] == "IN_PROGRESS"
    assert waiting["video_status"]["uploading_phase"] == {"status": "not_started"}
    wrong = upload(ig, made["uri"], film(), file_size="9")
    assert (wrong.status_code, wrong.json()["debug_info"]["retriable"]) == (400, True)
    assert upload(ig, made["uri"], film()).json() == UPLOADED
    assert ig.ok(made["id"], fields="status_code")["status_code"] == "IN_PROGRESS"
    ig.advance(60)
    assert ig.ok(made["id"], fields="status_code")["status_code"] == "FINISHED"
    assert upload(ig, made["uri"], film()).json()["debug_info"]["retriable"] is False


@pytest.mark.parametrize(
    ("headers", "status", "retriable"),
    [
        ({"Authorization": "Bearer {token}"}, 401, False),
        ({"Authorization": "oauth {token}"}, 401, False),
        ({"offset": "1"}, 400, True),
        ({"offset": "x"}, 400, False),
        ({"offset": ""}, 400, False),
        ({"file_size": ""}, 400, False),
        ({"file_size": "1"}, 400, True),
    ],
)
def test_an_upload_is_taken_as_documented_only(ig, headers, status, retriable):
    ig = ig.facebook()
    made = ig.done(f"{ig.me}/media", media_type="STORIES", upload_type="resumable")
    headers = {name: value.replace("{token}", ig.token) for name, value in headers.items()}
    answer = upload(ig, made["uri"], film(), **headers)
    assert (answer.status_code, answer.json()["debug_info"]["retriable"]) == (status, retriable)
    assert ig.ok(made["id"], fields="status_code")["status_code"] == "IN_PROGRESS"
    assert upload(ig, made["uri"], film()).json() == UPLOADED


@pytest.mark.parametrize(
    ("content", "subcode"), [(b"no film", "2207026"), (film(2), "2207026"), (film(4), "2207057")]
)
def test_an_upload_that_is_no_good_fails_in_its_status(ig, content, subcode):
    ig = ig.facebook()
    made = ig.done(f"{ig.me}/media", media_type="REELS", upload_type="resumable", thumb_offset="5000")
    assert upload(ig, made["uri"], content).json() == UPLOADED
    seen = ig.ok(made["id"], fields="status_code,status")
    assert (seen["status_code"], subcode in seen["status"]) == ("ERROR", True)


def test_the_cover_of_an_upload_is_fetched(ig, pictures):
    ig = ig.facebook()
    form = {"media_type": "REELS", "upload_type": "resumable"}
    ig.done(f"{ig.me}/media", cover_url=pictures.good(), **form)
    assert pictures.asked == ["/good.jpg"]
    assert refused(ig, cover_url=f"{pictures.url}/missing.jpg", **form) == (9004, 2207052)


def test_an_expired_container_takes_no_bytes(ig):
    ig = ig.facebook()
    made = ig.done(f"{ig.me}/media", media_type="REELS", upload_type="resumable")
    ig.advance(24 * HOUR)
    assert upload(ig, made["uri"], film()).json()["debug_info"]["retriable"] is False


def test_an_upload_goes_to_a_container_of_ones_own(ig):
    media = ig.post_by_hand()
    assert upload(ig, f"testserver/ig-api-upload/v25.0/{media}", b"x").json()["error"]["error_subcode"] == 33
    ig.token = "x"
    assert upload(ig, "testserver/ig-api-upload/v25.0/1", b"x").json()["error"]["code"] == 190


def test_an_unknown_upload_type_is_refused(ig):
    assert refused(ig.facebook(), media_type="REELS", upload_type="chunked") == (100, None)
