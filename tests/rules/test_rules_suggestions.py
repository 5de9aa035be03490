"""A suggested answer is there for every message, polite, without a promise, and never advice on an illness."""

from __future__ import annotations

import re
from datetime import time
from itertools import product

import pytest

from ig_worker import shipped
from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.frequent import Frequent
from ig_worker.domain.suggestions import KINDS, Suggestion, Suggestions, hours_in_words, why_a_person

OPENING = {
    **dict.fromkeys(range(4), (time(7, 30), time(14))),
    4: (time(7, 30), time(11, 30)),
    5: (time(7, 30), time(12, 30)),
    6: None,
}
BPJS = Frequent("bpjs", ("bisa pakai bpjs",), "Bisa, Kak. Bawa kartunya ya.")
SUGGESTIONS = Suggestions.of(shipped.suggestions(), [BPJS], OPENING)
PROMISES = re.compile(r"\b(?:pasti|segera kami|dijamin|janji|secepatnya|besok|akan kami)\b", re.IGNORECASE)
ADVICE = re.compile(r"\b(?:minum|dosis|tablet|kompres|paracetamol|diagnosis|sembuh)\b", re.IGNORECASE)


@pytest.mark.parametrize(("label", "topic"), [*product(LABELS, TOPICS)])
def test_there_is_a_whole_and_careful_answer_for_every_kind_and_topic(label: str, topic: str) -> None:
    text = SUGGESTIONS.suggest("Halo", label, topic).text
    assert 40 < len(text.encode()) <= 700
    assert not re.search(r"[{}]|\s{2}", text)
    assert text[-1] in ".?!"
    assert not PROMISES.search(text)
    assert not ADVICE.search(text)


def test_the_approved_answer_comes_before_a_general_one() -> None:
    assert SUGGESTIONS.suggest("bpjs bisa kan kak, buat lahiran?", "pertanyaan", "bpjs") == Suggestion(
        BPJS.answer, "bpjs"
    )
    assert SUGGESTIONS.suggest("pakai bpjs kok ditolak", "keluhan", "bpjs").frequent == ""


def test_in_danger_nothing_but_help_is_suggested() -> None:
    answer = SUGGESTIONS.suggest("bisa pakai bpjs? anak saya kejang", "pertanyaan", "bpjs", danger=True)
    assert "119" in answer.text
    assert answer.frequent == ""


@pytest.mark.parametrize("label", ["pujian", "lainnya"])
def test_whoever_tells_of_a_death_is_not_answered_with_cheer(label: str) -> None:
    answer = SUGGESTIONS.suggest(
        "Terima kasih sudah merawat ibu, beliau sudah tenang di sisi Allah", label, "petugas"
    )
    assert answer.text.startswith("Kami turut berduka")


def test_a_doubtful_praise_is_answered_so_that_it_fits_mockery_too() -> None:
    answer = SUGGESTIONS.suggest("Mantap 🙃 3 jam", "pujian", "antrean").text
    assert "terima kasih" not in answer.lower()
    assert "Kabar baik" not in answer


def test_the_opening_hours_are_the_centres_own() -> None:
    assert hours_in_words(OPENING) == "Senin–Kamis 07.30–14.00, Jumat 07.30–11.30, Sabtu 07.30–12.30"
    assert (
        hours_in_words({0: (time(8), time(15)), 2: (time(8), time(15))})
        == "Senin 08.00–15.00, Rabu 08.00–15.00"
    )
    assert "Senin–Kamis 07.30–14.00" in SUGGESTIONS.suggest("kapan?", "pertanyaan", "jam_layanan").text


@pytest.mark.parametrize("missing", KINDS)
def test_suggestions_without_a_general_answer_are_refused(missing: str) -> None:
    general = {**shipped.suggestions(), missing: {"antrean": "…"}}
    with pytest.raises(Misconfigured, match=missing):
        Suggestions.of(general, [], OPENING)


def test_why_a_person_is_needed_is_said_in_words() -> None:
    reasons = [
        "Dibaca sebagai pujian (61%) karena “bagus”.",
        "Perlu dilihat orang: keyakinan 61% di bawah batas 75%.",
        "Perlu dilihat orang: video: perlu dilihat orang.",
    ]
    assert why_a_person("pujian", reasons) == "keyakinan 61% di bawah batas 75%; video: perlu dilihat orang"
    assert why_a_person("pertanyaan", reasons[:1]) == "pertanyaan yang belum dijawab"
    assert why_a_person("lainnya", []) == "belum pasti apa maksudnya"
