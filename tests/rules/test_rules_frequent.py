"""A frequent question is known in many words, and never in a text that asks something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.frequent import Frequent, best_match, nearest

OPENING = Frequent(
    "jam_buka",
    ("jam berapa buka", "buka jam berapa", "hari sabtu buka tidak"),
    "Kami buka Senin–Kamis 07.30–14.00, Jumat sampai 11.30, dan Sabtu sampai 12.30 WIB.",
)
BPJS = Frequent("bpjs", ("bisa pakai bpjs", "apakah menerima bpjs"), "Bisa, Kak. Bawa kartu BPJS dan KTP.")
ONLINE = Frequent("daftar_online", ("cara daftar online", "bisa daftar online tidak"), "Lewat aplikasi, Kak.")
DENTIST = Frequent("dokter_gigi", ("jam berapa dokter gigi datang", "jadwal dokter gigi"), "Senin dan Rabu.")
PRICE = Frequent("biaya", ("berapa biaya periksa", "biaya berobat umum berapa"), "Rp15.000, Kak.")
ADDRESS = Frequent("alamat", ("alamatnya dimana", "lokasi puskesmas dimana"), "Jl. Cakalang, Kak.")
ALL = (OPENING, BPJS, ONLINE, DENTIST, PRICE, ADDRESS)


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("jam berapa buka", OPENING),
        ("Buka jam berapa kak?", OPENING),
        ("bukanya jam brp min", OPENING),
        ("Selamat pagi min, mau tanya puskesmas buka jam berapa ya? Terima kasih 🙏", OPENING),
        ("assalamualaikum kak mohon info jam bukanya", OPENING),
        ("jam bukanya jam berapa ya bu", OPENING),
        ("Pukul berapa buka, Bapak/Ibu?", OPENING),
        ("JAM BRAPA BUKAAA???", OPENING),
        ("jam pelayanan puskesmas?", OPENING),
        ("jam operasional kak", OPENING),
        ("info jam layanan dong", OPENING),
        ("bukak jam piro mbak", OPENING),
        ("bukane jam piro min", OPENING),
        ("sabtu buka ga kak", OPENING),
        ("hari sabtu buka?", OPENING),
        ("buka gak hari sabtu", OPENING),
        ("kalau sabtu buka jam berapa?", OPENING),
        ("@puskesmaspolowijen buka jam berapa?", OPENING),
        ("bisa pakai bpjs?", BPJS),
        ("apakah bisa menggunakan bpjs", BPJS),
        ("bisa pake bpjs ga kak", BPJS),
        ("bisa gak pakai BPJS ya?", BPJS),
        ("nerima bpjs kak?", BPJS),
        ("terima bpjs tidak min?", BPJS),
        ("ada bpjs kak?", BPJS),
        ("gimana cara daftar online kak", ONLINE),
        ("cara pendaftaran online gimana ya", ONLINE),
        ("daftar onlen bisa ga min?", ONLINE),
        ("apakah bisa daftar online?", ONLINE),
        ("bagaimana daftar online nya kak", ONLINE),
        ("jadwal dokter gigi kak", DENTIST),
        ("dokter gigi jadwalnya?", DENTIST),
        ("jam berapa dokter gigi datang?", DENTIST),
        ("dokter gigi datang jam brp ya", DENTIST),
        ("harga periksa berapa kak?", PRICE),
        ("biaya periksa brp", PRICE),
        ("berapa tarif periksa ya bu", PRICE),
        ("alamatnya dimana ya", ADDRESS),
        ("alamat di mana kak", ADDRESS),
        ("puskesmas lokasinya dimana?", ADDRESS),
        ("alamatnya dmn?", ADDRESS),
        ("Assalamualaikum wr wb, maaf mengganggu, numpang tanya jam berapa buka?", OPENING),
        ("jam bukanya kapan ya", OPENING),
        ("Berapa yaa kira2 biaya kalo mau periksa disini ?", PRICE),
    ],
)  # fmt: skip
def test_a_frequent_question_is_known_in_many_words(text: str, entry: Frequent) -> None:
    assert best_match(text, ALL) == entry


@pytest.mark.parametrize(
    "text",
    [
        "jam berapa dokter gigi buka praktek anak",
        "buka BPJS",
        "BPJS",
        "bpjs saya mati, bisa buka jam berapa",
        "BPJS gigi bisa?",
        "tidak bisa pakai bpjs",
        "bpjs tidak bisa dipakai",
        "kenapa tidak bisa pakai bpjs",
        "tanpa bpjs bisa?",
        "ga pakai bpjs bisa ga kak",
        "kenapa tidak buka jam segini",
        "katanya buka jam 7 kok jam 8 belum buka",
        "jam berapa tutup",
        "besok buka jam berapa",
        "hari ini buka jam berapa",
        "tanggal 25 buka jam berapa",
        "25/12 buka jam berapa?",
        "lebaran buka jam berapa",
        "hari minggu buka tidak",
        "kapan buka lowongan",
        "buka jam berapa lab nya",
        "imunisasi jam berapa buka",
        "jam buka posyandu melati",
        "jam 8 sudah buka?",
        "jadwal dokter gigi anak",
        "jadwal dokter umum",
        "dokter gigi kapan cuti",
        "dokter giginya galak, jadwalnya jam berapa",
        "berapa biaya periksa gigi",
        "berapa biaya periksa hamil dengan bpjs",
        "kok biaya periksa mahal",
        "daftar online error terus, caranya gimana",
        "daftar online dimana",
        "kapan daftar online dibuka",
        "cara daftar",
        "alamat rumah bu bidan dimana",
        "@ani.lestari buka jam berapa?",
        "buka jam berapa 😡",
        "buka jam berapa sih lama banget",
        "buka jam berapa? https://contoh.id",
        "anak saya kejang, buka jam berapa",
        "jam berapa",
        "buka",
        "",
        "🙏🙏",
        "\x00\ud800",
    ],
)  # fmt: skip
def test_near_misses_are_left_to_a_person(text: str) -> None:
    assert best_match(text, ALL) is None


@pytest.mark.parametrize("centre", ["polowijen", "puskesmaspolowijen", "Puskesmas_Polowijen"])
def test_the_centres_own_name_says_nothing_more_and_anothers_does(centre: str) -> None:
    assert best_match("Puskesmas Polowijen buka jam berapa?", ALL, centre) == OPENING
    assert best_match("@puskesmaspolowijen buka jam berapa?", ALL, centre) == OPENING
    assert best_match("Puskesmas Arjosari buka jam berapa?", ALL, centre) is None
    assert best_match("puskesmas keliling buka jam berapa?", ALL, centre) is None


def test_the_question_with_more_of_its_words_in_the_text_is_meant() -> None:
    general = Frequent("jadwal", ("jadwal",), "…")
    assert best_match("jadwal dokter gigi?", (general, DENTIST)) == DENTIST


def test_between_two_that_fit_alike_nobody_guesses() -> None:
    twin = Frequent("lain", ("buka jam berapa",), "Lain.")
    assert best_match("buka jam berapa", (OPENING, twin)) is None


def test_a_question_of_light_words_only_is_known_by_the_same_words_only() -> None:
    services = Frequent("layanan", ("ada layanan apa saja",), "Umum, gigi, KIA.")
    assert best_match("Ada layanan apa aja?", (services,)) == services
    assert best_match("Ada apa ini?", (services,)) is None


def test_a_person_is_suggested_the_answer_also_where_more_was_said() -> None:
    assert nearest("besok buka jam berapa kak", ALL) == OPENING
    assert nearest("bpjs tidak bisa dipakai?", ALL) == BPJS
    assert nearest("berapa biaya periksa gigi", ALL) == PRICE
    assert nearest("antreannya lama sekali", ALL) is None


@given(st.text(max_size=300))
def test_whatever_is_written_nothing_breaks(text: str) -> None:
    assert best_match(text, ALL) in (None, *ALL)
    assert nearest(text, ALL) in (None, *ALL)
