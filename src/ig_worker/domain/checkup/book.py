"""The book of checks: numbers, names and sentences in two languages, and the lines made of findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ig_worker.domain.checkup.finding import Finding

LEVELS = ("ok", "warning", "problem")
COMMON = "common"
"""The findings that any check can have."""

GROUPS = {
    "configuration": ("Konfigurasi", "Configuration"),
    "machine": ("Mesin", "Machine"),
    "database": ("Basis data", "Database"),
    "security": ("Keamanan", "Security"),
    "accounts": ("Akun Instagram", "Instagram account"),
    "media": ("Gambar dan video", "Pictures and videos"),
    "notices": ("Pemberitahuan", "Notices"),
    "backups": ("Cadangan", "Backups"),
    "rest": ("Lain-lain", "The rest"),
}
"""Indonesian and English headings, in their order."""


@dataclass(frozen=True)
class Sentence:
    """What one finding says in one language; ``cure`` is a list of steps, which may be empty."""

    found: str
    cure: Sequence[str]


@dataclass(frozen=True)
class Known:
    """A finding that a check can have."""

    level: str
    indonesian: Sentence
    english: Sentence
    in_practice: str
    """Its level while everything is played against the sandbox."""


@dataclass(frozen=True)
class Check:
    """One check of the book."""

    name: str
    number: str
    group: str
    title: tuple[str, str]
    what: tuple[str, str]
    why: tuple[str, str]
    findings: Mapping[str, Known]

    @property
    def page(self) -> str:
        """Where its page lies in the repository."""
        return f"docs/masalah/{self.number}.md"


@dataclass(frozen=True)
class Line:
    """One line of ``doctor``: a finding with its number, its level and its sentences."""

    check: Check
    what: str
    of: str
    level: str
    indonesian: Sentence
    english: Sentence


class Book:
    """Every check by its name, in the order of the file."""

    def __init__(self, checks: Mapping[str, Check], common: Mapping[str, Known]) -> None:
        self.checks = checks
        self.common = common

    @classmethod
    def of(cls, written: Mapping[str, Mapping[str, Any]]) -> Book:
        """The book out of ``shipped/checks.toml``."""
        checks = {
            name: Check(
                name,
                entry["id"],
                entry["group"],
                (entry["name"], entry["name_en"]),
                (entry["what"], entry["what_en"]),
                (entry["why"], entry["why_en"]),
                _findings(entry),
            )
            for name, entry in written.items()
            if name != COMMON
        }
        return cls(checks, _findings(written[COMMON]))

    def numbered(self, number: str) -> Check | None:
        """The check with this number, however it is written (``e12``, ``IGW-E012``)."""
        wanted = number.strip().upper().removeprefix("IGW-").removeprefix("E").lstrip("0")
        return next(
            (
                check
                for check in self.checks.values()
                if check.number.removeprefix("IGW-E").lstrip("0") == wanted
            ),
            None,
        )

    def line(self, finding: Finding, *, practising: bool = False) -> Line:
        """The finding in words. ``practising``: everything is played against the sandbox."""
        check = self.checks[finding.check]
        known = check.findings.get(finding.what) or self.common[finding.what]
        values = {"account": finding.of, **finding.values}
        level = known.in_practice if practising else known.level
        return Line(
            check,
            finding.what,
            finding.of,
            level,
            _filled(known.indonesian, values),
            _filled(known.english, values),
        )

    def lines(self, findings: Iterable[Finding], *, practising: bool = False) -> list[Line]:
        """The findings in words, in their order."""
        return [self.line(finding, practising=practising) for finding in findings]


def worst(levels: Iterable[str]) -> str:
    """The gravest of some levels; ``ok`` where there are none."""
    return max(levels, key=LEVELS.index, default=LEVELS[0])


def _findings(entry: Mapping[str, Any]) -> dict[str, Known]:
    return {
        what: Known(
            said["level"],
            Sentence(said["found"], said.get("cure", ())),
            Sentence(said["found_en"], said.get("cure_en", ())),
            said.get("in_practice", said["level"]),
        )
        for what, said in entry.items()
        if isinstance(said, Mapping)
    }


def _filled(sentence: Sentence, values: Mapping[str, str | int]) -> Sentence:
    steps = (_one_line(step.format_map(values)) for step in sentence.cure)
    return Sentence(_one_line(sentence.found.format_map(values)), tuple(step for step in steps if step))


def _one_line(text: str) -> str:
    return " ".join(text.split())
