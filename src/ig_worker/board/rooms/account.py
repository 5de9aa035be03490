"""My own account: who I am on the board, my language, my password, and where I am logged in."""

from __future__ import annotations

from starlette.responses import Response

from ig_worker.board import passwords, texts
from ig_worker.board.browsers import in_words
from ig_worker.board.cookies import shelved
from ig_worker.board.rooms.entrance import begin_session
from ig_worker.board.throttle import BY_NAME, Held
from ig_worker.board.visit import Visit
from ig_worker.board.ways import get, post
from ig_worker.domain.rights import Right
from ig_worker.domain.user_rules import LONGEST, SHORTEST, why_no_password
from ig_worker.flows import user_book
from ig_worker.store import sessions, users


def account(visit: Visit) -> Response:
    """What the board knows of me."""
    with visit.office.database.reading() as connection:
        there = sessions.open_of(connection, visit.user.id, visit.office.now())
    mine = shelved(visit.mark)
    lines = [
        {"begun_at": row.begun_at, "browser": in_words(row.browser), "is_this": row.token == mine}
        for row in there
    ]
    return visit.page("account.html", sessions=sorted(lines, key=lambda line: not line["is_this"]))


def choose_language(visit: Visit) -> Response:
    """Indonesian or English."""
    language = visit.said("bahasa")
    if language in texts.LANGUAGES:
        user_book.choose_language(
            visit.office.database, visit.office.now(), visit.user.name, language, by=visit.user.full_name
        )
    return visit.go("/akun", "account.language_chosen")


def leave_elsewhere(visit: Visit) -> Response:
    """End my sessions on all other devices."""
    ended = user_book.end_sessions(
        visit.office.database,
        visit.office.now(),
        visit.user.name,
        but=shelved(visit.mark),
        by=visit.user.full_name,
    )
    return visit.go("/akun", "account.left_elsewhere" if ended else "account.nowhere_else", many=ended)


def password_page(visit: Visit) -> Response:
    """The form for another password."""
    return _form(visit)


def change_password(visit: Visit) -> Response:
    """Another password; every session ends, and this browser gets a new one."""
    office, now = visit.office, visit.office.now()
    was, new, again = (str(visit.form.get(name, "")) for name in ("lama", "baru", "ulang"))
    keys = [(f"own:{visit.user.id}", BY_NAME)]
    try:
        office.throttle.attempt(keys, now)
    except Held as held:
        response = _form(visit, 429, lama="account.held", minutes=-(-held.seconds // 60))
        response.headers["Retry-After"] = str(held.seconds)
        return response
    with office.database.reading() as connection:
        row = users.numbered(connection, visit.user.id)
    if row is None or not passwords.is_right(row.password, was):
        return _form(visit, 422, lama="account.wrong_password")
    office.throttle.forgive(keys)
    if (why := why_no_password(new, row.name, row.full_name)) is not None:
        return _form(visit, 422, baru=f"password.{why}")
    if new == was:
        return _form(visit, 422, baru="password.same")
    if new != again:
        return _form(visit, 422, ulang="password.differ")
    kept = passwords.hashed(new)
    user_book.change_own_password(
        office.database, now, row.name, kept, was=row.password, by=visit.user.full_name
    )
    response = visit.go("/akun", "account.password_changed")
    begin_session(visit, response, row)
    return response


def _form(visit: Visit, status: int = 200, minutes: int = 0, **wrong: str) -> Response:
    return visit.page(
        "password.html", status, wrong=wrong, minutes=minutes, shortest=SHORTEST, longest=LONGEST
    )


WAYS = (
    get("/akun", account, Right.BE_HERE),
    post("/akun/bahasa", choose_language, Right.BE_HERE),
    post("/akun/keluar-lainnya", leave_elsewhere, Right.BE_HERE),
    get("/akun/sandi", password_page, Right.BE_HERE),
    post("/akun/sandi", change_password, Right.BE_HERE),
)
