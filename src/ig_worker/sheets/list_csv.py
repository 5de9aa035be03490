"""Writes a list as CSV that every spreadsheet opens and none takes for formulas.

UTF-8 with a byte order mark, commas, CRLF (RFC 4180). Times stand as ``2026-11-25 07:30``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_WIDE_OR_SMALL = "\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b"
_UNSEEN = "[\\s\u00ad\u200b-\u200f\u2060\ufeff]*"
# A spreadsheet that expects semicolons cuts a comma file at other places: a cell may begin after any of these signs.
_FORMULA = re.compile(rf"(^|[\n\r\u2028\u2029\t;,\"]){_UNSEEN}(?=[=+\-@{_WIDE_OR_SMALL}\u2212|%])")


def harmless(text: str) -> str:
    """`text` with an apostrophe before everything that some spreadsheet could take for the beginning of a formula."""
    return _FORMULA.sub(lambda found: f"{found[0]}'", text)


def list_csv(columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """The whole file; the columns have a ``name``, a ``head`` and a ``kind`` (text, number, date, time, moment)."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow([harmless(column["head"]) for column in columns])
    for row in rows:
        writer.writerow([_cell(row[column["name"]], column["kind"]) for column in columns])
    return b"\xef\xbb\xbf" + lines.getvalue().encode("utf-8")


def _cell(value: Any, kind: str) -> str:
    if value is None:
        return ""
    match kind:
        case "text":
            return harmless(value)
        case "moment":
            return str(value).replace("T", " ")
    return str(value)
