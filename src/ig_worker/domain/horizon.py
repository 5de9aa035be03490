"""What lies behind the newest 20 messages of a conversation, which are all that Meta shows (section D).

Behind that horizon messages are still named, so what came between two readings and was pushed out of sight can be
counted; and of what was known and is not shown any more, the horizon may be the reason, or its sender took it back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from ig_worker.domain.instagram import Conversation, ListedMessage

READABLE = 20
"""So many messages of a conversation are shown."""

SAME_MOMENT = timedelta(seconds=2)
"""Meta's times are whole seconds: a conversation's may be rounded otherwise than its newest message's."""


def owes_lines(conversation: Conversation, updated: datetime, newest_known: datetime | None) -> bool:
    """Whether the conversation changed, at `updated`, after all that it shows and all that is known of it.

    What has no line moves that time as well (a reaction, say).
    """
    times = [message.timestamp for message in conversation.messages if message.readable]
    newest = max([*times, *([newest_known] if newest_known is not None else [])], default=None)
    return newest is None or updated - newest > SAME_MOMENT


def may_hide_more(conversation: Conversation, known: Collection[str], since: datetime) -> bool:
    """Whether messages sent after `since`, and never stored, may lie behind those that are shown.

    Where one of the shown messages is `known`, all that lie behind it have been read together with it.
    """
    shown = [message for message in conversation.messages if message.readable]
    return (
        bool(shown)
        and (conversation.older or len(conversation.messages) >= READABLE)
        and min(message.timestamp for message in shown) >= since
        and not any(message.ig_id in known for message in conversation.messages)
    )


def hidden(
    named: Sequence[ListedMessage], conversation: Conversation, known: Collection[str], since: datetime
) -> list[str]:
    """The ids of messages sent after `since` that are neither shown nor known.

    What came after the newest one shown will be shown next time; where nothing is shown any more, nothing will be.
    Where Meta gives no times, the names begin with the newest, and the first known one ends the search.
    """
    shown = {message.ig_id: message.timestamp for message in conversation.messages if message.readable}
    newest = max(shown.values(), default=None)
    begun, found = not shown, []
    for one in named:
        begun = begun or one.ig_id in shown
        if one.timestamp is None and one.ig_id in known:
            break
        in_time = begun
        if one.timestamp is not None:
            in_time = since <= one.timestamp and (newest is None or one.timestamp <= newest)
        if in_time and one.ig_id not in shown and one.ig_id not in known:
            found.append(one.ig_id)
    return list(dict.fromkeys(found))


def end_of_search(page: Iterable[ListedMessage], known: Collection[str], since: datetime) -> bool:
    """Whether nothing behind this page of names can matter any more."""
    return all(
        one.timestamp < since if one.timestamp is not None else one.ig_id in known for one in page
    ) or any(one.timestamp is None and one.ig_id in known for one in page)


def proven_unsent(conversation: Conversation, known: Mapping[str, datetime]) -> set[str]:
    """Which of the messages known with their time their senders have certainly taken back.

    Meta says so, or an older one is still shown: what lies behind the horizon is older than all that is shown. An
    answer of which a part could not be read proves only what it says itself. Times are whole seconds: one of the same
    second will do where all would have room.
    """
    listed = {message.ig_id for message in conversation.messages}
    gone = {message.ig_id for message in conversation.messages if message.deleted}
    shown = [
        message.timestamp for message in conversation.messages if message.readable and not message.deleted
    ]
    if shown and conversation.whole:
        oldest, all_fit = min(shown), _all_fit(conversation, known)
        gone |= {
            ig_id
            for ig_id, sent_at in known.items()
            if ig_id not in listed and (sent_at > oldest or (all_fit and sent_at == oldest))
        }
    return gone & known.keys()


def taken_back(conversation: Conversation, known: Mapping[str, datetime]) -> set[str]:
    """Which of the messages known with their time were taken back by their sender.

    That is proven, or they are missing although all of them would have room among the 20. An empty answer says
    nothing: that may be our permission, or a conversation that went away.
    """
    gone = proven_unsent(conversation, known)
    if (
        conversation.whole
        and _all_fit(conversation, known)
        and any(message.readable for message in conversation.messages)
    ):
        gone |= known.keys() - {message.ig_id for message in conversation.messages}
    return gone


def _all_fit(conversation: Conversation, known: Mapping[str, datetime]) -> bool:
    """Whether nothing that was ever known needs to lie behind the horizon."""
    listed = {message.ig_id for message in conversation.messages}
    return not conversation.older and len(listed | known.keys()) <= READABLE
