"""Gathers all that is kept of a person into one archive for them: data, a page to read, their evidence."""

from __future__ import annotations

import json
import os
import secrets
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, Protocol

from ig_worker import aside, lasting
from ig_worker.domain.erasure import Person, names_others
from ig_worker.domain.errors import IgWorkerError, NeedsPerson
from ig_worker.domain.masking import mask
from ig_worker.flows.ports import Clock
from ig_worker.flows.privacy.page import page
from ig_worker.store import erasures, forgetting, handed_over, journal, persons
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.persons import About

STAFF = "petugas"
"""Stands for the names of the centre's people: they are not the person's data."""


class Redraws(Protocol):
    """Draws evidence again without what others wrote."""

    def said(self, json_path: str) -> dict[str, Any] | None: ...

    def drawn(
        self, said: dict[str, Any], hides: Callable[[dict[str, Any]], bool], stem: str, pictures: Path
    ) -> tuple[bytes, bytes]: ...


class HandingOver:
    """Makes the archive. Nothing of anybody else is in it: other people's lines are left out of the evidence."""

    def __init__(
        self, database: Database, data_dir: Path, redraws: Redraws, clock: Clock, zone: tzinfo
    ) -> None:
        self._database = database
        self._data_dir = data_dir
        self._redraws = redraws
        self._clock = clock
        self._zone = zone

    def make(self, person: Person, out: Path, *, by: str, centre: str) -> dict[str, Any]:
        """Write the archive to `out`, for its owner's eyes only (0600), and note in the journal that it was made.

        Returns what is in it. Raises NeedsPerson where it cannot be written or is there already.
        """
        now = self._clock.now()
        with self._database.reading() as connection:
            about = persons.about_now(connection, person, now)
            said = self._gathered(connection, about, now, centre)
            pieces = forgetting.pieces_of(connection, {row.id for row in about.messages})
            salt = erasures.salt_of(connection, self._data_dir)
        evidence = self._evidence(pieces, {row.ig_id for row in about.messages}, about.person)
        said["evidence"] = sorted(evidence)
        _write(
            out,
            {
                "data.json": json.dumps(said, indent=2).encode("ascii"),
                "ringkasan.html": page(said, self._zone).encode("utf-8", "replace"),
                **evidence,
            },
        )
        mark = (erasures.digests(salt, person) or ["-"])[0][:16]
        with self._database.writing() as connection:
            what = (
                f"a person's data were handed over ({len(about.messages)} messages, {len(about.cases)} cases)"
            )
            journal.note(connection, now, f"privacy:{mark}", what, who=by)
        return said

    def _gathered(self, connection: Connection, about: About, now: datetime, centre: str) -> dict[str, Any]:
        answered = handed_over.answers_to(connection, [row.id for row in about.messages])
        ours = [*about.ours, *handed_over.replies_under(connection, about.messages, about.person.names)]
        return {
            "made_at": now.isoformat(),
            "centre": centre,
            "names": sorted(about.person.names),
            "ids": sorted(about.person.ids),
            "messages": [{**_message(row), "answers": answered.get(row.id, [])} for row in about.messages],
            "written_by_us": [_message(row) for row in ours],
            "conversations": [
                {
                    "account": row.account,
                    "conversation_id": row.ig_id,
                    "last_change": row.updated_at.isoformat(),
                }
                for row in about.conversations
            ],
            "cases": [self._case(connection, case, about) for case in about.cases],
        }

    def _case(self, connection: Connection, case: Row[Any], about: About) -> dict[str, Any]:
        alone = case.id in about.own_cases
        times = ("opened_at", "told_at", "first_response_at", "acknowledged_at", "resolved_at", "closed_at")
        return {
            **{
                name: getattr(case, name)
                for name in ("number", "account", "label", "topic", "unit", "status")
            },
            "severity": case.severity,
            **{name: _iso(getattr(case, name)) for name in times},
            # What staff wrote of a case that others share may be about them.
            **{
                name: mask(getattr(case, name)) if alone else "" for name in ("follow_up", "answer", "reason")
            },
            "notices": [
                {
                    "title": mask(row.title) if alone else "",
                    "written_at": _iso(row.written_at),
                    "sent_at": _iso(row.sent_at),
                }
                for row in handed_over.notices_of(connection, case.id)
            ],
            "journal": [
                {
                    "at": entry.at.isoformat(),
                    "who": entry.who if entry.who == journal.WORKER else STAFF,
                    "what": mask(entry.what) if alone else entry.what.partition(":")[0],
                }
                for entry in journal.of(connection, f"case:{case.number}")
            ],
        }

    def _evidence(self, pieces: Any, theirs: set[str], person: Person) -> dict[str, bytes]:
        found: dict[str, bytes] = {}

        def others(line: Mapping[str, Any]) -> bool:
            if line.get("own"):
                return names_others(line["text"], person.names)
            return line["ig_id"] not in theirs

        for piece in pieces:
            name = piece.path.removeprefix("evidence/").removesuffix(".png")
            said = self._redraws.said(piece.json_path)
            if said is None:
                continue
            try:
                if any(others(line) for line in said["thread"]):
                    with aside.folder(self._data_dir) as place:
                        picture, data = self._redraws.drawn(
                            said, others, f"{place}/bukti", (self._data_dir / piece.path).parent
                        )
                else:
                    picture = (self._data_dir / piece.path).read_bytes()
                    data = (self._data_dir / piece.json_path).read_bytes()
            except (OSError, IgWorkerError):
                continue  # a file that is gone or cannot be drawn holds up nobody's data
            found |= {f"bukti/{name}.png": picture, f"bukti/{name}.json": data}
        return found


def _message(row: Row[Any]) -> dict[str, Any]:
    plain = (
        "id",
        "account",
        "channel",
        "ig_id",
        "media_id",
        "conversation_id",
        "author",
        "author_id",
        "text",
    )
    judged = ("attachments", "label", "topic", "edited", "deleted")
    return {
        **{name: getattr(row, name) for name in (*plain, *judged)},
        "sent_at": _iso(row.sent_at),
        "first_seen_at": _iso(row.first_seen_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _write(out: Path, files: Mapping[str, bytes]) -> None:
    fresh = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        if out.exists():
            raise FileExistsError(17, "it is there already")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        lasting.into_place(fresh, out)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise NeedsPerson(
            f"cannot write {out}: {error.strerror}", cure="name another file, in a folder that is there"
        ) from None
