"""Takes a person out of every shelf: words, names and numbers go; our numbers, times, labels and hashes stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, Text, delete, func, or_, select, true, update

from ig_worker.domain.case import OPEN
from ig_worker.domain.erasure import Traces, folded, numbers_in
from ig_worker.domain.forgotten import ERASED, PIECE_ERASED, erased_body, erased_title
from ig_worker.domain.notice import Status
from ig_worker.domain.reply import Status as ReplyStatus
from ig_worker.store import case_retention, chain, journal
from ig_worker.store.evidenced import EDITED
from ig_worker.store.persons import About
from ig_worker.store.rows import one_of
from ig_worker.store.schema import (
    answers,
    cases,
    conversations,
    evidence,
    messages,
    metadata,
    notices,
    replies,
)
from ig_worker.store.schema import journal as lines

NOTED = "erased at the request of whoever wrote it"
"""The journal's line of a message."""


@dataclass(frozen=True)
class Rewrite:
    """A row whose words change: from what they were to what they shall be."""

    table: Table
    id: int
    was: Mapping[str, str]
    values: Mapping[str, Any]


_CASE_WORDS = ("plan", "follow_up", "answer", "reason")
_SAYING = ("title", "body", "line", "last_error")
_WITNESSES = "evidence:"
_OF_A_MESSAGE, _OF_AN_ANSWER = ("exposure", "alarm"), "answer"
"""What the keys of notices begin with that quote one message, or what was answered to it: its number stands behind."""

_QUOTATION = re.compile("“.*”", re.DOTALL)
_OPEN = {status.value for status in OPEN}
_UNDER_WAY = [ReplyStatus.PLANNED.value, ReplyStatus.SENDING.value]


def pieces_of(connection: Connection, ids: Collection[int]) -> Sequence[Row[Any]]:
    """Pieces of evidence of these messages whose files are still there."""
    query = select(evidence).where(evidence.c.path != "", ~chain.erased())
    found = connection.execute(query.order_by(evidence.c.id)).all()
    return [piece for piece in found if piece.message_id in ids]


def pieces_around(connection: Connection, about: About) -> Sequence[Row[Any]]:
    """Pieces of other messages in threads where they wrote, or where somebody wrote ``@name``: they may show it."""
    ids = {row.id for row in about.messages}
    threads = {_thread(row) for row in (*about.messages, *_mentioning(connection, about))}
    which = (messages.c.account, messages.c.channel, messages.c.conversation_id, messages.c.parent_id)
    query = (
        select(evidence, *which, messages.c.ig_id)
        .join(messages, messages.c.id == evidence.c.message_id)
        .where(evidence.c.path != "", ~chain.erased())
    )
    found: Sequence[Any] = connection.execute(query.order_by(evidence.c.id)).all()
    return [piece for piece in found if piece.message_id not in ids and _thread(piece) in threads]


def _mentioning(connection: Connection, about: About) -> Sequence[Row[Any]]:
    """Messages that say ``@name``, or said it before an edit."""
    marks = [f"@{name}".lower() for name in about.person.names]
    if not marks:
        return []
    says = or_(*(func.lower(messages.c.text).contains(mark, autoescape=True) for mark in marks))
    said = or_(*(func.lower(lines.c.what).contains(mark, autoescape=True) for mark in marks))
    subjects = select(lines.c.subject).where(lines.c.subject.startswith("message:"), said)
    edited = [int(subject.removeprefix("message:")) for subject in connection.execute(subjects).scalars()]
    return connection.execute(select(messages).where(says | messages.c.id.in_(edited))).all()


def _thread(row: Any) -> tuple[str, str]:
    return row.account, row.conversation_id if row.channel == "dm" else row.parent_id or row.ig_id


def forget(
    connection: Connection,
    about: About,
    traces: Traces,
    now: datetime,
    *,
    by: str,
    redrawn: Mapping[int, Mapping[str, str]],
) -> None:
    """All of it in one transaction. `redrawn` are the pieces of others that showed their words, with the columns of
    the rendering that takes their place; the files of both go after the commit."""
    ids = {row.id for row in about.messages}
    for piece in pieces_of(connection, ids):
        _vouch(connection, piece, now)
    vouch_around(connection, about, now, redrawn)
    for row in about.messages:
        case_retention.blank(connection, row, ERASED, now)
        journal.note(connection, now, f"message:{row.id}", NOTED, who=by)
        if any(piece.message_id == row.id for piece in chain.of_message(connection, row.id)):
            journal.note(connection, now, f"message:{row.id}", PIECE_ERASED)
    # Without its words it is nothing that anybody could deal with.
    connection.execute(update(messages).where(messages.c.id.in_(about.becoming)).values(opens_case=False))
    _blank_ours(connection, about, now)
    for talk in about.conversations:
        of_it = conversations.c.account == talk.account, conversations.c.ig_id == talk.ig_id
        connection.execute(update(conversations).where(*of_it).values(person="", person_id=""))
    _empty_cases(connection, about, traces, now, by)
    _not_to_attach(connection)


