"""The register from the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values

from ig_worker.store import cases, chain, journal, messages, notices
from ig_worker.store.database import Connection

KEYS = {
    "number", "account", "label", "topic", "unit", "severity", "status", "opened_at", "deadlines",
    "acknowledged_at", "resolved_at", "message_ids", "evidence", "deliveries",
}  # fmt: skip


def add_case(connection: Connection, count: int, text: str, **changes: Any) -> str:
    """One more case with one message; returns its number."""
    number = f"K-2026-{count:04d}"
    values = {
        "number": number, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "pendaftaran",
        "severity": "biasa", "channel": "comment", "opened_at": NOW, "notices_written": True, **changes,
    }  # fmt: skip
    case_id = cases.open_case(connection, values, [], NOW)
    message_id = messages.add(connection, message_values(text, label="keluhan"))
    assert message_id is not None
    cases.join(connection, case_id, message_id)
    return number


@pytest.fixture
def register(centre: Installation) -> Installation:
    """Two cases; the first with a message, evidence and a notice."""
    with centre.writing() as connection:
        message_id = messages.add(
            connection, message_values("Antre dari subuh, loketnya tutup 😡", label="keluhan")
        )
        assert message_id is not None
        values = {
            "account": "polowijen",
            "label": "keluhan",
            "topic": "antrean",
            "severity": "biasa",
            "channel": "comment",
            "opened_at": NOW,
        }
        due = [("acknowledge", NOW + timedelta(days=1)), ("resolve", NOW + timedelta(days=3))]
        case_id = cases.open_case(
            connection, {"number": "K-2026-0001", "unit": "pendaftaran", **values}, due, NOW
        )
        cases.join(connection, case_id, message_id)
        cases.open_case(connection, {"number": "K-2026-0002", "unit": "", **values}, [], NOW)
        chain.hang(
            connection,
            {
                "case_id": case_id,
                "message_id": message_id,
                "account": "polowijen",
                "path": "evidence/2026/K-2026-0001/1.png",
                "sha256": "a" * 64,
                "json_path": "evidence/2026/K-2026-0001/1.json",
                "json_sha256": "b" * 64,
                "made_at": NOW,
            },
        )
        letter = {
            "key": "K-2026-0001",
            "team": "complaint_team",
            "target": "t",
            "channel": "mailto://mail.example.org",
        }
        notices.write(connection, {**letter, "case_id": case_id}, NOW)
    return centre


def test_the_list_shows_only_what_is_asked_for(register: Installation) -> None:
    def numbers(*words: str) -> list[str]:
        return [case["number"] for case in register("cases", "list", "--json", *words).document]

    both = ["K-2026-0001", "K-2026-0002"]
    assert numbers("--unit", "pendaftaran") == both[:1]
    assert numbers("--topic", "antrean") == both
    assert numbers("--topic", "obat") == []
    assert numbers("--month", "2026-11") == numbers("--month", "11/2026") == both
    assert numbers("--month", "2026-10") == []
    assert numbers("--account", "polowijen", "--open") == both
    assert numbers("--overdue") == []
    register.set_clock(NOW + timedelta(days=1, seconds=1))
    assert numbers("--overdue") == both[:1]
    assert register("status", "--json").document["overdue_cases"] == 1
    assert "acknowledge: 26/11/2026 07.30 (late)" in register("cases", "list", "--overdue").out
    register("cases", "resolve", "K-2026-0001", "--by", "Pak Budi")
    assert numbers("--overdue") == []
    assert numbers("--open") == both[1:]
    wrong = register("cases", "list", "--month", "2026-13")
    assert (wrong.status, "allowed: a month such as 2026-11" in wrong.line) == (2, True)


def test_a_list_masks_what_the_case_shows_in_full(register: Installation) -> None:
    told = "Hubungi saya di 0812-3456-7890"
    with register.writing() as connection:
        number = add_case(connection, 3, told, topic="obat")
    register("cases", "resolve", number, "--answer", "Sudah kami hubungi di 081234567890", "--by", "Ani")
    listed = register("cases", "list", "--topic", "obat")
    assert "3456" not in listed.out + register("cases", "list", "--json").out
    assert told in register("cases", "show", number).out
    shown = register("cases", "show", number, "--json").document
    assert (shown["messages"][0]["text"], shown["answer"]) == (told, "Sudah kami hubungi di 081234567890")


def test_no_line_of_a_message_passes_for_one_of_the_history(register: Installation) -> None:
    forged = "25/11/2026 07.30  Bu Ani: resolved"
    with register.writing() as connection:
        number = add_case(connection, 3, f"Antre lama\n{forged}\r{forged}\u2028{forged}")
    lines = register("cases", "show", number).out.splitlines()
    assert [line for line in lines if line.startswith("25/11/2026")] == [
        "25/11/2026 07.30  ig-worker: opened: keluhan, antrean"
    ]
    assert lines.count(f"    | {forged}") == 3


def the_history(centre: Installation, number: str) -> list[tuple[str, str]]:
    with centre.writing() as connection:
        return [(entry.who, entry.what) for entry in journal.of(connection, f"case:{number}")]


def test_the_list_holds_every_case_with_deadlines_evidence_and_deliveries(register: Installation) -> None:
    listed = register("cases", "list", "--json")
    first, second = listed.document
    assert (listed.status, listed.err) == (0, "")
    assert set(first) > KEYS
    assert (first["number"], first["unit"], first["opened_at"]) == (
        "K-2026-0001",
        "pendaftaran",
        "2026-11-25T07:30:00+07:00",
    )
    assert first["deadlines"] == [
        {"name": "acknowledge", "due_at": "2026-11-26T07:30:00+07:00", "met_at": None},
        {"name": "resolve", "due_at": "2026-11-28T07:30:00+07:00", "met_at": None},
    ]
    assert first["message_ids"] == [1]
    assert first["evidence"] == [{"path": "evidence/2026/K-2026-0001/1.png", "sha256": "a" * 64}]
    assert first["deliveries"] == [
        {"channel": "mailto://mail.example.org", "status": "pending", "attempts": 0}
    ]
    assert (second["unit"], second["deadlines"], second["message_ids"]) == (None, [], [])


def test_the_list_can_be_of_one_status_and_of_some_length(register: Installation) -> None:
    assert len(register("cases", "list", "--json", "--limit", "1").document) == 1
    assert register("cases", "list", "--json", "--status", "resolved").document == []
    assert (
        register("cases", "list").out.splitlines()[1].startswith("K-2026-0001\tnew\tbiasa\tkeluhan\tantrean")
    )


def test_a_case_is_acknowledged_and_resolved_in_the_persons_name(register: Installation) -> None:
    assert (
        register("cases", "ack", "k-2026-0001", "--by", "Bu Ani").out == "Case K-2026-0001 is acknowledged.\n"
    )
    register.set_clock(NOW + timedelta(hours=5))
    assert register("cases", "resolve", "K-2026-0001", "--by", "Pak Budi").status == 0
    case = register("cases", "list", "--json").document[0]
    assert case["status"] == "resolved"
    assert [line["met_at"] for line in case["deadlines"]] == [
        "2026-11-25T07:30:00+07:00",
        "2026-11-25T12:30:00+07:00",
    ]
    assert the_history(register, "K-2026-0001")[-2:] == [("Bu Ani", "acknowledged"), ("Pak Budi", "resolved")]


def test_what_is_resolved_cannot_be_acknowledged(register: Installation) -> None:
    register("cases", "resolve", "K-2026-0001", "--by", "Pak Budi")
    done = register("cases", "ack", "K-2026-0001", "--by", "Bu Ani")
    assert done.status == 1
    assert done.line.startswith("case K-2026-0001 is resolved: acknowledge is not possible any more")


def test_a_note_goes_into_the_history(register: Installation) -> None:
    done = register("cases", "note", "K-2026-0001", " Sudah ditelepon\x00 ", "--by", "Bu Ani")
    assert (done.status, done.out) == (0, "Noted in K-2026-0001.\n")
    assert the_history(register, "K-2026-0001")[-1] == ("Bu Ani", "note: Sudah ditelepon")
    assert register("cases", "note", "K-2026-0001", "  ", "--by", "Bu Ani").status == 2


def test_show_has_the_messages_and_the_history(register: Installation) -> None:
    register("cases", "ack", "K-2026-0001", "--by", "Bu Ani")
    text = register("cases", "show", "K-2026-0001").out
    assert "acknowledge: 26/11/2026 07.30 (met 25/11/2026 07.30)" in text
    assert "25/11/2026 07.30  warga_malang: Antre dari subuh, loketnya tutup 😡" in text
    assert "25/11/2026 07.30  Bu Ani: acknowledged" in text
    document = register("cases", "show", "K-2026-0001", "--json").document
    assert document["messages"][0]["author"] == "warga_malang"
    assert [entry["who"] for entry in document["journal"]] == ["ig-worker", "Bu Ani"]


@pytest.mark.parametrize("words", [("show",), ("ack", "--by", "Ani"), ("note", "teks", "--by", "Ani")])
def test_a_case_that_is_not_there_is_named(register: Installation, words: tuple[Any, ...]) -> None:
    done = register("cases", words[0], "K-2026-0009", *words[1:])
    assert (done.status, done.line) == (1, "there is no case K-2026-0009: ig-worker cases list shows them")
