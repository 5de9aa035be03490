"""Thousands of sentences with a personal number each, in every spelling that people have been seen to use.

Everything comes from one seed, so that a line that fails once fails always.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Line(NamedTuple):
    """A text, and what must not be readable in it."""

    text: str
    kind: str
    secret: str
    """The digits, or the part of an address before its @."""
    around: str
    """The sentence without it."""


PROVINCES = ("11", "12", "16", "18", "31", "32", "33", "34", "35", "36", "51", "61", "64", "73", "81", "94")
GAPS = (
    " ",
    "-",
    ".",
    " - ",
    "/",
    "\u00a0",
    "\u2009",
    "\u2013",
    "\u2011",
    "_",
    "  ",
    " " * 9,
    "\n",
    "·",
    "*",
    "~",
    ") ",
    ". ",
)
UNSEEN = ("\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u0301", "\u3164", "\ufe0f", "\u202c")
WORDS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SENTENCES = (
    "{}",
    "min tolong dibalas ya, {} terima kasih",
    "Pendaftaran saya belum diproses dari jam 8 pagi, {} mohon dicek 🙏",
    "😡😡 SUDAH 3 HARI MENUNGGU!!! {}!!!",
    "@puskesmas.polowijen antrean nomor 12 tgl 22-11-2026: punya saya ({})",
    "bayar Rp 15.500 kok ditolak? {}. Kecewa",
    "Halo kak\n{}\nmatur nuwun",
    "“{}” itu data ibu saya",
    "a,{},b",
    "#keluhan {} #bpjs",
)


def corpus(seed: int = 2026, each: int = 900) -> Iterator[Line]:
    """`each` lines of every kind."""
    chance = random.Random(seed)
    kinds: dict[str, Callable[[random.Random], tuple[str, str]]] = {
        "nik": _nik,
        "bpjs": _bpjs,
        "mobile": _mobile,
        "fixed": _fixed,
        "rm": _record,
        "email": _email,
    }
    for kind, make in kinds.items():
        for _ in range(each):
            written, secret = make(chance)
            sentence = chance.choice(SENTENCES)
            text = sentence.format(written)
            if kind != "email" and chance.random() < 0.2:
                text = chance.choice((str.upper, str.title))(text)
            yield Line(text, kind, secret, sentence.format(""))


def readable(line: Line, text: str) -> str:
    """What can still be read of the line's secret in a text: the longest piece of it; empty where that is nothing."""
    return Reading(text).of(line)


class Reading:
    """A text as somebody reads it who looks for numbers and does not mind how they are written."""

    def __init__(self, text: str) -> None:
        self._words = unicodedata.normalize("NFKC", _without_unseen(text)).lower()
        self._digits = " ".join(_digit_runs(text))

    def of(self, line: Line) -> str:
        """The longest piece of the line's secret that stands there, and not in the sentence around it anyway."""
        if line.kind == "email":
            address = rf"{re.escape(line.secret.lower())}\s*[\[(@]|{re.escape(line.secret.lower())} at "
            return line.secret if re.search(address, self._words) else ""
        most = 2 if line.kind == "rm" else 3
        others = " ".join(_digit_runs(line.around))
        for size in range(len(line.secret), most, -1):
            for start in range(len(line.secret) - size + 1):
                piece = line.secret[start : start + size]
                if piece in self._digits and piece not in others:
                    return piece
        return ""


def _without_unseen(text: str) -> str:
    return "".join(
        sign for sign in text if unicodedata.category(sign) not in {"Cf", "Mn", "Me"} and sign != "\u3164"
    )


def _digit_runs(text: str) -> list[str]:
    """The digits of a text with nothing but separators between them, words for digits included."""
    said = _without_unseen(text).lower()
    for digit, word in enumerate(WORDS):
        said = re.sub(rf"\b{word}\b", str(digit), said)
    plain = "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in said)
    return re.findall(r"\d+", re.sub(r"[^\w•]|_", "", plain))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def _cut(digits: str, sizes: tuple[int, ...]) -> list[str]:
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return [*groups, digits[at:]] if at < len(digits) else groups


def _spelled(chance: random.Random, groups: list[str], *, named: bool) -> str:
    """The groups as one of many hands would write them."""
    digits = "".join(groups)
    way = chance.randrange(12 if named else 11)
    if way == 0:
        return digits
    if way == 1:
        return chance.choice((" ", "\n", "-", ".")).join(digits)
    if way == 2:
        return chance.choice(UNSEEN).join(digits)
    if way == 3:
        return "".join(f"{digit}\ufe0f\u20e3" for digit in digits)
    if way == 4:
        return "".join(chr(ord("０") + int(digit)) for digit in digits)
    if way == 5:
        return "".join(chr(ord("٠") + int(digit)) for digit in digits)
    if way == 6:
        return "".join(chr(0x1D7CE + int(digit)) for digit in digits)
    if way == 7:
        cut = chance.randrange(2, len(digits) - 1)
        return f"{digits[:cut]}\n{digits[cut:]}"
    gap = chance.choice(GAPS)
    if way == 11:
        return " ".join(WORDS[int(digit)] for digit in digits)
    if way == 8:
        return gap.join("".join(digit + chance.choice(("", *UNSEEN)) for digit in group) for group in groups)
    return gap.join(groups)


