"""Texts as people send them, on their way from Instagram through the database to a reply, a case and a list."""

from __future__ import annotations

import json

import pytest
from inbox_days import COMPLAINT, PRAISE, Centre

ALL = ("inbox", "replies", "cases")
LONGEST = 2200

EMOJI_ONLY = ("🙏🙏🙏", "😡😡😡", "❤️", "👍🏽👨‍👩‍👧", "🇮🇩")
STRANGE = {
    "half of an emoji": "bagus \ud83d",
    "the other half": "\udc4d bagus",
    "halves in the wrong order": "\udc4d\ud83d",
    "a zero byte": "bagus\x00sekali",
    "only a zero byte": "\x00",
    "zero-width": "k\u200bu\u200cr\u200da\u2060n\ufeffg ramah",
    "only zero-width": "\u200b\u200d\u2060",
    "right to left": "شكرا جزيلا على الخدمة",
    "turned round": "\u202etolob\u202c antre \u2066lama\u2069",
    "control characters": "antre\x07\x1b[31m lama\x9b",
    "combining marks": "a" + "\u0301" * 200,
    "a formula": "=HYPERLINK(\"http://x.id\",\"klik\")",
    "markup": "<script>alert(1)</script> & <b>bagus</b>",
    "other widths": "ｔｅｒｉｍａ ｋａｓｉｈ",
    "lines": "satu\r\ndua\u2028tiga\rempat",
    "quotes": "'; DROP TABLE messages; -- %s {0} {author}",
    "blanks": "   \u00a0  ",
}  # fmt: skip


@pytest.fixture
def media(centre: Centre) -> str:
    media = centre.door.media("image", "Jadwal layanan")
    centre.run(*ALL)
    centre.later(minutes=2)
    return media


def test_strange_texts_are_stored_once_in_both_places_and_read_again_without_an_edit(
    centre: Centre, media: str
) -> None:
    texts = list(STRANGE.values())
    made = centre.door.comments({"author": f"warga{n}", "text": text} for n, text in enumerate(texts))
    sent = centre.door.messages({"author": f"pesan{n}", "text": text} for n, text in enumerate(texts))
    for _ in range(8):
        centre.run(*ALL)
        centre.later(hours=1)
        centre.door.comment("penonton", "tes")
    listed = {one["ig_id"]: one for one in centre.asked("inbox", "list")}
    assert {one["id"] for one in (*made, *sent)} <= set(listed)
    assert len([one for one in listed.values() if one["author"] != "penonton"]) == 2 * len(texts)
    assert not [one["text"] for one in listed.values() if one["edited"] or one["deleted"]]
    assert {one["label"] for one in listed.values()} <= {
        "pujian",
        "saran",
        "keluhan",
        "pertanyaan",
        "lainnya",
    }
    stored = json.dumps(list(listed.values()), ensure_ascii=False)
    assert stored.encode("utf-8")
    assert "\\u0000" not in stored


@pytest.mark.parametrize("word", ["list", "show", "explain"])
def test_strange_texts_are_shown_without_moving_the_terminal(centre: Centre, media: str, word: str) -> None:
    centre.door.comments({"author": f"warga{n}", "text": text} for n, text in enumerate(STRANGE.values()))
    centre.run("inbox")
    for number in range(1, len(STRANGE) + 1) if word != "list" else [0]:
        shown = centre.command("inbox", word, *([str(number)] if number else []))
        assert not {"\x00", "\x1b", "\x07", "\x9b", "\u202e"} & set(shown)


def test_emoji_alone_are_judged_and_anger_is_not_thanked(centre: Centre, media: str) -> None:
    made = centre.door.comments({"author": f"warga{n}", "text": text} for n, text in enumerate(EMOJI_ONLY))
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    assert [centre.message(one["id"])["text"] for one in made] == list(EMOJI_ONLY)
    thanked = {one["text"].split()[0] for one in centre.written_by_the_worker()}
    assert "@warga1" not in " ".join(thanked)


@pytest.mark.parametrize("tail", ["a", "🙏", "ب"])
def test_the_longest_texts_are_kept_whole_and_a_complaint_at_their_end_is_heard(
    centre: Centre, media: str, tail: str
) -> None:
    units = 2 if tail == "🙏" else 1
    opening = f"{PRAISE} "
    room = LONGEST - len(opening) - 1 - len(f" {COMPLAINT}") - 1
    text = f"{opening}{tail * (room // units)} {COMPLAINT}"
    assert LONGEST - 4 <= len(text.encode("utf-16-le")) // 2 <= LONGEST
    comment = centre.door.comment("bunda_rara", text)
    sent = centre.door.message("pak_budi", text)
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    for ig_id in (comment, sent["id"]):
        kept = centre.message(ig_id)
        assert kept["text"] == text
        assert kept["opens_case"] or kept["needs_review"]
    assert centre.written_by_the_worker() == []


def test_a_complaint_behind_unseen_signs_is_a_complaint(centre: Centre, media: str) -> None:
    whole = centre.door.comment("bunda_rara", "\u200b".join(COMPLAINT))
    turned = centre.door.comment("pak_budi", f"\u202e{COMPLAINT}\u202c")
    centre.run(*ALL)
    for comment in (whole, turned):
        kept = centre.message(comment)
        assert (kept["label"], bool(kept["opens_case"])) == ("keluhan", True)
    assert centre.written_by_the_worker() == []


def test_thanks_to_strange_names_and_to_none(centre: Centre, media: str) -> None:
    centre.door.comment("bunda.rara_01", PRAISE)
    centre.door.message("bunda.rara_01", f"{PRAISE} {'🙏' * 300}")
    for _ in range(3):
        centre.run(*ALL)
        centre.later(minutes=2)
    thanks = {bool(one.get("parent_id")): one["text"] for one in centre.written_by_the_worker()}
    assert "@bunda.rara_01" in thanks[True]
    assert len(thanks.get(False, "").encode()) <= 1000
