"""What the worker tells people where the centre wants it to: their case's number, an approved answer, and 119."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.frequent import Frequent, best_match
from ig_worker.domain.phrasing import addressed
from ig_worker.domain.reply import Purpose
from ig_worker.domain.thanks import Phrasebook, number_only
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.occasions import (
    ANSWERED,
    COMPLAINS,
    NEARBY,
    NEIGHBOURS,
    STAFF_IS_HERE,
    Words,
    why_silent,
    why_unanswerable,
)
from ig_worker.store import answerable, messages, replies
from ig_worker.store.database import Connection, Row
from ig_worker.store.replies import StoredReply

STAFF_IS_THERE = timedelta(hours=1)
"""So long after somebody of the centre wrote, the worker leaves even an emergency to that person."""

HELP_IS_LATE = timedelta(hours=6)
"""After this an emergency text helps nobody any more; those on duty were told in any case."""


DANGER_HERE = "somebody may be in danger: a person answers"


class _Timeless:
    """Words in which no time of day stands."""

    def words_later(self, connection: Connection, stored: StoredReply, local_time: datetime) -> str:
        return stored.text


class Acknowledging(_Timeless):
    """The number of the case, once for each, to whoever complained or suggested something."""

    purpose = Purpose.ACKNOWLEDGEMENT
    at_once = False

    def __init__(self, phrasebook: Phrasebook, manners: Manners) -> None:
        self._phrasebook = phrasebook
        self.max_age = manners.rules.max_age

    def wanted(self, connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
        return answerable.numbered(connection, account, now - self.max_age)

    def why_not(self, connection: Connection, message: Row[Any], at: datetime, now: datetime) -> str:
        case = answerable.case_of(connection, message)
        if case is None or not case.open:
            return "its case is closed"
        if message.danger or case.severity == "darurat":
            return DANGER_HERE
        if answerable.danger_here(connection, message, message.sent_at - NEARBY):
            return DANGER_HERE
        return why_silent(connection, message, at, now, self.max_age)

    def words(self, connection: Connection, message: Row[Any], local_time: datetime) -> Words:
        case = answerable.case_of(connection, message)
        assert case is not None
        if not case.passed_on:
            return Words(number_only(case.label, case.number, message.author, message.channel))
        told = self._phrasebook.acknowledge(
            label=case.label,
            number=case.number,
            author=message.author,
            channel=message.channel,
            lately=replies.newest_phrases(connection, message.account, NEIGHBOURS, self.purpose),
        )
        return Words(told.text, told.phrase_index)


class Advising(_Timeless):
    """The approved answer to a frequent question, where a question clearly is one and nothing besides."""

    purpose = Purpose.ANSWER
    at_once = False

    def __init__(self, frequent: Sequence[Frequent], manners: Manners) -> None:
        self._frequent = tuple(frequent)
        self._manners = manners
        self._found: dict[tuple[str, str], Frequent | None] = {}
        self.max_age = manners.rules.max_age

    def wanted(self, connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
        asked = answerable.questions(connection, account, now - self.max_age)
        self._found = {(message.account, message.text): self._match(message) for message in asked}
        # What came along with a question may change what is asked.
        return [message for message in asked if self._match(message) and not message.attachments]

    def why_not(self, connection: Connection, message: Row[Any], at: datetime, now: datetime) -> str:
        if message.label != "pertanyaan" or message.needs_review or self._match(message) is None:
            return "it was changed and is no longer a frequent question"
        if reason := why_silent(connection, message, at, now, self.max_age):
            return reason
        if messages.complains_here(connection, message, message.sent_at - NEARBY):
            return COMPLAINS
        today = self._manners.midnight(message.sent_at)
        if replies.said_since(connection, message, today, self.purpose):
            return "this person was answered by the worker here today: a person answers"
        return ""

    def words(self, connection: Connection, message: Row[Any], local_time: datetime) -> Words:
        found = self._match(message)
        assert found is not None
        return Words(addressed(found.answer, message.author, message.channel))

    def _match(self, message: Row[Any]) -> Frequent | None:
        asked = message.account, message.text
        if asked in self._found:
            return self._found[asked]
        return best_match(message.text, self._frequent, centre=message.account)


class Helping(_Timeless):
    """The approved text with 119, at once, where somebody's life may be in danger."""

    purpose = Purpose.EMERGENCY
    at_once = True
    max_age = HELP_IS_LATE

    def __init__(self, text: str, manners: Manners) -> None:
        self._text = text
        self._manners = manners

    def wanted(self, connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
        return answerable.in_danger(connection, account, now - self.max_age)

    def why_not(self, connection: Connection, message: Row[Any], at: datetime, now: datetime) -> str:
        if not message.danger:
            return "it was changed and tells of no danger any more"
        if reason := why_unanswerable(connection, message, at):
            return reason
        if messages.answered_by_us(connection, message):
            return ANSWERED
        if messages.spoken_by_a_person(connection, message, now - STAFF_IS_THERE):
            return STAFF_IS_HERE
        today = self._manners.midnight(message.sent_at)
        if replies.said_since(connection, message, today, self.purpose, anywhere=True):
            return "this person was told today"
        return ""

    def words(self, connection: Connection, message: Row[Any], local_time: datetime) -> Words:
        return Words(addressed(self._text, message.author, message.channel))
