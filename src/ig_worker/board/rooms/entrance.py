"""Coming in and leaving."""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import cache
from typing import Any

from starlette.responses import Response

from ig_worker.board import passwords
from ig_worker.board.cookies import DEVICE, DEVICE_SECONDS, HOURS, SESSION, VISITOR, new_mark, shelved
from ig_worker.board.throttle import Held, keys_of
from ig_worker.board.visit import NOTE, Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.flows import user_book
from ig_worker.store import sessions, users

log = logging.getLogger(__name__)


def login_page(visit: Visit) -> Response:
    """The form to log in; who is in already goes on."""
    if visit.user_or_nobody is not None:
        return visit.go(visit.asked("ke", "/"))
    return visit.page("login.html", to=visit.asked("ke"), name="", wrong="", minutes=0)


def login(visit: Visit) -> Response:
    """Check name and password, and begin a new session; the old mark of this browser is worth nothing then."""
    name, password = visit.said("name").lower()[:80], str(visit.form.get("password", ""))
    device = _device_of(visit, name)
    keys = keys_of(name, visit.address, device)
    try:
        waits_from_now = visit.office.throttle.attempt(keys, visit.office.now())
    except Held as held:
        return _held(visit, name, held)
    with visit.office.database.reading() as connection:
        row = users.named(connection, name)
    # A name that is not there takes as long as one that is.
    right = passwords.is_right(row.password if row is not None else _nobodys(), password)
    if row is None or not right or row.disabled_at is not None:
        if waits_from_now:
            _tell(visit, name)
        return visit.page("login.html", 401, to=visit.said("ke"), name=name, wrong="login.wrong", minutes=0)
    visit.office.throttle.forgive(keys)
    if passwords.is_outdated(row.password):
        with visit.office.database.writing() as connection:
            users.save(connection, row, password=passwords.hashed(password))
    response = visit.go(visit.said("ke") or "/")
    begin_session(visit, response, row)
    visit.cookies.put(response, DEVICE, f"{name}:{device or new_mark()}", DEVICE_SECONDS)
    return response


def begin_session(visit: Visit, response: Response, row: Any) -> None:
    """A session of this user (a row of ``users``) in this browser, under a new mark; the browser's old one ends."""
    mark, now = new_mark(), visit.office.now()
    browser = visit.request.headers.get("user-agent", "")[:200]
    with visit.office.database.writing() as connection:
        if visit.mark:
            sessions.end(connection, now, token=shelved(visit.mark))
        sessions.begin(connection, shelved(mark), row.id, now, now + timedelta(hours=HOURS), browser)
    visit.cookies.put(response, SESSION, mark)
    visit.cookies.drop(response, VISITOR)


def logout(visit: Visit) -> Response:
    """End this session."""
    with visit.office.database.writing() as connection:
        sessions.end(connection, visit.office.now(), token=shelved(visit.mark))
    response = visit.go("/masuk", "login.left", NOTE)
    visit.cookies.drop(response, SESSION)
    return response


def _device_of(visit: Visit, name: str) -> str:
    """The mark of this browser, where somebody has logged in with this name before; else empty."""
    known, _, mark = visit.cookies.read(visit.request, DEVICE).rpartition(":")
    return mark if known == name else ""


def _held(visit: Visit, name: str, held: Held) -> Response:
    minutes = -(-held.seconds // 60)
    response = visit.page(
        "login.html", 429, to=visit.said("ke"), name=name, wrong="login.held", minutes=minutes
    )
    response.headers["Retry-After"] = str(held.seconds)
    return response


def _tell(visit: Visit, name: str) -> None:
    # What is nobody's name may be a password, typed in the wrong field.
    if user_book.held_back(visit.office.database, visit.office.now(), name):
        log.warning(
            "logins of user %s are held back after wrong passwords, the last from %s", name, visit.address
        )
    else:
        log.warning("logins with a name that is nobody's are held back, the last from %s", visit.address)


@cache
def _nobodys() -> str:
    return passwords.hashed(new_mark())


WAYS = (
    get("/masuk", login_page, None),
    post("/masuk", login, None),
    post("/keluar", logout, Right.BE_HERE),
)
