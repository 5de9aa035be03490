"""What people decide about a post on its page; what they typed stays there where it could not be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board.rooms.posts.choices import RIGHTS, reject_role
from ig_worker.board.rooms.posts.page import Wrong, shown
from ig_worker.board.rooms.posts.pictures import stored
from ig_worker.board.visit import GOOD, NOTE, Visit
from ig_worker.board.ways import post
from ig_worker.domain.approval import HOLDER
from ig_worker.domain.errors import IgWorkerError, Misconfigured
from ig_worker.domain.rights import Right
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.flows.planning import confirming, deciding, verdicts
from ig_worker.flows.planning.deciding import NotDecided, Why

REASON_MAX = 500
"""Letters of a reason: it stands in the journal and in letters."""

LAST_YEAR = 2100

_TYPED_WRONG = {Why.NO_REASON, Why.PAST, Why.NO_ADDRESS, Why.NOT_LISTED, Why.CLAIMED, Why.OVERRIDE}
_NOT_THEIRS = {Why.MAKER, Why.OTHER_HOLDER}

_FIELDS = ("sebagai", "alasan", "tanggal", "jam", "terbit")


def approve(visit: Visit) -> Response:
    """Yes, as verifier or as programme holder, to exactly what was looked at."""
    role = visit.said("sebagai")
    if role not in RIGHTS or not visit.may(RIGHTS[role]):
        raise HTTPException(403)

    def do() -> Response:
        desk = visit.office.desk
        before, move = verdicts.approve(
            desk.database,
            visit.office.now(),
            visit.number(),
            desk.approving,
            role,
            by=visit.user.full_name,
            override=_reason(visit),
            seen=visit.said("seen"),
            only_who_is_named=True,
        )
        if move.after.status is before.publication.status:
            wanted = ", ".join(visit.t(f"role.{each}") for each in move.missing)
            return _back(visit, "post.done.yes_wanted" if wanted else "post.done.yes", NOTE, roles=wanted)
        return _back(visit, "post.done.approved", at=visit.shown(before.row.scheduled_at))

    return _decided(visit, "setujui", do)


def reject(visit: Visit) -> Response:
    """No, with a reason: a draft again."""
    found = stored(visit)
    role = reject_role(visit, found)

    def do() -> Response:
        if not (reason := _reason(visit)):
            raise NotDecided(Why.NO_REASON, "a post is sent back with a reason")
        desk = visit.office.desk
        verdicts.reject(
            desk.database,
            visit.office.now(),
            found.id,
            desk.approving,
            reason,
            by=visit.user.full_name,
            role=role or HOLDER,
            seen=visit.said("seen"),
            only_who_is_named=True,
        )
        return _back(visit, "post.done.rejected", NOTE)

    return _decided(visit, "tolak", do)


def move(visit: Visit) -> Response:
    """Another time."""

    def do() -> Response:
        at = _moment(visit)
        if at is None:
            return shown(visit, 422, _wrong(visit, "pindah", visit.t("post.not.no_time")))
        office = visit.office
        deciding.reschedule(
            office.database,
            office.now(),
            visit.number(),
            at,
            by=visit.user.full_name,
            seen=visit.said("seen"),
        )
        return _back(visit, "post.done.moved", at=visit.shown(at))

    return _decided(visit, "pindah", do)


def hold(visit: Visit) -> Response:
    """Not now."""

    def do() -> Response:
        office, by = visit.office, visit.user.full_name
        seen = visit.said("seen")
        deciding.hold(office.database, office.now(), visit.number(), _reason(visit), by=by, seen=seen)
        return _back(visit, "post.done.held", NOTE)

    return _decided(visit, "tahan", do)


def cancel(visit: Visit) -> Response:
    """Never."""

    def do() -> Response:
        office, by = visit.office, visit.user.full_name
        deciding.cancel(office.database, office.now(), visit.number(), by=by, seen=visit.said("seen"))
        return _back(visit, "post.done.cancelled", NOTE)

    return _decided(visit, "batal", do)


def retry(visit: Visit) -> Response:
    """Once more."""

    def do() -> Response:
        desk = visit.office.desk
        deciding.retry(
            desk.database,
            visit.office.now(),
            visit.number(),
            desk.approving,
            desk.gatherer,
            by=visit.user.full_name,
            seen=visit.said("seen"),
        )
        return _back(visit, "post.done.retried")

    return _decided(visit, "ulang", do)


def confirm(visit: Visit) -> Response:
    """Whether an unconfirmed post is out; an address is looked up at Instagram."""
    office, by, seen = visit.office, visit.user.full_name, visit.said("seen")

    def do() -> Response:
        if visit.ticked("tidak_terbit"):
            confirming.not_out(office.database, office.now(), visit.number(), by=by, seen=seen)
            return _back(visit, "post.done.not_out", NOTE)
        try:
            confirming.out(
                office.database,
                office.now(),
                visit.number(),
                visit.said("terbit"),
                lambda account: office.house.instagram(account),  # noqa: PLW0108 (loaded only where it is asked),
                by=by,
                zone=office.zone,
                seen=seen,
            )
        except (NotDecided, ChangedMeanwhile):
            raise
        except IgWorkerError as error:
            key = "not_configured" if isinstance(error, Misconfigured) else "no_answer"
            return shown(visit, 409, _wrong(visit, "pastikan", visit.t(f"post.not.{key}")))
        return _back(visit, "post.done.out")

    return _decided(visit, "pastikan", do)


def _decided(visit: Visit, form: str, do: Callable[[], Response]) -> Response:
    """Its answer; or the page as the post is now, with what was typed and why it was not done."""
    try:
        return do()
    except ChangedMeanwhile:
        return shown(visit, 409, _wrong(visit, form, visit.t("error.changed")))
    except NotDecided as error:
        if error.why is Why.GONE:
            raise HTTPException(404) from None
        status = 422 if error.why in _TYPED_WRONG else 403 if error.why in _NOT_THEIRS else 409
        detail = error.detail[:300]
        return shown(
            visit, status, _wrong(visit, form, visit.t(f"post.not.{error.why.value}", detail=detail))
        )


def _wrong(visit: Visit, form: str, sentence: str) -> Wrong:
    return Wrong(form, {name: visit.said(name)[: REASON_MAX * 2] for name in _FIELDS}, sentence)


def _back(visit: Visit, key: str, tone: str = GOOD, **values: str) -> Response:
    return visit.go(visit.said("kembali") or f"/posting/{visit.number()}", key, tone, **values)


def _reason(visit: Visit) -> str:
    """In one line: it goes into the journal."""
    return " ".join(visit.said("alasan").split())[:REASON_MAX]


def _moment(visit: Visit) -> datetime | None:
    """The form's date and time in the centre's zone; None for what is none."""
    try:
        day = date.fromisoformat(visit.said("tanggal"))
        clock = time.fromisoformat(visit.said("jam").replace(".", ":"))
    except ValueError:
        return None
    if day.year > LAST_YEAR or clock.tzinfo is not None:
        return None
    return datetime.combine(day, clock.replace(second=0, microsecond=0), visit.office.zone)


WAYS = (
    post("/posting/{number}/setujui", approve, Right.DECIDE),
    post("/posting/{number}/tolak", reject, Right.DECIDE),
    post("/posting/{number}/pindah", move, Right.MOVE),
    post("/posting/{number}/tahan", hold, Right.HOLD),
    post("/posting/{number}/batal", cancel, Right.HOLD),
    post("/posting/{number}/ulang", retry, Right.SETTLE),
    post("/posting/{number}/pastikan", confirm, Right.SETTLE),
)
