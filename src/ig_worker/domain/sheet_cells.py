"""Reads the cells of a planning sheet that are not dates: texts, choices, names, files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, TypeVar

from ig_worker.domain.indonesian_dates import Unreadable
from ig_worker.domain.instagram import Kind, UserTag
from ig_worker.domain.sheet_rows import Cell
from ig_worker.domain.text import clean

Choice = TypeVar("Choice")

KINDS: Mapping[str, Kind] = {
    "gambar": Kind.IMAGE,
    "image": Kind.IMAGE,
    "foto": Kind.IMAGE,
    "carousel": Kind.CAROUSEL,
    "karusel": Kind.CAROUSEL,
    "reel": Kind.REEL,
    "reels": Kind.REEL,
    "story": Kind.STORY,
    "stories": Kind.STORY,
}
KIND_ALLOWED = "gambar, carousel, reel, atau story"

STATUSES: Mapping[str, str] = {
    "draf": "draf",
    "draft": "draf",
    "disetujui": "disetujui",
    "approved": "disetujui",
    "batal": "batal",
    "dibatalkan": "batal",
    "cancelled": "batal",
}
STATUS_ALLOWED = "draf, disetujui, atau batal"

_YES_NO: Mapping[str, bool] = {
    **dict.fromkeys(("ya", "y", "yes", "true", "1"), True),
    **dict.fromkeys(("tidak", "tdk", "t", "no", "false", "0", "-"), False),
}
YES_NO_ALLOWED = "ya atau tidak"

USERNAME_ALLOWED = (
    "nama pengguna Instagram (huruf, angka, titik, garis bawah; paling panjang 30), dipisah titik koma"
)
TAG_ALLOWED = (
    USERNAME_ALLOWED + "; letaknya boleh ditulis di belakang nama, misalnya dinkes.malang (0.5, 0.8)"
)

_SHEET_ERRORS = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#ERROR!", "#SPILL!", "#CALC!")
)
_USERNAME = re.compile(r"@?([A-Za-z0-9._]{1,30})", re.ASCII)
_TAG = re.compile(
    r"@?([A-Za-z0-9._]{1,30})\s*(?:\(\s*([01](?:\.\d+)?)\s*,\s*([01](?:\.\d+)?)\s*\))?", re.ASCII
)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*)://")

# A spreadsheet keeps numbers with fifteen digits; a longer id in a number cell is already another id.
_EXACT_IN_A_NUMBER_CELL = 10**15


def read_text(cell: Cell | None) -> str:
    """Text as it will be published: line ends as ``\\n``, cleaned of what breaks storage and display, ends trimmed."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "ya" if cell else "tidak"
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if not isinstance(cell, str):
        return str(int(cell)) if abs(cell) < 1e300 and int(cell) == cell else str(cell)
    if cell.strip() in _SHEET_ERRORS:
        raise Unreadable("nilai; rumus di sel ini gagal dihitung, betulkan atau tulis isinya")
    return clean(cell).strip()


@lru_cache(maxsize=4096, typed=True)
def read_name(cell: Cell | None) -> str:
    """A person's name or a segment: one line, single spaces."""
    return " ".join(read_text(cell).split())


def read_choice(cell: Cell | None, choices: Mapping[str, Choice], allowed: str) -> Choice:
    """One of a few words, in any case; anything else, and nothing, is Unreadable."""
    try:
        return choices[read_text(cell).casefold()]
    except KeyError:
        raise Unreadable(allowed) from None


def read_yes_no(cell: Cell | None) -> bool | None:
    """Ya or tidak; None for an empty cell."""
    return None if not read_text(cell) else read_choice(cell, _YES_NO, YES_NO_ALLOWED)


def read_account(cell: Cell | None, accounts: Mapping[str, str]) -> str:
    """The account's name in the configuration; ``accounts`` maps lower case to it. Needless where there is one."""
    written = read_name(cell).removeprefix("@").casefold()
    if not written and len(accounts) == 1:
        return next(iter(accounts.values()))
    if written not in accounts:
        raise Unreadable("salah satu akun di konfigurasi: " + ", ".join(sorted(accounts.values())))
    return accounts[written]


