"""What makes the worker speak by itself, and what keeps it silent everywhere: a person of the centre comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from ig_worker.domain.reply import Purpose
from ig_worker.store import messages
from ig_worker.store.database import Connection, Row
from ig_worker.store.replies import StoredReply

STAFF_STAYS = timedelta(days=7)
"""So long after somebody of the centre wrote in a conversation, the worker says nothing there."""

NEARBY = timedelta(days=7)
"""So long a complaint by the same person in the same place keeps the worker from answering that person."""

WINDOW = timedelta(hours=24)
"""So long after a person's last message a program may write to them (section D)."""

NEIGHBOURS = 8
"""So many in a row never use the same phrasing."""

ANSWERED = "somebody of the centre has answered already"
STAFF_IS_HERE = "somebody of the centre talks here"
COMPLAINS = "the same person has a complaint here: a person answers"


@dataclass(frozen=True)
class Words:
    """What is to be said, and the number of the phrasing (-1 where it is none)."""

    text: str
    phrase: int = -1


class Occasion(Protocol):
    """A reason for which the worker speaks by itself: when, what forbids it, and with what words.

    What forbids it is asked when the words are planned, and again right before they go out.
    """

    @property
    def purpose(self) -> Purpose: ...

    @property
    def at_once(self) -> bool:
        """Without a human pause, in the quiet hours too, and without another look."""
        ...

    @property
    def max_age(self) -> timedelta: ...

    def wanted(self, connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
        """The messages for which nothing was planned yet, oldest first."""
        ...

    def why_not(self, connection: Connection, message: Row[Any], at: datetime, now: datetime) -> str:
        """What is known ``now`` and forbids to answer this message ``at`` that time; empty where nothing does."""
        ...

    def words(self, connection: Connection, message: Row[Any], local_time: datetime) -> Words:
        """What is to be said, if it is said at that time in the centre's zone."""
        ...

    def words_later(self, connection: Connection, stored: StoredReply, local_time: datetime) -> str:
        """The words that were planned, as they read at that other time."""
        ...


def why_silent(
    connection: Connection, message: Row[Any], at: datetime, now: datetime, max_age: timedelta
) -> str:
    """What forbids any word of the worker but an emergency's."""
    if at - message.sent_at > max_age:
        return "too old to be answered by the worker"
    if reason := why_unanswerable(connection, message, at):
        return reason
    if messages.answered_by_us(connection, message):
        return ANSWERED
    if messages.staff_spoke_here(connection, message, now - STAFF_STAYS):
        return STAFF_IS_HERE
    return ""


def why_unanswerable(connection: Connection, message: Row[Any], at: datetime) -> str:
    """Why nothing could be answered to it at that time."""
    if message.deleted:
        return "its author has taken it back"
    if message.hidden:
        return "it is hidden from the public"
    if message.channel == "dm":
        last = messages.last_from(connection, message.account, message.conversation_id)
        if last is not None and at - last >= WINDOW:
            return "the 24 hours in which a program may answer a message are over"
    return ""
