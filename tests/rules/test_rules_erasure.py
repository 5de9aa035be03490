"""Names of who asks to be erased, in the words of others: as they arrive and as they are stored alike."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ig_worker.domain.erasure import Erased, Person, Traces, digest
from ig_worker.domain.forgotten import ERASED

AT = datetime(2026, 11, 23, tzinfo=UTC)
SARI = Traces(Person(frozenset({"sari"}), frozenset()), [])
GONE = Erased("s", {digest("s", "name:sari"): AT})


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Makasih.@sari ya", f"Makasih.{ERASED} ya"),
        ("cc.@sari", f"cc.{ERASED}"),
        ("halo@sari", f"halo{ERASED}"),
        ("@Sari. Sudah?", f"{ERASED}. Sudah?"),
        ("tulis ke a@sari.example", "tulis ke a@sari.example"),
        ("kata @sari_87 dan @sari.wati", "kata @sari_87 dan @sari.wati"),
        ("wisari dan sari itu siapa", "wisari dan sari itu siapa"),
    ],
)
def test_a_mention_goes_also_without_a_space_before_it(written: str, left: str) -> None:
    assert SARI.mentions_taken_out(written) == left
    assert GONE.unnamed(written, AT) == left, "on arrival it is judged the same"


def test_in_the_centres_words_a_mention_goes_and_a_part_of_a_word_stays() -> None:
    note = "note: ditulis ke a@sari.example, bukan cc.@sari"
    assert SARI.taken_out(note, about_them=False) == f"note: ditulis ke a@sari.example, bukan cc.{ERASED}"
    about = Traces(Person(frozenset({"ani_87"}), frozenset()), [])
    assert about.taken_out("dari wani_87, bukan x.ani_87", about_them=True) == "dari wani_87, bukan x.ani_87"
    assert about.taken_out("dari ani_87", about_them=False) == f"dari {ERASED}"
