"""A real folder of evidence with its chain: people's words, a post's picture, an edit, a deletion, an erasing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from fakes.bench import ACCOUNT, START, HandClock, outbox, plan_post
from ig_worker.domain.instagram import Media
from ig_worker.flows.casework.caseworker import Casework
from ig_worker.flows.casework.evidence import EvidenceRoom
from ig_worker.flows.casework.opening import Rules
from ig_worker.flows.casework.post_pictures import PostPictures
from ig_worker.flows.casework.verifying import Finding, Verifier
from ig_worker.store import cases, chain, inbox, messages, taken_back
from ig_worker.store.database import Database

MINUTE = timedelta(minutes=1)


class PlainCards:
    """A renderer whose card is the card's data, and whose small picture is the name of the large one."""

    def evidence_card(self, card: Mapping[str, Any], out: Path) -> None:
        post = card["post"]
        if post and post["picture"]:
            card = {**card, "post": {**post, "picture": Path(post["picture"]).read_text()}}
        out.write_bytes(b"PNG " + json.dumps(card, sort_keys=True).encode())

    def small_picture(self, original: Path, out: Path) -> None:
        out.write_bytes(b"small " + original.name.encode())

    def day_report(self, report: Mapping[str, Any], out: Path) -> None:
        raise AssertionError("evidence is no report")


class Folder:
    """One account's casework on a database and a folder."""

    def __init__(self, database: Database, data_dir: Path, *, keeps_unsent: bool = False) -> None:
        self.database = database
        self.data_dir = data_dir
        self.clock = HandClock()
        self.cards: Any = PlainCards()
        self.keeps_unsent = keeps_unsent
        self.casework = self.worker()

    def worker(self) -> Casework:
        """A worker as after a start."""
        pictures = PostPictures(None, self.cards, self.data_dir)
        room = EvidenceRoom(
            self.database,
            self.cards,
            self.data_dir,
            "Asia/Jakarta",
            pictures,
            keeps_unsent=self.keeps_unsent,
        )
        rules = Rules(START.tzinfo, {}, lambda opened_at, severity: [])
        return Casework(
            ACCOUNT, self.database, room, outbox("complaint_team", "operators"), self.clock, rules
        )

    def run(self, later: timedelta = MINUTE) -> None:
        self.casework.run()
        self.clock.forward(later)

    def message(self, number: int, text: str = "Antrean lama sekali", **more: Any) -> int:
        values = {
            "account": ACCOUNT,
            "channel": "comment",
            "ig_id": f"m{number}",
            "author": f"orang{number}",
            "author_id": f"igsid-{number}",
            "text": text,
            "attachments": [],
            "reasons": [],
            "sent_at": self.clock.now(),
            "first_seen_at": self.clock.now(),
            "label": "keluhan",
            "topic": "antrean",
            "opens_case": True,
            **more,
        }
        with self.database.writing() as connection:
            message_id = messages.add(connection, values)
        assert message_id is not None
        return message_id

    def edit(self, message_id: int, text: str) -> None:
        """What the inbox does with an edited comment."""
        now = self.clock.now()
        with self.database.writing() as connection:
            known = messages.get(connection, message_id)
            assert known is not None
            what = f"edited by its author; it said: {known.text}"
            messages.change(connection, message_id, now, what, text=text, edited=True, edited_at=now)

    def delete(self, message_id: int) -> None:
        """What the inbox does with a message that is gone."""
        now = self.clock.now()
        with self.database.writing() as connection:
            messages.change(connection, message_id, now, "it is gone", deleted=True, deleted_at=now)

    def post(self, media_id: str = "180") -> str:
        """A post of ours with an original here."""
        with self.database.writing() as connection:
            media = Media(media_id, "Jam layanan", START, "IMAGE", "FEED", permalink="https://ig/p/x/")
            inbox.remember_media(connection, ACCOUNT, media)
            plan_post(connection, status="published", ig_media_id=media_id, published_at=START)
        return media_id

    def filled(self) -> Folder:
        """A folder in which there is one of everything."""
        first = self.message(1, media_id=self.post())
        self.message(2, "Obat kosong terus 😡", media_id="180", topic="obat")
        third = self.message(3, channel="dm", conversation_id="t-3")
        self.run()
        self.edit(first, "Antrean lama sekali, dari jam 7")
        self.run()
        self.delete(first)
        self.run()
        with self.database.writing() as connection:
            taken_back.hide(connection, messages.get(connection, third), self.clock.now())
            (piece,) = chain.of_message(connection, third)
            chain.erase(connection, piece, self.clock.now())
        for path in (piece.path, piece.json_path):
            (self.data_dir / path).unlink()
        return self

    def verify(self, *numbers: str, redraw: bool = False) -> list[Finding]:
        return list(self.verifier(redraw=redraw).run(numbers))

    def verifier(self, *, redraw: bool = False) -> Verifier:
        return Verifier(self.database, self.data_dir, self.cards if redraw else None)

    def tamper(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What somebody with the database's own program can do: no rule holds. A value's place is a ``?``."""
        on_sqlite = self.database.engine.dialect.name == "sqlite"
        unruly, ruled = (
            ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
            if on_sqlite
            else ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT")
        )
        raw = self.database.engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(unruly)
            cursor.execute(sql if on_sqlite else sql.replace("%", "%%").replace("?", "%s"), values)
            found = list(cursor.fetchall()) if cursor.description else []
            cursor.execute(ruled)
            raw.commit()
            return found
        finally:
            raw.close()

    def files(self) -> list[Path]:
        return sorted(path for path in (self.data_dir / "evidence").rglob("*") if path.is_file())

    def numbers(self) -> list[str]:
        with self.database.reading() as connection:
            return [stored.number for stored in cases.listed(connection)]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
