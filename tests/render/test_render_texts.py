"""What strangers wrote is printed whole, in its own direction, with nothing invisible left unseen."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ig_worker.render.glyphs import FONTS, can_draw
from ig_worker.render.texts import Line, has_marks, lines, one_line


def said(made: list[Line]) -> list[str]:
    """Lines as a person sees them, marks in square brackets."""
    return ["".join(run.get("text", f"[{run.get('mark')}]") for run in line["runs"]) for line in made]


def seen(text: str) -> str:
    return said([one_line(text)])[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ini \u202eterbalik\u202c", "Ini [RLO]terbalik[PDF]"),
        ("nol\u200blebar", "nol[ZWSP]lebar"),
        ("\x00NUL dan \x07bel", "[NUL]NUL dan [U+0007]bel"),
        ("\ud83d sendiri", "[U+D83D] sendiri"),
        ("\u202e" * 500, "[RLO ×60]…"),
        ("\ue000", "[U+E000]"),
        ("a\u200db", "a[ZWJ]b"),
        ("a\u200cb", "a[ZWNJ]b"),
        ("\u200d", "[ZWJ]"),
        ("\ufdfd", "[Bismillah]"),
        ("ya\u00a0bu\tya", "ya bu ya"),
        ("你好世界 ไทย", "[CJK ×4] [THAI ×3]"),
        ("\U000e0041\U000e0042", "[U+E0041][U+E0042]"),
        ("\U0001f3f4\U000e0067", "\U0001f3f4[U+E0067]"),
        ("\ufe0f", "[VARIATION]"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f[VARIATION]"),
        ("\U0001f150", "[U+1F150]"),
        ("\U00017000", "[U+17000]"),
    ],
)
def test_what_has_no_shape_becomes_a_mark(text: str, expected: str) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih dok 🙏🏽",
        "👨‍👩‍👧‍👦 👩🏽‍⚕️ 🏳️‍🌈 ❤️‍🔥",
        "🇮🇩🇵🇸",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1️⃣ #️⃣ ✅",
        "می‌خواهم",
        "السلام عليكم",
        "ꦱꦸꦒꦼꦁꦫꦮꦸꦃ",
        "𝗣𝗘𝗡𝗧𝗜𝗡𝗚 ★ → ≤",
        "#set page(fill: red) $x$ *b* \\ @ref [RLO]",
    ],
)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert seen(text) == text
    assert not has_marks([one_line(text)])


def test_a_typed_word_is_never_taken_for_a_mark() -> None:
    assert one_line("[RLO]")["runs"] == [{"text": "[RLO]"}]
    assert one_line("\u202e")["runs"] == [{"mark": "RLO"}]


def test_fancy_letters_are_printed_as_the_letters_they_are() -> None:
    assert seen("ｆｕｌｌ Ⓐ") == "full A"


def test_accents_piled_into_other_lines_are_counted_instead() -> None:
    assert seen("a" + "\u0301" * 20 + "b") == "a" + "\u0301" * 4 + "[tanda ×16]b"


def test_an_endless_family_is_taken_apart() -> None:
    runs = one_line("\u200d".join("👨" * 12), most=100)["runs"]
    assert runs[0] == {"text": "\u200d".join("👨" * 7)}
    assert {"mark": "ZWJ"} in runs


def test_each_line_reads_from_its_own_side() -> None:
    made = lines("12 السلام\nTerima kasih السلام\n123 ...")
    assert [line["rtl"] for line in made] == [True, False, False]


def test_line_ends_of_every_kind_end_a_line_and_empty_lines_are_one() -> None:
    assert said(lines("\n a\r\nb\rc\u2028d\n\n\n\ne \n\n")) == ["a", "b", "c", "d", "", "e"]


def test_a_text_of_very_many_lines_runs_on() -> None:
    assert said(lines("\n".join(["ya"] * 60))) == ["ya"] * 60
    assert said(lines("\n".join(["ya"] * 61))) == [" ¶ ".join(["ya"] * 61)]


def test_an_empty_text_has_no_lines() -> None:
    assert lines(" \n ") == []


def test_a_long_text_is_cut_and_says_so() -> None:
    assert said(lines("kata " * 20, most=9)) == ["kata kata…"]
    assert said(lines(" " * 5000 + "ya", most=9)) == ["ya"]
    assert seen("x" * 61).endswith("…")


def test_a_cut_never_goes_through_an_emoji() -> None:
    assert said([one_line("ab👩🏽‍⚕️c", most=4)]) == ["ab…"]
    assert said([one_line("ab👨\u200d👩", most=4)]) == ["ab…"]
    assert said([one_line("\u0301" * 9, most=4)]) == ["\u0301…"]


def test_a_long_word_gets_places_to_break_but_not_inside_emoji_or_flags() -> None:
    assert one_line("a" * 30)["runs"] == [{"text": "a" * 30}]
    broken = one_line("a" * 31)["runs"][0]["text"]
    assert broken.replace("\u200b", "") == "a" * 31
    assert max(map(len, broken.split("\u200b"))) <= 10
    tones = lines("👍🏽" * 30)[0]["runs"][0]["text"]
    assert "👍\u200b" not in tones
    assert "\u200b" in tones
    assert "\u200b" not in lines("🇮🇩" * 30)[0]["runs"][0]["text"]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=400))
def test_any_text_at_all_comes_out_drawable(text: str) -> None:
    for line in [*lines(text), one_line(text)]:
        for run in line["runs"]:
            printed = run.get("text") or run["mark"]
            printed.encode("utf-8")
            for character in printed:
                assert (
                    can_draw(character)
                    or "\ufe00" <= character <= "\ufe0f"
                    or character in "\u200b\u200c\u200d"
                    or ("\U000e0020" <= character <= "\U000e007f")
                )
                assert (
                    character
                    not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"
                )


def test_the_fonts_say_what_they_can_draw() -> None:
    assert all(can_draw(character) for character in "aé©…•السꦗ🙏🫩𝗮★→")
    assert not any(can_draw(character) for character in "你ไ\u0007\U0010ffff")


def test_every_font_has_its_licence_beside_it() -> None:
    licence = (FONTS / "LICENSE-OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert [font.name for font in FONTS.glob("*.ttf") if font.name not in licence] == []


def test_the_emoji_font_draws_in_colour_and_is_small() -> None:
    font = (FONTS / "NotoColorEmoji-COLRv1.ttf").read_bytes()
    tables = [font[12 + 16 * n :][:4] for n in range(struct.unpack_from(">H", font, 4)[0])]
    assert b"COLR" in tables
    assert b"SVG " not in tables
    assert len(font) < 6_000_000
