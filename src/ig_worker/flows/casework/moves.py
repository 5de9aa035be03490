"""What people do with a case: take it on, hand it over, work on it, note, resolve, reject or merge it.

Every function works inside the caller's transaction and says what follows. What is so already is not done once more:
people repeat a command when they are unsure whether it arrived. Who decides on a page brings the mark of what it showed
(:func:`seen_of`): where a colleague or the person who wrote was faster, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.case import OPEN, Case, Event, Status, apply, graver
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.flows.casework.assigning import EMERGENCY, Assigning
from ig_worker.flows.casework.saying import Follow, NotPossible
from ig_worker.store import cases, centre_words, deadlines, journal, reminders
from ig_worker.store.cases import StoredCase
from ig_worker.store.centre_words import Said
from ig_worker.store.database import Connection, Database, Row

TRIES = 5
"""How often a move looks again where the worker or a colleague has saved the case at the same moment."""


SAME_TAP = timedelta(minutes=10)
"""The same note of the same person, and nobody's in between: within this it was a second tap, later it is another."""


class FasterHand(Exception):
    """Somebody saved the case between our look at it and our save."""


@dataclass(frozen=True)
class Mover:
    """Who moves a case, when, and the mark of what they had before their eyes; None looks at nothing before."""

    name: str
    at: datetime
    seen: str | None = None


@dataclass(frozen=True)
class Done:
    """A case's status after a move, whether the move changed anything, and what follows."""

    status: Status
    changed: bool = True
    follows: tuple[Follow, ...] = ()
    begins: tuple[str, ...] = ()
    """Where nothing changed: how the journal's line begins if the same person has just done it."""
    twice: bool = False
    """Nothing changed because the same person has done it already: a second tap, answered like the first."""


@dataclass(frozen=True)
class Orders:
    """What an assignment sets; what is None stays as it is."""

    to: str | None = None
    unit: str | None = None
    severity: str | None = None
    plan: str | None = None
    label: str | None = None
    """``keluhan`` or ``saran``: what the team decides that it is."""


def seen_of(row: Row[Any], written: Sequence[Row[Any]]) -> str:
    """The mark of what people decide on: the case's row, and its messages (``cases.messages_of``).

    What the worker does by itself (it told the team, it made a card) leaves it as it is, and so does a reply on
    Instagram; words that the person writes or changes do not.
    """
    state = "open" if row.status in {status.value for status in OPEN} else row.status
    decided = [getattr(row, name) for name in _DECIDED]
    return mark_of(state, decided, [[each.id, each.edited_at, each.deleted] for each in written])


_DECIDED = (
    "label", "topic", "unit", "severity", "assigned_to", "started_at", "reopened_at", "plan", "follow_up", "answer",
    "reason", "merged_into",
)  # fmt: skip


def patiently(database: Database, move: Callable[[Connection], Done]) -> Done:
    """Make a move in a transaction of its own; where somebody was faster, look again and move then."""
    for _ in range(TRIES):
        try:
            with database.writing() as connection:
                return move(connection)
        except FasterHand:
            continue
    raise NotPossible("busy")


def repeated(
    database: Database, number: str, move: Callable[[Connection, StoredCase, Mover], Done], by: Mover
) -> Done | None:
    """What came of a form that the same person sends for the second time: all is as they wanted it.

    None where it is not so: the last hand on the case was another one, or the move would change something.
    """
    try:
        with database.writing() as connection:
            return _only_again(connection, number, move, by)
    except (_WouldChange, FasterHand, NotPossible):
        return None


def _only_again(
    connection: Connection, number: str, move: Callable[[Connection, StoredCase, Mover], Done], by: Mover
) -> Done:
    stored = cases.get(connection, number)
    assert stored is not None  # no case is ever taken away
    done = with_taps(connection, number, move(connection, stored, replace(by, seen=None)), by)
    if not done.twice:
        raise _WouldChange
    return done


