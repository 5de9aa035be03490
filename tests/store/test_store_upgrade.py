"""An older database with something in every table becomes one of today: nothing lost, no approval void."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Boolean, Date, DateTime, Float, Integer, MetaData, Table, insert, inspect, select

from fakes.bench import HandClock, PlainStaging, outbox
from ig_worker.domain.approval import Approval
from ig_worker.domain.planning import PlannedPost, content_hash, plan_row
from ig_worker.domain.sheet_rows import SheetRow
from ig_worker.flows.planning.planner import Planner
from ig_worker.store import accounts, approvals, deadlines, posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.migrate import migrations_folder, upgrade

NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
WIB = ZoneInfo("Asia/Jakarta")
SHEET = "november.csv"
ADDRESS = "https://awan.example/satu.jpg"
COVER = "https://awan.example/sampul.jpg"

ROWS = [
    SheetRow(
        number,
        {
            "kode": key,
            "tanggal": "26/11/2026",
            "jam": "09.00",
            "caption": f"Posyandu {key}",
            "status": "disetujui",
            "pembuat": "Rina",
            "verifikator": "dr. Wulan",
            **cells,
        },
    )
    for number, (key, cells) in enumerate(
        {
            "P-LOKAL": {"jenis": "gambar", "media": "satu.jpg"},
            "P-ALAMAT": {"jenis": "gambar", "media": ADDRESS},
            "P-DRAF": {"jenis": "carousel", "media": "a.jpg; b.jpg", "status": "draf", "verifikator": ""},
            "P-TERBIT": {"jenis": "reel", "media": "a.mp4", "sampul": COVER},
            "P-SAMPUL": {"jenis": "reel", "media": "a.mp4", "sampul": COVER},
        }.items(),
        2,
    )
]
APPROVED = ("P-LOKAL", "P-ALAMAT", "P-SAMPUL")


def sha256_of(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()


def row_hash_of_0001(post: PlannedPost, content: str) -> str:
    """As the program of schema 0001 wrote it."""
    named = [
        post.sheet_status,
        post.made_by,
        post.edited_by,
        post.verified_by,
        post.responsible,
        post.segment,
    ]
    marked = [post.scheduled_at.isoformat(), post.urgent, post.shows_patient, post.consent]
    return hashlib.sha256(json.dumps([content, named, marked]).encode()).hexdigest()


def at_schema(revision: str, url: str) -> Database:
    database = Database(url)
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return database


def plan_as_0001(connection: Connection, tables: MetaData, row: SheetRow, post_id: int) -> None:
    """The post that the program of schema 0001 made of a row."""
    post = plan_row(row.number, row.cells, accounts=["polowijen"], zone=WIB)
    assert isinstance(post, PlannedPost)
    content = content_hash(post, [sha256_of(written) for written in post.media])
    approved = post.key in APPROVED
    values = {
        "account": "polowijen",
        "key": post.key,
        "status": "approved" if approved else "published" if post.key == "P-TERBIT" else "draft",
        "kind": post.kind.value,
        "segment": post.segment,
        "scheduled_at": post.scheduled_at.astimezone(UTC).replace(tzinfo=None),
        "caption": post.caption,
        "options": {
            "collaborators": [],
            "user_tags": [],
            "location_id": "",
            "cover": post.cover,
            "thumb_offset_ms": None,
            "share_to_feed": None,
            "urgent": False,
            "shows_patient": False,
            "consent": "",
        },
        "made_by": post.made_by,
        "edited_by": "",
        "verified_by": post.verified_by,
        "responsible": "",
        "source": SHEET,
        "source_row": row.number,
        "sheet_status": post.sheet_status,
        "content_hash": content,
        "row_hash": row_hash_of_0001(post, content),
        "approved_by": post.verified_by if approved else "",
        "approved_hash": content if approved else "",
        "approved_at": NOW.replace(tzinfo=None) if approved else None,
        "child_ids": [],
        "ig_media_id": "18000000000000001" if post.key == "P-TERBIT" else None,
    }
    table = tables.tables["posts"]
    connection.execute(insert(table).values(**plain(table, values)))
    for position, written in enumerate(post.media):
        file = {"written": written, "original": Path(written).name, "sha256": sha256_of(written)}
        connection.execute(
            insert(tables.tables["post_media"]).values(post_id=post_id, position=position, **file)
        )


def plain(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """With zones where the table keeps them, which SQLite does not."""
    return {
        name: value.replace(tzinfo=UTC)
        if isinstance(value, datetime) and getattr(table.c[name].type, "timezone", False)
        else value
        for name, value in values.items()
    }


def something(table: Table) -> dict[str, Any]:
    """A row for a table: one of whatever each column takes."""
    given: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if column.name == "id":
            continue  # the database counts, and begins with the 1 that others refer to
        if isinstance(kind, DateTime):
            given[column.name] = NOW if kind.timezone else NOW.replace(tzinfo=None)
        elif isinstance(kind, Date):
            given[column.name] = date(2026, 11, 20)
        elif isinstance(kind, Boolean):
            given[column.name] = True
        elif isinstance(kind, Integer):
            given[column.name] = 1
        elif isinstance(kind, Float):
            given[column.name] = 0.5
        elif isinstance(kind, JSON):
            given[column.name] = ["Dibaca sebagai keluhan."]
        else:
            given[column.name] = "draf"[: getattr(kind, "length", None) or 4]
    return given


def contents(database: Database, names: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in these tables, as far as these columns go."""
    with database.reading() as connection:
        tables = MetaData()
        tables.reflect(connection)
        return {
            name: sorted(
                (
                    tuple(row)
                    for row in connection.execute(select(*[tables.tables[name].c[each] for each in columns]))
                ),
                key=repr,
            )
            for name, columns in names.items()
        }


