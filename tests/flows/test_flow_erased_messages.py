"""Whoever was erased comes back by what they write themselves, and by nothing that Instagram still shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from message_desk import HOUR, PRAISE, Desk
from sqlalchemy import select

from fakes.bench import ACCOUNT, bench_database
from ig_worker.domain.erasure import Erased, digest
from ig_worker.domain.instagram import Kind
from ig_worker.flows.replying.last_look import LastLook
from ig_worker.store import conversations, erasures
from ig_worker.store.schema import messages


@pytest.fixture
def desk() -> Iterator[Desk]:
    with bench_database() as database:
        yield Desk(database)


def erase(desk: Desk, name: str) -> datetime:
    """Until now; nothing of theirs has been stored yet."""
    now = desk.clock.now()
    with desk.database.writing() as connection:
        number = desk.instagram.conversation(f"conversation-{name}").person_id
        what = {digest("s", f"id:{number}"): now, digest("s", f"name:{name}"): now}
        erasures.remember(connection, Erased("s", what), now)
    return now


def talk(desk: Desk, name: str) -> Any:
    with desk.database.reading() as connection:
        return conversations.get(connection, ACCOUNT, f"conversation-{name}")


def texts(desk: Desk) -> list[str]:
    with desk.database.reading() as connection:
        return list(connection.execute(select(messages.c.text).order_by(messages.c.sent_at)).scalars())


def test_what_we_write_to_somebody_who_was_erased_brings_them_back_by_no_name(desk: Desk) -> None:
    desk.instagram.message("budi", PRAISE)
    desk.instagram.staff_message("budi", "Sama-sama pak Budi, obatnya sudah kami siapkan")
    desk.clock.forward(HOUR)
    erase(desk, "budi")
    desk.clock.forward(HOUR)
    desk.instagram.staff_message("budi", "Datanya sudah kami hapus")
    desk.poll()
    assert (talk(desk, "budi").person, talk(desk, "budi").person_id) == ("", "")
    assert texts(desk) == ["Datanya sudah kami hapus"], "what we wrote to them before is gone as well"
    desk.clock.forward(HOUR)
    desk.instagram.message("budi", "Terima kasih")
    desk.poll()
    assert talk(desk, "budi").person == "budi", "what they write afterwards is new"
    assert texts(desk) == ["Datanya sudah kami hapus", "Terima kasih"]


def test_what_is_never_stored_again_keeps_nobody_from_being_answered(desk: Desk) -> None:
    post = desk.instagram.post_by_hand(Kind.IMAGE, "Posyandu")
    desk.instagram.message("budi", PRAISE)
    desk.instagram.staff_message("budi", "Sama-sama")
    before = desk.instagram.comment(post, "budi", PRAISE)
    desk.clock.forward(HOUR)
    erase(desk, "budi")
    desk.clock.forward(HOUR)
    desk.instagram.message("budi", "Halo lagi")
    desk.instagram.comment(post, "budi", "Bagus sekali")
    desk.poll()
    desk.poll(HOUR)
    look = LastLook(ACCOUNT, desk.database, desk.instagram)
    assert [(row.channel, row.text, look.news(row)) for row in desk.stored()] == [
        ("comment", "Bagus sekali", ""),
        ("dm", "Halo lagi", ""),
    ]
    row = desk.stored()[0]
    desk.instagram.comment(post, "budi", "Tapi antreannya lama")
    assert look.news(row) == "the same person has written more: it is read first"
    assert before not in {each.ig_id for each in desk.stored()}
