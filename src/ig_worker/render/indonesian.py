"""Times, figures and the worker's own words as Indonesians write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ig_worker.domain.month_plan import runs

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_ZONES = {
    "Asia/Jakarta": "WIB",
    "Asia/Pontianak": "WIB",
    "Asia/Makassar": "WITA",
    "Asia/Jayapura": "WIT",
}
_WORDS = {
    "bpjs": "BPJS",
    "kia": "KIA",
    "kia_imunisasi": "KIA dan imunisasi",
    "igd": "IGD",
    "ugd": "UGD",
    # kinds of posts
    "image": "Gambar",
    "reel": "Reel",
    # what comes with a message
    "audio": "Pesan suara",
    "ephemeral": "Foto sekali lihat",
    "file": "Berkas",
    "animated_image": "GIF",
    "like_heart": "Hati",
    "reaction": "Reaksi",
    "share": "Kiriman yang dibagikan",
    "post": "Kiriman yang dibagikan",
    "ig_post": "Kiriman yang dibagikan",
    "ig_reel": "Reel yang dibagikan",
    "story": "Cerita",
    "ig_story": "Cerita",
    "story_mention": "Sebutan di cerita",
    "story_reply": "Balasan atas cerita",
    "template": "Templat",
    "unsupported": "Hanya terlihat di aplikasi Instagram",
    # what became of a post
    "draft": "Draf",
    "approved": "Disetujui",
    "preparing": "Disiapkan",
    "ready": "Siap terbit",
    "publishing": "Sedang terbit",
    "published": "Terbit",
    "unconfirmed": "Belum pasti",
    "held": "Ditahan",
    "failed": "Gagal",
    "cancelled": "Batal",
    # what became of a case
    "new": "Baru",
    "told": "Disampaikan",
    "acknowledged": "Diterima tim",
    "in_progress": "Ditangani",
    "resolved": "Selesai",
    "rejected": "Ditolak",
    "merged": "Digabung",
}


_OF_THE_WORKER = re.compile("[a-z][a-z0-9_]*", re.ASCII)
"""A name in the configuration, not one that somebody chose for people to read."""


def word(name: str) -> str:
    """The Indonesian for a name of the worker's (a status, topic, label, kind): ``jam_layanan`` is "Jam layanan"."""
    return _WORDS.get(name) or name.replace("_", " ").strip().capitalize()


def name(written: str) -> str:
    """A unit's or topic's name as people read it: ``tata_usaha`` is "Tata usaha"; what a person wrote stays."""
    return word(written) if _OF_THE_WORKER.fullmatch(written) else written


def moment(iso: str, zone: str) -> str:
    """ "Minggu, 22 November 2026 pukul 09.15 WIB" of an ISO 8601 time with offset. ValueError where it has none."""
    local = _local(iso, zone)
    date = f"{_DAYS[local.weekday()]}, {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{date} pukul {local:%H.%M} {_zone_name(local, zone)}"


def short_moment(iso: str, zone: str) -> str:
    """ "22 Nov, 09.15" for places with little room; the year and the zone are said elsewhere on the page."""
    local = _local(iso, zone)
    return f"{local.day} {_MONTHS[local.month - 1][:3]}, {local:%H.%M}"


def after(earlier: str, later: str) -> str:
    """ "3 jam", "2 hari": how long after one ISO 8601 time the other is, in the largest unit that is full."""
    minutes = int((_aware(later) - _aware(earlier)).total_seconds() // 60)
    if minutes < 1:
        return "kurang dari semenit"
    if minutes < 60:
        return f"{minutes} menit"
    return f"{minutes // 60} jam" if minutes < 24 * 60 else f"{minutes // (24 * 60)} hari"


def short_day(day: date) -> str:
    """ "Rab 25 Nov" for a list."""
    return f"{_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def weekday(day: date) -> str:
    """ "Rabu"."""
    return _DAYS[day.weekday()]


def day_and_month(day: date) -> str:
    """ "25 November"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def span(first: date, last: date) -> str:
    """ "2–8 Nov", "26 Okt – 1 Nov": days of one year, the first and the last."""
    if (first.year, first.month) == (last.year, last.month):
        days = f"{first.day}–{last.day}" if first != last else f"{first.day}"
        return f"{days} {_MONTHS[last.month - 1][:3]}"
    return f"{first.day} {_MONTHS[first.month - 1][:3]} – {last.day} {_MONTHS[last.month - 1][:3]}"


def ranges(days: Iterable[date]) -> str:
    """ "1–3, 7, 12": the days of one month, those that follow each other together."""
    return ", ".join(
        f"{run[0].day}" if len(run) == 1 else f"{run[0].day}–{run[-1].day}" for run in runs(days)
    )


def month(day: date) -> str:
    """ "November 2026"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def number(value: float) -> str:
    """1234567 is "1.234.567", 3.25 is "3,25"; at most two decimals."""
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.translate({ord(","): ".", ord("."): ","})


def _local(iso: str, zone: str) -> datetime:
    return _aware(iso).astimezone(ZoneInfo(zone))


def _aware(iso: str) -> datetime:
    said = datetime.fromisoformat(iso)
    if said.tzinfo is None:
        raise ValueError(f"a time without an offset: {iso[:40]!r}")
    return said


def _zone_name(local: datetime, zone: str) -> str:
    return _ZONES.get(zone) or f"UTC{local:%z}"
