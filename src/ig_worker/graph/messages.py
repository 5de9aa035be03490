"""Conversations and our messages in them (section D)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from ig_worker.domain.instagram import Conversation, ConversationHead, DirectMessage, ListedMessage, Page
from ig_worker.graph.answers import id_text, kept_text, said_text
from ig_worker.graph.attached import kinds_of
from ig_worker.graph.identity import Identity
from ig_worker.graph.reading import cursor, list_in, mapping, moment, objects, page_of, read_fields
from ig_worker.graph.session import GraphSession

MESSAGE_FIELDS = (
    "id",
    "created_time",
    "from",
    "to",
    "message",
    "attachments",
    "shares",
    "story",
    "is_unsupported",
)
READABLE = 20
"""Meta shows the details of that many newest messages of a conversation, and of no older one."""

NAMES_A_PAGE = 100
"""How many messages are asked for where only their ids are wanted."""


def conversations(graph: GraphSession, after: str | None) -> Page[ConversationHead]:
    """Conversations, the last changed first. Requests idle for 30 days are not among them.

    One without a time of change gets that of the answer, which differs each time: it is always worth reading.
    """
    account = graph.account
    inbox = "me" if account.login == "instagram" else account.page_id
    # Without the platform a Page gives its Messenger inbox.
    query = {"platform": "instagram", **cursor(after)}
    path = f"{inbox}/conversations"
    found = read_fields(graph, "conversation", path, ("id", "updated_time"), query)

    def head(item: Mapping[str, Any]) -> ConversationHead:
        return ConversationHead(id_text(item.get("id")), moment(item.get("updated_time")) or found.at)

    return page_of(path, found, head)


def conversation(graph: GraphSession, us: Identity, conversation_id: str) -> Conversation:
    """A conversation with its newest messages; reading it does not mark it as read."""
    found = read_fields(
        graph,
        "message",
        conversation_id,
        MESSAGE_FIELDS,
        expand=lambda fields: f"id,updated_time,participants,messages.limit({READABLE}){{{fields}}}",
    )
    messages: Page[DirectMessage] = Page(())
    people = [*_people(found.get("participants"))]
    listed = mapping(found.get("messages"))
    updated = moment(found.get("updated_time")) or _newest(listed) or found.at
    if found.get("messages") is not None:
        times = _times(objects(listed["data"]), updated) if isinstance(listed.get("data"), list) else {}
        messages = page_of(
            conversation_id, listed, lambda item: _message(item, us, times.get(id_text(item["id"]), updated))
        )
        # Some answers name nobody but the senders and receivers.
        for item in objects(listed["data"]):
            people += [*_people({"data": [item.get("from")]}), *_people(item.get("to"))]
    others = [(ig_id, name) for ig_id, name in people if not us.wrote(ig_id, name)]
    person_id, person = others[0] if others else ("", "")
    older = messages.after is not None or not all(message.readable for message in messages.items)
    whole = len(messages.items) == len(list_in(listed)) if messages.items else True
    return Conversation(conversation_id, updated, person_id, person, messages.items, older, whole)


def message_ids(graph: GraphSession, conversation_id: str, after: str | None) -> Page[ListedMessage]:
    """The ids of all messages, page by page: they are named even where their details can no longer be had."""

    def name(item: Mapping[str, Any]) -> ListedMessage:
        return ListedMessage(id_text(item.get("id")), moment(item.get("created_time")))

    if after is None:
        names = f"messages.limit({NAMES_A_PAGE}){{id,created_time}}"
        found = mapping(graph.read(conversation_id, {"fields": names}).get("messages"))
        return page_of(conversation_id, found, name) if found else Page(())
    query = {"fields": "id,created_time", "limit": str(NAMES_A_PAGE), **cursor(after)}
    path = f"{conversation_id}/messages"
    return page_of(path, graph.read(path, query), name)


def send_message(graph: GraphSession, person_id: str, text: str, *, human_agent: bool = False) -> str:
    """The id of our message. RESPONSE is the only kind of message a program may send.

    What a person has written may go out as HUMAN_AGENT, up to seven days after theirs.
    """
    account = graph.account
    sender = account.ig_user_id if account.login == "instagram" else account.page_id or "me"
    kind = {"messaging_type": "RESPONSE"}
    if human_agent:
        kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    body = {"recipient": {"id": person_id}, "message": {"text": text}, **kind}
    return graph.write(f"{sender}/messages", body=body, expect="message_id")


def _newest(listed: Mapping[str, Any]) -> datetime | None:
    times = (moment(item.get("created_time")) for item in objects(listed.get("data")))
    return max((time for time in times if time is not None), default=None)


def _times(items: Sequence[Mapping[str, Any]], otherwise: datetime) -> dict[str, datetime]:
    """When each message was sent, by its id, from a list that begins with the newest.

    One whose time is withheld is no newer than what it stands beside: what seems newer than all that lies behind the
    horizon would later pass for taken back.
    """
    known = [time for item in items if (time := moment(item.get("created_time"))) is not None]
    last = min(known, default=otherwise)
    times = {}
    for item in reversed(items):
        last = moment(item.get("created_time")) or last
        times[id_text(item.get("id"))] = last
    return times


def _people(value: object) -> Iterator[tuple[str, str]]:
    for person in objects(mapping(value).get("data")):
        if ig_id := id_text(person.get("id")):
            yield ig_id, kept_text(person.get("username"))


def _message(item: Mapping[str, Any], us: Identity, sent_at: datetime) -> DirectMessage:
    """A message of which Meta gives the id and the time alone is behind the horizon: unreadable, not deleted."""
    by = mapping(item.get("from"))
    author_id, author = id_text(by.get("id")), kept_text(by.get("username"))
    return DirectMessage(
        id_text(item.get("id")),
        said_text(item.get("message")),
        sent_at,
        author,
        author_id,
        own=us.wrote(author_id, author),
        readable=not item.keys() <= {"id", "created_time"},
        attachments=kinds_of(item),
        deleted=item.get("is_deleted") is True,
    )
