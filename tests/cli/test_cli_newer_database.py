"""A database of a newer ig-worker is refused by every command that would open it, and none changes a byte of it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click
import pytest
from cli_centre import Installation, message_values

from ig_worker.cli import commands as ig_worker
from ig_worker.store import messages

pytestmark = pytest.mark.sqlite_only("looks whether the file is the same to the byte")

SAID = "the database is from a newer ig-worker (schema 9999"
CURE = "install that newer ig-worker again; nothing was changed"

BY = ("--by", "Ani")
WORDS: Mapping[str, tuple[str, ...]] = {
    "board serve": ("--port", "0"),
    "board user add": ("ani", "--role", "admin", "--generate"),
    "board user disable": ("ani",),
    "board user password": ("ani", "--generate"),
    "cases ack": ("K-2026-0001", *BY),
    "cases assign": ("K-2026-0001", "--to", "Budi", *BY),
    "cases crisis lift": ("1", *BY),
    "cases export": ("--out", "keluar.csv"),
    "cases merge": ("K-2026-0002", "--into", "K-2026-0001", *BY),
    "cases note": ("K-2026-0001", "sudah ditelepon", *BY),
    "cases reject": ("K-2026-0001", "--reason", "bukan keluhan", *BY),
    "cases reopen": ("K-2026-0001", "--reason", "belum selesai", *BY),
    "cases resolve": ("K-2026-0001", *BY),
    "cases show": ("K-2026-0001",),
    "cases start": ("K-2026-0001", *BY),
    "classifier train": ("--with-corrections",),
    "db backup": ("--to", "simpan"),
    "cases tell": ("K-2026-0001",),
    "inbox explain": ("1",),
    "inbox hide": ("1", *BY),
    "inbox relabel": ("1", "keluhan", *BY),
    "inbox reply": ("1", "Terima kasih", *BY),
    "inbox settle": ("1", *BY),
    "inbox show": ("1",),
    "insights export": ("--out", "angka.csv"),
    "insights report": ("--month", "2026-10"),
    "posts approve": ("1", *BY, "--as", "verifikator"),
    "posts cancel": ("1", *BY),
    "posts confirm": ("1", "--not-published", *BY),
    "posts draft transparency": ("--month", "2026-10"),
    "posts hold": ("1", "--reason", "tunggu", *BY),
    "posts import": ("rencana.csv",),
    "posts reject": ("1", *BY),
    "posts reschedule": ("1", "--at", "26/11/2026 10.00", *BY),
    "posts retry": ("1",),
    "posts show": ("1",),
    "privacy erase": ("sari", *BY, "--reason", "diminta", "--yes"),
    "privacy export": ("sari", "--to", "sari.zip"),
    "token exchange": ("--short",),
}
"""What a command needs to come as far as the database; of the others nothing."""

OPENS_NONE = {
    "cases calendar": "shows the days of the configuration",
    "init": "makes a new one elsewhere",
    "demo": "plays with one of its own",
    "sandbox serve": "is the Instagram of a test",
    "classify": "judges a text",
    "classifier evaluate": "judges a file",
    "db current": "says which version it is",
    "db restore": "puts another one in its place",
    "doctor": "reports it",
}


def every_command(at: click.Command = ig_worker, path: tuple[str, ...] = ()) -> Iterator[str]:
    if not isinstance(at, click.Group):
        yield " ".join(path)
        return
    context = click.Context(at)
    for name in at.list_commands(context):
        found = at.get_command(context, name)
        assert found is not None
        yield from every_command(found, (*path, name))


COMMANDS = sorted(every_command())


def test_the_lists_name_commands() -> None:
    assert set(WORDS) | set(OPENS_NONE) <= set(COMMANDS)


@pytest.fixture
def newer(centre: Installation) -> Installation:
    """A database with something in it, of a version that is yet to come."""
    with centre.writing() as connection:
        more = {"label": "keluhan", "topic": "antrean", "opens_case": True, "author": "sari"}
        messages.add(connection, message_values("Antrean lama sekali 😡", **more))
    (centre.folder / "rencana.csv").write_text("tanggal,jam,jenis,media,caption\n", "utf-8")
    with closing(sqlite3.connect(centre.database_file, isolation_level=None)) as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9999'")
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return centre


def content_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize("command", [each for each in COMMANDS if each not in OPENS_NONE])
def test_a_newer_database_is_refused_and_not_touched(newer: Installation, command: str) -> None:
    before, there = content_of(newer.database_file), sorted(newer.folder.rglob("*"))
    done = newer(*command.split(), *WORDS.get(command, ()))
    assert SAID in done.line
    assert done.line.endswith(CURE)
    assert (done.status, done.out) == (1, "")
    assert content_of(newer.database_file) == before
    made = {file.name for file in set(newer.folder.rglob("*")) - set(there)}
    assert made <= {"ig-worker.db-wal", "ig-worker.db-shm", "ig-worker.db.upgrade"}, "nothing is left behind"


def test_the_others_leave_it_alone_as_well(newer: Installation) -> None:
    before = content_of(newer.database_file)
    assert newer("db", "current").out.startswith("9999 ")
    assert newer("doctor", "--json").status == 1
    assert newer("classify", "Terima kasih").status == 0
    refused = newer("db", "restore", "tidak-ada.tar", "--yes")
    assert refused.status != 0
    assert content_of(newer.database_file) == before
