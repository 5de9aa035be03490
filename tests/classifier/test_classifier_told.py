"""Verdicts on texts whose label a person has set, and on messages that came with more than words."""

from __future__ import annotations

import pytest

from ig_worker.domain.classifier import LABELS, Classifier
from ig_worker.shipped import classifier_model

CLASSIFIER = Classifier(classifier_model())
PRAISE = "Petugasnya ramah dan sabar, pelayanan cepat. Terima kasih banyak"


@pytest.mark.parametrize("label", LABELS)
def test_a_person_has_the_last_word(label: str) -> None:
    verdict = CLASSIFIER.judge_as("antri lama banget", label, "obat")
    assert (verdict.label, verdict.topic, verdict.confidence) == (label, "obat", 1.0)
    assert verdict.probabilities == {one: float(one == label) for one in LABELS}
    assert verdict.needs_review is False
    assert verdict.opens_case is (label in ("keluhan", "saran"))
    assert verdict.reasons[0] == f"Ditetapkan oleh petugas sebagai {label}, topik obat."


def test_praise_that_a_person_has_found_is_thanked() -> None:
    assert CLASSIFIER.judge_as("perawatnya top markotop ngalor ngidul", "pujian", "petugas").auto_thank
    assert CLASSIFIER.judge_as("👍👍", "pujian", "lainnya").auto_thank


def test_praise_that_a_person_has_found_is_not_thanked_where_the_rules_forbid_it() -> None:
    verdict = CLASSIFIER.judge_as("ramah, hiv saya ditangani dengan baik", "pujian", "petugas")
    assert not verdict.auto_thank
    assert "Tidak diberi ucapan otomatis: ada data kesehatan atau identitas (hiv)." in verdict.reasons


def test_what_a_person_calls_no_praise_is_never_thanked() -> None:
    assert not CLASSIFIER.judge_as(PRAISE, "lainnya", "lainnya").auto_thank


def test_danger_is_seen_whatever_a_person_called_the_text() -> None:
    verdict = CLASSIFIER.judge_as("istri saya pendarahan hebat", "pertanyaan", "kia_imunisasi")
    assert verdict.danger
    assert any("bahaya" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(("label", "topic"), [("curhat", "obat"), ("pujian", "cuaca"), ("", "")])
def test_a_label_or_topic_that_there_is_not_is_refused(label: str, topic: str) -> None:
    with pytest.raises(ValueError, match="No label and topic"):
        CLASSIFIER.judge_as("halo", label, topic)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("audio", "pesan suara: perlu didengarkan orang"),
        ("image", "gambar: perlu dilihat orang"),
        ("video", "video: perlu dilihat orang"),
        ("file", "berkas: perlu dibuka orang"),
        ("unsupported", "perlu dibuka di aplikasi Instagram"),
        ("ephemeral", "foto atau video sekali lihat"),
        ("story_mention", "akun kita disebut dalam sebuah story"),
        ("hologram", "lampiran yang tidak dikenal"),
    ],
)
@pytest.mark.parametrize("text", ["", "🙏", "@polowijen"])
def test_what_has_no_words_is_for_a_person_to_see(text: str, kind: str, reason: str) -> None:
    verdict = CLASSIFIER.judge(text, (kind,))
    assert (verdict.label, verdict.needs_review, verdict.opens_case) == ("lainnya", True, False)
    assert any(reason in line for line in verdict.reasons)
    assert not verdict.auto_thank


@pytest.mark.parametrize("kind", ["share", "ig_reel", "story_reply", "like_heart", "sticker"])
def test_a_post_passed_on_and_a_heart_say_nothing_by_themselves(kind: str) -> None:
    verdict = CLASSIFIER.judge("❤", (kind,))
    assert (verdict.label, verdict.needs_review) == ("lainnya", False)


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file", "unsupported", "share", "story_mention"])
def test_praise_beside_something_unseen_goes_to_a_person(kind: str) -> None:
    assert CLASSIFIER.judge(PRAISE).auto_thank
    verdict = CLASSIFIER.judge(PRAISE, (kind,))
    assert (verdict.label, verdict.auto_thank, verdict.needs_review) == ("pujian", False, True)


def test_praise_in_answer_to_a_story_is_thanked() -> None:
    assert CLASSIFIER.judge(PRAISE, ("story_reply",)).auto_thank


def test_small_talk_beside_a_picture_is_for_a_person_and_a_complaint_is_a_case_as_ever() -> None:
    assert CLASSIFIER.judge("@budi_ayo kapan pulang bro", ("image",)).needs_review
    complaint = CLASSIFIER.judge("antrinya lama banget, petugasnya jutek", ("image",))
    assert (complaint.opens_case, complaint.needs_review) == (True, False)
    question = CLASSIFIER.judge("min besok puskesmas buka jam berapa ya?", ("image",))
    assert (question.label, question.needs_review) == ("pertanyaan", False)


def test_each_reason_is_told_once() -> None:
    reasons = CLASSIFIER.judge("", ("image", "image", "audio")).reasons
    assert len(reasons) == len(set(reasons)) == 3
