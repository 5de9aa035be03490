"""Finds what a public text tells of somebody's person or health that is for nobody else to read.

Numbers of persons, and illness, pregnancy or results of somebody who is named: article 4 of law 27/2022 names health
data and what identifies a person. Rather one too few than many too many: a person looks at each, and whoever
complains about an illness in the own family shall be heard, not hidden.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from ig_worker.domain.masking import mask
from ig_worker.domain.mentioned import mentions
from ig_worker.domain.personal_numbers import Found, Kind, begins_in_a_province, find_in, is_one_of
from ig_worker.domain.plain_digits import Plain, plain

OF_A_NAMED_PERSON = "keterangan kesehatan seseorang yang disebut namanya"
OF_THE_WRITER = "status HIV atau penyakit kelamin penulisnya sendiri"
TELEPHONE = "nomor telepon beserta keterangan kesehatan"

_PERSON, _NAME = "<orang>", "<nama>"
_ANYBODY = f"(?:{_PERSON}|{_NAME})"
_ILLNESS = (
    r"(?:hiv|aids|odha|odhiv|tbc?|tuberkulosis|lepra|kusta|sifilis|sipilis|gonore|raja singa|kencing nanah|herpes"
    r"|kelamin|hepatitis(?: [abc])?|hbsag|covid|kanker(?: \S+)?|tumor|leukemia|kista|miom|diabetes|dm|stroke|lumpuh"
    r"|epilepsi|ayan|gagal ginjal|cuci darah|jantung|asma|dbd|demam berdarah|malaria|tipes|tifus|kejang(?: demam)?"
    r"|hipertensi|gula darah|skizofrenia|bipolar|depresi|autis|autisme|gangguan jiwa|sakit jiwa|odgj|rsj|narkoba|sabu"
    r"|keputihan|wasir|ambeien|gizi buruk|stunting|keguguran|aborsi)(?:nya|mu)?"
)
_STATE = (
    r"(?:kena|terkena|sakit|mengidap|menderita|penderita|pengidap|idap|positif|reaktif|suspek|suspect|terinfeksi|ketularan"
    r"|tertular|didiagnos\w+|terdiagnos\w+|diagnosa|diagnosis|kambuh|kecanduan|pecandu|pemakai|berobat)"
)
_OTHERS = (
    r"yuk|ayo|cek|periksa|gejala|tes|vaksin|gratis|penyuluhan|tolong|mohon|banyak|info|jadwal|ikut|cegah|obat|poli|pasien|layanan|melayani"
    r"|menangani|merawat|perhatikan|program|kader|ada|soal|tentang|untuk|saya|aku|kami|kita|bantu|ramah|baik|stop|stigma|dokter"
)
"""Between a name and an illness they say that it is not the named one's."""
_OWN = (
    r"(?! (?:saya|aku|ku|anakku|ibuku|suamiku|istriku|anak saya|ibu saya|bapak saya|suami saya|istri saya)\b)"
)
_RESULT = (
    r"(?:positif|negatif|(?:non ?)?reaktif|jelek|buruk|bagus|tinggi|rendah|hamil|keluar|diambil|kurang bagus)"
)
_TEST = (
    r"(?:lab|tes|test|swab|usg|rontgen|hiv|pap smear|cek|pemeriksaan|urine?|biopsi|darah|kehamilan|hbsag|tbc?)"
    r"(?:nya|mu)?"
)
_WHO_IS_ILL = r"(?:pasien|penderita|pengidap|positif|kena)"
_NOT_OF_THEM = r"(?:pasien|saya|aku|kita|kami|warga|ada|banyak|menangani|merawat)"
_KIN = r"(?:tetangga|teman|temen|saudara|sodara|sepupu|kakak|adik|mantan|bos|murid|pacar|kenalan)"

_UP_TO_8 = rf"(?:{_KIN} (?:saya|aku|ku) |(?!{_NOT_OF_THEM}\b|{_PERSON})\S+ ){{0,8}}"
_CLOSE_BY = rf"(?:(?!(?:{_OTHERS}|{_PERSON})\b|,)\S+ ){{0,4}}"
_COMES_OUT = rf"(?:(?!kapan|belum)\S+ ){{0,6}}(?:{_RESULT}|{_ILLNESS})\b"
_NOT_THANKED = r"(?<!nuwun )(?<!suwun )(?<!kasih )(?<!trims )"
_NOT_IN_GENERAL = (
    r"(?<!ibu )(?<!bu )(?<!cuti )(?<!program )(?<!kelas )(?<!senam )(?<!tes )(?<!cek )(?<!istri saya )"
)

