"""What the rules see in a text by themselves, whatever the model thinks of it.

A thank-you under a complaint is worse than no thank-you at all, so these are cautious: they stop a thank-you, ask for
a person or wake the one on duty. Sources: `sop.md` (praise gets thanks, complaints are recorded, patients' privacy).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import Token

_ILLNESS = frozenset(
    "aborsi aids autis autisme bipolar biopsi covid dbd depresi diabetes difteri epilepsi gerd ginjal gonore hepatitis"
    " hernia hipertensi hiv jantung kanker kateter keguguran kemo kemoterapi kencing kista kuret kusta leukemia lumpuh"
    " malaria miom narkoba nifas odgj odha osteoporosis parkinson pneumonia positif rehabilitasi sifilis skizofrenia"
    " stroke stunting tbc tb thalasemia tifus tipes tumor tuberkulosis typus usus vertigo wasir gizi-buruk jiwa"
    " diagnosa diagnosis didiagnosa rontgen operasi".split()
)
_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)(?:\d[ .\-]?){10,16}(?!\d)")
"""NIK, BPJS and telephone numbers have 10 to 16 digits."""

_DANGER = re.compile(
    r"\b(?:pendarahan|perdarahan|darahnya? (?:tidak|terus)|muntah darah|batuk darah|kejang\w*|step|stuip"
    r"|(?:sesak|susah|sulit|sesek|tidak bisa|henti|megap) (?:ber)?n[ae][fp]as|sesak sekali|tidak bernapas|tidak bernafas"
    r"|tidak sadar(?:kan)?|pingsan|semaput|koma|sekarat|kritis|overdosis|keracunan|minum racun|baygon"
    r"|serangan jantung|nyeri dada|sakit dada|stroke|kecelakaan|tabrakan|tenggelam|kesetrum|luka bakar|digigit ular"
    r"|ketuban pecah|pecah ketuban|(?:mau|akan|sudah) brojol|bayinya tidak gerak|bayi biru|membiru"
    r"|kdrt|diperkosa|perkosaan|pemerkosaan|dilecehkan|pelecehan|dianiaya|penganiayaan|dipukuli|dipukul|digebuki|disiksa"
    r"|ditusuk|dibacok|disekap|diancam)\b"
)
_DESPAIR = re.compile(
    r"\b(?:bunuh diri|bundir|akhiri hidup|mengakhiri hidup|mengakhiri semuanya|(?:mau|ingin) mati|tidak (?:mau|ingin) hidup"
    r"|lebih baik (?:saya )?mati|capek hidup|lelah hidup|gantung diri|nyilet|menyakiti diri|melukai diri|self ?harm|suicide"
    r"|tidak kuat (?:lagi )?hidup)\b"
)
_NOT_NOW = re.compile(
    r"\b(?:gejala|ciri|apa itu|tips|cara mencegah|mencegah|penyuluhan|sosialisasi|edukasi|pelatihan|simulasi|webinar"
    r"|seminar|materi|bahaya nya|bahayanya|dulu|pernah|tahun lalu|bulan lalu|minggu lalu|sudah sembuh|alhamdulillah"
    r"|terimakasih|penyebab|faktor|resiko|risiko|kalau|jika|bila|misal|misalnya)\b"
)


@dataclass(frozen=True)
class Cues:
    """What was found, as the words that show it; empty where nothing was found."""

    complaints: tuple[str, ...]
    contrasts: tuple[str, ...]
    questions: tuple[str, ...]
    requests: tuple[str, ...]
    sad_emoji: tuple[str, ...]
    health_data: tuple[str, ...]
    danger: tuple[str, ...]
    praises: tuple[str, ...]

    @property
    def against_thanks(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The findings that forbid an automatic thank-you, each with its Indonesian name."""
        named = (
            ("kata keluhan", self.complaints),
            ("kata pertentangan", self.contrasts),
            ("pertanyaan", self.questions),
            ("permintaan", self.requests),
            ("emoji negatif", self.sad_emoji),
            ("data kesehatan atau identitas", self.health_data),
            ("tanda bahaya", self.danger),
        )
        return tuple((name, words) for name, words in named if words)


def _unique(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))


def _complaints(tokens: Sequence[Token]) -> list[str]:
    return [
        token.written
        for token in tokens
        if (token.negated and token.plain in lexicon.POSITIVE)
        or (not token.negated and token.plain in lexicon.NEGATIVE)
        or token.plain == "kurang"
    ]


def _danger(plain_text: str) -> list[str]:
    despair = _DESPAIR.search(plain_text)
    if despair:
        return [despair.group()]
    found = _DANGER.search(plain_text)
    return [found.group()] if found and not _NOT_NOW.search(plain_text) else []


def find_cues(text: str, tokens: Sequence[Token]) -> Cues:
    """What the rules see; ``tokens`` are the text's own, normalised."""
    written = {token.plain: token.written for token in tokens}
    plain_text = " ".join(token.plain for token in tokens if token.is_word)
    person = _NUMBER_OF_A_PERSON.search(text)
    return Cues(
        complaints=_unique(_complaints(tokens)),
        contrasts=tuple(shown for plain, shown in written.items() if plain in lexicon.CONTRAST),
        questions=tuple(
            shown
            for plain, shown in written.items()
            if plain in lexicon.QUESTION or plain in ("<tanya>", "<hilang>", "kenapa", "kok")
        ),
        requests=tuple(shown for plain, shown in written.items() if plain in lexicon.REQUEST),
        sad_emoji=tuple(
            shown
            for plain, shown in written.items()
            if plain in lexicon.SAD_EMOJI or plain in ("<muram>", "🤣", "😂", "🙃", "😏")
        ),
        health_data=tuple(shown for plain, shown in written.items() if plain in _ILLNESS)
        + (("angka panjang",) if person else ()),
        danger=tuple(_danger(plain_text)),
        praises=_unique([t.written for t in tokens if t.plain in lexicon.POSITIVE and not t.negated]),
    )