@pytest.fixture
def old(empty_url: Callable[[], str]) -> Iterator[Database]:
    """A database as the program of schema 0001 left it."""
    database = at_schema("0001", empty_url())
    with database.writing() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for post_id, row in enumerate(ROWS, 1):
            plan_as_0001(connection, tables, row, post_id)
        for table in tables.sorted_tables:
            if table.name not in {"alembic_version", "posts", "post_media"}:
                connection.execute(insert(table).values(**something(table)))
    yield database
    database.close()


def test_nothing_is_lost_in_any_table(old: Database) -> None:
    inspector = inspect(old.engine)
    columns = {
        name: [column["name"] for column in inspector.get_columns(name)]
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }
    before = contents(old, columns)
    assert all(before.values()), "every table of schema 0001 holds something"
    upgrade(old.url)
    assert contents(old, columns) == before


def test_the_verifiers_approvals_are_carried_over(old: Database) -> None:
    upgrade(old.url)
    with old.reading() as connection:
        for key in APPROVED:
            post = posts.by_key(connection, "polowijen", key)
            assert post is not None
            (approval,) = approvals.of(connection, post.id)
            assert approval == Approval("verifikator", "dr. Wulan", post.row.content_hash)
        draft = posts.by_key(connection, "polowijen", "P-DRAF")
        assert draft is not None
        assert approvals.of(connection, draft.id) == []
        assert all(file.tried for file in draft.files)


class NothingIsFetched(PlainStaging):
    def keep_original(self, written: str, folder: Path) -> tuple[str, str]:
        assert not written.startswith("https://"), "what was fetched before the upgrade is not fetched again"
        return super().keep_original(written, folder)


def test_the_same_sheet_imported_again_voids_nothing(old: Database) -> None:
    upgrade(old.url)
    planner = Planner(old, NothingIsFetched(), HandClock(NOW), ["polowijen"], WIB, outbox("content_team"))
    for _ in range(2):
        result = planner.take(SHEET, Path(), [row for row in ROWS if row.cells["kode"] != "P-SAMPUL"])
        assert sorted(result.unchanged) == ["P-ALAMAT", "P-DRAF", "P-LOKAL", "P-TERBIT"]
        assert (result.changed, result.problems) == ([], [])
    with old.reading() as connection:
        statuses = {post.row.key: post.row.status for post in posts.listed(connection)}
    assert statuses == {
        "P-LOKAL": "approved",
        "P-ALAMAT": "approved",
        "P-DRAF": "draft",
        "P-TERBIT": "published",
        "P-SAMPUL": "held",
    }


