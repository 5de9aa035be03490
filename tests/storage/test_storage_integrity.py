"""Once a week the database is read as a whole; damage is told at once and stands in status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from fakes.bench import HandClock, outbox
from ig_worker.domain.errors import NeedsPerson
from ig_worker.flows.soundness import Soundness
from ig_worker.flows.standing import standing
from ig_worker.store import facts, notices
from ig_worker.store.database import Database
from ig_worker.store.integrity import FACT, findings, found_in_own_process
from ig_worker.store.migrate import upgrade

WIB = ZoneInfo("Asia/Jakarta")
NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
"""Three in the morning in Malang."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    upgrade(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    opened = Database(f"sqlite:///{tmp_path / 'ig-worker.db'}")
    yield opened
    opened.close()


class Eyes:
    """Looks as it is told to, and counts."""

    def __init__(self) -> None:
        self.found: list[str] | None = []
        self.looked = 0

    def __call__(self, _file: Path) -> list[str] | None:
        self.looked += 1
        return self.found


def watch(database: Database, clock: HandClock, eyes: Eyes) -> Soundness:
    return Soundness(database, outbox("operators"), clock, WIB, eyes)


def told(database: Database) -> int:
    with database.reading() as connection:
        return sum(notices.counts(connection).values())


def test_it_looks_once_a_week_and_at_night(database: Database) -> None:
    clock, eyes = HandClock(NOON), Eyes()
    sound = watch(database, clock, eyes)
    looks = []
    for hour in range(24 * 29):
        clock.move_to(NOON + timedelta(hours=hour))
        before = eyes.looked
        sound.run()
        if eyes.looked > before:
            looks.append(clock.now().astimezone(WIB))
    assert [look.hour for look in looks] == [2] * 5
    assert {(later - sooner).days for sooner, later in pairwise(looks)} == {7}


def test_a_server_that_sleeps_at_night_is_looked_at_by_day(database: Database) -> None:
    clock, eyes = HandClock(NIGHT), Eyes()
    sound = watch(database, clock, eyes)
    sound.run()
    clock.move_to(NOON + timedelta(days=8))
    sound.run()
    assert eyes.looked == 1
    clock.move_to(NOON + timedelta(days=9))
    sound.run()
    assert eyes.looked == 2


def test_damage_is_told_once_a_day_and_stands_in_status(database: Database) -> None:
    clock, eyes = HandClock(NOON), Eyes()
    sound = watch(database, clock, eyes)
    eyes.found = ["row 7 missing from index ix_messages_sent_at"]
    with pytest.raises(NeedsPerson, match="the database is damaged: row 7") as caught:
        sound.run(at_any_time=True)
    assert "ig-worker db restore" in caught.value.cure
    with pytest.raises(NeedsPerson):
        sound.run()
    assert (eyes.looked, told(database)) == (1, 1)
    document = standing(database, {}, clock.now(), database.sqlite_file and database.sqlite_file.parent)
    assert document["healthy"] is False
    assert document["storage"]["damage"] == eyes.found
    assert document["storage"]["checked_at"] == NOON.isoformat()
    eyes.found = []
    sound.run(at_any_time=True)
    assert standing(database, {}, clock.now())["healthy"] is True


def test_what_cannot_be_looked_at_is_no_damage_and_is_tried_in_an_hour(database: Database) -> None:
    clock, eyes = HandClock(NIGHT), Eyes()
    sound = watch(database, clock, eyes)
    eyes.found = None
    for minutes in range(0, 59, 5):
        clock.move_to(NIGHT + timedelta(minutes=minutes))
        sound.run()
    assert (eyes.looked, told(database)) == (1, 0)
    clock.move_to(NIGHT + timedelta(minutes=61))
    sound.run()
    assert eyes.looked == 2


def test_a_sound_database_is_found_sound_by_the_process(database: Database) -> None:
    assert database.sqlite_file is not None
    with database.writing():  # nobody waits for it, and it waits for nobody
        assert found_in_own_process(database.sqlite_file) == []
    assert found_in_own_process(Path("/nowhere/ig-worker.db")) is None


def test_a_torn_page_and_a_reference_to_nothing_are_found(database: Database) -> None:
    assert database.sqlite_file is not None
    with database.writing() as connection:
        for number in range(400):
            facts.write(connection, f"fact-{number}", "x" * 500, NOON)
    with database.engine.connect() as plain:
        plain.exec_driver_sql("COMMIT")
        plain.exec_driver_sql("PRAGMA foreign_keys = OFF")
        plain.execute(text("INSERT INTO deadlines (case_id, name, due_at) VALUES (99, 'x', '2026-11-25')"))
        plain.commit()
    assert "row 1 of deadlines refers to a row of cases that is not there" in findings(database.sqlite_file)
    database.shorten_log()
    database.close()
    content = bytearray(database.sqlite_file.read_bytes())
    content[-4096 * 6 : -4096 * 3] = b"\0" * 4096 * 3
    database.sqlite_file.write_bytes(content)
    assert findings(database.sqlite_file)
    assert found_in_own_process(database.sqlite_file) == findings(database.sqlite_file)
    database.sqlite_file.write_bytes(b"no database at all" * 1000)
    assert findings(database.sqlite_file) == ["file is not a database"]


def test_the_fact_is_a_list(database: Database) -> None:
    clock, eyes = HandClock(NIGHT), Eyes()
    watch(database, clock, eyes).run()
    with database.reading() as connection:
        kept = facts.read(connection, FACT)
    assert kept is not None
    assert (json.loads(kept.value), kept.at) == ([], NIGHT)
