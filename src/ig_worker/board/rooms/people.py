"""Who may use the board: let in, given other roles, sent away, given a new password."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from ig_worker.board import passwords
from ig_worker.board.browsers import in_words
from ig_worker.board.visit import BAD, NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.journal_words import in_indonesian
from ig_worker.domain.people import is_named
from ig_worker.domain.rights import Right, Role
from ig_worker.domain.seen import ChangedMeanwhile
from ig_worker.domain.user_rules import is_user_name
from ig_worker.flows import user_book
from ig_worker.flows.user_book import LastAdmin, NameTaken
from ig_worker.store import journal, sessions, users

LIST = "/pengaturan/pengguna"
NEWEST_LINES = 50


def everybody(visit: Visit) -> Response:
    """All users, those who may come in first."""
    now = visit.office.now()
    with visit.office.database.reading() as connection:
        there = sessions.counted(connection, now)
        rows = users.listed(connection)
    lines = sorted(rows, key=lambda row: (row.disabled_at is not None, row.full_name.casefold()))
    return visit.page("users.html", users=lines, there=there, roles=list(Role))


def new_page(visit: Visit) -> Response:
    """The form for somebody new."""
    typed = {"name": "", "full_name": "", "roles": [], "unit": "", "full_texts": ""}
    return visit.page("user_new.html", **_choices(visit, ""), typed=typed, wrong={})


def let_in(visit: Visit) -> Response:
    """Somebody new; the password is made here and shown this once."""
    typed = {**_typed(visit), "name": visit.said("name").lower()}
    wrong = _wrong(typed)
    if not is_user_name(typed["name"]):
        wrong["name"] = "users.name_wrong"
    if not wrong:
        password = passwords.made()
        try:
            user_book.add(
                visit.office.database,
                visit.office.now(),
                typed["name"],
                passwords.hashed(password),
                full_name=typed["full_name"],
                roles=typed["roles"],
                unit=typed["unit"],
                full_texts={"1": True, "0": False}.get(typed["full_texts"]),
                must_change=True,
                by=visit.user.full_name,
            )
            return visit.page(
                "user_password.html", name=typed["name"], full_name=typed["full_name"], made=password
            )
        except NameTaken as error:
            wrong["name" if error.is_login else "full_name"] = "users.taken"
    return visit.page("user_new.html", 422, **_choices(visit, typed["unit"]), typed=typed, wrong=wrong)


def one(visit: Visit) -> Response:
    """One user, and what an administrator can do about them."""
    return _page(visit, _row(visit))


def change(visit: Visit) -> Response:
    """Other roles, another unit or name."""
    row, typed = _row(visit), _typed(visit)
    wrong = _wrong(typed)
    if not wrong:
        try:
            user_book.change(
                visit.office.database,
                visit.office.now(),
                row.name,
                full_name=typed["full_name"],
                roles=typed["roles"],
                unit=typed["unit"],
                full_texts=typed["full_texts"] == "1",
                seen=visit.said("seen"),
                by=visit.user.full_name,
            )
            return visit.go(_address(row), "users.changed", name=typed["full_name"])
        except NameTaken:
            wrong["full_name"] = "users.taken"
        except LastAdmin:
            wrong["roles"] = "users.last_admin"
        except ChangedMeanwhile:
            return _page(visit, _row(visit), 409, typed=typed, trouble="error.changed")
    return _page(visit, row, 422, typed=typed, wrong=wrong)


def send_away(visit: Visit) -> Response:
    """They may not come in any more, from now on."""
    row = _row(visit)
    try:
        user_book.disable(
            visit.office.database,
            visit.office.now(),
            row.name,
            seen=visit.said("seen"),
            by=visit.user.full_name,
        )
    except LastAdmin:
        return visit.go(_address(row), "users.last_admin", BAD)
    except ChangedMeanwhile:
        return visit.go(_address(row), "error.changed", BAD)
    return visit.go(_address(row), "users.sent_away", NOTE, name=row.full_name)


def let_in_again(visit: Visit) -> Response:
    """They may come in again, with the password they had."""
    row = _row(visit)
    try:
        user_book.enable(
            visit.office.database,
            visit.office.now(),
            row.name,
            seen=visit.said("seen"),
            by=visit.user.full_name,
        )
    except ChangedMeanwhile:
        return visit.go(_address(row), "error.changed", BAD)
    return visit.go(_address(row), "users.let_in_again", name=row.full_name)


def new_password(visit: Visit) -> Response:
    """A password for somebody who has forgotten theirs, shown this once."""
    row, password = _row(visit), passwords.made()
    user_book.set_password(
        visit.office.database,
        visit.office.now(),
        row.name,
        passwords.hashed(password),
        must_change=True,
        by=visit.user.full_name,
    )
    return visit.page("user_password.html", name=row.name, full_name=row.full_name, made=password)


def end_sessions(visit: Visit) -> Response:
    """Log them out everywhere, for a telephone that was lost."""
    row = _row(visit)
    ended = user_book.end_sessions(
        visit.office.database, visit.office.now(), row.name, by=visit.user.full_name
    )
    return visit.go(_address(row), "users.logged_out", NOTE, many=ended, name=row.full_name)


def _row(visit: Visit) -> Any:
    with visit.office.database.reading() as connection:
        row = users.numbered(connection, visit.number())
    if row is None:
        raise HTTPException(404)
    return row


def _address(row: Any) -> str:
    return f"{LIST}/{row.id}"


def _page(visit: Visit, row: Any, status: int = 200, **more: Any) -> Response:
    with visit.office.database.reading() as connection:
        entries = journal.of(connection, f"user:{row.name}")[-NEWEST_LINES:]
        there = sessions.open_of(connection, row.id, visit.office.now())
    typed = more.get("typed") or {
        "full_name": row.full_name,
        "roles": row.roles,
        "unit": row.unit,
        "full_texts": "1" if row.full_texts else "0",
    }
    said = [
        {"at": entry.at, "who": entry.who, "what": in_indonesian(entry.what)} for entry in reversed(entries)
    ]
    return visit.page(
        "user.html",
        status,
        row=row,
        seen=user_book.seen_of(row),
        sessions=[{"begun_at": each.begun_at, "browser": in_words(each.browser)} for each in there],
        journal=said,
        **_choices(visit, typed["unit"]),
        **{"wrong": {}, "trouble": "", **more, "typed": typed},
    )


def _choices(visit: Visit, unit: str) -> dict[str, Any]:
    known = visit.office.settings.known_units
    units = known if unit in {"", *known} else (*known, unit)
    return {"roles": list(Role), "units": [(each, each) for each in units]}


def _typed(visit: Visit) -> dict[str, Any]:
    return {
        "full_name": " ".join(visit.said("full_name").split()),
        "roles": [role.value for role in Role if role.value in visit.all_said("roles")],
        "unit": visit.said("unit"),
        "full_texts": visit.said("full_texts"),
    }


def _wrong(typed: dict[str, Any]) -> dict[str, str]:
    wrong = {}
    if not is_named(typed["full_name"]) or len(typed["full_name"]) > 80:
        wrong["full_name"] = "users.full_name_wrong"
    if not typed["roles"]:
        wrong["roles"] = "users.roles_wrong"
    if len(typed["unit"]) > 80:
        wrong["unit"] = "users.unit_wrong"
    return wrong


WAYS = (
    get(LIST, everybody, Right.MANAGE_USERS),
    get(f"{LIST}/baru", new_page, Right.MANAGE_USERS),
    post(f"{LIST}/baru", let_in, Right.MANAGE_USERS),
    get(f"{LIST}/{{number}}", one, Right.MANAGE_USERS),
    post(f"{LIST}/{{number}}/ubah", change, Right.MANAGE_USERS),
    post(f"{LIST}/{{number}}/tutup", send_away, Right.MANAGE_USERS),
    post(f"{LIST}/{{number}}/buka", let_in_again, Right.MANAGE_USERS),
    post(f"{LIST}/{{number}}/sandi", new_password, Right.MANAGE_USERS),
    post(f"{LIST}/{{number}}/keluarkan", end_sessions, Right.MANAGE_USERS),
)
