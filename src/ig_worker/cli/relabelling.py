"""A person says what a message is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import require_saved
from ig_worker.cli.inbox import LABELS, TOPICS, find, inbox, message_document, the_message
from ig_worker.cli.showing import show_document

if TYPE_CHECKING:
    from ig_worker.flows.relabelling import Next

SAID = {
    "not said": "What the worker was about to answer ({about}) is not sent.",
    "on its way": "The worker's reply is on its way and cannot be called back.",
    "thanked": "It was thanked already, which cannot be unsaid; to answer it: {answer}",
    "backlog": "It was written before this account was first read: nothing else follows.",
    "in a case": "It belongs to case {about}, which stays as it is: ig-worker cases show {about}",
    "opens a case": "The worker makes a case of it in its next pass.",
    "waits": "It waits for an answer: {answer}",
    "thanks": "The worker thanks for it, unless something speaks against it.",
    "too old": "It is too old to be thanked by the worker; to answer it: {answer}",
}
"""What follows (``flows.relabelling.Follow``), written out, so that asking for help does not load the classifier."""


@inbox.command()
@the_message
@click.argument("label", metavar="LABEL", type=click.Choice(LABELS, case_sensitive=False))
@click.option(
    "--topic",
    metavar="TOPIC",
    type=click.Choice(TOPICS, case_sensitive=False),
    help="Its topic; else as it was.",
)
@by_person
@as_json
@pass_desk
def relabel(desk: Desk, said: str, label: str, topic: str | None, by: str, as_json: bool) -> None:
    """Set the label of a message; it is kept, whatever the classifier thinks, and learnt from.

    LABEL is pujian, saran, keluhan, pertanyaan or lainnya.
    """
    from ig_worker.flows import relabelling
    from ig_worker.store import answers

    thanked_for = timedelta(hours=desk.settings.replies.max_age_hours)
    with desk.database() as database:
        with database.writing() as connection:
            row = find(connection, said)
            done = relabelling.relabel(
                connection, row, label, topic, by=by, now=desk.now(), thanked_for=thanked_for
            )
            require_saved(done.kept, f"message {row.id}")
        with database.reading() as connection:
            after = find(connection, str(row.id))
            answered = answers.to_message(connection, row.id)
    if as_json:
        follows = [_said(each, row.id) for each in done.follows]
        show_document({**message_document(desk, after, answered), "follows": follows})
        return
    click.echo(f"Message {row.id} is {label}, topic {after.topic}; it was {row.label}, topic {row.topic}.")
    for each in done.follows:
        click.echo(_said(each, row.id))


def _said(follows: Next, message_id: int) -> str:
    answer = f"ig-worker inbox reply {message_id} TEXT --by NAME"
    return SAID[follows.what].format(about=follows.about, answer=answer)
