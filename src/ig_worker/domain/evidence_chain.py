"""How one piece of evidence is tied to the one before: whoever changes a piece, changes every hash after it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

START = "0" * 64
"""What stands before the first piece of evidence of an account."""

FORM = 2
"""How links are made today. Form 1 tied only the hashes and the picture's path; form 2 ties the whole row."""


def link(row: Mapping[str, Any]) -> str:
    """The SHA-256 (hex) of a piece's row, which the next piece carries as ``previous``.

    `row` has every column of ``evidence``; of form 2 all but ``chain`` itself is hashed, as JSON with sorted names, no
    spaces, ASCII only, and times in UTC with microseconds. ValueError for a form that this version does not know.
    """
    if row["form"] == 1:
        return _sha256(f"{row['previous']} {row['sha256']} {row['json_sha256']} {row['path']}".encode())
    if row["form"] != FORM:
        raise ValueError(f"links of form {row['form']!r} are not known")
    said = {name: _plain(value) for name, value in row.items() if name != "chain"}
    return _sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode("ascii"))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
