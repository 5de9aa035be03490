"""Many comments and messages at once, and while they are read: everything is stored once, and nothing is missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from inbox_days import BEGIN, COMPLAINT, PRAISE, Centre

POSTS, COMMENTS, READABLE = 25, 130, 20
LISTS = {"GET /{account}/media", "GET /{account}/conversations"}


def flood(centre: Centre) -> list[str]:
    """25 posts with 130 comments each, a third of them replies; their ids."""
    posts = [
        centre.door.media("image", f"Kiriman {n}", at=(BEGIN - timedelta(days=n)).isoformat())
        for n in range(POSTS)
    ]
    first = [
        {"media_id": post, "author": f"warga{n}", "text": f"Semangat pagi {n}"}
        for post in posts
        for n in range(COMMENTS - COMMENTS // 3)
    ]
    made = [one["id"] for one in centre.door.comments(first)]
    above = made[:: len(first) // POSTS]
    replies = [
        {"parent_id": parent, "author": f"teman{n}", "text": f"Betul {n}"}
        for parent in above
        for n in range(COMMENTS // 3)
    ]
    return made + [one["id"] for one in centre.door.comments(replies)]


def stored(centre: Centre) -> Counter[str]:
    """How often each comment or message of Meta's is stored."""
    return Counter(row["ig_id"] for row in centre.rows("SELECT ig_id FROM messages WHERE NOT own"))


def quiet_poll(centre: Centre) -> Counter[str]:
    """What a poll asks when nothing has happened."""
    centre.later(minutes=2)
    before = centre.calls()
    centre.run("inbox")
    return centre.calls() - before


def test_25_posts_with_130_comments_at_once_and_10_more_while_they_are_read(
    open_centre: Callable[..., Centre], capsys: pytest.CaptureFixture[str]
) -> None:
    here: list[Centre] = []
    more: list[str] = []
    asked: Counter[str] = Counter()

    def one_more(what: str) -> None:
        asked[what] += 1
        if what == "comments" and asked[what] % 4 == 0 and len(more) < 10:
            post = here[0].door.state()["media"][len(more) * 2]["id"]
            more.append(here[0].door.comment("susulan", f"{COMPLAINT} {len(more)}", media_id=post))

    centre = open_centre(one_more)
    here.append(centre)
    centre.run("inbox")
    centre.later(minutes=2)
    ids = flood(centre)
    before = centre.calls()
    centre.run("inbox")
    flooded = centre.calls() - before
    centre.later(minutes=2)
    centre.run("inbox")
    assert len(more) == 10
    assert stored(centre) == Counter(ids + more)
    assert flooded.total() <= 4 * POSTS + 8
    quiet = quiet_poll(centre)
    assert quiet == dict.fromkeys(LISTS, 1)
    with capsys.disabled():
        print(f"\n{len(ids)} comments: {dict(flooded)}; a quiet poll: {dict(quiet)}")


@pytest.mark.parametrize("order", ["newest_first", "oldest_first"])
def test_short_pages_and_replies_in_any_order_hide_nothing(centre: Centre, order: str) -> None:
    centre.door.settings(comments_a_page=3, replies_a_page=2, replies_order=order)
    centre.door.media("image", "Kiriman")
    centre.run("inbox")
    first = [one["id"] for one in centre.door.comments({"author": f"a{n}", "text": "hai"} for n in range(10))]
    replies = centre.door.comments(
        {"author": f"b{n}", "text": "halo", "parent_id": first[n % 3]} for n in range(21)
    )
    ids = first + [one["id"] for one in replies]
    for _ in range(2):
        centre.later(minutes=2)
        centre.run("inbox")
    late = centre.door.comments({"author": f"c{n}", "text": "iya", "parent_id": first[0]} for n in range(5))
    centre.later(minutes=2)
    centre.run("inbox")
    assert stored(centre) == Counter([*ids, *(one["id"] for one in late)])


def test_an_old_post_that_wakes_up_is_read(centre: Centre) -> None:
    old = centre.door.media("image", "Lama sekali", at=(BEGIN - timedelta(days=80)).isoformat())
    centre.run("inbox")
    centre.later(minutes=2)
    comment = centre.door.comment("nenek_siti", COMPLAINT, media_id=old)
    centre.run("inbox", "cases")
    assert centre.message(comment)["label"] == "keluhan"
    assert [one["case"] for one in centre.asked("inbox", "list")] == ["K-2026-0001"]


def test_cursors_that_expire_while_a_post_is_read_lose_nothing(centre: Centre) -> None:
    centre.door.media("image", "Kiriman")
    centre.run("inbox")
    made = centre.door.comments({"author": f"a{n}", "text": f"hai {n}"} for n in range(180))
    centre.later(minutes=2)
    centre.door.fault("expire_cursors", path="/comments", nth=3)
    centre.try_to_run("inbox")
    for _ in range(2):
        centre.later(minutes=2)
        centre.try_to_run("inbox")
    assert stored(centre) == Counter(one["id"] for one in made)


