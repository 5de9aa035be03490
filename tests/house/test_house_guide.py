"""The operator's guide knows every notice that the program writes, and the commands that documents name exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "src" / "ig_worker"
GUIDE = REPOSITORY / "docs" / "panduan-operator.md"

MARK = re.compile(r"<!-- pemberitahuan: (?P<kinds>[\w\-, ]+) -->")
"""Stands in the guide before the lines about the notices whose keys begin so."""


def kinds_in(source: str) -> set[str]:
    """The first word of the key of every ``Letter(…)`` in a module: ``post``, ``alarm``, ``crisis`` …

    What the key is made of is looked up in the module; where it begins with a case's number it is ``case``.
    """
    tree = ast.parse(source)
    known: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            known.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef):
            returned = [line.value for line in ast.walk(node) if isinstance(line, ast.Return) and line.value]
            known.setdefault(f"{node.name}()", []).extend(returned)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    letters = [call for call in calls if getattr(call.func, "id", "") == "Letter"]
    keys = [
        next((one.value for one in call.keywords if one.arg == "key"), *call.args[:1]) for call in letters
    ]
    return {word.partition(":")[0] for key in keys for word in _beginnings(key, known)}


def _beginnings(key: ast.expr, known: Mapping[str, Sequence[ast.expr]]) -> Iterator[str]:
    match key:
        case ast.Constant(value=str(text)):
            yield text
        case (
            ast.JoinedStr(values=[first, *_])
            | ast.BinOp(left=first)
            | ast.FormattedValue(value=first)
            | ast.Subscript(value=first)
        ):
            yield from _beginnings(first, known)
        case ast.Call(func=ast.Attribute(attr="join"), args=[ast.Tuple(elts=[first, *_])]):
            yield from _beginnings(first, known)
        case ast.Name(id=name) if name in known:
            for value in known[name]:
                yield from _beginnings(value, known)
        case ast.Call(func=ast.Name(id=name)) if f"{name}()" in known:
            for value in known[f"{name}()"]:
                yield from _beginnings(value, known)
        case ast.Attribute(attr="number" | "key"):
            yield "case"
        case _:
            yield ast.unparse(key)


def kinds_of_the_program() -> set[str]:
    return set().union(*(kinds_in(file.read_text("utf-8")) for file in PACKAGE.rglob("*.py")))


def test_the_guide_explains_every_notice() -> None:
    guide = GUIDE.read_text("utf-8")
    explained = {kind for found in MARK.finditer(guide) for kind in re.split(r",\s*", found["kinds"])}
    assert explained == kinds_of_the_program()


def test_a_notice_without_its_lines_would_be_noticed() -> None:
    written = 'Letter(f"flood:{day}", "Banjir", "")\nkey = f"storm:{x}"\nLetter(key, title="", body="")\n'
    assert kinds_in(written) == {"flood", "storm"}
    assert kinds_in('Letter(key=":".join(("trouble", kind)), title="", body="")') == {"trouble"}
    assert kinds_in('Letter(key=stored.number, title="", body="")') == {"case"}


def said_by_the_program() -> str:
    """All words in the program's strings and in the texts that it ships; what is put in between is left out."""
    nodes = (node for file in PACKAGE.rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    strings = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    shipped = [file.read_text("utf-8") for file in PACKAGE.rglob("*.toml")]
    return " ".join("\n".join([*strings, *shipped]).split()).lower()


def test_what_the_guide_quotes_is_what_people_read() -> None:
    """In quotation marks and bold; … stands for what differs, / for one or the other."""
    said = said_by_the_program()
    quotes = re.findall(r'\*\*"([^"]+)"\*\*', GUIDE.read_text("utf-8"))
    assert len(quotes) > 50
    pieces = {
        piece.strip(" :,()")
        for quote in quotes
        for piece in re.split(r"…| / |K-2026-0007", " ".join(quote.split()))
    }
    assert {piece for piece in pieces if piece and piece.lower() not in said} == set()
