"""The same tests on both databases: a real SQLite file, and a PostgreSQL of our own that lives as long as the run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade


def _postgresql_programs() -> Path | None:
    """The folder with the newest initdb: on the path, or where Debian puts it."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda file: float(file.parts[-3]))
    programs = [Path(on_path)] if on_path else found
    return programs[-1].parent if programs else None


def _ordinary_user() -> str | None:
    """PostgreSQL refuses to run as root; then its own user takes over, or nobody."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """A PostgreSQL server on a socket in a folder of its own: no port, no network, no durability."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = _ordinary_user()
        self._numbers = count()
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._run(
            "initdb", "-D", "data", "-U", "centre", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"
        )
        options = (
            f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c shared_buffers=16MB"
        )
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)
        self._template = self.new_database()
        upgrade(self._template)

    def new_database(self, template: str = "template0") -> str:
        """The URL of a fresh database, empty or like another one."""
        name = f"test_{next(self._numbers)}"
        server = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        server.dispose()
        return self._url(name)

    def new_shelves(self) -> str:
        """The URL of a fresh database with the newest schema."""
        return self.new_database(make_url(self._template).database or "")

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", "data")

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://centre@/{name}?host={self._folder}"

    def _run(self, program: str, *arguments: str) -> None:
        rights = {"user": self._user, "extra_groups": []} if self._user else {}
        with (self._folder / "said").open("w+") as said:
            done = subprocess.run(
                [self._programs / program, *arguments],
                cwd=self._folder,
                stdout=said,
                stderr=said,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **rights,
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """The PostgreSQL server of this run; skips where the machine has none."""
    programs = _postgresql_programs()
    if programs is None:
        pytest.skip("no initdb on this machine; Debian has it in the package postgresql")
    # Not below tmp_path: a socket's path may have 107 bytes, and another user must be able to walk there.
    with tempfile.TemporaryDirectory(prefix="ig-worker-pg-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Cluster(programs, folder)
        try:
            yield server
        finally:
            server.stop()


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
