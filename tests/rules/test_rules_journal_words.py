"""Every line that the program writes into the journal is said in Indonesian."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from ig_worker.domain import publication, reply
from ig_worker.domain.journal_words import in_indonesian

SOURCES = Path(__file__).resolve().parents[2] / "src" / "ig_worker"
LEFT_OUT = {"sandbox", "training", "demo", "media", "render", "graph", "sheets"}

POST_EVENTS = [event.value for event in publication.Event]
REPLY_EVENTS = [event.value for event in reply.Event] + [status.value for status in reply.Status]

SAMPLES = {
    # What stands in a placeholder where not every word may stand there.
    "happened.event": [event.value for event in reply.Event],
    "_journal_line(happened)": [*POST_EVENTS, *(f"{event}: alasannya" for event in POST_EVENTS)],
    "comment.status": [status.value for status in reply.Status],
    "reply.status": [status.value for status in reply.Status],
    "kind": ["reply", *(f"reply ({purpose})" for purpose in reply.Purpose)],
    "said": ["topic antrean"],
    "other.number": ["K-2026-0002"],
    "stored.number": ["K-2026-0001"],
    "column.replace('_', '-') or 'note'": ["note", "plan", "follow-up"],
    "name.replace('_', '-')": ["answer", "follow-up"],
    "what": ["topic antrean: 12 messages, usual 3.5"],
    "as_what": ["", " as verifikator", " as penanggung jawab"],
    "role.replace('_', ' ')": ["verifikator", "penanggung jawab"],
}
MORE = [
    *(f"{kind} {event}" for kind in ("reply", "answer", "first comment") for event in REPLY_EVENTS),
    *(f"reply {event}: x" for event in REPLY_EVENTS),
    *POST_EVENTS,
    "reminded complaint_team, unit:farmasi of: acknowledge, resolve",
    "assigned: to Rina, unit farmasi, severity darurat, plan: telepon dahulu",
    "assigned: plan: a, b",
    "assigned: kind saran",
    "resolved",
    "lifted: sudah reda",
    "resolved; answer: sudah dilayani; follow-up: loket ditambah",
    "answer: sudah dilayani",
    "follow-up: loket ditambah",
    "begins (pace) with 12 complaints",
    "changed on the board: waktu",
    "changed on the board: caption, media; the approval of Sari is void",
    "the row changed: caption, media; the approval of Sari, Tuti is void",
    "message 12 joined the case and opened it again",
]  # fmt: skip
KNOWN_ELSEWHERE = {"move.what", "_journal_line(happened)", "what.replace('reply', 'answer', 1)"}
"""Handed on: the lines themselves are met where they are made, or in MORE."""


def written_lines() -> Iterator[tuple[str, str]]:
    """Where, and what with samples in its placeholders, of every line that goes into the journal."""
    trees = {
        file: ast.parse(file.read_text("utf-8"))
        for file in sorted(SOURCES.rglob("*.py"))
        if file.relative_to(SOURCES).parts[0] not in LEFT_OUT
    }
    takers = _takers(trees)
    for file, tree in trees.items():
        # An entrance calls flows, some of them named like a shelf's function; what it writes itself, it notes.
        known = NOTES if file.relative_to(SOURCES).parts[0] in ENTRANCES else takers
        for function in _functions(tree):
            for call in _calls(function):
                for what in _written_by(call, file, known, tree):
                    for line in _lines(what, function, tree):
                        yield f"{file.relative_to(SOURCES)}:{call.lineno}", line


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


Takers = dict[tuple[Path | None, str], set[int]]
"""Functions that write their argument `what` down, with its place; private ones are known in their own file alone."""


NOTES: Takers = {(None, "note"): {3}, (None, "Move"): {1}}
"""Who writes a line down by itself."""

ENTRANCES = {"board", "cli"}


def _takers(trees: Mapping[Path, ast.AST]) -> Takers:
    """Those of the shelves, and whoever hands its own `what` to one of them."""
    takers: Takers = {home: set(places) for home, places in NOTES.items()}
    functions = [(file, function) for file, tree in trees.items() for function in _functions(tree)]
    while True:
        known = sum(map(len, takers.values()))
        for file, function in functions:
            names = [argument.arg for argument in function.args.args if argument.arg not in {"self", "cls"}]
            if "what" not in names:
                continue
            given = (what for call in _calls(function) for what in _written_by(call, file, takers, None))
            if any(re.search(r"\bwhat\b", ast.unparse(what)) for what in given):
                home = file if function.name.startswith("_") else None
                takers.setdefault((home, function.name), set()).add(names.index("what"))
        if sum(map(len, takers.values())) == known:
            return takers


def _written_by(call: ast.Call, file: Path, takers: Takers, tree: ast.AST | None) -> Iterator[ast.expr]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "note" and ast.unparse(call.func) != "journal.note":
        return
    for home in (None, file):
        places = takers.get((home, name), set())
        named = [word.value for word in call.keywords if word.arg == "what"] if places else []
        yield from named or [call.args[place] for place in places if place < len(call.args)]
    if tree is not None and name == "note_all":
        for pair in _pairs(tree):
            yield pair.elts[-1]


def _pairs(tree: ast.AST) -> Iterator[ast.Tuple]:
    """Lines that are gathered before they are written: subject, who, what."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 3 and "journal.WORKER" in ast.unparse(node):
            yield node


