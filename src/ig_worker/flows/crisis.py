"""Watches for a storm of complaints: one alarm with the list, and posts that can wait do until a person lifts it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from ig_worker.domain import crisis
from ig_worker.domain.case_letter import quoted
from ig_worker.domain.crisis import Complaint, Found, Kind
from ig_worker.domain.masking import mask
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.domain.told import CRISIS
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock
from ig_worker.store import crises, inbox
from ig_worker.store.database import Connection, Database, Row

log = logging.getLogger(__name__)

MOST_LINES = 15
"""So many complaints are listed; the register has the others."""

TEAMS = ("complaint_team", "on_duty", "head")


@dataclass(frozen=True)
class Rules:
    """``[crisis]``, and the centre's zone."""

    zone: tzinfo
    crisis: crisis.Rules
    pauses: bool = False


def seen_of(row: Row[Any]) -> str:
    """The mark of what people have before their eyes when they say that a crisis is over."""
    return mark_of(row.id, len(row.message_ids))


class CrisisWatch:
    """One account's watch."""

    def __init__(self, account: str, database: Database, outbox: Outbox, clock: Clock, rules: Rules) -> None:
        self._account = account
        self._database = database
        self._outbox = outbox
        self._clock = clock
        self._rules = rules

    def run(self) -> None:
        """One look at the complaints that belong to no crisis yet. Alarm and row are saved together."""
        now = self._clock.now()
        with self._database.reading() as connection:
            if not self._free(connection, now):
                return
        with self._database.writing() as connection:
            free = self._absorb(connection, self._free(connection, now), now)
            if not free:
                return
            past = crises.complaints(connection, self._account, now - timedelta(days=crisis.DAYS_BACK + 1))
            known = [_complaint(row) for row in past]
            while (found := crisis.find(free, known, now, self._rules.crisis)) is not None:
                self._begin(connection, found, {row.id: row for row in past}, now)
                counted = {each.message_id for each in found.complaints}
                free = self._absorb(
                    connection, [each for each in free if each.message_id not in counted], now, quietly=True
                )

    def lift(self, row: Row[Any], by: str, *, reason: str = "", seen: str | None = None) -> bool:
        """A person says that it is over; False where somebody was faster. What came meanwhile belongs to it.

        With `seen` (:func:`seen_of`), ChangedMeanwhile where it has grown since it was looked at.
        """
        now = self._clock.now()
        if seen is not None:
            with self._database.reading() as connection:
                known = crises.get(connection, row.id)
            require_unchanged(seen, seen_of(known or row), f"crisis {row.id}")
        with self._database.writing() as connection:
            self._absorb(connection, self._free(connection, now), now, quietly=True)
            if not crises.lift(connection, row, now, by=by, reason=reason):
                return False
            posts = " Postingan yang menunggu diterbitkan; yang sudah terlambat menunggu keputusan."
            # Whole in the journal; a letter reaches those who have no business with a patient's name.
            why = f" Alasan: {mask(' '.join(reason.split()))}." if reason else ""
            letter = Letter(
                key=f"crisis:{row.id}:lifted",
                title=f"Krisis {row.id} dinyatakan selesai",
                body=f"Krisis {row.id} dinyatakan selesai oleh {by}.{why}{posts if row.pauses else ''}",
            )
            self._tell(connection, letter, now, pauses=row.pauses)
        return True

    def _free(self, connection: Connection, now: datetime) -> list[Complaint]:
        """The complaints of the last day that belong to no crisis, open or lifted."""
        counted = {
            message_id
            for each in crises.of_account(connection, self._account)
            for message_id in each.message_ids
        }
        rows = crises.complaints(connection, self._account, now - crisis.FRESH)
        return [_complaint(row) for row in rows if row.id not in counted and not row.backlog]

    def _absorb(
        self, connection: Connection, free: Iterable[Complaint], now: datetime, *, quietly: bool = False
    ) -> list[Complaint]:
        """Give the open crises what belongs to them, and tell of one that has doubled; returns what is left."""
        left = list(free)
        open_ones = [row for row in crises.of_account(connection, self._account) if row.lifted_at is None]
        for row in sorted(open_ones, key=lambda row: list(Kind).index(Kind(row.kind))):
            more = [
                each
                for each in left
                if crisis.belongs(each, Kind(row.kind), row.about, row.begun_at, self._rules.crisis)
            ]
            left = [each for each in left if each not in more]
            whole = crises.grow(connection, row, [each.message_id for each in more])
            if more and not quietly and crisis.is_news(row.told, len(whole), row.told_at, now):
                self._tell_more(connection, row, whole, now)
        return left

    def _begin(
        self, connection: Connection, found: Found, rows: Mapping[int, Row[Any]], now: datetime
    ) -> None:
        ids = [each.message_id for each in found.complaints]
        pauses = self._rules.pauses
        crisis_id = crises.begin(
            connection, self._account, found.kind.value, found.about, ids, now, pauses=pauses
        )
        if crisis_id is None:
            return
        count, people = len(ids), crisis.people(found.complaints)
        begun, ended = (self._time(found.complaints[place].at) for place in (0, -1))
        lines = [
            f"Akun: {self._account}",
            f"{count} keluhan dari {people} orang, {begun} sampai {ended}; jauh lebih banyak dari biasanya.",
            *self._post(connection, found.kind, found.about),
            *self._lines(connection, [rows[each] for each in ids], with_links=found.kind is not Kind.POST),
            *(["Postingan yang tidak mendesak ditahan dulu sampai krisis ini dinyatakan selesai."] * pauses),
            f"Bila sudah tertangani: ig-worker cases crisis lift {crisis_id} --by NAMA",
        ]
        title = f"{CRISIS}: {count} keluhan {_about(found.kind, found.about)}"
        letter = Letter(key=f"crisis:{crisis_id}", title=title, body="\n".join(lines))
        self._tell(connection, letter, now, pauses=pauses)
        log.warning("a crisis begins: %s complaints (%s %s)", count, found.kind.value, found.about)

    def _tell_more(
        self, connection: Connection, row: Row[Any], message_ids: Sequence[int], now: datetime
    ) -> None:
        count, kind = len(message_ids), Kind(row.kind)
        if not crises.mark_told(connection, row, count, now):
            return
        known = {each.id: each for each in crises.complaints(connection, self._account, now - crisis.FRESH)}
        newest = [known[each] for each in message_ids[row.told :] if each in known]
        lines = [
            f"Akun: {self._account}",
            f"Krisis {row.id} berkembang: sekarang {count} keluhan (sebelumnya {row.told}).",
            *self._post(connection, kind, row.about),
            *self._lines(connection, newest, with_links=kind is not Kind.POST),
            f"Bila sudah tertangani: ig-worker cases crisis lift {row.id} --by NAMA",
        ]
        title = f"{CRISIS} berkembang: {count} keluhan {_about(kind, row.about)}"
        letter = Letter(key=f"crisis:{row.id}:{count}", title=title, body="\n".join(lines))
        self._tell(connection, letter, now, pauses=row.pauses)

    def _lines(self, connection: Connection, rows: Sequence[Row[Any]], *, with_links: bool) -> list[str]:
        lines = []
        for row in rows[:MOST_LINES]:
            topic = row.topic.replace("_", " ")
            link = self._link(connection, row.media_id) if with_links else ""
            lines.append(
                f"• {row.number or '-'} {self._time(row.sent_at)} {topic}: {quoted(row.text, 60)} {link}".rstrip()
            )
        if len(rows) > MOST_LINES:
            lines.append(f"… dan {len(rows) - MOST_LINES} lagi: ig-worker cases list --open")
        return lines

    def _post(self, connection: Connection, kind: Kind, about: str) -> list[str]:
        link = self._link(connection, about) if kind is Kind.POST else ""
        return [f"Postingan: {link}"] if link else []

    def _link(self, connection: Connection, media_id: str) -> str:
        media = inbox.media(connection, self._account, media_id) if media_id else None
        return str(media.permalink) if media is not None else ""

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(self._rules.zone):%d/%m %H.%M}"

    def _tell(self, connection: Connection, letter: Letter, now: datetime, *, pauses: bool) -> None:
        teams = [*TEAMS, *(["content_team"] if pauses else [])]
        known = [team for team in teams if self._outbox.knows(team)] or ["operators"]
        if not self._outbox.knows(known[0]):
            log.error("nobody is told of a crisis: [notify] names nobody")
        for team in known:
            self._outbox.tell(connection, now, team, letter)


def _complaint(row: Row[Any]) -> Complaint:
    return Complaint(row.id, row.sent_at, row.topic, row.media_id, row.author_id or row.author)


def _about(kind: Kind, about: str) -> str:
    match kind:
        case Kind.POST:
            return "di satu postingan"
        case Kind.TOPIC:
            return f"tentang {about.replace('_', ' ')}"
    return "dalam waktu singkat"
