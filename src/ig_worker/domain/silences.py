"""Says in Indonesian why the worker has said nothing to somebody; the journal has it in English."""

from __future__ import annotations

import re

_WHY = {
    "too old to be answered by the worker": "sudah terlalu lama untuk dibalas otomatis",
    "too long ago for the worker to write": "sudah terlalu lama untuk dibalas otomatis",
    "its author has taken it back": "sudah dihapus oleh penulisnya",
    "it is hidden from the public": "komentarnya disembunyikan",
    "the comment is hidden": "komentarnya disembunyikan",
    "the 24 hours in which a program may answer a message are over": (
        "sudah lewat 24 jam; sesudah itu hanya orang yang boleh membalas pesan"
    ),
    "somebody of the centre has answered already": "sudah dijawab dari puskesmas",
    "somebody of the centre talks here": "petugas puskesmas sedang berbicara di sana",
    "the same person has a complaint here: a person answers": (
        "orang yang sama punya keluhan di sana, jadi dijawab petugas"
    ),
    "it was changed and is no longer praise that may be thanked": (
        "sudah diubah, dan bukan lagi pujian yang boleh diberi ucapan otomatis"
    ),
    "it belongs to a case: a person answers": "termasuk dalam kasus, jadi dijawab petugas",
    "the same person has written more here that waits for a person": (
        "orang yang sama menulis lagi di sana, dan itu masih menunggu petugas"
    ),
    "this person was thanked here today": "orang ini sudah diberi ucapan terima kasih di sana hari ini",
    "its case is closed": "kasusnya sudah ditutup",
    "somebody may be in danger: a person answers": "mungkin ada bahaya, jadi dijawab petugas",
    "it was changed and is no longer a frequent question": (
        "sudah diubah, dan bukan lagi pertanyaan yang sering diajukan"
    ),
    "this person was answered by the worker here today: a person answers": (
        "orang ini sudah dijawab otomatis di sana hari ini, jadi dijawab petugas"
    ),
    "it was changed and tells of no danger any more": "sudah diubah, dan tidak lagi menyebut bahaya",
    "this person was told today": "orang ini sudah diberi tahu hari ini",
    "it can no longer be had on Instagram": "sudah tidak ada di Instagram",
    "it is not to be found: it is read again first": "tidak ditemukan di Instagram; dibaca lagi dahulu",
    "it was edited: it is read again first": "baru saja diubah; dibaca lagi dahulu",
    "it was hidden or taken back: it is read again first": "disembunyikan atau dihapus; dibaca lagi dahulu",
    "the same person has written more: it is read first": "orang yang sama menulis lagi; dibaca dahulu",
    "something was answered here: it is read first": "ada jawaban baru di sana; dibaca dahulu",
    "unsure whether it was sent: left as it is": "Instagram tidak memberi kepastian",
    "our own words there could not be read": "balasan kita di sana belum dapat dibaca",
    "not there: sent once more": "belum ada di sana; dikirim sekali lagi",
    "the token is dead": "token akses tidak berlaku lagi",
}

_PATTERNS = (
    (re.compile(r"(?P<by>.+) answers"), "dijawab oleh {by}"),
    (re.compile(r"(?P<by>.+) says that it is (?P<label>\w+)"), "{by} menetapkan ini sebagai {label}"),
    (re.compile(r"dry run; would have said: (?P<text>.+)", re.DOTALL), "hanya uji coba; seharusnya: {text}"),
    (
        re.compile(r"it could not be looked at once more: .+", re.DOTALL),
        "percakapannya belum dapat dilihat lagi; dicoba lagi",
    ),
)


def in_indonesian(why: str) -> str:
    """The reason in Indonesian; Instagram's own words, and what is in Indonesian already, as they are."""
    if why in _WHY:
        return _WHY[why]
    for pattern, said in _PATTERNS:
        if found := pattern.fullmatch(why):
            return said.format(**found.groupdict())
    return why
