"""Answering and hiding on the board, against the embedded Instagram as a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from board_centre import NOW, Browser, Centre
from inbox_page import answer, numbers_in, row_of

from ig_worker.bootstrap import House
from ig_worker.domain.rights import Role
from ig_worker.sandbox.door import Door
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import answers, messages
from ig_worker.store.schema import messages as shelf

QUESTION = "Kapan imunisasi campak?"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


@dataclass
class Talk:
    """A centre whose Instagram answers; time is the same on both sides."""

    centre: Centre
    door: Door
    media_id: str

    def comment(self, text: str = QUESTION) -> int:
        return self.polled(self.door.comment("bunda_rara", text, media_id=self.media_id))

    def message(self, text: str = QUESTION) -> int:
        return self.polled(self.door.message("bunda_rara", text)["id"])

    def polled(self, ig_id: str) -> int:
        self.job("inbox")
        with self.centre.database.reading() as connection:
            row = messages.by_ig_id(connection, "polowijen", ig_id)
        assert row is not None
        number: int = row.id
        return number

    def job(self, name: str) -> None:
        """One pass of a job of the worker's, which is another process than the board and shares the database alone."""
        house = House(self.centre.settings)
        try:
            next(job for job in house.jobs(patient=False) if job.name == name).run()
        finally:
            house.database.close()

    def forward(self, **step: float) -> datetime:
        now = self.door.advance(timedelta(**step).total_seconds())
        self.centre.set_clock(now)
        return now

    def said(self) -> list[str]:
        """What went out through ig-worker."""
        state = self.door.state()
        return [one["text"] for one in state["comments"] if one["by"] == "worker"] + [
            line["text"]
            for talk in state["conversations"]
            for line in talk["messages"]
            if line["by"] == "worker"
        ]

    def sent_as(self) -> list[str]:
        talks = self.door.state()["conversations"]
        return [line["sent_as"] for talk in talks for line in talk["messages"] if line["own"]]

    def change(self, number: int, **values: Any) -> None:
        with self.centre.database.writing() as connection:
            messages.change(connection, number, self.centre.now, "changed", **values)

    def statuses(self, number: int) -> list[str]:
        with self.centre.database.reading() as connection:
            return [row.status for row in answers.to_message(connection, number)]


