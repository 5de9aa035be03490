"""A question nobody answers reaches the team by mail in time, and is let go as soon as somebody has answered it."""

from __future__ import annotations

from inbox_days import QUESTION, Centre

ALL = ("inbox", "replies", "cases")
FAQ = """
[faq.jam_buka]
questions = ["jam berapa buka", "buka jam berapa"]
answer = "Kami buka Senin–Kamis 07.30–14.00 WIB ya, Kak."
approved_by = "Bu Rina"

[notify]
"""


def told(centre: Centre) -> list[tuple[str, str, str]]:
    """Recipient, subject and text of the mails about what waits."""
    mails = [
        (str(mail["to"]), str(mail["subject"]), mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]
        for mail in centre.sink.mails()
    ]
    return [mail for mail in mails if "menunggu" in mail[1] or "Pengingat" in mail[1]]


def test_a_question_is_told_by_mail_after_an_hour_and_an_answer_from_the_phone_ends_it(
    centre: Centre,
) -> None:
    centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    comment = centre.door.comment("bunda_rara", QUESTION)
    centre.run(*ALL)
    assert centre.asked("status")["waiting_for_person"] == 1
    before = len(told(centre))
    centre.later(minutes=61)
    centre.run(*ALL)
    ((recipient, subject, body),) = told(centre)[before:]
    assert "pengaduan@puskesmas.example" in recipient
    assert subject == "1 pesan menunggu jawaban"
    assert f"“{QUESTION}”" in body
    assert "Saran jawaban: " in body
    centre.door.staff("Jam 07.30 Kak, silakan langsung ke loket ya", comment_id=comment)
    centre.later(minutes=2)
    centre.run(*ALL)
    assert centre.asked("status")["waiting_for_person"] == 0
    assert centre.asked("status")["waiting_since"] is None
    centre.later(days=1)
    centre.run(*ALL)
    assert len(told(centre)) == before + 1


def test_an_answer_through_the_command_ends_the_waiting_and_is_told_by_name(centre: Centre) -> None:
    centre.door.message("bunda_rara", QUESTION)
    centre.run(*ALL)
    (message,) = centre.asked("inbox", "list", "--waiting")
    centre.command("inbox", "reply", str(message["id"]), "Jam 07.30 ya, Kak", "--by", "Sari")
    centre.run("cases")
    assert centre.asked("inbox", "list", "--waiting") == []
    assert centre.rows("SELECT settled_by FROM waiting_messages") == [{"settled_by": "Sari"}]


def test_another_label_ends_the_waiting_or_begins_it(centre: Centre) -> None:
    centre.door.message("bunda_rara", QUESTION)
    centre.run(*ALL)
    (message,) = centre.asked("inbox", "list")
    number = str(message["id"])
    centre.command("inbox", "relabel", number, "lainnya", "--by", "Sari")
    centre.run("cases")
    assert centre.asked("status")["waiting_for_person"] == 0
    centre.command("inbox", "relabel", number, "pertanyaan", "--by", "Sari")
    centre.run("cases")
    assert centre.asked("status")["waiting_for_person"] == 1
    centre.command("inbox", "relabel", number, "keluhan", "--by", "Sari")
    centre.run("cases")
    assert [one["case"] for one in centre.asked("inbox", "list")] == ["K-2026-0001"]
    assert centre.asked("status")["waiting_for_person"] == 0


def test_a_frequent_question_is_answered_and_waits_no_longer_and_others_wait(centre: Centre) -> None:
    centre.configure("[notify]\n", FAQ)
    centre.configure("[replies]\n", "[replies]\nanswer_questions = true\n")
    centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    centre.door.comment("bunda_rara", "Min, Puskesmas Polowijen buka jam berapa ya?")
    centre.door.comment("pak_budi", "Min, posyandu Melati buka jam berapa ya?")
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    (answer,) = centre.written_by_the_worker()
    assert answer["text"] == "@bunda_rara Kami buka Senin–Kamis 07.30–14.00 WIB ya, Kak."
    settled = centre.rows("SELECT settled_by FROM waiting_messages ORDER BY settled_by")
    assert settled == [{"settled_by": ""}, {"settled_by": "faq"}]
    assert centre.asked("status")["waiting_for_person"] == 1
