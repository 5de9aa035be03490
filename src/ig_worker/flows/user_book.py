"""Who may use the board: added, changed, sent away and given a new password, by a person at the board or the terminal.

Passwords come here as hashes only. Each change is one transaction with its line in the journal (``user:NAME``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.people import letters_of
from ig_worker.domain.rights import READS_FULL_TEXTS, Role
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.store import journal, plans, sessions, users
from ig_worker.store.database import AlreadyThere, Connection, Database


class NoSuchUser(NeedsPerson):
    """Nobody has that name."""


class NameTaken(NeedsPerson):
    """Somebody else has the login name (`is_login`), or the full name, by which the journal tells people apart."""

    is_login = False


class LastAdmin(NeedsPerson):
    """Without them nobody could manage the users any more."""


def seen_of(row: Any) -> str:
    """The mark of what somebody has before their eyes who decides on a user (a row of ``users``)."""
    return mark_of(
        row.name, row.full_name, sorted(row.roles), row.unit, row.full_texts, row.disabled_at is not None
    )


def full_texts_by(roles: Collection[str]) -> bool:
    """Whether somebody with these roles reads full texts where nobody said otherwise."""
    return any(role in READS_FULL_TEXTS for role in roles)


def add(
    database: Database,
    now: datetime,
    name: str,
    password: str,
    *,
    full_name: str,
    roles: Sequence[str],
    unit: str = "",
    full_texts: bool | None = None,
    must_change: bool = False,
    by: str,
) -> int:
    """A new user; `password` is its hash. Returns the row's number. NameTaken where somebody is called so."""
    with database.writing() as connection:
        _require_free(connection, name, full_name)
        reads = full_texts_by(roles) if full_texts is None else full_texts
        more = {"unit": unit, "full_texts": reads, "must_change": must_change}
        try:
            number = users.add(connection, name, full_name, _ordered(roles), password, now, **more)
        except AlreadyThere:  # somebody was faster
            raise _taken(name) from None
        journal.note(connection, now, f"user:{name}", f"let in as {_said(roles, unit, reads)}", who=by)
    return number


def change(
    database: Database,
    now: datetime,
    name: str,
    *,
    full_name: str,
    roles: Sequence[str],
    unit: str,
    full_texts: bool,
    seen: str | None,
    by: str,
) -> None:
    """Give a user other roles, another unit or name; what they may do having changed, they must log in again.

    NoSuchUser, NameTaken, LastAdmin, ChangedMeanwhile.
    """
    with database.writing() as connection:
        row = _the(connection, name)
        require_unchanged(seen, seen_of(row), f"user {name}")
        if Role.ADMIN not in roles:
            _require_another_admin(connection, row)
        if full_name != row.full_name:
            _require_free(connection, "", full_name, but=row.id)
            journal.note(connection, now, f"user:{name}", f"is called {full_name}", who=by)
            plans.call_anew(connection, row.full_name, full_name)  # or they could verify what they made
        after = {"roles": _ordered(roles), "unit": unit, "full_texts": full_texts}
        users.save(connection, row, full_name=full_name, **after)
        if after != {"roles": _ordered(row.roles), "unit": row.unit, "full_texts": row.full_texts}:
            journal.note(connection, now, f"user:{name}", f"is now {_said(roles, unit, full_texts)}", who=by)
            sessions.end_all(connection, now, row.id)


def disable(database: Database, now: datetime, name: str, *, seen: str | None, by: str) -> bool:
    """Send a user away at once; False where they were away already. NoSuchUser, LastAdmin, ChangedMeanwhile."""
    with database.writing() as connection:
        row = _the(connection, name)
        require_unchanged(seen, seen_of(row), f"user {name}")
        if row.disabled_at is not None:
            return False
        _require_another_admin(connection, row)
        users.save(connection, row, disabled_at=now)
        sessions.end_all(connection, now, row.id)
        journal.note(connection, now, f"user:{name}", "not let in any more", who=by)
    return True