def with_taps(connection: Connection, number: str, done: Done, by: Mover) -> Done:
    """The same, and whether nothing changed because this very person has just done it."""
    last = _last_hand(connection, number)
    if done.changed or last is None or last.who != by.name or not last.what.startswith(done.begins):
        return done
    follows = tuple(each for each in done.follows if each.key != "acknowledged_by")
    return replace(done, follows=follows, twice=True)


class _WouldChange(Exception):
    """Takes back what was only tried."""


def _last_hand(connection: Connection, number: str) -> journal.Entry | None:
    """The newest line of a person in the case's history."""
    by_people = [row for row in journal.of(connection, f"case:{number}") if row.who != journal.WORKER]
    return by_people[-1] if by_people else None


def acknowledge(connection: Connection, stored: StoredCase, by: Mover) -> Done:
    """Somebody has read the case; whoever is first is in charge until it is assigned."""
    _require_seen(connection, stored, by)
    _require_open(stored, "acknowledge")
    row = stored.row
    before = stored.case.acknowledged_at
    if before is not None and row.acknowledged_by:
        if reminders.danger_since(connection, row, before):
            journal.note(connection, by.at, f"case:{stored.number}", "acknowledged the danger", who=by.name)
            return Done(stored.case.status, follows=(Follow("danger_known"),))
        return Done(
            stored.case.status,
            changed=False,
            follows=(Follow("acknowledged_by", {"who": row.acknowledged_by}),),
            begins=("acknowledged",) if row.acknowledged_by == by.name else (),
        )
    status = stored.case.status
    after = stored.case if status in _BEYOND else apply(stored.case, Event.ACKNOWLEDGE, by.at)
    _save(connection, stored, after, by, "acknowledged", acknowledged_by=by.name, **_in_charge(stored, by))
    return Done(after.status)


_BEYOND = (Status.ACKNOWLEDGED, Status.IN_PROGRESS)
"""Where an answer on Instagram, or work, has acknowledged a case before anybody said so."""


def start(connection: Connection, stored: StoredCase, by: Mover) -> Done:
    """Work on the case begins."""
    _require_seen(connection, stored, by)
    _require_open(stored, "start")
    if stored.case.status is Status.IN_PROGRESS and stored.case.started_at is not None:
        return Done(stored.case.status, changed=False, begins=("work began",))
    if stored.case.status is Status.IN_PROGRESS:
        after = replace(stored.case, started_at=by.at)
    else:
        after = apply(stored.case, Event.WORK, by.at)
    named = {} if stored.row.acknowledged_by else {"acknowledged_by": by.name}
    _save(connection, stored, after, by, "work began", **named, **_in_charge(stored, by))
    return Done(after.status)


def assign(connection: Connection, stored: StoredCase, by: Mover, orders: Orders, letters: Assigning) -> Done:
    """Name who is in charge, the unit, how grave it is, what is planned; a unit that is new to it is told."""
    _require_seen(connection, stored, by)
    _require_open(stored, "assign")
    row = stored.row
    wanted = {
        "assigned_to": orders.to,
        "unit": orders.unit,
        "severity": orders.severity,
        "label": orders.label,
        "plan": orders.plan,
    }
    changes = {
        name: value for name, value in wanted.items() if value is not None and value != getattr(row, name)
    }
    if not changes:
        begins = (f"assigned: {_IN_JOURNAL[name]} {value}" for name, value in wanted.items() if value)
        return Done(stored.case.status, changed=False, begins=tuple(begins))
    said = ", ".join(f"{_IN_JOURNAL[name]} {value}" for name, value in changes.items())
    _save(connection, stored, stored.case, by, f"assigned: {said}", **changes)
    follows = []
    # What the first notice still has to say goes to the new unit with it.
    if "unit" in changes and row.notices_written:
        unit = changes["unit"]
        if letters.tell_unit(connection, stored.number, by.name, by.at):
            follows.append(Follow("unit_told", {"unit": unit}))
        else:
            follows.append(Follow("unit_unknown", {"unit": unit}))
    if changes.get("severity") == EMERGENCY and row.notices_written:
        told = letters.tell_of_emergency(connection, stored.number, by.name, by.at)
        follows.append(Follow("duty_told" if told else "duty_unknown"))
    return Done(stored.case.status, follows=tuple(follows))


