"""Times and figures as Indonesians write them."""

from __future__ import annotations

import pytest

from ig_worker.render.indonesian import after, moment, number, short_moment, word


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Jakarta", "Minggu, 22 November 2026 pukul 09.15 WIB"),
        ("Asia/Pontianak", "Minggu, 22 November 2026 pukul 09.15 WIB"),
        ("Asia/Makassar", "Minggu, 22 November 2026 pukul 10.15 WITA"),
        ("Asia/Jayapura", "Minggu, 22 November 2026 pukul 11.15 WIT"),
        ("Asia/Kolkata", "Minggu, 22 November 2026 pukul 07.45 UTC+0530"),
    ],
)
def test_a_time_is_told_in_the_centres_zone(zone: str, expected: str) -> None:
    assert moment("2026-11-22T02:15:00+00:00", zone) == expected


def test_the_day_changes_with_the_zone() -> None:
    assert moment("2026-12-31T20:00:00Z", "Asia/Jayapura") == "Jumat, 1 Januari 2027 pukul 05.00 WIT"
    assert short_moment("2026-12-31T20:00:00Z", "Asia/Jakarta") == "1 Jan, 03.00"


@pytest.mark.parametrize("wrong", ["2026-11-22T02:15:00", "kemarin", ""])
def test_a_time_without_an_offset_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        moment(wrong, "Asia/Jakarta")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0"),
        (12, "12"),
        (1234567, "1.234.567"),
        (3.25, "3,25"),
        (1200.5, "1.200,5"),
        (100, "100"),
        (-4, "-4"),
    ],
)
def test_figures_have_points_between_thousands_and_a_decimal_comma(value: float, expected: str) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jam_layanan", "Jam layanan"),
        ("bpjs", "BPJS"),
        ("kia_imunisasi", "KIA dan imunisasi"),
        ("published", "Terbit"),
        ("keluhan", "Keluhan"),
    ],
)
def test_the_workers_words_are_put_into_indonesian(name: str, expected: str) -> None:
    assert word(name) == expected


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ("2026-11-22T09:15:59+07:00", "kurang dari semenit"),
        ("2026-11-22T09:14:00+07:00", "kurang dari semenit"),
        ("2026-11-22T10:14:59+07:00", "59 menit"),
        ("2026-11-22T05:31:00+00:00", "3 jam"),
        ("2026-11-23T09:14:59+07:00", "23 jam"),
        ("2026-11-24T09:15:00+07:00", "2 hari"),
    ],
)
def test_how_much_later_something_happened(later: str, expected: str) -> None:
    assert after("2026-11-22T02:15:00Z", later) == expected