def _lines(what: ast.expr, function: ast.FunctionDef, tree: ast.AST) -> Iterator[str]:
    match what:
        case _ if _is_handed_on(what):
            return
        case ast.Constant(value=str(said)):
            yield said.replace("{}", "tim")
        case ast.JoinedStr():
            yield from map("".join, itertools.product(*(_samples(part) for part in what.values)))
        case ast.IfExp():
            yield from _lines(what.body, function, tree)
            yield from _lines(what.orelse, function, tree)
        case ast.BinOp(op=ast.Add()):
            parts = [list(_lines(side, function, tree)) for side in (what.left, what.right)]
            yield from map("".join, itertools.product(*parts))
        case ast.Name(id=name) if name == name.upper():
            yield from _named(name, tree)
        case ast.Name(id=name):
            yield from _assigned(name, function, tree)
        case _:
            raise AssertionError(f"a line that this test does not know how to read: {ast.unparse(what)}")


def _is_handed_on(what: ast.expr) -> bool:
    said = ast.unparse(what)
    return said in KNOWN_ELSEWHERE or said.startswith(
        ("_reminded_of(", "what.format(", "'; '.join(", "f'assigned: ")
    )


def _samples(part: ast.expr) -> list[str]:
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    assert isinstance(part, ast.FormattedValue)
    return SAMPLES.get(ast.unparse(part.value), ["lima"])


def _named(name: str, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield str(ast.literal_eval(node.value))


def _assigned(name: str, function: ast.FunctionDef, tree: ast.AST) -> Iterator[str]:
    if name in {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}:
        return
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            yield from _lines(node.value, function, tree)


LINES = sorted({line: where for where, line in written_lines()}.items())


def test_the_lines_are_found() -> None:
    """The collector sees what everybody knows to be there."""
    found = dict(LINES)
    assert len(found) > 50
    assert {
        "the team was told",
        "acknowledged the danger",
        "moved to lima",
        "waits for a person",
        "told lima that it waits",
        "hidden from the public",
        "lifted",
        "edited by its author; it said: lima",
        "approval withdrawn",
        "cancelled",
    } <= set(found)


@pytest.mark.parametrize(("line", "where"), LINES, ids=[line for line, _ in LINES])
def test_every_line_is_translated(line: str, where: str) -> None:
    assert in_indonesian(line) != line, f"{where} writes {line!r}: say it in domain/journal_words.py"


@pytest.mark.parametrize("line", MORE)
def test_lines_that_are_put_together_are_translated(line: str) -> None:
    said = in_indonesian(line)
    assert said != line
    assert not re.search(r"\b(the|of|was|reply|answer|waits|complaint_team)\b", said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("note: sudah ditelepon\nlalu: plan: x", "mencatat: sudah ditelepon\nlalu: plan: x"),
        (
            "assigned: to Bu Ani, S.Kep, unit gigi, severity mendesak, plan: besok, jam 9",
            "mengatur kasus ini: diserahkan kepada Bu Ani, S.Kep, unit Gigi, tingkat mendesak, rencana: besok, jam 9",
        ),
        ("reopened, it was resolved: keliru", "membuka lagi (sebelumnya selesai): keliru"),
        ("reply skip: its case is closed", "balasan otomatis tidak dikirim: kasusnya sudah ditutup"),
        ("held: berkasnya rusak", "ditahan: berkasnya rusak"),
        ("a line of next year", "a line of next year"),
        ("", ""),
    ],
)
def test_what_people_wrote_stays_as_it_is(line: str, said: str) -> None:
    assert in_indonesian(line) == said
