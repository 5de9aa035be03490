"""A month's messages counted on the shelves, on both databases, against counts made row by row."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from store_things import ACCOUNT, MINUTE, add_message, know_account, plan_reply

from ig_worker.domain.classifier import LABELS, TOPICS
from ig_worker.domain.month import Month
from ig_worker.domain.reply import Purpose, Reply, Status
from ig_worker.store import accounts, heard, messages, replies
from ig_worker.store.database import Connection, Database
from ig_worker.store.schema import accounts as account_table
from ig_worker.store.schema import answers as answer_table
from ig_worker.store.schema import messages as message_table

WIB = ZoneInfo("Asia/Jakarta")
OCTOBER = Month(2026, 10)
BEGIN, END = OCTOBER.span(WIB)
BEFORE, _ = OCTOBER.previous.span(WIB)
MIDDLE = datetime(2026, 10, 14, 3, 0, tzinfo=UTC)


def of_october(connection: Connection) -> Any:
    return heard.heard(connection, ACCOUNT, BEFORE, BEGIN, END)


def test_messages_belong_to_the_month_in_which_they_were_sent_in_the_centres_zone(database: Database) -> None:
    moments = [
        (BEFORE - MINUTE, (0, 0)),
        (BEFORE, (0, 1)),
        (BEGIN - MINUTE, (0, 1)),
        (BEGIN, (1, 0)),
        (END - MINUTE, (1, 0)),
        (END, (0, 0)),
    ]
    for at, (now, before) in moments:
        with database.engine.connect() as connection:
            # Seen much later: it is the time of sending that counts.
            add_message(connection, sent_at=at, first_seen_at=END + timedelta(days=20))
            piles = of_october(connection).piles
            assert [(pile.count, pile.before) for pile in piles] == ([(now, before)] if now + before else [])
            connection.rollback()


def test_neither_our_own_words_nor_another_accounts_nor_the_backlog_are_counted(database: Database) -> None:
    with database.writing() as connection:
        add_message(connection, "c-1", sent_at=MIDDLE)
        add_message(connection, "c-2", sent_at=MIDDLE, own=True)
        add_message(connection, "c-3", sent_at=MIDDLE, account="arjosari")
        add_message(connection, "c-4", sent_at=MIDDLE, backlog=True)
        add_message(connection, "c-5", sent_at=BEGIN - MINUTE, backlog=True)
        found = of_october(connection)
    assert [pile.count for pile in found.piles] == [1]
    assert found.older == 1


def test_the_counts_are_those_of_the_rows(database: Database) -> None:
    chance = random.Random(4)
    with database.writing() as connection:
        for n in range(300):
            add_message(
                connection,
                f"c-{n}",
                channel=chance.choice(["comment", "comment", "dm"]),
                label=chance.choice(LABELS),
                topic=chance.choice(TOPICS),
                sent_at=BEFORE + timedelta(minutes=chance.randrange(-9_000, 100_000)),
                own=chance.random() < 0.1,
                backlog=chance.random() < 0.1,
                deleted=chance.random() < 0.1,
            )
        found = of_october(connection)
        rows = connection.execute(select(message_table)).all()
    expected = [Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()]
    for row in rows:
        local = row.sent_at.astimezone(WIB)
        if not row.own and not row.backlog and (local.year, local.month) in ((2026, 10), (2026, 9)):
            expected[10 - local.month][row.label, row.topic, row.channel] += 1
    kinds = [(pile.label, pile.topic, pile.channel) for pile in found.piles]
    assert len(kinds) == len(set(kinds)) > 50
    for place, name in enumerate(("count", "before")):
        counted = {kind: getattr(pile, name) for kind, pile in zip(kinds, found.piles, strict=True)}
        assert {kind: count for kind, count in counted.items() if count} == dict(expected[place])


def test_thanked_is_praise_under_which_words_of_ours_stand(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)

        def praise(name: str, **changes: Any) -> Any:
            return add_message(connection, name, label="pujian", sent_at=MIDDLE, **changes)

        def reply(message: Any, status: Status, purpose: Purpose = Purpose.THANKS) -> None:
            planned = Reply(status=status, asked_at=MIDDLE, due_at=MIDDLE)
            replies.plan(connection, message, planned, "Terima kasih, Bunda!", 3, MIDDLE, purpose)

        reply(praise("sent"), Status.SENT)
        for status in set(Status) - {Status.SENT}:
            reply(praise(status.value), status)
        reply(praise("alarmed"), Status.SENT, Purpose.EMERGENCY)
        add_message(connection, "in-the-app", own=True, parent_id=praise("hand").ig_id, label="lainnya")
        add_message(
            connection, "gone", own=True, deleted=True, parent_id=praise("bare").ig_id, label="lainnya"
        )
        add_message(connection, "somebody", parent_id=praise("chat").ig_id, label="lainnya")
        by_a_person = {
            "message_id": praise("through").id, "account": ACCOUNT, "status": "sent", "by": "Rina", "text": "Sama-sama",
            "asked_at": MIDDLE, "due_at": MIDDLE,
        }  # fmt: skip
        connection.execute(answer_table.insert().values(**by_a_person))
        reply(praise("older", backlog=True), Status.SENT)
        plan_reply(
            connection, add_message(connection, "ask", label="pertanyaan", sent_at=MIDDLE), status=Status.SENT
        )
        assert of_october(connection).thanked == 3  # "sent", "hand" and "through"


def test_what_waits_is_a_question_that_nobody_has_answered(database: Database) -> None:
    with database.writing() as connection:
        know_account(connection)
        for name, changes in {
            "open": {},
            "gone": {"deleted": True},
            "later": {"sent_at": END},
            "answered": {},
        }.items():
            values = {"label": "pertanyaan", "sent_at": MIDDLE, **changes}
            add_message(connection, name, **values)
        add_message(
            connection, "ours", own=True, parent_id="answered", sent_at=MIDDLE + MINUTE, label="lainnya"
        )
        assert messages.answered_by_us(connection, messages.by_ig_id(connection, ACCOUNT, "answered"))  # type: ignore[arg-type]
        assert of_october(connection).waiting == 1


def test_an_account_is_watched_since_its_first_poll_or_its_oldest_message(database: Database) -> None:
    with database.writing() as connection:
        assert of_october(connection).watched_since is None
        know_account(connection)
        assert of_october(connection).watched_since is None
        accounts.first_polled(connection, ACCOUNT, MIDDLE)
        assert of_october(connection).watched_since == MIDDLE
        add_message(connection, "old", sent_at=MIDDLE - timedelta(days=40), backlog=True)
        assert of_october(connection).watched_since == MIDDLE
        add_message(connection, "night", sent_at=MIDDLE - timedelta(hours=20))
        assert of_october(connection).watched_since == MIDDLE - timedelta(hours=20)
        assert connection.execute(select(account_table.c.first_polled_at)).scalar() == MIDDLE
