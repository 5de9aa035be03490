"""Writing notices: what any flow does when people should know something, in the transaction of its own change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ig_worker.domain.board_links import led_to_board
from ig_worker.domain.told import COMPLAINT_TEAM, OPERATORS
from ig_worker.store import notices
from ig_worker.store.database import Connection, Row


@dataclass(frozen=True)
class Recipient:
    """One recipient of a team: ``target`` is the hash of the address, ``channel`` what may be shown of it."""

    target: str
    channel: str


@dataclass(frozen=True)
class Letter:
    """What is to be said. ``key`` makes it one: the same key never reaches a recipient as two notices.

    ``attachments`` are paths relative to ``data_dir``. ``line`` is what stands for the body where many notices go as
    one message.
    """

    key: str
    title: str
    body: str
    attachments: tuple[str, ...] = ()
    case_id: int | None = None
    line: str = ""


class Outbox:
    """The recipients of each team of ``[notify]``; where people reach the `board`, letters lead there."""

    def __init__(self, teams: Mapping[str, Sequence[Recipient]], *, board: str = "") -> None:
        self._teams = teams
        self._board = board.rstrip("/")

    def knows(self, team: str) -> bool:
        """Whether the team has anybody in it."""
        return bool(self._teams.get(team))

    def tell(self, connection: Connection, now: datetime, team: str, letter: Letter) -> int:
        """Put the letter into the outbox for everyone in the team; returns for how many it was new."""
        return self._write(connection, now, team, self._teams.get(team, ()), letter)

    def tell_beside(self, connection: Connection, now: datetime, letter: Letter, without: str) -> int:
        """Tell whoever looks after the worker of a recipient's trouble, by other ways than that recipient.

        The operators; where they have no other way, the complaint team, so that somebody knows.
        """
        for team in (OPERATORS, COMPLAINT_TEAM):
            others = [each for each in self._teams.get(team, ()) if each.target != without]
            if others:
                return self._write(connection, now, team, others, letter)
        return 0

    def tell_one(self, connection: Connection, now: datetime, target: str, letter: Letter) -> int:
        """Tell one recipient, in the first of its teams; returns whether it was new."""
        for team, each in self._teams.items():
            if to := [recipient for recipient in each if recipient.target == target]:
                return self._write(connection, now, team, to[:1], letter)
        return 0

    def pass_on(self, connection: Connection, now: datetime, row: Row[Any]) -> int:
        """Write a notice anew for those of its team who have not got it; returns for how many. ``row`` is a notice."""
        letter = Letter(row.key, row.title, row.body, tuple(row.attachments), row.case_id, row.line)
        others = [each for each in self._teams.get(row.team, ()) if each.target != row.target]
        return self._write(connection, now, row.team, others, letter)

    def _write(
        self, connection: Connection, now: datetime, team: str, to: Sequence[Recipient], letter: Letter
    ) -> int:
        written = 0
        for recipient in to:
            values = {
                "key": letter.key,
                "team": team,
                "target": recipient.target,
                "channel": recipient.channel,
                "title": letter.title,
                "body": led_to_board(letter.body, self._board),
                "attachments": list(letter.attachments),
                "case_id": letter.case_id,
                "line": letter.line,
            }
            written += notices.write(connection, values, now)
        return written
