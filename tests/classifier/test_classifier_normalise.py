"""A typed text taken apart: marks, plain words, and what a negation reaches."""

from __future__ import annotations

import pytest

from ig_worker.domain.classifier.normalise import MAX_CHARACTERS, cleaned, normalise, plain_word
from ig_worker.domain.classifier.slang import PHRASES, SLANG


def plain(text: str) -> list[str]:
    return [token.plain for token in normalise(text)]


def negated(text: str) -> list[str]:
    return [token.plain for token in normalise(text) if token.negated]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("bangeeettt", "banget"),
        ("minnn", "admin"),
        ("mantaaaap", "mantap"),
        ("maaaaf", "maaf"),
        ("saat", "saat"),
        ("tunggu", "tunggu"),
        ("ramah2", "ramah"),
        ("ramah-ramah", "ramah"),
        ("ke2", "ke2"),
        ("e-ktp", "ktp"),
        ("nggak", "tidak"),
        ("mboten", "tidak"),
        ("henteu", "tidak"),
        ("suwun", "terimakasih"),
        ("nuhun", "terimakasih"),
        ("sakalangkong", "terimakasih"),
        ("kagak", "tidak"),
    ],
)
def test_a_written_word_becomes_the_plain_one(written: str, expected: str) -> None:
    assert plain_word(written) == expected


def test_two_plain_words_that_are_one_become_one() -> None:
    token = normalise("Terima kasih")[0]
    assert (token.plain, token.written) == ("terimakasih", "terima kasih")
    assert plain("matur suwun")[0] == "terimakasih"
    assert plain("di mana rumah sakit nya") == ["dimana", "rs", "nya"]


def test_plain_words_of_the_table_are_not_themselves_variants() -> None:
    assert [word for word in SLANG.values() if word in SLANG] == []


def test_phrases_are_given_in_plain_words() -> None:
    assert [word for pair in PHRASES for word in pair if word in SLANG] == []


def test_a_negation_reaches_over_small_words_to_the_next_that_carry_meaning() -> None:
    assert negated("petugasnya ga terlalu ramah") == ["ramah"]
    assert negated("kurang begitu cepat dan bersih") == ["cepat", "dan"]
    assert negated("tanpa antri") == ["antri"]


def test_a_negation_ends_at_a_pause_and_at_a_but() -> None:
    assert negated("tidak, ramah") == []
    assert negated("tidak. ramah") == []
    assert negated("gak tapi ramah") == []
    assert negated("gak? ramah") == []


def test_marks_stand_for_what_is_no_word() -> None:
    assert plain("@bu_rt cek https://contoh.example/a #sehat [NAMA] jam 08.00?!") == [
        "<akun>",
        "periksa",
        "<alamat>",
        "<tagar>",
        "<nama>",
        "jam",
        "<angka>",
        "<tanya>",
        "<seru>",
    ]


def test_repeated_marks_count_once() -> None:
    assert plain("kapan???!!!")[1:] == ["<tanya>", "<seru>"]


def test_question_marks_apart_from_a_word_may_be_a_lost_emoji() -> None:
    assert plain("makasih ??????") == ["terimakasih", "<hilang>"]


def test_smileys_and_emoji_are_kept_apart_from_words() -> None:
    tokens = normalise("bagus:) jelek :( 👍🏽 ❤️")
    assert [token.plain for token in tokens] == ["bagus", "<senyum>", "jelek", "<muram>", "👍", "❤"]
    assert [token.is_word for token in tokens] == [True, False, True, False, False, False]


def test_fancy_and_accented_letters_are_read_as_plain_ones() -> None:
    assert plain("𝓫𝓪𝓰𝓾𝓼 𝗯𝗮𝗴𝘂𝘀 ｂａｇｕｓ bágus b̷̢a̸g̵u̶s̷") == ["bagus"] * 5


def test_what_the_eye_does_not_see_is_not_read() -> None:
    assert cleaned("ra\u200bmah\u202e \u2066se\u00adkali\ufeff") == "ramah sekali"
    assert cleaned("ra\x00mah\x07") == "ra mah "


def test_a_torn_pair_of_surrogates_is_put_together_and_a_lone_one_dropped() -> None:
    assert cleaned("\ud83d\ude00") == "😀"
    assert cleaned("baik \ud83d sekali \ude00") == "baik  sekali "


def test_a_text_is_read_up_to_the_length_instagram_allows() -> None:
    assert len(cleaned("a" * (MAX_CHARACTERS + 500))) == MAX_CHARACTERS


def test_arabic_letters_hold_words() -> None:
    assert [token.is_word for token in normalise("أين الطبيب")] == [True, True]
    assert plain("السلام عليكم") == ["assalamualaikum"]


def test_a_word_knows_whether_a_pause_stands_before_it() -> None:
    tokens = normalise("ramah, cepat. bersih sekali")
    assert [(token.plain, token.pause) for token in tokens] == [
        ("ramah", False),
        ("cepat", True),
        ("bersih", True),
        ("sekali", False),
    ]
