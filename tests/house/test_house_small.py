"""What runs for good stays small: what only names the settings' type must not load what checks them."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ig_worker"
SHORT_LIVED = {"cli", "demo", "config"}
"""Their processes end, or ask for the configuration on purpose."""


def names_from_config(text: str) -> list[str]:
    """What a module takes from ``ig_worker.config`` as soon as it is loaded, which loads pydantic."""
    found = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    return [one.name for node in found if node.module == "ig_worker.config" for one in node.names]


def test_settings_are_imported_for_their_type_only() -> None:
    # Write it below `if TYPE_CHECKING:` (docs/decisions/0025): eleven megabytes of the worker's 75.
    wrong = [
        str(file.relative_to(SOURCE))
        for file in sorted(SOURCE.rglob("*.py"))
        if file.relative_to(SOURCE).parts[0] not in SHORT_LIVED and names_from_config(file.read_text("utf-8"))
    ]
    assert wrong == []


def test_the_rule_bites() -> None:
    assert names_from_config("from ig_worker.config import Settings\n") == ["Settings"]
    named = "if TYPE_CHECKING:\n    from ig_worker.config import Settings\n"
    asked_for = "def f():\n    from ig_worker.config import load\n"
    assert names_from_config(named + asked_for) == []
