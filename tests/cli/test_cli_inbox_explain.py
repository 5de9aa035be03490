"""``inbox explain``: why, what was done, and what it waits for, in the words of the centre's own people."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation, message_values

import ig_worker
from ig_worker.domain.reply import Reply, Status
from ig_worker.domain.silences import in_indonesian
from ig_worker.store import answers, cases, messages, replies


def explained(centre: Installation, message_id: int) -> list[str]:
    done = centre("inbox", "explain", str(message_id))
    assert (done.status, done.err) == (0, "")
    first, second, *more = done.out.splitlines()
    assert first.startswith("“")
    assert ", topik " in second
    return more


def written(centre: Installation, text: str, **changes: Any) -> int:
    with centre.writing() as connection:
        message_id = messages.add(connection, message_values(text, **{"reasons": [], **changes}))
    assert message_id is not None
    return message_id


def test_it_begins_with_the_words_and_the_judgement(centre: Installation) -> None:
    number = written(
        centre,
        "sesak napas,\nhubungi 081234567890",
        label="keluhan",
        topic="jam_layanan",
        reasons=["Dibaca sebagai keluhan (75%) karena “sesak”."],
        danger=True,
        opens_case=True,
    )
    assert centre("inbox", "explain", str(number)).out.splitlines() == [
        "“sesak napas, hubungi 08••••••••90”",
        "Keluhan, topik jam layanan (keyakinan 75%)",
        "- Dibaca sebagai keluhan (75%) karena “sesak”.",
        "Ada tanda bahaya: petugas jaga diberi tahu.",
        "Akan dimasukkan ke register keluhan dan saran.",
    ]


def test_a_persons_label_names_the_person(centre: Installation) -> None:
    number = written(centre, "halo", label_by="Bidan Sari", confidence=1.0)
    assert centre("inbox", "explain", str(number)).out.splitlines()[1] == (
        "Lainnya, topik lainnya (label dari Bidan Sari)"
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"backlog": True, "needs_review": True},
            ["Ditulis jauh sebelum akun ini mulai dibaca: hanya disimpan"],
        ),
        ({"edited": True, "edited_at": NOW}, ["Diubah oleh penulisnya (terlihat 25/11/2026 07.30)"]),
        ({"deleted": True, "needs_review": True}, ["Dihapus oleh penulisnya: tidak dibalas lagi."]),
        ({"hidden": True}, ["Komentar ini disembunyikan dari umum"]),
        ({"label": "pujian"}, ["Tidak diberi ucapan terima kasih otomatis."]),
        ({"label": "pujian", "auto_thank": True}, ["Ucapan terima kasih disiapkan pada putaran berikutnya"]),
        ({}, ["Tidak ada yang perlu dilakukan."]),
    ],
)
def test_what_became_of_it_is_told(centre: Installation, changes: dict[str, Any], said: list[str]) -> None:
    more = explained(centre, written(centre, "halo", **changes))
    assert len(more) == len(said)
    assert all(line.startswith(beginning) for line, beginning in zip(more, said, strict=True))


def test_praise_is_not_thanked_where_the_worker_may_not_speak(centre: Installation) -> None:
    with centre.config.open("a", encoding="utf-8") as config:
        config.write("[replies]\nenabled = false\n")
    (line,) = explained(centre, written(centre, "mantap", label="pujian", auto_thank=True))
    assert line.startswith("Tidak diberi ucapan terima kasih: balasan otomatis dimatikan")


def reasons_to_be_silent() -> set[str]:
    """Every reason that the worker's own modules write down, from their source."""
    found: set[str] = set()
    for name in ("occasions", "thanking", "informing", "last_look"):
        source = Path(ig_worker.__file__).parent / "flows" / "replying" / f"{name}.py"
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and (node.name.startswith("why") or node.name == "news"):
                said = [each.value for each in ast.walk(node) if isinstance(each, ast.Return)]
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                said = [node.value]
            else:
                continue
            found |= {
                each.value for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)
            }
    return {reason for reason in found if " " in reason}


def test_every_silence_of_the_worker_has_its_reason_in_indonesian() -> None:
    found = reasons_to_be_silent()
    assert "its case is closed" in found
    assert len(found) > 15
    assert {reason for reason in found if in_indonesian(reason) == reason} == set()


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("Bidan Sari answers", "dijawab oleh Bidan Sari"),
        ("dr. Wulan says that it is keluhan", "dr. Wulan menetapkan ini sebagai keluhan"),
        (
            "dry run; would have said: Terima kasih {nama}\n🙏",
            "hanya uji coba; seharusnya: Terima kasih {nama}\n🙏",
        ),
        (
            "it could not be looked at once more: GET x\ny",
            "percakapannya belum dapat dilihat lagi; dicoba lagi",
        ),
        ("POST 1/replies: (code 100)", "POST 1/replies: (code 100)"),
        ("", ""),
    ],
)
def test_a_reason_with_something_in_it_keeps_it(why: str, said: str) -> None:
    assert in_indonesian(why) == said


