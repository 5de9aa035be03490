"""Faults somebody ordered: which calls go wrong, how, and how often."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ig_worker.sandbox.errors import GraphError, code_of_subcode, graph_error

KINDS = {
    "lost_before": "the connection is closed without an answer, nothing was done",
    "lost_after": "it is done, then the connection is closed without an answer",
    "delay": "it is done and answered, so many seconds late",
    "error": "an error instead of the effect",
    "error_after": "the effect, and an error all the same",
    "http_500": "a server error without JSON, nothing was done",
    "broken_json": "it is done, the answer is cut in the middle",
    "broken_json_before": "a broken answer, nothing was done",
    "expire_token": "the token of this call expires now",
    "expire_cursors": "the cursors given out so far are void from now on",
    "throttle": "too many calls (80002, 80006 for messages, or the code that is given), nothing was done",
}
_KEYS = {"match", "kind", "times", "seconds", "code", "subcode", "message", "http_status"}


@dataclass
class Fault:
    """One order. It strikes the ``nth`` matching call and those after it, ``times`` in all."""

    kind: str
    method: str = ""
    path: str = ""
    nth: int = 1
    times: int = 1
    seconds: float = 0.0
    code: int | None = None
    subcode: int | None = None
    message: str = ""
    http_status: int | None = None
    seen: int = 0
    struck: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Whether it speaks of such a call: ``path`` is a part of the path, or a regular expression found in it."""
        if self.method and self.method != method:
            return False
        return self.path in path or re.search(self.path, path) is not None

    def error(self) -> GraphError:
        """The error ordered; words that were not given come from the catalogue."""
        code = self.code
        if code is None:
            code = 1 if self.subcode is None else code_of_subcode(self.subcode)
        error = graph_error(code, self.subcode, self.message)
        if self.http_status is not None:
            error.http_status = self.http_status
        return error


class Faults:
    """What was ordered and has not struck yet."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, wanted: Mapping[str, Any]) -> Fault:
        """Take an order as `POST /control/faults` gives it; ValueError when it makes no sense."""
        unknown = set(wanted) - _KEYS
        if unknown:
            raise ValueError(
                f"unknown in a fault: {', '.join(sorted(unknown))}; known are {', '.join(sorted(_KEYS))}"
            )
        kind = wanted.get("kind")
        if kind not in KINDS:
            raise ValueError(f"a fault's kind is one of {', '.join(KINDS)}, not {kind!r}")
        match = dict(wanted.get("match") or {})
        if set(match) - {"method", "path", "nth"}:
            raise ValueError("a fault's match has method, path and nth")
        rest = {
            name: value
            for name, value in wanted.items()
            if name not in ("match", "kind") and value is not None
        }
        if "times" in rest and int(rest["times"]) < 1:
            raise ValueError("a fault strikes at least once")
        match["method"] = str(match.get("method", "")).upper()
        try:
            re.compile(str(match.get("path", "")))
        except re.error as error:
            raise ValueError(f"a fault's path is no regular expression: {error}") from None
        fault = Fault(kind=kind, **match, **rest)
        self._ordered.append(fault)
        return fault

    def clear(self) -> None:
        """Forget all orders."""
        self._ordered.clear()

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this call, None if none does. Every order that fits counts the call."""
        striking = None
        for fault in list(self._ordered):
            if not fault.fits(method, path):
                continue
            fault.seen += 1
            if fault.seen < fault.nth or striking is not None:
                continue
            striking = fault
            fault.struck += 1
            if fault.struck == fault.times:
                self._ordered.remove(fault)
        return striking

    def waiting(self) -> list[Fault]:
        """Orders that may still strike."""
        return list(self._ordered)
