"""What rises, as somebody at the terminal sees it: live, masked, and told to nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cli_centre import NOW, Installation, message_values

from ig_worker.store import accounts, messages, rising
from ig_worker.store.schema import notices

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def busy(centre: Installation) -> Installation:
    """Nine people speak of the generator; one of them is a midwife's patient with a telephone."""
    centre.set_clock(NOW)
    with centre.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001", "puskesmaspolowijen")
        accounts.first_polled(connection, "polowijen", NOW - 60 * DAY)
        for number in range(9):
            values = message_values(
                f"genset berisik kata bidan Sumarni 08123456789{number}",
                ig_id=f"g{number}",
                media_id=f"p{number}",
                author=f"warga{number}",
                author_id=f"{number}",
                label="keluhan",
                topic="lainnya",
                sent_at=NOW - 8 * number * HOUR,
                first_seen_at=NOW - 8 * number * HOUR,
            )
            assert messages.add(connection, values)
    return centre


def test_it_is_listed_live_with_masked_examples_and_nobody_is_told(busy: Installation) -> None:
    (line,) = busy("inbox", "rising", "--json").document
    examples = line.pop("examples")
    assert line == {
        "account": "polowijen", "kind": "word", "term": "genset berisik", "also": [], "count": 9,
        "people": 9, "usual": 0.0, "complaints": 9, "media_id": None, "since": None,
    }  # fmt: skip
    assert examples[0].startswith("“genset berisik kata bidan S•••")
    assert len(examples) == 3
    shown = busy("inbox", "rising")
    assert shown.status == 0
    assert "genset berisik: 9 messages of 9 people, usually 0; complaints: 9" in shown.out
    assert "umarni" not in shown.out
    assert "0812345" not in shown.out
    with busy.writing() as connection:
        assert rising.rising_now(connection) == []
        assert connection.execute(notices.select()).all() == []


def test_the_days_can_be_others(busy: Installation) -> None:
    assert [line["count"] for line in busy("inbox", "rising", "--days", "2", "--json").document] == [7]
    wrong = busy("inbox", "rising", "--days", "15")
    assert wrong.status == 2


def test_the_job_tells_and_the_status_says_it(busy: Installation) -> None:
    assert busy("run-once", "rising").status == 0
    (line,) = busy("status", "--json").document["rising"]
    assert (line["account"], line["kind"], line["term"], line["count"]) == (
        "polowijen",
        "word",
        "genset berisik",
        9,
    )
    assert line["usual"] == 0
    assert "people speak more than usual of: genset berisik (9, usually 0)" in busy("status").out
    (line,) = busy("inbox", "rising", "--account", "polowijen", "--json").document
    assert line["since"] == "2026-11-25T07:30:00+07:00"
    with busy.writing() as connection:
        (told,) = connection.execute(notices.select()).all()
    assert (told.team, told.title) == ("complaint_team", "Sedang ramai: “genset berisik”")


def test_a_quiet_account_and_a_young_one_say_so(centre: Installation) -> None:
    centre.set_clock(NOW)
    said = centre("inbox", "rising")
    assert "two weeks must pass before anything is usual" in said.out
    with centre.writing() as connection:
        accounts.known(connection, "polowijen", "17841400000000001")
        accounts.first_polled(connection, "polowijen", NOW - 60 * DAY)
    assert centre("inbox", "rising").out == "Nothing comes up far more than usual.\n"
    assert centre("inbox", "rising", "--json").document == []
