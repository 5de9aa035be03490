"""What the messages of cases still lack in evidence, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from store_things import ACCOUNT, NOW, add_case, add_message

from ig_worker.store import cases, chain, custody, evidenced, messages
from ig_worker.store.database import Connection, Database, Row
from ig_worker.store.schema import case_messages

MINUTE = timedelta(minutes=1)
NOON = NOW + timedelta(hours=4)


def in_case(connection: Connection, ig_id: str = "c-1") -> Row[object]:
    message = add_message(connection, ig_id)
    cases.join(connection, 1, message.id)
    return message


def hang(connection: Connection, message_id: int, line: int | None = None, **more: object) -> None:
    values = {
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
    chain.hang(connection, values)
    evidenced.made(connection, message_id, line)


def edit(connection: Connection, message_id: int, before: str, after: str, minutes: int) -> None:
    at = NOW + minutes * MINUTE
    what = f"{evidenced.EDITED}{before}"
    messages.change(connection, message_id, at, what, text=after, edited=True, edited_at=at)


def test_edits_after_the_card_are_found_in_their_order_and_once_each(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message = in_case(connection)
        edit(connection, message.id, "x", "one", 1)
        assert evidenced.edits(connection, ACCOUNT, NOON) == [], "its card is still to be made"
        hang(connection, message.id)
        assert evidenced.edits(connection, ACCOUNT, NOON) == [], "its card shows them"
        edit(connection, message.id, "one", "two", 2)
        edit(connection, message.id, "two", "three", 3)
        messages.change(connection, message.id, NOW, "hidden on Instagram", hidden=True)
        found = evidenced.edits(connection, ACCOUNT, NOON)
        assert [row.journal_says for row in found] == [f"{evidenced.EDITED}{word}" for word in ("one", "two")]
        assert [row.edit_at for row in found] == [NOW + 2 * MINUTE, NOW + 3 * MINUTE]
        assert {row.number for row in found} == {"K-2026-0001"}
        hang(connection, message.id, found[0].line, occasion="edited:2")
        assert [row.line for row in evidenced.edits(connection, ACCOUNT, NOON)] == [found[1].line]
        hang(connection, message.id, found[1].line, occasion="edited:3")
        assert evidenced.edits(connection, ACCOUNT, NOON) == []
        assert evidenced.edits(connection, "kendalsari", NOON) == []


def test_a_deletion_is_found_until_a_piece_says_so(database: Database) -> None:
    gone = {"deleted": True, "deleted_at": NOW + MINUTE}
    with database.writing() as connection:
        add_case(connection)
        message = in_case(connection)
        messages.change(connection, message.id, NOW, "gone", **gone)
        assert evidenced.deletions(connection, ACCOUNT, NOON) == []
        hang(connection, message.id)
        (found,) = evidenced.deletions(connection, ACCOUNT, NOON)
        assert (found.id, found.number) == (message.id, "K-2026-0001")
        hang(connection, message.id, 0, occasion="deleted:x", happened_at=NOW + MINUTE)
        assert evidenced.deletions(connection, ACCOUNT, NOON) == []
        messages.change(connection, message.id, NOW, "gone again", deleted_at=NOW + 2 * MINUTE)
        assert len(evidenced.deletions(connection, ACCOUNT, NOON)) == 1


def test_a_failed_card_is_due_again_when_its_pause_is_over(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        message = in_case(connection)
        for place in range(3):
            evidenced.failed(connection, message.id, "no font", NOW + place * MINUTE)
        assert evidenced.late(connection, ACCOUNT, NOW + MINUTE, 3) == []
        assert evidenced.late(connection, ACCOUNT, NOW + 2 * MINUTE, 4) == []
        (late,) = evidenced.late(connection, ACCOUNT, NOW + 2 * MINUTE, 3)
        assert (late.card_attempts, late.number) == (3, "K-2026-0001")
        hang(connection, message.id)
        assert evidenced.late(connection, ACCOUNT, NOON, 3) == []
        (row,) = connection.execute(select(case_messages))
        assert (row.card_attempts, row.card_error, row.card_next_at) == (0, "", None)


def test_the_whole_chain_is_read_back_and_what_is_missed_is_known(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        numbers = [in_case(connection, f"c-{place}").id for place in range(3)]
        for number in numbers:
            hang(connection, number)
        assert custody.count(connection) == 3
        assert custody.accounts(connection) == [ACCOUNT]
        ids = custody.numbers(connection, ACCOUNT, 0, custody.newest(connection))
        rows = [row for _, row in custody.pieces(connection, ids)]
        assert [row.message_id for row in rows if row is not None] == numbers
        assert list(custody.missed(connection, ACCOUNT)) == []
        head = chain.head(connection, ACCOUNT)
        assert custody.at_head(connection, head[:12]) == (ids[-1], "K-2026-0001", NOW)
        assert custody.at_head(connection, "zz") is None
        assert custody.named_in(connection, [f"evidence/{numbers[0]}.png", "x"]) == {
            f"evidence/{numbers[0]}.png"
        }
        connection.exec_driver_sql(f"DELETE FROM evidence WHERE id = {ids[-1]}")
        ((what, digest),) = custody.missed(connection, ACCOUNT)
        assert (what, digest) == (f"piece {ids[-1]} (message {numbers[2]}, written)", head)
        assert custody.unfinished(connection, "K-2026-0001") == {numbers[2]}
