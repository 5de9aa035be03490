"""Writing notices: what any flow does when people should know something, in the transaction of its own change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ig_worker.store import notices
from ig_worker.store.database import Connection


@dataclass(frozen=True)
class Recipient:
    """One recipient of a team: ``target`` is the hash of the address, ``channel`` what may be shown of it."""

    target: str
    channel: str


@dataclass(frozen=True)
class Letter:
    """What is to be said. ``key`` makes it one: the same key never reaches a recipient as two notices.

    ``attachments`` are paths relative to ``data_dir``.
    """

    key: str
    title: str
    body: str
    attachments: tuple[str, ...] = ()
    case_id: int | None = None


class Outbox:
    """The recipients of each team of ``[notify]``."""

    def __init__(self, teams: Mapping[str, Sequence[Recipient]]) -> None:
        self._teams = teams

    def knows(self, team: str) -> bool:
        """Whether the team has anybody in it."""
        return bool(self._teams.get(team))

    def tell(self, connection: Connection, now: datetime, team: str, letter: Letter) -> int:
        """Put the letter into the outbox for everyone in the team; returns for how many it was new."""
        written = 0
        for recipient in self._teams.get(team, ()):
            values = {
                "key": letter.key,
                "team": team,
                "target": recipient.target,
                "channel": recipient.channel,
                "title": letter.title,
                "body": letter.body,
                "attachments": list(letter.attachments),
                "case_id": letter.case_id,
            }
            written += notices.write(connection, values, now)
        return written
