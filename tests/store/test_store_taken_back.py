"""Words that were taken back, on both databases: hidden, shown again, erased, and the pictures that show them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from store_things import ACCOUNT, NOW, add_case, add_message, the

from ig_worker.domain.unsent import TAKEN_BACK
from ig_worker.store import chain, custody, journal, messages, taken_back
from ig_worker.store.database import Connection, Database

LATER = NOW + timedelta(hours=1)
SECRET = "Obatnya kosong terus di apotek puskesmas, kecewa sekali!"


def said(connection: Connection, ig_id: str, text: str, **more: Any) -> Row[Any]:
    return add_message(connection, ig_id, channel="dm", media_id="", conversation_id="t-1", text=text, **more)


def hung(connection: Connection, message: Row[Any]) -> str:
    path = f"evidence/{message.id}.png"
    values = {
        "case_id": 1,
        "message_id": message.id,
        "account": ACCOUNT,
        "path": path,
        "sha256": "a" * 64,
        "json_path": f"evidence/{message.id}.json",
        "json_sha256": "b" * 64,
        "made_at": NOW,
    }
    assert chain.hang(connection, values) is not None
    return path


def test_what_is_hidden_comes_back_as_it_was(database: Database) -> None:
    with database.writing() as connection:
        message = said(connection, "d-1", SECRET, attachments=["image"], reasons=["kata “kecewa”"])
        edited = f"edited by its author; it said: {SECRET}!!"
        journal.note(connection, NOW, f"message:{message.id}", edited)
        before = journal.of(connection, f"message:{message.id}")
        taken_back.hide(connection, the(messages.get(connection, message.id)), LATER)
        taken_back.hide(connection, the(messages.get(connection, message.id)), LATER)
        hidden = the(messages.get(connection, message.id))
        assert (hidden.text, hidden.attachments, hidden.reasons) == (TAKEN_BACK, [], [])
        assert hidden.withdrawn_at == LATER
        lines = journal.of(connection, f"message:{message.id}")
        assert lines[0].what == f"edited by its author; it said: {TAKEN_BACK}"
        taken_back.bring_back(connection, message.id, LATER)
        shown = the(messages.get(connection, message.id))
        assert (shown.text, shown.attachments, shown.reasons, shown.withdrawn_at) == (
            SECRET,
            ["image"],
            ["kata “kecewa”"],
            None,
        )
        assert journal.of(connection, f"message:{message.id}")[0] == before[0]
        assert not taken_back.is_hidden(connection, message.id)


def test_what_is_erased_is_told_anew_where_it_is_shown_again(database: Database) -> None:
    with database.writing() as connection:
        message = said(connection, "d-1", SECRET)
        taken_back.hide(connection, message, NOW)
        assert [row.id for row in taken_back.to_erase(connection, ACCOUNT, NOW)] == [message.id]
        assert taken_back.to_erase(connection, ACCOUNT, NOW - timedelta(seconds=1)) == []
        taken_back.erase(connection, message, LATER)
        assert taken_back.to_erase(connection, ACCOUNT, LATER) == []
        taken_back.bring_back(connection, message.id, LATER)
        assert the(messages.get(connection, message.id)).text == ""


def test_pictures_of_the_same_conversation_are_withheld_and_no_others(database: Database) -> None:
    with database.writing() as connection:
        add_case(connection)
        gone, other = said(connection, "d-1", SECRET), said(connection, "d-2", "Loketnya tutup terus!")
        comment = add_message(connection, "c-1")
        paths = [hung(connection, message) for message in (gone, other, comment)]
        assert taken_back.not_to_show(connection, paths) == set()
        taken_back.hide(connection, gone, LATER)
        assert taken_back.not_to_show(connection, [*paths, ""]) == {*paths[:2], ""}
        assert [piece.path for piece in taken_back.evidence_around(connection, gone)] == paths[:2]
        own = taken_back.evidence_around(connection, gone)[0]
        chain.erase(connection, own, LATER)
        taken_back.erase(connection, gone, LATER)
        assert taken_back.not_to_show(connection, paths) == {paths[0]}
        assert [piece.erased for piece in taken_back.evidence_around(connection, gone)] == [True, False]
        assert taken_back.withdrawn_around(connection, other) == {"d-1"}


def test_only_what_somebody_took_back_lets_evidence_of_the_conversation_be_erased(database: Database) -> None:
    with database.writing() as connection:
        gone, other = said(connection, "m1", SECRET), said(connection, "m2", "Halo min")
        elsewhere = add_message(
            connection, "m3", channel="dm", media_id="", conversation_id="t-2", text="Halo"
        )
        add_case(connection)
        pieces = {}
        for message in (gone, other, elsewhere):
            hung(connection, message)
            (piece,) = chain.of_message(connection, message.id)
            chain.erase(connection, piece, LATER)
            pieces[message.id] = piece
        assert not any(custody.erased_by_rule(connection, piece) for piece in pieces.values())
        taken_back.hide(connection, gone, NOW)
        allowed = [number for number, piece in pieces.items() if custody.erased_by_rule(connection, piece)]
        assert allowed == [gone.id, other.id]
