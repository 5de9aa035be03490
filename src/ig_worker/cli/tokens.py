"""The access token: how it stands, a fresh one, and a new one from a person's login."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document, show_table
from ig_worker.domain.errors import IgWorkerError, Refused, SeveralFailed, Unavailable
from ig_worker.domain.token_life import days_left, missing

if TYPE_CHECKING:
    from ig_worker.bootstrap import House

LONGEST = 10_000
"""Characters that are read of what should be a token."""


@click.group()
def token() -> None:
    """The access token."""


@token.command("status")
@as_json
@pass_desk
def token_status(desk: Desk, as_json: bool) -> None:
    """How each account's token stands: until when it lasts, what it may do, whether Instagram takes it."""
    from ig_worker.store import tokens

    with desk.database() as database, database.reading() as connection:
        known = {name: tokens.about(connection, name) for name in desk.settings.accounts}
    documents = [_document(desk, name, row) for name, row in known.items()]
    if as_json:
        show_document(documents)
        return
    show_table(
        ("Account", "Token until", "Days left", "Data access until", "Refused since", "Missing permissions"),
        [
            (
                name,
                (desk.shown(row.expires_at) if row is not None else "") or _unknown(desk, name, row),
                document["days_left"],
                desk.shown(row.data_access_expires_at) if row is not None else "",
                desk.shown(row.refused_at) + (f" ({row.refused_as})" if row.refused_at else "")
                if row is not None
                else "",
                ", ".join(document["missing_scopes"] or ()),
            )
            for (name, row), document in zip(known.items(), documents, strict=True)
        ],
        below=("Missing permissions",),
    )


def _unknown(desk: Desk, name: str, row: Any) -> str:
    if row is not None and row.checked_at is not None and desk.settings.account(name).login == "facebook":
        return "no last day"
    return "not known before its first refresh"


def _document(desk: Desk, name: str, row: Any) -> dict[str, Any]:
    now, login = desk.now(), desk.settings.account(name).login
    scopes = sorted(scope for scope in (row.scopes if row is not None else "").split(",") if scope)

    def moment(column: str) -> datetime | None:
        found: datetime | None = getattr(row, column) if row is not None else None
        return found

    end = moment("expires_at")
    return {
        "account": name,
        "expires_at": desk.iso(end),
        "days_left": days_left(end, now) if end is not None else None,
        "data_access_expires_at": desk.iso(moment("data_access_expires_at")),
        "refused_at": desk.iso(moment("refused_at")),
        "refused_as": (row.refused_as or None) if row is not None else None,
        "adopted_at": desk.iso(moment("adopted_at")),
        "refreshed_at": desk.iso(moment("refreshed_at")),
        "proved_at": desk.iso(moment("proved_at")),
        "checked_at": desk.iso(moment("checked_at")),
        "scopes": scopes or None,
        "missing_scopes": list(missing(login, scopes)) if scopes else None,
    }


@token.command()
@of_account
@pass_desk
def refresh(desk: Desk, account: str | None) -> None:
    """Fetch a fresh token now and keep it in the database; the present one must be a day old.

    A token that Instagram refused is tried once more; where it is taken again, the account goes on.
    """
    failed: list[IgWorkerError] = []
    with desk.house() as house:
        for name in desk.accounts(account):
            try:
                click.echo(f"{name}: {_refreshed(desk, house, name)}")
            except IgWorkerError as error:
                # One account's trouble is not the others'.
                failed.append(
                    NotDone(
                        f"{name}: {error}" if len(desk.accounts(account)) > 1 else str(error), cure=error.cure
                    )
                )
    if len(failed) > 1:
        for each in failed:
            click.echo(f"{each}", err=True)
        raise SeveralFailed(failed)
    if failed:
        raise failed[0]


