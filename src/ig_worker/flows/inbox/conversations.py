"""Reads the conversations that changed, and now and then those in which somebody may have taken words back.

A message that is taken back does not always change the conversation's time (`instagram_api.md`, section D).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ig_worker.domain.errors import AccountBlocked, IgWorkerError, PermissionLost, Unavailable
from ig_worker.domain.horizon import may_hide_more, owes_lines, proven_unsent, taken_back
from ig_worker.domain.instagram import Conversation, ConversationHead
from ig_worker.domain.paging import pages
from ig_worker.domain.polling import walk_every
from ig_worker.domain.text import clean
from ig_worker.flows.each import STOPS_EVERYTHING, Each
from ig_worker.flows.inbox.gaps import GapFinder
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.inbox.pace import Pace
from ig_worker.flows.inbox.trouble import Trouble
from ig_worker.flows.inbox.unshown import Unshown
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import accounts, conversations, erasures, messages
from ig_worker.store import taken_back as hidden_words
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

SAME_SECOND = timedelta(seconds=2)
"""Meta's times are whole seconds: what is written in the second of the reading would not show as a change."""

CLOCKS_DIFFER = timedelta(minutes=10)
"""So far Meta's clock may be from ours; a conversation that stood there at the first contact has been read by then."""

STILL_FRESH = timedelta(days=1)
"""So long after somebody wrote, the conversation is read again now and then."""

READ_AGAIN = timedelta(hours=1)
NEVER = datetime.min.replace(tzinfo=UTC)

AT_ONCE = 3
"""Conversations without a sign of change that one poll reads again at most."""


