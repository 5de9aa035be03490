"""The database that a test of a flow wants for itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import postgresql
from ig_worker.store.database import Database


@pytest.fixture
def own_database(tmp_path: Path) -> Iterator[Database]:
    """The newest schema and nothing in it, for those who need a file, or several connections at once."""
    with postgresql.fresh_database(tmp_path / "ig-worker.db") as database:
        yield database