def _refreshed(desk: Desk, house: House, name: str) -> str:
    """Refresh one; what is to be said of it."""
    from ig_worker.store import tokens

    was_stopped = house.live.stopped(name)
    again = "Instagram takes its token again, and its jobs go on"
    try:
        kept = house.token_keeper(name, at_any_time=True).refresh_now()
    except Unavailable:
        with house.database.reading() as connection:
            row = tokens.about(connection, name)
        if house.live.stopped(name) or row is None:
            raise
        said = again if was_stopped else "valid; a Page token has no last day, so there is nothing to refresh"
        data = desk.shown(row.data_access_expires_at)
        return said + (f"; Meta gives its data until {data}." if data else ".")
    except Refused:
        if was_stopped and not house.live.stopped(name):
            return f"{again}. It could not be refreshed now; the worker tries again by itself."
        raise
    lasts = f"it lasts until {desk.shown(kept.expires_at) or 'a day that Meta did not say'}"
    return f"refreshed; {lasts}." + (f" {again.capitalize()}." if was_stopped else "")


@token.command()
@of_account
@click.option(
    "--short",
    is_flag=False,
    flag_value="-",
    default=None,
    metavar="",
    help="Ask for the short-lived token without showing it; from another program it is read from standard input.",
)
@click.option(
    "--short-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read it from this file.",
)
@click.argument("seen", nargs=-1, metavar="")
@pass_desk
def exchange(
    desk: Desk, account: str | None, short: str | None, short_file: Path | None, seen: tuple[str, ...]
) -> None:
    """Exchange a fresh login's short-lived token for a long one, try it, and keep it in the database.

    The token is asked for, or read from standard input or a file: never given as an argument, where every
    program on this machine could read it. With Facebook Login the Page's own token is taken and kept.
    """
    if seen or short not in (None, "-"):
        raise click.UsageError(
            "a token must not stand in the command line, where others can see it (process list, history of the "
            "shell): regard this one as seen, and make another; then run this again without it, and paste the "
            "token when asked"
        )
    if short is not None and short_file is not None:
        raise click.UsageError("only one of --short and --short-file")
    name = desk.account(account)
    with desk.database():  # what is wrong with it is said before anybody looks for a token
        value = _given(short_file)
    from ig_worker.flows.tokens.exchanging import Whose, exchange

    said = desk.settings.account(name)
    whose = Whose(
        name, said.login, said.ig_user_id, said.page_id, said.app_id, said.access_token.get_secret_value()
    )
    with desk.house() as house:
        found = exchange(
            whose,
            value,
            house.instagram(name),
            house.tokens,
            house.database,
            house.clock,
            house.outbox,
            desk.settings.zone,
        )
    who = f"@{found.username}" if found.username else "Instagram is silent now; it is tried again by itself"
    page = f" with the Page {found.page}" if found.page else ""
    ends = f"until {desk.shown(found.expires_at)}" if found.expires_at else "no last day is known"
    click.echo(f"{name}: a new token is kept ({who}{page}); {ends}.")
    if found.data_access_expires_at:
        click.echo(f"Meta gives its data until {desk.shown(found.data_access_expires_at)}.")
    if found.lacking is None:
        click.echo("Which permissions it has, Meta did not tell.")
    elif found.lacking:
        click.echo(f"Missing permissions: {', '.join(found.lacking)}. Log in again and grant them.")
    else:
        click.echo("It has every permission that the worker uses.")
    if whose.configured:
        click.echo(
            "access_token in the configuration is not used any more; it may be removed. Another one pasted there wins."
        )


def _given(file: Path | None) -> str:
    """The short-lived token, from the file, the keyboard or standard input."""
    from ig_worker.logs import register_secret

    if file is not None:
        text = file.read_text("utf-8", "replace")[:LONGEST]
    elif sys.stdin.isatty():
        text = str(click.prompt("Short-lived token (it is not shown)", hide_input=True, err=True))
    else:
        text = sys.stdin.read(LONGEST)
    value = text.strip()
    register_secret(value)
    if not value:
        raise NotDone("no token was given", cure="paste it when asked, or pipe it in")
    if not value.isascii() or not value.isprintable() or " " in value:
        raise NotDone("this is not a token: one word of letters, digits and signs", cure="copy it again")
    return value


commands = (token,)
