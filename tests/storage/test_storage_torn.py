"""A power cut at any moment: every intent that was committed is there, nothing is half, and the database is sound."""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select as select_rows

from fakes.torn import FRAME_HEADER, HEADER, synced_end, tails
from ig_worker.store.database import Database
from ig_worker.store.integrity import findings
from ig_worker.store.migrate import upgrade
from ig_worker.store.schema import facts as facts_table
from ig_worker.store.writable import tried

WRITER = """
import sys
from datetime import UTC, datetime
from ig_worker.store import facts
from ig_worker.store.database import Database
database = Database(sys.argv[1])
for number in range(100_000):
    with database.writing() as connection:
        facts.write(connection, f"intent-{number:06}", "kata " * (number % 1500), datetime(2026, 11, 25, tzinfo=UTC))
    sys.stdout.write(f"{number}\\n")
    sys.stdout.flush()
"""
MOMENTS = 14


class Snapshot:
    """The files as they are at one moment, and the last intent that is known to be committed."""

    def __init__(self, file: Path, committed: int) -> None:
        self.database = file.read_bytes()
        log = file.with_name(f"{file.name}-wal")
        self.log = log.read_bytes() if log.exists() else b""
        self.committed = committed


def last_number(stream: int, known: int) -> int:
    said = b""
    while select.select([stream], [], [], 0)[0] and (piece := os.read(stream, 65_536)):
        said += piece
    lines = said.decode().splitlines()
    return int(lines[-1]) if lines else known


def snapshots(file: Path) -> list[Snapshot]:
    """A writer that is stopped again and again, and looked at."""
    chance = random.Random(7)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, f"sqlite:///{file}"], stdout=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None
    stream = process.stdout.fileno()
    taken: list[Snapshot] = []
    number = -1
    try:
        while len(taken) < MOMENTS:
            assert select.select([stream], [], [], 30)[0], "the writer writes nothing"
            select.select([], [], [], chance.uniform(0, 0.15))
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)
            number = last_number(stream, number)
            taken.append(Snapshot(file, number))
            process.send_signal(signal.SIGCONT)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    return taken


def intents_after(folder: Path, database: bytes, log: bytes) -> list[int]:
    """What is found when a worker opens these files; the database is sound, and takes what is written."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = folder / "ig-worker.db"
    file.write_bytes(database)
    file.with_name("ig-worker.db-wal").write_bytes(log)
    opened = Database(f"sqlite:///{file}")
    opened.require_schema()
    with opened.reading() as connection:
        names = connection.execute(
            select_rows(facts_table.c.name).where(facts_table.c.name.like("intent-%")).order_by("name")
        ).scalars()
        found = [int(name.removeprefix("intent-")) for name in names]
    tried(opened)
    opened.close()
    assert findings(file) == []
    return found


def test_every_committed_intent_survives_a_torn_log(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    taken = snapshots(file)
    chance = random.Random(11)
    torn = 0
    for now, later in zip(taken, taken[1:] + taken[-1:], strict=True):
        end = synced_end(now.log)
        goes_on = later.log[:end] == now.log[:end]
        for tail in tails(later.log if goes_on else now.log, end, chance):
            found = intents_after(tmp_path / "after", now.database, now.log[:end] + tail)
            assert found == list(range(len(found))), "a prefix: none is missing between others"
            assert len(found) >= now.committed + 1, "what was committed is there"
            torn += 1
    print(f"{torn} torn files of {len(taken)} moments, {taken[-1].committed} intents")
    assert taken[-1].committed > 20


def test_a_power_cut_while_the_log_is_brought_into_the_file_harms_nothing(tmp_path: Path) -> None:
    """Pages of the file are half written then; the log still has all of them."""
    file = tmp_path / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    chance = random.Random(13)
    for now in snapshots(file)[::3]:
        database = bytearray(now.database)
        for at in range(HEADER, synced_end(now.log), FRAME_HEADER + 4096):
            page = int.from_bytes(now.log[at : at + 4], "big") - 1
            start = page * 4096
            if chance.random() < 0.5 and start + 4096 <= len(database):
                database[start + 2048 : start + 4096] = chance.randbytes(2048)
        found = intents_after(tmp_path / "after", bytes(database), now.log)
        assert found == list(range(len(found)))
        assert len(found) >= now.committed + 1
