"""The operators are told once each that nothing can be written, whatever ends it; a disk may answer nothing."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from fakes.bench import HandClock, outbox
from ig_worker.notify import target_id
from ig_worker.slate import Slate
from ig_worker.storage_watch import StorageWatch
from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade
from ig_worker.store.writable import DISK, seen_from_outside

pytestmark = pytest.mark.sqlite_only("the disk of a file")
OPERATORS = ("mailto://ani@satu", "mailto://budi@mute", "mailto://citra@tiga")


class EndedAtTheSecond:
    """A messenger whose second address is mute, until somebody ends the program."""

    def __init__(self) -> None:
        self.reached: list[str] = []

    def send(self, url: str, title: str, body: str, attachments: object) -> None:
        if "mute" in url:
            raise KeyboardInterrupt
        self.reached.append(url)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    return file


def watching(database: Database, data_dir: Path) -> StorageWatch:
    return StorageWatch(
        database,
        data_dir,
        outbox("operators"),
        EndedAtTheSecond(),
        HandClock(),
        zone=UTC,
        addresses=OPERATORS,
    )


def test_whoever_was_told_before_the_end_is_not_told_again(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{file}")
    watch = watching(database, file.parent)
    full = ("full", "the disk is full")
    module = "ig_worker.storage_watch.seen_from_outside"
    monkeypatch.setattr(module, lambda *_: full)  # a test that fills the machine's own disk would stop others
    assert watch.begin()
    with pytest.raises(KeyboardInterrupt):
        watch.tell()
    known = Slate(file.parent).read()
    assert known is not None
    assert list(known.told) == [target_id(OPERATORS[0])]
    database.close()


def test_a_disk_that_does_not_even_answer_is_said(tmp_path: Path) -> None:
    """As one that fails altogether raises where it is asked whether a file is there."""
    nowhere = tmp_path / ("x" * 300) / "ig-worker.db"
    with pytest.raises(OSError, match="File name too long"):
        nowhere.exists()
    database = Database(f"sqlite:///{nowhere}")
    found = seen_from_outside(database, tmp_path)
    assert found is not None
    assert found[0] == DISK
    watch = watching(database, tmp_path)
    assert "cannot even be looked at" in watch.begin()
    assert "cannot even be looked at" in watch.hindrance()
    assert watch.trouble is not None
    assert watch.trouble.cure
    database.close()


def test_a_database_that_nobody_can_look_at_any_more_was_not_taken_away(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    upgrade(f"sqlite:///{folder / 'ig-worker.db'}")
    database = Database(f"sqlite:///{folder / 'ig-worker.db'}")
    watch = watching(database, tmp_path)
    assert watch.begin() == watch.hindrance() == ""
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(folder)
    assert "cannot even be looked at" in watch.hindrance()
    database.close()
