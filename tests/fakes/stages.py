"""The surroundings of a played day, with the database where the run wants it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from fakes import postgresql
from ig_worker.demo import stage


@contextmanager
def set_up(folder: Path, begin: datetime) -> Iterator[stage.Stage]:
    """As the demo sets it up."""
    with postgresql.new_database(empty=True) as url, stage.set_up(folder, begin, url) as made:
        yield made
