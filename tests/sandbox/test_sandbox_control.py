"""The control door: the public, the clock, the settings and the state."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ig_worker.sandbox.clock import WorldClock, read_time


def refused(ig, path, method="POST", **given):
    answer = ig.client.request(method, f"/control/{path}", json=given)
    assert answer.status_code == 400, answer.text
    return answer.json()["error"]


def test_the_door_opens_only_to_this_machine(client_of):
    for host in ("192.168.1.5", "10.0.0.1", "somebody"):
        assert client_of({}, host).get("/control/state").status_code == 403
    assert client_of({}, "::1").get("/control/state").status_code == 200


def test_the_state_shows_everything_and_no_token(ig, pictures):
    made = ig.done(f"{ig.me}/media", image_url=pictures.good(), caption="Pagi")["id"]
    media = ig.done(f"{ig.me}/media_publish", creation_id=made)["id"]
    comment = ig.control("comments", author="budi", text="Bagus")["id"]
    ig.done(f"{comment}/replies", message="Terima kasih")
    ig.control("messages", author="siti", text="Halo")
    ig.ok(f"{ig.me}/media", access_token=ig.token)
    state = ig.control("state", "GET")
    assert [one["username"] for one in state["accounts"]] == ["puskesmaspolowijen", "puskesmaskendalkerep"]
    assert state["accounts"][0]["publishing_used"] == 1
    assert [one["id"] for one in state["media"]] == [media]
    assert [(one["author"], one["parent_id"]) for one in state["comments"]] == [
        ("budi", None),
        ("puskesmaspolowijen", comment),
    ]
    assert state["conversations"][0]["messages"][0]["text"] == "Halo"
    assert [(one["id"], one["status"], one["media_ids"]) for one in state["containers"]] == [
        (made, "PUBLISHED", [media])
    ]
    assert state["calls"]["GET /{account}/media"] == 1
    assert state["log"][-1]["path"] == f"/v25.0/{ig.me}/media"
    (publication,) = [one for one in state["log"] if one["path"].endswith("/media_publish")]
    assert publication["id"] == media
    assert datetime.fromisoformat(publication["arrived_at"]) == datetime.fromisoformat(state["now"])
    everything = json.dumps(state)
    assert all(value not in everything for value in ig.world.tokens)


def test_the_clock_runs_until_it_is_set_and_then_stands(ig):
    clock = WorldClock()
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 5
    clock.advance(0)
    assert clock.now() == clock.now()
    assert ig.control("clock", now="2026-12-01T08:00:00+07:00")["now"] == "2026-12-01T01:00:00+00:00"
    assert ig.control("clock", advance_seconds=90)["now"] == "2026-12-01T01:01:30+00:00"
    assert ig.control("clock", "GET")["now"] == "2026-12-01T01:01:30+00:00"
    assert "clock takes" in refused(ig, "clock", later=True)
    refused(ig, "clock", now="besok")
    refused(ig, "clock", running=False)


def test_a_clock_that_stood_can_run_again(ig):
    running = datetime.fromisoformat(ig.control("clock", running=True)["now"])
    assert abs((running - datetime.now(UTC)).total_seconds()) < 5
    assert datetime.fromisoformat(ig.control("clock", "GET")["now"]) >= running


def test_times_are_read_as_the_graph_reads_them():
    expected = datetime(2026, 11, 22, tzinfo=UTC)
    assert read_time("1795305600") == expected
    assert read_time("2026-11-22") == expected
    assert read_time("2026-11-22T07:00:00+07:00") == expected
    with pytest.raises(ValueError):
        read_time("besok")


def test_a_post_is_found_by_id_by_its_caption_or_as_the_latest(ig):
    first = ig.post_by_hand(caption="Imunisasi Senin")
    second = ig.post_by_hand(caption="Lain")
    assert ig.control("comments", author="a", text="x")["media_id"] == second
    assert ig.control("comments", author="a", text="x", media_id="latest")["media_id"] == second
    assert ig.control("comments", author="a", text="x", media_id=first)["media_id"] == first
    assert ig.control("comments", author="a", text="x", caption_contains="Senin")["media_id"] == first
    assert "no post" in refused(ig, "comments", author="a", text="x", caption_contains="Selasa")
    assert "no post" in refused(ig, "comments", author="a", text="x", media_id="1")
    ig.control(f"media/{second}", deleted=True)
    assert ig.control("comments", author="a", text="x")["media_id"] == first


def test_many_things_at_once(ig):
    ig.post_by_hand()
    made = ig.control("comments", items=[{"author": "a", "text": "x"}, {"author": "b", "text": "y"}])["items"]
    assert len({one["id"] for one in made}) == 2
    ig.control("messages", items=[{"author": "a", "text": "x"}])
    ig.control("media", items=[{"caption": "x"}])


def test_a_comment_can_be_of_another_time(ig):
    media = ig.post_by_hand(at="2026-11-01")
    ig.control("comments", author="a", text="baru", at="2026-11-03T00:00:00")
    ig.control("comments", author="a", text="lama", at="2026-11-02T00:00:00")
    assert [one["text"] for one in ig.ok(f"{media}/comments")["data"]] == ["baru", "lama"]


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("comments", {"author": "a"}),
        ("comments", {"author": "a", "text": "x"}),
        ("comments", {"author": "a", "text": "x", "parent_id": "1"}),
        ("comments", {"author": "a", "text": "x", "at": "besok"}),
        ("comments", {"author": "a", "text": "x", "colour": "red"}),
        ("comments", {"author": "a", "text": "x", "account": "nobody"}),
        ("comments/1", {"text": "x"}),
        ("messages", {"author": "a"}),
        ("messages", {"author": "a", "text": 5}),
        ("messages", {"text": "x"}),
        ("messages", {"author": "a", "attachments": ["image"]}),
        ("messages", {"author": "a", "attachments": [{"type": "smell"}]}),
        ("messages", {"author": "a", "text": "x", "reply_to": "1"}),
        ("staff", {"media_id": "latest"}),
        ("settings", {"older_messages": "torn"}),
        ("messages/1", {"unsent": True}),
        ("staff", {"text": "x"}),
        ("staff", {"text": "x", "comment_id": "1"}),
        ("media", {"kind": "poem"}),
        ("media/1", {"deleted": True}),
        ("settings", {"speed": 9}),
        ("settings", {"publishing_limit": "many"}),
        ("settings", {"publishing_limit": None}),
        ("settings", {"publishing_limit": True}),
        ("settings", {"container_seconds": -1}),
        ("settings", {"republish": "maybe"}),
        ("settings", {"republish": 1}),
        ("faults", {"kind": "earthquake"}),
        ("faults", {"kind": "error", "nth": 2}),
        ("faults", {"kind": "error", "match": {"paths": "x"}}),
        ("faults", {"kind": "error", "times": 0}),
        ("faults", {"kind": "error", "match": {"path": "("}}),
        ("reset", {"everything": True}),
        ("login", {"account": "nobody"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(ig, path, given):
    assert refused(ig, path, **given)


def test_bodies_and_doors_that_are_none(ig):
    assert ig.client.post("/control/clock", content=b"[1]").status_code == 400
    assert ig.client.post("/control/clock", content=b"{").status_code == 400
    assert ig.client.get("/control/treasure").status_code == 404
    assert ig.client.get("/control/comments/1").status_code == 404
    assert ig.client.post("/control/treasure/1").status_code == 404


def test_settings_change_while_it_runs(ig):
    assert ig.control("settings", usage_percent=90, container_error=2207053)["usage_percent"] == 90
    assert ig.control("settings", usage_percent=None)["usage_percent"] is None


def test_an_answer_can_take_its_time(ig):
    ig.control("settings", answer_seconds=0.01)
    ig.ok("me")


def test_a_reset_begins_again(ig):
    ig.post_by_hand()
    ig.control("faults", kind="http_500")
    ig.control("settings", publishing_limit=1)
    ig.control("reset", now="2027-05-01T00:00:00+00:00")
    state = ig.control("state", "GET")
    assert (state["media"], state["faults"], state["log"], state["calls"]) == ([], [], [], {})
    assert state["settings"]["publishing_limit"] == 50
    assert state["settings"]["container_seconds"] == 0
    # The token is as fresh as at the first beginning.
    ig.ok("me")
    ig.control("reset")
    assert ig.control("clock", "GET")["now"] == "2026-11-22T02:00:00+00:00"


def test_the_same_seed_gives_the_same_world_and_another_another(client_of):
    def figures(seed):
        client = client_of({"seed": seed})
        client.post("/control/media", json={"at": "2026-11-20"})
        asked = {"access_token": "IGAAsandboxTokenPolowijen", "fields": "id,like_count"}
        return client.get("/me/media", params=asked).json()["data"]

    assert figures(1) == figures(1)
    assert figures(1) != figures(2)


def test_a_hand_made_album_has_as_many_children_as_said(ig):
    album = ig.post_by_hand("carousel", children=4)
    assert len(ig.ok(f"{album}/children")["data"]) == 4


def test_the_public_changes_a_post(ig):
    media = ig.post_by_hand()
    ig.control(f"media/{media}", like_count=7, caption="Ralat", comment_enabled=False)
    seen = ig.ok(media, fields="like_count,caption,is_comment_enabled")
    assert (seen["like_count"], seen["caption"], seen["is_comment_enabled"]) == (7, "Ralat", False)
