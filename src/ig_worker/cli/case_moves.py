"""What people do with a case: every move with who made it."""

from __future__ import annotations

import click

from ig_worker.cli.cases import cases, find, the_case
from ig_worker.cli.desk import Desk, by_person, pass_desk
from ig_worker.cli.failing import NotDone, require_saved
from ig_worker.domain.case import Event, apply
from ig_worker.domain.machine import ImpossibleMove


@cases.command()
@the_case
@by_person
@pass_desk
def ack(desk: Desk, number: str, by: str) -> None:
    """Somebody has read the case and takes it on."""
    _move(desk, number, by, Event.ACKNOWLEDGE, "acknowledged")


@cases.command()
@the_case
@by_person
@pass_desk
def resolve(desk: Desk, number: str, by: str) -> None:
    """The case has been dealt with."""
    _move(desk, number, by, Event.RESOLVE, "resolved")


@cases.command()
@the_case
@click.argument("text")
@by_person
@pass_desk
def note(desk: Desk, number: str, text: str, by: str) -> None:
    """Write a line into the case's history: what was found out, what was answered."""
    from ig_worker.domain.text import clean
    from ig_worker.store import journal

    written = clean(text).strip()
    if not written:
        raise click.UsageError("TEXT: found nothing; allowed: a line of text")
    with desk.database() as database, database.writing() as connection:
        find(connection, number)
        journal.note(connection, desk.now(), f"case:{number}", f"note: {written}", who=by)
    click.echo(f"Noted in {number}.")


def _move(desk: Desk, number: str, by: str, event: Event, what: str) -> None:
    from ig_worker.store import cases as shelf

    now = desk.now()
    with desk.database() as database, database.writing() as connection:
        case = find(connection, number)
        try:
            after = apply(case.case, event, now)
        except ImpossibleMove as error:
            raise NotDone(
                f"case {number} is {error.state.value}: {event.value} is not possible any more",
                cure=f"ig-worker cases show {number} tells what happened to it",
            ) from None
        require_saved(shelf.save(connection, case, after, now, what, who=by), f"case {number}")
    click.echo(f"Case {number} is {after.status.value}.")
