"""The board's pages: templates that escape everything and know the catalogue, the zone and Indonesian dates."""

from __future__ import annotations

from functools import cache
from typing import Any

import jinja2

from ig_worker.board import texts
from ig_worker.domain.journal_words import in_indonesian


@cache
def environment() -> jinja2.Environment:
    """The templates, compiled once; a name or key that is not there is an error, not an empty space."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("ig_worker.board"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["languages"] = texts.LANGUAGES
    made.filters["journal_words"] = _journal_words
    return made


def render(name: str, context: dict[str, Any]) -> str:
    """A page's HTML."""
    return environment().get_template(name).render(context)


def _journal_words(what: str, language: str) -> str:
    """A line of the journal, which is kept in English, in the reader's language."""
    return what if language == "en" else in_indonesian(what)