def test_a_cover_that_nobody_has_looked_at_needs_a_yes(old: Database) -> None:
    """Schema 0001 handed a cover's address to Meta as it stood: nobody knows what bytes were meant."""
    upgrade(old.url)
    planner = Planner(old, NothingIsFetched(), HandClock(NOW), ["polowijen"], WIB, outbox("content_team"))
    result = planner.take(SHEET, Path(), ROWS)
    assert result.changed == ["P-SAMPUL"]
    assert "draf dahulu" in result.waiting["P-SAMPUL"]
    assert planner.take(SHEET, Path(), ROWS).changed == []


def filled(url: str, revision: str) -> Database:
    """A database of that schema with a row in every table."""
    database = at_schema(revision, url)
    with database.writing() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table).values(**something(table)))
    return database


@pytest.mark.parametrize("revision", ["0002", "0003", "0004", "0005", "0006", "0007"])
def test_nothing_of_a_later_schema_is_lost_in_any_table(empty_url: Callable[[], str], revision: str) -> None:
    database = filled(empty_url(), revision)
    inspector = inspect(database.engine)
    columns = {
        name: [column["name"] for column in inspector.get_columns(name)]
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }
    before = contents(database, columns)
    assert all(before.values()), f"every table of schema {revision} holds something"
    upgrade(database.url)
    assert contents(database, columns) == before
    database.close()


def test_an_account_taken_on_long_ago_is_not_summed_up_again(empty_url: Callable[[], str]) -> None:
    database = filled(empty_url(), "0002")
    upgrade(database.url)
    with database.reading() as connection:
        (account,) = accounts.listed(connection)
        assert account.first_poll_whole_at == account.backlog_told_at == account.first_polled_at == NOW
    database.close()


def test_what_a_case_has_met_is_met_after_the_upgrade(empty_url: Callable[[], str]) -> None:
    """Schema 0003 had only the case's own times; its deadlines would all be reminded of now."""
    database = at_schema("0003", empty_url())
    with database.writing() as connection:
        tables = MetaData()
        tables.reflect(connection)
        case = something(tables.tables["cases"]) | {"status": "resolved"}
        connection.execute(insert(tables.tables["cases"]).values(**case))
        due = something(tables.tables["deadlines"]) | {"case_id": 1, "met_at": None}
        for name in ("acknowledge", "resolve"):
            connection.execute(insert(tables.tables["deadlines"]).values(**due | {"name": name}))
    upgrade(database.url)
    with database.reading() as connection:
        assert {line.name: line.met_at for line in deadlines.of_case(connection, 1)} == {
            "acknowledge": NOW,
            "resolve": NOW,
        }
    database.close()


def test_totals_of_followers_come_to_stand_under_metas_day(empty_url: Callable[[], str]) -> None:
    """At 01.15 in Malang on the 25th, Meta's 23rd was over."""
    database = at_schema("0004", empty_url())
    with database.writing() as connection:
        tables = MetaData()
        tables.reflect(connection)
        metrics = tables.tables["metrics"]
        row = something(metrics) | {"media_id": "", "breakdown": ""}
        for day in (23, 24, 25):
            for name in ("followers_count", "follows_count", "reach"):
                values = {"day": date(2026, 11, day), "name": name, "value": float(day)}
                connection.execute(insert(metrics).values(**row | values))
    upgrade(database.url)
    with database.reading() as connection:
        found = connection.execute(select(metrics.c.name, metrics.c.day, metrics.c.value)).all()
    assert {(row.name, row.value - row.day.day) for row in found} == {
        ("followers_count", 2.0),
        ("follows_count", 2.0),
        ("reach", 0.0),
    }
    assert len(found) == 9
    database.close()
