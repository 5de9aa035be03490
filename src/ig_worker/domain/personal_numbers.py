"""Finds the numbers that belong to a person, however they are written.

Identity (NIK, family card), BPJS, medical record and telephone numbers. Opening hours, dates and prices are full of
digits as well; what only looks like a personal number is told by its grouping.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ig_worker.domain.digit_groups import Run, has_a_date, has_hours, is_counted, is_money, runs
from ig_worker.domain.plain_digits import Plain, plain


class Kind(StrEnum):
    """What a number looks like, in Indonesian."""

    IDENTITY = "NIK atau nomor KK"
    RECORD = "nomor rekam medis"
    PHONE = "nomor telepon"
    INSURANCE = "nomor BPJS"
    OTHER = "nomor panjang"
    """Long enough to be somebody's, and of no known shape: worth hiding, not worth a question."""


@dataclass(frozen=True)
class Found:
    """A number, and where it stands in the text as it was written."""

    kind: Kind
    start: int
    end: int
    digits: str
    certain: bool
    """A word before it says what it is, or nothing else looks like it; else its length is all that speaks for it."""


@dataclass(frozen=True)
class PersonalNumber:
    """A number found. Only its last two digits are kept: the rest must not reach a log or a notice."""

    name: str
    """What it looks like, in Indonesian."""
    ending: str


_NUMBER_WORD = r"(?:no(?:mor|mer)?(?:nya)?|nmr|number)\b\.?"
# In a form, blanks or dots bring the numbers below each other.
_BETWEEN = (
    rf"(?:[\s:.,;=#\-(/]*(?:{_NUMBER_WORD}|(?:saya|aku|anda|anak|ibu|bapak|suami|istri|pasien|peserta|kartu|kesehatan|adalah|itu"
    r"|ini|yaitu|dia|beliau|dengan|lama|baru)\b)){0,3}[\s:.,;=#\-(/]{0,40}\+?(?:[a-z]{1,2}-?)?(?=o?\d|nol|kosong|satu|dua|tiga|empat|lima"
    r"|enam|tujuh|delapan|sembilan)"
)
_WORDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"(?<![^\W\d_])(?<![@#])(?:{words}){_BETWEEN}", re.IGNORECASE))
    for kind, words in (
        (Kind.IDENTITY, r"nik|kk|e?-?ktp|kartu\s+keluarga|nomor\s+induk(?:\s+kependudukan)?"),
        (Kind.INSURANCE, r"bpjs|jkn|kis|noka|no(?:mor)?\.?\s*(?:kartu|peserta)"),
        (
            Kind.RECORD,
            r"n\.?o?r\.?m\.?|r\.?m\.?|rekam\s*medi[sk]|rek\.?\s?med|med(?:ical)?\s*rec(?:ord)?|mrn|no(?:mor)?\.?\s*mr",
        ),
        (Kind.OTHER, r"(?:h\.?p\.?|wh?atsapp?|w\.?a\.?|tele?pon|te?lp\.?|no\s*wa|nowa|nohp)"),
        (Kind.OTHER, r"no(?:mor)?\.?\s*reg(?:istrasi|ister)?\.?"),
        (Kind.OTHER, r"(?:no)?rek(?:ening)?(?:\s+(?:bca|bri|bni|btn|bsi|mandiri|jatim|dana))?"),
    )
)
_LENGTHS = {Kind.IDENTITY: (8, 17), Kind.INSURANCE: (8, 17), Kind.RECORD: (4, 12), Kind.OTHER: (6, 16)}
"""How many digits a number may have after the word that names it."""
_WHOLE = {Kind.IDENTITY: 16, Kind.INSURANCE: 13, Kind.RECORD: 6, Kind.OTHER: 10}
"""With so many it is complete, should another one begin right behind it."""

_MOBILE = re.compile(r"(?:62)?0?8(?!001)\d")
"""0800 1… is free for everybody."""
_NO_MOBILE = ("080", "6280", "62080")
_SAYS_ALL = frozenset({Kind.IDENTITY, Kind.INSURANCE, Kind.RECORD})
_YEAR = re.compile(r"(?:19|20)\d\d")
_PROVINCES = re.compile(r"1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7]")
"""The first two digits of every NIK (Kemendagri's codes of the provinces)."""
_PEOPLES_GROUPINGS = frozenset(
    [(16,), (4, 4, 4, 4), (6, 6, 4), (2, 2, 2, 6, 4), (8, 8), (6, 10), (12, 4), (2, 2, 2, 2, 2, 2, 2, 2), (1,) * 16]
)  # fmt: skip
_MONEY = re.compile(r"(?:\brp|\bidr|\$)\.?\s*$", re.IGNORECASE)