def test_what_waits_says_for_whom_and_how_to_answer(centre: Installation) -> None:
    with centre.config.open("a", encoding="utf-8") as config:
        config.write('[topics.obat]\nunit = "farmasi"\nperson = "apt. Dewi"\n')
    question = written(centre, "obat habis?", label="pertanyaan", topic="obat")
    unsure = written(centre, "hmm", needs_review=True, topic="lainnya", ig_id="2")
    assert explained(centre, question) == [
        "Menunggu jawaban orang.",
        "Yang menangani topik ini: unit farmasi, penanggung jawab apt. Dewi.",
        explained(centre, question)[2],
        f"Jawab langsung di Instagram, atau: ig-worker inbox reply {question} TEKS --by NAMA",
    ]
    assert explained(centre, question)[2].startswith(
        "Saran jawaban: Halo Kak, terima kasih sudah bertanya. Untuk obat"
    )
    assert explained(centre, unsure)[0] == "Menunggu dilihat orang."


def test_a_frequent_question_comes_with_the_approved_answer(centre: Installation) -> None:
    with centre.config.open("a", encoding="utf-8") as config:
        config.write(
            '[faq.jam]\nquestions = ["jam berapa buka"]\nanswer = "Kami buka pukul 07.30 ya, Kak."\n'
            'approved_by = "dr. Wulan"\n'
        )
    question = written(centre, "min jam berapa buka?", label="pertanyaan", topic="jam_layanan")
    assert "Saran jawaban: Kami buka pukul 07.30 ya, Kak." in explained(centre, question)
    document = centre("inbox", "explain", str(question), "--json").document
    assert document["suggested_answer"] == "Kami buka pukul 07.30 ya, Kak."
    assert document["follows"][0] == "Menunggu jawaban orang."
    assert document["reasons"] == []


def test_what_is_in_the_register_waits_there(centre: Installation) -> None:
    number = written(centre, "antre lama", label="keluhan", opens_case=True, needs_review=True)
    values = {
        "number": "K-2026-0001", "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": "mutu",
        "severity": "biasa", "channel": "comment", "opened_at": NOW,
    }  # fmt: skip
    with centre.writing() as connection:
        cases.join(connection, cases.open_case(connection, values, [], NOW), number)
    assert explained(centre, number) == ["Masuk register sebagai K-2026-0001."]


def test_where_nobody_is_named_for_a_topic_nobody_is_told(centre: Installation) -> None:
    with centre.config.open("a", encoding="utf-8") as config:
        config.write('[topics.obat]\nunit = ""\n')
    question = written(centre, "obat habis?", label="pertanyaan", topic="obat")
    assert not any(line.startswith("Yang menangani") for line in explained(centre, question))


def test_what_staff_have_answered_by_phone_waits_no_longer(centre: Installation) -> None:
    question = written(centre, "obat habis?", label="pertanyaan", ig_id="1")
    written(centre, "Ada, Kak", own=True, ig_id="2", parent_id="1", sent_at=NOW + timedelta(minutes=1))
    assert explained(centre, question) == ["Sudah dijawab dari puskesmas."]


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (Status.PLANNED, "", "Ucapan terima kasih akan dikirim 25/11/2026 07.30."),
        (Status.SENDING, "", "Ucapan terima kasih sedang dikirim; hasilnya masih dipastikan."),
        (Status.SENT, "", "Ucapan terima kasih sudah dikirim 25/11/2026 07.30."),
        (Status.UNCONFIRMED, "", "Ucapan terima kasih belum pasti terkirim; mohon dilihat di Instagram."),
        (
            Status.SKIPPED,
            "its case is closed",
            "Ucapan terima kasih tidak dikirim (kasusnya sudah ditutup).",
        ),
        (Status.FAILED, "no", "Ucapan terima kasih ditolak Instagram (no)."),
    ],
)
def test_what_the_worker_and_people_said_is_told(
    centre: Installation, status: Status, error: str, said: str
) -> None:
    number = written(centre, "mantap", label="pujian", auto_thank=True)
    sent_at = NOW if status is Status.SENT else None
    with centre.writing() as connection:
        row = messages.get(connection, number)
        assert row is not None
        reply = Reply(status, NOW, NOW, sent_at=sent_at, last_error=error)
        replies.plan(connection, row, reply, "Terima kasih, Kak! Sehat selalu", 1, NOW)
        answers.add(
            connection,
            row,
            Reply(Status.SENT, NOW, NOW, sent_at=NOW),
            "Ya",
            NOW,
            by="Sari",
            human_agent=False,
        )
    assert explained(centre, number) == [said, "Jawaban Sari: sudah dikirim 25/11/2026 07.30."]


def test_why_a_persons_answer_did_not_arrive_is_told(centre: Installation) -> None:
    number = written(centre, "halo")
    with centre.writing() as connection:
        row = messages.get(connection, number)
        assert row is not None
        skipped = Reply(Status.SKIPPED, NOW, NOW, last_error="the token is dead")
        answers.add(connection, row, skipped, "Ya", NOW, by="Sari", human_agent=False)
    assert explained(centre, number) == ["Jawaban Sari: tidak dikirim (token akses tidak berlaku lagi)."]
