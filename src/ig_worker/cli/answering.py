"""What a person does with a message on Instagram: answer it, hide it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.inbox import find, inbox, message_document, the_message
from ig_worker.cli.showing import show_document
from ig_worker.domain.answering import as_typed
from ig_worker.domain.reply import Status

if TYPE_CHECKING:
    from ig_worker.bootstrap import House
    from ig_worker.store.answers import StoredAnswer

IN_THE_APP = "answer in the Instagram app if it cannot wait"

MOST_BYTES = 1 << 20
"""More than this on stdin is no answer, but a wrong file."""


@inbox.command()
@the_message
@click.argument("text")
@click.option("--again", is_flag=True, help="Send the same words to the same message once more.")
@by_person
@as_json
@pass_desk
def reply(desk: Desk, said: str, text: str, again: bool, by: str, as_json: bool) -> None:
    """Answer a comment or message on Instagram. TEXT is what is sent; - reads it from the standard input.

    A comment's answer begins with @name. A message can be answered for seven days after the person's last one. Where
    Instagram's own answer is lost, the worker finds out whether it was sent; the exit status is 0 then, too.
    """
    words = _words(text)
    with desk.house(patient=False) as house:
        with house.database.reading() as connection:
            row = find(connection, said)
        _require_account(house, row.account)
        sent = house.answering(row.account).answer(row.id, words, by, again=again)
        not_done = _not_done(sent)
        if as_json:
            _show(desk, house, row.id)
        elif not_done is None:
            click.echo(_done(desk, sent))
    if not_done is not None:
        raise not_done


def _words(text: str) -> str:
    if text == "-":
        # As bytes: what is no UTF-8 shall be refused here and not sent as something else.
        text = sys.stdin.buffer.read(MOST_BYTES).decode("utf-8", "surrogateescape")
    try:
        return as_typed(text)
    except ValueError as error:
        raise click.UsageError(
            f"TEXT: found {error}; allowed: letters, signs, emoji and line breaks"
        ) from None


def _not_done(sent: StoredAnswer) -> NotDone | None:
    """Why the answer did not, or most likely did not, arrive; None where it did, or is on its way."""
    number, state = sent.message.id, sent.reply
    match state.status:
        case Status.SENT | Status.PLANNED:
            return None
        case Status.SENDING:
            if not state.said_no:
                return None
            return NotDone(
                f"message {number} is most likely not answered: {state.last_error}",
                cure=f"the worker makes sure, see ig-worker inbox show {number}",
            )
        case Status.UNCONFIRMED:
            return NotDone(
                f"it stays unsure whether the answer to message {number} was sent",
                cure="look at Instagram; if it is not there, send it with --again",
            )
    return NotDone(f"message {number} is not answered: {state.last_error}", cure=IN_THE_APP)


def _done(desk: Desk, sent: StoredAnswer) -> str:
    number, state = sent.message.id, sent.reply
    if state.status is Status.SENT:
        return f"Message {number} is answered: {sent.text}"
    if state.status is Status.PLANNED:
        return (
            f"Instagram wants no calls now: the worker answers message {number} "
            f"from {desk.shown(state.due_at)} on."
        )
    return (
        f"It is not sure yet whether the answer to message {number} was sent ({state.last_error}); "
        f"the worker finds out, and sends it if it is not there: ig-worker inbox show {number}"
    )


def _show(desk: Desk, house: House, message_id: int) -> None:
    from ig_worker.store import answers

    with house.database.reading() as connection:
        row = find(connection, str(message_id))
        show_document(message_document(desk, row, answers.to_message(connection, message_id)))


def _require_account(house: House, account: str) -> None:
    if account not in house.settings.accounts:
        raise NotDone(
            f"account {account} is not in the configuration any more", cure="do it in the Instagram app"
        )


@inbox.command()
@the_message
@click.option("--unhide", is_flag=True, help="Show it again.")
@by_person
@as_json
@pass_desk
def hide(desk: Desk, said: str, unhide: bool, by: str, as_json: bool) -> None:
    """Hide a comment from the public, or show it again; its author still sees it. Once more does no harm."""
    with desk.house(patient=False) as house:
        with house.database.reading() as connection:
            row = find(connection, said)
        _require_account(house, row.account)
        house.hiding(row.account).hide(row.id, not unhide, by)
        if as_json:
            _show(desk, house, row.id)
    if not as_json:
        click.echo(f"Comment {row.id} is {'shown again' if unhide else 'hidden from the public'}.")
