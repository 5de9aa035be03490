"""Who is meant by a name on Instagram, and taking a person's name and numbers out of what others wrote."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ig_worker.domain.exposure import veiled
from ig_worker.domain.forgotten import ERASED, FORGOTTEN
from ig_worker.domain.personal_numbers import find
from ig_worker.domain.rising_words import names_of, without_names
from ig_worker.domain.unsent import TAKEN_BACK, Words

_MENTION = re.compile(r"@([A-Za-z0-9._]{1,30})")
_LOOSE = re.compile(r"\+?\d[\d .\-]{6,24}\d")
_IN_ONE = re.compile(r"(?<![\w.,/\-])\d{8,}(?![\w/\-])")
_DAY_IN_ONE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d"
)
_LETTER = re.compile(r"[^\W\d_]")
_ALONE = r"(?<![\w.])"
_LEAST_LETTERS = 6
_LEAST_DIGITS = 8
"""A shorter number is anybody's: a price, a queue number."""

NAME, ONLY_NAME = "name", "only name"
"""Of whom no id was known, the name alone tells, also where an id stands beside it one day."""

_KEPT = "\ue000"

_ENOUGH = 20
"""Words so long are no coincidence where they stand unquoted."""


def username(written: str) -> str:
    """A name as Instagram compares it: without ``@``, in small letters; ValueError for what is no name."""
    name = written.strip().removeprefix("@").casefold()
    if not name or any(letter.isspace() for letter in name) or len(name) > 200:
        raise ValueError(written)
    return name


def digest(salt: str, what: str) -> str:
    """By this a name or an id is known again without standing anywhere."""
    return hashlib.sha256(f"{salt}:{what}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Person:
    """Somebody on Instagram: every name and every id under which the worker met them, as they are written."""

    names: frozenset[str]
    ids: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.names or self.ids)


@dataclass(frozen=True)
class Erased:
    """People who are erased: the hashes of their names and ids, and until when what they wrote is gone.

    ``salt`` is the one in use. Hashes that were made with another one (an installation that began anew, two lists that
    became one) have theirs in ``older``.
    """

    salt: str
    until: dict[str, datetime]
    older: dict[str, str] = field(default_factory=dict)

    def salt_of(self, what: str) -> str:
        """With which salt this hash was made."""
        return self.older.get(what, self.salt)

    def covers(self, author: str, author_id: str, sent_at: datetime) -> bool:
        """Whether this was written by one of them before they were erased."""
        at = self.when(author, author_id)
        return at is not None and sent_at <= at

    def when(self, author: str, author_id: str) -> datetime | None:
        """When this person was erased, None where it is nobody who was. An id says more than a name, which may be
        somebody else's by now."""
        if not self.until:
            return None
        name = author.casefold()
        known = [f"id:{author_id}", f"{ONLY_NAME}:{name}"] if author_id else [f"{NAME}:{name}"]
        salts = {self.salt, *self.older.values()}
        found = (self.until.get(digest(salt, what)) for salt in salts for what in known)
        return max((at for at in found if at is not None), default=None)

    def unnamed(self, text: str, sent_at: datetime) -> str:
        """A text of that time without the names (``@name``) of those who are erased."""
        if not self.until or "@" not in text:
            return text

        def instead(found: re.Match[str]) -> str:
            name = found[1].rstrip(".")
            return ERASED + found[1][len(name) :] if self.covers(name, "", sent_at) else found[0]

        return _MENTION.sub(instead, text)


NOBODY = Erased("", {})


def names_others(text: str, names: Collection[str]) -> bool:
    """Whether ``@name`` of anybody else stands in a text: then it was perhaps said to them."""
    known = {name.casefold() for name in names}
    return any(found.rstrip(".").casefold() not in known for found in _MENTION.findall(text))


