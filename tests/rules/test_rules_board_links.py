"""Notices lead to the board where there is one."""

from __future__ import annotations

import pytest

from ig_worker.domain.board_links import led_to_board

BOARD = "https://papan.puskesmas.example"

CASE = """\
Keluhan baru lewat komentar.
“ig-worker cases show K-2026-0009: antrenya lama”
Batas tanggapan pertama: Kamis 26/11/2026 07.30 WIB
Lihat: ig-worker cases show K-2026-0001
Tanggapi: ig-worker cases ack K-2026-0001 --by NAMA
Rantai bukti: 38443e"""


def test_a_case_is_opened_on_the_board_and_a_quote_stays_a_quote() -> None:
    assert led_to_board(CASE, BOARD).split("\n") == [
        "Keluhan baru lewat komentar.",
        "“ig-worker cases show K-2026-0009: antrenya lama”",
        "Batas tanggapan pertama: Kamis 26/11/2026 07.30 WIB",
        f"Lihat: {BOARD}/kasus/K-2026-0001",
        "Rantai bukti: 38443e",
    ]


def test_without_a_board_the_commands_stay() -> None:
    assert led_to_board(CASE, "") == CASE


def test_led_twice_is_led_once() -> None:
    once = led_to_board(CASE, BOARD)
    assert led_to_board(once, BOARD) == once


@pytest.mark.parametrize(
    ("line", "led"),
    [
        (
            'Selesai: ig-worker cases resolve K-2026-0002 --answer "…" --by NAMA',
            "Selesai: /kasus/K-2026-0002",
        ),
        (
            "Tanggapi: ig-worker cases ack K-2026-0002 --by NAMA (atau jawab langsung di Instagram)",
            "Tanggapi: /kasus/K-2026-0002 (atau jawab langsung di Instagram)",
        ),
        ("satu kasus: ig-worker cases show NOMOR", "satu kasus: /kasus"),
        ("Semuanya: ig-worker cases list --overdue", "Semuanya: /kasus"),
        (
            'Menjawab: langsung di Instagram, atau ig-worker inbox reply 7 "…" --by NAMA',
            "Menjawab: langsung di Instagram, atau /kotak-masuk/7",
        ),
        (
            "Tidak perlu dijawab: ig-worker inbox relabel 7 lainnya --by NAMA",
            "Tidak perlu dijawab: /kotak-masuk/7",
        ),
        ("Tidak perlu dijawab: ig-worker inbox settle 7 --by NAMA", "Tidak perlu dijawab: /kotak-masuk/7"),
        ("ig-worker inbox hide 7 --by NAMA", "/kotak-masuk/7"),
        (
            "disembunyikan: ig-worker inbox list --exposing --account polowijen",
            "disembunyikan: /kotak-masuk?tampil=semua&data=1&akun=polowijen",
        ),
        (
            "Daftar lengkap: ig-worker inbox list; satu pesan: ig-worker inbox show NOMOR.",
            "Daftar lengkap: /kotak-masuk?tampil=semua; satu pesan: /kotak-masuk?tampil=semua.",
        ),
        ("… dan 3 pesan lainnya: ig-worker inbox list --waiting", "… dan 3 pesan lainnya: /kotak-masuk"),
        (
            "Tindakan: ig-worker posts show 3, lalu approve, reschedule, cancel atau confirm.",
            "Tindakan: /posting/3.",
        ),
        (
            "Tindakan: mohon diperiksa dengan ig-worker posts check 3.",
            "Tindakan: mohon diperiksa dengan /posting/3.",
        ),
        ("jalankan: ig-worker posts approve 3 --by NAMA --as verifikator", "jalankan: /posting/3"),
        ("Melihat rencana unggahan: ig-worker posts plan", "Melihat rencana unggahan: /kalender"),
        ("kirim ulang: ig-worker cases tell --all", "kirim ulang: ig-worker cases tell --all"),
    ],
)
def test_each_command_with_a_page_leads_there(line: str, led: str) -> None:
    assert led_to_board(line, BOARD).replace(BOARD, "") == led
