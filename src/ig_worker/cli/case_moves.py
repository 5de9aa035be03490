"""What people do with a case from the command line: every move with who made it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from ig_worker.cli.cases import case_document, cases, find, the_case
from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.case import Severity
from ig_worker.domain.text import clean

if TYPE_CHECKING:
    from ig_worker.flows.casework.moves import Done, Mover
    from ig_worker.store.cases import StoredCase
    from ig_worker.store.database import Connection

    Move = Callable[[Connection, StoredCase, Mover], Done]

LONGEST = 4000
"""Letters of a text for the register: more than anybody can read in its cell."""


def _words(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """A text that people write for the register: something must stand in it."""
    if value is None:
        return None
    text = clean(value).strip()
    if not text:
        raise click.BadParameter("found nothing; allowed: a line of text")
    if len(text) > LONGEST:
        raise click.BadParameter(f"found {len(text)} letters; allowed: at most {LONGEST}")
    return text


@cases.command()
@the_case
@by_person
@as_json
@pass_desk
def ack(desk: Desk, number: str, by: str, as_json: bool) -> None:
    """Somebody has read the case and takes it on; once more does no harm."""
    from ig_worker.flows.casework import moves

    _move(desk, number, by, as_json, moves.acknowledge)


@cases.command()
@the_case
@click.option("--to", metavar="NAME", callback=_words, help="Who is in charge.")
@click.option("--unit", metavar="UNIT", help="The unit that answers for it; it is told.")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity], case_sensitive=False),
    help="How grave it is; darurat tells those on duty.",
)
@click.option(
    "--kind", type=click.Choice(("keluhan", "saran")), help="What it is after all, for the register."
)
@click.option("--plan", metavar="TEXT", callback=_words, help="What is to be done (rencana tindak lanjut).")
@by_person
@as_json
@pass_desk
def assign(
    desk: Desk,
    number: str,
    to: str | None,
    unit: str | None,
    severity: str | None,
    kind: str | None,
    plan: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Name who is in charge of a case, its unit, how grave it is, what kind it is, and what is planned."""
    if to is unit is severity is kind is plan is None:
        raise click.UsageError("nothing to assign; allowed: --to, --unit, --severity, --kind, --plan")
    from ig_worker.flows.casework import moves
    from ig_worker.flows.casework.assigning import Assigning

    orders = moves.Orders(
        to=None if to is None else one_line(to),
        unit=None if unit is None else _unit(desk, unit),
        severity=severity,
        plan=plan,
        label=kind,
    )
    with desk.planning() as planning:
        letters = Assigning(planning.outbox, desk.settings.zone)
    _move(desk, number, by, as_json, partial(moves.assign, orders=orders, letters=letters), done=_assigned)


def _unit(desk: Desk, said: str) -> str:
    """The unit's name as the configuration writes it."""
    units = {*desk.settings.units, *(topic.unit for topic in desk.settings.topics.values())} - {""}
    plain = said.strip().casefold().replace(" ", "_")
    for unit in units:
        if plain == unit.casefold().replace(" ", "_"):
            return unit
    raise click.UsageError(f'--unit: found "{said}"; allowed: {", ".join(sorted(units))}')


@cases.command()
@the_case
@by_person
@as_json
@pass_desk
def start(desk: Desk, number: str, by: str, as_json: bool) -> None:
    """Work on the case begins."""
    from ig_worker.flows.casework import moves

    _move(desk, number, by, as_json, moves.start)


@cases.command()
@the_case
@click.argument("text", callback=_words)
@click.option("--plan", is_flag=True, help="It is what is to be done (rencana tindak lanjut).")
@click.option("--follow-up", is_flag=True, help="It is what was done (tindak lanjut).")
@by_person
@as_json
@pass_desk
def note(desk: Desk, number: str, text: str, plan: bool, follow_up: bool, by: str, as_json: bool) -> None:
    """Write a line into the case's history: what was found out, what is planned, what was done.

    With --plan or --follow-up it stands in the register as well, below what stands there.
    """
    if plan and follow_up:
        raise click.UsageError("--plan and --follow-up are two notes; allowed: one of them at a time")
    from ig_worker.flows.casework import moves

    column = "plan" if plan else "follow_up" if follow_up else ""
    _move(
        desk,
        number,
        by,
        as_json,
        partial(moves.note, text=text, column=column),
        done=lambda found, number: (
            f"Noted in {number}." if found.changed else f"It stands in {number} already."
        ),
    )


