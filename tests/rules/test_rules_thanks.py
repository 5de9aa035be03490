"""Praise gets thanks with another sentence, in words that differ from the last ones; a complaint gets its number."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ig_worker import shipped
from ig_worker.domain.classifier.lexicon import TOPICS
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.phrasing import THANKS, says_more_than_thanks, time_of_day
from ig_worker.domain.text import fits_bytes
from ig_worker.domain.thanks import Phrasebook, Thanks

MORNING = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
SHIPPED = Phrasebook.from_mapping(shipped.thanks())
EVERY_PHRASE = range(len(SHIPPED.phrases))
GENERAL = {index for index in EVERY_PHRASE if not SHIPPED.topics[index]}
SEGMENTS = ("", "Info Grafis", "Pengumuman", "Hari Besar", "SIKAKUNG")
SIGNS = re.compile(r"\(\s*\)|\[\s*\]|\{|\}|  |!!|\.\.|,,| [,.!?]|[,.!?][A-Za-z]|\n")


def compose(book: Phrasebook = SHIPPED, **changes: Any) -> Thanks:
    how: dict[str, Any] = {
        "author": "ani.sehat_",
        "channel": "comment",
        "segment": "Info Grafis",
        "topic": "lainnya",
        "local_time": MORNING,
        "seed": "1784",
    }
    return book.compose(**(how | changes))


def about(topic: str) -> set[int]:
    return {index for index in EVERY_PHRASE if SHIPPED.topics[index] == topic}


def drawn(**how: Any) -> set[int]:
    return {compose(seed=str(seed), **how).phrase_index for seed in range(400)}


def test_forty_or_more_different_phrasings_are_shipped_for_any_praise_and_some_for_each_topic() -> None:
    assert len(set(SHIPPED.phrases)) == len(SHIPPED.phrases)
    assert len([one for one in GENERAL if "{segmen}" not in SHIPPED.phrases[one]]) >= 40
    assert all(len(about(topic)) >= 2 for topic in TOPICS if topic != "lainnya")


@pytest.mark.parametrize("index", EVERY_PHRASE)
def test_every_shipped_phrasing_reads_well_with_whatever_is_filled_in(index: int) -> None:
    for channel in ("comment", "dm"):
        for author in ("ani.sehat_", ""):
            for segment in SEGMENTS:
                if not segment and "{segmen}" in SHIPPED.phrases[index]:
                    continue
                for hour in (5, 12, 16, 20):
                    text = SHIPPED.worded(
                        index,
                        author=author,
                        channel=channel,
                        segment=segment,
                        local_time=MORNING.replace(hour=hour),
                    )
                    told = text.removeprefix("@ani.sehat_ ").replace("ani.sehat_", "Ani")
                    assert not SIGNS.search(told), told
                    assert says_more_than_thanks(told)
                    assert text == text.strip()
                    assert len(text) < 220
                    assert fits_bytes(text, 1000)
                    assert not re.search(r"#|https?:|www\.", text)
                    assert text.startswith("@ani.sehat_ ") == (channel == "comment" and author != "")


def test_a_comment_is_answered_by_name_once() -> None:
    book = Phrasebook.from_mapping({"phrases": ["Terima kasih, {nama}! Semoga sehat."]})
    assert compose(book).text == "@ani.sehat_ Terima kasih, Kak! Semoga sehat."
    assert compose(book, channel="dm").text == "Terima kasih, Kak ani.sehat_! Semoga sehat."


@pytest.mark.parametrize(
    "author", ["", "ani @semua", "ani\n#x", "ani\u202e", "{tagline}", "аni", "a" * 65, "@"]
)
def test_a_name_that_cannot_be_mentioned_is_left_out_since_the_rest_might_be_somebody_elses(
    author: str,
) -> None:
    book = Phrasebook.from_mapping({"phrases": ["Terima kasih, {nama}! Semoga sehat."]})
    for channel in ("comment", "dm"):
        assert compose(book, author=author, channel=channel).text == "Terima kasih, Kak! Semoga sehat."


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
    assert compose(book, lately=[1], segment=" #Info \n {Grafis} @semua").text == (
        "@ani.sehat_ Selamat pagi! Terima kasih sudah menyimak Info Grafis semua. Sehat bersama!"
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


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "lainnya"])
def test_praise_of_one_thing_is_thanked_in_words_about_it(topic: str) -> None:
    assert drawn(topic=topic) == about(topic)


def test_praise_of_nothing_in_particular_is_thanked_in_any_words() -> None:
    assert drawn(topic="lainnya") == GENERAL
    assert drawn(topic="") == GENERAL


def test_friendly_staff_are_not_thanked_for_looking_at_a_picture() -> None:
    book = Phrasebook.from_mapping(
        {
            "phrases": ["Terima kasih sudah menyimak {segmen}. Salam.", "Terima kasih. Salam."],
            "topik": {"petugas": {"phrases": ["Terima kasih, petugas kami senang. Salam."]}},
        }
    )
    chosen = [compose(book, topic="petugas", lately=lately).phrase_index for lately in ([], [2], [1, 2])]
    assert chosen == [2, 1, 2]


def test_the_same_message_gets_the_same_words_and_others_get_others() -> None:
    assert compose() == compose()
    chosen = [compose(seed=str(seed)).phrase_index for seed in range(500)]
    assert set(chosen) == GENERAL
    assert max(chosen.count(index) for index in set(chosen)) < 35


@pytest.mark.parametrize("topics", [["petugas"], ["petugas", "informasi", "lainnya", "laboratorium"]])
def test_a_long_row_of_thanks_under_one_post_repeats_nothing_before_it_must(topics: list[str]) -> None:
    said: list[int] = []
    for number in range(120):
        newest_first = said[::-1]
        thanks = compose(
            topic=topics[number % len(topics)],
            seed=str(number),
            lately=newest_first[:8],
            here=newest_first,
        )
        said.append(thanks.phrase_index)
    assert all(one != other for one, other in pairwise(said))
    assert all(len(set(said[place : place + 9])) == 9 for place in range(len(said) - 8))
    assert len(set(said[:46])) == 46


@given(st.text(), st.lists(st.sampled_from(EVERY_PHRASE), unique=True), st.sampled_from(["", *TOPICS]))
def test_what_was_just_said_is_not_said_again_while_there_is_something_else(
    seed: str, lately: list[int], topic: str
) -> None:
    index = compose(seed=seed, lately=lately, topic=topic).phrase_index
    assert index not in lately or GENERAL - {
        one for one in GENERAL if "{segmen}" in SHIPPED.phrases[one]
    } <= set(lately)


@given(
    st.text(st.characters(exclude_categories=())),
    st.text(st.characters(exclude_categories=())),
    st.sampled_from(["comment", "dm"]),
    st.sampled_from(TOPICS),
)
def test_any_name_and_segment_give_a_text_that_can_be_sent(
    author: str, segment: str, channel: str, topic: str
) -> None:
    text = compose(author=author, segment=segment, channel=channel, topic=topic).text
    text.encode()
    assert fits_bytes(text, 1000)
    assert "\n" not in text
    assert "#" not in text
    assert text.count("@") == text.startswith("@")


@pytest.mark.parametrize(
    ("hour", "name"),
    [(0, "malam"), (3, "malam"), (4, "pagi"), (10, "pagi"), (11, "siang"), (14, "siang"), (15, "sore"), (17, "sore"),
     (18, "malam"), (23, "malam")],
)  # fmt: skip
def test_the_day_is_parted_as_indonesians_part_it(hour: int, name: str) -> None:
    assert time_of_day(MORNING.replace(hour=0) + timedelta(hours=hour)) == name


@pytest.mark.parametrize("label", ["keluhan", "saran"])
def test_whoever_complains_is_told_the_number_in_changing_words_and_never_thanked(label: str) -> None:
    said: list[int] = []
    for number in range(1, 13):
        for channel in ("comment", "dm"):
            told = SHIPPED.acknowledge(
                label=label,
                number=f"K-2026-{number:04d}",
                author="ani",
                channel=channel,
                lately=said[::-1],
            )
            text = told.text.removeprefix("@ani ")
            assert (told.text != text) == (channel == "comment")
            assert f"K-2026-{number:04d}" in text
            assert not SIGNS.search(text)
            assert not THANKS.search(text)
            assert fits_bytes(told.text, 500)
        said.append(told.phrase_index)
    assert all(one != other for one, other in pairwise(said))
    assert set(said) == set(range(len(SHIPPED.acknowledgements[label])))


OK = "Terima kasih. Salam."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"phrases": ["Semoga sehat. Salam."]}, "phrasing 1 does not thank"),
        ({"phrases": [OK, "Terima kasih banyak 🙏"]}, "phrasing 2 only thanks"),
        ({"phrases": ["Terima kasih, {name}. Salam."]}, "phrasing 1 may only hold {nama}"),
        ({"phrases": ["Terima kasih, {nama. Salam."]}, "phrasing 1 may only hold {nama}"),
        ({"phrases": ["Terima kasih, {nomor}. Salam."]}, "phrasing 1 may only hold {nama}"),
        ({"phrases": ["Terima kasih. #sehat selalu."]}, "phrasing 1 holds a hashtag"),
        ({"phrases": ["Terima kasih. Ikuti @dinkes ya."]}, "phrasing 1 holds a hashtag, a mention"),
        ({"phrases": ["Terima kasih. Lihat s.id/survei ya."]}, "a link"),
        ({"phrases": ["Terima kasih. Lihat https://contoh.go.id ya."]}, "a link"),
        ({"phrases": ["Terima kasih. " + "Salam sehat 💚 " * 50]}, "phrasing 1 has more than 700 bytes"),
        ({"phrases": [7]}, "phrasing 1 is not a text"),
        ({"phrases": []}, "there is no phrasing that needs neither"),
        ({"phrases": ["Terima kasih. {tagline}"]}, "there is no phrasing that needs neither"),
        ({"phrases": "Terima kasih. Salam."}, "a list of texts"),
        ({"phrases": [OK], "tagline": 1}, "a text"),
        ({"phrases": [OK], "tagline": "{nama}"}, "the tagline may only hold"),
        ({"phrases": [OK], "taglin": "x"}, "found phrases, taglin"),
        ({}, "a list of texts"),
        ({"phrases": [OK], "topik": {"parkir": {"phrases": [OK]}}}, "under [topik] stands parkir, allowed are antrean"),
        ({"phrases": [OK], "topik": {"lainnya": {"phrases": [OK]}}}, "under [topik] stands lainnya"),
        ({"phrases": [OK], "topik": {"petugas": [OK]}}, "a list of texts is wanted under [topik.petugas]"),
        ({"phrases": [OK], "topik": {"petugas": {"phrase": [OK]}}}, "a list of texts is wanted under [topik.petugas]"),
        ({"phrases": [OK], "topik": {"petugas": {"phrases": [OK, "Salam."]}}}, "phrasing 2 under [topik.petugas] does"),
        ({"phrases": [OK], "topik": []}, "under [topik] stands no table"),
        ({"phrases": [OK], "konfirmasi": {"pujian": ["{nomor}"]}}, "under [konfirmasi] stands pujian"),
        ({"phrases": [OK], "konfirmasi": {"saran": "{nomor}"}}, "a list of texts is wanted for saran under"),
        ({"phrases": [OK], "konfirmasi": {"saran": ["Sudah kami catat."]}}, "does not name the number"),
        ({"phrases": [OK], "konfirmasi": {"keluhan": ["Makasih, {nomor}."]}}, "for keluhan under [konfirmasi] thanks"),
        ({"phrases": [OK], "konfirmasi": {"keluhan": ["{nomor} {segmen}."]}}, "may only hold {nama}, {nomor}"),
    ],
)  # fmt: skip
def test_a_wrong_phrasebook_is_told_by_its_place(data: dict[str, Any], words: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        Phrasebook.from_mapping(data, file="/etc/ucapan.toml")
    assert words in str(caught.value)
    assert (caught.value.cure, "in /etc/ucapan.toml" in str(caught.value)) == (
        "Correct /etc/ucapan.toml.",
        True,
    )


def test_blanks_and_line_ends_of_a_file_do_not_go_out() -> None:
    book = Phrasebook.from_mapping({"phrases": ["  Terima  kasih,\n{nama}!   Salam. "]})
    assert compose(book).text == "@ani.sehat_ Terima kasih, Kak! Salam."
