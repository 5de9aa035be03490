"""Messages of the public from the command line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values

from ig_worker.cli.inbox import LABELS
from ig_worker.domain import classifier
from ig_worker.domain.reply import Reply, Status
from ig_worker.store import messages, replies

KEYS = {
    "id", "account", "channel", "ig_id", "media_id", "conversation_id", "author", "text", "sent_at",
    "first_seen_at", "label", "confidence", "topic", "needs_review", "backlog", "edited", "deleted", "reply",
    "case",
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
    }
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


def test_explain_says_why_and_what_follows(centre: Installation) -> None:
    message_id = written(
        centre,
        "sesak napas, tidak ada yang menolong",
        label="keluhan",
        topic="jam_layanan",
        reasons=["Dibaca sebagai keluhan (75%) karena “sesak”."],
        danger=True,
        needs_review=True,
        backlog=True,
    )
    assert centre("inbox", "explain", str(message_id)).out.splitlines() == [
        "“sesak napas, tidak ada yang menolong”",
        "keluhan 75%, topik jam layanan",
        "- Dibaca sebagai keluhan (75%) karena “sesak”.",
        "Ditulis sebelum akun ini mulai dibaca: hanya disimpan.",
        "Ada tanda bahaya: petugas jaga diberi tahu.",
        "Menunggu dilihat orang.",
    ]


@pytest.mark.parametrize("command", ["show", "explain"])
def test_a_message_that_is_not_there_is_named(centre: Installation, command: str) -> None:
    done = centre("inbox", command, "5")
    assert (done.status, done.line) == (
        1,
        "there is no message 5 of the public: ig-worker inbox list shows them",
    )