def _nik(chance: random.Random) -> tuple[str, str]:
    day = chance.randint(1, 31) + chance.choice((0, 40))
    born = f"{day:02}{chance.randint(1, 12):02}{chance.randint(40, 99):02}"
    digits = chance.choice(PROVINCES) + _digits(chance, 4) + born + f"{chance.randint(1, 9999):04}"
    word = chance.choice(
        ("", "", "NIK ", "nik: ", "No. KK ", "nik saya ", "KTP no. ", "nik=", "Nomor Induk Kependudukan ",
         "NIK          : ", "No. KK\t\t: "))  # fmt: skip
    if not word and chance.random() < 0.2:
        digits = chance.choice("123456789") + _digits(chance, 15)
        return word + digits, digits
    sizes = chance.choice(
        ((4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (8, 8), (6, 10), (3, 3, 3, 3, 4), (5, 5, 6))
    )
    return word + _spelled(chance, _cut(digits, sizes), named=bool(word)), digits


def _bpjs(chance: random.Random) -> tuple[str, str]:
    digits = "000" + _digits(chance, 10)
    word = chance.choice(
        ("", "BPJS ", "bpjs saya ", "No BPJS: ", "kartu JKN nomor ", "KIS ", "no. kartu ", "noka ",
         "No. BPJS     : "))  # fmt: skip
    sizes = chance.choice(((4, 4, 4, 1), (4, 4, 5), (3, 3, 3, 4), (5, 8), (13,)))
    return word + _spelled(chance, _cut(digits, sizes), named=bool(word)), digits


def _mobile(chance: random.Random) -> tuple[str, str]:
    rest = chance.choice("123578") + chance.choice("123456789") + _digits(chance, chance.randint(7, 9))
    word = chance.choice(
        ("", "", "WA ", "hp: ", "hub. ", "No HP saya ", "wa.me/", "telp ", "nomor: ", "WA:",
         "No. HP       : "))  # fmt: skip
    way = chance.randrange(7)
    sizes = chance.choice(((4, 4), (4, 3), (3, 4), (4, 4, 2), (4, 2, 2, 2)))
    if way == 0 and word.lower() != "wa.me/":
        gap = chance.choice(("", "-", " "))
        return f"{word}8{rest[:2]}{gap}{rest[2:6]}{gap}{rest[6:]}", f"8{rest}"
    if way == 1:
        return (
            f"{word}+62{chance.choice(('', ' ', '-', ' (0) '))}8{rest[:2]}-{rest[2:6]}-{rest[6:]}",
            f"8{rest}",
        )
    if way == 2:
        return f"{word}628{rest}", f"8{rest}"
    if way == 3:
        return f"{word}+62 8{rest[:2]} {rest[2:6]} {rest[6:]}", f"8{rest}"
    if way == 4:
        return f"{word}(08{rest[:2]}) {rest[2:6]} {rest[6:]}", f"8{rest}"
    return word + _spelled(chance, _cut(f"08{rest}", sizes), named=True), f"8{rest}"


def _fixed(chance: random.Random) -> tuple[str, str]:
    area = chance.choice(("021", "022", "024", "031", "0341", "0274", "0361", "0411", "0967", "0542"))
    rest = chance.choice("23456789") + _digits(chance, chance.randint(5, 6))
    gap = chance.choice(("", " ", "-", "."))
    word = chance.choice(("", "telp ", "Telepon: ", "hub ", "rumah ", "kantor ", "Telp         : "))
    written = chance.choice(
        (
            f"({area}) {rest}",
            f"({area}){rest[:3]}{gap}{rest[3:]}",
            f"{area}-{rest}",
            f"{area} {rest[:3]}{gap}{rest[3:]}",
            f"{area}{rest}",
            f"+62 {area[1:]} {rest}",
            f"+62{area[1:]}{rest}",
            f"+62-{area[1:]}-{rest[:3]}-{rest[3:]}",
        )
    )
    return word + written, area[1:] + rest


def _record(chance: random.Random) -> tuple[str, str]:
    digits = _digits(chance, 6)
    if digits[:2] in {"19", "20"}:
        digits = "00" + digits[2:]
    word = chance.choice(
        ("RM ", "No. RM: ", "no rm ", "no rm saya ",
         "Rekam Medis ", "rekam medis nomor ", "nomor rekam medis saya adalah ",
         "NRM ", "R.M. ", "RM:", "rekam medik no. ", "No RM pasien ", "RM",
         "No. RM      : ", "Nomor Rekam Medis      ", "No. RM ............ : ", "No RM\t\t:\t"))  # fmt: skip
    written = chance.choice(
        (digits, "-".join(_cut(digits, (2, 2, 2))), ".".join(_cut(digits, (2, 2, 2))),
         " ".join(_cut(digits, (2, 2, 2))),
         "\u200b".join(digits), " ".join(digits), " ".join(WORDS[int(digit)] for digit in digits)))  # fmt: skip
    return word + (" " if word == "RM" and written[0].isalpha() else "") + written, digits


def _email(chance: random.Random) -> tuple[str, str]:
    local = chance.choice(("siti.aminah", "budi_santoso", "ani88", "joko-w", "dewi+ig", "sri.wahyuni1990"))
    host = chance.choice(
        ("gmail.com", "yahoo.co.id", "outlook.com", "mail.ugm.ac.id", "dinkes.malangkota.go.id")
    )
    name, _, end = host.partition(".")
    word = chance.choice(("", "email ", "surel: ", "kirim ke "))
    written = chance.choice(
        (
            f"{local}@{host}",
            f"{local.upper()}@{host.upper()}",
            f"{local} @ {host}",
            f"{local} (at) {host}",
            f"{local}[at]{host}",
            f"{local} at {name} dot {end}" if end in {"com", "co.id"} else f"{local}@{host}",
            f"{local}\u200b@\u200b{host}",
            f"{local}＠{host}",
        )
    )
    return word + written, local