def enable(database: Database, now: datetime, name: str, *, seen: str | None, by: str) -> bool:
    """Let a user in again, with the password they had; False where they were never away."""
    with database.writing() as connection:
        row = _the(connection, name)
        require_unchanged(seen, seen_of(row), f"user {name}")
        if row.disabled_at is None:
            return False
        users.save(connection, row, disabled_at=None)
        journal.note(connection, now, f"user:{name}", "let in again", who=by)
    return True


def set_password(
    database: Database, now: datetime, name: str, password: str, *, must_change: bool, by: str
) -> None:
    """Another password (its hash), set for them by somebody else; all their sessions end. NoSuchUser."""
    with database.writing() as connection:
        row = _the(connection, name)
        users.save(connection, row, password=password, password_at=now, must_change=must_change)
        sessions.end_all(connection, now, row.id)
        journal.note(connection, now, f"user:{name}", "was given a new password", who=by)


def change_own_password(
    database: Database, now: datetime, name: str, password: str, *, was: str, by: str
) -> None:
    """Another password (its hash) of their own choice; all their sessions end. `was` is the hash that was checked.

    ChangedMeanwhile where somebody set another one since.
    """
    with database.writing() as connection:
        row = _the(connection, name)
        require_unchanged(was, row.password, "the password")
        users.save(connection, row, password=password, password_at=now, must_change=False)
        sessions.end_all(connection, now, row.id)
        journal.note(connection, now, f"user:{name}", "changed the password", who=by)


def choose_language(database: Database, now: datetime, name: str, language: str, *, by: str) -> None:
    """In which language the board speaks to them."""
    with database.writing() as connection:
        row = _the(connection, name)
        if row.language != language:
            users.save(connection, row, language=language)
            journal.note(connection, now, f"user:{name}", f"chose the language {language}", who=by)


def end_sessions(database: Database, now: datetime, name: str, *, but: str = "", by: str) -> int:
    """End all their sessions, except that of the token `but`; returns how many. NoSuchUser."""
    with database.writing() as connection:
        row = _the(connection, name)
        if ended := sessions.end_all(connection, now, row.id, but=but):
            journal.note(connection, now, f"user:{name}", f"sessions ended: {ended}", who=by)
    return ended


def held_back(database: Database, now: datetime, name: str) -> bool:
    """Note that logins with this name are refused for a while; False where it is nobody's name."""
    with database.writing() as connection:
        if users.named(connection, name) is None:
            return False
        journal.note(connection, now, f"user:{name}", "logins held back after wrong passwords")
    return True


def _the(connection: Connection, name: str) -> Any:
    row = users.named(connection, name)
    if row is None:
        raise NoSuchUser(f"nobody on the board is called {name!r}", cure="ig-worker board user list")
    return row


def _require_free(connection: Connection, name: str, full_name: str, but: int = 0) -> None:
    for row in users.listed(connection):
        if row.name == name:
            raise _taken(name)
        if row.id != but and letters_of(row.full_name) == letters_of(full_name):
            raise NameTaken(
                f"user {row.name!r} has the full name {row.full_name!r} already",
                cure="add something that tells the two apart: the journal knows people by it",
            )


def _taken(name: str) -> NameTaken:
    taken = NameTaken(f"user {name!r} is there already", cure="ig-worker board user list shows who there is")
    taken.is_login = True
    return taken


def _require_another_admin(connection: Connection, row: Any) -> None:
    """LastAdmin where `row` is an active administrator and nobody else is."""
    active = {other.id for other in users.locked(connection) if _is_active_admin(other)}
    if active == {row.id}:
        raise LastAdmin(f"{row.name!r} is the last administrator", cure="make somebody else admin first")


def _is_active_admin(row: Any) -> bool:
    return Role.ADMIN in row.roles and row.disabled_at is None


def _ordered(roles: Collection[str]) -> list[str]:
    return [role.value for role in Role if role in roles]


def _said(roles: Collection[str], unit: str, full_texts: bool) -> str:
    return (
        ", ".join(_ordered(roles))
        + (f"; unit {unit}" if unit else "")
        + ("; full texts" if full_texts else "")
    )
