"""Carries cells through JSON, and tells a row again by what stands in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from ig_worker.domain.sheet_rows import Cell


def packed(cell: Cell | None) -> Any:
    """A cell as JSON can carry it; dates and times by their ISO 8601 form."""
    if isinstance(cell, datetime):
        return {"datetime": cell.isoformat()}
    if isinstance(cell, date):
        return {"date": cell.isoformat()}
    if isinstance(cell, time):
        return {"time": cell.isoformat()}
    return cell


def unpacked(value: Any) -> Cell | None:
    """The cell that was packed."""
    match value:
        case {"datetime": written}:
            return datetime.fromisoformat(written)
        case {"date": written}:
            return date.fromisoformat(written)
        case {"time": written}:
            return time.fromisoformat(written)
    return value  # type: ignore[no-any-return]


def fingerprint(cells: Mapping[str, Cell]) -> str:
    """A hash over a row's known cells: wherever the row is sorted to, it is the same one as long as nobody edits it."""
    content = {column: packed(cell) for column, cell in cells.items()}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()
