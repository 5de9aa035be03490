"""What is asked in every pass finds an index of its own: with a year's messages nobody reads them all for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event
from store_things import ACCOUNT

from ig_worker.store import messages, waiting
from ig_worker.store.database import Connection, Database

PASSES: dict[str, tuple[Callable[[Connection], Any], str]] = {
    "complaints without a case": (
        lambda connection: messages.for_cases(connection, ACCOUNT),
        "SEARCH messages USING INDEX ix_messages_opens_case (account=?)",
    ),
    "questions nobody has listed": (
        lambda connection: waiting.beginning(connection, (ACCOUNT,)),
        "SEARCH messages USING INDEX ix_messages_for_a_person (account=?)",
    ),
    "how many of each label": (messages.counts, "SCAN messages USING COVERING INDEX ix_messages_label"),
}


@pytest.mark.parametrize("name", PASSES)
def test_what_every_pass_asks_has_its_index(sqlite_database: Database, name: str) -> None:
    ask, plan = PASSES[name]
    asked: list[tuple[str, Any]] = []
    with sqlite_database.reading() as connection:
        event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _cursor, said, words, *_: asked.append((said, words)),
        )
        ask(connection)
        ((said, words),) = asked
        lines = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", words)]
    assert lines[0] == plan
    assert not [line for line in lines if line.startswith("SCAN case_messages")]
