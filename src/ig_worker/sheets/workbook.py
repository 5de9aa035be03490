"""The parts of an XLSX file that a plan needs, read straight from its XML (ECMA-376, parts of SpreadsheetML).

A library that knows all of SpreadsheetML makes an object of everything: twice the time for ten thousand rows, and
memory that a small server lacks. A plan needs texts, numbers, dates and the formulas' last values.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import isfinite
from posixpath import join, normpath
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from ig_worker.domain.sheet_rows import Cell

_BLOCK_BYTES = 1 << 18
_SMALL_PART_BYTES = 30_000_000
_MAC_EPOCH, _EPOCH = datetime(1904, 1, 1), datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet's have no zone

_BUILT_IN_DATES = frozenset((*range(14, 23), 45, 46, 47))
_BUILT_IN_DURATIONS = frozenset((46,))
_NO_CODES = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]', re.IGNORECASE)
_DATE_CODE = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)
_DURATION_CODE = re.compile(r"\[(hh?|mm?|ss?)\]", re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True)
class Page:
    """One worksheet: its title, and where its XML lies in the archive."""

    title: str
    part: str


class Workbook:
    """An open XLSX file. What is damaged raises whatever the parsers trip over."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._targets = self._relationships()
        about = self._tree("xl/workbook.xml")
        properties = _first(about, "workbookPr")
        self.counts_from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        self.pages = tuple(self._pages(about))
        self.dates, self.durations = self._styles()
        self.strings = self._strings()

    def open(self, page: Page) -> IO[bytes]:
        """The page's XML."""
        return self._archive.open(page.part)

    def _pages(self, about: ElementTree.Element) -> Iterator[Page]:
        """The worksheets that people see, in their order; pages that are only a chart are none."""
        for element in about.iter():
            if _local(element.tag) != "sheet" or element.get("state", "visible") != "visible":
                continue
            link = next(
                value
                for name, value in element.attrib.items()
                if name.startswith("{") and name.endswith("}id")
            )
            kind, part = self._targets[link]
            if kind == "worksheet":
                yield Page(element.get("name", ""), part)

    def _relationships(self) -> dict[str, tuple[str, str]]:
        """Each relationship's kind and the part that it leads to."""
        found = {}
        for element in self._tree("xl/_rels/workbook.xml.rels").iter():
            if _local(element.tag) == "Relationship" and element.get("TargetMode") != "External":
                target = element.get("Target", "")
                part = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
                found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], part)
        return found

    def _part(self, kind: str) -> str | None:
        return next((part for its, part in self._targets.values() if its == kind), None)

    def _tree(self, part: str) -> ElementTree.Element:
        with self._archive.open(part) as source:
            content = source.read(_SMALL_PART_BYTES + 1)
        if len(content) > _SMALL_PART_BYTES:
            raise ValueError(f"{part} is too large")
        return ElementTree.fromstring(content)  # noqa: S314 -- expat itself stops entities that multiply

    def _styles(self) -> tuple[frozenset[str], frozenset[str]]:
        """The numbers of the cell styles that show a date or time, and of those that show a duration."""
        part = self._part("styles")
        if part is None:
            return frozenset(), frozenset()
        dates, durations = set(_BUILT_IN_DATES), set(_BUILT_IN_DURATIONS)
        tree = self._tree(part)
        for element in tree.iter():
            if _local(element.tag) == "numFmt" and element.get("numFmtId", "").isdecimal():
                number = int(element.get("numFmtId", ""))
                code = _NO_CODES.sub("", element.get("formatCode", "").split(";")[0])
                for known, shows in ((dates, _DATE_CODE), (durations, _DURATION_CODE)):
                    (known.add if shows.search(code) else known.discard)(number)
        formats = _first(tree, "cellXfs")
        numbers = [int(style.get("numFmtId", "0")) for style in formats] if formats is not None else []
        return (
            frozenset(str(place) for place, number in enumerate(numbers) if number in dates),
            frozenset(str(place) for place, number in enumerate(numbers) if number in durations),
        )

    def _strings(self) -> list[str]:
        part = self._part("sharedStrings")
        if part is None:
            return []
        reader = _Strings()
        with self._archive.open(part) as source:
            reader.parser.ParseFile(source)
        return reader.found


def cells_of(
    source: IO[bytes], book: Workbook, columns_max: int
) -> Iterator[tuple[int, tuple[Cell | None, ...], list[int]]]:
    """Every row of a page: its number, its cells, and the places of formulas that nobody has calculated yet.

    Cells beyond `columns_max` are left out. A formula whose value *is* an empty text says so (``t="str"``).
    """
    reader = _Rows(book, columns_max)
    while block := source.read(_BLOCK_BYTES):
        reader.parser.Parse(block)
        yield from reader.take()
    reader.parser.Parse(b"", True)
    yield from reader.take()


def _parser(start: Any, end: Any, text: Any) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    return parser


