"""One more look at the thread right before speaking: what stands on Instagram and is not known here yet.

People edit a praise, or write the complaint that follows it, within the minutes of our human pause, and staff answer
from the phone (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ig_worker.domain.instagram import Comment, DirectMessage
from ig_worker.domain.paging import pages
from ig_worker.domain.text import clean
from ig_worker.flows.ports import Inbox
from ig_worker.flows.replying.sending import Line
from ig_worker.store import accounts, erasures, messages, replies
from ig_worker.store.database import Database, Row

MOST_PAGES = 10
"""So many pages of newer comments are read to find one: 500 at most."""


class LastLook:
    """Looks at one account's threads."""

    def __init__(self, account: str, database: Database, instagram: Inbox) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram

    def news(self, message: Row[Any]) -> str:
        """What should be read first before anything is answered to this message; empty where nothing is new.

        Raises Unavailable where the post or conversation is gone, and whatever else a reading may raise.
        """
        if message.channel == "dm":
            lines: list[Line] = list(self._instagram.conversation(message.conversation_id).messages)
            here = lines
        else:
            lines, here = self._comments(message)
        now = next((line for line in lines if line.ig_id == message.ig_id), None)
        if now is None and message.channel == "comment":
            return "it is not to be found: it is read again first"
        if now is not None and now.text is not None and clean(now.text) != message.text:
            return "it was edited: it is read again first"
        if now is not None and (_is_gone(now) or (isinstance(now, Comment) and now.hidden)):
            return "it was hidden or taken back: it is read again first"
        if self._unknown((line for line in lines if _same_person(line, message)), message):
            return "the same person has written more: it is read first"
        if self._unknown((line for line in here if line.own), message):
            return "something was answered here: it is read first"
        return ""

    def _comments(self, message: Row[Any]) -> tuple[list[Line], list[Line]]:
        """The newer comments under the post up to this one's thread, and the thread itself."""
        root = message.parent_id or message.ig_id
        lines: list[Line] = []
        for number, page in enumerate(
            pages(lambda after: self._instagram.comments(message.media_id, after)), 1
        ):
            lines += [line for comment in page.items for line in (comment, *comment.replies)]
            above = next((comment for comment in page.items if comment.ig_id == root), None)
            if above is not None:
                thread: list[Line] = [above, *above.replies]
                if above.more_replies is not None:
                    rest = [
                        answer
                        for more in pages(
                            lambda after: self._instagram.comment_replies(root, message.media_id, after),
                            above.more_replies,
                        )
                        for answer in more.items
                    ]
                    thread += rest
                    lines += rest
                return lines, thread
            if number == MOST_PAGES:
                break
        return lines, []

    def _unknown(self, lines: Iterable[Line], message: Row[Any]) -> bool:
        """Whether one of these lines, the person's or ours, is not stored yet, nor sent by us.

        What was purged never will be, nor what they wrote, and we wrote to them alone, before they were erased.
        """
        with self._database.reading() as connection:
            purged = accounts.purged_upto(connection, self._account)
            erased = erasures.known(connection).when(message.author, message.author_id)
            ids = {
                line.ig_id
                for line in lines
                if not _is_gone(line)
                and (purged is None or line.timestamp > purged)
                and not (erased is not None and line.timestamp <= erased and _is_between_us(line))
            }
            unknown = messages.unknown_ids(connection, self._account, ids)
            return bool(unknown - replies.sent_among(connection, self._account, ids))


def _is_between_us(line: Line) -> bool:
    """Whether it is a person's, or was written to that person alone."""
    return isinstance(line, DirectMessage) or not line.own


def _is_gone(line: Line) -> bool:
    """Whether nobody can read it, so that the inbox will not know it either."""
    return isinstance(line, DirectMessage) and (line.deleted or not line.readable)


def _same_person(line: Line, message: Row[Any]) -> bool:
    """Whether the same one may have written it, also where id or name was withheld at one of the two times."""
    if isinstance(line, DirectMessage):
        return not line.own
    known = {message.author_id, message.author} - {""}
    named = {line.author_id, line.author} - {""}
    return bool(known & named) if known and named else known == named