def find(text: str) -> tuple[Found, ...]:
    """The personal numbers in a text, in the order they stand there, none inside of another."""
    return tuple(find_in(plain(text)))


def find_in(seen: Plain) -> Iterator[Found]:
    """The same, of a text that is plain already."""
    named = _named(seen.text)
    for run in runs(seen.text):
        place = 0
        while place < len(run.groups):
            hit = _hit(run, place, named.get(run.groups[place].start))
            if hit is None:
                place += 3 if has_a_date(run, place) else 1
                continue
            kind, after, certain = hit
            begin, behind = run.groups[place].start, run.groups[after - 1].end
            if seen.text[max(0, begin - 1) : begin] == "(" and ")" in seen.text[begin:behind]:
                begin -= 1
            start, end = seen.written(begin, behind)
            yield Found(kind, start, end, run.digits_of(place, after), certain)
            place = after


def personal_numbers(text: str, *, own_numbers: Collection[str] = ()) -> tuple[PersonalNumber, ...]:
    """The personal numbers in a text, in the order they stand there; ``own_numbers`` are the centre's own."""
    return tuple(
        PersonalNumber(str(found.kind), found.digits[-2:])
        for found in find(text)
        if found.kind is not Kind.OTHER and not is_one_of(found, own_numbers)
    )


def is_one_of(found: Found, numbers: Collection[str]) -> bool:
    """Whether it is one of these numbers, in whatever spelling."""
    return _as_dialled(found.digits) in {_as_dialled(_digits(number)) for number in numbers}


def _digits(text: str) -> str:
    return "".join(character for character in plain(text).text if character.isdecimal())


def _as_dialled(digits: str) -> str:
    """With the country's 62 as a leading 0, so that both spellings of a telephone are equal."""
    if len(digits) not in range(10, 15) or not digits.startswith("62"):
        return digits
    return "0" + digits[2:].removeprefix("0")


def _named(text: str) -> dict[int, Kind]:
    """At which places a number would stand of which a word before it says what it is."""
    return {found.end(): kind for kind, pattern in reversed(_WORDS) for found in pattern.finditer(text)}


def _hit(run: Run, place: int, named: Kind | None) -> tuple[Kind, int, bool] | None:
    """The kind of the number that begins with this group, the group behind its last, and whether that is certain."""
    if _MONEY.search(run.text, max(0, run.groups[place].start - 6), run.groups[place].start):
        return None
    if run.is_fraction(place):
        return None
    if named in _SAYS_ALL and (after := _after_a_word(run, place, named)) is not None:
        return named, after, True
    if (hit := _identity(run, place)) is not None and (hit[1] == len(run.groups) or hit[2]):
        return hit  # 81… and 82… begin telephone numbers, and the NIK of Maluku
    if (after := _mobile(run, place)) is not None:
        real = not run.ahead(place, 5).startswith(_NO_MOBILE)
        return Kind.PHONE if real else Kind.OTHER, after, real
    if (hit := _identity(run, place) or _insurance(run, place)) is not None:
        return hit
    by_area = _area_code(run, place)
    if by_area is not None:
        return Kind.PHONE, by_area, True
    if named is not None and (after := _after_a_word(run, place, named)) is not None:
        return named, after, True
    if 13 <= (size := run.size(place, place + 1)) <= 16 or size >= 20:
        return (Kind.INSURANCE if size == 13 else Kind.OTHER), place + 1, False
    return None


def _longest(run: Run, place: int, least: int, most: int, whole: int) -> int | None:
    """The group behind the last one, for the longest number of `least` to `most` digits; a next one ends it."""
    best = None
    for after in range(place + 1, len(run.groups) + 1):
        size = run.size(place, after)
        if size > most:
            break
        if size >= least:
            best = after
            if size >= whole and after < len(run.groups) and run.begins_anew(after):
                break
    return best


