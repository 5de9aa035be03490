"""Crises from the command line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cli_centre import NOW, Installation, message_values

from fakes.bench import plan_post
from ig_worker.store import crises, messages


@pytest.fixture
def storm(centre: Installation) -> Installation:
    """A crisis that keeps posts waiting, a post that is due, an urgent one and one of tomorrow."""
    with centre.writing() as connection:
        ids = [
            messages.add(connection, message_values(f"Antre lama {each}", label="keluhan", ig_id=str(each)))
            for each in range(5)
        ]
        crises.begin(connection, "polowijen", "pace", "", [each for each in ids if each], NOW, pauses=True)
        plan_post(connection, at=NOW, status="ready")
        plan_post(connection, at=NOW, key="P-02", status="ready", options={"urgent": True})
        plan_post(connection, at=NOW + timedelta(days=1), key="P-03")
    return centre


def test_posts_that_wait_say_for_what(storm: Installation) -> None:
    why = "menunggu krisis 1 selesai: ig-worker cases crisis lift 1 --by NAMA"
    posts = storm("posts", "list", "--json").document
    assert [(post["key"], post["status"], post["last_error"]) for post in posts] == [
        ("P-01", "ready", why),
        ("P-02", "ready", None),
        ("P-03", "approved", None),
    ]
    assert why in storm("posts", "list").out
    assert why in storm("posts", "show", "P-01").out
    storm("cases", "crisis", "lift", "1", "--by", "Bu Ani")
    assert storm("posts", "show", "P-01", "--json").document["last_error"] is None


def test_a_crisis_is_listed_until_and_after_a_person_lifts_it(storm: Installation) -> None:
    (one,) = storm("cases", "crisis", "list", "--json").document
    assert (one["id"], one["kind"], one["about"], one["pauses"], one["lifted_at"]) == (
        1,
        "pace",
        None,
        True,
        None,
    )
    assert len(one["message_ids"]) == 5
    status = storm("status", "--json").document
    assert (status["open_crises"], status["waiting_for_person"]) == (1, 1)
    done = storm("cases", "crisis", "lift", "1", "--by", "Bu Ani")
    assert (done.status, done.out) == (0, "Crisis 1 is lifted. The posts that waited go on.\n")
    again = storm("cases", "crisis", "lift", "1", "--by", "Pak Budi")
    assert (again.status, again.out) == (0, "Crisis 1 was lifted already, by Bu Ani.\n")
    assert storm("cases", "crisis", "list", "--open", "--json").document == []
    assert "Bu Ani" in storm("cases", "crisis", "list").out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("lift", "2", "--by", "Ani"), 1, "there is no crisis 2: ig-worker cases crisis list shows them"),
        (("lift", "1"), 2, "Missing option '--by'"),
        (("lift", "x", "--by", "Ani"), 2, "'x' is not a valid integer range"),
    ],
)
def test_what_cannot_be_lifted_says_why(
    storm: Installation, words: tuple[str, ...], status: int, said: str
) -> None:
    done = storm("cases", "crisis", *words)
    assert (done.status, said in done.line) == (status, True), done.line
