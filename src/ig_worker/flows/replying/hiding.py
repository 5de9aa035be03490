"""Hides a comment from the public, or shows it again, because a person of the centre says so."""

from __future__ import annotations

from ig_worker.domain.answering import CannotAnswer, WhyNot
from ig_worker.domain.errors import Unanswered
from ig_worker.flows.ports import Clock, Moderating
from ig_worker.store import messages, replies
from ig_worker.store.database import Database, Row


class Hiding:
    """One account's comments that are hidden, or shown again. Instagram is told first: twice does no harm."""

    def __init__(self, database: Database, instagram: Moderating, clock: Clock) -> None:
        self._database = database
        self._instagram = instagram
        self._clock = clock

    def hide(self, message_id: int, hidden: bool, by: str) -> None:
        """Hide a comment or show it again; raises CannotAnswer where that cannot be, or is unclear."""
        with self._database.reading() as connection:
            message = messages.get(connection, message_id)
        if message is None:
            raise CannotAnswer(
                f"there is no message {message_id}",
                why=WhyNot.NOT_THERE,
                cure="ig-worker inbox list shows them",
            )
        _require_hideable(message)
        try:
            self._instagram.hide_comment(message.ig_id, hidden)
        except Unanswered as error:
            wish = "hide" if hidden else "hide --unhide"
            raise CannotAnswer(
                f"it is not sure whether comment {message_id} is {'hidden' if hidden else 'shown'}: {error}",
                why=WhyNot.UNSURE,
                cure=f"repeat it, it does no harm twice: ig-worker inbox {wish} {message_id} --by NAME",
            ) from None
        now = self._clock.now()
        with self._database.writing() as connection:
            what = "hidden from the public" if hidden else "shown to the public again"
            messages.change(connection, message_id, now, what, who=by, hidden=hidden)
            if hidden:
                replies.skip_planned(connection, message_id, "the comment is hidden", now, who=by)


def _require_hideable(message: Row[object]) -> None:
    if message.channel == "dm":
        raise CannotAnswer(
            f"message {message.id} is a direct message: nobody but the two sides sees it",
            why=WhyNot.NOT_PUBLIC,
            cure="only comments can be hidden",
        )
    if message.own:
        raise CannotAnswer(
            f"comment {message.id} is the centre's own, and Instagram always shows those",
            why=WhyNot.OWN,
            cure="delete it in the Instagram app",
        )
    if message.deleted:
        raise CannotAnswer(
            f"comment {message.id} was deleted", why=WhyNot.DELETED, cure="there is nothing left to hide"
        )