_IN_JOURNAL = {"assigned_to": "to", "unit": "unit", "severity": "severity", "label": "kind", "plan": "plan:"}


def note(connection: Connection, stored: StoredCase, by: Mover, text: str, column: str = "") -> Done:
    """Write a line into the history; with `column` ``plan`` or ``follow_up`` into the register as well.

    Possible in every state: what was found out, or done, after the end belongs to the case, too.
    """
    status = stored.case.status
    what = f"{column.replace('_', '-') or 'note'}: {text}"
    if not column:
        # Two taps at the same moment look one after the other.
        cases.hold(connection, stored.number)
        last = _last_hand(connection, stored.number)
        if (
            last is not None
            and (last.who, last.what) == (by.name, what)
            and timedelta(0) <= by.at - last.at < SAME_TAP
        ):
            return Done(status, changed=False, begins=(what,))
        journal.note(connection, by.at, f"case:{stored.number}", what, who=by.name)
        return Done(status)
    known = getattr(stored.row, column)
    if _holds(known, text):
        return Done(status, changed=False, begins=(what,))
    _save(connection, stored, stored.case, by, what, **{column: _added(known, text)})
    return Done(status)


def resolve(
    connection: Connection, stored: StoredCase, by: Mover, answer: str = "", follow_up: str = ""
) -> Done:
    """The case has been dealt with. Without `answer`, the register takes what the centre has answered since.

    A resolved case takes an answer or a follow-up that the register still lacks.
    """
    _require_seen(connection, stored, by)
    row = stored.row
    written = cases.messages_of(connection, stored.id)
    said = centre_words.to_case(connection, written)
    given = answer or _answer_of(row, said)
    texts = {"answer": given} if given != row.answer else {}
    if follow_up and not _holds(row.follow_up, follow_up):
        texts["follow_up"] = _added(row.follow_up, follow_up)
    follows = []
    if not (texts.get("answer") or row.answer):
        follows.append(Follow("no_answer_kept", {"number": stored.number}))
    if not said and stored.case.first_response_at is None and written:
        follows.append(Follow("never_answered", {"message": str(written[-1].id)}))
    elif row.reopened_at is not None and not any(each.at >= row.reopened_at for each in said):
        follows.append(Follow("again_unanswered", {"message": str(written[-1].id)}))
    if stored.case.status is Status.RESOLVED:
        if texts:
            _save(connection, stored, stored.case, by, "; ".join(_told(texts)), **texts)
        own = ("resolved", *_told({"answer": given, "follow_up": follow_up}))
        return Done(Status.RESOLVED, changed=bool(texts), follows=tuple(follows), begins=own)
    _require_open(stored, "resolve")
    after = apply(stored.case, Event.RESOLVE, by.at)
    what = "; ".join(["resolved", *_told(texts)])
    _save(connection, stored, after, by, what, **texts, **_in_charge(stored, by))
    return Done(after.status, follows=tuple(follows))


def _answer_of(row: Row[Any], said: Sequence[Said]) -> str:
    """What the register has, and below it what the centre has said since the case was opened again."""
    if not row.answer:
        return "\n".join(each.text for each in said)
    again = row.reopened_at
    since = [each.text for each in said if again is not None and each.at >= again]
    return "\n".join([row.answer, *(text for text in since if text not in row.answer)])


def _told(texts: dict[str, str]) -> list[str]:
    return [f"{name.replace('_', '-')}: {text}" for name, text in texts.items() if text]


def reject(connection: Connection, stored: StoredCase, by: Mover, reason: str) -> Done:
    """The case is none of the centre's, or none at all; the register says why."""
    if stored.case.status is Status.REJECTED and stored.case.reason == reason:
        return Done(Status.REJECTED, changed=False, begins=(f"rejected: {reason}",))
    _require_seen(connection, stored, by)
    _require_open(stored, "reject")
    after = apply(stored.case, Event.REJECT, by.at, reason=reason)
    _save(connection, stored, after, by, f"rejected: {reason}", **_in_charge(stored, by))
    return Done(after.status)


