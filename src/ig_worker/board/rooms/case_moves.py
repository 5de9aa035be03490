"""What people do with a case on its page: a move of the flow, made for what they had before their eyes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from ig_worker.board import case_words
from ig_worker.board.case_words import NUMBER
from ig_worker.board.rooms.case import shown
from ig_worker.board.visit import BAD, GOOD, NOTE, Visit
from ig_worker.board.ways import post
from ig_worker.domain.case import Severity
from ig_worker.domain.rights import Right
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.flows.casework import moves
from ig_worker.flows.casework.assigning import Assigning
from ig_worker.flows.casework.moves import Done, Mover, Orders
from ig_worker.flows.casework.saying import Follow, NotPossible
from ig_worker.store import case_lists, cases
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection

LONGEST, LONGEST_NAME = 4000, 80
"""Letters of a text for the register, and of somebody's name."""

Move = Callable[[Connection, StoredCase, Mover], Done]


class Wrong(Exception):
    """A field was not filled in as it must be: its name, and the catalogue's key of why."""

    def __init__(self, field: str, key: str) -> None:
        super().__init__(field)
        self.field = field
        self.key = key


def acknowledge(visit: Visit) -> Response:
    """Somebody has read it and takes it on."""
    return _moved(visit, "terima", lambda: moves.acknowledge, "case.said_acknowledged")


def start(visit: Visit) -> Response:
    """Work on it begins."""
    return _moved(visit, "mulai", lambda: moves.start, "case.said_started")


def assign(visit: Visit) -> Response:
    """Who is in charge, which unit, how grave, what kind, what is planned."""

    def orders() -> Move:
        severity, label, unit = visit.said("tingkat"), visit.said("jenis"), visit.said("unit")
        if severity and severity not in set(Severity):
            raise Wrong("tingkat", "case.wrong_choice")
        if label and label not in {"keluhan", "saran"}:
            raise Wrong("jenis", "case.wrong_choice")
        if unit and unit not in _units(visit):
            raise Wrong("unit", "case.wrong_choice")
        given = Orders(
            to=_text(visit, "petugas", most=LONGEST_NAME, one_line=True) or None,
            unit=unit or None,
            severity=severity or None,
            plan=_text(visit, "rencana") or None,
            label=label or None,
        )
        return partial(moves.assign, orders=given, letters=_letters(visit))

    return _handed_over(visit, orders) or _moved(visit, "tugaskan", orders, "case.said_assigned")


def note(visit: Visit) -> Response:
    """A line for the history, or for the register as plan or follow-up. It takes nothing away from anybody."""

    def written() -> Move:
        column = {"rencana": "plan", "tindak_lanjut": "follow_up"}.get(visit.said("untuk"), "")
        return partial(moves.note, text=_text(visit, "catatan", needed=True), column=column)

    return _moved(visit, "catat", written, "case.said_noted")


def resolve(visit: Visit) -> Response:
    """It has been dealt with; the register keeps the answer that was given."""

    def written() -> Move:
        return partial(moves.resolve, answer=_text(visit, "jawaban"), follow_up=_text(visit, "tindak_lanjut"))

    return _moved(visit, "selesai", written, "case.said_resolved")


def reject(visit: Visit) -> Response:
    """It is none of the centre's; the register says why."""
    return _moved(
        visit,
        "tolak",
        lambda: partial(moves.reject, reason=_text(visit, "alasan", needed=True)),
        "case.said_rejected",
    )


def merge(visit: Visit) -> Response:
    """It goes on in another case."""

    def into() -> Move:
        other = visit.said("ke").upper()
        if not NUMBER.fullmatch(other):
            raise Wrong("ke", "case.wrong_number")

        def move(connection: Connection, stored: StoredCase, by: Mover) -> Done:
            found = cases.get(connection, other)
            if found is None or not case_lists.is_of_unit(found.row, visit.user.only_unit):
                raise Wrong("ke", "case.no_such_case")
            return moves.merge(connection, stored, found, by, _letters(visit))

        return move

    return _moved(visit, "gabung", into, "case.said_merged")


def reopen(visit: Visit) -> Response:
    """It was closed too early, or by mistake."""
    return _moved(
        visit,
        "buka",
        lambda: partial(moves.reopen, reason=_text(visit, "alasan", needed=True)),
        "case.said_reopened",
    )


