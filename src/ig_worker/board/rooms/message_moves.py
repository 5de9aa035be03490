"""What a person does with a message: judge it, answer it, hide it, or say that it needs no answer."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board.mail import LABELS, Reader
from ig_worker.board.rooms.message import Typed, as_it_goes_out, shown
from ig_worker.board.visit import BAD, GOOD, NOTE, Visit
from ig_worker.board.ways import post
from ig_worker.domain import api_errors
from ig_worker.domain.answering import CannotAnswer, WhyNot, as_typed, too_long_by
from ig_worker.domain.errors import (
    AccountBlocked,
    IgWorkerError,
    Misconfigured,
    PermissionLost,
    Throttled,
    TokenExpired,
    Unanswered,
    Unavailable,
    WindowClosed,
)
from ig_worker.domain.reply import Status
from ig_worker.domain.rights import Right
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.flows import relabelling
from ig_worker.flows.waiting import settling
from ig_worker.store.answers import StoredAnswer

log = logging.getLogger(__name__)

_TROUBLE = (
    (TokenExpired, "token"),
    (PermissionLost, "permission"),
    (AccountBlocked, "blocked"),
    (WindowClosed, "window"),
    (Unavailable, "gone"),
    (Throttled, "busy"),
    (Unanswered, "silent"),
    (Misconfigured, "set_up"),
)
"""What Instagram's errors are called in the catalogue; any other is "refused"."""

_BY_ACTION = {"reauth": "permission", "account": "blocked", "wait": "busy", "skip": "gone"}
_WINDOW_OVER = (2534022, 2018278)
_CODE = re.compile(r"\(code (-?\d+)(?:/(\d+))?\)")


def judge(visit: Visit) -> Response:
    """A person says what a message is."""
    office, number = visit.office, visit.number()
    label, topic = visit.said("label"), visit.said("topik")
    if label not in LABELS or (topic and topic not in office.settings.topics):
        raise HTTPException(400)
    try:
        with office.database.writing() as connection:
            row = Reader(visit).message(connection, number)
            done = relabelling.relabel(
                connection,
                row,
                label,
                topic or None,
                by=visit.user.full_name,
                now=office.now(),
                thanked_for=timedelta(hours=office.settings.replies.max_age_hours),
                seen=visit.said("seen"),
            )
    except ChangedMeanwhile:
        return shown(visit, number, 409, Typed(wrong_judging=visit.t("error.changed")))
    if not done.kept:
        return shown(visit, number, 409, Typed(wrong_judging=visit.t("error.changed")))
    follows = " ".join(
        visit.t(f"inbox.follows.{each.what.name.lower()}", about=_about(visit, each)) for each in done.follows
    )
    words = visit.t(f"inbox.label.{label}"), visit.t(f"inbox.topic.{topic or row.topic}")
    return visit.go(
        f"/kotak-masuk/{number}", "inbox.judged", GOOD, label=words[0], topic=words[1], follows=follows
    )


def _about(visit: Visit, follows: relabelling.Next) -> str:
    if follows.what is relabelling.Follow.NOT_SAID:
        return visit.t(f"inbox.purpose.{follows.about}")
    return follows.about


def answer(visit: Visit) -> Response:
    """A person answers; the flow sends it, once."""
    office, number = visit.office, visit.number()
    typed = visit.said("teks")
    with office.database.reading() as connection:
        row = Reader(visit).message(connection, number)
    try:
        text = as_typed(typed)
    except ValueError:
        return shown(visit, number, 422, Typed(typed, visit.t("inbox.wrong.empty")))
    if row.account not in office.settings.accounts:
        return shown(visit, number, 422, Typed(typed, visit.t("inbox.wrong.account")))
    try:
        sent = office.house.answering(row.account).answer(
            number,
            text,
            visit.user.full_name,
            again=visit.ticked("lagi"),
            seen=visit.said("seen"),
            form=_form_of(visit, number),
        )
    except ChangedMeanwhile:
        return shown(visit, number, 409, Typed(typed, visit.t("inbox.wrong.changed")))
    except CannotAnswer as error:
        over = too_long_by(as_it_goes_out(text, row), row.channel)
        sentence = visit.t(f"inbox.cannot.{error.why.name.lower()}", over=max(over, 1))
        again = error.why is WhyNot.SAID_BEFORE
        return shown(visit, number, 422, Typed(typed, sentence, again=again))
    except IgWorkerError as error:
        log.warning("answer to message %d: %s", number, error)
        return shown(visit, number, 422, Typed(typed, _trouble(visit, error)))
    return _told(visit, number, typed, sent)


