"""Evidence is what the API said, a card made from it, and a chain in which nothing can be exchanged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.bench import ACCOUNT, START, bench_database, plan_post
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.evidence_chain import link
from ig_worker.domain.instagram import Media
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.store import cases, chain, inbox, messages
from ig_worker.store.database import Database

HOSTILE = "Antrean lama 😡👨‍👩‍👧 شكرا </script> ' \" \\"


class Cards:
    """A renderer whose card is the card's data."""

    def __init__(self) -> None:
        self.cards: list[dict[str, Any]] = []

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        self.cards.append(dict(card))
        out.write_bytes(json.dumps(card).encode())

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("evidence is no report")


class Room:
    """A case of one person, and the room in which its evidence is made."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.cards = Cards()
        self.room = EvidenceRoom(database, self.cards, folder, "Asia/Jakarta")
        with database.writing() as connection:
            values = {
                "number": cases.next_number(connection, 2026),
                "account": ACCOUNT,
                "label": "keluhan",
                "topic": "antrean",
                "unit": "",
                "severity": "biasa",
                "channel": "comment",
                "author": "sari",
                "author_id": "",
                "opened_at": START,
            }
            cases.open_case(connection, values, [], START)

    def message(self, number: int, **more: Any) -> int:
        values = {
            "account": ACCOUNT,
            "channel": "comment",
            "ig_id": f"m{number}",
            "author": "sari",
            "text": HOSTILE,
            "attachments": [],
            "reasons": [],
            "sent_at": START + timedelta(minutes=number),
            "first_seen_at": START,
            "label": "keluhan",
            "topic": "antrean",
            **more,
        }
        with self.database.writing() as connection:
            message_id = messages.add(connection, values)
        assert message_id is not None
        return message_id

    def make(self, message_id: int, *, hang: bool = True) -> Any:
        with self.database.reading() as connection:
            (case,) = cases.listed(connection)
            message = messages.get(connection, message_id)
        assert message is not None
        piece = self.room.make(case.row, message, START)
        if hang:
            with self.database.writing() as connection:
                self.room.hang_up(connection, piece, START)
        return piece


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with bench_database() as database:
        yield Room(database, tmp_path)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_json_says_exactly_what_the_api_said(room: Room) -> None:
    piece = room.make(room.message(1))
    said = json.loads((room.folder / piece.json_path).read_text("utf-8"))
    assert said["message"] == {
        "ig_id": "m1",
        "author": "sari",
        "text": HOSTILE,
        "sent_at": (START + timedelta(minutes=1)).isoformat(),
    }
    assert (said["case"], said["zone"], said["captured_at"]) == (
        "K-2026-0001",
        "Asia/Jakarta",
        START.isoformat(),
    )
    assert said["account"] == {"name": ACCOUNT, "username": "puskesmaspolowijen"}
    assert (said["post"], said["thread"]) == (None, [])


def test_the_hashes_are_those_of_the_files_and_the_card_names_the_jsons(room: Room) -> None:
    piece = room.make(room.message(1))
    assert piece.path == "evidence/2026/K-2026-0001/pesan-1.png"
    assert piece.sha256 == sha256(room.folder / piece.path)
    assert piece.json_sha256 == sha256(room.folder / piece.json_path)
    assert room.cards.cards[0]["sha256"] == piece.json_sha256


def test_a_comments_thread_and_post_are_on_its_card(room: Room) -> None:
    with room.database.writing() as connection:
        media = Media(
            "180", "Jam layanan", START, "IMAGE", "FEED", permalink="https://www.instagram.com/p/x/"
        )
        inbox.remember_media(connection, ACCOUNT, media)
        plan_post(connection, status="published", ig_media_id="180", published_at=START)
    room.message(1, media_id="180", text="Buka jam berapa?")
    room.message(2, media_id="180", parent_id="m1", own=True, text="Jam 7")
    room.message(4, media_id="180", parent_id="m1", text="sesudahnya")
    room.make(room.message(3, media_id="180", parent_id="m1"))
    (card,) = room.cards.cards
    assert [(line["text"], line["own"]) for line in card["thread"]] == [
        ("Buka jam berapa?", False),
        ("Jam 7", True),
    ]
    assert card["post"] == {
        "ig_media_id": "180",
        "permalink": "https://www.instagram.com/p/x/",
        "caption": "Jam layanan",
        "published_at": START.isoformat(),
        "picture": str(room.folder / "originals" / "a.jpg"),
    }
    said = json.loads((room.folder / "evidence/2026/K-2026-0001/pesan-4.json").read_text("utf-8"))
    assert said["post"]["picture"] is None, "where our copy lies is no part of what the API said"


def test_a_post_that_is_not_known_is_named_by_its_id(room: Room) -> None:
    room.make(room.message(1, media_id="unknown"))
    assert room.cards.cards[0]["post"] == {
        "ig_media_id": "unknown",
        "permalink": "",
        "caption": "",
        "published_at": None,
        "picture": None,
    }


def test_each_piece_carries_the_hash_of_the_one_before(room: Room) -> None:
    for number in range(1, 4):
        room.make(room.message(number))
    with room.database.reading() as connection:
        (case,) = cases.listed(connection)
        pieces = chain.of_case(connection, case.id)
    previous = chain.START
    for piece in pieces:
        assert piece.previous == previous
        previous = link(piece._mapping)
        assert piece.chain == previous
    assert len(pieces) == 3


def test_made_again_after_an_interruption_it_replaces_the_files_and_hangs_once(room: Room) -> None:
    message = room.message(1)
    abandoned = room.make(message, hang=False)
    (room.folder / abandoned.path).write_bytes(b"half a card")
    piece = room.make(message)
    room.make(message)
    with room.database.reading() as connection:
        (case,) = cases.listed(connection)
        (hung,) = chain.of_case(connection, case.id)
    assert hung.sha256 == piece.sha256 == sha256(room.folder / piece.path)
    assert sorted(path.name for path in (room.folder / piece.path).parent.iterdir()) == [
        "pesan-1.json",
        "pesan-1.png",
    ]


def test_a_folder_that_takes_no_files_is_a_case_for_a_person(room: Room) -> None:
    (room.folder / "evidence").write_text("a file where the folder should be")
    with pytest.raises(NeedsPerson, match="cannot write evidence into") as told:
        room.make(room.message(1))
    assert told.value.cure == "free some space, or make the folder writable for the worker's user"
    assert room.cards.cards == []
