"""Both languages have every sentence, and the pages ask for none that is not there."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from ig_worker import board
from ig_worker.board.texts import LANGUAGES, catalogue, say
from ig_worker.domain.instagram import Kind
from ig_worker.domain.publication import Status
from ig_worker.domain.rights import Role

FOLDER = Path(board.__file__).parent
KEY = re.compile(r"""\bt\(\s*["']([a-z_0-9.]+)["']\s*[,)]""")


def values_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_english_has_the_sentences_of_indonesian_with_the_same_values() -> None:
    indonesian, english = (catalogue(language) for language in LANGUAGES)
    assert list(indonesian) == list(english)
    for key, sentence in indonesian.items():
        assert values_of(sentence) == values_of(english[key]), key
        assert sentence.strip() == sentence != "", key


def asked_for() -> list[tuple[str, str]]:
    files = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")]
    return [(file.name, key) for file in files for key in KEY.findall(file.read_text("utf-8"))]


def test_every_sentence_that_a_page_asks_for_is_there() -> None:
    asked = asked_for()
    assert len(asked) > 10
    assert [(file, key) for file, key in asked if key not in catalogue("id")] == []


def test_every_role_has_a_name() -> None:
    assert {say(language, f"role.{role}") for language in LANGUAGES for role in Role}


def test_every_state_and_kind_of_a_post_has_a_name() -> None:
    for language in LANGUAGES:
        assert len({say(language, f"post_status.{status}") for status in Status}) == len(Status)
        assert len({say(language, f"post_kind.{kind}") for kind in Kind}) == len(Kind)


def test_a_language_that_is_not_there_is_indonesian() -> None:
    assert say("xx", "login.title") == "Masuk"
    with pytest.raises(KeyError):
        say("id", "no.such.sentence")
