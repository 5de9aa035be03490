"""Messages of the public from the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values
from sqlalchemy import insert

from ig_worker.cli.inbox import LABELS, TOPICS
from ig_worker.domain import classifier
from ig_worker.domain.reply import Reply, Status
from ig_worker.store import answers, cases, messages, replies
from ig_worker.store.schema import waiting_messages

KEYS = {
    "id", "account", "channel", "ig_id", "media_id", "conversation_id", "author", "text", "sent_at",
    "first_seen_at", "label", "label_by", "confidence", "topic", "needs_review", "backlog", "edited", "edited_at",
    "deleted", "deleted_at", "withdrawn_at", "redacted_at",
    "hidden", "exposes", "parent_id", "attachments", "reply", "answers", "case",
}  # fmt: skip


def written(centre: Installation, text: str, **changes: Any) -> int:
    with centre.writing() as connection:
        message_id = messages.add(connection, message_values(text, **changes))
    assert message_id is not None
    return message_id


def thanked(centre: Installation, message_id: int, status: Status = Status.SENT) -> None:
    with centre.writing() as connection:
        row = messages.get(connection, message_id)
        assert row is not None
        sent = status is Status.SENT
        reply = Reply(status, NOW, NOW, ig_id="1801" if sent else "", sent_at=NOW if sent else None)
        replies.plan(connection, row, reply, "Terima kasih, Kak! Sehat selalu 🙏", 1, NOW)


def test_the_labels_of_the_list_are_the_classifiers() -> None:
    assert set(LABELS) == set(classifier.LABELS)
    assert set(TOPICS) == set(classifier.TOPICS)


def test_the_list_holds_every_message_of_the_public_with_its_reply(centre: Installation) -> None:
    first = written(centre, "Pelayanannya ramah 😍", label="pujian")
    written(centre, "kata kami sendiri", own=True, ig_id="1")
    written(centre, "", ig_id="2", channel="dm", media_id="", conversation_id="t_1", author="", backlog=True)
    thanked(centre, first)
    listed = centre("inbox", "list", "--json")
    praise, silent = listed.document
    assert (listed.status, listed.err) == (0, "")
    assert set(praise) == KEYS
    assert praise["text"] == "Pelayanannya ramah 😍"
    assert praise["sent_at"] == "2026-11-25T07:30:00+07:00"
    assert praise["reply"] == {
        "status": "sent",
        "text": "Terima kasih, Kak! Sehat selalu 🙏",
        "ig_id": "1801",
        "sent_at": "2026-11-25T07:30:00+07:00",
        "purpose": "thanks",
        "by": None,
    }
    assert praise["answers"] == []
    assert (silent["media_id"], silent["conversation_id"], silent["author"]) == (None, "t_1", None)
    assert (silent["reply"], silent["case"], silent["backlog"]) == (None, None, True)


def test_a_reply_that_is_not_sent_has_no_id_and_no_time(centre: Installation) -> None:
    thanked(centre, written(centre, "mantap", label="pujian"), Status.PLANNED)
    (message,) = centre("inbox", "list", "--json").document
    assert (message["reply"]["status"], message["reply"]["ig_id"], message["reply"]["sent_at"]) == (
        "planned",
        None,
        None,
    )


def test_the_list_can_be_of_one_label_and_of_some_length(centre: Installation) -> None:
    for number in range(3):
        written(centre, f"antre lama {number}", label="keluhan" if number else "saran", ig_id=str(number))
    assert len(centre("inbox", "list", "--label", "keluhan", "--json").document) == 2
    assert len(centre("inbox", "list", "--label", "keluhan", "--json", "--limit", "1").document) == 1
    assert centre("inbox", "list", "--label", "marah").status == 2


def test_what_the_public_writes_stays_on_its_line(centre: Installation) -> None:
    written(centre, "satu\ndua\ttiga \u202e\x1b[2J", confidence=None, needs_review=True)
    header, line = centre("inbox", "list").out.splitlines()
    assert len(line.split("\t")) == len(header.split("\t"))
    assert line.endswith("satu dua tiga [2J")
    assert "lainnya ?" in line


def test_show_has_the_thread_and_the_history(centre: Installation) -> None:
    written(centre, "Kapan imunisasi?", ig_id="10", sent_at=NOW - timedelta(hours=1))
    written(
        centre, "Besok ya, Kak", ig_id="11", parent_id="10", own=True, sent_at=NOW - timedelta(minutes=30)
    )
    answer = written(centre, "Matur nuwun nggih", ig_id="12", parent_id="10", label="pujian")
    thanked(centre, answer)
    text = centre("inbox", "show", str(answer)).out
    assert "before: 25/11/2026 06.30  warga_malang: Kapan imunisasi?" in text
    assert "before: 25/11/2026 07.00  us: Besok ya, Kak" in text
    assert "sent: Terima kasih, Kak!" in text
    document = centre("inbox", "show", str(answer), "--json").document
    assert [line["own"] for line in document["thread"]] == [False, True]
    assert document["journal"][-1]["what"] == "reply sent"


@pytest.mark.parametrize("by_case", [True, False])
def test_the_list_can_be_narrowed_down_in_every_way(centre: Installation, by_case: bool) -> None:
    early = written(
        centre, "antre lama", label="keluhan", topic="antrean", ig_id="1", sent_at=NOW - timedelta(days=2)
    )
    late = written(centre, "obat habis", label="keluhan", topic="obat", ig_id="2")
    question = written(centre, "jam berapa buka?", label="pertanyaan", topic="jam_layanan", ig_id="3")
    with centre.writing() as connection:
        messages.change(connection, late, NOW, "moved", account="kendalkerep")
        case_id = cases.open_case(connection, case_values(), [], NOW)
        cases.join(connection, case_id, early)

    def ids(*words: str) -> list[int]:
        return [message["id"] for message in centre("inbox", "list", "--json", *words).document]

    assert ids("--topic", "obat") == [late]
    assert ids("--since", "25/11/2026") == [late, question]
    assert ids("--since", "2026-11-23") == [early, late, question]
    assert ids("--account", "polowijen") == [early, question]
    assert ids("--case", "k-2026-0001" if by_case else "K-2026-0002") == ([early] if by_case else [])
    assert ids("--waiting") == [question]
    assert ids("--label", "keluhan", "--topic", "antrean", "--limit", "5") == [early]
    for words in (("--since", "kemarin"), ("--account", "lain"), ("--topic", "parkir"), ("--case",)):
        assert centre("inbox", "list", *words).status == 2


def case_values() -> dict[str, Any]:
    return {
        "number": "K-2026-0001", "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "mutu",
        "severity": "biasa", "channel": "comment", "opened_at": NOW,
    }  # fmt: skip


def test_what_waits_is_what_nobody_has_answered(centre: Installation) -> None:
    asked = {"label": "pertanyaan", "media_id": "18001"}
    answered = written(centre, "sudah dijawab?", ig_id="1", **asked)
    written(centre, "Sudah, Kak", ig_id="2", parent_id="1", own=True, sent_at=NOW + timedelta(minutes=1))
    waits = written(centre, "jam berapa?", ig_id="3", **asked)
    unsure = written(centre, "hmm begitu", ig_id="4", needs_review=True)
    written(centre, "lama", ig_id="5", backlog=True, **asked)
    written(centre, "hilang", ig_id="6", deleted=True, **asked)
    settled = written(centre, "selesai", ig_id="7", **asked)
    with centre.writing() as connection:
        connection.execute(
            insert(waiting_messages).values(
                message_id=settled, account="polowijen", since=NOW, settled_at=NOW, settled_by="Sari"
            )
        )
    found = [message["id"] for message in centre("inbox", "list", "--waiting", "--json").document]
    assert found == [waits, unsure]
    assert answered not in found
    assert len(centre("inbox", "list", "--waiting", "--json", "--limit", "1").document) == 1


def test_a_number_on_two_lines_is_hidden_too(centre: Installation) -> None:
    number = written(centre, "WA saya 0812\n3456\n7890 ya")
    assert "3456" not in centre("inbox", "list").out
    assert "3456" not in centre("inbox", "explain", str(number)).out


def test_a_number_at_the_edge_of_a_list_is_hidden_too(centre: Installation) -> None:
    written(centre, "a" * 69 + " 081234567890")
    assert "08123456" not in centre("inbox", "list").out


def test_what_happened_to_a_message_stands_before_its_words(centre: Installation) -> None:
    written(centre, "kata", ig_id="1", edited=True, hidden=True)
    written(centre, "", ig_id="2", attachments=["image", "story_reply"], deleted=True)
    _, first, second = centre("inbox", "list").out.splitlines()
    assert first.endswith("\t[hidden, edited] kata")
    assert second.endswith("\t[deleted, image, story_reply]")


def test_a_hostile_name_stays_in_its_column(centre: Installation) -> None:
    written(centre, "halo", author="nama\u202e\x1b[31m\tjahat\n\u2066")
    header, line = centre("inbox", "list").out.splitlines()
    assert len(line.split("\t")) == len(header.split("\t"))
    assert "\u202e" not in line
    assert "\x1b" not in line


def test_nobody_can_write_a_line_of_the_history(centre: Installation) -> None:
    forged = "halo\n25/11/2026 07.30  Bidan Sari: answer sent"
    written(centre, forged, ig_id="1", author="a\nb", sent_at=NOW - timedelta(hours=1))
    number = written(centre, forged, ig_id="2", parent_id="1")
    with centre.writing() as connection:
        messages.change(connection, number, NOW, f"edited by its author; it said: {forged}", edited=True)
    lines = centre("inbox", "show", str(number)).out.splitlines()
    assert not any(line.startswith("25/11/2026 07.30  Bidan Sari") for line in lines)
    assert "    25/11/2026 07.30  Bidan Sari: answer sent" in lines
    assert "before: 25/11/2026 06.30  a b: halo 25/11/2026 07.30 Bidan Sari: answer sent" in lines


def test_a_message_is_found_by_our_number_and_by_metas(centre: Installation) -> None:
    number = written(centre, "halo", ig_id="17900000000000001")
    written(centre, "hai", ig_id=str(number + 1000), channel="dm", conversation_id="t_1", media_id="")
    for said in (str(number), "17900000000000001"):
        assert centre("inbox", "show", said, "--json").document["id"] == number
    assert centre("inbox", "show", str(number + 1000), "--json").document["text"] == "hai"
    for said in ("99999999999999999999999", "-1", "²", "17900000000000002", "' OR 1=1"):
        assert centre("inbox", "show", "--json", "--", said).status == 1


def test_metas_id_in_two_accounts_asks_for_our_number(centre: Installation) -> None:
    first = written(centre, "halo", ig_id="17900000000000001")
    second = written(centre, "halo", ig_id="17900000000000001", account="kendalkerep")
    done = centre("inbox", "show", "17900000000000001")
    assert (done.status, done.line) == (
        1,
        f"2 accounts have a message 17900000000000001: name it by its number: {first} or {second}",
    )


@pytest.mark.parametrize(
    ("bot", "by_person", "shown"),
    [
        (None, None, None),
        (Status.SENT, Status.SENT, ("sent", None)),
        (Status.SKIPPED, None, ("skipped", None)),
        (Status.SKIPPED, Status.SENT, ("sent", "Bidan Sari")),
        (None, Status.UNCONFIRMED, ("unconfirmed", "Bidan Sari")),
        (Status.PLANNED, Status.FAILED, ("failed", "Bidan Sari")),
    ],
)
def test_the_reply_is_the_workers_or_else_a_persons(
    centre: Installation, bot: Status | None, by_person: Status | None, shown: tuple[str, str | None] | None
) -> None:
    number = written(centre, "mantap", label="pujian")
    if bot is not None:
        thanked(centre, number, bot)
    if by_person is not None:
        with centre.writing() as connection:
            row = messages.get(connection, number)
            assert row is not None
            answers.add(
                connection,
                row,
                Reply(by_person, NOW, NOW),
                "Sama-sama",
                NOW,
                by="Bidan Sari",
                human_agent=False,
            )
    (message,) = centre("inbox", "list", "--json").document
    reply = message["reply"]
    assert (reply and (reply["status"], reply["by"])) == shown
    assert len(message["answers"]) == (by_person is not None)
    if by_person is not None:
        assert "Bidan Sari: Sama-sama" in centre("inbox", "show", str(number)).out


@pytest.mark.parametrize("command", ["show", "explain"])
def test_a_message_that_is_not_there_is_named(centre: Installation, command: str) -> None:
    done = centre("inbox", command, "5")
    assert (done.status, done.line) == (
        1,
        "there is no message 5 of the public: ig-worker inbox list shows them",
    )


def test_lists_are_masked_and_one_message_is_not(centre: Installation) -> None:
    """Lists go through many hands; whoever needs the number opens the message, or asks for it."""
    text = "NIK 3573011234567890 belum terdaftar, wa 0812-3456-7890 atau ani@mail.id"
    number = written(centre, text, label="keluhan", reasons=["Topik pendaftaran: 0812-3456-7890."])
    masked = "NIK 35••••••••••••90 belum terdaftar, wa 08••••••••90 atau a•••@mail.id"
    (listed,) = centre("inbox", "list", "--json").document
    assert listed["text"] == masked
    (whole,) = centre("inbox", "list", "--json", "--full").document
    assert whole["text"] == text
    assert centre("inbox", "show", str(number), "--json").document["text"] == text
    explained = centre("inbox", "explain", str(number), "--json")
    assert explained.document["text"] == masked
    for said in (explained.out, centre("inbox", "explain", str(number)).out, centre("inbox", "list").out):
        assert "34567890" not in said.replace("-", "")
        assert "3573" not in said
