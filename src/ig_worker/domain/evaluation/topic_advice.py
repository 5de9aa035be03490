"""What a health centre can do where many people complain, ask or praise about a topic."""

from __future__ import annotations

from collections.abc import Mapping

from ig_worker.domain.register_words import word

COMPLAINED: Mapping[str, str] = {
    "antrean": "Bahas di lokakarya mini bersama unit pendaftaran, lalu umumkan cara mengambil nomor antrean dan jam "
    "yang biasanya lengang.",
    "pendaftaran": "Ikuti alur pendaftaran dari sudut pasien bersama petugas loket, lalu unggah alur singkatnya.",
    "petugas": "Bahas bersama tim mutu tanpa mencari siapa yang salah, dan segarkan senyum, salam, dan sapa di "
    "apel pagi.",
    "obat": "Tinjau persediaan dan lama tunggu bersama farmasi, lalu umumkan obat apa yang sedang kosong dan gantinya.",
    "bpjs": "Samakan penjelasan petugas loket tentang kepesertaan dan rujukan, lalu unggah penjelasan singkatnya.",
    "fasilitas": "Periksa tempat yang dikeluhkan bersama tata usaha dan unggah foto setelah diperbaiki.",
    "jam_layanan": "Cocokkan jam layanan di pintu, profil, dan unggahan; umumkan setiap perubahan sehari sebelumnya.",
    "kia_imunisasi": "Bahas jadwal dan kuota bersama unit KIA, lalu unggah jadwal imunisasi bulan depan.",
    "gigi": "Bahas kuota harian bersama poli gigi, lalu umumkan cara mendaftar dan hari layanannya.",
    "laboratorium": "Bahas lama tunggu hasil bersama laboratorium, lalu umumkan kapan hasil dapat diambil.",
    "biaya": "Pasang dan unggah daftar tarif resmi, beserta layanan yang gratis.",
    "informasi": "Tinjau unggahan yang dikeluhkan, perbaiki keterangannya, dan sematkan yang benar.",
}
COMPLAINED_OF_ANYTHING = (
    "Baca keluhannya bersama di lokakarya mini, lalu tetapkan satu perbaikan dan penanggung jawabnya."
)

ASKED: Mapping[str, str] = {
    "antrean": "Unggah cara mengambil nomor antrean dan taruh di sorotan profil.",
    "pendaftaran": "Unggah syarat dan alur pendaftaran, dan taruh di sorotan profil.",
    "petugas": "Unggah jadwal dokter dan bidan setiap awal pekan.",
    "obat": "Unggah cara mengambil obat dan resep ulang, lengkap dengan jam farmasi.",
    "bpjs": "Unggah tanya jawab BPJS yang paling sering ditanyakan dan taruh di sorotan profil.",
    "fasilitas": "Unggah keliling singkat gedung: di mana poli, toilet, dan tempat parkir.",
    "jam_layanan": "Sematkan satu unggahan berisi jam layanan dan tulis jamnya di bio profil.",
    "kia_imunisasi": "Unggah jadwal imunisasi dan pemeriksaan kehamilan di awal bulan, dan sematkan.",
    "gigi": "Unggah hari layanan poli gigi dan cara mendaftarnya.",
    "laboratorium": "Unggah daftar pemeriksaan laboratorium, persiapannya, dan lama hasilnya.",
    "biaya": "Unggah daftar tarif resmi dan layanan yang gratis, dan taruh di sorotan profil.",
    "informasi": "Kumpulkan pertanyaannya menjadi satu unggahan tanya jawab.",
}
ASKED_OF_ANYTHING = "Kumpulkan pertanyaan yang berulang menjadi satu unggahan tanya jawab dan sematkan."


def when_complained(topic: str) -> str:
    """What to do where complaints are about this topic (by its key)."""
    return COMPLAINED.get(topic, COMPLAINED_OF_ANYTHING)


def when_asked(topic: str) -> str:
    """What to post where questions are about it."""
    return ASKED.get(topic, ASKED_OF_ANYTHING)


def known_topic(term: str) -> str:
    """The key of a topic that is given by its key or as people read it; "" for anything else."""
    names = {name.casefold(): key for key in COMPLAINED for name in (key, word(key))}
    return names.get(term.casefold(), "")
