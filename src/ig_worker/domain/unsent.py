"""What a message that its sender took back leaves behind, and where its words may still stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import takewhile

from ig_worker.domain.masking import mask

TAKEN_BACK = "[pesan ditarik pengirim]"
"""What stands everywhere in the place of its words."""

ERASED_AFTER = timedelta(days=7)
"""So long the words are only hidden: Meta may have shown a conversation wrongly, and then they are shown again."""

_ENOUGH = 20
"""So many characters in a row are no coincidence in what is about the same message."""

_VEILED = re.compile("([^\\W\\d_])•••(?!•)")
"""Somebody's name, of which letters show the first letter only."""
_NAME = re.compile(r"\S{1,40}(?: \S{1,40}){0,2}")

_QUOTED = re.compile("“[^”]*”")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟❝❞〝〞＂", '"'))
"""Letters quote words with plain marks inside."""


class Words:
    """The words of one message, whole, masked or cut short, as letters and journals quote them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[str] = set()
        self._parts: set[str] = set()
        self._whole: set[str] = set()
        for text in texts:
            for said in {text, mask(text), mask(_folded(text))}:
                self._whole.add(_folded(said))
                for part in (said, *said.splitlines()):
                    folded = _folded(part)
                    self._runs.update(_runs(folded))
                    self._parts.add(folded)
        self._whole.discard("")
        self._parts.discard("")

    def are_in(self, line: str) -> bool:
        """Whether the line quotes them, or a part of them that is long enough to be known by; or is a part of them."""
        line = _folded(line)
        if any(run in self._runs for run in _runs(line)):
            return True
        return line in self._parts or any(f'"{said}"' in line for said in self._parts)

    def taken_out(self, text: str) -> str:
        """A text about the message without its quotations of them, or without the lines that hold them unquoted."""
        return "\n".join(self._taken_out_of(line) for line in text.split("\n"))

    def quotations_taken_out(self, text: str) -> str:
        """Any text without its quotations of the message: all of its words, or their beginning and ``…``.

        That others began with the same greeting, or that a short word stands in a heading, proves nothing.
        """
        return "\n".join(self._unquoted(line) for line in text.split("\n"))

    def _taken_out_of(self, line: str) -> str:
        line = self._unquoted(line)
        if not self.are_in(line):
            return line
        rest = _QUOTED.sub(lambda quoted: TAKEN_BACK if self.are_in(quoted[0]) else quoted[0], line)
        return TAKEN_BACK if self.are_in(rest) else rest

    def _unquoted(self, line: str) -> str:
        begin = line.find("“")
        while begin >= 0:
            end = max((self._end_of_quotation(line, begin + 1, said) for said in self._whole), default=0)
            if end:
                line = f"{line[:begin]}{TAKEN_BACK}{line[end:]}"
            begin = line.find("“", begin + 1)
        return line

    def _end_of_quotation(self, line: str, begin: int, said: str) -> int:
        """Where the quotation ends, 0 where it is none of these words."""
        quoted = line[begin:].translate(_QUOTES)
        alike = (one == other for one, other in zip(quoted, said, strict=False))
        shown = sum(takewhile(bool, alike))
        end = begin + shown
        if shown == len(said) and line.startswith("”", end):
            return end + 1
        if shown >= _ENOUGH and line.startswith("…", end):
            return end + (2 if line.startswith("”", end + 1) else 1)
        return begin + behind if (behind := _end_of_veiled(line[begin:], said)) else 0


def _end_of_veiled(line: str, said: str) -> int:
    """Where the quotation at the line's beginning ends, if these are the words with names in them veiled; else 0.

    All places of the words that each sign may stand for go along, since nobody knows how much a name was.
    """
    quoted = line.translate(_QUOTES)
    reached: dict[int, set[int]] = {0: {0}}
    end = 0
    for at in range(len(line)) if _VEILED.search(quoted) else ():
        places = reached.pop(at, set())
        if line[at] == "”" and len(said) in places and _says_more(quoted[:at]):
            end = at + 1
        elif line[at] == "…" and places and len(_VEILED.sub(r"\1", quoted[:at])) >= _ENOUGH:
            end = at + (2 if line.startswith("”", at + 1) else 1)
        places = {place for place in places if said.startswith(quoted[at], place)}
        if places:
            reached.setdefault(at + 1, set()).update(place + 1 for place in places)
            if veil := _VEILED.match(quoted, at):
                behind = reached.setdefault(veil.end(), set())
                behind.update(*(_ends_of_name(said, place) for place in places))
        elif not reached:
            break
    return end


def _says_more(quoted: str) -> bool:
    """Whether there is a word besides the veiled ones: many a name begins so."""
    return any(map(str.isalnum, _VEILED.sub("", quoted)))


def _ends_of_name(said: str, place: int) -> Iterator[int]:
    """Where a name that begins here may end: it has up to three words, and whatever an address is made of."""
    found = _NAME.match(said, place)
    ends = range(place + 1, found.end() + 1) if found else ()
    return (end for end in ends if not said[end : end + 1].isalpha())


def _folded(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())


def _runs(text: str) -> Iterator[str]:
    return (text[place : place + _ENOUGH] for place in range(len(text) - _ENOUGH + 1))
