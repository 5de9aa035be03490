"""Centres with a board."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_centre import Centre, Open, opened

from fakes import postgresql
from ig_worker.store.migrate import upgrade


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a fresh database."""
    file = tmp_path_factory.mktemp("fresh") / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture
def empty_database(empty_file: bytes) -> Iterator[bytes | str]:
    """A fresh database: the bytes of a file, or the URL of one on the run's PostgreSQL."""
    with postgresql.new_database() as url:
        yield url or empty_file


@pytest.fixture
def open_centre(
    tmp_path: Path, empty_database: bytes | str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens a centre; with ``more`` lines of configuration, at another ``now``."""
    for name in [name for name in os.environ if name.startswith("IG_WORKER_")]:
        monkeypatch.delenv(name)
    made: list[Centre] = []

    def open_one(**more: object) -> Centre:
        made.append(opened(tmp_path, empty_database, **more))  # type: ignore[arg-type]
        return made[-1]

    yield open_one
    for centre in made:
        centre.close()


@pytest.fixture
def centre(open_centre: Open) -> Centre:
    """A centre with one account, nobody on its board and nothing in its plan."""
    return open_centre()
