"""What Meta's errors mean while publishing, in words for the content team."""

from __future__ import annotations

import re

from ig_worker.domain.errors import ApiError

WORDS = {
    2207003: "Instagram terlalu lama mengambil gambar atau videonya dari alamat kita",
    2207004: "gambarnya lebih besar dari 8 MB",
    2207005: "format gambarnya tidak didukung (hanya JPEG)",
    2207009: "perbandingan sisi gambarnya di luar 4:5 sampai 1,91:1",
    2207010: "captionnya terlalu panjang (paling banyak 2.200 karakter)",
    2207018: "ada nama akun yang ditandai atau kolaborator yang tidak benar",
    2207020: "kontainernya sudah kedaluwarsa",
    2207023: "jenis postingannya tidak dikenal Instagram",
    2207026: "format videonya tidak didukung",
    2207028: "carousel harus berisi 2 sampai 10 gambar atau video",
    2207040: "menyebut lebih dari 20 akun",
    2207050: "akun Instagram sedang dibatasi; pemilik akun perlu membuka aplikasi Instagram",
    2207052: "gambar atau videonya tidak dapat diambil Instagram dari alamat kita",
    2207053: "unggahan videonya gagal di Instagram",
    2207057: "thumb_offset di luar panjang videonya",
    2207076: "unggahan gambar atau videonya gagal di Instagram",
    2207077: "videonya tidak dapat diambil Instagram",
    2207081: "akun ini tidak dapat memakai trial reels",
    2207082: "unggahan gambar atau videonya gagal di Instagram",
    2207089: "video bagian carousel tidak dapat terbit sendiri",
}
"""By subcode; the facts are those of ``instagram_api.md``, section G."""


def in_words(said: ApiError | None) -> str:
    """What an error means, empty where there are no words for it."""
    return WORDS.get(said.subcode or 0, "") if said is not None else ""


def status_in_words(detail: str) -> str:
    """What the text of a container's status means (it holds a subcode), with that text; the text alone, if need be."""
    for subcode in re.findall(r"\b22\d{5}\b", detail):
        if words := WORDS.get(int(subcode)):
            return f"{words} ({detail})"
    return detail
