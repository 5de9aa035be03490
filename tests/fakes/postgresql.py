"""A PostgreSQL server of our own, which lives as long as the run, for tests that want another database than SQLite."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url

from ig_worker.store.database import Database
from ig_worker.store.migrate import upgrade

WANTED = "sqlite"
"""What ``pytest --database`` says: where the tests' installations have their tables."""


ROOM = 2 << 30
"""Bytes that must be free in memory for the servers of a run; each takes some hundred megabytes at most."""


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


def _in_memory() -> Path | None:
    """Where files are in memory, if there is much room: a database is made and dropped there four times as fast."""
    memory = Path("/dev/shm")  # the folder of a temporary folder with a name of its own
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


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
            f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
            " -c shared_buffers=16MB -c max_wal_size=64MB -c min_wal_size=32MB -c autovacuum=off"
        )
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", options)
        self._template = self.new_database()
        upgrade(self._template)

    def new_database(self, template: str = "template0", encoding: str = "UTF8") -> str:
        """The URL of a fresh database, empty or like another one."""
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE {template}")
        return self._url(name)

    def new_shelves(self) -> str:
        """The URL of a fresh database with the newest schema."""
        return self.new_database(make_url(self._template).database or "")

    def drop(self, url: str) -> None:
        self._say(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", "data")

    def _say(self, statement: str) -> None:
        server = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.exec_driver_sql(statement)
        server.dispose()

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


@cache
def the_cluster() -> Cluster | None:
    """The server of this process, started when it is first wanted; None where the machine has none."""
    programs = _postgresql_programs()
    if programs is None:
        return None
    # Not below tmp_path: a socket's path may have 107 bytes, and another user must be able to walk there.
    room = tempfile.TemporaryDirectory(prefix="ig-worker-pg-", dir=_in_memory())
    folder = Path(room.name)
    folder.chmod(0o755)
    server = Cluster(programs, folder)
    atexit.register(room.cleanup)
    atexit.register(server.stop)
    return server


@contextmanager
def new_database(*, empty: bool = False) -> Iterator[str]:
    """The URL of a fresh database, with the newest schema unless `empty`, where the run wants PostgreSQL; else "".

    It is dropped in the end, with whoever is still connected: each takes eight megabytes.
    """
    if WANTED != "postgresql":
        yield ""
        return
    server = the_cluster()
    assert server is not None, "no initdb on this machine; Debian has it in the package postgresql"
    url = server.new_database() if empty else server.new_shelves()
    yield url
    server.drop(url)


@cache
def _empty_file() -> bytes:
    """A SQLite file with the newest schema, made once."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "empty.db")
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


@contextmanager
def fresh_database(file: Path) -> Iterator[Database]:
    """A fresh database that is shared with nobody, with the newest schema: this file, or where the run wants it."""
    with new_database() as url:
        if not url and not file.exists():
            file.write_bytes(_empty_file())
        opened = Database(url or f"sqlite:///{file}")
        yield opened
        opened.close()


def at(url: str, config: str) -> str:
    """This config.toml with a database elsewhere, before its [graph]: tests write after its end; as it is for ""."""
    assert config.count("\n[graph]\n") == 1
    return config.replace("\n[graph]\n", f'\n[database]\nurl = "{url}"\n[graph]\n') if url else config
