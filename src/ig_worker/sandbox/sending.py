"""Sending direct messages and private replies (sections C and D)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ig_worker.sandbox.call import Call, Json, structure_of, text_of
from ig_worker.sandbox.conversations import check_messaging_token
from ig_worker.sandbox.entities import DAY, Account, Comment, Conversation, Page, Person
from ig_worker.sandbox.errors import graph_error, invalid, missing

LONGEST_BYTES = 1000
HUMAN_WINDOW = timedelta(days=7)
PRIVATE_REPLY_WINDOW = timedelta(days=7)
ACTIONS = ("MARK_SEEN", "REACT", "TYPING_OFF", "TYPING_ON", "UNREACT")
TYPES = ("MESSAGE_TAG", "RESPONSE", "UPDATE", "UTILITY")
ATTACHMENTS = ("image", "audio", "video", "file", "like_heart", "MEDIA_SHARE")


def send(call: Call, node: Account | Page) -> Json:
    """`POST /{ig}/messages` (Facebook Login: `/{page}/messages` or `/me/messages`)."""
    check_messaging_token(call)
    recipient = structure_of(call.params, "recipient")
    if not isinstance(recipient, dict) or not recipient:
        raise missing("recipient")
    account = node.account
    if "comment_id" in recipient:
        return _private_reply(call, account, str(recipient["comment_id"]))
    person = account.people.get(str(recipient.get("id", "")))
    conversation = account.conversations.get(person.id) if person else None
    if person is None or conversation is None:
        raise graph_error(100, 2534014)
    action = text_of(call.params, "sender_action").upper()
    if action:
        if action not in ACTIONS:
            raise invalid(f"Param sender_action must be one of {{{', '.join(ACTIONS)}}}")
        return {"recipient_id": person.id}
    text, attachments = _content(call)
    return _sent(call, person, text, attachments, sent_as=_sent_as(call, conversation))


def _content(call: Call) -> tuple[str, list[Json]]:
    """The text and the attachments; 100/2534015 when there is neither, both, or too long a text."""
    message = structure_of(call.params, "message")
    if not isinstance(message, dict):
        raise missing("message")
    text = message.get("text")
    attachments: list[Any] = list(message.get("attachments") or [])
    if message.get("attachment"):
        attachments.append(message["attachment"])
    if text is not None and not isinstance(text, str):
        raise graph_error(100, 2534015)
    if bool(text and text.strip()) == bool(attachments):
        raise graph_error(100, 2534015)
    if text and len(text.encode("utf-8", "surrogatepass")) > LONGEST_BYTES:
        raise graph_error(
            100,
            2534015,
            f"(#100) Length of param message[text] must be less than or equal to {LONGEST_BYTES}",
        )
    plain = []
    for one in attachments:
        if not isinstance(one, dict) or one.get("type") not in ATTACHMENTS:
            raise graph_error(100, 2534015)
        payload = one.get("payload")
        plain.append({"type": one["type"], **(payload if isinstance(payload, dict) else {})})
    return text or "", plain


def _sent_as(call: Call, conversation: Conversation) -> str:
    """The messaging type, or the tag. 24 hours since they last wrote; with the tag HUMAN_AGENT, seven days."""
    kind = text_of(call.params, "messaging_type").upper()
    if kind not in ("", *TYPES):
        raise invalid(f"Param messaging_type must be one of {{{', '.join(TYPES)}}}")
    window = DAY
    if kind == "MESSAGE_TAG":
        if text_of(call.params, "tag") != "HUMAN_AGENT":
            raise invalid("Param tag must be HUMAN_AGENT")
        window = HUMAN_WINDOW
    last = conversation.last_from_person()
    if last is None or call.now - last > window:
        raise graph_error(10, 2534022)
    return "HUMAN_AGENT" if window is HUMAN_WINDOW else kind


def _private_reply(call: Call, account: Account, comment_id: str) -> Json:
    """One per comment, within seven days; anything else is 100/2534025 (section C)."""
    comment = call.world.nodes.get(comment_id)
    text, attachments = _content(call)
    if (
        not isinstance(comment, Comment)
        or comment.account is not account
        or comment.deleted
        or comment.own
        or comment.privately_answered
        or call.now - comment.at > PRIVATE_REPLY_WINDOW
    ):
        raise graph_error(100, 2534025)
    comment.privately_answered = True
    return _sent(call, account.people[comment.author_id], text, attachments)


def _sent(call: Call, person: Person, text: str, attachments: list[Json], *, sent_as: str = "") -> Json:
    conversation = call.world.conversation(person)
    message = call.world.add_message(
        conversation, text=text, at=call.now, by="worker", attachments=attachments, sent_as=sent_as
    )
    return {"recipient_id": person.id, "message_id": message.id}