def read_media(cell: Cell | None) -> tuple[str, ...]:
    """File paths relative to the sheet, or addresses, as written; ``;`` or a new line between them."""
    items = tuple(item.strip() for item in re.split(r"[;\n]", read_text(cell)) if item.strip())
    if not items:
        raise Unreadable("nama berkas gambar atau video, atau alamat https://")
    for item in items:
        _check_scheme(item)
    return items


def read_cover(cell: Cell | None) -> str:
    """A reel's cover: a path or an address, or nothing."""
    written = read_text(cell)
    _check_scheme(written)
    return written


def read_collaborators(cell: Cell | None) -> tuple[str, ...]:
    """User names without the ``@``, which the API refuses (section B, 2207018)."""
    names = []
    for item in re.split(r"[;,\s]+", read_text(cell)):
        if not item:
            continue
        found = _USERNAME.fullmatch(item)
        if not found:
            raise Unreadable(USERNAME_ALLOWED)
        names.append(found[1])
    return tuple(dict.fromkeys(names))


def read_user_tags(cell: Cell | None, kind: Kind) -> tuple[UserTag, ...]:
    """People tagged: names with places behind them, or the API's own JSON list.

    Pictures need a place (section B). Where none is written the tags stand in a row near the lower edge, so that they
    cover neither a title nor each other. A reel's tags have no place.
    """
    text = read_text(cell)
    tags = _tags_from_json(text) if text.startswith("[") else _tags_from_words(text)
    if kind is Kind.REEL:
        return tuple(UserTag(tag.username) for tag in tags)
    if kind is Kind.STORY:
        return tags
    return tuple(
        tag if tag.x is not None else UserTag(tag.username, round(place / (len(tags) + 1), 3), 0.9)
        for place, tag in enumerate(tags, 1)
    )


def read_milliseconds(cell: Cell | None) -> int | None:
    """A whole number of milliseconds, None for an empty cell."""
    written = read_text(cell)
    if not written:
        return None
    if not re.fullmatch(r"\d{1,9}", written, re.ASCII):
        raise Unreadable("bilangan bulat milidetik, misalnya 1500")
    return int(written)


def read_location(cell: Cell | None) -> str:
    """A location's Page id, digits only; empty for none."""
    if isinstance(cell, (int, float)) and not abs(cell) < _EXACT_IN_A_NUMBER_CELL:
        raise Unreadable("nomor lokasi yang ditulis sebagai teks, karena sel angka membulatkan nomor panjang")
    written = read_text(cell)
    if written and not re.fullmatch(r"\d{1,25}", written, re.ASCII):
        raise Unreadable("nomor lokasi (ID Halaman Facebook), angka saja")
    return written


def _check_scheme(written: str) -> None:
    found = _SCHEME.match(written)
    if found and found[1].casefold() not in {"https", "http"}:
        raise Unreadable("nama berkas di samping lembar ini, atau alamat https://")


def _tags_from_words(text: str) -> tuple[UserTag, ...]:
    # A comma separates names, but not the two numbers of a place.
    items = (item.strip() for item in re.split(r"[;\n]|,(?![^(]*\))", text))
    tags = []
    for item in filter(None, items):
        found = _TAG.fullmatch(item)
        if not found:
            raise Unreadable(TAG_ALLOWED)
        place = (_place(found[2]), _place(found[3])) if found[2] else (None, None)
        tags.append(UserTag(found[1], *place))
    return tuple(tags)


def _tags_from_json(text: str) -> tuple[UserTag, ...]:
    try:
        items: list[dict[str, Any]] = json.loads(text)
        return tuple(_tag_from_json(item) for item in items)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable(TAG_ALLOWED) from None


def _tag_from_json(item: dict[str, Any]) -> UserTag:
    found = _USERNAME.fullmatch(item["username"])
    if not found:
        raise Unreadable(TAG_ALLOWED)
    if "x" not in item and "y" not in item:
        return UserTag(found[1])
    return UserTag(found[1], _place(item["x"]), _place(item["y"]))


def _place(written: str | float) -> float:
    place = float(written)
    if not 0.0 <= place <= 1.0:
        raise Unreadable(TAG_ALLOWED)
    return place
