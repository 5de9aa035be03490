"""Rows for the shelves: a post, a message, a reply, a case, a notice, each with what the schema wants and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ig_worker.domain.reply import Reply, Status
from ig_worker.store import accounts, cases, messages, notices, posts, replies
from ig_worker.store.database import Connection, Row
from ig_worker.store.posts import MediaFile

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ACCOUNT = "polowijen"


def know_account(connection: Connection, name: str = ACCOUNT) -> None:
    accounts.known(connection, name, "17841400000000001")


def add_post(connection: Connection, key: str = "P-01", *, files: int = 1, **changes: Any) -> int:
    values = {
        "account": ACCOUNT,
        "key": key,
        "kind": "image",
        "segment": "Pengumuman",
        "scheduled_at": NOW,
        "caption": "Posyandu besok pagi ya, Bunda! 🌸",
        "options": {"collaborators": ["dinkes"]},
        "made_by": "Rina",
        "edited_by": "Sari",
        "verified_by": "dr. Wulan",
        "responsible": "",
        "source": "rencana.csv",
        "source_row": 2,
        "sheet_status": "disetujui",
        "content_hash": "c" * 64,
        "row_hash": "r" * 64,
        **changes,
    }
    media = [MediaFile(place, f"{place}.jpg", f"copy-{place}.jpg", "0" * 64) for place in range(files)]
    return posts.add(connection, values, media, NOW)


def add_message(connection: Connection, ig_id: str = "c-1", **changes: Any) -> Row[Any]:
    values = {
        "account": ACCOUNT,
        "channel": "comment",
        "ig_id": ig_id,
        "media_id": "m-1",
        "author": "bunda_rara",
        "author_id": "77",
        "text": "Antrenya lama sekali 😭",
        "attachments": [],
        "sent_at": NOW,
        "first_seen_at": NOW,
        "label": "keluhan",
        "topic": "antrean",
        "reasons": [],
        **changes,
    }
    message_id = messages.add(connection, values)
    assert message_id is not None
    return the(messages.get(connection, message_id))


def plan_reply(connection: Connection, message: Row[Any], **changes: Any) -> None:
    values: dict[str, Any] = {"status": Status.PLANNED, "asked_at": NOW, "due_at": NOW, **changes}
    replies.plan(connection, message, Reply(**values), "Terima kasih, Bunda!", 3, NOW)


def add_case(connection: Connection, year: int = 2026, **changes: Any) -> str:
    number = cases.next_number(connection, year)
    values = {
        "number": number,
        "account": ACCOUNT,
        "label": "keluhan",
        "topic": "antrean",
        "unit": "loket",
        "severity": "biasa",
        "channel": "comment",
        "author": "bunda_rara",
        "author_id": "77",
        "opened_at": NOW,
        **changes,
    }
    cases.open_case(connection, values, [("acknowledge", NOW + 60 * MINUTE)], NOW)
    return number


def write_notice(connection: Connection, key: str = "K-2026-0001", **changes: Any) -> bool:
    values = {
        "key": key,
        "team": "complaint_team",
        "target": "t" * 64,
        "channel": "tim@example.org",
        "title": "Keluhan baru",
        "body": "Antre lama",
        **changes,
    }
    return notices.write(connection, values, NOW)


def the(thing: Any) -> Any:
    """What must be there."""
    assert thing is not None
    return thing
