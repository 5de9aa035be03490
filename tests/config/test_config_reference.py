"""docs/configuration.md is written from the code, and knows every key of the example."""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
WRITER = "scripts/configuration_reference"


def test_the_page_is_what_the_code_says() -> None:
    written = runpy.run_path(str(REPOSITORY / WRITER))["document"]()
    page = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")
    assert page == written, f"run .venv/bin/python {WRITER}"


def test_every_table_of_the_example_is_a_section_and_every_key_a_line() -> None:
    page = (REPOSITORY / "docs" / "configuration.md").read_text("utf-8")
    for name, value in tomllib.loads((REPOSITORY / "config.example.toml").read_text("utf-8")).items():
        if isinstance(value, dict) and name not in {"accounts", "units"}:
            section = page.partition(f"## [{name}]\n")[2].partition("\n## ")[0]
            keys = [key for key, inner in value.items() if not isinstance(inner, dict) or name == "topics"]
            assert all(f"| `{key}` | " in section for key in keys), name
        elif not isinstance(value, dict):
            assert f"| `{name}` | " in page


def test_a_sign_of_a_comment_inside_of_quotes_is_no_comment() -> None:
    split = runpy.run_path(str(REPOSITORY / WRITER))["_value_and_words"]
    assert split('"#0e5360"   # of headings, as #rrggbb') == ('"#0e5360"', "of headings, as #rrggbb")
