"""Praise gets thanks with another sentence, in words that differ from the last ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker import shipped
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.text import fits_bytes
from ig_worker.domain.thanks import Phrasebook, Thanks, time_of_day

MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SHIPPED = Phrasebook.from_mapping(shipped.thanks())


def compose(book: Phrasebook = SHIPPED, **changes: Any) -> Thanks:
    how: dict[str, Any] = {
        "author": "ani.sehat_",
        "channel": "comment",
        "segment": "Info Grafis",
        "local_time": MORNING,
        "seed": "1784",
        "avoid": (),
    }
    return book.compose(**(how | changes))


def test_forty_or_more_different_phrasings_are_shipped() -> None:
    assert len(set(SHIPPED.phrases)) == len(SHIPPED.phrases) >= 40


@pytest.mark.parametrize("index", range(len(SHIPPED.phrases)))
@pytest.mark.parametrize("channel", ["comment", "dm"])
def test_every_shipped_phrasing_reads_well_everywhere(index: int, channel: str) -> None:
    others = set(range(len(SHIPPED.phrases))) - {index}
    text = compose(channel=channel, avoid=others).text
    assert "{" not in text
    assert "  " not in text
    assert "!!" not in text
    assert ".." not in text
    assert text == text.strip()
    assert len(text) < 220
    assert text.startswith("@ani.sehat_ ") == (channel == "comment")


def test_a_comment_is_answered_by_name_once() -> None:
    book = Phrasebook.from_mapping({"phrases": ["Terima kasih, {nama}! Semoga sehat."]})
    assert compose(book).text == "@ani.sehat_ Terima kasih, Kak! Semoga sehat."
    assert compose(book, channel="dm").text == "Terima kasih, Kak ani.sehat_! Semoga sehat."


def test_a_nameless_author_is_thanked_all_the_same() -> None:
    book = Phrasebook.from_mapping({"phrases": ["Terima kasih, {nama}! Semoga sehat."]})
    for channel in ("comment", "dm"):
        assert compose(book, author="", channel=channel).text == "Terima kasih, Kak! Semoga sehat."


def test_a_name_cannot_bring_anything_else_along() -> None:
    assert compose(author="ani @semua\n#x\u202e{tagline}").text.startswith("@anisemuaxtagline ")


def test_the_variables_say_what_they_should() -> None:
    book = Phrasebook.from_mapping(
        {
            "phrases": [
                "Selamat {waktu}! Terima kasih sudah menyimak {segmen}. {tagline}!",
                "Terima kasih. Salam.",
            ],
            "tagline": "Sehat bersama!",
        }
    )
    assert compose(book, avoid={1}).text == (
        "@ani.sehat_ Selamat pagi! Terima kasih sudah menyimak Info Grafis. Sehat bersama!"
    )


def test_phrasings_about_the_segment_are_for_posts_that_have_one() -> None:
    book = Phrasebook.from_mapping(
        {
            "phrases": [
                "Terima kasih atas {segmen}. Salam.",
                "Terima kasih. {tagline}.",
                "Terima kasih. Salam.",
            ]
        }
    )
    assert {compose(book, segment=" ", seed=str(seed)).phrase_index for seed in range(50)} == {2}
    assert {compose(book, seed=str(seed)).phrase_index for seed in range(50)} == {0, 2}


def test_the_same_message_gets_the_same_words_and_others_get_others() -> None:
    assert compose() == compose()
    chosen = [compose(seed=str(seed)).phrase_index for seed in range(500)]
    assert len(set(chosen)) == len(SHIPPED.phrases)
    assert max(chosen.count(index) for index in set(chosen)) < 35


@given(st.text(), st.sets(st.integers(0, len(SHIPPED.phrases) - 1)))
def test_what_was_just_said_is_not_said_again_while_there_is_something_else(
    seed: str, avoid: set[int]
) -> None:
    index = compose(seed=seed, avoid=avoid).phrase_index
    assert index not in avoid or len(avoid) == len(SHIPPED.phrases)


@given(
    st.text(st.characters(exclude_categories=())),
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(["comment", "dm"]),
)
def test_any_name_and_segment_give_a_text_that_can_be_sent(author: str, segment: str, channel: str) -> None:
    text = compose(author=author, segment=segment, channel=channel).text
    text.encode()
    assert fits_bytes(text, 1000) or channel == "comment"
    assert "\n" not in text


def test_a_long_phrasing_is_cut_to_what_a_message_may_have() -> None:
    book = Phrasebook.from_mapping({"phrases": ["Terima kasih. " + "Salam sehat 💚 " * 80]})
    assert fits_bytes(compose(book, channel="dm").text, 1000)
    assert not fits_bytes(compose(book).text, 1000)


@pytest.mark.parametrize(
    ("hour", "name"),
    [(0, "malam"), (3, "malam"), (4, "pagi"), (10, "pagi"), (11, "siang"), (14, "siang"), (15, "sore"), (17, "sore"),
     (18, "malam"), (23, "malam")],
)  # fmt: skip
def test_the_day_is_parted_as_indonesians_part_it(hour: int, name: str) -> None:
    assert time_of_day(MORNING.replace(hour=0) + timedelta(hours=hour)) == name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"phrases": ["Semoga sehat. Salam."]}, "phrasing 1 does not thank"),
        ({"phrases": ["Terima kasih. Salam.", "Terima kasih banyak 🙏"]}, "phrasing 2 only thanks"),
        ({"phrases": ["Terima kasih, {name}. Salam."]}, "phrasing 1 may only hold {nama}"),
        ({"phrases": ["Terima kasih, {nama. Salam."]}, "phrasing 1 may only hold {nama}"),
        ({"phrases": [7]}, "phrasing 1 is not a text"),
        ({"phrases": []}, "there is no phrasing that needs neither"),
        ({"phrases": ["Terima kasih. {tagline}"]}, "there is no phrasing that needs neither"),
        ({"phrases": "Terima kasih. Salam."}, "a list of texts"),
        ({"phrases": ["Terima kasih. Salam."], "tagline": 1}, "a text"),
        ({"phrases": ["Terima kasih. Salam."], "taglin": "x"}, "found phrases, taglin"),
        ({}, "a list of texts"),
    ],
)
def test_a_wrong_phrasebook_is_told_by_its_place(data: dict[str, Any], words: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Phrasebook.from_mapping(data)
    assert words in str(caught.value)
