"""What could not be told is listed, and told again when a person says so."""

from __future__ import annotations

import pytest
from cli_centre import NOW, Installation

from ig_worker.domain.notice import Event, Rules, apply
from ig_worker.store import cases, notices
from ig_worker.store.database import Connection

FIRST, SECOND = "K-2026-0001", "K-2026-0002"


def give_up(connection: Connection, key: str, case_id: int | None = None) -> None:
    letter = {
        "key": key,
        "team": "complaint_team",
        "target": "t",
        "channel": "tgram …1234",
        "title": f"Perihal {key}",
    }
    notices.write(connection, {**letter, "body": "", "case_id": case_id}, NOW)
    stored = next(each for each in notices.due(connection, NOW) if each.row.key == key)
    failed = apply(stored.notice, Event.GIVE_UP, NOW, Rules(), "550 no such user")
    assert notices.save(connection, stored, failed)


@pytest.fixture
def silent(centre: Installation) -> Installation:
    """Two cases and a report of which nobody could be told."""
    with centre.writing() as connection:
        for number in (FIRST, SECOND):
            values = {
                "number": number, "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "",
                "severity": "biasa", "channel": "comment", "author": "", "opened_at": NOW, "notices_written": True,
            }  # fmt: skip
            give_up(connection, number, cases.open_case(connection, values, [], NOW))
        give_up(connection, "report:2026-11-25")
    return centre


def pending(centre: Installation) -> list[str]:
    with centre.writing() as connection:
        return [stored.row.key for stored in notices.due(connection, NOW)]


def test_what_was_given_up_is_listed_with_why(silent: Installation) -> None:
    said = silent("cases", "undelivered", "--json")
    assert said.status == 0
    assert [notice["key"] for notice in said.document] == [FIRST, SECOND, "report:2026-11-25"]
    assert {notice["last_error"] for notice in said.document} == {"550 no such user"}
    assert FIRST in silent("cases", "undelivered").out


def test_one_case_is_told_again(silent: Installation) -> None:
    assert silent("cases", "tell", SECOND.lower()).out == f"1 notice about {SECOND} will be sent again.\n"
    assert pending(silent) == [SECOND]
    assert silent("cases", "tell", SECOND).out == f"Nothing about {SECOND} was given up.\n"


def test_everything_is_told_again(silent: Installation) -> None:
    assert silent("cases", "tell", "--all").out == "3 notices will be sent again.\n"
    assert pending(silent) == [FIRST, SECOND, "report:2026-11-25"]


@pytest.mark.parametrize("words", [(), (FIRST, "--all")])
def test_a_number_or_all_is_needed(silent: Installation, words: tuple[str, ...]) -> None:
    said = silent("cases", "tell", *words)
    assert said.status == 2
    assert "allowed: the NUMBER of a case, or --all" in said.err


def test_a_case_that_is_not_there_is_said(silent: Installation) -> None:
    assert silent("cases", "tell", "K-2026-0099").status == 1
