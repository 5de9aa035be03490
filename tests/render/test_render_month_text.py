"""The month's evaluation for the WhatsApp group: short, true, and as its own lines are laid out whatever is in it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.evaluation.moved import count, figure, moved
from ig_worker.domain.evaluation.whatsapp import MOST, short_text
from ig_worker.domain.text import utf16_length
from render.month_sample import HOSTILE_TEXTS, VARIANTS, empty, finding, full, tiny


def test_a_full_month_says_its_figures_its_findings_and_thank_you() -> None:
    lines = short_text(full()).splitlines()
    assert lines[:2] == ["*Evaluasi Instagram, Oktober 2026*", "Puskesmas Polowijen (@puskesmaspolowijen)"]
    assert lines[3:10] == [
        "▪ Pengikut: *4.216*, naik 93 (2,3 %)",
        "▪ Jangkauan: *61.240*, naik 5.930 (10,7 %)",
        "▪ Tingkat interaksi: *6,84 %*, naik 0,72 poin",
        "▪ Unggahan terbit: *29*, naik 5 (20,8 %)",
        "▪ Pesan masuk: *312*, naik 25 (8,7 %)",
        "▪ Kasus baru: *9*, turun 2",
        "▪ Angka akun: 29 dari 31 hari ada datanya",
    ]
    for each in full()["findings"]:
        assert f"→ {each['suggestion']}" in lines
        assert any(line.endswith(each["text"]) for line in lines)
    assert lines[-1] == "Terima kasih, tim, atas 29 unggahan dan perhatian pada 312 pesan bulan ini 🙏"


@pytest.mark.parametrize("name", VARIANTS)
def test_it_is_short_and_no_word_in_it_can_format(name: str) -> None:
    text = short_text(VARIANTS[name]())
    assert utf16_length(text) <= MOST
    assert_is_ours(text)


@pytest.mark.parametrize(
    ("centre", "username", "whose"),
    [
        ("Puskesmas Polowijen", "", "Puskesmas Polowijen"),
        ("", "puskesmaspolowijen", "@puskesmaspolowijen"),
        ("", "", "polowijen"),
    ],
)
def test_an_account_whose_name_at_instagram_is_not_known_has_no_bare_at(
    centre: str, username: str, whose: str
) -> None:
    doc = full()
    doc["account"] |= {"centre": centre, "username": username}
    assert short_text(doc).splitlines()[1] == whose


def test_it_says_until_when_the_figures_go_if_the_months_last_day_is_not_over() -> None:
    doc = full()
    doc["coverage"] |= {"days": 30, "read": 30}
    assert "▪ Angka akun sampai 30 Oktober" in short_text(doc).splitlines()
    doc["made_at"] = "2026-10-31T08:00:00+07:00"
    assert "Angka akun" not in short_text(doc), "of a month that runs the title says it"


def test_what_nobody_knows_is_left_out_and_not_zero() -> None:
    text = short_text(empty())
    assert "Pengikut" not in text
    assert "Jangkauan" not in text
    assert "▪ Unggahan terbit: *0*" in text
    assert "Belum ada angka akun dari Instagram" in text
    assert "Temuan" not in text
    nothing = empty()
    for each in nothing["headline"]:
        each["value"] = None
    assert "Belum ada angka untuk bulan ini." in short_text(nothing)


def test_a_figure_without_a_month_before_says_no_change() -> None:
    assert "▪ Pengikut: *87*\n" in short_text(tiny())


def test_long_findings_are_cut_and_half_a_suggestion_is_not_said() -> None:
    doc = full()
    doc["findings"] = [finding("Panjang sekali kalimat ini. " * 30, "Lakukan sesuatu. " * 30)] * 3
    text = short_text(doc)
    assert utf16_length(text) <= MOST
    assert text.count("…\n") == 3
    assert "→" not in text
    doc["findings"] = [finding("", "x"), finding("Ini cukup.", "")]
    assert "1. Ini cukup.\n\nTerima" in short_text(doc)


@given(st.text(max_size=300), st.lists(st.tuples(st.text(max_size=300), st.text(max_size=300)), max_size=4))
def test_whatever_stands_in_it_it_stays_ours(words: str, findings: list[tuple[str, str]]) -> None:
    doc: dict[str, Any] = {**full(), "findings": [finding(*each) for each in findings], "title": words}
    doc["account"]["centre"] = words
    text = short_text(doc)
    assert utf16_length(text) <= MOST
    assert_is_ours(text)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_centre_name_is_one_line(text: str) -> None:
    doc = {**full(), "findings": []}
    doc["account"]["centre"] = text
    assert len(short_text(doc).splitlines()) == len(short_text({**full(), "findings": []}).splitlines()) == 12


def test_an_underscore_inside_a_name_stays() -> None:
    doc = full()
    doc["account"]["username"] = "_pkm_polowijen_"
    assert "(@pkm_polowijen)" in short_text(doc)


@pytest.mark.parametrize(
    ("now", "before", "form", "said"),
    [
        (4216, 4123, "count", "naik 93 (2,3 %)"),
        (9, 11, "count", "turun 2"),
        (19, 20, "count", "turun 1 (5 %)"),
        (3, 1, "count", "naik 2"),
        (5, 0, "count", "naik 5"),
        (5, 5, "count", "sama"),
        (1_000_001, 1_000_000, "count", "naik 1 (<0,1 %)"),
        (987_654, 12, "count", "naik 987.642"),
        (6.84, 6.12, "percent", "naik 0,72 poin"),
        (1.44, 2.06, "hours", "turun 0,7 jam"),
        (0.001, 0.002, "percent", "sama"),
        (None, 3, "count", None),
        (3, None, "count", None),
        (float("nan"), 3, "count", None),
    ],
)
def test_a_change_is_the_difference_of_what_is_printed(
    now: float | None, before: float | None, form: str, said: str | None
) -> None:
    change = moved(now, before, form)
    assert (change.words if change else None) == said


def test_what_is_more_than_nothing_is_never_printed_as_zero() -> None:
    assert (count(0), count(0.004), count(-0.004), figure(0.001, "percent")) == (
        "0",
        "<0,01",
        "-<0,01",
        "<0,01 %",
    )
    assert (figure(None, "count"), figure(float("inf"), "percent")) == ("", "")
    assert (figure(1.44, "hours"), figure(0.25, "hours")) == ("1,4 jam", "0,25 jam")
    assert count(12_345_678_901_234_567) == "12,35 kuadriliun"


def assert_is_ours(text: str) -> None:
    """Bold stands only where we set it; nothing else formats, hides or turns."""
    for line in text.splitlines():
        assert line.count("*") in {0, 2}, line
        assert re.match(r"(\*|▪ |→ |\d\. |[^\s>\-•#]|$)", line), line
        assert not re.search(r"(?<![^\W_])_|_(?![^\W_])|[~`\u202a-\u202e\u2066-\u2069\0]", line), line
