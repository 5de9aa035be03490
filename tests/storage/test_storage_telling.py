"""The operators are told once each that nothing can be written, whatever ends it; a disk may answer nothing."""

from __future__ import annotations

from datetime import UTC
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.bench import HandClock, outbox
from ig_worker import storage_start
from ig_worker.notify import target_id
from ig_worker.slate import Slate
from ig_worker.storage_watch import StorageWatch
from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade
from ig_worker.store.writable import DISK, seen_from_outside

pytestmark = pytest.mark.sqlite_only("the disk of a file")
OPERATORS = ("mailto://ani@satu", "mailto://budi@mute", "mailto://citra@tiga")


class Post:
    """A messenger that takes everything."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def send(self, url: str, title: str, body: str, attachments: object) -> None:
        self.said.append((url, body))


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


def watching(database: Database, data_dir: Path, post: Any = None, **more: Any) -> StorageWatch:
    return StorageWatch(
        database,
        data_dir,
        outbox("operators"),
        post or EndedAtTheSecond(),
        HandClock(),
        zone=UTC,
        addresses=OPERATORS,
        **more,
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


def test_what_will_not_pass_after_all_is_told_anew(tmp_path: Path) -> None:
    """Who was told that the worker goes on by itself would wait for it for ever."""
    folder = tmp_path / "data"
    folder.mkdir()
    upgrade(f"sqlite:///{folder / 'ig-worker.db'}")
    database, post, ticks = Database(f"sqlite:///{folder / 'ig-worker.db'}"), Post(), count(step=1000)
    watch = watching(database, tmp_path, post, stopwatch=lambda: float(next(ticks)))
    watch.begin()
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(folder)
    assert "cannot even be looked at" in watch.hindrance()
    watch.tell()
    watch.tell()
    folder.unlink()
    assert "was taken away" in watch.hindrance()
    watch.tell()
    watch.tell()
    database.close()
    assert [url for url, _ in post.said] == [*OPERATORS, *OPERATORS]
    assert "disk server bermasalah" in post.said[0][1]
    assert "pulihkan cadangan terakhir" in post.said[-1][1]


@pytest.mark.parametrize("ruin", ["away", "empty", "torn"])
def test_a_database_of_which_nothing_is_left_at_a_start_is_told_once(
    file: Path, monkeypatch: pytest.MonkeyPatch, ruin: str
) -> None:
    """systemd begins a worker again every few seconds, and nobody reads why."""
    post = Post()
    Slate(file.parent).make()
    match ruin:
        case "away":
            file.unlink()
        case "empty":
            file.write_bytes(b"")
        case _:
            file.write_bytes(b"x" * file.stat().st_size)
    settings: Any = SimpleNamespace(database_url=f"sqlite:///{file}", data_dir=file.parent)
    monkeypatch.setattr(  # the addresses are the configuration's, and the way to them is tested elsewhere
        storage_start, "watch_of", lambda database, settings, *_: watching(database, settings.data_dir, post)
    )
    for _ in range(3):
        storage_start.wait_until_usable(settings, HandClock())
    assert [url for url, _ in post.said] == list(OPERATORS)


def test_a_database_that_was_never_there_is_nobodys_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = Post()
    settings: Any = SimpleNamespace(database_url=f"sqlite:///{tmp_path / 'ig-worker.db'}", data_dir=tmp_path)
    monkeypatch.setattr(  # as above: the addresses are the configuration's
        storage_start, "watch_of", lambda database, settings, *_: watching(database, settings.data_dir, post)
    )
    storage_start.wait_until_usable(settings, HandClock())
    assert post.said == []
    assert list(tmp_path.iterdir()) == []
