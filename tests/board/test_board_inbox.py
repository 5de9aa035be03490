"""Kotak masuk: who sees which messages, in what order, and how much of them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from board_centre import Centre
from inbox_page import judge, numbers_in, row_of, written

from ig_worker.board.mail import LABELS, TONES
from ig_worker.board.rooms.inbox import TABS
from ig_worker.board.rooms.message_moves import _BY_ACTION, _TROUBLE
from ig_worker.board.texts import LANGUAGES, catalogue
from ig_worker.config.caring import DEFAULT_TOPICS
from ig_worker.domain.answering import WhyNot
from ig_worker.domain.reply import Purpose, Reply, Status
from ig_worker.domain.rights import Role
from ig_worker.flows.relabelling import Follow
from ig_worker.store import answers, cases, journal, messages, replies, waiting

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

HOSTILE = "\u202eterbalik\u202c \u200b<script>alert(1)</script> {{7*7}} " + "😡" * 2200


def in_a_case(centre: Centre, number: int, unit: str) -> None:
    values = {
        "number": "K-2026-0001", "account": "polowijen", "label": "keluhan", "topic": "antrean", "unit": unit,
        "severity": "biasa", "channel": "comment", "opened_at": centre.now,
    }  # fmt: skip
    with centre.database.writing() as connection:
        cases.join(connection, cases.open_case(connection, values, [], centre.now), number)


def test_who_may_answer_begins_with_what_waits_and_the_others_with_everything(centre: Centre) -> None:
    waits = written(centre)
    praise = written(centre, "Mantap", label="pujian", sent_at=centre.now + MINUTE)
    assert numbers_in(centre.browser(Role.COMPLAINTS).get("/kotak-masuk")) == [waits]
    assert numbers_in(centre.browser(Role.HEAD).get("/kotak-masuk")) == [praise, waits]
    assert numbers_in(centre.browser(Role.COMPLAINTS).get("/kotak-masuk?tampil=semua")) == [praise, waits]


def test_an_empty_list_says_that_all_is_done(centre: Centre) -> None:
    browser = centre.browser(Role.COMPLAINTS)
    assert "Semua sudah tertangani" in browser.get("/kotak-masuk").text
    assert "Tidak ada yang cocok" in browser.get("/kotak-masuk?tampil=keluhan").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tampil=keluhan", ["complaint"]),
        ("tampil=semua&topik=obat", ["complaint"]),
        ("tampil=semua&saluran=pesan", ["dm"]),
        ("tampil=semua&data=1", ["complaint"]),
        ("tampil=semua&akun=polowijen&saluran=komentar", ["complaint"]),
        ("tampil=ngawur&topik='%20OR%201=1&akun=x&sesudah=besok", ["dm"]),
    ],
)
def test_filters_leave_what_was_asked_for(centre: Centre, query: str, found: list[str]) -> None:
    numbers = {
        written(centre, "Obat kosong", label="keluhan", topic="obat", exposes="nomor HP"): "complaint",
        written(centre, "Jam?", channel="dm", conversation_id="t-1", media_id=""): "dm",
    }
    page = centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk?{query}")
    assert [numbers[each] for each in numbers_in(page)] == found


def test_pages_follow_each_other_and_keep_the_filter(centre: Centre) -> None:
    wanted = [written(centre, f"Nomor {each}", sent_at=centre.now - MINUTE * each) for each in range(120)]
    written(centre, "Mantap", label="pujian")
    browser = centre.browser(Role.COMPLAINTS)
    seen, address = [], "/kotak-masuk?tampil=pertanyaan"
    while address:
        page = browser.get(address)
        seen += numbers_in(page)
        after = re.search(r'href="([^"]*sesudah=[^"]*)"', page.text)
        address = after[1].replace("&amp;", "&") if after else ""
    assert seen == wanted


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"deleted": True}, "dihapus penulisnya"),
        ({"hidden": True}, "disembunyikan"),
        ({"edited": True}, "diedit"),
        ({"backlog": True}, "lama"),
        ({"danger": True}, "tanda bahaya"),
        ({"label": "keluhan", "opens_case": True}, "akan menjadi kasus"),
        ({"exposes": "nomor HP"}, "tampaknya memuat nomor HP"),
        ({"needs_review": True}, "kurang yakin"),
        ({"label_by": "Bidan Sari"}, "ditetapkan Bidan Sari"),
        ({}, "menunggu petugas"),
    ],
)
def test_a_line_says_what_became_of_it(centre: Centre, changes: dict[str, Any], words: str) -> None:
    number = written(centre, **changes)
    browser = centre.browser(Role.COMPLAINTS)
    assert words in browser.get("/kotak-masuk?tampil=semua").text
    assert words in browser.get(f"/kotak-masuk/{number}").text


@pytest.mark.parametrize(
    ("status", "words"),
    [("sent", "dibalas otomatis Rab 25 Nov 07.30"), ("planned", "akan dibalas otomatis Rab 25 Nov 07.30")],
)
def test_what_the_worker_said_or_will_say_is_told(centre: Centre, status: str, words: str) -> None:
    number = written(centre, "Mantap", label="pujian")
    with centre.database.writing() as connection:
        sent = centre.now if status == "sent" else None
        reply = Reply(Status(status), centre.now, centre.now, sent_at=sent)
        replies.plan(connection, messages.get(connection, number), reply, "Terima kasih", 1, centre.now)
    assert words in centre.browser(Role.HEAD).get("/kotak-masuk").text


def test_who_lacks_full_texts_reads_no_number_and_no_name(centre: Centre) -> None:
    number = written(
        centre,
        "@tetangga_saya Saya Budi Santoso NIK 3573012345678901 HP 081234567890",
        author="pasien_asli",
        label="keluhan",
        exposes="nomor NIK",
        reasons=["Dibaca sebagai keluhan karena “081234567890”."],
    )
    with centre.database.writing() as connection:
        message = messages.get(connection, number)
        assert message is not None
        reply = Reply(Status.SENT, centre.now, centre.now, sent_at=centre.now)
        answers.add(
            connection,
            message,
            reply,
            "@pasien_asli Baik, 081234567890",
            centre.now,
            by="Rina",
            human_agent=False,
        )
    full, masked = centre.browser(Role.COMPLAINTS), centre.browser(Role.HEAD, Role.EDITOR)
    for address in ("/kotak-masuk?tampil=semua", f"/kotak-masuk/{number}"):
        assert "081234567890" in full.get(address).text
        assert "pasien_asli" in full.get(address).text
        page = masked.get(address)
        assert page.status_code == 200
        for secret in ("081234567890", "3573012345678901", "pasien_asli", "tetangga_saya"):
            assert secret not in page.text
        assert "p•••i" in page.text


def test_a_programme_holder_sees_the_messages_of_their_unit_alone(centre: Centre) -> None:
    mine = written(centre, "Obat ada?", topic="obat")
    foreign = written(centre, "Rahasia unit lain", topic="gigi", sent_at=centre.now + MINUTE)
    in_case = written(centre, "Antre", topic="antrean", label="keluhan")
    in_a_case(centre, in_case, "farmasi")
    browser = centre.browser(Role.HOLDER, unit="farmasi")
    assert sorted(numbers_in(browser.get("/kotak-masuk?tampil=semua"))) == [mine, in_case]
    assert numbers_in(browser.get("/kotak-masuk")) == [mine]
    assert browser.get(f"/kotak-masuk/{mine}").status_code == 200
    for move in ("", "/gambar"):
        assert browser.get(f"/kotak-masuk/{foreign}{move}").status_code == 404
    for move in ("balas", "selesai", "tunggu"):
        assert (
            browser.post(f"/kotak-masuk/{foreign}/{move}", {"teks": "Halo", "seen": "x"}).status_code == 404
        )
    # They stand in one thread of comments: what is another unit's is not read there either.
    assert "Rahasia unit lain" not in browser.get("/kotak-masuk?tampil=semua").text


def test_in_one_conversation_the_words_for_another_unit_are_not_shown(centre: Centre) -> None:
    talk = {"channel": "dm", "conversation_id": "t-1", "media_id": ""}
    mine = written(centre, "Obat ada?", topic="obat", **talk)
    written(centre, "Gigi saya sakit", topic="gigi", **talk)
    page = centre.browser(Role.HOLDER, unit="farmasi").get(f"/kotak-masuk/{mine}")
    assert "Obat ada?" in page.text
    assert "Gigi saya sakit" not in page.text
    assert "urusan unit lain" in page.text
    assert "Gigi saya sakit" in centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{mine}").text


def test_a_holder_without_a_unit_sees_nothing(centre: Centre) -> None:
    number = written(centre)
    browser = centre.browser(Role.HOLDER, unit="")
    assert numbers_in(browser.get("/kotak-masuk?tampil=semua")) == []
    assert browser.get(f"/kotak-masuk/{number}").status_code == 404


@pytest.mark.parametrize("number", ["0", "999", "99999999999", "x", "-1"])
def test_a_message_that_is_not_there_is_a_404(centre: Centre, number: str) -> None:
    assert centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{number}").status_code == 404


def test_our_own_line_is_no_message_of_the_public(centre: Centre) -> None:
    number = written(centre, own=True)
    assert centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{number}").status_code == 404


def test_hostile_words_are_shown_as_words(centre: Centre) -> None:
    number = written(centre, HOSTILE, author="<b>\u202eakiT</b>", attachments=["<img src=x>"])
    browser = centre.browser(Role.COMPLAINTS)
    for address in ("/kotak-masuk?tampil=semua", f"/kotak-masuk/{number}"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>" not in page.text.replace('<b class="name">', "")
        assert "\u202e" not in page.text
        assert "{{7*7}}" in page.text or "{{7" in page.text
        assert "<img src=x>" not in page.text
    assert "😡" * 2200 in browser.get(f"/kotak-masuk/{number}").text


def test_the_page_says_why_and_what_follows(centre: Centre) -> None:
    number = written(centre)
    page = centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{number}").text
    assert "Dibaca sebagai pertanyaan (90%) karena “jam berapa”." in page
    assert "Menunggu jawaban orang." in page
    assert "Yang menangani topik ini: unit humas." in page
    assert "Halo Kak, terima kasih sudah bertanya. Jam layanan kami" in page


def test_one_tap_judges_a_message_and_says_what_follows(centre: Centre) -> None:
    number = written(centre, "Antrenya panjang sekali")
    browser = centre.browser(Role.COMPLAINTS)
    page = judge(browser, number, "keluhan", "antrean")
    assert "Disimpan: Keluhan, topik Antrean. Sebentar lagi pesan ini dicatat sebagai kasus." in page.text
    row = row_of(centre, number)
    assert (row.label, row.topic, row.label_by, row.opens_case) == ("keluhan", "antrean", "Rina Wati", True)
    with centre.database.reading() as connection:
        assert journal.of(connection, f"message:{number}")[-1].who == "Rina Wati"


def test_planned_thanks_are_let_go_by_another_label(centre: Centre) -> None:
    number = written(centre, "Mantap", label="pujian", auto_thank=True)
    with centre.database.writing() as connection:
        reply = Reply(Status.PLANNED, centre.now, centre.now)
        replies.plan(connection, messages.get(connection, number), reply, "Terima kasih", 1, centre.now)
    page = judge(centre.browser(Role.COMPLAINTS), number, "keluhan")
    assert "Balasan otomatis (ucapan terima kasih) tidak jadi dikirim." in page.text


def test_the_second_of_two_who_judge_is_told_and_nothing_is_overwritten(centre: Centre) -> None:
    number = written(centre, "Antrenya panjang sekali")
    rina, sari = (
        centre.browser(Role.COMPLAINTS),
        centre.browser(Role.COMPLAINTS, name="sari", full_name="Sari"),
    )
    page = sari.get(f"/kotak-masuk/{number}")
    judge(rina, number, "keluhan")
    late = judge(sari, number, "pujian", page=page)
    assert late.status_code == 409
    assert "Sudah diubah oleh orang lain" in late.text
    assert row_of(centre, number).label == "keluhan"


@pytest.mark.parametrize("fields", [{"label": "ngawur"}, {}, {"label": "keluhan", "topik": "ngawur"}])
def test_no_other_label_or_topic_is_taken(centre: Centre, fields: dict[str, str]) -> None:
    number = written(centre)
    assert centre.browser(Role.COMPLAINTS).post(f"/kotak-masuk/{number}/nilai", fields).status_code == 400
    assert row_of(centre, number).label_by == ""


def test_a_judgement_of_what_nobody_looked_at_is_refused(centre: Centre) -> None:
    number = written(centre)
    done = centre.browser(Role.COMPLAINTS).post(f"/kotak-masuk/{number}/nilai", {"label": "keluhan"})
    assert done.status_code == 409
    assert row_of(centre, number).label == "pertanyaan"


def test_what_needs_no_answer_leaves_the_list_and_can_come_back(centre: Centre) -> None:
    number = written(centre)
    browser = centre.browser(Role.COMPLAINTS)
    page = browser.get(f"/kotak-masuk/{number}")
    seen = re.search(r'/selesai".*?name="seen" value="(\w+)"', page.text, re.DOTALL)
    assert seen is not None
    done = browser.post(f"/kotak-masuk/{number}/selesai", {"seen": seen[1]})
    assert "Pesan itu selesai tanpa jawaban." in done.text
    assert numbers_in(done) == []
    again = browser.post(f"/kotak-masuk/{number}/selesai", {"seen": seen[1]})
    assert "memang sudah tidak menunggu" in again.text
    page = browser.get(f"/kotak-masuk/{number}")
    assert "selesai tanpa jawaban (Rina Wati)" in page.text
    with centre.database.reading() as connection:
        assert waiting.beginning(connection, ["polowijen"]) == []
    assert "menunggu lagi" in browser.post(f"/kotak-masuk/{number}/tunggu").text
    assert numbers_in(browser.get("/kotak-masuk")) == [number]


def test_a_message_that_was_changed_is_not_settled_unread(centre: Centre) -> None:
    number = written(centre)
    done = centre.browser(Role.COMPLAINTS).post(f"/kotak-masuk/{number}/selesai", {"seen": "other"})
    assert done.status_code == 409
    assert numbers_in(centre.browser(Role.COMPLAINTS).get("/kotak-masuk")) == [number]


def test_the_small_picture_is_given_to_who_may_see_the_message(centre: Centre) -> None:
    number = written(centre)
    browser = centre.browser(Role.COMPLAINTS)
    assert browser.get(f"/kotak-masuk/{number}/gambar").status_code == 404
    folder = centre.settings.data_dir / "pictures" / "polowijen"
    folder.mkdir(parents=True)
    (folder / "m-1.jpg").write_bytes(b"\xff\xd8\xff")
    given = browser.get(f"/kotak-masuk/{number}/gambar")
    assert (given.status_code, given.content, given.headers["content-type"]) == (
        200,
        b"\xff\xd8\xff",
        "image/jpeg",
    )
    assert centre.browser(Role.HOLDER, unit="gigi").get(f"/kotak-masuk/{number}/gambar").status_code == 404


@pytest.mark.parametrize("media_id", ["../../ig-worker", "..", "../polowijen/m-1", "a/b", ""])
def test_a_name_that_leads_elsewhere_is_no_picture(centre: Centre, media_id: str) -> None:
    number = written(centre, media_id=media_id)
    folder = centre.settings.data_dir / "pictures" / "polowijen"
    folder.mkdir(parents=True)
    (folder / "m-1.jpg").write_bytes(b"\xff\xd8\xff")
    assert centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{number}/gambar").status_code == 404


def test_a_link_of_another_outside_is_not_offered(centre: Centre) -> None:
    from sqlalchemy import insert

    from ig_worker.store.schema import our_media

    number = written(centre)
    values = {"account": "polowijen", "ig_id": "m-1", "caption": "Posyandu", "media_type": "IMAGE",
              "product_type": "FEED", "permalink": "javascript:alert(1)", "posted_at": centre.now}  # fmt: skip
    with centre.database.writing() as connection:
        connection.execute(insert(our_media).values(**values))
    page = centre.browser(Role.COMPLAINTS).get(f"/kotak-masuk/{number}").text
    assert "Posyandu" in page
    assert "javascript:" not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_put_together_is_in_the_catalogue(language: str) -> None:
    wanted = [f"inbox.tab.{tab}" for tab in TABS]
    wanted += [f"inbox.label.{label}" for label in LABELS]
    wanted += [f"inbox.topic.{topic}" for topic in DEFAULT_TOPICS]
    wanted += [f"inbox.outcome.{kind}_{status}" for kind in ("answer", "reply") for status in Status]
    wanted += [f"inbox.state.{status}" for status in Status]
    wanted += [f"inbox.purpose.{purpose}" for purpose in Purpose]
    wanted += [f"inbox.follows.{follow.name.lower()}" for follow in Follow]
    wanted += [
        f"inbox.trouble.{key}" for key in {*(key for _, key in _TROUBLE), *_BY_ACTION.values(), "refused"}
    ]
    hiding = {WhyNot.NOT_THERE, WhyNot.OWN, WhyNot.DELETED, WhyNot.NOT_PUBLIC, WhyNot.UNSURE}
    wanted += [f"inbox.cannot.{why.name.lower()}" for why in set(WhyNot) - {WhyNot.NOT_PUBLIC, WhyNot.UNSURE}]
    wanted += [f"inbox.cannot_hide.{why.name.lower()}" for why in hiding]
    assert [key for key in wanted if key not in catalogue(language)] == []
    assert set(TONES) == set(LABELS)
