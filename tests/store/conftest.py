"""The same tests on both databases: a real SQLite file, and a PostgreSQL of our own that lives as long as the run."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from fakes.postgresql import Cluster, the_cluster
from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The PostgreSQL server of this run; skips where the machine has none."""
    server = the_cluster()
    if server is None:
        pytest.skip("no initdb on this machine; Debian has it in the package postgresql")
    return server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that the migrations made."""
    file = tmp_path_factory.mktemp("template") / "ig-worker.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes URLs of databases without anything in them."""
    if backend == "postgresql":
        server: Cluster = request.getfixturevalue("cluster")
        return server.new_database
    numbers = count()
    return lambda: f"sqlite:///{tmp_path / f'empty-{next(numbers)}.db'}"


@pytest.fixture
def url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh database with the newest schema."""
    if backend == "postgresql":
        server: Cluster = request.getfixturevalue("cluster")
        return server.new_shelves()
    file = tmp_path / "ig-worker.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A fresh database with the newest schema."""
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh SQLite database, for what only SQLite does."""
    file = tmp_path / "only.db"
    shutil.copyfile(sqlite_template, file)
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()
