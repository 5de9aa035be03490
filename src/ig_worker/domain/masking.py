"""Hides what identifies a person in text that others will read: notices, reports, logs and lists.

Masked are identity numbers (NIK and KK, 16 digits), BPJS card numbers (13 digits), telephone numbers, e-mail
addresses and medical-record numbers (RM), as people write them and as they hide them from a filter. The last two
digits stay, and of long numbers the first two, so that those who know the number can tell it is the one:
``08••••••••90``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ig_worker.domain.mentioned import said_names
from ig_worker.domain.personal_numbers import Found, Kind, begins_in_a_province, find_in
from ig_worker.domain.plain_digits import Plain, plain

_DOT = "•"
_LONG = 9
"""Shorter numbers show their last two digits only: half of six digits would be guessed."""

_KNOWN = r"(?:gmail|ymail|yahoo|hotmail|outlook|icloud|rocketmail)"
_POINT = r"(?:\.|\s?[\[({]\s?(?:dot|titik|\.)\s?[\])}]\s?|\s(?:dot|titik)\s|\s?\.\s?)"
_LOCAL = r"(?<![\w.+-])(?P<first>[\w.+-])[\w.+-]{0,63}"
_ADDRESSES = (
    re.compile(rf"{_LOCAL}@(?P<host>(?:[\w-]{{1,63}}\.){{1,5}}[^\W\d_]{{2,24}})"),
    # Hidden from a filter, or typed in a hurry.
    re.compile(
        rf"{_LOCAL}(?:\s{{0,2}}@\s{{0,2}}|\s{{0,2}}[\[({{]\s?(?:at|et|@)\s?[\])}}]\s{{0,2}})"
        rf"(?P<host>(?:[\w-]{{2,40}}{_POINT}){{1,4}}(?:com|go|co|or|ac|sch|my|net|org|id)(?![^\W_])|{_KNOWN}(?![^\W_]))",
        re.IGNORECASE,
    ),
    # "at" is a word as well: only before a host that everybody knows.
    re.compile(
        rf"{_LOCAL}\s(?:at|et)\s(?P<host>{_KNOWN}(?:{_POINT}(?:com|co|id)){{0,2}})(?![^\W_])", re.IGNORECASE
    ),
)
_WORTH_A_LOOK = re.compile(
    r"\d|@|\.me/|nama|pasien|\b[tnab][nyd]\.|a\.n|a/n|sdr|\b(?:at|et)\b|[\[({]|nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan",
    re.IGNORECASE,
)

_HANDLE = re.compile(
    r"(?P<at>(?:t|telegram)\.me/|wa\.me/(?:message|qr)/|line\.me/ti/p/)[\w+~\-]{3,80}", re.IGNORECASE
)

_NAMES_A_THING = re.compile(
    r"(?:post|comment|message|media|container|conversation|page|account|user|request|id)s?[\s:=\"'(]{1,3}$",
    re.IGNORECASE,
)


def mask(text: str) -> str:
    """The text with personal numbers and addresses made unreadable. Masked text stays as it is."""
    seen = plain(text)
    if not _WORTH_A_LOOK.search(seen.text):
        return text
    return _replaced(text, seen, find_in(seen), _names(seen))


def mask_line(text: str) -> str:
    """A line of a log, masked, with the names of its things left readable: ids, hashes, paths, times.

    Meta's ids have 15 to 18 digits, as a bare NIK has 16: left alone is what no province's NIK begins with, and what
    the line itself calls an id.
    """
    seen = plain(text)
    if not _WORTH_A_LOOK.search(seen.text):
        return text
    return _replaced(text, seen, (found for found in find_in(seen) if not _is_id(seen, found)), ())


def _is_id(seen: Plain, found: Found) -> bool:
    start, end = seen.begins(found.start), seen.begins(found.end)
    if not found.certain:
        if found.kind is not Kind.IDENTITY or not begins_in_a_province(found.digits):
            return True
        return _NAMES_A_THING.search(seen.text, max(0, start - 20), start) is not None
    before, after = seen.text[max(0, start - 1) : start], seen.text[end : end + 1]
    return (before.isalnum() or before == "_") and (after.isalnum() or after == "_")


def _names(seen: Plain) -> Iterator[tuple[int, int, str]]:
    for start, end in said_names(seen):
        yield *seen.written(start, end), f"{seen.text[start]}{_DOT * 3}"


def _replaced(text: str, seen: Plain, numbers: Iterator[Found], names: Iterable[tuple[int, int, str]]) -> str:
    pieces = [*_addresses(seen), *((one.start, one.end, _hidden(one)) for one in numbers), *names]
    parts: list[str] = []
    done = 0
    for start, end, instead in sorted(pieces):
        if start < done:
            continue  # a number inside of an address
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])


def _addresses(seen: Plain) -> Iterator[tuple[int, int, str]]:
    for pattern in _ADDRESSES:
        for found in pattern.finditer(seen.text):
            yield *seen.written(*found.span()), f"{found['first']}{_DOT * 3}@{found['host']}"
    for found in _HANDLE.finditer(seen.text):
        yield *seen.written(*found.span()), f"{found['at']}{_DOT * 3}"


def _hidden(found: Found) -> str:
    first = 2 if len(found.digits) >= _LONG else 0
    return found.digits[:first] + _DOT * (len(found.digits) - first - 2) + found.digits[-2:]
