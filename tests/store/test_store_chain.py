"""The chain of evidence: what a link ties, and that it never forks or loses a piece, on both databases."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Row, func, insert, select
from store_things import ACCOUNT, NOW, add_case, add_message

from ig_worker.domain.evidence_chain import FORM, START, link
from ig_worker.store import chain, journal
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import evidence

THREADS = 20
HOUR = timedelta(hours=1)


def piece(message_id: int, **more: Any) -> dict[str, Any]:
    return {
        "case_id": 1,
        "message_id": message_id,
        "account": ACCOUNT,
        "path": f"evidence/{message_id}.png",
        "sha256": "a" * 64,
        "json_path": f"evidence/{message_id}.json",
        "json_sha256": "b" * 64,
        "made_at": NOW,
        **more,
    }


def pieces(connection: Connection, account: str = ACCOUNT) -> list[Row[Any]]:
    query = select(evidence).where(evidence.c.account == account).order_by(evidence.c.id)
    return list(connection.execute(query))


def test_each_piece_follows_the_one_before_and_a_message_has_each_of_its_pieces_once(
    database: Database,
) -> None:
    with database.writing() as connection:
        add_case(connection)
        first, second = add_message(connection, "c-1"), add_message(connection, "c-2")
        assert chain.head(connection, ACCOUNT) == START
        assert chain.hang(connection, piece(first.id)) is not None
        assert chain.hang(connection, piece(first.id)) is None
        assert chain.hang(connection, piece(second.id)) is not None
        edited = {"occasion": "edited:2026-11-25T02:00:00+00:00", "happened_at": NOW + HOUR}
        assert chain.hang(connection, piece(first.id, **edited)) is not None
        assert chain.hang(connection, piece(first.id, **edited)) is None
        hung = pieces(connection)
        assert [row.previous for row in hung] == [START, hung[0].chain, hung[1].chain]
        assert [row.chain for row in hung] == [link(row._mapping) for row in hung]
        assert chain.head(connection, ACCOUNT) == hung[2].chain
        assert chain.head(connection, "kendalsari") == START
        assert [row.id for row in chain.of_case(connection, 1)] == [row.id for row in hung]
        assert [row.id for row in chain.of_message(connection, first.id)] == [hung[0].id, hung[2].id]
        assert [
            entry.what.rpartition(": ")[2] for entry in journal.of(connection, f"evidence:{ACCOUNT}")
        ] == [row.chain for row in hung]


@pytest.mark.parametrize("column", [column.name for column in evidence.c if column.name != "chain"])
def test_a_link_ties_every_column_of_the_row(column: str) -> None:
    row = dict.fromkeys((each.name for each in evidence.c), "x") | {"form": FORM, "made_at": NOW, "id": 7}
    changed = {"made_at": NOW + timedelta(microseconds=1), "happened_at": NOW, "form": 1}.get(column, "y")
    assert link({**row, column: changed}) != link(row)


def test_a_link_does_not_depend_on_the_database(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message = add_message(connection)
        made = NOW + timedelta(microseconds=123)
        number = chain.hang(connection, piece(message.id, made_at=made, path="evidence/1.png"))
    with database.reading() as connection:
        (row,) = pieces(connection)
    said = (
        '{"account":"polowijen","case_id":1,"erases":null,"form":2,"happened_at":null,'
        f'"id":{number},"json_path":"evidence/1.json","json_sha256":"{"b" * 64}",'
        '"made_at":"2026-11-25T01:00:00.000123+00:00",'
        f'"message_id":{message.id},"occasion":"written","path":"evidence/1.png","previous":"{START}",'
        f'"sha256":"{"a" * 64}"}}'
    )
    assert row.chain == hashlib.sha256(said.encode()).hexdigest()


def test_old_links_still_hold_and_new_ones_follow_them(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        old, new = add_message(connection, "c-1"), add_message(connection, "c-2")
        tied = hashlib.sha256(f"{START} {'a' * 64} {'b' * 64} evidence/1.png".encode()).hexdigest()
        row = piece(old.id, previous=START, form=1, path="evidence/1.png", chain=tied)
        connection.execute(insert(evidence).values(**row))
        chain.hang(connection, piece(new.id))
        first, second = pieces(connection)
    assert link(first._mapping) == first.chain == tied == second.previous
    assert (first.form, second.form) == (1, 2)
    with pytest.raises(ValueError, match="form 3"):
        link({**first._mapping, "form": 3})


def test_what_is_erased_by_rule_is_vouched_for_once(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message, other = add_message(connection, "c-1"), add_message(connection, "c-2")
        chain.hang(connection, piece(message.id))
        chain.hang(connection, piece(other.id))
        first, second = pieces(connection)
        assert chain.erase(connection, first, NOW + HOUR) is not None
        assert chain.erase(connection, first, NOW + 2 * HOUR) is None
        redrawn = {"path": "evidence/2-baru.png", "sha256": "c" * 64}
        chain.erase(connection, second, NOW + HOUR, **redrawn)
        *_, gone, replaced = pieces(connection)
    assert (gone.erases, gone.occasion, gone.path, gone.json_path) == (first.id, f"erased:{first.id}", "", "")
    assert (gone.sha256, gone.json_sha256, gone.happened_at) == ("a" * 64, "b" * 64, NOW + HOUR)
    assert (replaced.path, replaced.sha256, replaced.json_path) == ("evidence/2-baru.png", "c" * 64, "")


def test_a_chain_neither_forks_nor_loses_a_piece_when_many_hang_theirs_at_once(database: Database) -> None:
    accounts = (ACCOUNT, "kendalsari")
    with database.writing() as connection:
        add_case(connection)
        numbers = [add_message(connection, f"c-{place}").id for place in range(THREADS * 2)]
    together = Barrier(THREADS)

    def hang(place: int) -> None:
        together.wait(timeout=60)
        for number in numbers[place * 2 : place * 2 + 2]:
            with database.writing() as connection:
                assert chain.hang(connection, piece(number, account=accounts[number % 2])) is not None

    with ThreadPoolExecutor(THREADS) as hands:
        list(hands.map(hang, range(THREADS)))
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(evidence)) == THREADS * 2
        for account in accounts:
            hung = pieces(connection, account)
            assert [row.previous for row in hung] == [START, *(row.chain for row in hung[:-1])]
            assert all(row.chain == link(row._mapping) for row in hung)


def test_two_workers_with_the_same_piece_hang_it_once(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        number = add_message(connection).id
    together = Barrier(4)

    def hang(_: int) -> bool:
        together.wait(timeout=60)
        with database.writing() as connection:
            return chain.hang(connection, piece(number)) is not None

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(hang, range(4))) == [False, False, False, True]


def test_a_broken_off_hanging_leaves_the_chain_as_it_was(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        first, second = add_message(connection, "c-1"), add_message(connection, "c-2")
        chain.hang(connection, piece(first.id))
        before = chain.head(connection, ACCOUNT)
    with database.engine.connect() as connection:
        begun = connection.begin()
        chain.hang(connection, piece(second.id))
        begun.rollback()
    with database.writing() as connection:
        assert chain.head(connection, ACCOUNT) == before
        chain.hang(connection, piece(second.id))
        assert [row.previous for row in pieces(connection)][1] == before