def _after_a_word(run: Run, place: int, kind: Kind) -> int | None:
    after = _longest(run, place, *_LENGTHS[kind], _WHOLE[kind])
    if after is None or has_hours(run, place, after) or is_money(run, place, after):
        return None
    if has_a_date(run, place) and not (kind is Kind.RECORD and run.size(place, after) == _WHOLE[kind]):
        return None
    digits = run.digits_of(place, after)
    for_everybody = kind is Kind.OTHER and len(digits) <= 7 and digits.startswith("150")  # 1500-567
    return None if for_everybody or _YEAR.fullmatch(digits) else after


def _mobile(run: Run, place: int) -> int | None:
    """08…, 628…, +62 8…, +62 (0) 8…, and 8… as people dictate it."""
    begins = _MOBILE.match(run.ahead(place, 5))
    if begins is None:
        # Somebody's number in another country has at most fifteen digits (ITU-T E.164).
        foreign = run.has_plus(place) and run.ahead(place, 2) != "62"
        return _longest(run, place, 9, 15, 10) if foreign else None
    country = begins.end() - 2
    if not country:
        return _dictated(run, place)
    alone = run.size(place, place + 1) == country + 8
    least = country + (8 if alone else 9)
    after = _longest(run, place, least, country + 12, country + 9)
    if after is None or has_hours(run, place, after) or has_a_date(run, place):
        return None
    return after


def _dictated(run: Run, place: int) -> int | None:
    """Mobile without its leading 0: 81234567890, 812-3456-7890."""
    if run.ahead(place, 2) == "80":
        return None
    first = run.size(place, place + 1)
    if 10 <= first <= 12:
        return place + 1
    after = _longest(run, place, 9, 12, 9) if 3 <= first <= 4 else None
    if after is None or not run.one_gap(place, after) or after - place > 4:
        return None
    return None if is_counted(run, place, after) or has_hours(run, place, after) else after


def _identity(run: Run, place: int) -> tuple[Kind, int, bool] | None:
    after = run.after(place, 16)
    if after is None or has_hours(run, place, after) or has_a_date(run, place):
        return None
    digits = run.digits_of(place, after)
    shaped = _is_nik(digits)
    grouped = run.sizes(place, after) in _PEOPLES_GROUPINGS and not _all_years(digits)
    return (Kind.IDENTITY, after, shaped) if shaped or after == place + 1 or grouped else None


def _insurance(run: Run, place: int) -> tuple[Kind, int, bool] | None:
    after = run.after(place, 13)
    if after is None:
        return None
    digits = run.digits_of(place, after)
    known = digits.startswith("000") and not run.ends_thousands(place)
    if after == place + 1 or (known and not is_money(run, place, after)):
        return Kind.INSURANCE, after, known
    grouped = run.sizes(place, after) in {(4, 4, 4, 1), (4, 4, 5), (3, 5, 5), (5, 4, 4)}
    return (Kind.INSURANCE, after, False) if digits.startswith("0") and grouped else None


def _is_nik(digits: str) -> bool:
    """A province, and a day on which somebody was born: the day has 40 more for women."""
    day, month = int(digits[6:8]), int(digits[8:10])
    return begins_in_a_province(digits) and (1 <= day <= 31 or 41 <= day <= 71) and 1 <= month <= 12


def begins_in_a_province(digits: str) -> bool:
    """Whether a NIK can begin so."""
    return _PROVINCES.match(digits) is not None


def _all_years(digits: str) -> bool:
    return all(_YEAR.fullmatch(digits[at : at + 4]) for at in range(0, 16, 4))


def _area_code(run: Run, place: int) -> int | None:
    """Fixed lines: (0341) 491320, 0341-491320, +62 341 491320. No area begins with 1 or 8."""
    ahead = run.ahead(place, 5)
    country = ahead.startswith("62") and run.has_plus(place)
    area = ahead[2:].removeprefix("0") if country else ahead[1:]
    if not (country or ahead.startswith("0")) or not area or area[0] not in "2345679":
        return None
    after = _longest(run, place, 9 + country, 12 + country, 9 + country)
    if after is None or has_hours(run, place, after) or has_a_date(run, place):
        return None
    sizes = run.sizes(place, after)
    if len(sizes) == 1:
        return after
    if country or run.in_brackets(place):
        return after if len(sizes) <= 5 else None
    gaps, behind = run.gaps(place, after), sizes[1:]
    if sizes[0] not in (3, 4) or "," in gaps or (len(behind) > 1 and "/" in gaps):
        return None
    told_apart = max(behind) >= 3 or run.one_gap(place, after)
    return after if len(behind) <= 3 and min(behind) >= 2 and told_apart else None
