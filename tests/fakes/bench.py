"""A bench to try the flows on: a real database, a clock in the hand, and a staging room that makes no pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fakes import postgresql
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.instagram import Kind
from ig_worker.flows.outbox import Outbox, Recipient
from ig_worker.media import Staged
from ig_worker.store import accounts, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import MediaFile
from ig_worker.store.schema import metadata

ACCOUNT = "polowijen"
START = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def forward(self, step: timedelta) -> None:
        self._now += step

    def move_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


class PlainStaging:
    """Stages by name only; what is served now is in ``staged``, what was tried out in ``tried``, and the addresses
    looked at in ``checked``.

    ``refused`` holds, by an original's name, why it can never go out; ``changed`` the addresses whose bytes changed.
    """

    def __init__(self, *, serves: bool = True) -> None:
        self.serves = serves
        self.tried: list[tuple[str, bool, float | None]] = []
        self.refused: dict[str, str] = {}
        self.changed: set[str] = set()
        self.checked: list[tuple[str, bool, float | None]] = []
        self.staged: set[str] = set()
        self._count = 0

    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        return Path(written).name, hashlib.sha256(written.encode()).hexdigest()

    def try_out(self, original: str, *, story: bool, ratio: float | None = None) -> float:
        self.tried.append((original, story, ratio))
        if reason := self.refused.get(original):
            raise MediaRejected(reason, cure="gambar JPG atau PNG yang dapat dibuka")
        return 1.0

    def check_address(
        self, written: str, sha256: str, *, story: bool = False, ratio: float | None = None
    ) -> None:
        self.checked.append((written, story, ratio))
        if written in self.changed:
            raise MediaRejected(f"Isi {written} sudah berubah", cure="Setujui lagi.")

    def path(self, original: str) -> Path:
        return Path("originals", original)

    def stage(self, original: str, *, story: bool, ratio: float | None) -> Staged:
        self._count += 1
        suffix = ".mp4" if original.endswith(".mp4") else ".jpg"
        name = f"staged-{self._count}{suffix}"
        self.staged.add(name)
        return Staged(name, suffix == ".mp4", 1.0)

    def url(self, name: str) -> str:
        if not self.serves:
            raise Misconfigured("[media] public_base_url is empty")
        return f"https://media.example/{name}"

    def has(self, name: str) -> bool:
        return name in self.staged

    def staged_path(self, name: str) -> Path:
        return Path("media", name)

    def unstage(self, name: str) -> None:
        self.staged.discard(name)


@cache
def _memory() -> Database:
    """The schema in memory: one for all histories, since compiling the statements anew costs more than they do."""
    if postgresql.WANTED == "postgresql":
        server = postgresql.the_cluster()
        assert server is not None, "no initdb on this machine; Debian has it in the package postgresql"
        return Database(server.new_shelves())
    database = Database("sqlite://")
    metadata.create_all(database.engine)
    return database


def _used(connection: Connection) -> list[str]:
    """The tables that hold anything, those that refer to others first."""
    names = [table.name for table in reversed(metadata.sorted_tables)]
    filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
    found = {row[0] for row in connection.exec_driver_sql(filled)}
    return [name for name in names if name in found]


def _empty(connection: Connection, tables: list[str]) -> None:
    """Without rows, and counting from one again."""
    if connection.dialect.name == "postgresql":
        # Of the few rows here each is quicker deleted than its table's file made anew.
        numbered = [
            f"setval(pg_get_serial_sequence('{table}', 'id'), 1, false)"
            for table in tables
            if "id" in metadata.tables[table].c
        ]
        if numbered:
            connection.exec_driver_sql(f"SELECT {', '.join(numbered)}")
    for table in tables:
        connection.exec_driver_sql(f"DELETE FROM {table}")


@contextmanager
def bench_database() -> Iterator[Database]:
    """An empty database with one known account."""
    database = _memory()
    with database.writing() as connection:
        if used := _used(connection):
            _empty(connection, used)
        accounts.known(connection, ACCOUNT, "17841400000000001", "puskesmaspolowijen")
    yield database


def outbox(*teams: str) -> Outbox:
    """An outbox with one recipient for each of these teams."""
    return Outbox({team: [Recipient(f"target-{team}", f"{team}@example.org")] for team in teams})


def plan_post(
    connection: Connection,
    kind: Kind = Kind.IMAGE,
    *,
    at: datetime = START,
    key: str = "P-01",
    **changes: Any,
) -> int:
    """An approved post on the shelf, due at `at`; returns its id."""
    names = {Kind.CAROUSEL: ["a.jpg", "b.jpg", "c.jpg"], Kind.REEL: ["a.mp4"]}.get(kind, ["a.jpg"])
    values = {
        "account": ACCOUNT,
        "key": key,
        "kind": kind.value,
        "segment": "Pengumuman",
        "scheduled_at": at,
        "caption": f"Posyandu besok pagi ya, Bunda! 🌸 {key}",
        "options": {},
        "made_by": "Rina",
        "edited_by": "Sari",
        "verified_by": "dr. Wulan",
        "responsible": "",
        "source": "rencana.csv",
        "source_row": 2,
        "sheet_status": "disetujui",
        "content_hash": "c" * 64,
        "row_hash": "r" * 64,
        "status": "approved",
        "approved_by": "dr. Wulan",
        "approved_hash": "c" * 64,
        **changes,
    }
    media = [MediaFile(position, name, name, "0" * 64) for position, name in enumerate(names)]
    return posts.add(connection, values, media, at - timedelta(days=1))