_TOLD_OF_A_PERSON = tuple(
    re.compile(pattern)
    for pattern in (
        # bu Ani kena TBC; Pak Darto di RW 5 positif HIV
        rf"{_ANYBODY} {_UP_TO_8}{_STATE} (?:\S+ ){{0,2}}{_ILLNESS}\b{_OWN}",
        # pasien HIV itu namanya Budi
        rf"\b{_WHO_IS_ILL} {_ILLNESS} (?:(?:yang )?(?:kemarin|kmrn|tadi|baru) )?(?:itu|adalah|namanya) "
        rf"(?:\S+ ){{0,2}}{_ANYBODY}",
        rf"\b{_WHO_IS_ILL} {_ILLNESS} {_PERSON}",
        # Ny. Sumarni diabetes kakinya
        rf"{_NOT_THANKED}{_PERSON} {_CLOSE_BY}{_ILLNESS}\b{_OWN}",
        # hasil lab Bu Ani jelek; @ani hasil labmu sudah keluar
        rf"\bhasil {_TEST}\b{_OWN} (?:\S+ ){{0,3}}{_ANYBODY} {_COMES_OUT}",
        rf"{_PERSON} (?:\S+ ){{0,3}}hasil {_TEST}\b{_OWN} {_COMES_OUT}",
        # si Putri kelas 9 hamil 3 bulan
        rf"{_PERSON} (?:(?!(?:ikut|saya|aku|yuk)\b)\S+ ){{0,5}}{_NOT_IN_GENERAL}"
        r"(?:hamil(?! sehat)|mandul|menggugurkan|pasang (?:iud|susuk|implan|kb))\b",
        rf"{_ANYBODY} gila\b.* rsj\b",
        rf"{_PERSON} obat {_ILLNESS} ?(?:nya|mu|kamu|anda)\b",
    )
)
_TOLD_OF_ONESELF = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:saya|aku|gue)(?: (?:ini|sudah|udah|baru|juga|memang))? (?:positif|kena|pengidap|mengidap|penderita) "
        r"(?:hiv|aids|sifilis|sipilis|gonore|raja singa)\b",
        r"\b(?:saya|aku) (?:odha|odhiv|hiv positif)\b",
        r"\bhasil(?: tes)? (?:hiv|sifilis) (?:saya|aku) (?:\S+ ){0,2}(?:positif|reaktif)\b",
    )
)
_ANY_ILLNESS = re.compile(rf"\b(?:{_ILLNESS}|hamil|pasien)\b")
_ABBREVIATED = re.compile(r"\b(ny|tn|an|sdr|sdri|by|a\.n|hj|h|dr)\.", re.IGNORECASE)
_SENTENCES = re.compile(r"[.!?;\n]+\s|[!?;\n]+|\.$")
_PIECES = re.compile(rf"{_ANYBODY}|[^\W_]+|,")


def exposes(text: str, *, own: bool = False, own_numbers: Collection[str] = ()) -> str:
    """What the text of a public comment exposes, as people read it; empty where nothing is.

    `own` words of the centre may name telephones; ``own_numbers`` are the centre's, in any spelling.
    """
    seen = plain(text)
    numbers = tuple(found for found in find_in(seen) if not is_one_of(found, own_numbers))
    told = list(dict.fromkeys(str(found.kind) for found in numbers if _is_telling(found)))
    lines = tuple(_lines(seen))
    if (
        not own
        and any(found.kind is Kind.PHONE for found in numbers)
        and any(map(_ANY_ILLNESS.search, lines))
    ):
        told.append(TELEPHONE)
    if any(pattern.search(line) for line in lines for pattern in _TOLD_OF_A_PERSON):
        told.append(OF_A_NAMED_PERSON)
    elif any(pattern.search(line) for line in lines for pattern in _TOLD_OF_ONESELF):
        told.append(OF_THE_WRITER)
    return ", ".join(told)


def veiled(text: str) -> str:
    """The text without numbers of persons and without the names of those who are spoken of, but for a first letter."""
    # Numbers first: the word that tells what a number is may look like a name.
    masked = mask(text)
    seen = plain(masked)
    parts: list[str] = []
    done = 0
    for mention in mentions(seen):
        start, end = seen.written(mention.name, mention.end)
        parts += [masked[done : start + 1], "•••"]
        done = end
    return "".join([*parts, masked[done:]])


def _is_telling(found: Found) -> bool:
    match found.kind:
        case Kind.IDENTITY:
            return found.certain or begins_in_a_province(found.digits)
        case Kind.INSURANCE:
            return found.certain
        case Kind.RECORD:
            return True
        case _:
            return False


def _lines(seen: Plain) -> Iterator[str]:
    """Each sentence in small letters, one blank between its words, whoever is named replaced by one sign."""
    parts: list[str] = []
    done = 0
    for mention in mentions(seen):
        parts += [seen.text[done : mention.start], f" {_PERSON if mention.sure else _NAME} "]
        done = mention.end
    text = _ABBREVIATED.sub(r"\1", "".join([*parts, seen.text[done:]])).lower()
    for sentence in _SENTENCES.split(text):
        yield " ".join(_PIECES.findall(sentence))
