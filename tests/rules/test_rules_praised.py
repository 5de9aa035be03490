"""A praise is thanked for what it names, and for nothing that it does not."""

from __future__ import annotations

import pytest

from ig_worker.domain.classifier.lexicon import TOPICS
from ig_worker.domain.praised import named


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Petugasnya ramah sekali", "petugas"),
        ("PELAYANANNYA ramaaah bgt", "petugas"),
        ("antriannya cepet, gak nunggu lama", "antrean"),
        ("infonya sangat bermanfaat min", "informasi"),
        ("toiletnya bersih", "fasilitas"),
        ("imunisasi si kecil lancar", "kia_imunisasi"),
        ("obatnya lengkap", "obat"),
        ("dokter giginya sabar", "gigi"),
        ("ternyata gratis ya, makasih", "biaya"),
    ],
)
def test_a_word_about_it_names_the_topic(text: str, topic: str) -> None:
    assert named(text, topic) == topic


@pytest.mark.parametrize("text", ["Mantap banget 👍👏", "Keren!", "👏👏", "", "sukses selalu", "Top 🔥"])
@pytest.mark.parametrize("topic", TOPICS)
def test_praise_in_general_names_none(text: str, topic: str) -> None:
    assert named(text, topic) == ""


def test_what_the_classifier_only_guessed_is_not_named() -> None:
    assert named("Infonya bermanfaat", "petugas") == ""
    assert named("Petugasnya ramah", "lainnya") == ""
