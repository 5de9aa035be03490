"""Whether praise is meant as praise, and meant for us; what makes doubtful is found here, by rule.

Irony has no words of its own, but it has habits: praise in quotation marks, the same praise twice with a sting after
the second, a number of hours beside it, "saking", "maksudnya". And not every praise under our post is ours: people
praise football, the clinic next door and each other, thank God, wish themselves luck, and sell things.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.tone import is_praise, tells_long_time

IRONY = "tanda sindiran"
OF_OTHERS = "pujian untuk hal lain"
WISH = "doa atau harapan"
POLITENESS = "basa-basi"
PROMOTION = "promosi"
ASKED = "pertanyaan"
"""The findings, by the Indonesian names under which people read them."""

_QUOTED = re.compile(
    '["\u201c\u201d\u201e\u00ab\u00bb]([^"\u201c\u201d\u201e\u00ab\u00bb]{2,30})["\u201c\u201d\u00ab\u00bb]'
)

_MOCKING = re.compile(
    r"\b(?:a?w[ko]*kw[ok]+\w*|(?:wa?ka){2,}\w*|(?:ha){2,}h?|ngakak|akhirat"
    r"|saking|maksudnya|keburu|berkat (?:kalian|anda|kinerja)|terus(?:in|kan) saja|begini terus"
    r"|lain cerita|katanya|jadi hafal|sampai (?:hafal|lumutan|lumuten|jamuran|jenggotan|ketiduran|tertidur"
    r"|bosan|tua|mati|pingsan|lupa|lalat)|(?:sampai|hingga) (?:anak|saya|ibu|bapak|pasien|orang"
    r"|kami) (?:saya )?(?:\S+ )?(?:takut|trauma|keburu|sembuh|hafal|bosan|menyerah|ketiduran|tidur|kabur"
    r"|pulang)|menyerah|masih (?:pakai|pake) (?:buku|kertas|batu)|terimakasih (?:ya |banyak |min "
    r"|admin )*(?:atas |untuk |sudah |buat )+(?:membuat|bikin|dibuat|membiarkan|biarkan|menyuruh|suruh|disuruh"
    r"|waktu|janji|harapan|drama|bohong)|selamat (?:anda|kalian) berhasil|(?:cuma|hanya) di (?:spanduk|brosur"
    r"|iklan|poster|foto|medsos|kertas))\b"
)

_BACKHANDED = re.compile(
    r"\b(?:tumben\w*|(?:arti|pelajaran|belajar|makna) (?:\S+ )?(?:sabar|kesabaran)|lebih \S+ (?:dari|daripada)"
    r" (?:dokter|petugas|perawat|bidan|suster|pegawai|yang lain)\w*|satu ?satunya yang|said no ?one|wasting|for nothing"
    r"|penolakan\w*|huh|geleng geleng|pantes\w*|pantasan|slow|(?:kecamatan|desa|kelurahan|kampung) lain"
    r"|sak ?ndayak|nepi ka|tape|(?:buat|untuk|sama|kepada) (?:yang|pasien\w*) sabar)\b"
    r"|\bakhirnya$|^dulu\b(?!.*\bsekarang)|^semoga\b.*\blebih\b"
)
"""Praise that blames in the same breath: of once, of one only, in comparison with us, for what had to be borne."""

_ELSEWHERE = re.compile(
    r"\b(?:sebelah|tetangga\w*|di (?:kota|daerah|tempat|rs|puskesmas|klinik|kabupaten|negara) (?:lain|lainnya"
    r"|tetangga)|(?:rs|klinik|dokter|puskesmas) swasta (?:memang|lebih|jauh|pelayan)\w*|luar negeri"
    r"|singapur\w*|malaysia|[jz]aman (?:dulu|pak|bu)|tempat kerja\w*|langgananku|kampung(?:ku| \w+ku| sebelah)"
    r"|mertua\w*|(?:istri|anak|adik|kakak|teman|ibu|bapak)ku|mantan\w*|jilbab|kacamata|kenalan|jomblo\w*"
    r"|gotong royong|warga (?:disini|sini|kita|kami|sana) (?:memang|emang|hebat|kompak|guyub|keren)|film\w*"
    r"|lagu\w*|drakor\w*|konser\w*|game\w*|gol\w*|timnas|voli|futsal|liga|bakso|soto|kopi\w*|(?:motor"
    r"|mobil)(?:nya|mu|ku)|baju\w*|helm\w*|tas(?:nya|mu)|rumah(?:nya|mu|ku)|skripsi\w*|wisuda\w*|kuliah\w*"
    r"|lomba\w*|jaket\w*|jenguk|(?:pak|bapak|bu|ibu) rt)\b"
)
_AMONG_THEMSELVES = re.compile(
    r"\b(?:bro|brow|sis|bestie|besti|say|sayang|beb|cuy|lur|dulur|slur|cuk|rek|gaes|guys|dek|nduk|nak|cah"
    r"|bestod|congrat\w*|anniversary|hbd|pelatih|kamu hebat|sama kamu|ok[e]? siap)\b"
)
_OTHERS_BY_NAME = re.compile(
    r"\b(?:shopee|tokopedia|tokped|lazada|gojek|gofood|jokowi|prabowo|presiden|(?:sama|ke|pindah|pilih|cinta|suka)"
    r" (?:rs|klinik|dokter|bidan|puskesmas) swasta|pesugihan|dukun|penglaris|pelaris|g(?:h)?aib\w*)\b"
)
_POLITE = re.compile(
    r"^(?:iya |ya )?sama (?:admin|kakak|ibu|bapak)\b|\b(?:sama sama|terimakasih (?:kembali\w*|sebelum\w*)"
    r"|sekian(?: dan)? terimakasih|sebelum dan sesudah\w*|atas perhatian\w*(?: dan \w+)?$|(?:saya"
    r"|kami) tunggu (?:jawab|balas|kabar|respon|informasi)\w*|selamat (?:ya|atas|untuk|menempuh|ulang|wisuda"
    r"|kepada|hari|tahun|idul|natal|ulangtahun))\b|^(?:tetap|jaga) \w+(?: \w+)?$"
)
_SELLING = re.compile(
    r"\b(?:kontrakan|disewakan|minat (?:dm|inbox|wa|hubungi|pesan|japri)"
    r"|slot|gacor|maxwin|jackpot|togel|judi|depo|deposit|scatter|bonus|pinjaman|pinjol|paylater|cair"
    r"|followers?|trading|trader|investasi|crypto|kripto|forex|profit|herbal|jamu|obral|promo|diskon|ready"
    r"|reseller|testimoni|endorse|follback|cek (?:bio|profil)|klik|order|open|jual|dijual|jualan|jasa|subsidi"
    r"|dp|cicilan|lowongan|loker|cuan|ampuh|madu|parfum|catering|katering|pesan sekarang|cobain|gabung|bisnis"
    r"|harga (?:murah|terjangkau|promo)|skincare|hijab|pemutih|pelangsing|stok|stock|grosir|cod|ongkir)\b"
    r"|\b(?:wa|whatsapp|hubungi) <angka>"
)
_FLAT = lexicon.word_set("banget sangat semua dan")
"""Words in which no sting is."""
_HOPING = lexicon.word_set("semoga moga smoga mudahmudahan mudahan harapannya harapan andai doakan bismillah")
_ASKING_AFTER = lexicon.word_set("ya sih admin kakak dokter bapak ibu")
_OF_ITSELF = lexicon.word_set(
    "alhamdulillah aamiin amin masyaallah subhanallah allah wah wow wih weh oh eh hai halo admin kakak ibu"
    " bapak bang terus tetap kembali paling benar memang pokoknya pokoke jiwa betul bener asli jos gandos poll"
    " the job good nice great very so and is bersama kita semua mereka dan nih deh dah banyak ikut baru"
    " langsung lanjut lanjutkan orang dia saya hari salam sehat dari n pertahankan gas gaspol tenan pisan nah"
    " sumpah sama setiap dulu sekarang tidak bukan belum tanpa buka contoh badai abis maksimal"
)
"""Words beside which bare praise stays bare: "wah keren banget min"."""


def _is_ours(token: Token) -> bool:
    return token.plain.startswith(lexicon.OUR_STEMS) or token.written.startswith(lexicon.OUR_STEMS)


def _stings_after_repeat(tokens: Sequence[Token]) -> str:
    """The repeated praise that is followed by something else: "lengkap fasilitasnya, lengkap debunya"."""
    said: set[str] = set()
    for place, token in enumerate(tokens):
        if not is_praise(token):
            continue
        if token.plain in said and (token.pause or tokens[place - 1].plain not in said):
            rest = [
                after for after in tokens[place + 1 :] if after.is_word and after.plain not in lexicon.FILLERS
            ][:1]
            if rest and not (is_praise(rest[0]) or rest[0].plain in _FLAT or _is_ours(rest[0])):
                return f"{token.written} {rest[0].written}"
        said.add(token.plain)
    return ""


def _quoted_praise(text: str) -> str:
    for match in _QUOTED.finditer(text):
        words = re.findall(r"\w+", match.group(1).lower())
        if len(words) <= 3 and any(word in lexicon.POSITIVE for word in words):
            return match.group(1).strip()
    return ""


def _of_nothing_of_ours(tokens: Sequence[Token]) -> str:
    """The first thing that is praised where nothing of ours is named; "" for bare praise and for thanks."""
    words = [token for token in tokens if token.is_word]
    if any(_is_ours(token) for token in words):
        return ""
    for token in words:
        plain = token.plain
        if (
            plain not in lexicon.FILLERS
            and plain not in _OF_ITSELF
            and plain not in lexicon.POSITIVE
            and not token.negated
        ):
            return token.written
    return ""


def _asks(tokens: Sequence[Token]) -> str:
    """ "Ramah ga dokternya", "adminnya ganteng ga": praise that is asked for, or a question after it."""
    last = next((token for token in reversed(tokens) if token.is_word), None)
    if last is not None and last.plain in ("tidak", "kah") and len(tokens) > 1:
        return last.written
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        if after is not None and is_praise(token) and after.plain == "kah":
            return f"{token.written} {after.written}"
        if after is not None and is_praise(token) and after.plain == "tidak":
            rest = tokens[tokens.index(after) + 1 :]
            noun = (
                rest
                and rest[0].plain.startswith(lexicon.OUR_STEMS)
                and rest[0].written.endswith(("nya", "e"))
            )
            if not rest or rest[0].plain in _ASKING_AFTER or noun:
                return f"{token.written} {after.written}"
    return ""


def _only_wished(tokens: Sequence[Token]) -> str:
    """The word of hope, where all praise comes after one and nobody is thanked."""
    for token in tokens:
        if is_praise(token):
            return ""
        if token.plain in _HOPING:
            thanked = any(other.plain == "terimakasih" for other in tokens)
            return "" if thanked else token.written
    return ""


def doubts_about_praise(text: str, tokens: Sequence[Token]) -> dict[str, tuple[str, ...]]:
    """What speaks against taking praise for praise of us: finding -> the words that show it. Empty without praise."""
    if not any(is_praise(token) for token in tokens):
        return {}
    told = [token for token in tokens if token.is_word or token.plain == "<angka>"]
    ways = (" ".join([token.plain for token in told]), " ".join([token.written for token in told]))
    found: dict[str, list[str]] = {}

    def note(finding: str, words: str) -> None:
        if words:
            found.setdefault(finding, []).append(words)

    for finding, pattern in (
        (IRONY, _MOCKING),
        (IRONY, _BACKHANDED),
        (OF_OTHERS, _ELSEWHERE),
        (OF_OTHERS, _AMONG_THEMSELVES),
        (OF_OTHERS, _OTHERS_BY_NAME),
        (POLITENESS, _POLITE),
        (PROMOTION, _SELLING),
    ):
        if match := pattern.search(ways[0]) or pattern.search(ways[1]):
            note(finding, match.group())
    note(IRONY, _quoted_praise(text))
    note(IRONY, _stings_after_repeat(tokens))
    if tells_long_time(tokens):
        note(IRONY, "waktu yang lama")
    note(OF_OTHERS, _of_nothing_of_ours(tokens))
    if tokens[0].plain == "<akun>":
        note(OF_OTHERS, tokens[0].written)
    note(WISH, _only_wished(tokens))
    note(ASKED, _asks(tokens))
    return {finding: tuple(words) for finding, words in found.items()}
