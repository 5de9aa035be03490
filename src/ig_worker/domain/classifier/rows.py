"""A model's many rows of numbers in one piece of memory, and how JSON becomes them without a heap of objects."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Sequence[float]
"""The square of a feature's own weight (its idf), then its weight for each class, idf already multiplied in."""

_BLOCK = re.compile(rb'"(?:letters|words)":\{')
_ROW = re.compile(rb',?"((?:[^"\\]|\\.)*)":\[([-+0-9.eE,]+)\]')
_PLACE = "row block"


class Rows(Mapping[str, Row]):
    """Rows of one length, by feature: twenty thousand lists of numbers would take five times the memory."""

    __slots__ = ("_begins", "_length", "_numbers")

    def __init__(self, rows: Iterable[tuple[str, Row]]) -> None:
        """ValueError where one row is longer than another."""
        self._begins: dict[str, int] = {}
        self._numbers = array("d")
        self._length = 0
        for name, row in rows:
            self._length = self._length or len(row)
            if len(row) != self._length:
                raise ValueError("rows of different lengths")
            self._begins[name] = len(self._numbers)
            self._numbers.extend(row)

    @classmethod
    def of(cls, rows: Mapping[str, Row]) -> Rows:
        """These rows, packed; as they are where they are packed already."""
        return rows if isinstance(rows, cls) else cls(rows.items())

    def known(self, features: Iterable[str]) -> list[Row]:
        """The rows of those features that are known, in their order."""
        begins, numbers, length = self._begins, self._numbers, self._length
        return [
            numbers[begin : begin + length]
            for feature in features
            if (begin := begins.get(feature)) is not None
        ]

    def __getitem__(self, name: str) -> Row:
        begin = self._begins[name]
        return self._numbers[begin : begin + self._length]

    def __contains__(self, name: object) -> bool:
        return name in self._begins

    def __iter__(self) -> Iterator[str]:
        return iter(self._begins)

    def __len__(self) -> int:
        return len(self._begins)


def read_model(content: bytes) -> Any:
    """What the JSON says, with the model's rows as :class:`Rows`; ValueError or RecursionError where it is no JSON.

    A row is packed as soon as it is read: all of them at once as objects would take fifteen megabytes, most of which
    would stay with the process. What is not written as ``classifier train`` writes it is read as any JSON.
    """
    blocks: list[Rows] = []
    rest: list[bytes] = []
    at = 0
    while (begin := _BLOCK.search(content, at)) is not None:
        reading = _Reading(content, begin.end())
        try:
            rows = Rows(reading)
        except ValueError:
            return json.loads(content)
        if content[reading.at : reading.at + 1] != b"}":
            return json.loads(content)
        rest += content[at : begin.end()], f'"{_PLACE}":{len(blocks)}'.encode("ascii")
        blocks.append(rows)
        at = reading.at
    model = json.loads(b"".join((*rest, content[at:])))
    return _filled(model, blocks)


class _Reading:
    """The rows that follow each other from a place on; ``at`` is how far it came."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self.at = at

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        while (row := _ROW.match(self._content, self.at)) is not None:
            name, numbers = row.groups()
            written = json.loads(b'"%b"' % name) if b"\\" in name else name.decode("utf-8")
            yield written, array("d", map(float, numbers.split(b",")))
            self.at = row.end()


def _filled(value: Any, blocks: Sequence[Rows]) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() == {_PLACE}:
        return blocks[value[_PLACE]]
    return {name: _filled(each, blocks) for name, each in value.items()}
