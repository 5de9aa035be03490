"""A server of PostgreSQL that comes later than the worker, as after a power cut: it is waited for, and told of once."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import make_url, text
from watching import until

from fakes.bench import HandClock, outbox
from fakes.postgresql import Cluster, the_cluster
from ig_worker import storage_start
from ig_worker.slate import Slate
from ig_worker.storage_watch import StorageWatch
from ig_worker.store import notices
from ig_worker.store.database import Database

pytestmark = pytest.mark.sqlite_only("asks for a PostgreSQL of its own in every run")
OPERATORS = ("mailto://ani@satu", "mailto://budi@dua")


class Server:
    """A server that nobody finds until somebody leads to its socket; and a worker's folder beside it."""

    def __init__(self, cluster: Cluster, data_dir: Path, socket: Path) -> None:
        self.url = cluster.new_shelves()
        self._socket = socket
        there = make_url(self.url)
        self._really = Path(str(there.query["host"]))
        address = there.update_query_dict({"host": str(socket)}).render_as_string(hide_password=False)
        self.settings: Any = SimpleNamespace(database_url=address, data_dir=data_dir)
        self.told: list[tuple[str, str]] = []

    def come(self) -> None:
        self._socket.symlink_to(self._really)

    def send(self, url: str, _title: str, body: str, _attachments: object) -> None:
        """As the messenger of a watch."""
        self.told.append((url, body))

    def watch(self, database: Database, *_: object) -> StorageWatch:
        clock, folder = HandClock(), self.settings.data_dir
        return StorageWatch(database, folder, None, self, clock, zone=UTC, addresses=OPERATORS)

    def start(self) -> threading.Thread:
        """The first step of ``run``; it is over when the thread is."""
        wait = threading.Thread(
            target=storage_start.wait_until_usable, args=(self.settings, HandClock()), daemon=True
        )
        wait.start()
        return wait


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    cluster = the_cluster()
    if cluster is None:
        pytest.skip("no initdb on this machine; Debian has it in the package postgresql")
    # Not below tmp_path: a socket's path may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        made = Server(cluster, tmp_path, Path(folder, "there"))
        monkeypatch.setattr(storage_start, "watch_of", made.watch)  # addresses are the configuration's
        monkeypatch.setattr(storage_start, "TRY_EVERY", 0.1)  # nothing here is about how long
        yield made
        cluster.drop(made.url)


def test_a_server_that_comes_later_is_waited_for_and_told_of_once(server: Server) -> None:
    Slate(server.settings.data_dir).make()
    ended = server.start()
    until(lambda: len(server.told) == len(OPERATORS))
    known = Slate(server.settings.data_dir).read()
    assert known is not None
    assert (known.kind, len(known.told)) == ("away", 2)
    again = server.start()  # systemd, after a restart in the middle of it
    again.join(1)
    assert again.is_alive()
    assert ended.is_alive()
    server.come()
    for each in (ended, again):
        each.join(30)
        assert not each.is_alive()
    assert [url for url, _ in server.told] == list(OPERATORS)
    assert all("karena basis data tidak dapat dihubungi" in body for _, body in server.told)
    # The worker itself says that it is over, to those who were told.
    database = Database(server.settings.database_url)
    watch = StorageWatch(
        database,
        server.settings.data_dir,
        outbox("operators"),
        server,
        HandClock(),
        zone=UTC,
        addresses=OPERATORS,
    )
    assert watch.begin() == ""
    with database.reading() as connection:
        titles = {each.row.title for each in notices.due(connection, HandClock().now())}
    database.close()
    assert titles == {"ig-worker bekerja kembali"}


def test_an_address_at_which_no_worker_has_been_is_for_the_start_to_complain_of(server: Server) -> None:
    ended = server.start()
    ended.join(30)
    assert not ended.is_alive()
    assert server.told == []
    assert list(server.settings.data_dir.iterdir()) == []


def test_a_database_of_another_schema_is_neither_waited_for_nor_written_into(server: Server) -> None:
    Slate(server.settings.data_dir).make()
    server.come()
    database = Database(server.url)
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("CREATE TABLE written (what text)"))
        connection.execute(
            text("CREATE RULE noted AS ON INSERT TO facts DO ALSO INSERT INTO written VALUES (NEW.name)")
        )
    ended = server.start()
    ended.join(30)
    assert not ended.is_alive()
    assert server.told == []
    with database.reading() as connection:
        assert list(connection.execute(text("SELECT what FROM written"))) == []
    database.close()
