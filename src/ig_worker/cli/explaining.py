"""Why a message has its label and what follows from it, in the words of the centre's own people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.inbox import find, inbox, message_document, the_message
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.masking import mask
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.store.database import Row

NOTHING = "Tidak ada yang perlu dilakukan."


@inbox.command()
@the_message
@as_json
@pass_desk
def explain(desk: Desk, said: str, as_json: bool) -> None:
    """Why a message has its label, what was done about it, and what it waits for; in Indonesian."""
    from ig_worker.flows import explaining
    from ig_worker.store import answers
    from ig_worker.store import messages as shelf

    with desk.database() as database, database.reading() as connection:
        row = find(connection, said)
        answered = answers.to_message(connection, row.id)
        spoken = shelf.answered_by_us(connection, row)
    done = explaining.done(
        row,
        answered,
        desk.shown,
        thanks=desk.settings.replies.enabled,
        hiding=f"ig-worker inbox hide {row.id} --by NAMA",
    )
    follows = [*done, *_waiting(desk, row, answered, spoken)] or [NOTHING]
    reasons = explaining.reasons(row)
    if as_json:
        show_document(
            {
                **message_document(desk, row, answered),
                "reasons": reasons,
                "follows": follows,
                "suggested_answer": _suggestion(desk, row),
            }
        )
        return
    click.echo(f"“{shorten(mask(one_line(row.text)), 200)}”")
    for sentence in (explaining.judged(row), *(f"- {reason}" for reason in reasons), *follows):
        click.echo(sentence)


def _waiting(desk: Desk, row: Row[Any], answered: Sequence[Row[Any]], spoken: bool) -> Iterator[str]:
    from ig_worker.flows import explaining

    if sentence := explaining.waits_for(row, answered, spoken=spoken):
        yield sentence
    if not explaining.waits(row, spoken=spoken):
        return
    topic = desk.settings.topics.get(row.topic)
    if topic is not None and (who := explaining.handled_by(topic.unit, topic.person)):
        yield who
    yield f"Saran jawaban: {_suggestion(desk, row)}"
    yield f"Jawab langsung di Instagram, atau: ig-worker inbox reply {row.id} TEKS --by NAMA"


def _suggestion(desk: Desk, row: Row[Any]) -> str:
    from ig_worker.own_words import suggestions

    return suggestions(desk.settings).suggest(row.text, row.label, row.topic, danger=row.danger).text
