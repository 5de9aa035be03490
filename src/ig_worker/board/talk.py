"""The conversation around a message as one reads it on Instagram: our words at the other side, days apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from ig_worker.board.mail import Reader
from ig_worker.board.visit import Visit
from ig_worker.domain.reply import Status
from ig_worker.domain.text import clean, words_of
from ig_worker.store import answers, mail_pages, threads
from ig_worker.store.database import Connection, Row

BEFORE, AFTER = 30, 20
"""So many messages are shown around the one that is looked at."""


@dataclass(frozen=True)
class Bubble:
    """One line of a conversation. ``words`` is None where the reader may not see it."""

    at: datetime
    own: bool
    who: str
    words: str | None
    attachments: Sequence[str] = ()
    state: str = ""
    tone: str = "plain"
    is_this: bool = False
    link: str = ""


@dataclass(frozen=True)
class Talk:
    """The lines day by day; whether there are older ones."""

    days: Sequence[tuple[date, Sequence[Bubble]]]
    older: bool


def talk_around(visit: Visit, connection: Connection, reader: Reader, message: Row[Any]) -> Talk:
    """What was said around a message, and what of ours is on its way there."""
    rows = threads.around(connection, message, BEFORE, AFTER)
    given, by_worker = answers.in_thread(connection, message), threads.worker_said(connection, message)
    ids = [row.id for row in rows]
    readable: Collection[int] = (
        ids if reader.unit is None else mail_pages.of_unit(connection, ids, reader.unit)
    )
    whose = {each.ig_id: clean(each.by) for each in given if each.ig_id}
    whose |= {each.ig_id: visit.t("inbox.worker") for each in by_worker if each.ig_id}
    bubbles = [_bubble(visit, reader, row, message, whose, readable) for row in rows]
    bubbles += [_ours(visit, reader, each, clean(each.by)) for each in given if not _stands_there(each, rows)]
    bubbles += [
        _ours(visit, reader, each, visit.t("inbox.worker"))
        for each in by_worker
        if not _stands_there(each, rows)
    ]
    bubbles.sort(key=lambda bubble: bubble.at)
    days = groupby(bubbles, key=lambda bubble: bubble.at.astimezone(visit.office.zone).date())
    return Talk(
        [(day, list(lines)) for day, lines in days], older=rows[0].id != message.id and len(rows) > BEFORE
    )


def _bubble(
    visit: Visit,
    reader: Reader,
    row: Row[Any],
    message: Row[Any],
    whose: dict[str, str],
    readable: Collection[int],
) -> Bubble:
    own = row.own
    who = whose.get(row.ig_id) or visit.t("inbox.from_instagram") if own else reader.name(row.author)
    states = [
        key
        for key, holds in (("deleted", row.deleted), ("hidden", row.hidden), ("edited", row.edited))
        if holds
    ]
    seen = own or row.id in readable
    return Bubble(
        at=row.sent_at,
        own=own,
        who=who if seen else "",
        words=reader.words(row.text) if seen else None,
        attachments=row.attachments if seen else (),
        state=", ".join(visit.t(f"inbox.state.{key}") for key in states),
        is_this=row.id == message.id,
        link=f"/kotak-masuk/{row.id}" if seen and not own and row.id != message.id else "",
    )


def _ours(visit: Visit, reader: Reader, each: Row[Any], who: str) -> Bubble:
    """Words of ours that were not read back from Instagram yet, or never arrived."""
    tone = {"sent": "good", "failed": "bad", "skipped": "bad"}.get(each.status, "warn")
    return Bubble(
        at=each.sent_at or each.intent_at or each.asked_at,
        own=True,
        who=who,
        words=reader.words(each.text),
        state=visit.t(f"inbox.state.{each.status}"),
        tone=tone,
    )


def _stands_there(each: Row[Any], rows: Sequence[Row[Any]]) -> bool:
    """Whether it is among the lines that Instagram has shown: by its id, or by its words while that is unclear."""
    if each.ig_id:
        return any(row.ig_id == each.ig_id for row in rows)
    if each.status in (Status.FAILED, Status.SKIPPED):
        return False
    words = words_of(each.text)
    return any(row.own and row.sent_at >= each.asked_at and words_of(row.text) == words for row in rows)