def vouch_around(
    connection: Connection, about: About, now: datetime, redrawn: Mapping[int, Mapping[str, str]]
) -> None:
    """The renderings of others' pieces take the place of those that showed their words."""
    for piece in pieces_around(connection, about):
        if piece.id in redrawn:
            _vouch(connection, piece, now, **redrawn[piece.id])


def _vouch(connection: Connection, piece: Any, now: datetime, **files: str) -> None:
    chain.erase(connection, piece, now, **files)
    journal.note(connection, now, f"message:{piece.message_id}", PIECE_ERASED)


def _blank_ours(connection: Connection, about: About, now: datetime) -> None:
    ours = [row.id for row in about.ours]
    said = {"text": ERASED, "attachments": [], "reasons": [], "redacted_at": now}
    for number in ours:
        connection.execute(update(messages).where(messages.c.id == number).values(**said))
        connection.execute(delete(lines).where(lines.c.subject == f"message:{number}"))


def _empty_cases(connection: Connection, about: About, traces: Traces, now: datetime, by: str) -> None:
    for case in about.cases:
        alone = case.id in about.own_cases
        values: dict[str, Any] = {}
        for name in _CASE_WORDS:
            if said := getattr(case, name):
                values[name] = ERASED if alone else traces.taken_out(said, about_them=True)
        if alone or case.author_id in about.person.ids or case.author in about.person.names:
            values |= {"author": "", "author_id": ""}
        connection.execute(
            update(cases).where(cases.c.id == case.id).values(version=cases.c.version + 1, **values)
        )
        if alone:
            _cut_journal(connection, f"case:{case.number}")
        journal.note(connection, now, f"case:{case.number}", NOTED, who=by)


def _cut_journal(connection: Connection, subject: str) -> None:
    """What people wrote about their case stands behind a colon; what the worker says of itself stays."""
    written = select(lines.c.id, lines.c.what).where(
        lines.c.subject == subject, lines.c.who != journal.WORKER
    )
    for row in connection.execute(written).all():
        move, colon, _ = row.what.partition(": ")
        if colon:
            cut = update(lines).where(lines.c.id == row.id).values(what=f"{move}: {ERASED}")
            connection.execute(cut)


def traces_left(connection: Connection, about: About, traces: Traces) -> list[Rewrite]:
    """Where their name, numbers and words still stand in what the centre, the worker and others wrote.

    Looking through years of lines takes a while: it is done before the transaction that writes.
    """
    return [
        *_in_notices(connection, about, traces),
        *_in_words(connection, about, traces),
        *_in_journal(connection, about, traces),
    ]


def rewrite(connection: Connection, changes: Iterable[Rewrite]) -> None:
    """Put the words in their place, unless somebody was faster."""
    for change in changes:
        table = change.table
        as_it_was = [table.c[name] == value for name, value in change.was.items()]
        connection.execute(update(table).where(table.c.id == change.id, *as_it_was).values(**change.values))


def _in_notices(connection: Connection, about: About, traces: Traces) -> Iterator[Rewrite]:
    theirs = {case.id: case for case in about.cases if case.id in about.own_cases}
    shared = {case.id for case in about.cases} - about.own_cases
    emptied = {"title": ERASED, "body": ERASED, "line": "", "last_error": ""}
    quoting = _quoting(connection, about)
    for row in connection.execute(select(notices)).all():
        if (case := theirs.get(row.case_id)) is not None:
            changed: dict[str, Any] = {**emptied, "attachments": []}
            if row.status != Status.SENT.value:
                # It may still go out, and then has to say something.
                is_open = case.status in _OPEN
                changed |= {
                    "title": erased_title(case.number),
                    "body": erased_body(case.number, is_open=is_open),
                }
        elif _of(row.key) in quoting:
            # What may still go out says what it is about, without its quotation.
            left = {
                "title": row.title,
                "body": _QUOTATION.sub(ERASED, row.body),
                "line": "",
                "last_error": "",
            }
            changed = dict(emptied if row.status == Status.SENT.value else left)
        else:
            about_them = row.case_id in shared
            changed = {name: _said_without(traces, getattr(row, name), about_them) for name in _SAYING}
        different = {name: value for name, value in changed.items() if getattr(row, name) != value}
        if different:
            was = {name: getattr(row, name) for name in different if name != "attachments"}
            yield Rewrite(notices, row.id, was, different)


def _quoting(connection: Connection, about: About) -> set[tuple[str, str]]:
    """The notices that quote what they wrote, or what was answered to them, however they spell it."""
    ids = {row.id for row in about.messages}
    found = {(kind, str(number)) for kind in _OF_A_MESSAGE for number in ids}
    for row in connection.execute(select(answers.c.id, answers.c.message_id)):
        if row.message_id in ids:
            found.add((_OF_AN_ANSWER, str(row.id)))
    return found


