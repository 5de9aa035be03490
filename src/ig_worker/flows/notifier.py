"""Takes what lies in the outbox to its recipients, each at least once."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain import reaching
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.notice import (
    Due,
    Event,
    Rules,
    after_failure,
    apply,
    by_ones_and_together,
    goes_alone,
    tried_since,
)
from ig_worker.domain.reaching import Reach
from ig_worker.flows import digests, undelivered
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock, Messenger
from ig_worker.store import notices, recipients
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.notices import StoredNotice
from ig_worker.store.recipients import Claim

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Addresses:
    """The addresses behind the recipients' hashes: they stay in the configuration, never in the database."""

    urls: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class _Message:
    """One message: a notice by itself, or several to the same recipient as one."""

    notices: Sequence[StoredNotice]
    title: str
    body: str
    files: Sequence[str]

    @property
    def tries(self) -> int:
        return max(stored.notice.attempts for stored in self.notices)


class Notifier:
    """Sends due notices. Different recipients may be served by several threads or workers at once, one by one alone."""

    def __init__(
        self,
        database: Database,
        messenger: Messenger,
        outbox: Outbox,
        addresses: Addresses,
        data_dir: Path,
        clock: Clock,
        rules: Rules | None = None,
    ) -> None:
        self._database = database
        self._messenger = messenger
        self._outbox = outbox
        self._addresses = addresses
        self._data_dir = data_dir
        self._clock = clock
        self._rules = rules or Rules()

    def run(self) -> None:
        """Try everything that is due, for one recipient after the other."""
        self.let_go()
        for _ in range(2):  # what the operators are told of a failure, they are told in the same pass
            with self._database.reading() as connection:
                due = notices.due_targets(connection, self._clock.now())
            for target in due:
                if target in self._addresses.urls:
                    self.serve(target)

    def next_for(self, target: str) -> datetime | None:
        """When something is to be sent to this recipient: now or, as far as is known, never."""
        now = self._clock.now()
        with self._database.reading() as connection:
            return now if self._messages(connection, target) else None

    def next_to_let_go(self) -> datetime | None:
        """When there is something to do for recipients who are no longer in the configuration."""
        return self._clock.now() if self._unknown() else None

    def let_go(self) -> None:
        """Give up what is for recipients who are no longer in the configuration."""
        for target in self._unknown():
            with self._database.writing() as connection:
                undelivered.let_go(connection, self._outbox, target, self._clock.now())

    def _unknown(self) -> list[str]:
        with self._database.reading() as connection:
            waiting = notices.targets_waiting(connection)
        return [target for target in waiting if target not in self._addresses.urls]

    def free(self) -> None:
        """Let go of what a killed worker had claimed; to be called only where no other worker can be (SQLite)."""
        with self._database.writing() as connection:
            recipients.free_all(connection)

    def serve(self, target: str) -> None:
        """Send what is due for one recipient, in order. After the first failure the rest of it waits for the next try.

        Nothing happens while another worker serves it.
        """
        url = self._addresses.urls[target]
        with self._database.writing() as connection:
            claim = recipients.claim(connection, target, self._clock.now(), self._rules.lease)
        if claim is None:
            return
        held: Claim | None = claim
        again = True
        while held is not None and again:
            held, again = self._one_pass(held, url)
        if held is not None:
            with self._database.writing() as connection:
                recipients.release(connection, held)

    def _one_pass(self, held: Claim, url: str) -> tuple[Claim | None, bool]:
        """Returns what is left of the claim, and whether more has become due because the recipient is back."""
        with self._database.reading() as connection:
            messages = self._messages(connection, held.target)
            reach = recipients.reach(connection, held.target)
        again = proven = False
        misses = 0
        ordered = [messages[place] for place in reaching.in_order([each.tries for each in messages], reach)]
        for place, message in enumerate(ordered):
            with self._database.writing() as connection:
                kept = recipients.keep(connection, held, self._clock.now(), self._rules.lease)
            if kept is None:
                return None, False
            held = kept
            reason = self._send(url, message)
            if not reason:
                again = self._arrived(held, message, reach) or again
                proven, misses, reach = True, 0, Reach()
                continue
            misses += 1
            if reaching.gives_out(misses, proven=proven):
                rest = [stored for each in ordered[place + 1 :] for stored in each.notices]
                self._not_reached(message, rest, reach, reason)
                return held, False
            self._missed(message, reason)
        return held, again

    def _messages(self, connection: Connection, target: str) -> list[_Message]:
        """What is due for the recipient: some by themselves, and those that are many as few."""
        now = self._clock.now()
        due = notices.due(connection, now, target)
        lately = notices.sent_since(connection, now - self._rules.digest_within).get(target, 0) if due else 0
        lying = [Due(_alone(stored.row), stored.notice.written_at) for stored in due]
        ones, many = by_ones_and_together(lying, lately, now, self._rules)
        return [
            *(_by_itself(due[place]) for place in ones),
            *(_as_one(part) for part in digests.parted([due[place] for place in many])),
        ]

    def _send(self, url: str, message: _Message) -> str:
        """Send it; why that failed, or nothing."""
        try:
            files = [self._data_dir / path for path in message.files]
            self._messenger.send(url, message.title, message.body, files)
        except IgWorkerError as error:
            return str(error) or "it was not taken"
        return ""

    def _arrived(self, held: Claim, message: _Message, reach: Reach) -> bool:
        """Note it; whether others may go now that waited for the recipient to come back."""
        now = self._clock.now()
        with self._database.writing() as connection:
            for stored in message.notices:
                notices.save(connection, stored, apply(stored.notice, Event.ARRIVED, now, self._rules))
            back = bool(reach.failures) and notices.hurry(connection, held.target, now)
            if reach.failures:
                if reach.failing_since is not None:
                    undelivered.tell_missed(connection, self._outbox, held.target, reach.failing_since, now)
                recipients.save(connection, held.target, Reach())
        about = {"action": "notice", "notice": message.notices[0].row.id}
        log.info("told %s of %s", message.notices[0].row.channel, _keys(message.notices), extra=about)
        return back

    def _missed(self, message: _Message, reason: str) -> None:
        """It was refused while others arrive: a matter of its own."""
        now = self._clock.now()
        with self._database.writing() as connection:
            given_up = self._note(connection, message.notices, reason, now)
            undelivered.tell_given_up(connection, self._outbox, given_up, Reach(), reason, now)
        _log_miss(message, reason, 0)

    def _not_reached(
        self, message: _Message, rest: Sequence[StoredNotice], before: Reach, reason: str
    ) -> None:
        """The recipient cannot be reached: everything for it waits, and what has waited for a day is given up."""
        now = self._clock.now()
        first = message.notices[0]
        reach = reaching.missed(before, now)
        next_at = now + reaching.pause(reach, self._rules)
        over = [each for each in rest if after_failure(each.notice, now, self._rules) is Event.GIVE_UP]
        with self._database.writing() as connection:
            given_up = self._note(connection, [*message.notices, *over], reason, now, next_at)
            for each in rest:
                if each not in over:
                    since = tried_since(each.notice, now, self._rules)
                    notices.postpone(connection, each, next_at, reason, since)
            if reaching.to_be_told(reach, now, self._rules):
                waits = len(notices.waiting_for(connection, first.row.target))
                undelivered.tell_silence(connection, self._outbox, first, reach, waits, reason, now)
                reach = replace(reach, told_at=now)
            recipients.save(connection, first.row.target, reach)
            undelivered.tell_given_up(connection, self._outbox, given_up, reach, reason, now)
        _log_miss(message, reason, len(rest))

    def _note(
        self,
        connection: Connection,
        missed: Sequence[StoredNotice],
        reason: str,
        now: datetime,
        not_before: datetime | None = None,
    ) -> list[StoredNotice]:
        """Write down that these did not arrive; returns those that are given up."""
        given_up = []
        for stored in missed:
            event = after_failure(stored.notice, now, self._rules)
            after = apply(stored.notice, event, now, self._rules, reason)
            notices.save(connection, stored, replace(after, next_at=max(after.next_at, not_before or now)))
            if event is Event.GIVE_UP:
                given_up.append(stored)
        return given_up


def _by_itself(stored: StoredNotice) -> _Message:
    return _Message([stored], stored.row.title, stored.row.body, stored.row.attachments)


def _as_one(part: Sequence[StoredNotice]) -> _Message:
    if len(part) == 1:
        return _by_itself(part[0])
    return _Message(part, digests.title_of(part), digests.body_of(part), ())


def _keys(several: Sequence[StoredNotice]) -> str:
    return ", ".join(stored.row.key for stored in several)


def _log_miss(message: _Message, reason: str, waiting: int) -> None:
    more = f" ({waiting} more wait)" if waiting else ""
    channel = message.notices[0].row.channel
    log.warning("could not tell %s of %s: %s%s", channel, _keys(message.notices), reason, more)


def _alone(row: Row[Any]) -> bool:
    return goes_alone(
        row.title, row.body, about_a_case=row.case_id is not None, with_files=bool(row.attachments)
    )
