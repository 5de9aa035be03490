"""Each number that ``doctor`` says has its page, the index names every page, and the commands on them exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from ig_worker import shipped
from ig_worker.cli import commands
from ig_worker.domain.checkup.book import Book, Check
from ig_worker.domain.checkup.pages import index, page

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "docs" / "masalah"
BOOK = Book.of(shipped.checks())
CHECKS = pytest.mark.parametrize("check", BOOK.checks.values(), ids=lambda check: check.number)
WRITE_THEM = "run: .venv/bin/python scripts/problem_pages"


def test_there_is_a_page_for_each_number_and_none_besides() -> None:
    numbers = {check.number for check in BOOK.checks.values()}
    assert {file.stem for file in FOLDER.glob("*.md")} - {"README"} == numbers, WRITE_THEM


def test_the_index_is_written_from_the_code_and_leads_to_every_page() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert text == index(BOOK), WRITE_THEM
    linked = re.findall(r"\]\((IGW-E\d{3})\.md\)", text)
    assert sorted(linked) == sorted(check.number for check in BOOK.checks.values())


@CHECKS
def test_a_page_is_written_from_the_code(check: Check) -> None:
    assert (FOLDER / f"{check.number}.md").read_text("utf-8") == page(check), WRITE_THEM


@CHECKS
def test_a_page_names_its_check_and_each_step_of_each_cure_in_both_languages(check: Check) -> None:
    text = (FOLDER / f"{check.number}.md").read_text("utf-8")
    assert f"`{check.name}`" in text
    assert all(title in text for title in check.title)
    for known in check.findings.values():
        for sentence in (known.indonesian, known.english):
            for step in sentence.cure:
                assert re.sub(r"\{\w+\}", "…", step) in text
    indonesian, english = text.index("## Apa artinya"), text.index("## What it means")
    assert indonesian < english


def test_every_number_that_a_notice_or_a_document_names_is_there() -> None:
    places = [
        *(REPOSITORY / "src").rglob("*.py"),
        *(REPOSITORY / "docs").glob("*.md"),
        REPOSITORY / "README.md",
    ]
    named = {number for file in places for number in re.findall(r"IGW-E\d{3}", file.read_text("utf-8"))}
    assert len(named) > 3
    assert named - {check.number for check in BOOK.checks.values()} == set()


def exists(words: list[str]) -> bool:
    """Whether these words begin with a command; options and arguments may follow it."""
    here: click.Command = commands
    for word in words:
        if not isinstance(here, click.Group):
            return True
        if word.startswith("-"):
            continue
        below = here.get_command(click.Context(here), word)
        if below is None:
            return False
        here = below
    return here is not commands


def test_every_command_on_a_page_exists() -> None:
    text = "\n".join(file.read_text("utf-8") for file in FOLDER.glob("*.md"))
    shown = set(re.findall(r"`ig-worker ([^`]+)`", text))
    assert len(shown) > 20
    assert [each for each in sorted(shown) if not exists(_without_values(each))] == []
    assert not exists(["db", "explode"])


def _without_values(shown: str) -> list[str]:
    """The words of a command line, without the level after ``--log-level``."""
    return re.sub(r"--log-level \w+", "", shown).split()
