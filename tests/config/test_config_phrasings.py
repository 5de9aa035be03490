"""The centre's own phrasings stand in place of those that came along; what is wrong with them is said at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ig_worker import own_words
from ig_worker.config import Settings, load
from ig_worker.config.phrasings import phrasings
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.reply import Purpose

OWN = 'phrases = ["Terima kasih, {nama}! Salam dari kami."]\n'
FAQ = """
[faq.jam_buka]
questions = ["jam berapa buka"]
answer = "Kami buka pukul 07.30."
approved_by = "Bu Rina"
"""

Configured = Callable[..., Settings]


@pytest.fixture
def configured(tmp_path: Path) -> Configured:
    def make(replies: str = "", more: str = "") -> Settings:
        file = tmp_path / "config.toml"
        file.write_text(f"[replies]\n{replies}\n{more}", "utf-8")
        return load(file, env={})

    return make


def purposes(settings: Settings) -> list[Purpose]:
    return [each.purpose for each in own_words.occasions(settings, own_words.manners(settings))]


def refused(settings: Settings) -> str:
    with pytest.raises(Misconfigured) as caught:
        purposes(settings)
    return f"{caught.value} {caught.value.cure}"


def test_without_a_file_of_its_own_the_centre_says_what_came_along() -> None:
    file, texts = phrasings(None)
    assert file == "thanks.toml"
    assert len(texts["phrases"]) >= 40


def test_a_file_of_its_own_stands_in_place_of_it_whole(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "ucapan.toml").write_text("\ufeff" + OWN, "utf-8")
    settings = configured('phrasings_file = "ucapan.toml"')
    assert phrasings(settings.replies.phrasings_file) == (
        str(tmp_path / "ucapan.toml"),
        {"phrases": ["Terima kasih, {nama}! Salam dari kami."]},
    )
    assert purposes(settings) == [Purpose.THANKS]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b'phrases = ["a', "is not TOML in UTF-8"),
        (b'phrases = ["\xff"]', "is not TOML in UTF-8"),
        (b'phrases = ["Salam."]', "phrasing 1 does not thank. Correct "),
    ],
)
def test_what_is_wrong_with_it_is_said_with_the_cure(
    configured: Configured, tmp_path: Path, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / "ucapan.toml").write_bytes(content)
    told = refused(configured('phrasings_file = "ucapan.toml"'))
    assert words in told
    assert str(tmp_path / "ucapan.toml") in told


def test_everything_but_thanks_is_switched_on_by_the_centre(configured: Configured) -> None:
    assert purposes(configured()) == [Purpose.THANKS]
    everything = 'acknowledge = true\nanswer_questions = true\nemergency_text = "Hubungi 119."'
    assert purposes(configured(everything, FAQ)) == [
        Purpose.EMERGENCY,
        Purpose.ANSWER,
        Purpose.ACKNOWLEDGEMENT,
        Purpose.THANKS,
    ]


def test_numbers_are_told_only_in_words_that_the_file_has(configured: Configured, tmp_path: Path) -> None:
    (tmp_path / "ucapan.toml").write_text(OWN + '[konfirmasi]\nkeluhan = ["Nomor {nomor}."]\n', "utf-8")
    told = refused(configured('phrasings_file = "ucapan.toml"\nacknowledge = true'))
    assert "no phrasings for saran under [konfirmasi]" in told
    assert "acknowledge = false" in told


@pytest.mark.parametrize(
    ("replies", "more"),
    [(f'emergency_text = "119 {"💚" * 260}"', ""), ("", FAQ.replace("Kami buka", "💚" * 260))],
)
def test_what_goes_out_word_for_word_fits_into_a_direct_message(
    configured: Configured, replies: str, more: str
) -> None:
    with pytest.raises(Misconfigured) as caught:
        configured(replies, more)
    assert "at most 1000 bytes" in str(caught.value)


def test_the_manners_are_those_of_the_configuration(configured: Configured) -> None:
    settings = configured("delay_seconds = [5, 6]\nmax_age_hours = 3\ndry_run = true\nenabled = false")
    manners = own_words.manners(settings)
    assert (manners.delay_seconds, manners.dry_run, manners.enabled) == ((5, 6), True, False)
    assert manners.rules.max_age.total_seconds() == 3 * 3600
