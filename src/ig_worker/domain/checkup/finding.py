"""One finding: which check, what it found, and the words to fill into its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """``check`` and ``what`` are names out of ``shipped/checks.toml``; ``of`` is an account or a channel, or empty."""

    check: str
    what: str
    of: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)


def found(check: str, what: str = "ok", *, of: str = "", **values: str | int) -> Finding:
    """A finding, with the values that its sentences name in braces."""
    return Finding(check, what, of, values)
