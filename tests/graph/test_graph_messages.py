"""Conversations and messages, as Meta answers them (section D)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from graph_wire import IG, INSTAGRAM, PAGE, error

from ig_worker.domain.errors import Unanswered, WindowClosed
from ig_worker.domain.instagram import ConversationHead, DirectMessage, ListedMessage, Page
from ig_worker.graph import InstagramAccount

Client = Callable[..., InstagramAccount]
ROOT = f"{INSTAGRAM}/v25.0/"
ME = {"id": "999", "user_id": IG, "username": "puskesmaspolowijen"}
AT = "2026-11-22T02:00:00+0000"
WHEN = datetime(2026, 11, 22, 2, tzinfo=UTC)
US = {"id": "999", "username": "puskesmaspolowijen"}
ANI = {"id": "555", "username": "ani"}
THREAD = "aWdfZAG06MTpJR="


@pytest.mark.parametrize(("login", "inbox"), [("instagram", "me"), ("facebook", PAGE)])
def test_the_inbox_asked_is_instagrams(
    wire: responses.RequestsMock, client: Client, login: str, inbox: str
) -> None:
    head = {"id": THREAD, "updated_time": AT}
    paging = {"cursors": {"after": "C2"}, "next": "https://x"}
    wire.get(
        f"https://graph.{login}.com/v25.0/{inbox}/conversations", json={"data": [head], "paging": paging}
    )
    page = client(login).conversations("C1")
    assert page.items == (ConversationHead(THREAD, WHEN),)
    assert page.after == "C2"
    query = wire.calls[0].request.params  # type: ignore[attr-defined]
    assert (query["platform"], query["after"]) == ("instagram", "C1")


def conversation(wire: responses.RequestsMock, **found: Any) -> None:
    wire.get(f"{ROOT}me", json=ME)
    wire.get(f"{ROOT}{THREAD}", json={"id": THREAD, "updated_time": AT, **found})


def test_a_conversation_names_the_person_and_tells_our_messages_from_theirs(
    wire: responses.RequestsMock, client: Client
) -> None:
    conversation(
        wire,
        participants={"data": [US, ANI]},
        messages={
            "data": [
                {"id": "m2", "created_time": AT, "from": US, "to": {"data": [ANI]}, "message": "Siap"},
                {"id": "m1", "created_time": AT, "from": ANI, "message": "Jam buka? \x00"},
            ]
        },
    )
    found = client().conversation(THREAD)
    assert (found.ig_id, found.updated, found.person_id, found.person) == (THREAD, WHEN, "555", "ani")
    assert found.messages == (
        DirectMessage("m2", "Siap", WHEN, "puskesmaspolowijen", "999", own=True),
        DirectMessage("m1", "Jam buka? �", WHEN, "ani", "555", own=False),
    )
    fields = wire.calls[1].request.params["fields"]  # type: ignore[attr-defined]
    assert "messages.limit(20){id,created_time,from," in fields


def test_a_message_that_is_only_named_is_unreadable_not_deleted(
    wire: responses.RequestsMock, client: Client
) -> None:
    conversation(wire, participants={"data": [ANI]}, messages={"data": [{"id": "m0"}]})
    (message,) = client().conversation(THREAD).messages
    assert message == DirectMessage("m0", None, WHEN, "", "", own=False, readable=False)


@pytest.mark.parametrize(
    ("message", "person"),
    [
        ({"from": ANI, "to": {"data": [US]}}, "555"),
        ({"from": US, "to": {"data": [ANI]}}, "555"),
        ({"from": US, "to": {"data": [{"username": "nobody"}]}}, ""),
        ({"from": US}, ""),
    ],
)
def test_without_participants_the_messages_tell_whom_we_talk_to(
    wire: responses.RequestsMock, client: Client, message: dict[str, Any], person: str
) -> None:
    conversation(wire, messages={"data": [{"id": "m1", "created_time": AT, **message}]})
    assert client().conversation(THREAD).person_id == person


def test_a_conversation_without_messages_is_empty(wire: responses.RequestsMock, client: Client) -> None:
    conversation(wire, participants={"data": [US, ANI]})
    assert client().conversation(THREAD).messages == ()


@pytest.mark.parametrize(
    ("with_it", "kinds"),
    [
        ({"attachments": {"data": [{"image_data": {"url": "https://cdn/x"}}]}}, ("image",)),
        ({"attachments": {"data": [{"video_data": {"url": "https://cdn/x"}}]}}, ("video",)),
        ({"attachments": {"data": [{"mime_type": "audio/mp4", "file_url": "https://cdn/x"}]}}, ("audio",)),
        ({"attachments": {"data": [{"file_url": "https://cdn/x.pdf"}]}}, ("file",)),
        ({"shares": {"data": [{"link": "https://ig/p/x"}]}}, ("share",)),
        ({"story": {"id": "1", "link": ""}}, ("story_reply",)),
        ({"story": {"mention": {"id": "1", "link": ""}}}, ("story_mention",)),
        ({"is_unsupported": True}, ("unsupported",)),
        ({"attachments": {"data": [{"image_data": {"url": "x", "render_as_sticker": True}}]}}, ("sticker",)),
        ({"attachments": {"data": [{"image_data": {"animated_gif_url": "x"}}]}}, ("gif",)),
        ({"attachments": {"data": [{"image_data": None}, {"image_data": {}}]}}, ("image", "image")),
        ({"attachments": {"data": [{"mime_type": "image/jpeg", "file_url": "x"}]}}, ("image",)),
        ({"attachments": {"data": [{"mime_type": "application/pdf", "file_url": "x"}]}}, ("file",)),
        ({"attachments": {"data": [{"name": "audioclip-1.mp4", "file_url": "x"}]}}, ("audio",)),
        ({"attachments": {"data": [{"name": "foto.JPG", "file_url": "x"}]}}, ("image",)),
        ({"attachments": {"data": [{"generic_template": {"title": "x"}}]}}, ("template",)),
        ({"attachments": {"data": [{"id": "1"}]}}, ("ephemeral",)),
        ({"attachments": {"data": [{"id": "1", "hologram_data": {"url": "x"}}]}}, ("unsupported",)),
        ({"attachments": [{"type": "ig_reel", "payload": {"url": "x"}}]}, ("ig_reel",)),
        ({"attachments": [{"type": "like"}]}, ("like_heart",)),
        ({"attachments": [{"type": "fallback"}], "shares": {"data": [{"link": "x"}]}}, ("share",)),
        ({"attachments": [{"type": 7}, None, "x", []]}, ("unsupported",)),
        ({"story": {"reply_to": {"id": "1"}}, "message": "Cantik"}, ("story_reply",)),
        ({"reply_to": {"story": {"id": "1"}}, "message": "Cantik"}, ("story_reply",)),
        ({"reply_to": {"mid": "m0", "is_self_reply": False}, "message": "Iya"}, ()),
        ({"reply_to": "m0", "message": "Iya", "reactions": {"data": [{"reaction": "love"}]}}, ()),
        ({"reaction": {"reaction": "love", "emoji": "❤"}}, ("reaction",)),
        ({"message": ""}, ("unsupported",)),
        ({"message": None}, ("unsupported",)),
        ({}, ("unsupported",)),
        ({"message": "Halo", "attachments": [], "shares": {"data": None}, "story": None}, ()),
        ({"message": "Halo", "attachments": 3, "shares": "x", "story": [1]}, ()),
    ],
)
def test_what_came_with_a_message_is_named_by_kind(
    wire: responses.RequestsMock, client: Client, with_it: dict[str, Any], kinds: tuple[str, ...]
) -> None:
    message = {"id": "m1", "created_time": AT, "from": ANI, **with_it}
    conversation(wire, participants={"data": [ANI]}, messages={"data": [message]})
    (read,) = client().conversation(THREAD).messages
    assert read.attachments == kinds


def test_behind_the_horizon_a_message_has_its_id_and_time_and_nothing_else(
    wire: responses.RequestsMock, client: Client
) -> None:
    listed = [
        {"id": "m2", "created_time": AT, "from": ANI, "message": "Halo"},
        {"id": "m1", "created_time": AT},
    ]
    conversation(wire, participants={"data": [ANI]}, messages={"data": listed})
    found = client().conversation(THREAD)
    assert [(message.ig_id, message.readable) for message in found.messages] == [("m2", True), ("m1", False)]
    assert found.older


def test_a_further_page_of_messages_says_that_there_are_older_ones(
    wire: responses.RequestsMock, client: Client
) -> None:
    listed = [{"id": "m2", "created_time": AT, "from": ANI, "message": "Halo"}]
    paging = {"cursors": {"after": "C2"}, "next": "https://graph.instagram.com/x?access_token=secret"}
    conversation(wire, participants={"data": [ANI]}, messages={"data": listed, "paging": paging})
    assert client().conversation(THREAD).older


def test_a_message_that_meta_says_was_taken_back_is_deleted(
    wire: responses.RequestsMock, client: Client
) -> None:
    gone = {"id": "m1", "created_time": AT, "from": ANI, "message": "", "is_deleted": True}
    conversation(wire, participants={"data": [ANI]}, messages={"data": [gone]})
    (message,) = client().conversation(THREAD).messages
    assert (message.deleted, message.readable) == (True, True)


@pytest.mark.parametrize(
    "broken", [None, {}, {"created_time": AT, "message": "Obat kosong"}, {"error": {"code": 2}}]
)
def test_a_list_of_which_a_part_cannot_be_read_is_not_whole(
    wire: responses.RequestsMock, client: Client, broken: Any
) -> None:
    good = [{"id": f"m{n}", "created_time": AT, "from": ANI, "message": "Halo"} for n in (1, 2)]
    conversation(wire, participants={"data": [ANI]}, messages={"data": [good[0], broken, good[1]]})
    found = client().conversation(THREAD)
    assert (len(found.messages), found.whole) == (2, False)


def test_a_message_whose_time_is_withheld_is_no_newer_than_those_beside_it(
    wire: responses.RequestsMock, client: Client
) -> None:
    times = {
        "m5": None,
        "m4": "2026-11-22T02:04:00+0000",
        "m3": None,
        "m2": "2026-11-22T02:02:00+0000",
        "m1": None,
    }
    listed = [
        {"id": ig_id, "created_time": at, "from": ANI, "message": "Halo"} for ig_id, at in times.items()
    ]
    conversation(wire, participants={"data": [ANI]}, messages={"data": listed})
    found = {message.ig_id: message.timestamp.minute for message in client().conversation(THREAD).messages}
    assert found == {"m5": 4, "m4": 4, "m3": 2, "m2": 2, "m1": 2}


def test_the_names_of_all_messages_are_read_page_by_page(
    wire: responses.RequestsMock, client: Client
) -> None:
    paging = {"cursors": {"after": "C2"}, "next": "https://graph.instagram.com/x?access_token=secret"}
    first = {"data": [{"id": "m2", "created_time": AT}, {"id": 17}, {"created_time": AT}], "paging": paging}
    wire.get(f"{ROOT}{THREAD}", json={"id": THREAD, "messages": first})
    wire.get(f"{ROOT}{THREAD}/messages", json={"data": [{"id": "m0", "created_time": "yesterday"}]})
    names = client().message_ids(THREAD)
    assert names == Page((ListedMessage("m2", WHEN), ListedMessage("17")), "C2")
    assert client().message_ids(THREAD, "C2") == Page((ListedMessage("m0"),))
    asked = [call.request.params for call in wire.calls]  # type: ignore[attr-defined]
    assert asked[0]["fields"] == "messages.limit(100){id,created_time}"
    assert (asked[1]["fields"], asked[1]["after"], asked[1]["limit"]) == ("id,created_time", "C2", "100")


def test_a_conversation_that_names_no_message_has_none(wire: responses.RequestsMock, client: Client) -> None:
    wire.get(f"{ROOT}{THREAD}", json={"id": THREAD})
    assert client().message_ids(THREAD) == Page(())


@pytest.mark.parametrize(
    ("login", "page_id", "sender"), [("instagram", "", IG), ("facebook", PAGE, PAGE), ("facebook", "", "me")]
)
def test_a_message_is_sent_as_a_response(
    wire: responses.RequestsMock, client: Client, login: str, page_id: str, sender: str
) -> None:
    wire.post(
        f"https://graph.{login}.com/v25.0/{sender}/messages",
        json={"recipient_id": "555", "message_id": "m9"},
    )
    assert client(login, page_id=page_id).send_message("555", "Terima kasih 🙏") == "m9"
    request = wire.calls[0].request
    assert json.loads(request.body or "") == {
        "recipient": {"id": "555"},
        "message": {"text": "Terima kasih 🙏"},
        "messaging_type": "RESPONSE",
    }
    assert request.headers["Content-Type"] == "application/json"


def test_what_a_person_writes_later_is_tagged_so(wire: responses.RequestsMock, client: Client) -> None:
    wire.post(f"{ROOT}{IG}/messages", json={"recipient_id": "555", "message_id": "m9"})
    client().send_message("555", "Maaf baru kami balas", human_agent=True)
    sent = json.loads(wire.calls[0].request.body or "")
    assert (sent["messaging_type"], sent["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_after_a_day_the_window_is_closed(wire: responses.RequestsMock, client: Client) -> None:
    wire.post(f"{ROOT}{IG}/messages", status=400, json=error(10, 2534022, "outside of allowed window"))
    with pytest.raises(WindowClosed):
        client().send_message("555", "Halo")


def test_a_message_to_nobody_proves_nothing(wire: responses.RequestsMock, client: Client) -> None:
    wire.post(f"{ROOT}{IG}/messages", status=400, json=error(100, 2534014, "No matching user"))
    with pytest.raises(Unanswered) as caught:
        client().send_message("555", "Halo")
    assert caught.value.said is not None
    assert caught.value.said.action == "skip"
