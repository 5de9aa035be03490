"""Finds who is spoken of by name in a text of the public: by an @name, by a title and a name, or as a patient.

A name that stands alone looks like any other word and is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ig_worker.domain.plain_digits import Plain


class Mention(NamedTuple):
    """Somebody who is named; where the name, without the title, stands in the plain text."""

    start: int
    name: int
    end: int
    sure: bool = True
    """Told by a title or an @; not so where there are only two words that begin as names do."""


_TITLE = (
    r"(?:ibu|bu|bapak|bpk|pak|pk|mbak|mbk|mba|mas|dik|adik|dek|si|tante|bude|budhe|pakde|pakdhe|bulik|cak|ning|nona"
    r"|saudara|saudari|sdri?\.?|ny\.?|tn\.?|an\.|by\.?|pasien\s+(?:atas\s+nama|bernama|an\.?)|nama\s+pasien\s*:?"
    r"|atas\s+nama|a\.?n\.|a/n|bernama|namanya)"
)
_OFFICE = r"(?:(?:rt|rw|lurah|guru|haji|hj|h|ustadz?|ustadzah|kyai|camat|kades|kos)\.?\s+)?"
_TITLED = re.compile(rf"(?<![\w@#.]){_TITLE}\s{{1,3}}{_OFFICE}(?P<name>[^\W\d_][^\W\d_'’]+)", re.IGNORECASE)
_MORE = re.compile(r"\s[A-Z][^\W\d_]+")
_TAGGED = re.compile(r"(?<![\w.])@(?P<name>[\w.]{2,40})")

_BARE = re.compile(r"(?<![\w@#.'’-])[A-Z][a-z’']{2,}(?: [A-Z][a-z’']{2,}){1,2}(?![\w-])")
_PLACES = re.compile(
    r"\b(?:kec|kel|desa|dusun|jalan|kampung|perum|pasar|masjid|sekolah|sd|smp|sma|universitas|institut|hari|bulan|program|seksi"
    r"|tim|unit|instalasi|gedung|lantai|klinik|rumah|kota|kab|jawa|indonesia|malang|allah|tuhan|selamat|semoga|alhamdulillah)",
    re.IGNORECASE,
)

_OFFICES = re.compile(
    r"pusk|dinkes|dinas|kes(?:mas)?\b|kemen|pem(?:kot|kab|prov|da)|^kota|kab\b|bpjs|rsu|rsud|^rs|klinik|official|info"
    r"|humas|posyandu|pmi|admin|news|radio|gubernur|walikota|bupati|presiden|jokowi|prabowo",
    re.IGNORECASE,
)
"""Accounts of offices: what is said to them is said of nobody."""

_ORDINARY = """
nik kk ktp hp wa telp rm no nomor umum pribadi jkn kis diri sendiri apa
saya aku gue gw kamu anda kami kita dia beliau mereka ku mu nya ini itu sini situ yang yg di ke dari dr untuk
dan atau dengan sama kok kenapa mengapa apa apakah kapan gimana bagaimana berapa mana siapa ada tidak tdk ga gak
nggak ndak bukan jangan belum blm sudah sdh udah telah akan mau bisa boleh harus wajib tolong mohon minta maaf
permisi terima makasih trims salam selamat halo hai min admin kalau kalo jika supaya biar lagi juga pun saja aja
hanya cuma sangat sekali banget sih dong ya yaa iya oh wah nih tuh kan lho lo deh dokter dokternya bidan
bidannya perawat suster ners mantri petugas pegawai satpam kasir apoteker kader sopir penjaga resepsionis kapus
kepala ketua presiden gubernur walikota bupati menteri camat jokowi prabowo risma ibu bu bapak pak mbak mas anak
adik kakak kak suami istri nenek kakek mbah simbah orang tua mertua tetangga teman kawan saudara keluarga warga
bayi balita lansia remaja pasien penderita rakyat masyarakat muda kandung tiri hamil menyusui nifas sakit sehat
kena punya positif negatif obat hasil tes lab cek periksa daftar antri antre datang pulang kontrol berobat
jadwal imunisasi vaksin kb posyandu puskesmas loket poli ruang kamar rumah jalan hari jam senin selasa rabu
kamis jumat sabtu minggu pagi siang sore malam kemarin besok tadi sekarang rt rw lurah guru haji negara polisi
tentara kos depan belakang sebelah baru lama dalam luar bagian tukang penjual ramah judes galak cantik ganteng
baik jutek sabar hebat keren mantap pengen ingin butuh perlu kasih beri lihat tahu tau pernah sering sakitnya
anaknya ibunya bapaknya suaminya istrinya bebas paling para semua setiap tiap salah satu dua tiga empat lima
ikut lapor melapor laporan mengajak ngajak bilang
polowijen malang dinkes bpjs rs rsud
"""
_NO_NAMES = frozenset(_ORDINARY.split())
"""What follows a title where nobody is named: "bu saya", "mas satpam", "pak mohon"."""


_WHOSE = r"(?:\s+(?:lengkap|pasien|anak|ibu|bapak|suami|istri|saya|aku|kk)){0,3}"
_SAID_TO_BE_A_NAME = re.compile(
    r"(?<![\w@#.\-])(?:"
    rf"(?i:atas\s+nama\s|a\.n\.?\s|a/n\s|bernama\s|nama(?:nya)?{_WHOSE}\s*[:=])\s{{0,2}}"
    r"(?P<any>[^\W\d_][^\W\d_'’]+)"
    r"|(?:(?:Ny|Tn|An|By|Sdri?|NY|TN|AN|BY)\.\s?|[Pp]asien\s|(?i:nama\s+(?:pasien|anak|ibu|bapak|saya)(?:\s+saya)?)\s)"
    r"(?P<proper>[A-Z][^\W\d_'’]+))"
)
_NEXT_WORD = re.compile(r"\s([^\W\d_]['’]?[^\W\d_]+)(?![\w@])")


def said_names(seen: Plain) -> Iterator[tuple[int, int]]:
    """Where a name stands that the text itself calls one: after "atas nama", "nama pasien:", "Ny.", "bernama"."""
    for found in _SAID_TO_BE_A_NAME.finditer(seen.text):
        kind = found.lastgroup or "any"
        first, end = found[kind], found.end()
        if first.lower() in _NO_NAMES or _OFFICES.search(first) or _PLACES.match(first):
            continue
        for _ in range(2):
            more = _NEXT_WORD.match(seen.text, end)
            if more is None or more[1].lower() in _NO_NAMES or more[1][0].isupper() != first[0].isupper():
                break
            end = more.end()
        yield found.start(kind), end


def mentions(seen: Plain) -> Iterator[Mention]:
    """Everybody who is named, in order. Those of the centre's own trades (dokter, bidan) are no patients."""
    found = [*_titled(seen.text), *_tagged(seen.text), *_bare(seen.text)]
    end = 0
    for mention in sorted(found):
        if mention.start >= end:
            yield mention
            end = mention.end


def _titled(text: str) -> Iterator[Mention]:
    at = 0
    # One title may stand before another: "si mbak Ani", "an. ibu Siti".
    while (found := _TITLED.search(text, at)) is not None:
        name = found["name"]
        if name.lower() in _NO_NAMES or (name.islower() and len(name) < 3):
            at = found.start("name")
            continue
        end = found.end()
        if name[0].isupper() and not name.isupper():
            for _ in range(2):
                more = _MORE.match(text, end)
                if more is None or more[0].isupper() or more[0].strip().lower() in _NO_NAMES:
                    break
                end = more.end()
        yield Mention(found.start(), found.start("name"), end)
        at = end


def _bare(text: str) -> Iterator[Mention]:
    """Two or three words in capitals, "Siti Aminah", where others are not."""
    for found in _BARE.finditer(text):
        words = found[0].lower().split()
        if not (_OFFICES.search(found[0]) or _PLACES.search(found[0]) or _NO_NAMES.intersection(words)):
            yield Mention(found.start(), found.start(), found.end(), sure=False)


def _tagged(text: str) -> Iterator[Mention]:
    for found in _TAGGED.finditer(text):
        if not _OFFICES.search(found["name"]):
            yield Mention(found.start(), found.start("name"), found.end())
