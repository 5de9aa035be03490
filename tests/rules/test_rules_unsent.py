"""The words of a message are known again wherever they are quoted: whole, masked, cut short, folded."""

from __future__ import annotations

from time import process_time

import pytest

from ig_worker.domain.exposure import veiled
from ig_worker.domain.rising_words import example
from ig_worker.domain.unsent import TAKEN_BACK, Words

LONG = "Saya ibu Ani, NIK 3573041234567890, menunggu dari jam 6\npagi sampai siang.\nTolong!"


@pytest.mark.parametrize(
    "line",
    [
        LONG.replace("\n", " "),
        "“Saya ibu Ani, NIK 35••••••••••••90, menunggu dari jam 6 pagi…”",
        "- Saya ibu Ani, NIK 3573…",
        "edited by its author; it said: menunggu   dari jam 6 pagi sampai siang.",
        "pagi sampai siang.",
        "“Tolong!”",
    ],
)
def test_a_line_that_quotes_them_is_known(line: str) -> None:
    assert Words([LONG]).are_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "Tanggapi: ig-worker cases ack K-2026-0001 --by NAMA",
        "Saya juga menunggu",
        "Topik: antrean · Unit: - · Tingkat: biasa",
        "",
        "jam 6",
    ],
)
def test_other_lines_are_left_alone(line: str) -> None:
    assert not Words([LONG]).are_in(line)


def test_of_very_short_words_only_a_quotation_is_one() -> None:
    assert Words(["ok"]).are_in("Budi: “ok”")
    assert not Words(["ok"]).are_in("tokoh")
    assert Words(["😭"]).are_in("“😭”")
    assert not Words([""]).are_in("“”")


def test_only_the_lines_that_quote_them_are_replaced() -> None:
    body = "Keluhan baru.\n“Antrean lama sekali dari jam 6…”\nBatas: 24/11/2026"
    assert Words(["Antrean lama sekali dari jam 6 pagi"]).taken_out(body) == (
        f"Keluhan baru.\n{TAKEN_BACK}\nBatas: 24/11/2026"
    )


def test_of_a_line_that_says_more_only_the_quotation_is_replaced() -> None:
    line = "K-2026-0001 Keluhan antrean: “Antrean lama sekali dari jam 6…” · Batas Kamis · “Obatnya habis”"
    assert Words(["Antrean lama sekali dari jam 6 pagi"]).taken_out(line) == (
        f"K-2026-0001 Keluhan antrean: {TAKEN_BACK} · Batas Kamis · “Obatnya habis”"
    )
    nested = "“Kata petugas “tunggu saja di luar sana” begitu terus dari pagi”"
    assert (
        Words(["Kata petugas “tunggu saja di luar sana” begitu terus dari pagi"]).taken_out(nested)
        == TAKEN_BACK
    )


def test_every_version_of_the_words_is_taken_out() -> None:
    words = Words(["Petugas loketnya kasar sekali", "Terima kasih, sudah beres"])
    assert words.taken_out("Petugas loketnya kasar sekali\nTerima kasih, sudah beres") == (
        f"{TAKEN_BACK}\n{TAKEN_BACK}"
    )


QUOTING = "“Parah” antre\nlama"


def test_marks_of_quotation_inside_are_the_letters_own() -> None:
    letter = 'Keluhan baru.\n“"Parah" antre lama”\nBatas: Kamis'
    expected = f"Keluhan baru.\n{TAKEN_BACK}\nBatas: Kamis"
    assert Words([QUOTING]).taken_out(letter) == expected
    assert Words([QUOTING]).quotations_taken_out(letter) == expected
    assert Words([QUOTING]).quotations_taken_out("“Parah” antre lama") == "“Parah” antre lama"
    assert Words([QUOTING]).quotations_taken_out("1. “Parah” biasa, “Parah”") == "1. “Parah” biasa, “Parah”"


@pytest.mark.parametrize(
    ("line", "left"),
    [
        (f"- “{' '.join(LONG.split())}” · Batas Kamis", f"- {TAKEN_BACK} · Batas Kamis"),
        ("“Saya ibu Ani, NIK 35••••••••••••90, menunggu dari jam 6 pagi…” x", f"{TAKEN_BACK} x"),
        ("“Saya ibu Ani, NIK 35••••••••••••90…", TAKEN_BACK),
        ("“Saya ibu Ani…”", "“Saya ibu Ani…”"),
        (
            "“Saya ibu Ani, NIK 35••••••••••••90, dan obatnya habis”",
            "“Saya ibu Ani, NIK 35••••••••••••90, dan obatnya habis”",
        ),
        ("“Tolong!”", "“Tolong!”"),
    ],
)
def test_elsewhere_only_quotations_of_the_whole_or_of_its_beginning_are_taken_out(
    line: str, left: str
) -> None:
    assert Words([LONG]).quotations_taken_out(line) == left


NAMING = [
    "Vaksin polio habis lagi, kata Bu Rina Wati di loket.\nSudah 3x, min @siti.aminah_87.",
    "Pak Budi dan Bu Sri di loket obat marah-marah terus",
    "Bu Rina galak",
    "a.n. Siti Aminah NIK 3573041234567890 belum dipanggil, hub. Bu Rina 0812-3456-7890 atau ani@mail.go.id",
]


@pytest.mark.parametrize("said", NAMING)
def test_words_are_known_again_where_the_names_in_them_are_veiled(said: str) -> None:
    for shown in (example(said), example(said, {"loket", "polio"}), f"“{veiled(' '.join(said.split()))}”"):
        assert "•••" in shown
        assert Words([said]).quotations_taken_out(f"- {shown} · 3 pesan") == f"- {TAKEN_BACK} · 3 pesan"


@pytest.mark.parametrize(
    "line",
    [
        "“R•••”",
        "“R••• S•••”",
        "“Bu R••• ramah sekali”",
        "“Bu S••• galak sekali”",
        "“Bu R•••…”",
        "“Bu R•••• galak sekali”",
        "“Bu R•••",
    ],
)
def test_a_veiled_name_in_other_words_is_none_of_theirs(line: str) -> None:
    assert Words(["Rina Susanti", "Bu Rina galak sekali"]).quotations_taken_out(line) == line


def test_many_veiled_names_in_a_row_are_compared_quickly() -> None:
    words = Words(["R " * 1000 + "ya", "Rina Rini Rani " * 140])
    begin = process_time()
    words.quotations_taken_out("“" + "R••• " * 100 + "lah”")
    assert process_time() - begin < 2  # each name tried with each length of the one before takes for ever


def test_short_words_in_a_heading_are_none_of_theirs() -> None:
    assert Words(["antrean"]).taken_out("K-2026-0001 Keluhan: antrean") == "K-2026-0001 Keluhan: antrean"
    assert Words(["antrean"]).taken_out("“antrean”") == TAKEN_BACK
