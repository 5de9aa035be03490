"""A desk on which planning sheets are imported: rows as a person writes them, and what became of their posts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database
from ig_worker.domain.publication import Happened, apply
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.planner import ImportResult, Planner
from ig_worker.store import posts
from ig_worker.store.database import Database
from ig_worker.store.posts import MediaFile, StoredPost

WIB = ZoneInfo("Asia/Jakarta")
SHEET = "rencana-november.csv"


def row(kode: str = "P-01", number: int = 2, **cells: str) -> SheetRow:
    """A row that can be taken and is approved; ``cells`` replace what stands in it, empty ones are absent."""
    written = {
        "kode": kode,
        "tanggal": "26/11/2026",
        "jam": "09.00",
        "jenis": "gambar",
        "media": "satu.jpg",
        "caption": "Posyandu besok pagi ya, Bunda!",
        "status": "disetujui",
        "pembuat": "Rina",
        "verifikator": "dr. Wulan",
        **cells,
    }
    return SheetRow(number, {name: cell for name, cell in written.items() if cell})


class Desk:
    """Imports sheets into one database."""

    def __init__(self, database: Database, *accounts: str) -> None:
        self.database = database
        self.clock = HandClock(START)
        self.staging = PlainStaging()
        self.accounts = accounts or (ACCOUNT,)

    def take(
        self, *rows: SheetRow, source: str = SHEET, dry_run: bool = False, staging: PlainStaging | None = None
    ) -> ImportResult:
        planner = Planner(self.database, staging or self.staging, self.clock, self.accounts, WIB)
        return planner.take(source, Path("rencana"), rows, dry_run=dry_run)

    def post(self, key: str = "P-01", account: str = ACCOUNT) -> StoredPost:
        with self.database.reading() as connection:
            found = posts.by_key(connection, account, key)
        assert found is not None
        return found

    def status(self, key: str = "P-01", account: str = ACCOUNT) -> str:
        return self.post(key, account).publication.status.value

    def rows(self) -> list[tuple[dict[str, Any], tuple[MediaFile, ...]]]:
        """Everything that stands in the table of posts, with the posts' files."""
        with self.database.reading() as connection:
            return [(post.row._asdict(), post.media) for post in posts.listed(connection)]

    def happen(self, *happened: Happened, key: str = "P-01", account: str = ACCOUNT, **columns: Any) -> None:
        """The publisher, or a person at the command line, takes the post on."""
        for each in happened:
            post = self.post(key, account)
            after = apply(post.publication, each, self.clock.now())
            with self.database.writing() as connection:
                assert posts.save(connection, post, after, self.clock.now(), "by hand", extra=columns)


@contextmanager
def empty_desk(*accounts: str) -> Iterator[Desk]:
    """A desk and nothing planned yet."""
    with bench_database() as database:
        yield Desk(database, *accounts)
