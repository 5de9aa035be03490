"""What people do with cases from the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values

from ig_worker.domain.case import Event, apply
from ig_worker.store import case_files, cases, journal, messages
from ig_worker.store.case_files import CaseFile
from ig_worker.store.database import Connection

FIRST, SECOND = "K-2026-0001", "K-2026-0002"
UNIT = """
[units.farmasi]
notify = ["mailto://farmasi:rahasia@mail.example.org?to=farmasi@example.org"]
"""


def case_values(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "number": number, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "pendaftaran",
        "severity": "biasa", "channel": "comment", "author": "warga_malang", "opened_at": NOW,
        "notices_written": True, **changes,
    }  # fmt: skip


def open_case(connection: Connection, number: str, **changes: Any) -> int:
    return cases.open_case(
        connection, case_values(number, **changes), [("acknowledge", NOW + timedelta(days=1))], NOW
    )


@pytest.fixture
def register(centre: Installation) -> Installation:
    """Two cases about the queue; the first with a message."""
    with centre.config.open("a", encoding="utf-8") as config:
        config.write(UNIT)
    with centre.writing() as connection:
        case_id = open_case(connection, FIRST)
        open_case(connection, SECOND)
        message_id = messages.add(
            connection, message_values("Antre lama, WA 081234567890", label="keluhan", ig_id="100")
        )
        assert message_id is not None
        cases.join(connection, case_id, message_id)
    return centre


@contextmanager
def the_file(centre: Installation, number: str = FIRST) -> Iterator[CaseFile]:
    with centre.writing() as connection:
        file = case_files.of(connection, number)
        assert file is not None
        yield file


def the_history(centre: Installation, number: str = FIRST) -> list[tuple[str, str]]:
    with centre.writing() as connection:
        return [(entry.who, entry.what) for entry in journal.of(connection, f"case:{number}")][1:]


def answer_on_instagram(centre: Installation, text: str, at: datetime) -> None:
    with centre.writing() as connection:
        messages.add(
            connection,
            message_values(text, own=True, author="puskesmaspolowijen", parent_id="100", sent_at=at),
        )


def test_a_case_goes_through_every_hand_to_its_end(register: Installation) -> None:
    plan, done = "Tambah satu loket", "Loket tambahan dibuka"
    for words, said in (
        (("ack", "--by", "Bu Ani"), "Case K-2026-0001 is acknowledged."),
        (("assign", "--to", "Pak Budi", "--plan", plan, "--by", "Bu Ani"), "Case K-2026-0001 is assigned."),
        (("start", "--by", "Pak Budi"), "Case K-2026-0001 is in progress."),
        (("note", done, "--follow-up", "--by", "Pak Budi"), "Noted in K-2026-0001."),
        (("resolve", "--answer", "Mohon maaf", "--by", "Pak Budi"), "Case K-2026-0001 is resolved."),
    ):
        told = register("cases", words[0], FIRST, *words[1:])
        assert (told.status, told.out.splitlines()[0], told.err) == (0, said, "")
    with the_file(register) as file:
        row = file.row
    assert (row.status, row.acknowledged_by, row.assigned_to) == ("resolved", "Bu Ani", "Pak Budi")
    assert (row.plan, row.follow_up, row.answer) == (plan, done, "Mohon maaf")
    assert the_history(register) == [
        ("Bu Ani", "acknowledged"),
        ("Bu Ani", f"assigned: to Pak Budi, plan: {plan}"),
        ("Pak Budi", "work began"),
        ("Pak Budi", f"follow-up: {done}"),
        ("Pak Budi", "resolved; answer: Mohon maaf"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ack",), "Case K-2026-0001 is already acknowledged."),
        (("assign", "--to", "Ani"), "Case K-2026-0001 is assigned so already."),
        (("start",), "Case K-2026-0001 is already in progress."),
        (("note", "Sudah", "--plan"), "It stands in K-2026-0001 already."),
        (("resolve",), "Case K-2026-0001 is already resolved."),
        (("reject", "--reason", "Salah alamat"), "Case K-2026-0001 is already rejected."),
        (("merge", "--into", SECOND), "Case K-2026-0001 goes on in K-2026-0002."),
    ],
)
def test_once_more_does_no_harm(register: Installation, words: tuple[str, ...], said: str) -> None:
    assert register("cases", words[0], FIRST, *words[1:], "--by", "Ani").status == 0
    before = the_history(register)
    again = register("cases", words[0], FIRST, *words[1:], "--by", "Ani")
    assert (again.status, again.out.splitlines()[0]) == (0, said)
    assert the_history(register) == before


def test_who_acknowledges_second_hears_who_was_first(register: Installation) -> None:
    register("cases", "ack", FIRST, "--by", "Bu Ani")
    second = register("cases", "ack", FIRST, "--by", "Pak Budi")
    assert second.out == "Case K-2026-0001 is already acknowledged.\nIt was acknowledged by Bu Ani.\n"


def test_the_register_takes_what_the_centre_answered_on_instagram(register: Installation) -> None:
    answer_on_instagram(register, "@orang_lain baik Kak", NOW + timedelta(minutes=5))
    answer_on_instagram(register, "@warga_malang mohon maaf, loket sudah dibuka", NOW + timedelta(minutes=9))
    told = register("cases", "resolve", FIRST, "--by", "Ani")
    assert told.out == "Case K-2026-0001 is resolved.\n"
    with the_file(register) as file:
        assert file.row.answer == "@warga_malang mohon maaf, loket sudah dibuka"


def test_resolved_a_second_time_the_register_keeps_the_first_answer_and_adds_the_new_one(
    register: Installation,
) -> None:
    answer_on_instagram(register, "@warga_malang segera kami cek", NOW)
    register("cases", "resolve", FIRST, "--answer", "Sudah dijelaskan lewat telepon", "--by", "Ani")
    again_at = NOW + timedelta(days=1)
    with register.writing() as connection:
        stored = cases.get(connection, FIRST)
        assert stored is not None
        cases.save(connection, stored, apply(stored.case, Event.WRITTEN_AGAIN, again_at), again_at, "again")
    register.set_clock(again_at + timedelta(hours=1))
    told = register("cases", "resolve", FIRST, "--by", "Ani").out.splitlines()
    assert told[1:] == [
        "What the person wrote when it was opened again has no answer: ig-worker inbox reply 1 TEXT --by NAME"
    ]
    with the_file(register) as file:
        assert file.row.answer == "Sudah dijelaskan lewat telepon"
    answer_on_instagram(register, "@warga_malang loket kedua sudah buka", again_at + timedelta(hours=2))
    assert register("cases", "resolve", FIRST, "--by", "Ani").out == "Case K-2026-0001 is resolved.\n"
    with the_file(register) as file:
        assert file.row.answer == "Sudah dijelaskan lewat telepon\n@warga_malang loket kedua sudah buka"


def test_without_an_answer_it_is_resolved_and_says_what_is_missing(register: Installation) -> None:
    told = register("cases", "resolve", FIRST, "--by", "Ani").out.splitlines()
    assert told[1:] == [
        "The register has no answer for it yet: ig-worker cases resolve K-2026-0001 --answer TEXT --by NAME",
        "The person was never answered: ig-worker inbox reply 1 TEXT --by NAME",
    ]
    later = register(
        "cases", "resolve", FIRST, "--answer", "Sudah ditelepon", "--by", "Ani", "--json"
    ).document
    assert (later["answer"], later["changed"], later["status"]) == ("Sudah ditelepon", True, "resolved")


def test_a_new_unit_is_told_once_and_without_the_persons_number(register: Installation) -> None:
    told = register("cases", "assign", FIRST, "--unit", "Farmasi", "--to", "Bu Rini", "--by", "Bu Ani")
    assert told.out == "Case K-2026-0001 is assigned.\nUnit farmasi is told.\n"
    register("cases", "assign", FIRST, "--unit", "farmasi", "--by", "Bu Ani")
    with the_file(register) as file:
        (letter,) = file.deliveries
    assert (letter.team, letter.title) == ("unit:farmasi", "K-2026-0001 Keluhan: antrean (diserahkan)")
    assert "diserahkan kepada unit farmasi oleh Bu Ani" in letter.body
    assert "Petugas: Bu Rini" in letter.body
    assert "12345678" not in letter.body
    deaf = register("cases", "assign", FIRST, "--unit", "gigi", "--by", "Bu Ani").out
    assert "Nobody of unit gigi is told: [units.gigi] notify names nobody." in deaf


def test_what_a_person_calls_an_emergency_reaches_people_at_once(register: Installation) -> None:
    register("cases", "assign", FIRST, "--severity", "darurat", "--by", "Bu Ani")
    with the_file(register) as file:
        (letter,) = file.deliveries
        assert (file.row.severity, letter.team) == ("darurat", "complaint_team")
        assert letter.title.startswith("DARURAT · K-2026-0001")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("assign", FIRST), 2, "nothing to assign; allowed: --to, --unit, --severity, --kind, --plan"),
        (("assign", FIRST, "--unit", "dapur"), 2, '--unit: found "dapur"; allowed: farmasi, gigi, humas'),
        (("assign", FIRST, "--severity", "gawat"), 2, "'gawat' is not one of 'biasa', 'mendesak', 'darurat'"),
        (("reject", FIRST), 2, "Missing option '--reason'"),
        (("reject", FIRST, "--reason", " "), 2, "found nothing; allowed: a line of text"),
        (("note", FIRST, "x" * 4001), 2, "found 4001 letters; allowed: at most 4000"),
        (("note", FIRST, "x", "--plan", "--follow-up"), 2, "one of them at a time"),
        (("merge", FIRST, "--into", FIRST), 1, "case K-2026-0001 cannot go on in itself"),
        (("merge", FIRST, "--into", "K-2026-0009"), 1, "there is no case K-2026-0009"),
        (("start", "K-2026-0009"), 1, "there is no case K-2026-0009"),
    ],
)
def test_what_cannot_be_says_what_can(
    register: Installation, words: tuple[str, ...], status: int, said: str
) -> None:
    told = register("cases", *words, "--by", "Ani")
    assert (told.status, said in told.line) == (status, True), told.line


@pytest.mark.parametrize(
    "ended", [("reject", "--reason", "Salah alamat"), ("merge", "--into", SECOND), ("resolve",)]
)
@pytest.mark.parametrize(
    "move", [("ack",), ("start",), ("assign", "--to", "Ani"), ("reject", "--reason", "x")]
)
def test_what_has_ended_moves_no_more_and_says_where_to_go(
    register: Installation, ended: tuple[str, ...], move: tuple[str, ...]
) -> None:
    register("cases", ended[0], FIRST, *ended[1:], "--by", "Ani")
    told = register("cases", move[0], FIRST, *move[1:], "--by", "Ani")
    cures = {"reject": "cases show", "merge": "it goes on in K-2026-0002", "resolve": "--follow-up --by NAME"}
    assert (told.status, cures[ended[0]] in told.line) == (1, True)


@pytest.mark.parametrize(
    "ended", [("reject", "--reason", "Keliru"), ("merge", "--into", SECOND), ("resolve",)]
)
def test_an_end_that_was_a_mistake_is_taken_back(register: Installation, ended: tuple[str, ...]) -> None:
    with register.writing() as connection:
        number = "K-2026-0003"
        cases.open_case(
            connection,
            {**case_values(number), "label": "saran"},
            [("resolve", NOW + timedelta(days=3))],
            NOW,
        )
    register("cases", ended[0], number, *ended[1:], "--by", "Ani")
    assert register("cases", "reopen", number, "--by", "Ani").status == 2
    for said in ("is in progress", "is already in progress"):
        told = register("cases", "reopen", number, "--reason", "Salah nomor", "--by", "Ani")
        assert (told.status, told.out) == (0, f"Case {number} {said}.\n")
    case = register("cases", "show", number, "--json").document
    assert (case["status"], case["closed_at"], case["resolved_at"]) == ("in_progress", None, None)
    assert (case["reason"], case["merged_into"]) == (None, None)
    assert case["deadlines"] == [{"name": "resolve", "due_at": "2026-11-28T07:30:00+07:00", "met_at": None}]
    assert case["journal"][-1]["what"].endswith(": Salah nomor")
    assert register("cases", "resolve", number, "--by", "Ani").status == 0


def test_a_merged_case_hands_over_what_makes_it_grave(register: Installation) -> None:
    with register.writing() as connection:
        open_case(connection, "K-2026-0003", label="saran", unit="farmasi")
    register("cases", "assign", FIRST, "--severity", "mendesak", "--by", "Ani")
    told = register("cases", "merge", FIRST, "--into", "k-2026-0003", "--by", "Ani")
    assert told.out == "Case K-2026-0001 goes on in K-2026-0003.\nUnit farmasi is told.\n"
    with the_file(register, "K-2026-0003") as file:
        assert (file.row.label, file.row.severity) == ("keluhan", "mendesak")
        assert [letter.team for letter in file.deliveries] == ["unit:farmasi"]
    assert register("cases", "show", "K-2026-0003", "--json").document["merged_from"] == [FIRST]
    assert the_history(register, "K-2026-0003") == [("Ani", "K-2026-0001 goes on here")]
    back = register("cases", "merge", "K-2026-0003", "--into", FIRST, "--by", "Ani")
    assert "case K-2026-0001 goes on in K-2026-0003" in back.line


def test_a_note_can_be_written_when_everything_is_over(register: Installation) -> None:
    register("cases", "reject", FIRST, "--reason", "Puskesmas lain", "--by", "Ani")
    for text in ("Diteruskan ke Puskesmas Kendalsari", "Dikonfirmasi"):
        assert register("cases", "note", FIRST, text, "--follow-up", "--by", "Ani").status == 0
    with the_file(register) as file:
        assert file.row.follow_up.splitlines() == ["Diteruskan ke Puskesmas Kendalsari", "Dikonfirmasi"]
        assert file.row.reason == "Puskesmas lain"
