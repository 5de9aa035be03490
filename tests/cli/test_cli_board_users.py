"""``board user``: somebody is let in, changed and sent away, and no password stands in an argument."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

import pytest
from cli_centre import Installation, Outcome

from ig_worker.board import passwords
from ig_worker.store import journal, users

GOOD = "sawah-hijau-pagi-hari"


def typed(centre: Installation, text: str, *words: str) -> Outcome:
    return centre.apart("board", "user", *words, input=text.encode())


def row_of(centre: Installation, name: str) -> users.Row[object]:
    with centre.writing() as connection:
        row = users.named(connection, name)
    assert row is not None
    return row


def test_somebody_is_let_in_with_the_password_of_the_first_line(centre: Installation) -> None:
    said = typed(
        centre, f"{GOOD}\n{GOOD}\n", "add", "ratna", "--role", "verifikator", "--role", "redaksi",
        "--full-name", "Bidan  Ratna",
    )  # fmt: skip
    assert (said.status, said.err) == (0, "")
    assert said.out == "User 1 ratna (Bidan Ratna) may come in as verifikator, redaksi.\n"
    row = row_of(centre, "ratna")
    assert passwords.is_right(row.password, GOOD)
    assert (row.full_name, row.roles, row.must_change) == ("Bidan Ratna", ["redaksi", "verifikator"], False)
    assert (row.unit, row.full_texts) == ("", False)


def test_without_a_password_one_is_made_and_must_be_changed(centre: Installation) -> None:
    said = typed(centre, "", "add", "rina", "--role", "keluhan", "--unit", "Mutu")
    assert said.status == 0
    made = re.search(r"^Password: (\S+)$", said.out, re.MULTILINE)
    assert made is not None
    row = row_of(centre, "rina")
    assert passwords.is_right(row.password, made[1])
    assert (row.must_change, row.full_texts, row.unit, row.full_name) == (True, True, "mutu", "rina")
    again = typed(centre, f"{GOOD}\n", "password", "rina", "--generate")
    assert made[1] not in again.out
    assert "has to be changed" in again.out


def test_the_list_shows_everybody_and_no_password(centre: Installation) -> None:
    typed(centre, GOOD, "add", "ratna", "--role", "verifikator", "--full-texts")
    typed(centre, GOOD, "add", "agus", "--role", "admin")
    assert centre("board", "user", "disable", "ratna").status == 0
    listed = centre("board", "user", "list", "--json").document
    assert [(one["name"], one["roles"], one["disabled_at"] is None) for one in listed] == [
        ("agus", ["admin"], True),
        ("ratna", ["verifikator"], False),
    ]
    assert listed[1]["full_texts"] is True
    assert "password" not in {*listed[0]}
    lines = centre("board", "user", "list").out.splitlines()
    assert lines[2].startswith("ratna\tratna\tverifikator")
    assert "argon2" not in "".join(lines)


def test_somebody_is_sent_away_and_let_in_again_with_a_line_in_the_journal(centre: Installation) -> None:
    typed(centre, GOOD, "add", "ratna", "--role", "verifikator")
    assert centre("board", "user", "disable", "ratna").out == "User ratna may not come in any more.\n"
    assert "so already" in centre("board", "user", "disable", "ratna").out
    assert centre("board", "user", "disable", "ratna", "--enable").out == "User ratna may come in again.\n"
    assert typed(centre, "lautan-luas-sekali\n", "password", "ratna").status == 0
    with centre.writing() as connection:
        entries = journal.of(connection, "user:ratna")
    assert [entry.what for entry in entries] == [
        "let in as verifikator",
        "not let in any more",
        "let in again",
        "was given a new password",
    ]
    assert {entry.who for entry in entries} == {"command line"}


def test_the_last_administrator_stays(centre: Installation) -> None:
    typed(centre, GOOD, "add", "agus", "--role", "admin")
    said = centre("board", "user", "disable", "agus")
    assert said.status == 1
    assert "last administrator" in said.line
    typed(centre, GOOD, "add", "budi", "--role", "admin")
    assert centre("board", "user", "disable", "agus").status == 0


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pendek\n", "too short"),
        ("x" * 201 + "\n", "too long"),
        ("aaaaaaaaaaaa\n", "everybody tries first"),
        ("puskesmas2026\n", "everybody tries first"),
        ("1234567890\n", "everybody tries first"),
        ("ratna.ratna.1\n", "own name"),
        (f"{GOOD}\nsomething-else-here\n", "differ"),
    ],
)
def test_a_bad_password_is_told_in_one_line_and_never_repeated(
    centre: Installation, text: str, why: str
) -> None:
    said = typed(centre, text, "add", "ratna", "--role", "verifikator")
    assert said.status == 1
    assert why in said.line
    assert text.strip().splitlines()[0] not in said.err
    assert centre("board", "user", "list", "--json").document == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "Ratna", "--role", "verifikator"), "found 'Ratna'; allowed: 1 to 40 small letters"),
        (("add", "a/b", "--role", "verifikator"), "allowed"),
        (("add", "x" * 41, "--role", "verifikator"), "allowed"),
        (("add", "ratna", "--role", "direktur"), "'direktur' is not one of 'pembuat'"),
        (("add", "ratna"), "--role"),
        (("add", "ratna", "--role", "admin", "--full-name", "?"), "--full-name"),
        (("add", "ratna", "--role", "admin", "--password", GOOD), "--password"),
        (("disable", "Ratna"), "allowed"),
    ],
)
def test_a_wrong_command_is_status_2(centre: Installation, words: tuple[str, ...], why: str) -> None:
    said = centre("board", "user", *words)
    assert said.status == 2
    assert why in said.err


def test_whoever_is_there_already_and_whoever_is_not(centre: Installation) -> None:
    typed(centre, GOOD, "add", "ratna", "--role", "verifikator", "--full-name", "Bidan Ratna")
    for name, full_name in (("ratna", "Somebody Else"), ("ratna2", "bidan ratna.")):
        said = typed(centre, GOOD, "add", name, "--role", "admin", "--full-name", full_name)
        assert said.status == 1
        assert "already" in said.line
    for words in (("disable", "siapa"), ("password", "siapa")):
        said = typed(centre, GOOD, *words)
        assert said.status == 1
        assert "nobody on the board is called 'siapa'" in said.line


def test_on_a_terminal_it_is_asked_for_twice_and_not_shown(centre: Installation) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "ig_worker",
            "--config",
            centre.config,
            *["board", "user", "add", "ratna", "--role", "admin"],
        ],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as running:
        os.close(theirs)
        seen = b""
        for prompt in (b"Password: ", b"Once more: "):
            while not seen.endswith(prompt):
                seen += os.read(ours, 1024)
            os.write(ours, f"{GOOD}\n".encode())
        try:
            while part := os.read(ours, 1024):
                seen += part
        except OSError:  # Linux says so when the other side has closed
            pass
        os.close(ours)
    assert running.returncode == 0
    assert GOOD.encode() not in seen
    assert passwords.is_right(row_of(centre, "ratna").password, GOOD)
