"""Writes what is said about a case: to the complaint team, the unit, and whoever is on duty."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.case_letter import AboutCase, Occasion, body_of, line_of, title_of
from ig_worker.domain.told import ON_DUTY, OPERATORS, teams_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import cases, chain, inbox, notices
from ig_worker.store import deadlines as due_times
from ig_worker.store.cases import StoredCase
from ig_worker.store.database import Connection, Row

log = logging.getLogger(__name__)

CHANNELS = {"comment": "Komentar", "dm": "Pesan"}


class Letters:
    """One account's letters about cases. ``people`` are those in charge (PJ) of each topic, where there is one."""

    def __init__(self, account: str, outbox: Outbox, zone: tzinfo, people: Mapping[str, str]) -> None:
        self._account = account
        self._outbox = outbox
        self._zone = zone
        self._people = people

    def tell(self, connection: Connection, stored: StoredCase, now: datetime) -> None:
        """Write the notices about a new case to everybody who should know of it."""
        pictures = tuple(piece.path for piece in chain.of_case(connection, stored.id) if piece.path)
        messages = cases.messages_of(connection, stored.id)
        about = self._about(connection, stored, messages, with_picture=bool(pictures))
        letter = Letter(
            key=stored.number,
            title=title_of(about),
            body=body_of(about),
            attachments=pictures,
            case_id=stored.id,
            line=line_of(about),
        )
        self._tell_teams(connection, stored, now, teams_of(stored.row.unit, stored.row.severity), letter)
        cases.mark_notices_written(connection, stored.id)

    def tell_more(
        self,
        connection: Connection,
        stored: StoredCase,
        message: Row[Any],
        pictures: tuple[str, ...],
        now: datetime,
    ) -> None:
        """Write that the same person has written again, and whether that opened the resolved case once more.

        To whoever was told of the case and whoever would be told of it now.
        """
        occasion = Occasion.REOPENED if message.reopens else Occasion.MORE
        about = self._about(connection, stored, [message], with_picture=bool(pictures))
        letter = Letter(
            key=f"{stored.number}:message:{message.id}",
            title=title_of(about, occasion),
            body=body_of(about, occasion),
            attachments=pictures,
            case_id=stored.id,
            line=line_of(about),
        )
        teams = self._told_or_to_tell(connection, stored)
        if message.danger:
            # Those on duty have its alarm already; the others should see the words with their picture.
            teams = tuple(team for team in teams if team != ON_DUTY)
        self._tell_teams(connection, stored, now, teams, letter)

    def tell_later(self, connection: Connection, stored: StoredCase, letter: Letter, now: datetime) -> None:
        """Whatever else is to be said of a case, to whoever was told of it and whoever would be told of it now."""
        self._tell_teams(connection, stored, now, self._told_or_to_tell(connection, stored), letter)

    def tell_operators(self, connection: Connection, now: datetime, letter: Letter) -> None:
        """Write what only those can mend who look after the server."""
        self._outbox.tell(connection, now, OPERATORS, letter)

    def _told_or_to_tell(self, connection: Connection, stored: StoredCase) -> tuple[str, ...]:
        teams = teams_of(stored.row.unit, stored.row.severity)
        return tuple(dict.fromkeys((*teams, *notices.teams_told(connection, stored.id, stored.number))))

    def _tell_teams(
        self, connection: Connection, stored: StoredCase, now: datetime, teams: Sequence[str], letter: Letter
    ) -> None:
        """The operators where nobody else is named: a complaint never reaches nobody."""
        named = [team for team in teams if self._outbox.knows(team)] or [OPERATORS]
        for team in named:
            self._outbox.tell(connection, now, team, letter)
        if not any(self._outbox.knows(team) for team in named):
            log.warning("nobody is told of case %s: [notify] names nobody", stored.number)

    def _about(
        self, connection: Connection, stored: StoredCase, messages: Sequence[Row[Any]], *, with_picture: bool
    ) -> AboutCase:
        row = stored.row
        waiting = [line for line in due_times.of_case(connection, stored.id) if line.met_at is None]
        return AboutCase(
            number=row.number,
            label=row.label,
            topic=row.topic,
            severity=row.severity,
            channel=row.channel,
            unit=row.unit,
            person=self._people.get(row.topic, ""),
            texts=[message.text for message in messages],
            deadlines=[(line.name, line.due_at.astimezone(self._zone)) for line in waiting],
            link=self._link(connection, messages),
            chain_head=chain.head(connection, self._account),
            with_picture=with_picture,
        )

    def _link(self, connection: Connection, messages: Sequence[Row[Any]]) -> str:
        """Where the first of the messages that stand under a post stands."""
        for message in messages:
            media = inbox.media(connection, self._account, message.media_id) if message.media_id else None
            if media is not None and media.permalink:
                return str(media.permalink)
        return ""