@pytest.mark.parametrize("kind", ["http_500", "broken_json", "lost_after"])
@pytest.mark.parametrize(
    "path", [r"\d/comments", r"\d/replies", r"/conversations", r"v25.0/aWd", r"\d/media"]
)
def test_no_answer_anywhere_in_a_poll_loses_anything(centre: Centre, path: str, kind: str) -> None:
    centre.door.settings(comments_a_page=5, replies_a_page=2)
    centre.door.media("image", "Kiriman")
    centre.run("inbox")
    made = centre.door.comments({"author": f"a{n}", "text": f"hai {n}"} for n in range(12))
    under = centre.door.comments(
        {"author": f"b{n}", "text": "halo", "parent_id": made[3]["id"]} for n in range(5)
    )
    sent = centre.door.messages({"author": f"p{n}", "text": "halo"} for n in range(3))
    centre.later(minutes=2)
    centre.door.fault(kind, method="GET", path=path, nth=2, times=3)
    centre.try_to_run("inbox")
    centre.door.clear_faults()
    for _ in range(3):
        centre.later(minutes=2)
        centre.try_to_run("inbox")
    assert stored(centre) == Counter(one["id"] for one in (*made, *under, *sent))


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
def test_a_throttled_poll_stops_asking_and_goes_on_later(centre: Centre, code: int) -> None:
    centre.door.media("image", "Kiriman")
    centre.door.comment("nenek_siti", COMPLAINT)
    centre.door.settings(regain_minutes=30)
    centre.door.fault("throttle", method="GET", path="/media", code=code)
    assert centre.try_to_run("inbox")
    before = centre.calls()
    assert centre.try_to_run("inbox")
    assert (centre.calls() - before).total() == 0


def test_a_quiet_poll_asks_once_for_a_hundred_posts_and_once_for_conversations(centre: Centre) -> None:
    centre.door._ask("POST", "media", {"items": [{"caption": f"Kiriman {n}"} for n in range(230)]})
    for n in range(30):
        centre.door.message(f"warga{n}", "Halo")
    for _ in range(2):
        centre.later(minutes=2)
        centre.run("inbox")
    assert quiet_poll(centre) == {"GET /{account}/media": 3, "GET /{account}/conversations": 1}


def test_of_30_messages_between_two_polls_20_are_stored_and_the_gap_is_reported(centre: Centre) -> None:
    centre.door.message("bunda_rara", "Halo min")
    centre.run("inbox")
    centre.later(minutes=2)
    sent = centre.door.messages({"author": "bunda_rara", "text": f"pesan {n}"} for n in range(30))
    for _ in range(3):
        centre.later(minutes=2)
        centre.run("inbox", "cases")
    kept = {row["text"] for row in centre.rows("SELECT text FROM messages")}
    assert kept == {"Halo min", *(f"pesan {n}" for n in range(30 - READABLE, 30))}
    assert len(sent) - READABLE == 10
    assert [row["lost"] for row in centre.rows("SELECT lost FROM conversations")] == [10]
    told = [f"{row['title']} {row['body']}" for row in centre.rows("SELECT title, body FROM notices")]
    assert len([words for words in told if "10" in words and "pesan" in words]) == 1, told


def test_conversations_beyond_the_first_page_are_read(centre: Centre) -> None:
    centre.run("inbox")
    sent = centre.door.messages({"author": f"warga{n}", "text": PRAISE} for n in range(60))
    centre.later(minutes=2)
    centre.run("inbox")
    assert stored(centre) == Counter(one["id"] for one in sent)


def test_what_was_there_before_the_first_poll_is_backlog(centre: Centre) -> None:
    media = centre.door.media("image", "Lama", at=(BEGIN - timedelta(days=20)).isoformat())
    texts = [PRAISE, COMPLAINT, "Tolong, ibu saya pingsan dan sesak napas!"] * 4
    old: list[dict[str, Any]] = [
        {"media_id": media, "author": f"lama{n}", "text": text, "at": (BEGIN - timedelta(days=3)).isoformat()}
        for n, text in enumerate(texts)
    ]
    centre.door.comments(old)
    for _ in range(3):
        centre.run("inbox", "replies", "cases")
        centre.later(minutes=2)
    listed = centre.asked("inbox", "list")
    assert len(listed) == len(old)
    assert all(one["backlog"] and one["reply"] is None and one["case"] is None for one in listed)
    assert centre.written_by_the_worker() == []
    (told,) = centre.rows("SELECT title, body FROM notices")
    assert str(len(old)) in told["title"] + told["body"]
    assert centre.asked("status")["waiting_for_person"] == 0