class Traces:
    """What a person has left in the words of others and of the centre: names, numbers, quotations.

    ``common`` are texts that others wrote as well (as `folded` has them), ``shared`` numbers that are the centre's own
    or stand in others' words, too (as :func:`numbers_in` has them): somewhere else, they tell of nobody.
    """

    def __init__(
        self,
        person: Person,
        texts: Collection[str],
        common: Collection[str] = (),
        shared: Collection[str] = (),
    ) -> None:
        # Without a space before it, too: "Makasih.@sari". What an address of mail has behind its @ goes on after a dot.
        self._mention = _pattern("@", person.names)
        # "2026" is somebody's name, too, and part of every case's number.
        self._token = _pattern(rf"{_ALONE}@?", {name for name in person.names if _LETTER.search(name)})
        # "sari" is a word and "k3" as well, and both a colleague's; nobody says "siti.aminah_87" by chance.
        self._own_name = _pattern(rf"{_ALONE}@?", {name for name in person.names if _is_unlike_a_word(name)})
        said = [text for text in texts if text.strip() and text not in (*FORGOTTEN, TAKEN_BACK)]
        spelled = {text: _as_quoted(text, person.names) for text in said}
        self._words = _words_of(spelled, said)
        self._only_theirs = _words_of(spelled, (text for text in said if folded(text) not in common))
        self._long = _words_of(spelled, (text for text in said if len(text) >= _ENOUGH))
        # Inside of a longer number it is another one.
        literals = {*_numbers(said, shared), *(each for each in person.ids if each)}
        either = "|".join(re.escape(literal) for literal in sorted(literals, key=len, reverse=True))
        self._literals = re.compile(rf"(?<!\d)(?:{either})(?!\d)") if either else None

    def taken_out(self, text: str, *, about_them: bool) -> str:
        """What the centre or the worker wrote, without them.

        Of what is not `about_them`, a line stays as it is unless it names or quotes them: that others began with the
        same words, or bear a name that is a word, proves nothing.
        """
        if about_them:
            return self._all_taken_out(text)
        return "\n".join(
            self._all_taken_out(line) if self._are_in(line) else line for line in text.split("\n")
        )

    def _are_in(self, line: str) -> bool:
        named = (self._mention, self._own_name, self._literals)
        return (
            any(pattern.search(line) for pattern in named if pattern is not None)
            or self._only_theirs.quotations_taken_out(line) != line
        )

    def _all_taken_out(self, text: str) -> str:
        kept = text.replace(TAKEN_BACK, _KEPT)  # what others took back is not this person's
        kept = self._long.taken_out(self._words.quotations_taken_out(kept)).replace(TAKEN_BACK, ERASED)
        text = kept.replace(_KEPT, TAKEN_BACK)
        for pattern in (self._mention, self._token, self._literals):
            text = text if pattern is None else pattern.sub(ERASED, text)
        return text

    def mentions_taken_out(self, text: str) -> str:
        """What somebody else wrote, without ``@name``: the rest is theirs."""
        return text if self._mention is None else self._mention.sub(ERASED, text)


def _as_quoted(text: str, names: Collection[str]) -> set[str]:
    """How letters spell it that hide whom it speaks of, or who wrote it."""
    theirs = {part for name in names for part in names_of(name)}
    return {text, veiled(text), without_names(text), without_names(text, theirs)}


def _words_of(spelled: Mapping[str, Collection[str]], texts: Iterable[str]) -> Words:
    return Words(spelling for text in texts for spelling in spelled[text])


def folded(text: str) -> str:
    """By this the same text is known again, however it was typed."""
    return " ".join(text.casefold().split())


def _pattern(before: str, names: Collection[str]) -> re.Pattern[str] | None:
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    return re.compile(rf"{before}(?:{either})(?!\w|\.\w)", re.IGNORECASE) if either else None


def numbers_in(text: str) -> set[str]:
    """Whatever may be a number that identifies in a text: digits alone, telephones as they are dialled here."""
    loose = {dialled(number) for number in _LOOSE.findall(text)}
    return {number for number in loose if len(number) >= _LEAST_DIGITS} | {
        dialled(digits) for _, digits in _written_numbers(text)
    }


def _numbers(texts: Iterable[str], shared: Collection[str]) -> set[str]:
    """The numbers that identify, as they are written and as digits alone, without those that are `shared`."""
    found: set[str] = set()
    for text in texts:
        for number, digits in _written_numbers(text):
            if dialled(digits) not in shared:
                found |= {number, digits}
    return found


def _written_numbers(text: str) -> Iterator[tuple[str, str]]:
    """What is a person's number by its form (decision 17), or long and written in one: hours, dates, prices and cases'
    numbers are everybody's."""
    for found in find(text):
        if len(found.digits) >= _LEAST_DIGITS:
            plus = text[: found.start].endswith("+")
            yield text[found.start - plus : found.end].strip(), found.digits
    for number in _IN_ONE.findall(text):
        if not _DAY_IN_ONE.fullmatch(number):
            yield number, number


def dialled(written: str) -> str:
    """A telephone's digits as one dials them here: ``+62 (341) 491234`` is 0341491234."""
    digits = re.sub(r"\D", "", written)
    return f"0{digits[2:]}" if digits.startswith("62") else digits


def _is_unlike_a_word(name: str) -> bool:
    return len(name) >= _LEAST_LETTERS and bool(_LETTER.search(name)) and not name.isalpha()
