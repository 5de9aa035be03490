"""Reads the sentences that the classifier learns from: CSV files with the columns text, label and topic."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ig_worker.domain.classifier.lexicon import LABELS, TOPICS
from ig_worker.domain.errors import Misconfigured

_SOMEBODY = "?"


@dataclass(frozen=True)
class Sentence:
    """One text as the public would write it, and what it is. ``label`` and ``topic`` as in INTERFACE.md."""

    text: str
    label: str
    topic: str
    author: str = ""
    """Who wrote it, where it is a message that a person has labelled; "" for a sentence written for the purpose."""


def corrections_of(rows: Iterable[tuple[str, str, str, str]]) -> tuple[Sentence, ...]:
    """Corrections (text, label, topic, author) to learn from, each text of an author once, the last label counting.

    Texts whose authors are withheld count as one person's, so that nobody's words become a feature alone.
    """
    kept = {
        (text, author or _SOMEBODY): (label, topic) for text, label, topic, author in rows if text.strip()
    }
    return tuple(
        Sentence(text, label, topic, author)
        for (text, author), (label, topic) in kept.items()
        if label in LABELS and topic in TOPICS
    )


def shipped_sentences() -> Path:
    """The folder of the sentences that travel with the package."""
    return Path(__file__).parent / "sentences"


def read_sentences(folder: Path) -> tuple[Sentence, ...]:
    """All sentences of the folder's CSV files, by file name; Misconfigured names the file and line that is wrong."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise Misconfigured(
            f"No sentences to learn from in {folder}.",
            cure="Name a folder with CSV files of text,label,topic.",
        )
    sentences: list[Sentence] = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            missing = {"text", "label", "topic"} - set(rows.fieldnames or ())
            if missing:
                raise Misconfigured(
                    f"{file.name} has no column {', '.join(sorted(missing))}.",
                    cure="The first line must be text,label,topic.",
                )
            for row in rows:
                _check(file, rows.line_num, row["label"], LABELS)
                _check(file, rows.line_num, row["topic"], TOPICS)
                sentences.append(Sentence(row["text"], row["label"], row["topic"]))
    return tuple(sentences)


def _check(file: Path, line: int, found: str | None, allowed: Sequence[str]) -> None:
    if found not in allowed:
        raise Misconfigured(
            f"{file.name}, line {line}: {found!r} is not one of {', '.join(allowed)}.",
            cure="Correct that line.",
        )


def fingerprint(sentences: Sequence[Sentence]) -> str:
    """SHA-256 over the sentences in their order, in hexadecimal."""
    digest = hashlib.sha256()
    for sentence in sentences:
        digest.update(
            f"{sentence.text}\t{sentence.label}\t{sentence.topic}\n".encode("utf-8", "surrogatepass")
        )
    return digest.hexdigest()
