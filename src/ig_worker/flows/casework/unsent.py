"""Erases what somebody took back a week ago: the words, every picture that shows them, and nothing else."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import IgWorkerError, NeedsPerson
from ig_worker.domain.forgotten import PIECE_WITHOUT_ANOTHER
from ig_worker.domain.unsent import ERASED_AFTER
from ig_worker.flows.casework import evidence_files as files
from ig_worker.flows.ports import Clock, Renderer
from ig_worker.store import chain, journal, taken_back
from ig_worker.store.database import Database, Row

log = logging.getLogger(__name__)


class Unsent:
    """One account's messages that their senders took back. `keeps` is the policy that hides and erases nothing.

    For each piece of evidence that shows the words a row is hung first, which vouches that its files go by rule; then
    they go, and last the words themselves. Whatever is interrupted is finished by the next pass.
    """

    def __init__(
        self,
        account: str,
        database: Database,
        renderer: Renderer,
        data_dir: Path,
        clock: Clock,
        *,
        keeps: bool,
    ) -> None:
        self._account = account
        self._database = database
        self._renderer = renderer
        self._data_dir = data_dir
        self._clock = clock
        self._keeps = keeps

    def run(self) -> None:
        """Erase what is due; under the policy that keeps, show what was hidden under the other one."""
        now = self._clock.now()
        before = now if self._keeps else now - ERASED_AFTER
        with self._database.reading() as connection:
            due = taken_back.to_erase(connection, self._account, before)
        for message in due:
            if self._keeps:
                with self._database.writing() as connection:
                    taken_back.bring_back(connection, message.id, now)
                continue
            try:
                self._erase(message, now)
            except IgWorkerError as error:
                log.warning("message %s cannot be erased yet: %s", message.id, error)

    def _erase(self, message: Row[Any], now: datetime) -> None:
        with self._database.reading() as connection:
            around = taken_back.evidence_around(connection, message)
            gone = taken_back.withdrawn_around(connection, message)
        for piece in around:
            if not piece.erased and not self._vouch(piece, message, gone, now):
                return
        with self._database.reading() as connection:
            around = taken_back.evidence_around(connection, message)
            number = taken_back.case_of(connection, message.id)
        for piece in around:
            if piece.erased:
                self._remove(piece.path, piece.json_path)
        there = {path for piece in around if not piece.erased for path in (piece.path, piece.json_path)}
        self._remove(*(path for path in self._left_behind(number, message.id) if path not in there))
        with self._database.writing() as connection:
            if taken_back.is_hidden(connection, message.id):
                taken_back.erase(connection, message, now)
                log.info("message %s, which its sender took back, is erased", message.id)

    def _vouch(self, piece: Row[Any], message: Row[Any], gone: Collection[str], now: datetime) -> bool:
        """Hang the row that says why this piece's files go, if they show the words; False where those came back."""
        said = self._data_of(piece)
        own = piece.message_id == message.id
        if not own and not _shows(said, piece, message):
            return True
        instead = {} if own or said is None else self._redrawn(piece, message, said, gone)
        with self._database.writing() as connection:
            if not taken_back.is_hidden(connection, message.id):
                return False
            if chain.erase(connection, piece, now, **instead) is not None and not own:
                journal.note(connection, now, f"message:{piece.message_id}", PIECE_WITHOUT_ANOTHER)
        return True

    def _redrawn(
        self, piece: Row[Any], message: Row[Any], said: dict[str, Any], gone: Collection[str]
    ) -> dict[str, str]:
        """The same card without the words that were taken back; the columns of its row."""
        thread = [
            {**line, "text": "", "attachments": [], "taken_back": True} if line["ig_id"] in gone else line
            for line in said["thread"]
        ]
        exact = json.dumps({**said, "thread": thread}, ensure_ascii=False, sort_keys=True, indent=1).encode()
        stem = piece.path.removesuffix(".png")
        path, json_path = f"{stem}-tanpa-{message.id}.png", f"{stem}-tanpa-{message.id}.json"
        try:
            _write(self._data_dir / json_path, exact)
            card = {**json.loads(exact), "sha256": _sha256(exact)}
            self._renderer.evidence_card(card, self._data_dir / path)
            drawn = (self._data_dir / path).read_bytes()
        except OSError as error:
            raise self._unwritable(path, error) from None
        return {"path": path, "sha256": _sha256(drawn), "json_path": json_path, "json_sha256": _sha256(exact)}

    def _data_of(self, piece: Row[Any]) -> dict[str, Any] | None:
        """What the piece's JSON says; None where it cannot be read any more."""
        try:
            said = json.loads((self._data_dir / piece.json_path).read_bytes())
            return said if isinstance(said["thread"], list) else None
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None
        except OSError as error:
            # A disk that does not answer just now has lost nothing: what is taken for lost goes for good.
            raise NeedsPerson(
                f"evidence cannot be read: {piece.json_path}: {error.strerror}",
                cure="check the disk and its rights",
            ) from None

    def _remove(self, *paths: str) -> None:
        for path in filter(None, paths):
            try:
                (self._data_dir / path).unlink(missing_ok=True)
            except OSError as error:
                raise self._unwritable(path, error) from None

    def _left_behind(self, number: str | None, message_id: int) -> Iterator[str]:
        """The message's files that a worker left behind which was killed before their row hung."""
        if number is None:
            return
        files.throw_away(files.draft(self._data_dir))
        stem = files.stem_of(message_id)
        for path in (self._data_dir / files.folder_of(number)).glob(f"{stem}[.-]*"):
            yield path.relative_to(self._data_dir).as_posix()

    def _unwritable(self, path: str, error: OSError) -> NeedsPerson:
        return NeedsPerson(
            f"cannot write or remove {self._data_dir / path}: {error.strerror}",
            cure="free some space, or make the folder writable for the worker's user",
        )


def _shows(said: dict[str, Any] | None, piece: Row[Any], message: Row[Any]) -> bool:
    """Whether another message's piece shows the words in its thread; one whose data are lost may well."""
    if said is None:
        return bool(piece.made_at <= message.withdrawn_at)
    return any(line["ig_id"] == message.ig_id and not line.get("taken_back") for line in said["thread"])


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and there after a power cut."""
    fresh = path.with_suffix(path.suffix + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
