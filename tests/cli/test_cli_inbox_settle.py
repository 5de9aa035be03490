"""A person says that a message needs no answer."""

from __future__ import annotations

from cli_centre import Installation, message_values

from ig_worker.store import messages


def asked(centre: Installation, **changes: object) -> str:
    with centre.writing() as connection:
        values = {"label": "pertanyaan", "reasons": [], **changes}
        return str(messages.add(connection, message_values("Buka jam berapa?", **values)))


def waiting(centre: Installation) -> list[int]:
    return [each["id"] for each in centre("inbox", "list", "--waiting", "--json").document]


def test_what_needs_no_answer_leaves_the_list_until_somebody_says_otherwise(centre: Installation) -> None:
    number = asked(centre)
    assert waiting(centre) == [int(number)]
    done = centre("inbox", "settle", number, "--by", "Bidan Sari")
    assert (done.status, done.out) == (0, f"Message {number} needs no answer.\n")
    assert waiting(centre) == []
    entries = centre("inbox", "show", number, "--json").document["journal"]
    assert [(each["who"], each["what"]) for each in entries] == [
        ("Bidan Sari", "waits no longer (Bidan Sari)")
    ]
    assert (
        centre("inbox", "settle", number, "--by", "Rina", "--again").out == f"Message {number} waits again.\n"
    )
    assert waiting(centre) == [int(number)]


def test_what_does_not_wait_cannot_be_settled(centre: Installation) -> None:
    number = asked(centre, label="pujian")
    for more in ((), ("--again",)):
        done = centre("inbox", "settle", number, "--by", "Rina", *more)
        assert done.status == 1
        assert f"see ig-worker inbox explain {number}" in done.err


def test_json_is_the_message_as_it_is_now(centre: Installation) -> None:
    number = asked(centre)
    assert centre("inbox", "settle", number, "--by", "Rina", "--json").document["id"] == int(number)