def merge(
    connection: Connection, stored: StoredCase, other: StoredCase, by: Mover, letters: Assigning
) -> Done:
    """The case goes on in another one, which takes over what makes it grave."""
    if stored.case.status is Status.MERGED and stored.case.merged_into == other.number:
        return Done(Status.MERGED, changed=False, begins=(f"merged into {other.number}",))
    _require_seen(connection, stored, by)
    _require_open(stored, "merge")
    if stored.id == other.id:
        raise NotPossible("into_itself", number=stored.number)
    if stored.row.account != other.row.account:
        named = {"other": other.number, "others": other.row.account}
        raise NotPossible("other_account", number=stored.number, account=stored.row.account, **named)
    if other.case.status is Status.MERGED:
        raise NotPossible("other_merged", other=other.number, into=other.case.merged_into)
    if other.case.status is Status.REJECTED:
        raise NotPossible("other_rejected", other=other.number)
    after = apply(stored.case, Event.MERGE, by.at, into=other.number)
    takes = {}
    if stored.row.label == "keluhan" != other.row.label:
        takes["label"] = "keluhan"
    if (severity := graver(stored.row.severity, other.row.severity)) != other.row.severity:
        takes["severity"] = severity
    moves: list[tuple[StoredCase, Case, str, dict[str, str]]] = [
        (stored, after, f"merged into {other.number}", {}),
        (other, other.case, f"{stored.number} goes on here", takes),
    ]
    # Always in the same order, so that two who merge at once do not wait for each other.
    for each, becomes, what, columns in sorted(moves, key=lambda move: move[0].id):
        _save(connection, each, becomes, by, what, **columns)
    follows = []
    if other.row.unit != stored.row.unit and other.row.unit:
        told = letters.tell_of_merger(connection, other.number, stored.number, by.name, by.at)
        follows += [Follow("unit_told", {"unit": other.row.unit})] if told else []
    if other.case.status not in OPEN:
        follows.append(Follow("other_is", {"number": other.number, "status": other.case.status.value}))
    return Done(after.status, follows=tuple(follows))


def reopen(connection: Connection, stored: StoredCase, by: Mover, reason: str) -> Done:
    """A person takes back that the case was resolved, rejected or merged; its deadline for resolving is as it was."""
    _require_seen(connection, stored, by)
    if stored.case.status in OPEN:
        return Done(stored.case.status, changed=False, begins=("reopened, it was ",))
    after = apply(stored.case, Event.REOPEN, by.at)
    _save(connection, stored, after, by, f"reopened, it was {stored.case.status.value}: {reason}")
    for line in deadlines.of_case(connection, stored.id):
        if line.name == "resolve":
            deadlines.reopen(connection, stored.id, line.due_at)
    return Done(after.status)


def _require_seen(connection: Connection, stored: StoredCase, by: Mover) -> None:
    if by.seen is not None:
        now = seen_of(stored.row, cases.messages_of(connection, stored.id))
        require_unchanged(by.seen, now, f"case {stored.number}")


def _require_open(stored: StoredCase, verb: str) -> None:
    if stored.case.status not in OPEN:
        key = stored.case.status.value
        raise NotPossible(key, number=stored.number, verb=verb, into=stored.case.merged_into)


def _in_charge(stored: StoredCase, by: Mover) -> dict[str, str]:
    return {} if stored.row.assigned_to else {"assigned_to": by.name}


def _holds(known: str, text: str) -> bool:
    return f"\n{text}\n" in f"\n{known}\n"


def _added(known: str, text: str) -> str:
    return f"{known}\n{text}" if known else text


def _save(
    connection: Connection, stored: StoredCase, after: Case, by: Mover, what: str, **columns: Any
) -> None:
    if not cases.save(connection, stored, after, by.at, what, who=by.name, **columns):
        raise FasterHand