def _moved(visit: Visit, form: str, prepared: Callable[[], Move], said: str) -> Response:
    """Make the move and say so on the case's page; where it cannot be made, the page again with what was typed."""
    office = visit.office
    with office.database.reading() as connection:
        number = case_words.the_file(visit, connection).row.number
    # A note adds a line: nothing that somebody else has written is lost by it.
    seen = None if form == "catat" else visit.said("seen")
    mover = Mover(visit.user.full_name, office.now(), seen)
    again = partial(shown, visit, typed=dict.fromkeys(visit.form, "") | _typed(visit), form=form)
    try:
        move = prepared()

        def made(connection: Connection) -> Done:
            stored = cases.get(connection, number)
            assert stored is not None  # no case is ever taken away
            return moves.with_taps(connection, number, move(connection, stored, mover), mover)

        done = moves.patiently(office.database, made)
    except Wrong as wrong:
        return again(422, wrong={wrong.field: visit.t(wrong.key)})
    except ChangedMeanwhile:
        # A second tap on the same button finds what the first one did.
        before = moves.repeated(office.database, number, move, mover)
        if before is None:
            return again(409, refused=visit.t("error.changed"))
        done = before
    except NotPossible as error:
        return again(409, refused=visit.t(f"case.cannot_{error.key}", **error.values))
    return _said(visit, number, said if done.changed or done.twice else "case.said_already", done)


def _handed_over(visit: Visit, orders: Callable[[], Move]) -> Response | None:
    """The answer to a second tap by who has just handed the case to another unit: they do not see it any more."""
    office, number = visit.office, visit.request.path_params["number"].upper()
    if not NUMBER.fullmatch(number):
        return None
    with office.database.reading() as connection:
        stored = cases.get(connection, number)
    if stored is None or case_lists.is_of_unit(stored.row, visit.user.only_unit):
        return None
    try:
        move = orders()
    except Wrong:
        return None
    before = moves.repeated(office.database, number, move, Mover(visit.user.full_name, office.now()))
    return _said(visit, number, "case.said_assigned", before) if before is not None else None


def _said(visit: Visit, number: str, key: str, done: Done) -> Response:
    with visit.office.database.reading() as connection:
        stored = cases.get(connection, number)
    assert stored is not None
    # Whoever hands a case to another unit does not see it any more.
    still_mine = case_lists.is_of_unit(stored.row, visit.user.only_unit)
    where = f"/kasus/{number}" if still_mine else "/kasus"
    follows = " ".join(_in_words(visit, each) for each in done.follows)
    sentence = visit.t(key, number=number)
    tone = GOOD if (done.changed or done.twice) and not follows else NOTE
    if any(each.key.endswith(("_unknown", "_unanswered", "never_answered")) for each in done.follows):
        tone = BAD
    return visit.go(where, "case.said", tone, text=f"{sentence} {follows}".strip())


def _in_words(visit: Visit, follow: Follow) -> str:
    values = dict(follow.values)
    if "unit" in values:
        values["unit"] = case_words.topic_of(values["unit"])
    if "status" in values:
        values["status"] = visit.t(f"case.status_{values['status']}").lower()
    return visit.t(f"case.follows_{follow.key}", **values)


def _typed(visit: Visit) -> dict[str, str]:
    return {name: visit.said(name) for name in visit.form if name not in {"csrf", "seen"}}


def _text(
    visit: Visit, field: str, *, needed: bool = False, most: int = LONGEST, one_line: bool = False
) -> str:
    text = visit.said(field)
    if one_line:
        text = " ".join(text.split())
    if needed and not text:
        raise Wrong(field, "case.wrong_empty")
    if len(text) > most:
        raise Wrong(field, "case.wrong_long")
    return text


def _units(visit: Visit) -> set[str]:
    settings = visit.office.settings
    with visit.office.database.reading() as connection:
        known = case_lists.units(connection)
    return {*known, *settings.units, *(answers.unit for answers in settings.topics.values())}


def _letters(visit: Visit) -> Assigning:
    return Assigning(visit.office.desk.outbox, visit.office.zone)


WAYS = (
    post("/kasus/{number}/terima", acknowledge, Right.WORK_CASES),
    post("/kasus/{number}/mulai", start, Right.WORK_CASES),
    post("/kasus/{number}/tugaskan", assign, Right.WORK_CASES),
    post("/kasus/{number}/catat", note, Right.WORK_CASES),
    post("/kasus/{number}/selesai", resolve, Right.WORK_CASES),
    post("/kasus/{number}/tolak", reject, Right.WORK_CASES),
    post("/kasus/{number}/gabung", merge, Right.WORK_CASES),
    post("/kasus/{number}/buka", reopen, Right.WORK_CASES),
)
