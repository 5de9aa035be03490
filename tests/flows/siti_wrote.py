"""A centre to which Siti wrote, and others beside her, for the tests of what becomes of her data."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from evidence_folder import Folder
from sqlalchemy import update

from fakes.bench import ACCOUNT, START
from ig_worker.domain.erasure import Person, username
from ig_worker.flows.casework.without import Redrawing
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.flows.privacy.erasing import Erasing
from ig_worker.store import (
    accounts,
    cases,
    conversations,
    journal,
    persons,
)
from ig_worker.store.database import Database
from ig_worker.store.schema import cases as case_rows
from ig_worker.store.schema import metadata

NAME, ID = "siti.aminah_87", "igsid-siti"
SITI = {"author": NAME, "author_id": ID}
PHONE, NIK = "0812-3456-7890", "3573041234567890"
COMPLAINT = f"Antrean loket lama sekali, hubungi saya {PHONE} ya, NIK {NIK}, kecewa 😡"
LATER = "Sudah tiga kali saya bilang, obat ibu saya belum ada juga"
OTHERS = "Betul kata @siti.aminah_87, saya juga menunggu tiga jam"
SIMILAR = "siti.aminah_8"
TRACES = (NAME, ID, PHONE, NIK, "Antrean loket lama", "obat ibu saya", "Assalamualaikum bu Siti")


class Home(Folder):
    """A centre to which Siti wrote, and others beside her."""

    def __init__(self, database: Database, folder: Path) -> None:
        with database.writing() as connection:
            accounts.known(connection, ACCOUNT, "17841400000000001", "puskesmaspolowijen")
        super().__init__(database, folder)
        post = self.post()
        by = {"author": NAME, "author_id": ID}
        first = self.message(1, COMPLAINT, media_id=post, **by)
        self.clock.forward(timedelta(minutes=1))
        self.message(2, OTHERS, media_id=post, parent_id="m1", topic="obat")
        self.message(3, "Toiletnya kotor", author=SIMILAR, author_id="igsid-9", topic="fasilitas")
        self.message(4, LATER, channel="dm", conversation_id="t-siti", topic="obat", **by)
        self.message(5, "Assalamualaikum bu Siti", channel="dm", conversation_id="t-siti", own=True, opens_case=False,
                     author="puskesmaspolowijen", author_id="17841400000000001", label="lainnya")  # fmt: skip
        self.run()
        self.edit(first, "Antrean loket lama sekali")
        self.run()
        box = Outbox({"operators": [Recipient("target-1", "a@example.org")]})
        with database.writing() as connection:
            talk = {"ig_id": "t-siti", "person": NAME, "person_id": ID, "updated_at": START, "read_at": START}
            conversations.mark_read(connection, ACCOUNT, talk)
            body = f"dari @{NAME}: “{LATER}”\nBaris lain tetap."
            box.tell(connection, self.clock.now(), "operators", Letter("waiting:4", "Menunggu", body))
            stored = cases.get(connection, "K-2026-0001")
            assert stored is not None
            note = f"note: {PHONE} sudah ditelepon bu Siti ({NAME})"
            journal.note(connection, self.clock.now(), "case:K-2026-0001", note, who="Rina")
        for name in ("buku-register-2026-11.pdf", "harian-2026-11-25.pdf", "buku-register-2026-01.pdf",
                     "register-semua.csv", "register-semua-puskesmas-2026-01-lengkap.xlsx"):  # fmt: skip
            paper = folder / "reports" / name
            paper.parent.mkdir(exist_ok=True)
            paper.write_text(name if name.startswith("buku-register-2026-01") else f"{NAME} {name}")

    def close_cases(self) -> None:
        with self.database.writing() as connection:
            now = self.clock.now()
            connection.execute(
                update(case_rows).values(status="resolved", closed_at=now, answer="Sudah beres")
            )

    def erasing(self, database: Any = None, **more: Any) -> Erasing:
        redraws = Redrawing(self.cards, self.data_dir)
        return Erasing(database or self.database, self.data_dir, redraws, self.clock, **more)

    def siti(self) -> Person:
        with self.database.reading() as connection:
            return persons.named(connection, username(f"@{NAME.upper()}"))

    def erase(self, *, also_open: bool = True, **more: Any) -> None:
        self.erasing(**more).erase(self.siti(), by="Rina", reason="surat nomor 12", also_open=also_open)

    def bytes_with(self, *words: str) -> list[str]:
        rows = self._rows()
        found = [f"database: {word}" for word in words if word in rows]
        for file in self.data_dir.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                found += [f"{file.name}: {word}" for word in words if word.encode() in content]
        return sorted(found)

    def _rows(self) -> str:
        """Every row of a database that is no file here."""
        if self.database.sqlite_file is not None:
            return ""
        with self.database.reading() as connection:
            return "\n".join(
                row
                for name in metadata.tables
                for (row,) in connection.exec_driver_sql(f"SELECT {name}::text FROM {name}")
            )
