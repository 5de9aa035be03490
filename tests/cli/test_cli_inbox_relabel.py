"""A person says what a message is, and all that follows from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, Outcome, message_values

from ig_worker.domain.reply import Reply, Status
from ig_worker.store import cases, messages, replies


def written(centre: Installation, text: str, **changes: Any) -> int:
    with centre.writing() as connection:
        message_id = messages.add(connection, message_values(text, **changes))
    assert message_id is not None
    return message_id


def replied(centre: Installation, message_id: int, status: Status, purpose: str = "thanks") -> None:
    with centre.writing() as connection:
        row = messages.get(connection, message_id)
        assert row is not None
        intent = NOW if status is Status.SENDING else None
        replies.plan(connection, row, Reply(status, NOW, NOW, intent_at=intent), "Terima kasih", 1, NOW)
        if purpose != "thanks":
            from sqlalchemy import update

            from ig_worker.store.schema import replies as table

            connection.execute(update(table).values(purpose=purpose))


def in_a_case(centre: Installation, message_id: int) -> None:
    values = {
        "number": "K-2026-0001", "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "mutu",
        "severity": "biasa", "channel": "comment", "opened_at": NOW,
    }  # fmt: skip
    with centre.writing() as connection:
        cases.join(connection, cases.open_case(connection, values, [], NOW), message_id)


def relabel(centre: Installation, message_id: int, label: str, *more: str) -> Outcome:
    return centre("inbox", "relabel", str(message_id), label, "--by", "Bidan Sari", *more)


def test_a_persons_label_is_kept_with_the_name(centre: Installation) -> None:
    number = written(centre, "antrenya panjang", needs_review=True, topic="antrean")
    done = relabel(centre, number, "keluhan", "--topic", "petugas", "--json")
    document = done.document
    assert (done.status, done.err) == (0, "")
    assert (document["label"], document["topic"], document["label_by"]) == (
        "keluhan",
        "petugas",
        "Bidan Sari",
    )
    assert (document["confidence"], document["needs_review"]) == (1.0, False)
    assert document["follows"] == ["The worker makes a case of it in its next pass."]
    entries = centre("inbox", "show", str(number), "--json").document["journal"]
    assert [(each["who"], each["what"]) for each in entries] == [
        ("Bidan Sari", "relabelled from lainnya, antrean to keluhan, petugas")
    ]


def test_it_is_told_in_a_line_and_the_topic_stays(centre: Installation) -> None:
    number = written(centre, "antrenya panjang", topic="antrean")
    assert relabel(centre, number, "Lainnya").out == (
        f"Message {number} is lainnya, topic antrean; it was lainnya, topic antrean.\n"
    )


def test_a_complaint_gets_its_case_in_the_next_pass(centre: Installation) -> None:
    number = written(centre, "antrenya panjang", topic="antrean")
    relabel(centre, number, "keluhan")
    centre("run-once", "cases")
    (message,) = centre("inbox", "list", "--json").document
    assert message["case"] == "K-2026-0001"
    relabel(centre, number, "saran")
    centre("run-once", "cases")
    assert len(centre("cases", "list", "--json").document) == 1


@pytest.mark.parametrize(
    ("label", "purpose", "kept"),
    [
        ("keluhan", "thanks", False),
        ("pujian", "thanks", True),
        ("pujian", "acknowledgement", False),
        ("saran", "acknowledgement", True),
        ("pertanyaan", "answer", True),
        ("keluhan", "answer", False),
        ("lainnya", "emergency", True),
    ],
)
def test_what_was_planned_goes_out_only_if_it_still_fits(
    centre: Installation, label: str, purpose: str, kept: bool
) -> None:
    number = written(centre, "Petugasnya ramah sekali", auto_thank=True)
    replied(centre, number, Status.PLANNED, purpose)
    done = relabel(centre, number, label)
    (message,) = centre("inbox", "list", "--json").document
    assert message["reply"]["status"] == ("planned" if kept else "skipped")
    told = f"What the worker was about to answer ({purpose}) is not sent."
    assert (told in done.out) is not kept


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.SENT, "It was thanked already, which cannot be unsaid; to answer it: ig-worker inbox reply"),
        (Status.UNCONFIRMED, "It was thanked already"),
        (Status.SENDING, "The worker's reply is on its way and cannot be called back."),
        (Status.FAILED, ""),
    ],
)
def test_what_was_said_already_is_told(centre: Installation, status: Status, told: str) -> None:
    number = written(centre, "mantap", auto_thank=True)
    replied(centre, number, status)
    lines = relabel(centre, number, "lainnya").out.splitlines()
    assert len(lines) == (2 if told else 1)
    assert lines[-1].startswith(told)
    (message,) = centre("inbox", "list", "--json").document
    assert message["reply"]["status"] == status


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "The worker thanks for it, unless something speaks against it."),
        ({"sent_at": NOW - timedelta(hours=49)}, "It is too old to be thanked by the worker; to answer it: "),
        ({"deleted": True}, ""),
        ({"backlog": True}, "It was written before this account was first read: nothing else follows."),
    ],
)
def test_praise_may_be_thanked(centre: Installation, changes: dict[str, Any], told: str) -> None:
    number = written(centre, "Petugasnya ramah sekali", **changes)
    lines = relabel(centre, number, "pujian").out.splitlines()
    assert len(lines) == (2 if told else 1)
    assert lines[-1].startswith(told)
    with centre.writing() as connection:
        row = messages.get(connection, number)
        assert row is not None
        assert row.auto_thank


def test_praise_that_a_rule_forbids_to_thank_is_not_thanked(centre: Installation) -> None:
    number = written(centre, "ramah tapi antrenya lama sekali")
    assert len(relabel(centre, number, "pujian").out.splitlines()) == 1
    with centre.writing() as connection:
        assert messages.to_thank(connection, "polowijen") == []


def test_what_belongs_to_a_case_stays_in_it_and_is_never_thanked(centre: Installation) -> None:
    number = written(centre, "Petugasnya ramah sekali", label="keluhan", opens_case=True)
    in_a_case(centre, number)
    assert relabel(centre, number, "pujian").out.splitlines()[1] == (
        "It belongs to case K-2026-0001, which stays as it is: ig-worker cases show K-2026-0001"
    )
    with centre.writing() as connection:
        assert messages.to_thank(connection, "polowijen") == []


def test_a_question_waits_for_its_answer(centre: Installation) -> None:
    number = written(centre, "kapan?", needs_review=True)
    assert "It waits for an answer: ig-worker inbox reply" in relabel(centre, number, "pertanyaan").out
    assert [each["id"] for each in centre("inbox", "list", "--waiting", "--json").document] == [number]
    relabel(centre, number, "lainnya")
    assert centre("inbox", "list", "--waiting", "--json").document == []


def test_words_that_changed_meanwhile_are_looked_at_again(centre: Installation) -> None:
    number = written(centre, "kapan?")
    with centre.writing() as connection:
        row = messages.get(connection, number)
        assert row is not None
        messages.change(connection, number, NOW, "edited", text="kapan ya?")
        assert not messages.relabel(connection, row, NOW, "relabelled", by="Sari", label="keluhan")


@pytest.mark.parametrize("words", [("marah",), ("pujian", "--topic", "parkir"), ()])
def test_other_labels_are_a_wrong_command(centre: Installation, words: tuple[str, ...]) -> None:
    number = written(centre, "kapan?")
    assert centre("inbox", "relabel", str(number), *words, "--by", "Sari").status == 2


def test_every_relabelling_is_somebodys(centre: Installation) -> None:
    number = written(centre, "kapan?")
    assert centre("inbox", "relabel", str(number), "pujian").status == 2
