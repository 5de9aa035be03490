"""What shows everybody somebody's person or health is found; complaints about one's own illness are left alone."""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time

import pytest
from exposing_sentences import EXPOSING, NOBODY
from hypothesis import given
from hypothesis import strategies as st

from ig_worker.domain.exposure import OF_A_NAMED_PERSON, OF_THE_WRITER, TELEPHONE, exposes, veiled
from ig_worker.training import read_sentences, shipped_sentences


@pytest.mark.parametrize("text", EXPOSING)
def test_what_exposes_somebody_is_found(text: str) -> None:
    assert exposes(text)
    assert exposes(f"Assalamualaikum min. {text} 🙏")


@pytest.mark.parametrize("text", NOBODY)
def test_what_exposes_nobody_is_left_alone(text: str) -> None:
    assert exposes(text) == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("NIK saya 3573014107900001", "NIK atau nomor KK"),
        ("no rm 12-34-56 dan bpjs 0001234567890", "nomor rekam medis, nomor BPJS"),
        ("bu Ani kena TBC, NIK 3573014107900001", f"NIK atau nomor KK, {OF_A_NAMED_PERSON}"),
        ("pasien hiv itu nomornya 0812 3456 7890", TELEPHONE),
        ("saya HIV positif min, ambil obat di mana", OF_THE_WRITER),
        ("WA saya 081234567890", ""),
        ("media 17841400000000001", ""),
        ("nomor undian 9912345678901234", ""),
    ],
)
def test_it_is_said_what_stands_there(text: str, what: str) -> None:
    assert exposes(text) == what


def test_the_centres_own_telephone_exposes_nobody() -> None:
    text = "pasien TBC bisa telepon (0341) 491320"
    assert exposes(text) == TELEPHONE
    assert exposes(text, own_numbers=["0341-491320"]) == ""
    assert exposes(text, own=True) == ""
    assert exposes("@siti hasil tes HIV Anda positif", own=True) == OF_A_NAMED_PERSON


def test_nothing_of_real_comments_and_little_of_what_is_learned_from_raises_an_alarm(
    shared_folder: Path,
) -> None:
    with (shared_folder / "data" / "real_dev.csv").open(encoding="utf-8", newline="") as lines:
        real = [row["text"] for row in csv.DictReader(lines)]
    assert [text for text in real if exposes(text)] == []
    ours = [sentence.text for sentence in read_sentences(shipped_sentences())]
    assert sum(bool(exposes(text)) for text in ours) < len(ours) * 0.002


@pytest.mark.parametrize(
    ("text", "veil"),
    [
        ("bu Ani tetangga saya kena TBC", "bu A••• tetangga saya kena TBC"),
        ("@siti.aminah hasil HIV positif", "@s••• hasil HIV positif"),
        ("Pasien atas nama Slamet Riyadi 0812-3456-7890", "Pasien atas nama S••• 08••••••••90"),
        ("Siti Aminah positif HIV", "S••• positif HIV"),
        ("obat TBC kosong @puskesmas.polowijen", "obat TBC kosong @puskesmas.polowijen"),
        ("bu 𝓐ni kena TBC", "bu 𝓐••• kena TBC"),
    ],
)
def test_a_veiled_text_names_nobody(text: str, veil: str) -> None:
    assert veiled(text) == veil
    assert veiled(veil) == veil


@given(st.text(st.characters(exclude_categories=())) | st.text("bu AniAN. kenaTBC@0812 ,\n-hasil"))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(exposes(text), str)
    assert isinstance(veiled(text), str)


@pytest.mark.parametrize(
    "unit",
    [
        "bu Ani ",
        "@a ",
        "hasil lab ",
        "kena ",
        "@ani kena ",
        "pak ",
        "<orang> ",
        "a ",
        "Siti ",
        "ny. ",
        "pasien atas nama ",
    ],
)
def test_a_long_text_is_read_quickly(unit: str) -> None:
    text = (unit * 2200)[:2200]
    begin = process_time()
    exposes(text)
    assert process_time() - begin < 1  # what is tried again from each letter takes many
