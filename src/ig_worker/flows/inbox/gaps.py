"""Counts the messages that came and went out of reach between two polls, and says so to the team, once each time.

Meta shows the newest 20 of a conversation (`instagram_api.md`, section D); of the others it gives the ids.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.errors import Refused
from ig_worker.domain.horizon import end_of_search, hidden
from ig_worker.domain.instagram import Conversation, ListedMessage
from ig_worker.domain.masking import mask
from ig_worker.domain.paging import pages
from ig_worker.domain.text import clean, shorten
from ig_worker.flows.each import STOPS_EVERYTHING
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import conversations, messages
from ig_worker.store.database import Connection, Database

log = logging.getLogger(__name__)

MOST_PAGES = 10
"""Pages of ids that are read at most: a thousand messages."""


class GapFinder:
    """The gaps in one account's conversations."""

    def __init__(
        self, account: str, database: Database, instagram: Inbox, outbox: Outbox, clock: Clock, zone: tzinfo
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._outbox = outbox
        self._clock = clock
        self._zone = zone

    def count(self, conversation: Conversation, since: datetime, read: Mapping[str, Any]) -> None:
        """Find out how many messages sent after `since` are lost; `read` is what to note of the conversation then."""
        named, known, told_all = self._names(conversation.ig_id, since)
        now = self._clock.now()
        with self._database.writing() as connection:
            row = conversations.get(connection, self._account, conversation.ig_id)
            if row is None or row.gap_since is None:
                return  # somebody was faster
            lost = hidden(named, conversation, known, since)
            count = len(lost) - len(conversations.sent_by_us(connection, self._account, lost))
            values = {**read, "gap_since": None, "lost": row.lost + count}
            if count:
                log.warning("conversation %s: %s messages can never be read", conversation.ig_id, count)
            if count or not told_all:
                self._tell(connection, conversation, since, count, now)
                values["lost_told_at"] = now
            conversations.mark_read(connection, self._account, values)

    def _names(self, conversation_id: str, since: datetime) -> tuple[list[ListedMessage], set[str], bool]:
        """The messages by name, as far back as they may matter, which of them are stored, and whether that is all."""
        named: list[ListedMessage] = []
        known: set[str] = set()
        try:
            walk = pages(lambda after: self._instagram.message_ids(conversation_id, after))
            for number, page in enumerate(walk, 1):
                named += page.items
                with self._database.reading() as connection:
                    known |= messages.known_ids(connection, self._account, [one.ig_id for one in page.items])
                if number >= MOST_PAGES or end_of_search(page.items, known, since):
                    break
        except STOPS_EVERYTHING:
            raise
        except Refused as error:
            log.warning(
                "conversation %s: how many messages were lost is not known: %s", conversation_id, error
            )
            return named, known, False
        return named, known, True

    def _tell(
        self, connection: Connection, conversation: Conversation, since: datetime, count: int, now: datetime
    ) -> None:
        shown = [message for message in conversation.messages if message.readable]
        oldest = min(shown, key=lambda message: message.timestamp, default=None)
        person = shorten(mask(" ".join(clean(conversation.person).split())), 60)
        who = f"dari @{person}" if person else "dalam satu percakapan"
        until = oldest.timestamp if oldest is not None else now
        first, last = (f"{moment.astimezone(self._zone):%d/%m/%Y %H.%M}" for moment in (since, until))
        many, more = (f"Ada {count}", "") if count else ("Mungkin ada", "mungkin ")
        body = (
            f"{many} pesan {who} yang tidak dapat dibaca lewat API; mohon dibuka langsung di Instagram "
            f"(akun {self._account}).\n"
            f"Pesan itu dikirim antara {first} dan {last}. Instagram hanya memperlihatkan 20 pesan terbaru dari "
            f"setiap percakapan, dan kali ini yang masuk sekaligus {more}lebih banyak dari itu. Pesan yang lebih baru "
            "sudah tersimpan dan dinilai seperti biasa; yang ini belum dilihat siapa pun, jadi mohon diperiksa apakah "
            "ada keluhan atau pertanyaan di dalamnya."
        )
        # The oldest message that was still in sight names the gap: however often it is found, it is told once.
        seen = messages.by_ig_id(connection, self._account, oldest.ig_id) if oldest is not None else None
        gap = f"{seen.id}" if seen is not None else f"{conversation.ig_id[-60:]}:{since:%Y%m%dT%H%M%S}"
        title = f"{count} pesan tidak terbaca" if count else "Mungkin ada pesan tidak terbaca"
        letter = Letter(f"lost:{gap}", title, body)
        team = "complaint_team" if self._outbox.knows("complaint_team") else "operators"
        if not self._outbox.tell(connection, now, team, letter):
            log.warning("nobody is told of lost messages: [notify] complaint_team and operators are empty")
