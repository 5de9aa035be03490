"""The words of the register book: kinds, channels and states as the centres and LAPOR call them."""

from __future__ import annotations

from collections.abc import Mapping

OF_ALL_CASES = "register-semua"
"""The name of a book that is about no month begins so."""

KINDS: Mapping[str, str] = {
    "keluhan": "Keluhan",
    "saran": "Saran",
    "pertanyaan": "Pertanyaan",
    "pujian": "Pujian",
    "lainnya": "Lainnya",
}

LAPOR: Mapping[str, str] = {
    "keluhan": "Pengaduan",
    "saran": "Aspirasi",
    "pertanyaan": "Permintaan informasi",
    "lainnya": "Permintaan informasi",
}
"""What SP4N LAPOR! calls each kind (`peers.md`, section 6): it knows three."""

CHANNELS: Mapping[str, str] = {"comment": "Komentar", "dm": "Pesan langsung"}

STATUSES: Mapping[str, str] = {
    "new": "Baru",
    "told": "Disampaikan",
    "acknowledged": "Diterima tim",
    "in_progress": "Ditangani",
    "resolved": "Selesai",
    "rejected": "Ditolak",
    "merged": "Digabung",
}

DEADLINES: Mapping[str, str] = {
    "acknowledge": "Tanggapan pertama",
    "follow_up": "Tindak lanjut",
    "resolve": "Penyelesaian",
}

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip

_WORDS = {"bpjs": "BPJS", "kia_imunisasi": "KIA dan imunisasi", "kia": "KIA"}


def word(name: str) -> str:
    """A topic's, unit's or severity's name as people read it: ``jam_layanan`` is "Jam layanan"."""
    spoken = name.replace("_", " ").strip()
    return _WORDS.get(name) or spoken[:1].upper() + spoken[1:]
