"""Evidence is what the API said, a card made from it, and a chain in which nothing can be exchanged."""

from __future__ import annotations

import hashlib
import json
import os
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
from ig_worker.flows.casework.post_pictures import PostPictures
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

    def small_picture(self, original: Path, out: Path) -> None:
        out.write_bytes(b"small " + original.name.encode())

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("evidence is no report")


class Room:
    """A case of one person, and the room in which its evidence is made."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.cards = Cards()
        self.room = EvidenceRoom(
            database, self.cards, folder, "Asia/Jakarta", PostPictures(None, self.cards, folder)
        )
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
                self.room.hang_up(connection, piece)
        return piece


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with bench_database() as database:
        yield Room(database, tmp_path)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_json_says_exactly_what_the_api_said(room: Room) -> None:
    piece = room.make(room.message(1, conversation_id="t-9", attachments=["image"]))
    said = json.loads((room.folder / piece.json_path).read_text("utf-8"))
    assert said["message"] == {
        "ig_id": "m1",
        "author": "sari",
        "author_id": "",
        "text": HOSTILE,
        "sent_at": (START + timedelta(minutes=1)).isoformat(),
        "first_seen_at": START.isoformat(),
        "edited_at": None,
        "deleted_at": None,
        "hidden": False,
        "media_id": "",
        "parent_id": "",
        "conversation_id": "t-9",
        "attachments": ["image"],
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
    small = b"small a.jpg"
    digest = hashlib.sha256(small).hexdigest()
    name = f"unggahan-{digest[:16]}.jpg"
    post = {
        "ig_media_id": "180",
        "permalink": "https://www.instagram.com/p/x/",
        "caption": "Jam layanan",
        "published_at": START.isoformat(),
        "no_picture": "",
    }
    assert card["post"] == {**post, "picture": card["post"]["picture"]}
    assert Path(card["post"]["picture"]).name == name
    said = json.loads((room.folder / "evidence/2026/K-2026-0001/pesan-4.json").read_text("utf-8"))
    assert said["post"] == {**post, "picture": {"file": name, "sha256": digest, "source": "original"}}
    assert (room.folder / "evidence/2026/K-2026-0001" / name).read_bytes() == small


def test_a_post_that_is_not_known_is_named_by_its_id(room: Room) -> None:
    room.make(room.message(1, media_id="unknown"))
    assert room.cards.cards[0]["post"] == {
        "ig_media_id": "unknown",
        "permalink": "",
        "caption": "",
        "published_at": None,
        "picture": None,
        "no_picture": "",
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
    place = room.folder / abandoned.path
    assert not place.exists(), "what hangs nowhere lies aside"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"put there, and the power went before the row was committed")
    piece = room.make(message)
    again = room.make(message)
    with room.database.reading() as connection:
        (case,) = cases.listed(connection)
        (hung,) = chain.of_case(connection, case.id)
    assert hung.sha256 == piece.sha256 == sha256(place)
    assert not again.draft.exists()
    assert sorted(path.name for path in place.parent.iterdir()) == ["pesan-1.json", "pesan-1.png"]


def test_what_a_killed_worker_left_aside_goes_an_hour_later(room: Room) -> None:
    abandoned = room.make(room.message(1), hang=False)
    busy = room.make(room.message(2), hang=False)
    long_ago = abandoned.draft.stat().st_mtime - 7200
    os.utime(abandoned.draft, (long_ago, long_ago))
    room.make(room.message(3))
    assert not abandoned.draft.exists()
    assert busy.draft.exists()


def test_words_that_change_while_they_are_drawn_are_drawn_anew(room: Room) -> None:
    number = room.message(1)
    stale = room.make(number, hang=False)
    with room.database.writing() as connection:
        messages.change(connection, number, START, "edited by its author; it said: x", text="Sudah baik")
        assert not room.room.hang_up(connection, stale)
        assert chain.head(connection, ACCOUNT) == chain.START
    piece = room.make(number)
    assert json.loads((room.folder / piece.json_path).read_bytes())["message"]["text"] == "Sudah baik"


def test_words_before_it_that_change_while_it_is_drawn_are_drawn_anew(room: Room) -> None:
    root = room.message(1)
    answer = room.message(2, parent_id="m1", author="budi")
    stale = room.make(answer, hang=False)
    with room.database.writing() as connection:
        messages.change(connection, root, START, "erased", text="[dihapus atas permintaan]", author="")
        assert not room.room.hang_up(connection, stale)
    piece = room.make(answer)
    (line,) = json.loads((room.folder / piece.json_path).read_bytes())["thread"]
    assert (line["text"], line["author"]) == ("[dihapus atas permintaan]", "")


def test_two_workers_with_the_same_card_leave_the_files_of_the_one_that_hangs(room: Room) -> None:
    number = room.message(1)
    with room.database.reading() as connection:
        (case,) = cases.listed(connection)
        message = messages.get(connection, number)
    first, second = (room.room.make(case.row, message, START + timedelta(seconds=place)) for place in (1, 2))
    with room.database.writing() as connection:
        assert room.room.hang_up(connection, second)
        assert not room.room.hang_up(connection, first)
        (hung,) = chain.of_case(connection, case.id)
    assert first.sha256 != second.sha256 == hung.sha256 == sha256(room.folder / second.path)


def test_a_message_that_was_taken_back_is_drawn_no_more(room: Room) -> None:
    number = room.message(1, channel="dm")
    drawn = room.make(number, hang=False)
    with room.database.writing() as connection:
        messages.change(connection, number, START, "taken back", deleted=True, withdrawn_at=START)
        message = messages.get(connection, number)
        assert message is not None
        assert not room.room.may_draw(message)
        assert not room.room.hang_up(connection, drawn)
    assert not (room.folder / "evidence/2026").exists()


@pytest.mark.parametrize(
    ("channel", "keeps", "said"), [("comment", False, True), ("dm", False, False), ("dm", True, True)]
)
def test_a_private_message_that_is_gone_becomes_evidence_only_by_the_policy(
    room: Room, channel: str, keeps: bool, said: bool
) -> None:
    number = room.message(1, channel=channel, deleted=True, deleted_at=START)
    keeping = EvidenceRoom(room.database, room.cards, room.folder, "Asia/Jakarta", keeps_unsent=keeps)
    with room.database.reading() as connection:
        message = messages.get(connection, number)
    assert message is not None
    assert keeping.may_draw(message), "it may only have fallen behind the horizon"
    assert keeping.may_say_deleted(message) is said


def test_a_folder_that_takes_no_files_is_a_case_for_a_person(room: Room) -> None:
    (room.folder / "evidence").write_text("a file where the folder should be")
    with pytest.raises(NeedsPerson, match="cannot write evidence into") as told:
        room.make(room.message(1))
    assert told.value.cure == "free some space, or make the folder writable for the worker's user"
    assert room.cards.cards == []
