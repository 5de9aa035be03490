"""What a message that its sender took back leaves behind, and where its words may still stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from ig_worker.domain.masking import mask

TAKEN_BACK = "[pesan ditarik pengirim]"
"""What stands everywhere in the place of its words."""

ERASED_AFTER = timedelta(days=7)
"""So long the words are only hidden: Meta may have shown a conversation wrongly, and then they are shown again."""

_ENOUGH = 20
"""So many characters in a row are no coincidence."""

_FEW = 4

_QUOTED = re.compile("“[^”]*”")


class Words:
    """The words of one message, whole, masked or cut short, as letters and journals quote them."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[str] = set()
        self._short: set[str] = set()
        for text in texts:
            for said in {text, mask(text)}:
                for part in (said, *said.splitlines()):
                    folded = _folded(part)
                    self._runs.update(_runs(folded))
                    if folded and len(folded) < _ENOUGH:
                        self._short.add(folded)

    def are_in(self, line: str) -> bool:
        """Whether the line quotes them, or a part of them that is long enough to be known by."""
        line = _folded(line)
        if any(run in self._runs for run in _runs(line)):
            return True
        return any(f"“{said}”" in line or (len(said) >= _FEW and said in line) for said in self._short)

    def taken_out(self, text: str) -> str:
        """The text without its quotations of them, or without the lines that hold them unquoted."""
        return "\n".join(self._taken_out_of(line) for line in text.split("\n"))

    def _taken_out_of(self, line: str) -> str:
        if not self.are_in(line):
            return line
        rest = _QUOTED.sub(lambda quoted: TAKEN_BACK if self.are_in(quoted[0]) else quoted[0], line)
        return TAKEN_BACK if self.are_in(rest) else rest


def _folded(text: str) -> str:
    return " ".join(text.split())


def _runs(text: str) -> Iterator[str]:
    return (text[place : place + _ENOUGH] for place in range(len(text) - _ENOUGH + 1))
