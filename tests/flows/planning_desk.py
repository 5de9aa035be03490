"""A desk on which planning sheets are imported: rows as a person writes them, and what became of their posts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fakes.bench import ACCOUNT, START, HandClock, PlainStaging, bench_database, outbox
from ig_worker.domain.publication import Happened, apply
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.planning import gathering
from ig_worker.flows.planning.approving import Agreement, Approving
from ig_worker.flows.planning.imported import ImportResult
from ig_worker.flows.planning.planner import Planner
from ig_worker.store import approvals, journal, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import MediaFile, StoredPost
from ig_worker.store.schema import notices

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
        self.outbox = outbox("content_team")
        self.agreement = Agreement()

    def take(
        self, *rows: SheetRow, source: str = SHEET, dry_run: bool = False, staging: PlainStaging | None = None
    ) -> ImportResult:
        return self.planner(staging).take(source, Path("rencana"), rows, dry_run=dry_run)

    def planner(self, staging: PlainStaging | None = None) -> Planner:
        return Planner(
            self.database,
            staging or self.staging,
            self.clock,
            self.accounts,
            WIB,
            self.outbox,
            self.agreement,
        )

    def gatherer(
        self, staging: PlainStaging | None = None, rules: gathering.Rules | None = None
    ) -> gathering.Gatherer:
        return gathering.Gatherer(
            self.database,
            staging or self.staging,
            self.outbox,
            self.clock,
            Approving(self.outbox, self.agreement),
            rules or gathering.Rules(),
        )

    def gather(self, staging: PlainStaging | None = None) -> None:
        """One pass of the gatherer."""
        self.gatherer(staging).run()

    def letters(self) -> list[tuple[str, str]]:
        """Title and body of everything that the content team was told."""
        with self.database.reading() as connection:
            rows = connection.execute(select(notices.c.title, notices.c.body).order_by(notices.c.id)).all()
        return [(row.title, row.body) for row in rows]

    def approvals(self, key: str = "P-01") -> list[tuple[str, str]]:
        """Who has approved the post, as what."""
        post_id = self.post(key).id
        with self.database.reading() as connection:
            return [(each.role, each.name) for each in approvals.of(connection, post_id)]

    def journal(self, key: str = "P-01") -> list[tuple[str, str]]:
        """What the journal says of the post: who, what."""
        post_id = self.post(key).id
        with self.database.reading() as connection:
            return [(line.who, line.what) for line in journal.of(connection, f"post:{post_id}")]

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
