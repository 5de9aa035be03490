"""Irony, praise of something else and words nobody knows: what must never be thanked, and what still is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.shipped import classifier_model
from ig_worker.training import read_sentences, shipped_sentences

CLASSIFIER = Classifier(classifier_model())

with (Path(__file__).parent / "never_thanked.csv").open(encoding="utf-8", newline="") as lines:
    NEVER_THANKED = [(row["genre"], row["text"]) for row in csv.DictReader(lines)]


def judge(text: str) -> Verdict:
    return CLASSIFIER.judge(text)


def test_there_are_many_of_every_genre_and_none_was_learned_from() -> None:
    genres = [genre for genre, _ in NEVER_THANKED]
    assert len(genres) >= 200
    assert min(genres.count(genre) for genre in set(genres)) >= 9
    learned = {" ".join(sentence.text.lower().split()) for sentence in read_sentences(shipped_sentences())}
    assert [text for _, text in NEVER_THANKED if " ".join(text.lower().split()) in learned] == []


@pytest.mark.parametrize("genre", sorted({genre for genre, _ in NEVER_THANKED}))
def test_what_is_no_praise_of_us_is_never_thanked(genre: str) -> None:
    thanked = [text for of, text in NEVER_THANKED if of == genre and judge(text).auto_thank]
    assert thanked == []


@pytest.mark.parametrize(
    "text",
    [
        "Pelayanannya ramah dan cepat, terima kasih banyak",
        "mantap min",
        "Luar biasa",
        "keren banget",
        "Terima kasih bu bidan, lahiran saya lancar",
        "petugasnya sabar, tidak ribet, tidak nunggu lama",
        "Dirawat 3 hari di sini, perawatnya ramah semua, terima kasih",
        "bangga jadi warga sini, puskesmasnya bersih dan rapi",
        "Makasih infonya min, sangat bermanfaat",
        "apik tenan pelayanane, suwun",
        "Very good service, thank you",
    ],
)
def test_plain_praise_is_still_thanked(text: str) -> None:
    verdict = judge(text)
    assert verdict.auto_thank, verdict.reasons
    assert verdict.reasons[-1].startswith("Pujian yang jelas")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Pelayanan “ramah” sekali", "tanda sindiran (ramah)"),
        ("lengkap fasilitasnya, lengkap meja kursi rusaknya", "tanda sindiran (lengkap meja)"),
        ("Pelayanannya bagus, sudah 3 bulan loh", "tanda sindiran (waktu yang lama)"),
        ("bersih banget saking sepinya", "tanda sindiran (saking)"),
        ("gitarnya keren", "pujian untuk hal lain (gitarnya)"),
        ("pelayanan klinik sebelah bagus", "pujian untuk hal lain (sebelah)"),
        ("@budi pelayanannya bagus", "pujian untuk hal lain (@budi)"),
        ("semoga pelayanannya bagus", "doa atau harapan (semoga)"),
        ("pelayanannya bagus ga ya", "pertanyaan (bagus ga)"),
        ("terima kasih kembali, bagus", "basa-basi (terimakasih kembali)"),
        ("jasa terpercaya, bagus", "promosi (jasa)"),
        ("pelayanannya bagus wkwkwk", "tanda sindiran (wkwkwk)"),
        ("bagus, gula darah saya turun di puskesmas", "data kesehatan atau identitas (gula darah)"),
    ],
)
def test_what_stands_against_a_thank_you_is_named(text: str, finding: str) -> None:
    verdict = CLASSIFIER.judge_as(text, "pujian", "petugas")
    assert not verdict.auto_thank
    assert f"Tidak diberi ucapan otomatis: ada {finding}." in verdict.reasons


def test_an_irony_read_as_praise_goes_to_a_person() -> None:
    verdict = judge("Pelayanan “ramah”")
    assert (verdict.label, verdict.auto_thank) == ("pujian", False)
    assert verdict.needs_review
    assert any("sindiran" in reason for reason in verdict.reasons if reason.startswith("Perlu dilihat orang"))


@pytest.mark.parametrize(
    "text",
    [
        "what time do you open tomorrow",
        "The nurse was so rude, waited forever without any explanation",
        "Очень плохое обслуживание",
        "спасибо",
        "この病院はいいですね",
        "أريد موعدا عند الطبيب",
        "bonjour je voudrais savoir",
        "sdkjfh ksjdhf kjshdf kjhsdf",
        "qwe rty uio pas",
    ],
)
def test_words_that_nobody_knows_are_for_a_person_to_read(text: str) -> None:
    verdict = judge(text)
    assert (verdict.label, verdict.needs_review) == ("lainnya", True)
    assert (verdict.auto_thank, verdict.opens_case) == (False, False)
    assert verdict.confidence == max(verdict.probabilities.values())
    assert any("tidak dikenal" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text", ["السلام عليكم", "السَّلَامُ عَلَيْكُمْ وَرَحْمَةُ ٱللَّٰهِ وَبَرَكَاتُهُ", "ما شاء الله", "سبحان الله"]
)
def test_a_greeting_in_arabic_letters_is_a_greeting(text: str) -> None:
    verdict = judge(text)
    assert (verdict.label, verdict.needs_review, verdict.auto_thank) == ("lainnya", False, False)


@pytest.mark.parametrize("text", ["Sulastri", "Nur Aini", "halo", "wkwkwk", "simak"])
def test_one_or_two_unknown_words_such_as_names_bother_nobody(text: str) -> None:
    verdict = judge(text)
    assert (verdict.label, verdict.needs_review, verdict.opens_case) == ("lainnya", False, False)


def test_known_words_with_endings_are_no_strange_words() -> None:
    assert judge("obatnyalah dikurangikan petugasku").reasons
    assert not any("tidak dikenal" in reason for reason in judge("obatnyalah bersihnyalah petugasku").reasons)


def test_what_it_may_also_be_is_told() -> None:
    reasons = judge("kok antrinya lama ya kenapa").reasons
    unsure = [reason for reason in reasons if reason.startswith("Mungkin juga ")]
    assert all("%" in reason for reason in unsure)
    assert "Pertanyaan ini menunggu jawaban orang." in judge("kapan buka min").reasons
