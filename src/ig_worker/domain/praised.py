"""What a praise names, so that it is thanked for that and for nothing else."""

from __future__ import annotations

from ig_worker.domain.classifier.normalise import normalise

_STEMS = {
    "antrean": "antri antre tunggu nunggu cepat cepet lancar gercep",
    "biaya": "biaya gratis murah bayar terjangkau",
    "bpjs": "bpjs jkn kis rujuk peserta",
    "fasilitas": "fasilitas tempat bersih nyaman ruang gedung toilet parkir wangi rapi taman adem resik",
    "gigi": "gigi",
    "informasi": "info edukasi konten posting unggah poster tips ilmu manfaat bermanfaat berguna jelas penjelasan "
    "penyuluhan video materi wawasan pengetahuan sosialisasi",
    "jam_layanan": "jam buka sabtu sore pagi jadwal",
    "kia_imunisasi": "imunisasi vaksin posyandu bayi balita anak hamil bumil kia kandungan kb suntik",
    "laboratorium": "lab cek periksa hasil tes darah",
    "obat": "obat farmasi apotek apoteker resep",
    "pendaftaran": "daftar pendaftar loket online nomor",
    "petugas": "petugas perawat suster bidan dokter nakes satpam pegawai staf tenaga ramah sopan sabar telaten senyum "
    "layan melayani dilayani pelayanan grapyak sumeh",
}
"""How words begin in which people name a topic (INTERFACE.md); by the names of the topics."""


def named(text: str, topic: str) -> str:
    """The topic, if the praise says a word about it; else "": "mantap" praises everything, whatever it sounds like."""
    stems = tuple(_STEMS.get(topic, "").split())
    said = any(stems and token.plain.startswith(stems) for token in normalise(text) if token.is_word)
    return topic if said else ""
