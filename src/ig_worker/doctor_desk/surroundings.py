"""Looks at what is around the worker: media address, channels, backups, board, calendars, Google."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ig_worker import clock, own_classifier, shipped
from ig_worker.doctor_desk.ground import SENDING_SECONDS, Ground
from ig_worker.domain.checkup import Finding, found
from ig_worker.domain.checkup.keeping import of_backup, of_backup_place, of_board, of_holidays, of_recipients
from ig_worker.domain.errors import Misconfigured, Silence, Throttled, Unanswered
from ig_worker.domain.rights import Role
from ig_worker.flows.checking_up import channels, machine
from ig_worker.flows.checking_up.media_address import media_address
from ig_worker.notify import Courier, channel_name
from ig_worker.notify.whereabouts import server_of
from ig_worker.sheets.online import GoogleSheet
from ig_worker.store import facts, observed, users
from ig_worker.store.database import Database

if TYPE_CHECKING:
    pass

log = logging.getLogger(__name__)

GOOGLE_SECONDS = 18.0

LAST_BACKUP, CARRIED = "backup", "backup_carried"
"""Facts: the newest backup that was proven, and what went wrong when it was carried away (empty: nothing)."""


class Surroundings(Ground):
    """Everything about what is around it."""

    def _media(self) -> Iterable[Finding]:
        said = self.settings.media
        database, _ = self._database()
        local = 0
        if database is not None and not said.public_base_url:
            sends = [name for name, each in self.settings.accounts.items() if each.login == "facebook"]
            with database.reading() as connection:
                local = observed.posts_with_own_files(connection, sends)
        return media_address(
            said.public_base_url,
            self.settings.data_dir / "media",
            clock.stopwatch,
            allow_private=said.allow_private_addresses,
            local_posts=local,
        )

    def _recipients(self) -> Iterable[Finding]:
        counts = {team: len(urls) for team, urls in self.settings.notify if isinstance(urls, tuple)}
        return [of_recipients(counts)]

    def _channels(self) -> list[channels.Channel]:
        teams: dict[str, list[str]] = {}
        fields = [name for name, value in self.settings.notify if isinstance(value, tuple)]
        for team in [*fields, *self.settings.units]:
            for url in self.settings.recipients(team):
                teams.setdefault(url, []).append(team)
        return [channels.Channel(url, channel_name(url), tuple(of)) for url, of in teams.items()]

    def _channel(self, channel: channels.Channel) -> Iterable[Finding]:
        if self._send:
            return channels.send_to(channel, Courier(SENDING_SECONDS))

        return channels.look_at(channel, server_of)

    def _backup(self, database: Database) -> Iterable[Finding]:
        said = self.settings.backup
        with database.reading() as connection:
            last = facts.read(connection, LAST_BACKUP)
            since = observed.at_work_since(connection)
        at = f"{said.at:%H.%M}" if said.at else ""
        moment = last.at if last is not None else None
        return [of_backup(moment, at, self._now(), self.settings.zone, runs_since=since)]

    def _backup_place(self) -> Iterable[Finding]:
        said, data_dir = self.settings.backup, self.settings.data_dir
        folder = said.folder or data_dir / "backups"
        standing = machine.nearest(folder)
        if said.folder is None and not data_dir.is_dir():
            return []  # data_dir has its own line
        reason = machine.why_not_writable(standing)
        same = standing.stat().st_dev == machine.nearest(data_dir).stat().st_dev
        command = said.after[0] if said.after else ""
        return [of_backup_place(str(folder), same_disk=same, command=command, reason=reason)]

    def _backup_after(self) -> Iterable[Finding]:
        command = self.settings.backup.after[:1]
        if not command:
            return []
        if not machine.on_path(command[0]):
            return [found("backup_after", "not_found", command=command[0])]
        database, _ = self._database()
        if database is not None:
            with database.reading() as connection:
                carried = facts.read(connection, CARRIED)
            if carried is not None and carried.value:
                return [found("backup_after", "failed", said=carried.value)]
        return [found("backup_after", command=command[0])]

    def _board(self, database: Database) -> Iterable[Finding]:
        with database.reading() as connection:
            able = [user for user in users.listed(connection) if user.disabled_at is None]
        admins = sum(Role.ADMIN.value in user.roles for user in able)
        return [of_board(len(able), admins, self.settings.board.public_url)]

    def _classifier(self) -> Iterable[Finding]:
        data_dir = self.settings.data_dir
        try:
            own_classifier.classifier_in_use(data_dir)
        except Misconfigured as error:
            return [found("classifier", "broken", said=str(error))]
        return [found("classifier", "own" if own_classifier.file_in(data_dir).exists() else "ok")]

    def _holidays(self) -> Iterable[Finding]:
        known = [int(year) for year in shipped.joint_leave()]
        own = {day.year for day in self.settings.calendar.names()}
        return [of_holidays(known, own, self._now().astimezone(self.settings.zone).date())]

    def _planning_sheet(self) -> Iterable[Finding]:
        said = self.settings.planner
        if not said.spreadsheet:
            return []
        sheet = GoogleSheet(
            said.spreadsheet,
            worksheet=said.worksheet,
            credentials_file=said.credentials_file,
            base_url=said.base_url,
            seconds=GOOGLE_SECONDS,
        )
        try:
            rows = len(sheet.read().rows)
        except Misconfigured as error:
            return [found("planning_sheet", "problem", said=str(error), advice=error.cure)]
        except (Silence, Throttled, Unanswered) as error:
            return [found("planning_sheet", "later", said=str(error))]
        return [found("planning_sheet", rows=rows)]
