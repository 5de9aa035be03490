"""One case: who wrote what, what is due, what was done and told, and what can be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board import case_words
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get
from ig_worker.domain.case import OPEN, Severity
from ig_worker.domain.journal_words import team_in_words
from ig_worker.domain.rights import Right
from ig_worker.flows.casework import moves
from ig_worker.store import case_files, case_lists, centre_words, inbox, journal, reminders, taken_back
from ig_worker.store.case_files import CaseFile
from ig_worker.store.database import Connection

_OPEN = {status.value for status in OPEN}

EVIDENCE = "evidence"
"""The folder of the pictures, below ``data_dir``: nothing outside of it is ever handed out."""


@dataclass(frozen=True)
class Turn:
    """Somebody's words in the case, as this user may read them. ``message`` is its number, 0 for the centre's own."""

    at: datetime
    who: str
    text: str
    message: int = 0
    marks: tuple[str, ...] = ()
    link: str = ""


def case(visit: Visit) -> Response:
    """The page of one case."""
    return shown(visit)


def shown(
    visit: Visit,
    status: int = 200,
    *,
    typed: Mapping[str, str] | None = None,
    form: str = "",
    wrong: Mapping[str, str] | None = None,
    refused: str = "",
) -> Response:
    """The case as it is now; after a form that could not be taken, `form` is open again with what was `typed`."""
    office = visit.office
    with office.database.reading() as connection:
        file = case_words.the_file(visit, connection)
        row = file.row
        said = centre_words.to_case(connection, file.messages)
        entries = journal.of(connection, f"case:{row.number}")
        merged = case_files.merged_into(connection, row.number)
        turns = _turns(visit, connection, file)
        hidden = taken_back.not_to_show(connection, [piece.path for piece in file.evidence])
        since = row.acknowledged_at
        danger = since is not None and reminders.danger_since(connection, row, since)
        units = case_lists.units(connection)
    is_open = row.status in _OPEN
    answered = bool(said) and (row.reopened_at is None or said[-1].at >= row.reopened_at)
    topic = office.settings.topics.get(row.topic)
    return visit.page(
        "case.html",
        status,
        row=row,
        words=case_words,
        seen=moves.seen_of(row, file.messages),
        due=case_words.due_of(visit, file.deadlines, row.closed_at),
        next_due=case_words.next_due(visit, file),
        person=case_words.person_of(visit, row.author),
        in_charge=row.assigned_to or (topic.person if topic is not None else ""),
        turns=turns,
        evidence=[(piece, piece.path in hidden) for piece in file.evidence],
        deliveries=file.deliveries,
        team=team_in_words,
        merged=merged,
        register=[
            (name, case_words.words_of(visit, getattr(row, name)))
            for name in ("plan", "follow_up", "answer", "reason")
            if getattr(row, name)
        ],
        entries=case_words.journal_of(visit, entries),
        is_open=is_open,
        may_work=visit.may(Right.WORK_CASES),
        first=_first(row, danger=danger, answered=answered) if is_open else "",
        last_message=file.messages[-1].id if file.messages else 0,
        unit_options=_units(visit, units, row.unit),
        severity_options=[(each.value, visit.t(f"case.severity_{each}")) for each in Severity],
        typed=typed or {},
        form=form,
        wrong=wrong or {},
        refused=refused,
    )


def _first(row: Any, *, danger: bool, answered: bool) -> str:
    """What is to be done first: one thing at a time."""
    if danger or row.acknowledged_at is None:
        return "acknowledge"
    return "resolve" if answered else "answer"


def _units(visit: Visit, known: Sequence[str], now: str) -> list[tuple[str, str]]:
    """The units that a case can be given to; no unit only where it has none yet."""
    settings = visit.office.settings
    names = {*known, *settings.units, *(answers.unit for answers in settings.topics.values())} - {""}
    nothing = [] if now else [("", "–")]
    return [*nothing, *((name, case_words.topic_of(name)) for name in sorted(names))]


def _turns(visit: Visit, connection: Connection, file: CaseFile) -> list[Turn]:
    """What the person wrote and what the centre said, oldest first."""
    account = file.row.account
    ids = sorted({row.media_id for row in file.messages if row.media_id})
    media = [found for found in (inbox.media(connection, account, each) for each in ids) if found is not None]
    links = {found.ig_id: found.permalink for found in media}
    theirs = [
        Turn(
            at=row.sent_at,
            who=case_words.person_of(visit, row.author),
            text=case_words.words_of(visit, row.text),
            message=row.id,
            marks=tuple(mark for mark in ("edited", "hidden", "deleted") if getattr(row, mark)),
            link=links.get(row.media_id, ""),
        )
        for row in file.messages
    ]
    ours = [
        Turn(each.at, each.by or visit.t("case.the_centre"), case_words.words_of(visit, each.text))
        for each in centre_words.to_case(connection, file.messages)
    ]
    return sorted([*theirs, *ours], key=lambda turn: turn.at)


def evidence(visit: Visit) -> Response:
    """A piece of evidence: the picture, or with ``/json`` what Instagram said; for who may read every word."""
    number = visit.number("id")
    with visit.office.database.reading() as connection:
        file = case_words.the_file(visit, connection)
        piece = next((each for each in file.evidence if each.id == number), None)
        if piece is None or piece.path in taken_back.not_to_show(connection, [piece.path]):
            raise HTTPException(404)
    if not visit.user.full_texts:
        raise HTTPException(403)
    as_json = visit.request.url.path.endswith("/json")
    content = _file_of(visit, piece.json_path if as_json else piece.path)
    name = f"{file.row.number}-{number}.{'json' if as_json else 'png'}"
    headers = {
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'{"attachment" if as_json else "inline"}; filename="{name}"',
    }
    return Response(content, media_type="application/json" if as_json else "image/png", headers=headers)


def _file_of(visit: Visit, path: str) -> bytes:
    """The file's bytes; 404 for what is not there, or does not lie in the folder of evidence."""
    folder = (visit.office.settings.data_dir / EVIDENCE).resolve()
    found = (visit.office.settings.data_dir / path).resolve()
    if not path or not found.is_relative_to(folder):
        raise HTTPException(404)
    try:
        return found.read_bytes()
    except OSError:
        raise HTTPException(404) from None


WAYS = (
    get("/kasus/{number}", case, Right.READ_CASES),
    get("/kasus/{number}/bukti/{id}", evidence, Right.READ_CASES),
    get("/kasus/{number}/bukti/{id}/json", evidence, Right.READ_CASES),
)
