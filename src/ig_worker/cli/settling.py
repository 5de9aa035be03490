"""A person says that a message needs no answer, or needs one after all."""

from __future__ import annotations

import click

from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.inbox import find, inbox, message_document, the_message
from ig_worker.cli.showing import show_document


@inbox.command()
@the_message
@click.option("--again", is_flag=True, help="It waits after all.")
@by_person
@as_json
@pass_desk
def settle(desk: Desk, said: str, again: bool, by: str, as_json: bool) -> None:
    """Say that a message which waits for a person needs no answer."""
    from ig_worker.flows.waiting import settling
    from ig_worker.store import answers

    with desk.database() as database:
        with database.writing() as connection:
            row = find(connection, said)
            change = settling.take_back if again else settling.settle
            if not change(connection, row, by, desk.now()):
                waits = "was not called settled, or was answered" if again else "does not wait for a person"
                raise NotDone(f"message {row.id} {waits}", cure=f"see ig-worker inbox explain {row.id}")
        with database.reading() as connection:
            after = find(connection, str(row.id))
            answered = answers.to_message(connection, row.id)
    if as_json:
        show_document(message_document(desk, after, answered))
    else:
        click.echo(f"Message {row.id} {'waits again' if again else 'needs no answer'}.")
