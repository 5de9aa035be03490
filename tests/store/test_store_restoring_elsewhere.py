"""What a restore into PostgreSQL must know of the database in whose place it comes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect
from store_things import NOW

from fakes.postgresql import Cluster
from ig_worker.domain.errors import Misconfigured
from ig_worker.store import cases
from ig_worker.store.backups.elsewhere import brought_in, numbers_there
from ig_worker.store.database import Database


def test_the_numbers_of_cases_that_were_given_there_are_known(cluster: Cluster) -> None:
    url = cluster.new_shelves()
    database = Database(url)
    assert numbers_there(url) == {}
    with database.writing() as connection:
        assert cases.next_number(connection, 2026) == "K-2026-0001"
        assert cases.next_number(connection, 2026) == "K-2026-0002"
    database.close()
    assert numbers_there(url) == {2026: 2}


def test_where_there_are_no_tables_nothing_is_known(cluster: Cluster) -> None:
    assert numbers_there(cluster.new_database()) is None


def test_nothing_is_brought_into_a_database_that_does_not_keep_all_letters(
    cluster: Cluster, sqlite_template: Path
) -> None:
    url = cluster.new_database(encoding="SQL_ASCII")
    with pytest.raises(Misconfigured, match="as SQL_ASCII, not as UTF8"):
        brought_in(url, sqlite_template, NOW, "mark")
    database = Database(url)
    assert inspect(database.engine).get_table_names() == []
    database.close()
