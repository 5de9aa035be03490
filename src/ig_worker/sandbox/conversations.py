"""Conversations and their messages, as they can be read (section D)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ig_worker.sandbox.attachments import attachments, is_unsupported, shares, story
from ig_worker.sandbox.call import Call, Json, Listing, text_of
from ig_worker.sandbox.clock import graph_time
from ig_worker.sandbox.entities import DAY, Account, Conversation, Message, Page
from ig_worker.sandbox.errors import graph_error, invalid

READABLE = 20
REQUESTS_KEPT = timedelta(days=30)


def _us(account: Account) -> Json:
    return {"id": account.id, "username": account.username}


def _them(conversation: Conversation) -> Json:
    return {"id": conversation.person.id, "username": conversation.person.username}


def _unread(conversation: Conversation) -> int:
    """What they wrote since we last answered: reading through the API marks nothing as read."""
    count = 0
    for message in conversation.shown_messages():
        if message.own:
            break
        count += 1
    return count


def _open(call: Call, conversation: Conversation) -> bool:
    last = conversation.last_from_person()
    return last is not None and call.now - last <= DAY


def _everyone(conversation: Conversation) -> list[Json]:
    return [_us(conversation.account), _them(conversation)]


CONVERSATION_FIELDS: Mapping[str, Callable[[Call, Conversation], Any]] = {
    "id": lambda call, conversation: conversation.id,
    "updated_time": lambda call, conversation: graph_time(conversation.updated),
    "participants": lambda call, conversation: {"data": _everyone(conversation)},
    "senders": lambda call, conversation: {"data": _everyone(conversation)},
    "message_count": lambda call, conversation: len(conversation.shown_messages()),
    "unread_count": lambda call, conversation: _unread(conversation),
    "snippet": lambda call, conversation: (
        next((m.text for m in conversation.shown_messages()), "")[:80] or None
    ),
    "can_reply": _open,
    "is_owner": lambda call, conversation: True,
    "name": lambda call, conversation: conversation.person.username,
    "link": lambda call, conversation: f"https://www.instagram.com/direct/t/{conversation.number}/",
    "scoped_thread_key": lambda call, conversation: f"t_{conversation.number}",
}


def _reactions(call: Call, message: Message) -> Json | None:
    us, them = _us(message.account), _them(message.conversation)
    found = [
        {"reaction": reaction, "users": [them if by == "public" else us]}
        for by, reaction in message.reactions.items()
    ]
    return {"data": found} if found else None


def _reply_to(call: Call, message: Message) -> Json | None:
    above = message.reply_to
    return {"mid": above.id, "is_self_reply": above.own == message.own} if above else None


MESSAGE_FIELDS: Mapping[str, Callable[[Call, Message], Any]] = {
    "id": lambda call, message: message.id,
    "created_time": lambda call, message: graph_time(message.at),
    "from": lambda call, message: _us(message.account) if message.own else _them(message.conversation),
    "to": lambda call, message: {
        "data": [_them(message.conversation) if message.own else _us(message.account)],
    },
    "message": lambda call, message: message.text,
    "attachments": lambda call, message: attachments(message),
    "shares": lambda call, message: shares(message),
    "story": lambda call, message: story(message, call.now),
    "is_unsupported": lambda call, message: is_unsupported(message) or None,
    "reactions": _reactions,
    "reply_to": _reply_to,
}


def check_messaging_token(call: Call) -> None:
    """Messages want the scope, and a Page token with Facebook Login."""
    if call.token.speaker == "facebook_user":
        raise graph_error(190, message="(#190) This method must be called with a Page Access Token")
    call.token.check_scope("messages")


def conversations(call: Call, node: Account | Page, params: Json) -> Listing:
    """`GET /me/conversations`: on a Page, ``platform`` is Messenger's unless it says instagram."""
    check_messaging_token(call)
    platform = text_of(params, "platform").upper()
    if platform not in ("", "INSTAGRAM", "MESSENGER"):
        raise invalid("Param platform must be one of {INSTAGRAM, MESSENGER}")
    if platform == "MESSENGER" or (isinstance(node, Page) and not platform):
        return Listing([])
    person_id = text_of(params, "user_id")
    found = [
        conversation
        for conversation in node.account.conversations.values()
        if conversation.shown_messages()
        and (not person_id or conversation.person.id == person_id)
        and not (conversation.folder == "requests" and call.now - conversation.updated > REQUESTS_KEPT)
    ]
    return Listing(sorted(found, key=lambda conversation: conversation.order, reverse=True))


def messages_of(call: Call, conversation: Conversation, params: Json) -> Listing:
    """`GET /{conversation}/messages`: ids and times of all, details of the 20 newest only."""
    check_messaging_token(call)
    return Listing(conversation.shown_messages(), readable=READABLE)


def check_readable(message: Message) -> None:
    """Raise what Meta says of a message that was unsent or is older than the 20 newest."""
    if message not in message.conversation.shown_messages()[:READABLE]:
        raise graph_error(9000001)
