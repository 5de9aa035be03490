"""What the board says: one catalogue for each language, Indonesian first."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("id", "en")
"""Indonesian, and English for those who look after the program."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every sentence by its key, ``"case.acknowledge"``; a language that is not there is Indonesian."""
    name = language if language in LANGUAGES else LANGUAGES[0]
    with (resources.files(__name__) / f"{name}.toml").open("rb") as opened:
        return dict(_flat(tomllib.load(opened), ""))


def say(language: str, key: str, /, **values: object) -> str:
    """The sentence of this key with its ``{values}`` put in. KeyError where there is none."""
    sentence = catalogue(language)[key]
    return sentence.format(**values) if values else sentence


def _flat(table: Mapping[str, Any], before: str) -> Any:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
