"""Finds the formulas of an XLSX worksheet that no program has calculated yet.

A program that only writes files (a form's export, a script) leaves formulas without values. What reads them as empty
would plan a post without its caption. A formula whose value *is* an empty text says so (``t="str"``) and is fine.
"""

from __future__ import annotations

import re
from typing import IO, Any
from xml.parsers import expat

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_BLOCK_BYTES = 1 << 20
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)


def uncalculated_cells(worksheet: IO[bytes], most: int) -> set[tuple[int, int]]:
    """The row's number and the place (from 0) of every such cell, at most so many, from the worksheet's XML.

    Raises ExpatError for what is no XML.
    """
    if not _mentions_formulas(worksheet):
        return set()
    worksheet.seek(0)
    cells = _Cells(most)
    cells.parser.ParseFile(worksheet)
    return cells.found


def _mentions_formulas(worksheet: IO[bytes]) -> bool:
    """Most plans have none, and looking at every cell would take a third of the reading again."""
    end = b""
    while block := worksheet.read(_BLOCK_BYTES):
        if _FORMULA.search(end + block):
            return True
        end = block[-20:]
    return False


class _Cells:
    """What the parser has met of the cell it is in."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.found: set[tuple[int, int]] = set()
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self._row = self._place = 0
        self._formula = self._valued = self._in_value = False

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._place = -1
            case "c":
                self._place = _place(attributes.get("r", ""), self._place + 1)
                self._formula, self._valued = False, attributes.get("t") == "str"
            case "f":
                self._formula = True
            case "v" | "is":
                self._in_value = True

    def _text(self, text: str) -> None:
        self._valued = self._valued or (self._in_value and bool(text))

    def _end(self, name: str) -> None:
        match name.rpartition(" ")[2]:
            case "v" | "is":
                self._in_value = False
            case "c" if self._formula and not self._valued and len(self.found) < self._most:
                self.found.add((self._row, self._place))


def _place(written: str, otherwise: int) -> int:
    found = _CELL.fullmatch(written)
    if found is None:
        return otherwise
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
