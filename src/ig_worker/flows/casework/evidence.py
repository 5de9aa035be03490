"""Makes the evidence of a case: what the API said as JSON, a card rendered from it, and their place in the chain."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.ports import Renderer
from ig_worker.store import accounts, chain, inbox, messages, posts
from ig_worker.store.database import Connection, Database, Row


@dataclass(frozen=True)
class Piece:
    """A piece of evidence whose files are written; paths are relative to ``data_dir``."""

    case_id: int
    message_id: int
    account: str
    path: str
    sha256: str
    json_path: str
    json_sha256: str


class EvidenceRoom:
    """Where evidence is made: files first, then the row that proves them."""

    def __init__(self, database: Database, renderer: Renderer, data_dir: Path, zone_name: str) -> None:
        self._database = database
        self._renderer = renderer
        self._data_dir = data_dir
        self._zone_name = zone_name

    def make(self, case: Row[Any], message: Row[Any], now: datetime) -> Piece:
        """Write the JSON and the card of one message. Made again, it replaces what an interruption left behind.

        Raises NeedsPerson where the files cannot be written, and what the renderer raises.
        """
        with self._database.reading() as connection:
            said = self._said(connection, case, message, now)
            picture = self._picture(connection, message)
        folder = f"evidence/{case.number[2:6]}/{case.number}"
        json_path, path = f"{folder}/pesan-{message.id}.json", f"{folder}/pesan-{message.id}.png"
        exact = json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()
        try:
            (self._data_dir / folder).mkdir(parents=True, exist_ok=True)
            _write(self._data_dir / json_path, exact)
            card = {**said, "sha256": _sha256(exact)}
            if card["post"] is not None:
                card["post"] = {**card["post"], "picture": picture}
            self._renderer.evidence_card(card, self._data_dir / path)
            drawn = (self._data_dir / path).read_bytes()
        except OSError as error:
            raise NeedsPerson(
                f"cannot write evidence into {self._data_dir / folder}: {error.strerror}",
                cure="free some space, or make the folder writable for the worker's user",
            ) from None
        return Piece(case.id, message.id, case.account, path, _sha256(drawn), json_path, _sha256(exact))

    def hang_up(self, connection: Connection, piece: Piece, now: datetime) -> None:
        """Put the piece at the end of its account's chain: each entry carries the hash of the one before."""
        values = {
            "case_id": piece.case_id,
            "message_id": piece.message_id,
            "account": piece.account,
            "path": piece.path,
            "sha256": piece.sha256,
            "json_path": piece.json_path,
            "json_sha256": piece.json_sha256,
            "made_at": now,
        }
        chain.hang(connection, values)

    def _said(
        self, connection: Connection, case: Row[Any], message: Row[Any], now: datetime
    ) -> dict[str, Any]:
        account = accounts.get(connection, case.account)
        return {
            "version": 1,
            "case": case.number,
            "label": case.label,
            "topic": case.topic,
            "account": {"name": case.account, "username": account.username if account is not None else ""},
            "zone": self._zone_name,
            "captured_at": now.isoformat(),
            "channel": message.channel,
            "post": self._post(connection, message),
            "thread": [
                _line(earlier) | {"own": earlier.own}
                for earlier in messages.thread_before(connection, message)
            ],
            "message": _line(message),
        }

    def _post(self, connection: Connection, message: Row[Any]) -> dict[str, Any] | None:
        if not message.media_id:
            return None
        media = inbox.media(connection, message.account, message.media_id)
        return {
            "ig_media_id": message.media_id,
            "permalink": media.permalink if media is not None else "",
            "caption": media.caption if media is not None else "",
            "published_at": media.posted_at.isoformat() if media is not None else None,
            "picture": None,
        }

    def _picture(self, connection: Connection, message: Row[Any]) -> str | None:
        """Our own copy of the post's first picture; a post made by hand has none here."""
        original = posts.first_original(connection, message.account, message.media_id)
        return str(self._data_dir / "originals" / original) if original else None


def _line(message: Row[Any]) -> dict[str, Any]:
    return {
        "ig_id": message.ig_id,
        "author": message.author,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.write_bytes(content)
    fresh.replace(path)
