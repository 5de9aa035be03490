"""Cases on the shelves of a centre with a board, as the worker would have put them there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from board_centre import Centre

from ig_worker.domain.case import Event, apply
from ig_worker.store import case_files, cases, chain, journal, messages, notices
from ig_worker.store.case_files import CaseFile

FIRST = "K-2026-0001"
WORDS = "Antre lama sekali, hubungi saya 081234567890 ya. Nama saya Budi Santoso"
AUTHOR = "warga_malang"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))


def open_case(
    centre: Centre,
    number: str = FIRST,
    *,
    said: str = WORDS,
    due: timedelta = timedelta(hours=3),
    opened: timedelta = timedelta(hours=-2),
    author: str = AUTHOR,
    **changes: Any,
) -> int:
    """A case with one comment, whose first reaction is due after a while; returns the message's number."""
    at: datetime = centre.now + opened
    values = {
        "number": number, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "pendaftaran",
        "severity": "biasa", "channel": "comment", "author": author, "opened_at": at,
        "notices_written": True, **changes,
    }  # fmt: skip
    with centre.database.writing() as connection:
        lines = [("acknowledge", centre.now + due), ("resolve", centre.now + due + timedelta(days=2))]
        case_id = cases.open_case(connection, values, lines, at)
        message_id = messages.add(connection, _message(values, f"9{number[2:].replace('-', '')}", said, at))
        assert message_id is not None
        cases.join(connection, case_id, message_id)
    return message_id


def write_again(centre: Centre, said: str, number: str = FIRST, *, danger: bool = False) -> int:
    """The same person writes once more; returns the message's number."""
    row = the_file(centre, number).row
    with centre.database.writing() as connection:
        message = _message(row._mapping, f"8{number[2:].replace('-', '')}", said, centre.now)
        message_id = messages.add(connection, {**message, "danger": danger})
        assert message_id is not None
        cases.join(connection, row.id, message_id)
    return message_id


def _message(case: Mapping[str, Any], ig_id: str, said: str, at: datetime) -> dict[str, Any]:
    same = {name: case[name] for name in ("account", "channel", "author", "label", "topic")}
    return {
        **same, "ig_id": ig_id, "media_id": "18000000000000001", "text": said, "attachments": [], "reasons": [],
        "sent_at": at, "first_seen_at": at, "opens_case": True,
    }  # fmt: skip


def move(centre: Centre, event: Event, number: str = FIRST, **said: str) -> None:
    """A colleague's move."""
    with centre.database.writing() as connection:
        stored = cases.get(connection, number)
        assert stored is not None
        after = apply(stored.case, event, centre.now, **said)
        assert cases.save(connection, stored, after, centre.now, event.value, who="Bu Ani")


def the_file(centre: Centre, number: str = FIRST) -> CaseFile:
    """The case as it lies there now."""
    with centre.database.reading() as connection:
        file = case_files.of(connection, number)
    assert file is not None
    return file


def history(centre: Centre, number: str = FIRST) -> list[tuple[str, str]]:
    """Who did what in the case."""
    with centre.database.reading() as connection:
        return [(entry.who, entry.what) for entry in journal.of(connection, f"case:{number}")][1:]


def hang_evidence(centre: Centre, message_id: int, number: str = FIRST, path: str = "") -> int:
    """A piece of evidence with its two files; returns its number."""
    folder = f"evidence/2026/{number}"
    picture, document = path or f"{folder}/{message_id}.png", f"{folder}/{message_id}.json"
    data_dir = centre.settings.data_dir
    for name, content in ((picture, PNG), (document, json.dumps({"text": WORDS}).encode())):
        (data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        (data_dir / name).write_bytes(content)
    with centre.database.writing() as connection:
        piece = chain.hang(
            connection,
            {
                "case_id": the_file(centre, number).row.id,
                "message_id": message_id,
                "account": "polowijen",
                "path": picture,
                "sha256": "0" * 64,
                "json_path": document,
                "json_sha256": "1" * 64,
                "made_at": centre.now,
            },
        )
    assert piece is not None
    return piece


def tell(centre: Centre, number: str = FIRST) -> None:
    """A notice about the case to the complaint team."""
    values = {
        "key": number, "team": "complaint_team", "target": "t" * 64, "channel": "mailto://mail.example.org",
        "title": f"{number} Keluhan: antrean", "body": "isi surat", "attachments": [],
        "case_id": the_file(centre, number).row.id, "line": "",
    }  # fmt: skip
    with centre.database.writing() as connection:
        notices.write(connection, values, centre.now)
