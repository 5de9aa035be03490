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
from ig_worker.domain.instagram import ConversationHead, DirectMessage
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
        ({"attachments": [], "shares": {"data": None}, "story": None}, ()),
    ],
)
def test_what_came_with_a_message_is_named_by_kind(
    wire: responses.RequestsMock, client: Client, with_it: dict[str, Any], kinds: tuple[str, ...]
) -> None:
    message = {"id": "m1", "created_time": AT, "from": ANI, **with_it}
    conversation(wire, participants={"data": [ANI]}, messages={"data": [message]})
    (read,) = client().conversation(THREAD).messages
    assert read.attachments == kinds


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
