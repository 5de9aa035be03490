"""Says of each character a stranger typed whether it can be printed as it is, and if not, what stands for it."""

from __future__ import annotations

import unicodedata

from ig_worker.render.glyphs import can_draw

ZWJ = "\u200d"
_ZWNJ = "\u200c"
_INVISIBLE = {
    "\0": "NUL",
    "\u00ad": "SHY",
    "\u034f": "CGJ",
    "\u061c": "ALM",
    "\u180e": "MVS",
    "\u200b": "ZWSP",
    "\u200c": "ZWNJ",
    "\u200d": "ZWJ",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2060": "WJ",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u3164": "HF",
    "\ufeff": "BOM",
}
_WIDE = {"\ufdfd": "Bismillah"}
"""One character as wide as a sentence; a run of them would leave the page."""
_MOST_JOINS = 6
"""The longest emoji in use (a family, a kiss with two skin tones) has three joins."""
_MOST_ACCENTS = 4
"""Piled higher than this they run into the lines above and below."""
_FLAGS = tuple(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in country) + "\U000e007f"
    for country in ("gbeng", "gbsct", "gbwls")
)
"""The flags that are spelled with invisible tags; anywhere else tags could carry hidden text."""


def shown(text: str) -> list[tuple[str, str]]:
    """Each character as (what to print, "") or ("", the mark that stands for it). Nothing is left out."""
    found: list[tuple[str, str]] = []
    joins = accents = 0
    for place, character in enumerate(text):
        before = text[place - 1] if place else ""
        if not sticks(character) and before != ZWJ:
            joins = accents = 0
        if _does_its_work(text, place) and joins < _MOST_JOINS:
            joins += character == ZWJ
            found.append((character, ""))
        elif unicodedata.category(character) in {"Mn", "Me"} and accents == _MOST_ACCENTS:
            found.append(("", "tanda"))
        else:
            accents += unicodedata.category(character) in {"Mn", "Me"}
            found.append(_printed(character))
    return found


def sticks(character: str) -> bool:
    """Whether it belongs to the character before it: an accent, a joiner, a skin tone, a tag of a flag."""
    return (
        unicodedata.category(character) in {"Mn", "Me", "Mc"}
        or character == ZWJ
        or _is_skin_tone(character)
        or _is_tag(character)
    )


def is_flag_letter(character: str) -> bool:
    """Whether it is half of a country's flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _printed(character: str) -> tuple[str, str]:
    if character in _INVISIBLE or character in _WIDE:
        return "", _INVISIBLE.get(character) or _WIDE[character]
    category = unicodedata.category(character)
    if category == "Zs" or character == "\t":
        return " ", ""
    if category not in {"Cc", "Cf"} and can_draw(character):
        return character, ""
    # Letters in fancy dress (full-width, circled) are still read by people; print the letter inside.
    folded = unicodedata.normalize("NFKC", character)
    if folded != character and all(can_draw(letter) for letter in folded):
        return folded, ""
    number = f"U+{ord(character):04X}"
    # Of a script that we have no font for, its name (CJK, THAI) says more than a row of numbers.
    return "", unicodedata.name(character, number).split()[0] if category[0] in "LM" else number


def _does_its_work(text: str, place: int) -> bool:
    """Whether an invisible character stands where it is meant to: inside an emoji, a flag or an Arabic word."""
    character = text[place]
    before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    if _is_selector(character):
        return bool(before.strip()) and not _is_selector(before)
    if _is_tag(character):
        return _in_flag(text, place)
    if character == _ZWNJ:
        return _is_arabic(before) and _is_arabic(after)
    return character == ZWJ and (
        (_ends_emoji(before) and _begins_emoji(after)) or (_is_arabic(before) and _is_arabic(after))
    )


def _is_selector(character: str) -> bool:
    """A variation selector: it asks for the coloured or the plain shape of the character before it."""
    return "\ufe00" <= character <= "\ufe0f"


def _is_skin_tone(character: str) -> bool:
    return "\U0001f3fb" <= character <= "\U0001f3ff"


def _is_tag(character: str) -> bool:
    return "\U000e0020" <= character <= "\U000e007f"


def _in_flag(text: str, place: int) -> bool:
    start = max(0, text.rfind("\U0001f3f4", 0, place))
    return any(text.startswith(flag, start) and place < start + len(flag) for flag in _FLAGS)


def _ends_emoji(character: str) -> bool:
    return bool(character) and (
        _is_selector(character) or _is_skin_tone(character) or unicodedata.category(character) == "So"
    )


def _begins_emoji(character: str) -> bool:
    # An emoji younger than Python's tables is unassigned there; the font knows it.
    return bool(character) and unicodedata.category(character) in {"So", "Cn"} and can_draw(character)


def _is_arabic(character: str) -> bool:
    return bool(character) and unicodedata.bidirectional(character) in {"AL", "NSM"}
