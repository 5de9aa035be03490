"""What the rules see in a text by themselves, whatever the model thinks of it.

A thank-you under a complaint is worse than no thank-you at all, so these are cautious: they stop a thank-you, ask for
a person or wake the one on duty. Sources: `sop.md` (praise gets thanks, complaints are recorded, patients' privacy).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.grave import grave_findings
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.sincerity import doubts_about_praise
from ig_worker.domain.classifier.tone import is_praise

COMPLAINT = "kata keluhan"
CONTRAST = "kata pertentangan"
QUESTION = "pertanyaan"
REQUEST = "permintaan"
HEDGE = "kata keraguan"
SAD_EMOJI = "emoji negatif"
HEALTH_DATA = "data kesehatan atau identitas"
TO_GOD = "ucapan syukur kepada Tuhan"
"""The findings, by the Indonesian names under which people read them."""

_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){9,15}(?!\d)")
"""NIK, BPJS and telephone numbers have 10 to 16 digits."""

_ILLNESS_PHRASE = re.compile(
    r"\b(?:gula darah|darah (?:tinggi|rendah)|asam urat|(?:sakit|gangguan|dokter|obat|poli) jiwa|obat tidur"
    r"|hasil (?:tes|lab) (?:saya|anak|ibu|bapak|istri|suami)|positif (?:hamil|covid|hiv)|gagal ginjal|raja singa"
    r"|bengkak|bernanah|infeksi|alergi|lebam|memar|demam tinggi|muntah muntah|iud|susuk|implan|caesar|cesar|sesar)\b"
)
_COMPLAINING_PHRASE = re.compile(
    r"\b(?:(?:antri|tunggu)(?: \S+){0,4}? (?:<angka>|dua|tiga|empat|lima|enam|tujuh) (?:jam|hari)"
    r"|main hp|orang dalam|rokok di dalam|pilih kasih|janji terus)\b"
)
"""A time of waiting told in hours is a complaint, however kindly it is wrapped; so are some sayings."""

_THANKS_TO_GOD = re.compile(
    r"\b(?:terimakasih (?:ya |kepada )?(?:allah|tuhan|gusti|robb?i?|rabb?i?|yesus)"
    r"|(?:segala )?puji (?:bagi )?(?:tuhan|syukur)|haleluya)\b"
)

_MOCKING_EMOJI = frozenset("🐌🐢🦥🤡💀☠⚰🪦🧟🗿🦗")
"""What is slow, a joke or dead: beside praise it takes the praise back."""


@dataclass(frozen=True)
class Cues:
    """What was found, with the words that show it, as they were written."""

    found: dict[str, tuple[str, ...]]
    """By finding; a finding without words is not in it."""
    praises: bool
    """There is a word that praises; emoji alone do not say what they applaud."""

    def __contains__(self, finding: str) -> bool:
        return finding in self.found


def _without_ending(plain: str) -> str:
    """ "debunya" and "kotore" say "debu" and "kotor"."""
    for ending in ("nya", "ne", "e"):
        if len(plain) > len(ending) + 3 and plain.endswith(ending):
            return plain[: -len(ending)]
    return plain


@lru_cache(maxsize=20_000)
def _findings_of(plain: str, negated: bool) -> tuple[str, ...]:
    findings = []
    if (
        plain in lexicon.POSITIVE
        if negated
        else plain in lexicon.NEGATIVE
        or _without_ending(plain) in lexicon.NEGATIVE
        or plain == "kurang"
        or plain.startswith("ketidak")
    ):
        findings.append(COMPLAINT)
    if plain in lexicon.CONTRAST:
        findings.append(CONTRAST)
    if plain in lexicon.QUESTION or plain in lexicon.REPROACH or plain in ("<tanya>", "<hilang>"):
        findings.append(QUESTION)
    if plain in lexicon.REQUEST:
        findings.append(REQUEST)
    if plain in lexicon.HEDGE:
        findings.append(HEDGE)
    if (
        plain in lexicon.SAD_EMOJI
        or plain in lexicon.LAUGHING_EMOJI
        or plain in _MOCKING_EMOJI
        or plain == "<muram>"
    ):
        findings.append(SAD_EMOJI)
    if plain in lexicon.ILLNESS:
        findings.append(HEALTH_DATA)
    return tuple(findings)


def find_cues(text: str, tokens: Sequence[Token]) -> Cues:
    """What the rules see; ``tokens`` are the text's own, normalised."""
    found: dict[str, tuple[str, ...]] = {}
    for token in tokens:
        for finding in _findings_of(token.plain, token.negated):
            if token.written not in found.get(finding, ()):
                found[finding] = (*found.get(finding, ()), token.written)
    if _NUMBER_OF_A_PERSON.search(text):
        found[HEALTH_DATA] = (*found.get(HEALTH_DATA, ()), "nomor panjang")
    everything = " ".join([token.plain for token in tokens])
    if illness := _ILLNESS_PHRASE.search(everything):
        found[HEALTH_DATA] = (*found.get(HEALTH_DATA, ()), illness.group())
    if phrase := _COMPLAINING_PHRASE.search(everything):
        found[COMPLAINT] = (*found.get(COMPLAINT, ()), phrase.group().replace("<angka>", "…"))
    plain_text = " ".join([token.plain for token in tokens if token.is_word])
    if thanks := _THANKS_TO_GOD.search(plain_text):
        found[TO_GOD] = (thanks.group(),)
    as_written = " ".join([token.written for token in tokens if token.is_word])
    found |= {finding: (words,) for finding, words in grave_findings(plain_text, as_written).items()}
    for finding, words in doubts_about_praise(text, tokens).items():
        found[finding] = (*found.get(finding, ()), *words)
    praises = any(is_praise(token) for token in tokens)
    return Cues(found, praises)