def _of(key: str) -> tuple[str, str]:
    kind, _, rest = key.partition(":")
    return kind, rest.partition(":")[0]


def _said_without(traces: Traces, said: str, about_them: bool) -> str:
    """A notice's lines without them. What it has of a case in which others have a part is about them, its plan for
    example; what stands there in quotation marks may be the others' words."""
    return "\n".join(
        traces.taken_out(line, about_them=about_them and "“" not in line) for line in said.split("\n")
    )


def _in_words(connection: Connection, about: About, traces: Traces) -> Iterator[Rewrite]:
    theirs = {row.id for row in (*about.messages, *about.ours)}
    their_cases = {case.id for case in about.cases}
    # What is on its way to somebody else goes as it was written: a mark would be read by the public.
    finished = {table: ~one_of(table.c.status, _UNDER_WAY) for table in (replies, answers)}
    for table, name in (
        (messages, "text"),
        (replies, "text"),
        (answers, "text"),
        *((cases, name) for name in _CASE_WORDS),
    ):
        column = table.c[name]
        query = select(table.c.id, column).where(column != "", finished.get(table, true()))
        for number, text in connection.execute(query):
            if table is messages:
                changed = text if number in theirs else traces.mentions_taken_out(text)
            else:
                changed = traces.taken_out(text, about_them=table is cases and number in their_cases)
            if changed != text:
                yield Rewrite(table, number, {name: text}, {name: changed})


def _in_journal(connection: Connection, about: About, traces: Traces) -> Iterator[Rewrite]:
    subjects = {f"case:{case.number}" for case in about.cases}
    query = select(lines.c.id, lines.c.subject, lines.c.what).where(
        lines.c.what != "", ~lines.c.subject.startswith(_WITNESSES)
    )
    for number, subject, what in connection.execute(query):
        if subject.startswith("message:") and what.startswith(EDITED):  # what others wrote before an edit
            changed = traces.mentions_taken_out(what)
        else:
            changed = traces.taken_out(what, about_them=subject in subjects)
        if changed != what:
            yield Rewrite(lines, number, {"what": what}, {"what": changed})


def _not_to_attach(connection: Connection) -> None:
    """Pictures that are gone go with no notice that is still to be sent."""
    gone = set(connection.execute(select(evidence.c.path).where(chain.erased())).scalars())
    waiting = select(notices.c.id, notices.c.attachments).where(notices.c.status == "pending")
    for row in connection.execute(waiting).all():
        left = [path for path in row.attachments if path not in gone]
        if left != row.attachments:
            connection.execute(update(notices).where(notices.c.id == row.id).values(attachments=left))


def tables_with(connection: Connection, words: Collection[str]) -> dict[str, int]:
    """In how many rows of each table these words still stand: what a person may want to look at."""
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        columns = [column for column in table.c if isinstance(column.type, Text)]
        wanted = [column.contains(word, autoescape=True) for column in columns for word in words if word]
        if wanted:
            count = len(connection.execute(select(*table.primary_key).where(or_(*wanted))).all())
            if count:
                found[table.name] = count
    return found


def files_erased(connection: Connection) -> list[str]:
    """The paths of all files of which a row vouches that they were erased."""
    query = select(evidence.c.path, evidence.c.json_path).where(chain.erased())
    return [path for row in connection.execute(query) for path in row if path]


def said_by_others_too(connection: Connection, about: About, texts: Collection[str]) -> set[str]:
    """Which of these texts, folded, somebody else wrote as well: a greeting, a thank-you, a call that went round."""
    wanted = {folded(text) for text in texts}
    theirs = {row.id for row in about.messages}
    query = select(messages.c.id, messages.c.text).where(~messages.c.own)
    return {
        said
        for number, text in connection.execute(query)
        if number not in theirs and (said := folded(text)) in wanted
    }


def numbers_of_others(connection: Connection, about: About, texts: Collection[str]) -> set[str]:
    """Which numbers in these texts somebody else wrote as well: a hotline, the centre's telephone."""
    wanted = {number for text in texts for number in numbers_in(text)}
    theirs = {row.id for row in about.messages}
    found: set[str] = set()
    if wanted:
        query = select(messages.c.id, messages.c.text).where(~messages.c.own)
        for number, text in connection.execute(query):
            if number not in theirs:
                found |= wanted & numbers_in(text)
    return found


def earlier_words(connection: Connection, about: About) -> list[str]:
    """What their messages said before they were edited, as the journal keeps it."""
    subjects = [f"message:{row.id}" for row in about.messages]
    found: list[str] = []
    for begin in range(0, len(subjects), 400):
        query = select(lines.c.what).where(lines.c.subject.in_(subjects[begin : begin + 400]))
        found += [what.partition("it said: ")[2] for what in connection.execute(query).scalars()]
    return [words for words in found if words]