@pytest.fixture
def talk(
    open_centre: Callable[..., Centre], sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> Talk:
    sandbox.door.reset(NOW)
    sandbox.door.clear_faults()
    monkeypatch.setenv("IG_WORKER_GRAPH__BASE_URL", sandbox.base_url)
    media_id = sandbox.door.media("image", "Jadwal imunisasi")
    return Talk(open_centre(), sandbox.door, media_id)


@pytest.fixture
def rina(talk: Talk) -> Browser:
    return talk.centre.browser(Role.COMPLAINTS)


def test_an_answer_goes_out_once_and_ends_the_waiting(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    assert numbers_in(rina.get("/kotak-masuk")) == [number]
    page = answer(rina, number, "Setiap Rabu, pukul 08.00 ya 🙏")
    assert "Jawaban Anda sudah terkirim." in page.text
    assert "Setiap Rabu, pukul 08.00 ya 🙏" in page.text
    assert talk.said() == ["@bunda_rara Setiap Rabu, pukul 08.00 ya 🙏"]
    assert numbers_in(rina.get("/kotak-masuk")) == []
    assert "dijawab oleh Rina Wati" in rina.get("/kotak-masuk?tampil=semua").text
    talk.forward(minutes=2)
    talk.job("inbox")
    # Read back from Instagram, it stands there once.
    assert rina.get(f"/kotak-masuk/{number}").text.count('<p class="words">@bunda_rara Setiap') == 1


def test_a_form_that_is_sent_twice_is_one_answer(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    page = rina.get(f"/kotak-masuk/{number}")
    for _ in range(3):
        done = answer(rina, number, "Setiap Rabu", page)
        assert "Jawaban Anda sudah terkirim." in done.text
    assert len(talk.said()) == 1
    assert talk.statuses(number) == ["sent"]


def test_taps_at_the_same_moment_are_one_answer(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    page = rina.get(f"/kotak-masuk/{number}")
    talk.centre.office.house.instagram("polowijen")
    with ThreadPoolExecutor(4) as taps:
        done = list(taps.map(lambda _: answer(rina, number, "Setiap Rabu", page).status_code, range(4)))
    assert done == [200] * 4
    assert len(talk.said()) == 1
    assert len(talk.statuses(number)) == 1


def test_two_people_at_the_same_moment_are_one_answer(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    sari = talk.centre.browser(Role.COMPLAINTS, name="sari", full_name="Sari")
    pages = [(each, each.get(f"/kotak-masuk/{number}")) for each in (rina, sari)]
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda each: answer(each[0], number, "Setiap Rabu", each[1]).status_code, pages))
    assert sorted(done) == [200, 409]
    assert len(talk.said()) == 1


def test_the_key_of_a_form_is_nobody_elses(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    page = rina.get(f"/kotak-masuk/{number}")
    answer(rina, number, "Setiap Rabu", page)
    sari = talk.centre.browser(Role.COMPLAINTS, name="sari", full_name="Sari")
    late = answer(sari, number, "Setiap Kamis", page)
    assert late.status_code == 409
    assert len(talk.said()) == 1


def test_the_second_of_two_who_answer_sees_the_first_answer_instead(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    sari = talk.centre.browser(Role.COMPLAINTS, name="sari", full_name="Sari")
    page = sari.get(f"/kotak-masuk/{number}")
    answer(rina, number, "Setiap Rabu")
    late = answer(sari, number, "Hari Kamis, Kak", page)
    assert late.status_code == 409
    assert "Belum dikirim" in late.text
    assert "Setiap Rabu" in late.text
    assert "Hari Kamis, Kak</textarea>" in late.text
    assert len(talk.said()) == 1
    # Whoever has seen it and still wants to say something can.
    assert "sudah terkirim" in answer(sari, number, "Hari Kamis juga bisa, Kak", late).text
    assert len(talk.said()) == 2


def test_the_worker_reading_an_answer_back_changes_nothing_for_who_looks(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    answer(rina, number, "Setiap Rabu")
    page = rina.get(f"/kotak-masuk/{number}")
    talk.forward(minutes=2)
    talk.job("inbox")
    assert "sudah terkirim" in answer(rina, number, "Bawa buku KIA ya", page).text


def test_an_answer_of_which_nothing_was_looked_at_is_not_sent(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    assert rina.post(f"/kotak-masuk/{number}/balas", {"teks": "Halo"}).status_code == 409
    assert talk.said() == []


def test_an_edited_question_is_shown_before_it_is_answered(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    page = rina.get(f"/kotak-masuk/{number}")
    talk.change(number, text="Bukan campak, maksud saya polio", edited=True)
    late = answer(rina, number, "Setiap Rabu", page)
    assert late.status_code == 409
    assert "maksud saya polio" in late.text
    assert talk.said() == []


def test_the_same_words_go_out_again_only_if_that_is_ticked(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    answer(rina, number, "Setiap Rabu")
    again = answer(rina, number, "Setiap Rabu")
    assert again.status_code == 422
    assert "sudah pernah dikirim" in again.text
    assert len(talk.said()) == 1
    assert "sudah terkirim" in answer(rina, number, "Setiap Rabu", again, lagi="1").text
    assert len(talk.said()) == 2


def test_what_became_of_a_lost_answer_is_found_out_and_it_is_not_sent_again(
    talk: Talk, rina: Browser
) -> None:
    number = talk.comment()
    talk.door.fault("lost_after", method="POST", path="/replies")
    page = answer(rina, number, "Setiap Rabu")
    assert page.status_code == 200
    for _ in range(8):
        talk.forward(minutes=2)
        talk.job("replies")
    assert len(talk.said()) == 1
    assert talk.statuses(number) == ["sent"]


def test_an_answer_that_nobody_can_vouch_for_is_shown_as_such(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    talk.door.fault("lost_before", method="POST", path="/replies")
    page = answer(rina, number, "Setiap Rabu")
    assert "Belum pasti apakah jawaban Anda sudah terkirim" in page.text
    assert "sedang dikirim, belum pasti" in page.text
    twice = answer(rina, number, "Setiap Rabu")
    assert "Jawaban yang sama sedang dikirim" in twice.text
    for _ in range(8):
        talk.forward(minutes=2)
        talk.job("replies")
    assert len(talk.said()) == 1


def test_within_a_day_and_within_a_week_and_then_not_any_more(talk: Talk, rina: Browser) -> None:
    number = talk.message()
    address = f"/kotak-masuk/{number}"
    assert (
        "Bisa dijawab sampai Kam 26 Nov 07.30; sesudah itu hanya jawaban petugas, sampai Rab 2 Des 07.30."
        in (rina.get(address).text)
    )
    answer(rina, number, "Setiap Rabu")
    talk.forward(hours=24)
    rina = talk.centre.browser(Role.COMPLAINTS)
    assert "Bisa dijawab sampai" in rina.get(address).text
    talk.forward(seconds=1)
    page = rina.get(address)
    assert "Jawaban petugas masih diterima Instagram sampai Rab 2 Des 07.30." in page.text
    answer(rina, number, "Bawa buku KIA", page)
    assert talk.sent_as() == ["RESPONSE", "HUMAN_AGENT"]
    talk.forward(days=6, seconds=-1)
    rina = talk.centre.browser(Role.COMPLAINTS)
    page = rina.get(address)
    assert "<textarea" in page.text
    talk.forward(seconds=1)
    assert "Sudah lewat tujuh hari" in rina.get(address).text
    assert "<textarea" not in rina.get(address).text
    late = answer(rina, number, "Terlambat", page)
    assert late.status_code == 422
    assert "Sudah lewat tujuh hari" in late.text
    assert len(talk.said()) == 2


@pytest.mark.parametrize(
    ("text", "over"), [("a" * 1000, 0), ("a" * 1001, 1), ("🙏" * 250, 0), ("🙏" * 250 + "a", 1)]
)
def test_a_message_takes_a_thousand_bytes_and_nothing_typed_is_lost(
    talk: Talk, rina: Browser, text: str, over: int
) -> None:
    number = talk.message()
    done = answer(rina, number, text)
    if over:
        assert done.status_code == 422
        assert f"kurangi {over} huruf" in done.text
        assert f"{text}</textarea>" in done.text
        assert talk.said() == []
    else:
        assert talk.said() == [text]


@pytest.mark.parametrize(
    ("text", "over"), [("a" * 2188, 0), ("a" * 2189, 1), ("🙏" * 1094, 0), ("🙏" * 1095, 2)]
)
def test_a_comment_takes_2200_letters_with_the_name_in_front(
    talk: Talk, rina: Browser, text: str, over: int
) -> None:
    number = talk.comment()
    assert 'data-limit="2188"' in rina.get(f"/kotak-masuk/{number}").text
    done = answer(rina, number, text)
    assert done.status_code == (422 if over else 200)
    assert f"kurangi {over} huruf" in done.text or not over
    assert talk.said() == ([] if over else [f"@bunda_rara {text}"])


@pytest.mark.parametrize("text", ["", "   \n ", "\u200b\u200d"])
def test_nothing_is_no_answer(talk: Talk, rina: Browser, text: str) -> None:
    number = talk.comment()
    done = answer(rina, number, text)
    assert done.status_code == 422
    assert "Jawabannya masih kosong." in done.text
    assert talk.said() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"deleted": True}, "sudah dihapus penulisnya"),
        ({"hidden": True}, "Instagram tidak menerima jawaban di sana"),
    ],
)
def test_no_answer_goes_to_what_was_deleted_or_hidden(
    talk: Talk, rina: Browser, changes: dict[str, Any], sentence: str
) -> None:
    number = talk.comment()
    page = rina.get(f"/kotak-masuk/{number}")
    talk.change(number, **changes)
    assert sentence in rina.get(f"/kotak-masuk/{number}").text
    late = answer(rina, number, "Setiap Rabu", page)
    assert late.status_code == 422
    assert sentence in late.text
    assert '<p class="detail words">Setiap Rabu</p>' in late.text
    assert talk.said() == []


def test_a_dead_token_is_said_and_the_words_are_kept(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    talk.door.fault("error", method="POST", path="/replies", code=190, subcode=463)
    done = answer(rina, number, "Setiap Rabu")
    assert done.status_code == 422
    assert "izin masuk ke Instagram (token) tidak berlaku lagi" in done.text
    assert "Setiap Rabu</textarea>" in done.text
    assert talk.statuses(number) == ["skipped"]
    assert talk.said() == []


def test_what_instagram_refuses_is_said_in_the_readers_words(talk: Talk, rina: Browser) -> None:
    number = talk.message()
    talk.door.fault("error", method="POST", path="/messages", code=10, subcode=2534022)
    done = answer(rina, number, "Setiap Rabu")
    assert done.status_code == 422
    assert "waktu untuk menjawab orang ini sudah lewat" in done.text
    assert "Setiap Rabu</textarea>" in done.text
    assert talk.statuses(number) == ["failed"]
    assert "jawaban Rina Wati ditolak Instagram" in rina.get("/kotak-masuk").text


def test_a_limit_leaves_the_answer_to_the_worker(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    talk.door.fault("throttle", method="POST", path="/replies")
    done = answer(rina, number, "Setiap Rabu")
    assert "Instagram sedang membatasi; ig-worker mengirimnya mulai" in done.text
    assert "menunggu dikirim" in done.text
    talk.forward(hours=2)
    talk.job("replies")
    assert len(talk.said()) == 1


def test_hiding_wants_to_be_sure_and_can_be_undone(talk: Talk, rina: Browser) -> None:
    number = talk.comment("NIK saya 3573012345678901, kapan obatnya ada?")
    address = f"/kotak-masuk/{number}/sembunyikan"
    unsure = rina.post(address)
    assert unsure.status_code == 422
    assert "Mohon centang dahulu" in unsure.text
    assert not row_of(talk.centre, number).hidden
    for _ in range(2):
        assert "sudah disembunyikan dari umum" in rina.post(address, {"yakin": "1"}).text
    (comment,) = talk.door.state()["comments"]
    assert comment["hidden"] is True
    assert row_of(talk.centre, number).hidden
    assert "terlihat lagi oleh umum" in rina.post(address, {"tampilkan": "1"}).text
    (comment,) = talk.door.state()["comments"]
    assert comment["hidden"] is False


def test_a_direct_message_cannot_be_hidden(talk: Talk, rina: Browser) -> None:
    number = talk.message()
    done = rina.post(f"/kotak-masuk/{number}/sembunyikan", {"yakin": "1"})
    assert done.status_code == 422
    assert row_of(talk.centre, number).hidden is False


def test_hiding_while_instagram_is_silent_is_said(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    talk.door.fault("lost_before", method="POST")
    done = rina.post(f"/kotak-masuk/{number}/sembunyikan", {"yakin": "1"})
    assert done.status_code == 422
    assert "mengulang tidak berbahaya" in done.text


def test_a_holder_answers_for_their_unit_without_reading_numbers(talk: Talk) -> None:
    number = talk.comment("Nomor saya 081234567890, kapan obatnya ada?")
    talk.change(number, topic="obat")
    holder = talk.centre.browser(Role.HOLDER, unit="farmasi")
    page = holder.get(f"/kotak-masuk/{number}")
    assert "081234567890" not in page.text
    assert "bunda_rara" not in page.text
    done = answer(holder, number, "Besok, Kak", page)
    assert "sudah terkirim" in done.text
    assert "bunda_rara" not in done.text
    assert talk.said() == ["@bunda_rara Besok, Kak"]


def test_an_account_that_left_the_configuration_is_answered_in_the_app(talk: Talk, rina: Browser) -> None:
    number = talk.comment()
    with talk.centre.database.writing() as connection:
        connection.execute(shelf.update().where(shelf.c.id == number).values(account="lama"))
    done = answer(rina, number, "Setiap Rabu")
    assert done.status_code == 422
    assert "tidak ada lagi di konfigurasi" in done.text
    hidden = rina.post(f"/kotak-masuk/{number}/sembunyikan", {"yakin": "1"})
    assert "tidak ada lagi di konfigurasi" in hidden.text
