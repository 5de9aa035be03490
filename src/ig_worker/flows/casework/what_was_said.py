"""The data of a piece of evidence: exactly what the API said about a message, and when it was taken down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ig_worker import __version__
from ig_worker.store import accounts, inbox, messages
from ig_worker.store.database import Connection, Row

VERSION = 1
DRAWN_BY = f"ig-worker {__version__}"
"""Another version may draw the same data in another way."""


@dataclass(frozen=True)
class Change:
    """What became of a message later: ``edited`` or ``deleted``, when that was seen, and the words before and after.

    `line` is the number of the journal's line that tells of an edit, 0 for a deletion.
    """

    kind: str
    at: datetime
    before: str
    after: str
    line: int = 0

    @property
    def word(self) -> str:
        """In the names of its files."""
        return {"edited": "disunting", "deleted": "dihapus"}[self.kind]

    @property
    def occasion(self) -> str:
        """As ``evidence.occasion`` has it."""
        return f"{self.kind}:{self.at.isoformat()}"


def said_about(
    connection: Connection,
    case: Row[Any],
    message: Row[Any],
    change: Change | None,
    zone_name: str,
    now: datetime,
) -> dict[str, Any]:
    """What is known of the message and of what stood before it; times are ISO 8601 with offset."""
    account = accounts.get(connection, case.account)
    said: dict[str, Any] = {
        "version": VERSION,
        "drawn_by": DRAWN_BY,
        "case": case.number,
        "label": case.label,
        "topic": case.topic,
        "account": {"name": case.account, "username": account.username if account is not None else ""},
        "zone": zone_name,
        "captured_at": now.isoformat(),
        "channel": message.channel,
        "post": _post(connection, message),
        "thread": [
            {**_line(earlier), "own": earlier.own} for earlier in messages.thread_before(connection, message)
        ],
        "message": {
            **_line(message),
            "author_id": message.author_id,
            "media_id": message.media_id,
            "parent_id": message.parent_id,
            "conversation_id": message.conversation_id,
            "hidden": message.hidden,
            "first_seen_at": message.first_seen_at.isoformat(),
            "edited_at": _iso(message.edited_at),
            "deleted_at": _iso(message.deleted_at),
        },
    }
    if change is not None:
        said["change"] = {"kind": change.kind, "at": change.at.isoformat(), "before": change.before}
        said["message"]["text"] = change.after
    return said


def exact(said: Mapping[str, Any]) -> bytes:
    """The data as they are written and hashed."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode()


def card_of(said: Mapping[str, Any], digest: str, folder: Path) -> dict[str, Any]:
    """What the card is drawn from: the data, their hash, and where the post's picture lies, in `folder`."""
    card = {**said, "sha256": digest}
    if card["post"] is not None:
        picture = card["post"]["picture"]
        card["post"] = {**card["post"], "picture": str(folder / picture["file"]) if picture else None}
    return card


def _post(connection: Connection, message: Row[Any]) -> dict[str, Any] | None:
    if not message.media_id:
        return None
    media = inbox.media(connection, message.account, message.media_id)
    return {
        "ig_media_id": message.media_id,
        "permalink": media.permalink if media is not None else "",
        "caption": media.caption if media is not None else "",
        "published_at": media.posted_at.isoformat() if media is not None else None,
        "picture": None,
        "no_picture": "",
    }


def _line(message: Row[Any]) -> dict[str, Any]:
    return {
        "ig_id": message.ig_id,
        "author": message.author,
        "text": message.text,
        "sent_at": message.sent_at.isoformat(),
        "attachments": message.attachments,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
