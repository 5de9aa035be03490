"""Which of many messages have had their answer, in a few queries: the same as asking for each of them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert
from store_things import ACCOUNT, MINUTE, NOW, add_message, know_account

from ig_worker.domain.reply import Purpose, Reply, Status
from ig_worker.store import messages, replies
from ig_worker.store.answered import answered_among
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import answers as answer_table


def a_busy_inbox(connection: Connection, count: int, seed: int = 1) -> list[Any]:
    """Threads and conversations in which people and the centre write in any order; returns all messages."""
    chance = random.Random(seed)
    know_account(connection)
    made = []
    for number in range(count):
        at = NOW + chance.randrange(500) * MINUTE
        place: dict[str, Any] = {
            "parent_id": chance.choice(["", "", *(f"c-{n}" for n in range(0, number, 5))])
        }
        if chance.random() < 0.4:
            place = {"channel": "dm", "conversation_id": f"t-{chance.randrange(count // 6)}", "media_id": ""}
        own = chance.random() < 0.4
        words = {"text": chance.choice(["Baik, kami bantu", "Terima kasih, Bunda!", "Kapan?"])}
        made.append(
            add_message(
                connection,
                f"c-{number}",
                label="pertanyaan",
                own=own,
                sent_at=at,
                deleted=chance.random() < 0.1,
                account=ACCOUNT if chance.random() < 0.9 else "arjosari",
                **words,
                **place,
            )
        )
    for message in made:
        if not message.own and chance.random() < 0.3:
            status = chance.choice(list(Status))
            reply = Reply(
                status=status, asked_at=NOW, due_at=NOW, ig_id=f"c-{chance.randrange(count)}", sent_at=NOW
            )
            purpose = chance.choice(list(Purpose))
            replies.plan(connection, message, reply, "Terima kasih, Bunda!", 3, NOW, purpose)
        if not message.own and chance.random() < 0.2:
            sent = chance.random() < 0.7
            values = {
                "message_id": message.id, "account": message.account, "status": "sent" if sent else "planned",
                "by": "Rina", "text": "Sama-sama", "asked_at": NOW, "due_at": NOW,
                "sent_at": message.sent_at + timedelta(minutes=chance.randrange(-90, 90)) if sent else None,
            }  # fmt: skip
            connection.execute(insert(answer_table).values(**values))
    return made


def test_many_are_answered_as_each_is(database: Database) -> None:
    with database.writing() as connection:
        everything = a_busy_inbox(connection, 400)
        asked = [message for message in everything if not message.own and message.account == ACCOUNT]
        each = {message.id for message in asked if messages.answered_by_us(connection, message)}
        assert answered_among(connection, ACCOUNT, [message.id for message in asked]) == each
    assert 30 < len(each) < len(asked) - 30


def test_the_number_of_queries_does_not_grow_with_them(database: Database) -> None:
    asked: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with database.writing() as connection:
        everything = a_busy_inbox(connection, 300)
        event.listen(database.engine, "before_cursor_execute", note)
        ids = [message.id for message in everything if message.channel == "dm"]
        answered_among(connection, ACCOUNT, ids[:10])
        few = len(asked)
        answered_among(connection, ACCOUNT, ids)
        event.remove(database.engine, "before_cursor_execute", note)
        assert len(ids) > 50
    assert len(asked) == 2 * few
    assert answered_among(connection, ACCOUNT, []) == set()


def test_a_thread_is_looked_up_by_its_indexes(sqlite_database: Database) -> None:
    with sqlite_database.writing() as connection:
        message = add_message(connection, "c-1")
        asked: list[tuple[str, Any]] = []
        event.listen(
            sqlite_database.engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, values, *_rest: asked.append((statement, values)),
        )
        messages.lines_of_people(connection, message, message.sent_at)
        (statement, values), *_ = asked
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
    assert "ig_id=?" in plan
    assert "parent_id=?" in plan
