"""Makes what strangers wrote safe and honest to print: nothing invisible stays unseen, nothing breaks the page.

A text becomes *lines*; a line is ``{"rtl": bool, "tall": bool, "runs": [...]}`` and a run is ``{"text": str}`` or,
for what has no shape of its own, ``{"mark": str}`` (``RLO``, ``ZWSP``, ``U+D83D``, ``CJK ×12``), which the templates
draw as a small grey label. A person who types "RLO" gets a text, never a mark.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby, pairwise
from typing import Any

from ig_worker.render.characters import ZWJ, is_flag_letter, shown, sticks

Line = dict[str, Any]

_LINE_ENDS = ("\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
_MOST_LINES = 60
"""A text of more lines than this is set as running text with a pilcrow where a line ended."""
_PLACE_TO_BREAK = "\u200b"
_LONG_WORD = 30
"""Characters that fit on a line of a card, whatever they are."""


def lines(text: str, *, most: int = 2400) -> list[Line]:
    """All of `text`, or its first `most` characters and "…"; no lines where it is empty."""
    kept, cut = _shorten(_with_plain_ends(text).strip(), most)
    broken = [line.strip() for line in kept.split("\n")]
    # Of several empty lines one says as much.
    broken = [line for place, line in enumerate(broken) if line or broken[place - 1]]
    if len(broken) > _MOST_LINES:
        broken = [" ¶ ".join(line for line in broken if line)]
    made = [_line(line) for line in broken]
    if cut:
        made[-1]["runs"].append({"text": "…"})
    return made


def one_line(text: str, *, most: int = 60, long_word: int = _LONG_WORD) -> Line:
    """`text` as one line, cut after `most` characters with "…"; words over `long_word` may be broken."""
    kept, cut = _shorten(" ".join(text.split()), most)
    line = _line(kept.rstrip(), long_word)
    if cut:
        line["runs"].append({"text": "…"})
    return line


def has_marks(made: list[Line]) -> bool:
    """Whether a reader needs to be told what the grey labels mean."""
    return any("mark" in run for line in made for run in line["runs"])


def _with_plain_ends(text: str) -> str:
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def _shorten(text: str, most: int) -> tuple[str, bool]:
    """`text` without what is beyond `most` characters, and whether anything was. Emoji stay whole."""
    if len(text) <= most:
        return text, False
    end = most
    while end > 1 and (sticks(text[end]) or text[end - 1] == ZWJ):
        end -= 1
    return text[:end], True


def _line(text: str, long_word: int = _LONG_WORD) -> Line:
    runs: list[dict[str, str]] = []
    for mark, group in groupby(shown(text), key=lambda pair: pair[1]):
        printed = [character for character, _ in group]
        if not mark:
            runs.append({"text": _breakable("".join(printed), long_word)})
        else:
            runs.append({"mark": mark if len(printed) == 1 else f"{mark} ×{len(printed)}"})
    return {"rtl": _reads_from_the_right(text), "tall": _is_tall(text), "runs": runs}


def _is_tall(text: str) -> bool:
    """Whether some of it reaches into the lines above or below: Javanese with its signs, accents upon accents."""
    return any(
        "\ua980" <= character <= "\ua9df"
        or (unicodedata.category(before) == unicodedata.category(character) == "Mn")
        for before, character in pairwise(text)
    )


def _reads_from_the_right(text: str) -> bool:
    """The direction of the first letter that has one, as the Unicode bidirectional algorithm has it (rule P2)."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next(
        (direction in {"R", "AL"} for direction in directions if direction in {"L", "R", "AL"}), False
    )


def _breakable(text: str, long_word: int) -> str:
    """`text` with invisible places to break inside words that no line could hold."""
    return " ".join(
        word if len(word) <= long_word else _broken(word, long_word // 3) for word in text.split(" ")
    )


def _broken(word: str, every: int) -> str:
    pieces = [word[0]]
    since = 1
    for before, character in pairwise(word):
        whole = sticks(character) or before == ZWJ or (is_flag_letter(before) and is_flag_letter(character))
        if since >= every and not whole:
            pieces.append(_PLACE_TO_BREAK)
            since = 0
        pieces.append(character)
        since += 1
    return "".join(pieces)