class ConversationReader:
    """One account's conversations."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Inbox,
        keeper: Keeper,
        gaps: GapFinder,
        pace: Pace,
        clock: Clock,
        redacts_unsent: bool,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._keeper = keeper
        self._gaps = gaps
        self._pace = pace
        self._clock = clock
        self._redacts_unsent = redacts_unsent
        self._trouble = Trouble(tries=1)
        self._unshown = Unshown()

    def run(self, now: datetime, backlog_before: datetime) -> bool:
        """One poll; says whether everything that changed was read. Raises what stopped it, or failed first."""
        with self._database.reading() as connection:
            row = accounts.get(connection, self._account)
        at_first = row is None or row.first_poll_whole_at is None
        walked_at = self._clock.now()
        found, whole, broken_off = self._changed(walked_at)
        each = Each()
        all_read = True
        try:
            for head in self._in_order(found, at_first=at_first):
                if not self._pace.may_read_another():
                    all_read = False
                    # That one may stand behind others that did not change: the next walk goes to the end.
                    whole = whole and not at_first and head.ig_id not in self._trouble
                    break
                each.do(f"conversation {head.ig_id}", self._try, head, backlog_before)
            if broken_off is not None:
                raise broken_off
            if all_read and self._pace.has_time():
                self._read_again(each, {head.ig_id for head in found}, now, backlog_before)
            each.end()
        except IgWorkerError:
            # What failed may stand behind others that did not change: the next walk goes to the end.
            self._note_walk(None)
            raise
        if whole:
            self._note_walk(walked_at)
        return all_read

    def failing(self, now: datetime) -> dict[str, datetime]:
        """The conversations that fail, or show nothing, whenever they are read, by Meta's id, and since when."""
        return self._trouble.lasting(now) | self._unshown.lasting(now)

    def owes(self, now: datetime) -> bool:
        """Whether something that people wrote may stand in a conversation that could not be read, or showed nothing."""
        return self._trouble.owes(now) or self._unshown.owes()

    def _in_order(self, found: list[ConversationHead], *, at_first: bool) -> list[ConversationHead]:
        """From the oldest change to the newest: whatever interrupts this, what is unread still stands in front.

        At the first contact, which may take hours, today's words come before those of years. What failed comes last,
        behind what showed nothing new.
        """
        found = sorted(found, key=lambda head: head.updated, reverse=at_first)
        return sorted(found, key=lambda head: (head.ig_id in self._trouble, head in self._unshown))

    def _changed(self, now: datetime) -> tuple[list[ConversationHead], bool, IgWorkerError | None]:
        """The conversations that changed since they were read, whether the list was to be walked to its end, and what
        broke the walk off."""
        with self._database.reading() as connection:
            row = accounts.get(connection, self._account)
            known = conversations.count(connection, self._account)
        walked_at = row.conversations_walked_at if row is not None else None
        whole = walked_at is None or not timedelta(0) <= now - walked_at < walk_every(known)
        found = {head.ig_id: head for head in self._unshown.due(now)}
        try:
            for page in pages(self._instagram.conversations):
                # A page at a time: by and by there are thousands of them, and most stand still for ever.
                with self._database.reading() as connection:
                    shown = [head.ig_id for head in page.items]
                    read = conversations.read_so_far(connection, self._account, shown)
                changed = [head for head in page.items if read.get(head.ig_id) != head.updated]
                changed = [head for head in changed if not self._is_left_alone(head, now)]
                found |= {head.ig_id: head for head in changed}
                # The list begins with what changed last, but nothing promises it: it is walked to its end now and then.
                if not changed and not whole:
                    break
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            return [*found.values()], whole, error
        return [*found.values()], whole, None

    def _is_left_alone(self, head: ConversationHead, now: datetime) -> bool:
        return self._trouble.is_left_alone(head.ig_id, now) or self._unshown.is_left_alone(head, now)

    def _note_walk(self, at: datetime | None) -> None:
        with self._database.writing() as connection:
            accounts.conversations_walked(connection, self._account, at)

    def _try(self, head: ConversationHead, backlog_before: datetime) -> None:
        """Read one. That it cannot be had is told once; like one that only fails, it is tried more and more seldom."""
        try:
            self._read_conversation(head, backlog_before)
        except (PermissionLost, AccountBlocked):
            # It may be about this one alone: the next poll reads the others before it.
            self._trouble.note(head.ig_id, self._clock.now(), goes_last_only=True)
            raise
        except STOPS_EVERYTHING:
            raise
        except IgWorkerError as error:
            self._unshown.is_over(head.ig_id)
            # Whether it is this one or the line that is dead, nobody knows where nothing can be read: it goes last.
            silent = not isinstance(error, Unavailable) and error.said is None
            times = self._trouble.note(head.ig_id, self._clock.now(), goes_last_only=silent)
            if not isinstance(error, Unavailable):
                raise
            level = logging.WARNING if times == 1 else logging.DEBUG
            log.log(level, "conversation %s cannot be had now: %s", head.ig_id, error)
        else:
            self._trouble.is_over(head.ig_id)

    def _read_again(self, each: Each, just_read: set[str], now: datetime, backlog_before: datetime) -> None:
        with self._database.reading() as connection:
            due = conversations.to_read_again(
                connection,
                self._account,
                written_since=now - STILL_FRESH,
                read_before=now - READ_AGAIN,
                now=self._clock.now(),
                limit=AT_ONCE,
            )
        for row in due:
            if row.ig_id not in just_read:
                # Whatever becomes of it, the others have their turn first.
                with self._database.writing() as connection:
                    conversations.touch(connection, self._account, row.ig_id, now)
                head = ConversationHead(row.ig_id, row.updated_at)
                each.do(f"conversation {row.ig_id}", self._try, head, backlog_before)

    def _read_conversation(self, head: ConversationHead, backlog_before: datetime) -> None:
        """Read, store, count what was lost, and only then note that this change has been read."""
        now = self._clock.now()
        conversation = self._instagram.conversation(head.ig_id)
        with self._database.writing() as connection:
            stored = conversations.stored_messages(connection, self._account, conversation.ig_id)
            row = conversations.get(connection, self._account, conversation.ig_id)
            since = self._store(connection, conversation, stored, row, now, backlog_before)
            upto = self._read_upto(head, conversation, stored, row, now, backlog_before)
            values = {**self._read_now(connection, conversation, now), "updated_at": upto}
            if since is not None:
                # Read, and yet unread: whatever happens before the lost ones are counted, it is looked at again.
                not_yet = {**values, "updated_at": since, "gap_since": since}
                conversations.mark_read(connection, self._account, not_yet)
            elif upto is not None:
                conversations.mark_read(connection, self._account, values)
        if since is not None:
            self._gaps.count(conversation, since, {**values, "updated_at": upto or since})

    def _read_now(self, connection: Connection, conversation: Conversation, now: datetime) -> dict[str, Any]:
        """What is noted of a conversation that is read now."""
        values = {
            "ig_id": conversation.ig_id,
            "person": clean(conversation.person),
            "person_id": conversation.person_id,
            "read_at": now,
        }
        # What we write to somebody who is erased moves the conversation's time, too.
        wrote = max(
            (message.timestamp for message in conversation.messages if not message.own), default=NEVER
        )
        if erasures.known(connection).covers(conversation.person, conversation.person_id, wrote):
            values |= {"person": "", "person_id": ""}
        return values

    def _read_upto(
        self,
        head: ConversationHead,
        conversation: Conversation,
        stored: Sequence[Row[Any]],
        row: Row[Any] | None,
        now: datetime,
        backlog_before: datetime,
    ) -> datetime | None:
        """The change up to which the conversation counts as read now; None where nothing can be said of it yet."""
        if row is None or row.updated_at != head.updated:
            newest = stored[0].sent_at if stored else None
            shown = [message.timestamp for message in conversation.messages if message.readable]
            if owes_lines(conversation, head.updated, newest) and self._unshown.may_come(
                head, now, shows=bool(shown), known=bool(stored), backlog_before=backlog_before
            ):
                self._unshown.note(head, now, dark=not shown and not stored)
                return row.updated_at if row is not None else max(shown, default=None)
            self._unshown.is_over(head.ig_id)
        return head.updated if now - head.updated >= SAME_SECOND else None

    def _store(
        self,
        connection: Connection,
        conversation: Conversation,
        stored: Sequence[Row[Any]],
        row: Row[Any] | None,
        now: datetime,
        backlog_before: datetime,
    ) -> datetime | None:
        """Store what is new and note what is gone; returns since when messages may be lost, None where none are."""
        known = {one.ig_id: one.sent_at for one in stored if not one.deleted}
        since = row.gap_since if row is not None else None
        if since is None:
            since = stored[0].sent_at if stored else self._since_first_contact(connection, now)
            # What is purged is missing by rule, and not lost.
            since = max(since, accounts.purged_upto(connection, self._account) or since)
            # By Meta's id and not by conversation: with another login conversations may have other ids.
            shown = [message.ig_id for message in conversation.messages]
            if not may_hide_more(conversation, messages.known_ids(connection, self._account, shown), since):
                since = None
        listed = {message.ig_id for message in conversation.messages if not message.deleted}
        for one in stored:
            if one.deleted and one.ig_id in listed:
                messages.change(connection, one.id, now, "there again", deleted=False, deleted_at=None)
                if one.withdrawn_at is not None:
                    hidden_words.bring_back(connection, one.id, now)
        for message in reversed(conversation.messages):
            if message.readable:
                self._keeper.keep_message(connection, conversation, message, now, backlog_before)
        gone = taken_back(conversation, known)
        for one in stored:
            if one.ig_id in gone:
                messages.change(
                    connection, one.id, now, "taken back by its sender", deleted=True, deleted_at=now
                )
        if self._redacts_unsent:
            self._hide_unsent(connection, conversation, stored, now)
        return since

    def _hide_unsent(
        self, connection: Connection, conversation: Conversation, stored: Sequence[Row[Any]], now: datetime
    ) -> None:
        """Hide at once what people have certainly taken back; our own words stay, taken back or not."""
        known = {one.ig_id: one.sent_at for one in stored if not one.own and one.withdrawn_at is None}
        for ig_id in proven_unsent(conversation, known):
            message = messages.by_ig_id(connection, self._account, ig_id)
            if message is not None:
                hidden_words.hide(connection, message, now)

    def _since_first_contact(self, connection: Connection, now: datetime) -> datetime:
        """What was sent before the first contact was never ours to read; after it the clocks may differ a little."""
        first_polled_at = accounts.first_polled(connection, self._account, now).replace(microsecond=0)
        row = accounts.get(connection, self._account)
        been_read = row is not None and row.first_poll_whole_at is not None
        return first_polled_at - CLOCKS_DIFFER if been_read else first_polled_at