def _form_of(visit: Visit, number: int) -> str | None:
    """What a form is known by: it belongs to one message and one person, whatever its field says."""
    key = visit.said("kunci")
    return hashlib.sha256(f"{key}:{number}:{visit.user.id}".encode()).hexdigest()[:40] if key else None


def _told(visit: Visit, number: int, typed: str, sent: StoredAnswer) -> Response:
    """What became of an answer."""
    where, state = f"/kotak-masuk/{number}", sent.reply
    match state.status:
        case Status.SENT:
            return visit.go(where, "inbox.sent", GOOD)
        case Status.PLANNED:
            return visit.go(where, "inbox.sent_later", NOTE, when=visit.shown(state.due_at))
        case Status.SENDING:
            return visit.go(where, "inbox.sent_hardly" if state.said_no else "inbox.sent_perhaps", NOTE)
        case Status.UNCONFIRMED:
            return visit.go(where, "inbox.sent_unsure", BAD)
    sentence = visit.t(f"inbox.trouble.{_refusal(state.last_error)}")
    return shown(visit, number, 422, Typed(typed, sentence))


def hide(visit: Visit) -> Response:
    """Hide a comment from everybody, or show it again."""
    office, number = visit.office, visit.number()
    hidden = not visit.ticked("tampilkan")
    with office.database.reading() as connection:
        row = Reader(visit).message(connection, number)
    if hidden and not visit.ticked("yakin"):
        return shown(visit, number, 422, Typed(wrong_hiding=visit.t("inbox.wrong.not_sure")))
    if row.account not in office.settings.accounts:
        return shown(visit, number, 422, Typed(wrong_hiding=visit.t("inbox.wrong.account")))
    try:
        office.house.hiding(row.account).hide(number, hidden, visit.user.full_name)
    except CannotAnswer as error:
        sentence = visit.t(f"inbox.cannot_hide.{error.why.name.lower()}")
        return shown(visit, number, 422, Typed(wrong_hiding=sentence))
    except IgWorkerError as error:
        log.warning("hiding comment %d: %s", number, error)
        return shown(visit, number, 422, Typed(wrong_hiding=_trouble(visit, error)))
    return visit.go(f"/kotak-masuk/{number}", "inbox.hidden" if hidden else "inbox.shown_again", GOOD)


def settle(visit: Visit) -> Response:
    """It needs no answer."""
    office, number = visit.office, visit.number()
    try:
        with office.database.writing() as connection:
            row = Reader(visit).message(connection, number)
            waited = settling.settle(
                connection, row, visit.user.full_name, office.now(), seen=visit.said("seen")
            )
    except ChangedMeanwhile:
        return shown(visit, number, 409, Typed(wrong_judging=visit.t("error.changed")))
    return visit.go(
        "/kotak-masuk", "inbox.settled" if waited else "inbox.settled_before", GOOD if waited else NOTE
    )


def wait_again(visit: Visit) -> Response:
    """It needs an answer after all."""
    office, number = visit.office, visit.number()
    with office.database.writing() as connection:
        row = Reader(visit).message(connection, number)
        waits = settling.take_back(connection, row, visit.user.full_name, office.now())
    key = "inbox.waits_again" if waits else "inbox.waits_not"
    return visit.go(f"/kotak-masuk/{number}", key, GOOD if waits else NOTE)


def _trouble(visit: Visit, error: IgWorkerError) -> str:
    """What Instagram's error means, in the reader's language."""
    key = next((key for kind, key in _TROUBLE if isinstance(error, kind)), "refused")
    return visit.t(f"inbox.trouble.{key}")


def _refusal(said: str) -> str:
    """What a refusal that was only kept as Meta's words means; a key of the catalogue's."""
    found = _CODE.search(said)
    if found is None:
        return "refused"
    code, subcode = int(found[1]), int(found[2] or 0)
    if subcode in _WINDOW_OVER:
        return "window"
    return _BY_ACTION.get(api_errors.judge(code, subcode, said, 400).action, "refused")


_MOVES: tuple[tuple[str, Callable[[Visit], Response], Right], ...] = (
    ("nilai", judge, Right.RELABEL),
    ("balas", answer, Right.ANSWER),
    ("sembunyikan", hide, Right.HIDE),
    ("selesai", settle, Right.ANSWER),
    ("tunggu", wait_again, Right.ANSWER),
)

WAYS = tuple(post(f"/kotak-masuk/{{number}}/{word}", move, right) for word, move, right in _MOVES)
