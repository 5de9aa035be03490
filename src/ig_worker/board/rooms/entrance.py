"""Coming in and leaving."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from ig_worker.board import passwords
from ig_worker.board.cookies import HOURS, SESSION, VISITOR, new_mark, shelved
from ig_worker.board.visit import NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.store import sessions, users


def login_page(visit: Visit) -> Response:
    """The form to log in; who is in already goes on."""
    if visit.user_or_nobody is not None:
        return visit.go(visit.asked("ke", "/"))
    return visit.page("login.html", to=visit.asked("ke"), name="", wrong="")


def login(visit: Visit) -> Response:
    """Check name and password, and begin a new session; the old mark of this browser is worth nothing then."""
    name, password = visit.said("name").lower(), str(visit.form.get("password", ""))
    office, now = visit.office, visit.office.now()
    with office.database.reading() as connection:
        row = users.named(connection, name)
    # A name that is not there takes as long as one that is.
    right = passwords.is_right(row.password if row is not None else _NOBODYS, password)
    if row is None or not right or row.disabled_at is not None:
        return visit.page("login.html", 401, to=visit.said("ke"), name=name, wrong="login.wrong")
    mark = new_mark()
    browser = visit.request.headers.get("user-agent", "")[:200]
    with office.database.writing() as connection:
        sessions.begin(connection, shelved(mark), row.id, now, now + timedelta(hours=HOURS), browser)
    response = visit.go(visit.said("ke") or "/")
    visit.cookies.put(response, SESSION, mark)
    visit.cookies.drop(response, VISITOR)
    return response


def logout(visit: Visit) -> Response:
    """End this session."""
    with visit.office.database.writing() as connection:
        sessions.end(connection, visit.office.now(), token=shelved(visit.mark))
    response = visit.go("/masuk", "login.left", NOTE)
    visit.cookies.drop(response, SESSION)
    return response


_NOBODYS = passwords.hashed(new_mark())

WAYS = (
    get("/masuk", login_page, None),
    post("/masuk", login, None),
    post("/keluar", logout, Right.BE_HERE),
)
