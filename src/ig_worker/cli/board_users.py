"""Who may use the board: ``board user``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, named, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_table
from ig_worker.domain.rights import Role
from ig_worker.domain.text import clean
from ig_worker.domain.user_rules import LONGEST, NAME_ALLOWED, SHORTEST, is_user_name, why_no_password

if TYPE_CHECKING:
    from ig_worker.config import Settings

BY = "command line"
"""Who the journal says it was: whoever has the machine."""

_WHY_NOT = {
    "short": f"the password is too short: {SHORTEST} letters or more are needed",
    "long": f"the password is too long: {LONGEST} letters at most",
    "name": "the password is the user's own name",
    "common": "the password is one of those that everybody tries first",
}
_HOW = "several words that nobody else would put together make a good one; --generate makes one"

generated = click.option("--generate", is_flag=True, help="Have a password made, and show it once.")


def _name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not is_user_name(value):
        raise click.BadParameter(f"found {value!r}; allowed: {NAME_ALLOWED}")
    return value


a_name = click.argument("name", callback=_name)


@click.group()
def user() -> None:
    """Who may use the board, and as what."""


@user.command("add")
@a_name
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="What they are; may be given several times.",
)
@click.option("--full-name", help="As the planning sheet and the journal call them; without it: NAME.")
@click.option("--unit", default="", help="Whose cases and messages a penanggung_jawab sees.")
@click.option(
    "--full-texts/--no-full-texts",
    default=None,
    help="Names and numbers in messages are not masked for them; without it: for keluhan.",
)
@generated
@pass_desk
def add_user(
    desk: Desk,
    name: str,
    roles: tuple[str, ...],
    full_name: str | None,
    unit: str,
    full_texts: bool | None,
    generate: bool,
) -> None:
    """Let somebody in.

    The password is asked for twice on a terminal, or is the first line of standard input. Where that is empty, one is
    made, shown once, and has to be changed at the first login.
    """
    from ig_worker.flows import user_book

    called = _full_name(full_name if full_name is not None else name)
    unit = _unit(desk.settings, unit)
    with desk.database() as database:
        password, is_made = _password(name, called, generate=generate)
        number = user_book.add(
            database,
            desk.now(),
            name,
            _hashed(password),
            full_name=called,
            roles=roles,
            unit=unit,
            full_texts=full_texts,
            must_change=is_made,
            by=BY,
        )
    click.echo(f"User {number} {name} ({called}) may come in as {', '.join(roles)}.")
    _show(password, is_made)


@user.command("list")
@as_json
@pass_desk
def list_users(desk: Desk, as_json: bool) -> None:
    """Everybody who may use the board, and who may not any more."""
    from ig_worker.store import sessions, users

    now = desk.now()
    with desk.database() as database, database.reading() as connection:
        rows = [(row, len(sessions.open_of(connection, row.id, now))) for row in users.listed(connection)]
    if as_json:
        show_document([_document(desk, row, there) for row, there in rows])
        return
    show_table(
        ["name", "full name", "roles", "unit", "full texts", "sessions", "state"],
        [
            [
                row.name,
                row.full_name,
                ", ".join(row.roles),
                row.unit,
                "yes" if row.full_texts else "no",
                str(there),
                _state(row),
            ]
            for row, there in rows
        ],
    )


@user.command("disable")
@a_name
@click.option("--enable", is_flag=True, help="Let them in again instead.")
@pass_desk
def disable_user(desk: Desk, name: str, enable: bool) -> None:
    """Send somebody away: their sessions end at once, what they did keeps their name."""
    from ig_worker.flows import user_book

    with desk.database() as database:
        move = user_book.enable if enable else user_book.disable
        moved = move(database, desk.now(), name, seen=None, by=BY)
    state = "may come in again" if enable else "may not come in any more"
    click.echo(f"User {name} {state}." if moved else f"User {name} {state}: that was so already.")


@user.command("password")
@a_name
@generated
@pass_desk
def give_password(desk: Desk, name: str, generate: bool) -> None:
    """Give somebody another password; their sessions end."""
    from ig_worker.flows import user_book
    from ig_worker.store import users

    with desk.database() as database:
        with database.reading() as connection:
            row = users.named(connection, name)
        password, is_made = _password(name, row.full_name if row is not None else name, generate=generate)
        user_book.set_password(database, desk.now(), name, _hashed(password), must_change=is_made, by=BY)
    click.echo(f"User {name} has another password; all their sessions have ended.")
    _show(password, is_made)


def _password(name: str, full_name: str, *, generate: bool) -> tuple[str, bool]:
    """A password, and whether it was made here."""
    given = "" if generate else _asked_for() if _is_terminal() else _piped()
    if not given:
        from ig_worker.board import passwords

        return passwords.made(), True
    if (why := why_no_password(given, name, full_name)) is not None:
        raise NotDone(_WHY_NOT[why], cure=_HOW)
    return given, False


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _asked_for() -> str:
    said: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
    return said


def _piped() -> str:
    """The first line of standard input; empty where there is none."""
    if sys.stdin is None:
        return ""
    try:
        first, second = (sys.stdin.readline(4096).rstrip("\r\n") for _ in range(2))
    except UnicodeDecodeError:
        raise NotDone("the password on standard input is no text in UTF-8") from None
    if second not in {"", first}:
        raise NotDone("the two passwords on standard input differ", cure="nothing was changed")
    return first


def _hashed(password: str) -> str:
    from ig_worker.board import passwords

    return passwords.hashed(password)


def _show(password: str, is_made: bool) -> None:
    if is_made:
        click.echo(f"Password: {password}\nIt is shown this once, and has to be changed at the first login.")


def _full_name(said: str) -> str:
    try:
        return named(said)
    except click.BadParameter:
        raise click.BadParameter("a name of 1 to 80 letters is needed", param_hint="'--full-name'") from None


def _unit(settings: Settings, said: str) -> str:
    unit = " ".join(clean(said).split())[:80]
    known = settings.known_units
    for name in known:
        if name.casefold() == unit.casefold():
            return name
    if unit:
        click.echo(f"ig-worker: no topic goes to a unit {unit!r}; there are: {', '.join(known)}", err=True)
    return unit


def _state(row: Any) -> str:
    if row.disabled_at is not None:
        return "disabled"
    return "must change the password" if row.must_change else "active"


def _document(desk: Desk, row: Any, there: int) -> dict[str, Any]:
    return {
        "name": row.name,
        "full_name": row.full_name,
        "roles": row.roles,
        "unit": row.unit or None,
        "full_texts": row.full_texts,
        "language": row.language,
        "must_change": row.must_change,
        "disabled_at": desk.iso(row.disabled_at),
        "made_at": desk.iso(row.made_at),
        "password_at": desk.iso(row.password_at),
        "sessions": there,
    }
