"""``db backup`` and ``db restore`` of a centre on PostgreSQL: there, from there, and back to there."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_centre import Installation, message_values
from sqlalchemy import func, select, text

from fakes.postgresql import Cluster, the_cluster
from ig_worker.store import messages
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import metadata

KEY = "kunci rahasia puskesmas polowijen"
MORE = message_values("Obat kosong", label="keluhan", topic="obat", author="budi")


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    """The PostgreSQL server of this run; skips where the machine has none."""
    server = the_cluster()
    if server is None:
        pytest.skip("no initdb on this machine; Debian has it in the package postgresql")
    return server


def on_postgresql(centre: Installation, url: str) -> None:
    config = centre.config.read_text("utf-8")
    centre.config.write_text(f'{config}[database]\nurl = "{url}"\n[security]\nkey = "{KEY}"\n', "utf-8")


def rows(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def held(url: str) -> dict[str, int]:
    database = Database(url)
    with database.reading() as connection:
        found = rows(connection)
    database.close()
    return found


def backup(centre: Installation) -> Path:
    return Path(centre("db", "backup", "--json", "--to", str(centre.folder / "usb")).document["path"])


@pytest.mark.sqlite_only("goes from a file to a PostgreSQL of its own in every run")
def test_a_centre_on_postgresql_is_backed_up_and_restored(backed_up: Installation, cluster: Cluster) -> None:
    sqlite = backup(backed_up)
    url = cluster.new_database()
    on_postgresql(backed_up, url)
    done = backed_up("db", "restore", sqlite, "--yes")
    assert (done.status, done.err) == (0, "")
    first = held(url)
    assert first["evidence"] == 1
    assert backed_up("cases", "verify").status == 0

    path = backup(backed_up)
    assert held(url)["messages"] == first["messages"]
    database = Database(url)
    with database.writing() as connection:
        messages.add(connection, MORE)
    refused = backed_up("db", "restore", path, "--yes")
    assert "the database is in use" in refused.line
    assert held(url)["messages"] == first["messages"] + 1
    database.close()
    done = backed_up("db", "restore", path, "--yes")
    assert (done.status, done.err) == (0, "")
    assert held(url)["messages"] == first["messages"]
    with database.writing() as connection:
        schemas = (
            connection.execute(text("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'"))
            .scalars()
            .all()
        )
        assert len(schemas) == 1
        aside = connection.execute(text(f"SELECT count(*) FROM {schemas[0]}.messages")).scalar_one()
        assert aside == first["messages"] + 1
        # New rows get numbers behind those that were copied.
        assert messages.add(connection, MORE) is not None
    database.close()
    assert backed_up("cases", "verify").status == 0
