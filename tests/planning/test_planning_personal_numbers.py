"""Numbers that belong to a person are found however they are written, and what only looks like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.personal_numbers import personal_numbers


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("3573014107900001", "NIK"),
        ("3573 0141 0790 0001", "NIK"),
        ("3573.0141.0790.0001", "NIK"),
        ("3573–0141–0790–0001", "NIK"),
        ("1201 1507 1012 0001", "NIK"),
        ("357301-410790-0001", "NIK"),
        ("35.73.01.410790.0001", "NIK"),
        ("NIK:3573014107900001", "NIK"),
        ("3573\u200b0141\u200b0790\u200b0001", "NIK"),
        ("BPJS 0001234567890", "BPJS"),
        ("0001 2345 6789 0", "BPJS"),
        ("0001 234 567 890", "BPJS"),
        ("081234567890", "telepon"),
        ("0812-3456-789", "telepon"),
        ("0812 345 678 90", "telepon"),
        ("0812.3456.7890", "telepon"),
        ("0812 - 3456 - 7890", "telepon"),
        ("0812–3456–7890", "telepon"),
        ("0812\u00a03456\u00a07890", "telepon"),
        ("(0812) 3456 7890", "telepon"),
        ("08 12 34 56 78 90", "telepon"),
        ("+62 812-3456-7890", "telepon"),
        ("+62 (812) 3456-7890", "telepon"),
        ("+62(0)812 3456 7890", "telepon"),
        ("6281234567890", "telepon"),
        ("https://wa.me/6281234567890", "telepon"),
        ("WA:081234567890", "telepon"),
        ("０８１２３４５６７８９０", "telepon"),
        ("0️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣0️⃣", "telepon"),
        ("(0341) 491320", "telepon"),
        ("(021) 555 1234", "telepon"),
        ("0341-491320", "telepon"),
        ("0341 - 491320", "telepon"),
        ("0341491320", "telepon"),
        ("+62 341 491320", "telepon"),
        ("No. RM: 12-34-56", "rekam medis"),
        ("No.RM 123456", "rekam medis"),
        ("NRM 123456", "rekam medis"),
        ("RM001234", "rekam medis"),
        ("R.M. 123456", "rekam medis"),
        ("rekam medis 004512", "rekam medis"),
        ("rekam medik nomor 004512", "rekam medis"),
        ("nomor rekam medis pasien: 004512", "rekam medis"),
    ],
)
def test_numbers_of_persons_are_found(text: str, name: str) -> None:
    found = personal_numbers(f"hubungi {text}, ya")
    assert len(found) == 1
    assert name in found[0].name


@pytest.mark.parametrize(
    "text",
    [
        "Buka 08.00-12.00 13.00-14.00",
        "Buka 08.00–12.00 dan 13.00–16.00 WIB",
        "Senin-Kamis 07.30-14.00, Jumat 07.30-11.00",
        "loket 0800-1200 1300-1400",
        "0700 - 1400",
        "jadwal 08.30-09.30-10.30-11.30",
        "25-11-2026 08.00 WIB",
        "08-11-2026 08.00 WIB",
        "08/11/2026 09.00-11.00",
        "2026-11-25T09:00:00+07:00",
        "2020 2021 2022 2023",
        "tahun ajaran 2025-2026 2026-2027",
        "Rp 1.500.000",
        "Rp 1.500.000.000",
        "Rp62.812.345.678",
        "12.345.678 jiwa",
        "tanggapan 1 x 24 jam",
        "2x24 jam",
        "Call center 1500567",
        "Halo Kemenkes 1500-567",
        "119 ext 8",
        "0800-100-1234",
        "Lihat https://contoh.id/12345",
        "@puskesmas_2026",
        "@rm12345",
        "#RM2026",
        "program RM 2026",
        "imunisasi MR 2026",
        "SK 17.238/SOP/35.73.402.016/2021",
        "Permenkes No. 43 Tahun 2019",
        "Jl. Cakalang No. 234, RT 02 RW 05, 65125",
        "formula 3000 langkah, 8 gelas, 150 menit",
        "tekanan darah 120/80 mmHg, gula darah 200 mg/dL",
        "usia 0-11 bulan, 12-59 bulan",
        "ICD-10 A15.0 – A19.9",
    ],
)
def test_hours_dates_and_prices_are_no_persons_numbers(text: str) -> None:
    assert personal_numbers(text) == ()
    assert personal_numbers(f"Info: {text}. Sampai jumpa!") == ()


@pytest.mark.parametrize("own", ["0341 491320", "+62341491320", "(0341) 491320", "62-341-491320"])
def test_the_centres_own_number_is_its_own_in_every_spelling(own: str) -> None:
    for written in ("0341-491320", "+62 341 491320", "(0341) 491320"):
        assert personal_numbers(f"Telp {written}", own_numbers=[own]) == ()
    assert len(personal_numbers("Telp 0341-491321", own_numbers=[own])) == 1


def test_several_numbers_are_told_in_the_order_they_stand() -> None:
    found = personal_numbers("WA 081234567890, NIK 3573014107900001, WA 081234567891")
    assert [number.ending for number in found] == ["90", "01", "91"]


hidden = st.sampled_from(
    [
        "",
        "\u200b",
        "\u200d",
        "\u2060",
        "\ufeff",
        "\u200e",
        "\u00ad",
        "\ufe01",
        "\u0301",
        "\u3164",
        "\U000e0020",
    ]
)


@given(st.integers(10**9, 10**10 - 1), st.lists(hidden, min_size=12, max_size=12))
def test_signs_that_nobody_sees_hide_no_telephone(number: int, signs: list[str]) -> None:
    digits = f"081{number}"[:12]
    written = "".join(digit + sign for digit, sign in zip(digits, signs, strict=True))
    (found,) = personal_numbers(f"WA {written}!")
    assert found.ending == digits[-2:]


@pytest.mark.parametrize("sign", "_*~·•")
def test_other_signs_between_the_groups_hide_no_telephone(sign: str) -> None:
    (found,) = personal_numbers(f"WA 0812{sign}3456{sign}7890")
    assert (found.name, found.ending) == ("nomor telepon", "90")
    assert personal_numbers(f"Buka 08.00{sign}12.00, 25{sign}11{sign}2026") == ()


@given(st.text(alphabet="0123456789 .-/()+:RpM\u200b٣", max_size=200))
def test_any_heap_of_digits_is_read(text: str) -> None:
    for number in personal_numbers(text):
        assert number.ending.isdecimal()
        assert len(number.ending) == 2