class _Strings:
    """The table of texts: what is spoken (``rPh``) of a text is no part of it."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parser = _parser(self._start, self._end, self._text)
        self._pieces: list[str] = []
        self._collects = self._spoken = False

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        match _local(name):
            case "si":
                self._pieces = []
            case "rPh":
                self._spoken = True
            case "t":
                self._collects = not self._spoken

    def _end(self, name: str) -> None:
        match _local(name):
            case "si":
                self.found.append(_unescaped("".join(self._pieces)))
            case "rPh":
                self._spoken = False
            case "t":
                self._collects = False

    def _text(self, text: str) -> None:
        if self._collects:
            self._pieces.append(text)


class _Rows:
    """The rows of one page, as the parser comes by them."""

    def __init__(self, book: Workbook, columns_max: int) -> None:
        self.parser = _parser(self._start, self._end, self._text)
        self._book = book
        self._columns_max = columns_max
        self._epoch = _MAC_EPOCH if book.counts_from_1904 else _EPOCH
        self._done: list[tuple[int, tuple[Cell | None, ...], list[int]]] = []
        self._places: dict[str, int] = {}
        self._number = 0
        self._cells: list[Cell | None] = []
        self._uncalculated: list[int] = []
        self._place = -1
        self._type = self._style = ""
        self._formula = self._spoken = self._collects = False
        self._pieces: list[str] = []

    def take(self) -> list[tuple[int, tuple[Cell | None, ...], list[int]]]:
        """The rows that are complete by now."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        if name == "c":
            written = attributes.get("r", "")
            self._place = self._place_of(written) if written else self._place + 1
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._formula = False
            self._pieces = []
        elif name in ("v", "t"):
            self._collects = not self._spoken
        elif name == "f":
            self._formula = True
        elif name == "rPh":
            self._spoken = True
        elif name == "row":
            given = int(float(attributes.get("r", 0)))
            self._number = max(self._number + 1, given)
            self._cells, self._uncalculated, self._place = [], [], -1

    def _text(self, text: str) -> None:
        if self._collects:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        name = _local(name)
        if name in ("v", "t"):
            self._collects = False
        elif name == "c":
            self._put("".join(self._pieces))
        elif name == "rPh":
            self._spoken = False
        elif name == "row":
            self._done.append((self._number, tuple(self._cells), self._uncalculated))

    def _place_of(self, written: str) -> int:
        letters = written.rstrip("0123456789")
        if letters not in self._places:
            if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
                raise ValueError("a cell without a column")
            number = 0
            for letter in letters.upper():
                number = number * 26 + ord(letter) - ord("A") + 1
            self._places[letters] = number - 1
        return self._places[letters]

    def _put(self, written: str) -> None:
        place = self._place
        if place >= self._columns_max:
            return
        if not written:
            if self._formula and self._type != "str":
                self._uncalculated.append(place)
            return
        cells = self._cells
        if place >= len(cells):
            cells += [None] * (place + 1 - len(cells))
        cells[place] = self._value(written)

    def _value(self, written: str) -> Cell:
        match self._type:
            case "s":
                return self._book.strings[int(written)]
            case "n":
                return self._number_or_moment(written)
            case "str" | "inlineStr":
                return _unescaped(written)
            case "b":
                return written.strip() in ("1", "true")
            case "d":
                return _iso(written)
        return written

    def _number_or_moment(self, written: str) -> Cell:
        number = float(written)
        if not isfinite(number):
            return "#NUM!"
        if self._style in self._book.dates:
            try:
                return _moment(number, self._epoch, duration=self._style in self._book.durations)
            except (OverflowError, ValueError):
                return "#VALUE!"
        return int(written) if written.strip("-").isdecimal() else number


def _moment(serial: float, epoch: datetime, *, duration: bool) -> Cell:
    """The date, the time of day, or both, behind a number; a duration of a day or more is told as text."""
    milliseconds = round(serial * 86_400_000)
    if duration and not 0 <= serial < 1:
        seconds = round(abs(serial) * 86_400)
        return f"{'-' if serial < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}"
    if 0 <= serial < 1 and milliseconds < 86_400_000:
        return (_EPOCH + timedelta(milliseconds=milliseconds)).time()
    return epoch + timedelta(milliseconds=milliseconds)


def _iso(written: str) -> Cell:
    try:
        return (
            time.fromisoformat(written)
            if written[2:3] == ":"
            else datetime.fromisoformat(written).replace(tzinfo=None)
        )
    except ValueError:
        return written


def _unescaped(text: str) -> str:
    """Characters that XML cannot hold stand as ``_x000D_``; an underscore that would look so stands as ``_x005F_``."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _local(name: str) -> str:
    """A name without its namespace: the transitional and the strict form differ in nothing else that matters here."""
    if "}" in name:
        return name.rpartition("}")[2]
    return name.rpartition(":")[2] if ":" in name else name


def _first(tree: ElementTree.Element, name: str) -> ElementTree.Element | None:
    return next((element for element in tree.iter() if _local(element.tag) == name), None)
