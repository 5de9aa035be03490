"""What the generated year is made of: where and when it is, and how its rows are put onto the shelves at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert

from ig_worker.domain.month import Month
from ig_worker.store.database import Connection

ZONE = ZoneInfo("Asia/Jakarta")
PACIFIC = ZoneInfo("America/Los_Angeles")
MONTHS = tuple(Month(2025 + place // 12, place % 12 + 1) for place in range(10, 22))
"""November 2025 to October 2026."""
FIRST, LAST = MONTHS[0].first, MONTHS[-1].days[-1]
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""The first working morning after the year, nine o'clock there."""

WORDS = {
    "antrean": ("antre lama sekali", "nomor antrean habis", "antreannya cepat"),
    "pendaftaran": ("daftar online gagal", "cara daftar lewat aplikasi", "loket pendaftaran"),
    "petugas": ("petugasnya ramah", "petugas jutek", "bidannya sabar"),
    "obat": ("obat batuk kosong", "obatnya habis lagi", "ambil obat di apotek"),
    "bpjs": ("BPJS tidak aktif", "pindah faskes BPJS", "kartu BPJS"),
    "fasilitas": ("toiletnya kotor", "parkiran sempit", "ruang tunggu panas"),
    "jam_layanan": ("buka jam berapa", "Sabtu buka tidak", "tutup jam berapa"),
    "kia_imunisasi": ("jadwal imunisasi", "imunisasi HPV", "posyandu balita"),
    "gigi": ("cabut gigi", "poli gigi tutup", "tambal gigi"),
    "laboratorium": ("hasil lab lama", "cek gula darah", "periksa kolesterol"),
    "biaya": ("biayanya berapa", "bayar berapa", "gratis tidak"),
    "informasi": ("info vaksin", "surat sehat", "syarat rujukan"),
    "lainnya": ("semangat ya", "halo min", "terima kasih"),
}
LABELS = ("pujian",) * 8 + ("pertanyaan",) * 7 + ("lainnya",) * 4
UNITS = {
    "antrean": "pendaftaran",
    "obat": "farmasi",
    "gigi": "gigi",
    "kia_imunisasi": "kia",
    "petugas": "mutu",
}
AT_ONCE = 2_000

Row = dict[str, Any]


def local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE).astimezone(UTC)


def put(connection: Connection, table: Table, rows: Iterator[Row] | Sequence[Row]) -> None:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == AT_ONCE:
            connection.execute(insert(table), some)
            some = []
    if some:
        connection.execute(insert(table), some)
