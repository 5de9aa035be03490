"""How a text is put together around its praise: where mockery and praise of something else show.

"Hebat ya, tiga jam nunggu" has not one word of complaint. What gives it away is its build: praise first, then a clause
that praises nothing; the same praise twice; praise beside a time told in hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import Token

_NUMBERS = lexicon.word_set(
    "<angka> dua tiga empat lima enam tujuh delapan sembilan sepuluh belas puluh beberapa"
)
_LONG_UNITS = lexicon.word_set("jam hari minggu bulan tahun windu abad")
_LONG = lexicon.word_set(
    "seharian seminggu sebulan setahun sejam berjamjam berjam berharihari berhari semalaman"
)
_SHORT = frozenset({("jam", "24"), ("jam", "1"), ("hari", "1"), ("jam", "satu"), ("hari", "satu")})
_STAYING = ("rawat", "dirawat", "merawat", "opname", "inap", "langgan", "rutin", "kontrol", "kerja")
_KNOWING = lexicon.word_set("ya memang deh tuh lho loh betul bener nih")


def _clauses(tokens: Sequence[Token]) -> list[list[Token]]:
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.pause and found[-1]:
            found.append([])
        if token.is_word or token.plain == "<angka>":
            found[-1].append(token)
    return [clause for clause in found if clause]


def is_praise(token: Token) -> bool:
    """Whether this word praises by itself."""
    return token.plain in lexicon.POSITIVE and not token.negated


def tells_long_time(tokens: Sequence[Token]) -> bool:
    """Whether hours, days or more are told in numbers, other than those that one is nursed or has been coming."""
    if any(token.plain.startswith(_STAYING) for token in tokens):
        return False
    before = number = ""
    spared = 0
    for token in tokens:
        plain = token.plain
        if plain in lexicon.NEGATION:
            spared = 4
        long = plain in _LONG or (
            plain in _LONG_UNITS and before in _NUMBERS and (plain, number) not in _SHORT
        )
        if long and spared <= 0:
            return True
        spared -= 1
        before, number = plain, token.written
    return False


def tone_marks(tokens: Sequence[Token]) -> list[str]:
    """The marks of how a praising text is built; a text without a word of praise has none."""
    praise = [place for place, token in enumerate(tokens) if is_praise(token)]
    if not praise:
        return []
    marks = []
    clauses = _clauses(tokens)
    praised = [any(is_praise(token) for token in clause) for clause in clauses]
    if praised[0] and any(not one and len(clause) > 1 for one, clause in zip(praised, clauses, strict=True)):
        marks.append("<puji-lalu>")
    if praised[0] and not praised[-1] and len(clauses[-1]) > 1:
        marks.append("<puji-akhirnya>")
    words = [tokens[place].plain for place in praise]
    for first, second in pairwise(praise):
        if second - first > 1 and words.count(tokens[second].plain) > 1:
            marks.append("<puji-ulang>")
            break
    if any(token.plain in _KNOWING for place in praise for token in tokens[place + 1 : place + 3]):
        marks.append("<puji-ya>")
    if tells_long_time(tokens):
        marks.append("<puji-lama>")
    if not any(token.plain.startswith(lexicon.OUR_STEMS) for token in tokens if token.is_word):
        marks.append("<puji-siapa>")
    return marks
