"""What in a text is grave: a life in danger, a death, a farewell, a threat; no kind word takes that away.

People thank in the same breath in which they tell of a death ("terima kasih sudah merawat ibu, beliau sudah tenang"),
and say "terima kasih" while they ask for help. The first is for a person to answer, the second for the one on duty.
"""

from __future__ import annotations

import re

DANGER = "tanda bahaya"
GRIEF = "kabar duka"
THREAT = "rencana melapor"
MENTIONED = "cerita keadaan gawat"
"""The findings, by the Indonesian names under which people read them."""

_DANGER = re.compile(
    r"\b(?:pendarahan|perdarahan|muntah darah|batuk darah|kejang\w*|step|stuip"
    r"|(?:sesak|susah|sesek|tidak bisa|henti|megap) (?:ber)?n[ae][fp]as|sesak (?:sekali|banget)|tidak bern[ae][fp]as"
    r"|tidak sadar(?:kan)?|pingsan|semaput|sekarat|kritis|overdosis|keracunan|minum racun|baygon"
    r"|serangan jantung|(?:nyeri|sakit) dada|stroke|kecelakaan|tabrakan|tenggelam|kesetrum|luka bakar|digigit ular"
    r"|ketuban (?:sudah )?pecah|pecah ketuban|bayi(?:nya)? tidak (?:ber)?gerak|membiru"
    r"|kdrt|diperkosa|perkosaan|pemerkosaan|dilecehkan|pelecehan|dianiaya|penganiayaan|dipukul(?:i|in)?|digebuk(?:i|in)?"
    r"|disiksa|ditusuk|dibacok|disekap|diancam)\b"
)
_DESPAIR = re.compile(
    r"\b(?:bunuh diri|bundir|(?:meng)?akhiri hidup|mengakhiri semuanya|(?:mau|ingin) mati|tidak (?:mau|ingin) hidup"
    r"|lebih baik (?:saya )?mati|capek hidup|lelah hidup|gantung diri|(?:menyakiti|melukai) diri|self ?harm|suicide"
    r"|tidak (?:kuat|sanggup) (?:lagi )?hidup|selamat tinggal (?:semua\w*|dunia\w*))\b"
)
_MERE_TALK = re.compile(
    r"\b(?:gejala|ciri|apa itu|tips|mencegah|penyuluhan|sosialisasi|edukasi|pelatihan|simulasi|webinar|seminar|materi"
    r"|bahayanya|penyebab|faktor|resiko|risiko)\b"
)
"""Talk about such things: no alarm. Despair is never taken for mere talk."""
_NOT_NOW = re.compile(
    r"\b(?:dulu|pernah|(?:tahun|bulan|minggu) lalu|sembuh|alhamdulillah|terimakasih|kalau|jika|bila|misal|misalnya)\b"
)
"""What is over, or has not happened: no alarm either, unless the same text says that it is so now."""
_NOW = re.compile(
    r"\b(?:masih|sekarang|barusan|sedang|tolong|darurat|segera|cepat (?:tolong|datang)|belum (?:berhenti|sadar|sembuh"
    r"|membaik)|tidak berhenti|terus menerus|kambuh|kumat)\b"
)
_HELPED_NOW = re.compile(
    r"\bsekarang (?:\S+ ){0,3}?(?:sudah|sehat|membaik|sembuh|pulih|baik|aman|normal|tidak|lega)\b"
)
""""Dulu anak saya kejang, sekarang sehat" is of the past, though it says "sekarang"."""

_GRIEF = re.compile(
    r"\b(?:duka\w*|berduka\w*|bela ?sungkawa|meninggal(?!kan)\w*|wafat\w*|almarhum\w*|alm|almh|(?:h|k)usnul|k?hotimah"
    r"|inn?alill?ah\w*|(?:di )?sisi ?(?:nya|allah|tuhan|gusti)|berpulang|kepergian\w*|mayat\w*|jenazah\w*"
    r"|(?:di|pe)makam\w*|dikubur\w*|tahlil\w*|takziah|ta ?ziah|melayat|peti mati|tidak (?:selamat|tertolong)"
    r"|selamat (?:jalan|tinggal)|rest in peace|passed away|died|sedo|sedho|seda|ampon seda|tilar ?donya|ngantunkeun"
    r"|pupus|pejah|ninggal donya|tutup usia|menghembuskan|kapundut|kematian\w*|gugur|pergi (?:dengan )?(?:tenang|damai)"
    r"|tenang di (?:sana|surga|alam)|alam (?:sana|baka|kubur)|(?:tos|parantos|geus|sudah) (?:teu aya|tidak ada lagi))\b"
)
"""Javanese, Sundanese and Madurese say it with words of their own."""
_THREAT = re.compile(
    r"\b(?:viralkan|viralin|diviralkan|memviralkan|ombudsman|pengadilan|somasi|dituntut|saya tuntut"
    r"|(?:saya |akan |mau |tak |aku )(?:laporkan|laporin|lapor) (?:ke )?(?:polisi|bupati|gubernur|wali ?kota|dinas"
    r"|dinkes|kemenkes|ombudsman|presiden))\b"
)


def grave_findings(plain: str, written: str) -> dict[str, str]:
    """What is grave in a text, given in plain words and as it was written: finding -> the words that show it."""
    found = {}
    for finding, pattern in ((GRIEF, _GRIEF), (THREAT, _THREAT)):
        if match := pattern.search(plain) or pattern.search(written):
            found[finding] = match.group()
    if despair := _DESPAIR.search(plain):
        found[DANGER] = despair.group()
    elif (danger := _DANGER.search(plain)) and not _MERE_TALK.search(plain):
        found[DANGER if _is_now(plain) else MENTIONED] = danger.group()
    return found


def _is_now(plain: str) -> bool:
    """Whether a danger that is named threatens now, as far as the text says."""
    if not _NOT_NOW.search(plain):
        return True
    return bool(_NOW.search(plain)) and not _HELPED_NOW.search(plain)
