"""Hostile text is cleaned, measured as Meta measures, and never cut in the middle of a sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.text import clean, cut_to_bytes, fits_bytes, shorten, utf16_length

ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.text("a 👍🏽🇮🇩\u200d\ufe0fé\ud83d")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("bagus\x00 sekali\x1b[2J", "bagus sekali[2J"),
        ("satu\r\ndua\rtiga\n\tempat", "satu\ndua\ntiga\n\tempat"),
        ("\u202egnp.exe\u202c \u2066x\u2069", "gnp.exe x"),
        ("half \ud83d and \ude00", "half � and �"),
        ("joined \ud83d\ude00", "joined 😀"),
        ("👩🏽\u200d⚕️ 🇮🇩 \u200fسلام", "👩🏽\u200d⚕️ 🇮🇩 \u200fسلام"),
    ],
)
def test_what_cannot_be_shown_goes_and_the_rest_stays(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@given(ANY_TEXT)
def test_clean_text_can_be_written_anywhere_and_stays_clean(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned


def test_an_emoji_counts_two_as_at_meta() -> None:
    assert utf16_length("a👍") == 3
    assert utf16_length("👩🏽\u200d⚕️") == 7
    assert utf16_length("\ud83d") == 1


def test_bytes_are_counted_in_utf8() -> None:
    assert fits_bytes("é" * 500, 1000)
    assert not fits_bytes("é" * 501, 1000)


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("antre lama sekali", 17, "antre lama sekali"),
        ("antre lama sekali", 14, "antre lama…"),
        ("antre lama sekali", 11, "antre lama…"),
        ("antrelamasekalihari", 10, "antrelama…"),
        ("hai " + "x" * 40, 30, "hai " + "x" * 25 + "…"),
        ("👍🏽👍🏽👍🏽", 4, "👍🏽…"),
        ("🇮🇩🇮🇩🇮🇩", 4, "🇮🇩…"),
        ("👩🏽\u200d⚕️👩🏽\u200d⚕️", 9, "👩🏽\u200d⚕️…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("🏴\U000e0067\U000e0062\U000e007fab", 5, "🏴\U000e0067\U000e0062\U000e007f…"),
        ("abc", 1, "…"),
        ("", 1, ""),
    ],
)
def test_a_cut_is_between_words_or_at_least_between_signs(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit) == short


@given(ANY_TEXT, st.integers(1, 60))
def test_short_text_is_never_longer_than_asked(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


@given(ANY_TEXT, st.integers(3, 80))
def test_bytes_are_never_more_than_asked(text: str, limit: int) -> None:
    short = cut_to_bytes(text, limit)
    assert fits_bytes(short, limit)
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))
