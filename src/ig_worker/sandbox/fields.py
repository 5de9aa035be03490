"""Reads field expressions: ``id,comments.limit(25){id,text,replies{id}},insights.metric(reach,views)``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ig_worker.sandbox.errors import GraphError, graph_error

DEEPEST = 20
_NAME = re.compile(r"[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Field:
    """One field asked for: its arguments (``limit`` to ``25``) and, with braces, the fields inside."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    inside: tuple[Field, ...] | None = None

    def __str__(self) -> str:
        args = "".join(f".{name}({value})" for name, value in self.args.items())
        braces = "" if self.inside is None else "{" + ",".join(map(str, self.inside)) + "}"
        return f"{self.name}{args}{braces}"


def parse_fields(expression: str) -> tuple[Field, ...]:
    """The fields of an expression; raises the Graph's syntax error (code 2500)."""
    reader = _Reader(expression)
    fields = reader.fields()
    if reader.at < len(expression):
        raise reader.wrong("end of string")
    return fields


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def wrong(self, expected: str) -> GraphError:
        found = f'"{self.text[self.at]}"' if self.at < len(self.text) else "end of string"
        message = (
            f'Syntax error "Expected {expected} instead of {found}." at character {self.at}: {self.text}'
        )
        # The words of the asker may hold braces, so they are the message and fill no blanks.
        return graph_error(2500, message=f"(#2500) {message}")

    def skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def take(self, character: str) -> bool:
        self.skip_blanks()
        if self.text[self.at : self.at + 1] == character:
            self.at += 1
            self.skip_blanks()
            return True
        return False

    def name(self) -> str:
        self.skip_blanks()
        match = _NAME.match(self.text, self.at)
        if match is None:
            raise self.wrong("name")
        self.at = match.end()
        return match.group()

    def fields(self) -> tuple[Field, ...]:
        found = [self.one()]
        while self.take(","):
            found.append(self.one())
        return tuple(found)

    def one(self) -> Field:
        name = self.name()
        args: dict[str, str] = {}
        while self.take("."):
            argument = self.name()
            if not self.take("("):
                raise self.wrong('"("')
            end = self.text.find(")", self.at)
            if end < 0:
                self.at = len(self.text)
                raise self.wrong('")"')
            args[argument] = self.text[self.at : end].strip()
            self.at = end + 1
        inside = None
        if self.take("{"):
            self.depth += 1
            if self.depth > DEEPEST:
                raise self.wrong("fewer braces")
            inside = self.fields()
            if not self.take("}"):
                raise self.wrong('"}"')
            self.depth -= 1
        return Field(name, args, inside)