@cases.command()
@the_case
@click.option(
    "--answer", metavar="TEXT", callback=_words, default=None, help="What the person was told (umpan balik)."
)
@click.option(
    "--follow-up", metavar="TEXT", callback=_words, default=None, help="What was done (tindak lanjut)."
)
@by_person
@as_json
@pass_desk
def resolve(
    desk: Desk, number: str, answer: str | None, follow_up: str | None, by: str, as_json: bool
) -> None:
    """The case has been dealt with.

    Without --answer, the register takes what the centre answered on Instagram or through inbox reply. Nothing is sent
    to the person. On a resolved case, --answer and --follow-up complete the register.
    """
    from ig_worker.flows.casework import moves

    _move(desk, number, by, as_json, partial(moves.resolve, answer=answer or "", follow_up=follow_up or ""))


@cases.command()
@the_case
@click.option(
    "--reason", metavar="TEXT", required=True, callback=_words, help="Why; it stands in the register."
)
@by_person
@as_json
@pass_desk
def reject(desk: Desk, number: str, reason: str, by: str, as_json: bool) -> None:
    """The case is no complaint about this centre, or none at all. It stays in the register with its number."""
    from ig_worker.flows.casework import moves

    _move(desk, number, by, as_json, partial(moves.reject, reason=reason))


@cases.command()
@the_case
@click.option("--into", metavar="NUMBER", required=True, help="The case in which it goes on.")
@by_person
@as_json
@pass_desk
def merge(desk: Desk, number: str, into: str, by: str, as_json: bool) -> None:
    """The case goes on in another one: what the person writes next joins that. Both keep their numbers."""
    from ig_worker.flows.casework import moves
    from ig_worker.flows.casework.assigning import Assigning

    other = into.strip().upper()
    with desk.planning() as planning:
        letters = Assigning(planning.outbox, desk.settings.zone)

    def move(connection: Connection, stored: StoredCase, mover: Mover) -> Done:
        return moves.merge(connection, stored, find(connection, other), mover, letters)

    _move(desk, number, by, as_json, move, done=lambda _found, number: f"Case {number} goes on in {other}.")


@cases.command()
@the_case
@click.option(
    "--reason", metavar="TEXT", required=True, callback=_words, help="Why; it stands in the history."
)
@by_person
@as_json
@pass_desk
def reopen(desk: Desk, number: str, reason: str, by: str, as_json: bool) -> None:
    """Take back that a case was resolved, rejected or merged; it is in progress again."""
    from ig_worker.flows.casework import moves

    _move(desk, number, by, as_json, partial(moves.reopen, reason=reason))


def _stands(found: Done, number: str) -> str:
    already = "" if found.changed else " already"
    return f"Case {number} is{already} {found.status.value.replace('_', ' ')}."


def _assigned(found: Done, number: str) -> str:
    return f"Case {number} is assigned." if found.changed else f"Case {number} is assigned so already."


def _move(
    desk: Desk,
    number: str,
    by: str,
    as_json: bool,
    move: Move,
    *,
    done: Callable[[Done, str], str] = _stands,
) -> None:
    from ig_worker.flows.casework import moves
    from ig_worker.store import case_files

    mover = moves.Mover(by, desk.now())
    with desk.database() as database:
        found = moves.patiently(
            database, lambda connection: move(connection, find(connection, number), mover)
        )
        if as_json:
            with database.reading() as connection:
                file = case_files.of(connection, number)
            assert file is not None
            document = case_document(file, desk.iso, mover.at)
            show_document({**document, "changed": found.changed, "follows": list(map(str, found.follows))})
            return
    click.echo(done(found, number))
    for sentence in found.follows:
        click.echo(sentence)
