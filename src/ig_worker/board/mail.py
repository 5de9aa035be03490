"""Messages as the board shows them: to whom which, what stays masked, and what became of each in a few words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException

from ig_worker.board.visit import Visit
from ig_worker.domain.register import mask_people, person
from ig_worker.domain.rights import Right
from ig_worker.domain.text import clean, shorten
from ig_worker.store import answers, mail_pages, messages, waiting
from ig_worker.store.database import Connection, Row
from ig_worker.store.mail_pages import Unit
from ig_worker.store.schema import messages as shelf

LABELS = ("keluhan", "saran", "pertanyaan", "pujian", "lainnya")
"""As the buttons stand: what must be heard first."""

TONES = {"keluhan": "bad", "saran": "note", "pertanyaan": "warn", "pujian": "good", "lainnya": "plain"}

CHANNELS = {"komentar": "comment", "pesan": "dm"}
"""As an address says it."""

BEGINNING = 160
"""Of a message in a list, in characters."""


@dataclass(frozen=True)
class Outcome:
    """What became of a message, in the reader's language; `link` where one can look at it."""

    words: str
    tone: str = "plain"
    link: str = ""


@dataclass(frozen=True)
class Line:
    """A message in a list."""

    id: int
    author: str
    at: datetime
    channel: str
    account: str
    label: str
    tone: str
    sure: str
    topic: str
    beginning: str
    attachments: Sequence[str]
    outcomes: Sequence[Outcome]


class Reader:
    """What one visitor may read of messages."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.full = visit.user.full_texts
        self.unit = unit_of(visit)

    def words(self, text: str) -> str:
        """What somebody wrote, as this visitor may read it."""
        return clean(text) if self.full else mask_people(clean(text))

    def name(self, author: str) -> str:
        """Who wrote; whoever may not know cannot tell."""
        return person(clean(author), full=self.full) or self._visit.t("inbox.somebody")

    def message(self, connection: Connection, message_id: int) -> Row[Any]:
        """The message of the address; 404 where there is none, or it is another unit's."""
        row = mail_pages.one(connection, message_id, self.unit)
        if row is None:
            raise HTTPException(404)
        return row

    def lines(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[Line]:
        """These rows of ``messages.with_outcome``, with what became of each."""
        ids = [row.id for row in rows]
        given = answers.among(connection, ids)
        settled = mail_pages.settled(connection, ids)
        waits = still_waiting(connection, rows)
        return [
            self._line(row, given.get(row.id, ()), settled.get(row.id), waits=row.id in waits) for row in rows
        ]

    def _line(
        self, row: Row[Any], given: Sequence[Row[Any]], settled: Row[Any] | None, *, waits: bool
    ) -> Line:
        t = self._visit.t
        # Masked first: half of a number would not be known as one.
        text = " ".join(self.words(row.text).split())
        return Line(
            id=row.id,
            author=self.name(row.author),
            at=row.sent_at,
            channel=row.channel,
            account=row.account,
            label=t(f"inbox.label.{row.label}"),
            tone=TONES[row.label],
            sure=self.sure(row),
            topic=t(f"inbox.topic.{row.topic}"),
            beginning=shorten(text, BEGINNING),
            attachments=row.attachments,
            outcomes=list(self.outcomes(row, given, settled, waits=waits)),
        )

    def sure(self, row: Row[Any]) -> str:
        """How sure the label is, in words."""
        t = self._visit.t
        if row.label_by:
            return t("inbox.by_person", who=clean(row.label_by))
        return t("inbox.unsure") if row.needs_review else t("inbox.sure")

    def outcomes(
        self, row: Row[Any], given: Sequence[Row[Any]], settled: Row[Any] | None, *, waits: bool
    ) -> Iterator[Outcome]:
        """What became of a message, the gravest first."""
        t = self._visit.t
        if waits:
            yield Outcome(t("inbox.outcome.waits"), "warn")
        if row.danger:
            yield Outcome(t("inbox.outcome.danger"), "bad")
        if row.exposes and not (row.deleted or row.hidden):
            yield Outcome(t("inbox.outcome.exposes", what=row.exposes), "bad")
        if row.case_number is not None:
            link = f"/kasus/{row.case_number}" if self._visit.may(Right.READ_CASES) else ""
            yield Outcome(t("inbox.outcome.case", number=row.case_number), "note", link)
        elif row.opens_case and not row.backlog:
            yield Outcome(t("inbox.outcome.opens_case"), "note")
        if given:
            last = ([one for one in given if one.status == "sent"] or given)[-1]
            tone = {"sent": "good", "failed": "bad", "skipped": "bad"}.get(last.status, "warn")
            yield Outcome(t(f"inbox.outcome.answer_{last.status}", who=clean(last.by)), tone)
        elif settled is not None and settled.settled_by == waiting.BY_ANSWER:
            yield Outcome(t("inbox.outcome.answered_there"), "good")
        elif settled is not None and settled.settled_by not in waiting.BY_ITSELF:
            yield Outcome(t("inbox.outcome.settled", who=clean(settled.settled_by)))
        if row.reply_status is not None:
            tone = {"sent": "good", "failed": "bad", "unconfirmed": "warn"}.get(row.reply_status, "plain")
            when = self._visit.shown(row.reply_sent_at or row.reply_due_at)
            yield Outcome(t(f"inbox.outcome.reply_{row.reply_status}", when=when), tone)
        for holds, key in (
            (row.withdrawn_at, "withdrawn"),
            (row.deleted and not row.withdrawn_at, "deleted"),
            (row.hidden, "hidden"),
            (row.edited, "edited"),
            (row.backlog, "backlog"),
        ):
            if holds:
                yield Outcome(t(f"inbox.outcome.{key}"))


def still_waiting(connection: Connection, rows: Sequence[Row[Any]]) -> Collection[int]:
    """Which of these messages wait for a person now, whatever the last pass of the worker knew."""
    perhaps: Mapping[int, bool] = waiting.unanswered(connection, shelf.c.id.in_([row.id for row in rows]))
    by_id = {row.id: row for row in rows}
    return {
        each
        for each, spoken in perhaps.items()
        if not (spoken and messages.answered_by_us(connection, by_id[each]))
    }


def unit_of(visit: Visit) -> Unit | None:
    """The unit whose messages alone the visitor sees, with its topics; None for those of all."""
    name = visit.user.only_unit
    if name is None:
        return None
    topics = visit.office.settings.topics.items()
    return Unit(name, tuple(topic for topic, answers_for in topics if answers_for.unit == name))
