"""Takes the digits of a text apart into runs of groups, as people write them down or read them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

_WORDS = {
    "nol": "0", "kosong": "0", "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6",
    "tujuh": "7", "delapan": "8", "lapan": "8", "sembilan": "9",
}  # fmt: skip
_LIKE_DIGITS = str.maketrans("oOlI", "0011")

_GROUP = re.compile(
    r"(?:(?<![^\W_])[oO](?=[ .\-]?8))?(?:\d|(?<=[oO])[ .\-]8)(?:[oOlI]?\d)*"
    rf"|(?<![^\W\d_])(?:{'|'.join(_WORDS)})(?![^\W\d_])",
    re.IGNORECASE,
)
_BLANKS = r"(?:[ \n]{0,3}| {4,20})"
# Blanks, a few signs, blanks; not the signs that end a number or stand for something of their own.
_GAP = re.compile(rf"{_BLANKS}(?:[^\w\s;?!%<>&@#$\"]|_){{0,3}}{_BLANKS}")
_WIDEST = 43
_USUAL = frozenset(" .-/")
_BETWEEN_SINGLES = re.compile(r"[ \n]{0,3},?[ \n]{0,3}")

# 08.00-12.00, 07.30 - 14.00: opening hours begin as telephone numbers do.
_HOURS = re.compile(r"(?<!\d)[0-2]?\d[.:][0-5]\d(?!\d)")
_FOUR_DIGIT_HOUR = re.compile(r"(?:[01]\d|2[0-4])(?:00|15|30|45)")
_PRICES = re.compile(r"(?:[1-9]\d{0,2}(?:[.,]\d{3})*[.,][05]00\D*)+")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")


class Group(NamedTuple):
    """Digits with nothing between them, or one digit as a word; where they stand in the plain text."""

    start: int
    end: int
    digits: str


@dataclass(frozen=True)
class Run:
    """Groups with no words between them. Places count groups from 0; a number ends before the group `after`."""

    text: str
    groups: Sequence[Group]
    digits: str
    offsets: Sequence[int]
    """How many digits stand before each group, and before the end."""
    ends: Mapping[int, int]
    """The same the other way round: which group begins behind so many digits."""

    def size(self, place: int, after: int) -> int:
        """How many digits the groups hold together."""
        return self.offsets[after] - self.offsets[place]

    def sizes(self, place: int, after: int) -> tuple[int, ...]:
        """How many digits each of them holds."""
        return tuple(len(group.digits) for group in self.groups[place:after])

    def digits_of(self, place: int, after: int) -> str:
        """Their digits, without what stands between."""
        return self.digits[self.offsets[place] : self.offsets[after]]

    def ahead(self, place: int, count: int) -> str:
        """The next digits from the beginning of this group on."""
        return self.digits[self.offsets[place] : self.offsets[place] + count]

    def after(self, place: int, size: int) -> int | None:
        """The group behind the last one of a number that has exactly this size."""
        return self.ends.get(self.offsets[place] + size)

    def gaps(self, place: int, after: int) -> list[str]:
        """What stands between them."""
        inside = self.groups[place:after]
        return [self.text[one.end : other.start] for one, other in pairwise(inside)]

    def one_gap(self, place: int, after: int) -> bool:
        """Whether the same stands between all of them."""
        return len(set(self.gaps(place, after))) <= 1

    def written(self, place: int, after: int) -> str:
        """How they are written."""
        return self.text[self.groups[place].start : self.groups[after - 1].end]

    def has_plus(self, place: int) -> bool:
        """Whether the number is written in its international form."""
        start = self.groups[place].start
        return "+" in self.text[max(0, start - 2) : start]

    def in_brackets(self, place: int) -> bool:
        """Whether the group stands in brackets of its own, as area codes do."""
        group = self.groups[place]
        return self.text[group.start - 1 : group.start] == "(" and self.text[group.end : group.end + 1] == ")"

    def begins_anew(self, place: int) -> bool:
        """Whether another telephone number seems to begin with this group."""
        if len(self.digits) - self.offsets[place] < 9:
            return False
        ahead = self.ahead(place, 3)
        return self.has_plus(place) or (ahead[0] == "0" and ahead[1] in "2345679") or "081" <= ahead <= "089"

    def is_fraction(self, place: int) -> bool:
        """Whether these are the digits behind a decimal point."""
        before = self.groups[place - 1] if place else None
        return (
            before is not None
            and before.digits == "0"
            and self.text[before.end : self.groups[place].start] == "."
        )

    def ends_thousands(self, place: int) -> bool:
        """Whether these are the last three digits of a round sum: 10.000."""
        before = self.groups[place - 1] if place else None
        return (
            before is not None
            and len(before.digits) <= 3
            and self.groups[place].digits == "000"
            and self.text[before.end : self.groups[place].start] == "."
        )


def runs(text: str) -> Iterator[Run]:
    """All runs of a plain text, in order."""
    groups: list[Group] = []
    for found in _GROUP.finditer(text):
        written = found[0]
        group = Group(found.start(), found.end(), _WORDS.get(written.lower()) or _as_digits(written))
        if groups and not _goes_on(text, groups[-1], group):
            yield _run(text, groups)
            groups = []
        groups.append(group)
    if groups:
        yield _run(text, groups)


def _run(text: str, groups: list[Group]) -> Run:
    offsets = [0, *accumulate(len(group.digits) for group in groups)]
    ends = {offset: place for place, offset in enumerate(offsets)}
    return Run(text, groups, "".join([group.digits for group in groups]), offsets, ends)


def _as_digits(written: str) -> str:
    if written.isdecimal():
        return written
    return "".join(sign for sign in written.translate(_LIKE_DIGITS) if sign.isdecimal())


def _goes_on(text: str, one: Group, other: Group) -> bool:
    between = other.start - one.end
    if between == 1:
        return text[one.end] in _USUAL or _GAP.fullmatch(text, one.end, other.start) is not None
    if between > _WIDEST:
        return False
    gap = text[one.end : other.start]
    if "," in gap and between > 1:
        return len(one.digits) == len(other.digits) == 1 and _BETWEEN_SINGLES.fullmatch(gap) is not None
    return _GAP.fullmatch(gap) is not None


def has_hours(run: Run, place: int, after: int) -> bool:
    """Whether these are times of the day: 08.00-12.00 13.00, or 0800-1200 1300."""
    hours = _HOURS.findall(run.written(place, after))
    if len(hours) > 1 and not run.one_gap(place, after):
        return True
    # Doors open before they close.
    times = [group.digits for group in run.groups[place:after]]
    return len(set(times)) > 1 and times == sorted(set(times)) and all(map(_FOUR_DIGIT_HOUR.fullmatch, times))


def has_a_date(run: Run, place: int) -> bool:
    """Whether the first three groups are a day of the calendar: 08-11-2026, 08/11/26."""
    if len(run.groups) < place + 3:
        return False
    day, month, year = (group.digits for group in run.groups[place : place + 3])
    gaps = run.gaps(place, place + 4)
    if gaps[0] != gaps[1] or gaps[0] not in {"-", "/", ".", " "} or gaps[2:] == gaps[:1]:
        return False
    if len(day) > 2 or len(month) > 2 or not (1 <= int(day) <= 31 and 1 <= int(month) <= 12):
        return False
    return (len(year) == 4 and year[:2] in {"19", "20"}) or (len(year) == 2 and "15" <= year <= "35")


def is_money(run: Run, place: int, after: int) -> bool:
    """Whether these are round sums: 42.000, 1.250.000."""
    return _PRICES.fullmatch(run.written(place, after)) is not None


def is_counted(run: Run, place: int, after: int) -> bool:
    """Whether these are thousands of anything: 812.345.678."""
    return _THOUSANDS.fullmatch(run.written(place, after)) is not None
