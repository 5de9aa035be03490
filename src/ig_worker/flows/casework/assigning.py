"""Tells a unit that a case is its own now, and those on duty that a person calls a case an emergency."""

from __future__ import annotations

from datetime import datetime, tzinfo

from ig_worker.domain.case_letter import DEADLINES, LABELS, chain_line, quoted, shown_moment
from ig_worker.domain.masking import mask
from ig_worker.domain.text import shorten
from ig_worker.domain.told import manner_of
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.store import case_files, chain
from ig_worker.store.case_files import CaseFile
from ig_worker.store.database import Connection

EMERGENCY = "darurat"

QUOTE, PLAN, NAME = 160, 120, 48
"""So many letters are shown of the newest words, of a plan and of a name: below a picture there is little room."""


class Assigning:
    """The letters of a case that changes hands."""

    def __init__(self, outbox: Outbox, zone: tzinfo) -> None:
        self._outbox = outbox
        self._zone = zone

    def tell_unit(self, connection: Connection, number: str, by: str, now: datetime) -> int:
        """Tell the unit that now answers for the case, with its evidence; returns how many recipients it has."""
        file = _file(connection, number)
        unit = file.row.unit
        said = f"Kasus {number} diserahkan kepada unit {_words(unit)} oleh {_name(by)}."
        return self._tell(connection, file, [f"unit:{unit}"], "diserahkan", said, now)

    def tell_of_emergency(self, connection: Connection, number: str, by: str, now: datetime) -> int:
        """Tell those on duty, the complaint team and the unit that this cannot wait."""
        file = _file(connection, number)
        said = f"Kasus {number} dinyatakan darurat oleh {_name(by)}. Mohon segera ditangani."
        teams = ["on_duty", "complaint_team", f"unit:{file.row.unit}"]
        return self._tell(connection, file, teams, "darurat", said, now)

    def tell_of_merger(self, connection: Connection, number: str, other: str, by: str, now: datetime) -> int:
        """Tell the unit of the case in which another one goes on."""
        file = _file(connection, number)
        said = f"Kasus {other} digabung ke dalam kasus {number} oleh {_name(by)}; mohon ditangani bersama."
        return self._tell(connection, file, [f"unit:{file.row.unit}"], "digabung", said, now)

    def _tell(
        self,
        connection: Connection,
        file: CaseFile,
        teams: list[str],
        occasion: str,
        said: str,
        now: datetime,
    ) -> int:
        row = file.row
        mark = manner_of(row.severity).mark
        pictures = [piece.path for piece in file.evidence if piece.path]
        letter = Letter(
            # The version tells apart what happens to the same case again and again.
            key=f"{row.number}:{occasion}:{row.version}",
            title=f"{mark}{row.number} {LABELS.get(row.label, row.label)}: {_words(row.topic)} ({occasion})",
            body=self._body(connection, file, said),
            attachments=tuple(pictures),
            case_id=row.id,
        )
        return sum(self._outbox.tell(connection, now, team, letter) for team in teams)

    def _body(self, connection: Connection, file: CaseFile, said: str) -> str:
        row = file.row
        due = next((line for line in file.deadlines if line.met_at is None), None)
        lines = [
            said,
            f"Topik: {_words(row.topic)} · Unit: {_words(row.unit) or '-'}"
            f" · Petugas: {_name(row.assigned_to) or '-'} · Tingkat: {row.severity}",
            *(quoted(message.text, QUOTE) for message in file.messages[-1:]),
            *([f"Rencana: {_masked(row.plan, PLAN)}"] if row.plan else []),
        ]
        if due is not None:
            at = due.due_at.astimezone(self._zone)
            lines.append(f"Batas {DEADLINES.get(due.name, due.name)}: {shown_moment(at)}")
        lines += [
            f"Mulai: ig-worker cases start {row.number} --by NAMA",
            f"Rincian: ig-worker cases show {row.number}",
            chain_line(chain.head(connection, row.account)),
        ]
        return "\n".join(lines)


def _file(connection: Connection, number: str) -> CaseFile:
    file = case_files.of(connection, number)
    assert file is not None
    return file


def _words(name: str) -> str:
    return name.replace("_", " ")


def _name(name: str) -> str:
    return shorten(name, NAME)


def _masked(text: str, limit: int) -> str:
    # Folded first, so that no line of theirs can pass for one of ours; masked before it is cut.
    return shorten(mask(" ".join(text.split())), limit)
