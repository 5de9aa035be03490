"""Thanks for praise, never under a complaint, and never beside one (the Polowijen SOP)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.praised import named
from ig_worker.domain.reply import Purpose
from ig_worker.domain.thanks import Phrasebook
from ig_worker.flows.replying.manners import Manners
from ig_worker.flows.replying.occasions import COMPLAINS, NEARBY, NEIGHBOURS, Words, why_silent
from ig_worker.store import answerable, messages, replies
from ig_worker.store.database import Connection, Row
from ig_worker.store.replies import StoredReply

IN_ONE_BREATH = timedelta(hours=1)
"""What the same person wrote here within this time may be the other half of what they have to say."""

UNDER_ONE_POST = 200
"""So many thanks under one post are looked at, for a phrasing that was not used there yet."""

STILL_EXPLAINED = timedelta(days=14)
"""Praise that is too old by so much gets its line in the list: it says why it was not thanked."""


class Thanking:
    """Thanks for praise."""

    purpose = Purpose.THANKS
    at_once = False

    def __init__(self, phrasebook: Phrasebook, manners: Manners) -> None:
        self._phrasebook = phrasebook
        self._manners = manners
        self.max_age = manners.rules.max_age

    def wanted(self, connection: Connection, account: str, now: datetime) -> Sequence[Row[Any]]:
        return messages.to_thank(connection, account, now - self.max_age - STILL_EXPLAINED)

    def why_not(self, connection: Connection, message: Row[Any], at: datetime, now: datetime) -> str:
        # Whoever set the label has not seen what was written since.
        if not message.auto_thank or (message.edited and message.label_by):
            return "it was changed and is no longer praise that may be thanked"
        if answerable.case_of(connection, message) is not None:
            return "it belongs to a case: a person answers"
        if reason := why_silent(connection, message, at, now, self.max_age):
            return reason
        if messages.complains_here(connection, message, message.sent_at - NEARBY):
            return COMPLAINS
        if answerable.half_said(connection, message, IN_ONE_BREATH):
            return "the same person has written more here that waits for a person"
        today = self._manners.midnight(message.sent_at)
        if replies.said_since(connection, message, today, self.purpose):
            return "this person was thanked here today"
        return ""

    def words(self, connection: Connection, message: Row[Any], local_time: datetime) -> Words:
        thanks = self._phrasebook.compose(
            author=message.author,
            channel=message.channel,
            segment=messages.segment_of(connection, message),
            # A person has said what it is about; the classifier may only have guessed.
            topic=message.topic if message.label_by else named(message.text, message.topic),
            local_time=local_time,
            seed=message.ig_id,
            lately=replies.newest_phrases(connection, message.account, NEIGHBOURS),
            here=replies.phrases_under(connection, message.account, message.media_id, UNDER_ONE_POST),
        )
        return Words(thanks.text, thanks.phrase_index)

    def words_later(self, connection: Connection, stored: StoredReply, local_time: datetime) -> str:
        message = stored.message
        return self._phrasebook.worded(
            stored.phrase,
            author=message.author,
            channel=message.channel,
            segment=messages.segment_of(connection, message),
            local_time=local_time,
        )
