"""What the model looks at: words and pairs of words, marks of mood, and the letters within words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from ig_worker.domain.classifier import lexicon
from ig_worker.domain.classifier.normalise import Token
from ig_worker.domain.classifier.tone import tone_marks

SHORTEST_NGRAM, LONGEST_NGRAM = 2, 5


def _symbol_group(symbol: str) -> str:
    if symbol in lexicon.HAPPY_EMOJI or symbol == "<senyum>":
        return "<senang>"
    if symbol in lexicon.SAD_EMOJI or symbol == "<muram>":
        return "<sedih>"
    if symbol in lexicon.LAUGHING_EMOJI:
        return "<tawa>"
    return "" if symbol.startswith("<") else "<lambang>"


@lru_cache(maxsize=20_000)
def moods_of(plain: str, negated: bool) -> tuple[str, ...]:
    """The marks that one word earns by the lists of the lexicon."""
    suffix = "-tidak" if negated else ""
    moods = []
    if plain in lexicon.POSITIVE:
        moods.append(f"<memuji{suffix}>")
    if plain in lexicon.NEGATIVE:
        moods.append(f"<mengeluh{suffix}>")
    if plain in lexicon.CONTRAST:
        moods.append("<tapi>")
    if plain in lexicon.QUESTION:
        moods.append("<menanya>")
    if plain in lexicon.REQUEST:
        moods.append("<meminta>")
    moods.extend(
        f"<topik-{topic}>" for topic, stems in lexicon.TOPIC_STEMS.items() if plain.startswith(stems)
    )
    return tuple(moods)


def _length_mark(words: int) -> str:
    for limit in (1, 3, 6, 12, 25):
        if words <= limit:
            return f"<sampai-{limit}>"
    return "<panjang>"


def word_features(tokens: Sequence[Token]) -> list[tuple[str, int]]:
    """Each feature with the place of the token it comes from (-1: the text as a whole). Repeats are kept."""
    found: list[tuple[str, int]] = []
    before = "^"
    words = 0
    for place, token in enumerate(tokens):
        name = f"¬{token.plain}" if token.negated else token.plain
        found.append((name, place))
        found.append((f"{before} {name}", place))
        before = name
        if token.is_word:
            words += 1
            found.extend((mood, place) for mood in moods_of(token.plain, token.negated))
        elif group := _symbol_group(token.plain):
            found.append((group, place))
    found.append((f"{before} $", len(tokens) - 1))
    found.append((_length_mark(words), -1))
    found.extend((mark, -1) for mark in tone_marks(tokens))
    return found


def letter_features(word: str) -> list[str]:
    """The runs of 2 to 5 characters within one word, its edges marked by spaces. Repeats are kept."""
    padded = f" {word} "
    length = len(padded)
    return [
        padded[start : start + size]
        for size in range(SHORTEST_NGRAM, LONGEST_NGRAM + 1)
        for start in range(length - size + 1)
    ]
