"""Words of our own in a statement: as a list would find them, and never anybody's text."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ig_worker.domain.case import OPEN
from ig_worker.domain.publication import Status
from ig_worker.store.database import Database
from ig_worker.store.rows import one_of
from ig_worker.store.schema import cases, posts


def test_our_words_stand_in_the_statement_and_nothing_goes_along() -> None:
    said = select(posts.c.id).where(one_of(posts.c.status, (Status.READY, Status.HELD))).compile()
    assert "posts.status IN ('ready', 'held')" in str(said)
    assert said.params == {}
    assert "NOT IN ('ready')" in str(select(posts.c.id).where(~one_of(posts.c.status, [Status.READY])))


def test_the_database_takes_them(database: Database) -> None:
    with database.reading() as connection:
        assert connection.execute(select(cases.c.id).where(one_of(cases.c.status, OPEN))).all() == []


@pytest.mark.parametrize("word", ["a'b", "", "Sari", "a b", "a;", "a-b", "é", "a\n"])
def test_what_is_no_word_of_ours_is_refused(word: str) -> None:
    with pytest.raises(AssertionError):
        one_of(posts.c.status, ["ready", word])
