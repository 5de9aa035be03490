"""Reads dates and times the way people in Indonesia write them in a sheet."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from ig_worker.domain.sheet_rows import Cell

FIRST_YEAR = 2020
LAST_YEAR = 2100

DATE_ALLOWED = f"tanggal yang ada di kalender antara {FIRST_YEAR} dan {LAST_YEAR}, misalnya 25/11/2026"
TIME_ALLOWED = "jam 00.00 sampai 23.59, misalnya 09.00"

ZONE_OFFSETS = {"WIB": timedelta(hours=7), "WITA": timedelta(hours=8), "WIT": timedelta(hours=9)}

_MONTH_NAMES = (
    ("januari", "jan", "january"),
    ("februari", "feb", "pebruari", "peb", "february"),
    ("maret", "mar", "mrt", "march"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "jun", "june"),
    ("juli", "jul", "july"),
    ("agustus", "agu", "agt", "ags", "aug", "august"),
    ("september", "sep", "sept"),
    ("oktober", "okt", "oct", "october"),
    ("november", "nov", "nop", "nopember"),
    ("desember", "des", "dec", "december"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}

_WEEKDAY_NAMES = (
    ("senin", "monday"),
    ("selasa", "tuesday"),
    ("rabu", "rebo", "wednesday"),
    ("kamis", "thursday"),
    ("jumat", "jum'at", "jum’at", "friday"),
    ("sabtu", "saturday"),
    ("minggu", "ahad", "sunday"),
)
_WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAY_NAMES) for name in names}

_NUMBERS = re.compile(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})", re.ASCII)
_ISO = re.compile(r"(\d{4})([/\-])(\d{1,2})\2(\d{1,2})", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})[\s\-/]+([a-z]+)\.?[\s\-/]+(\d{4}|\d{2})", re.ASCII)
_MIDNIGHT = re.compile(r"[ t]00:00(:00)?$")

_CLOCK = re.compile(
    r"(?:(?:pukul|pkl|jam)\.?\s*)?(\d{1,2})(?:\s*[.:]\s*(\d{2})(?:[.:](\d{2}))?)?\s*(am|pm)?\s*(wib|wita|wit)?",
    re.ASCII,
)

# Spreadsheets count days from here; 1 January 1900 is day 1 and the leap day of 1900 never was.
_SPREADSHEET_EPOCH = date(1899, 12, 30)


class Unreadable(ValueError):
    """A cell does not hold what its column asks for; ``allowed`` says what would do, in Indonesian."""

    def __init__(self, allowed: str) -> None:
        super().__init__(allowed)
        self.allowed = allowed


@lru_cache(maxsize=4096, typed=True)
def read_date(cell: Cell) -> date:
    """The day a cell means: text, a spreadsheet's date, or the bare day number behind one.

    Day before month, always. Raises Unreadable for a day that is not in the calendar, for a weekday's name that
    contradicts the date, and for years outside 2020 to 2100.
    """
    if isinstance(cell, datetime):
        return _within_years(cell.date())
    if isinstance(cell, date):
        return _within_years(cell)
    if isinstance(cell, str):
        return _within_years(_date_from_text(cell))
    if isinstance(cell, (bool, time)) or not 0 <= cell < 1e6 or int(cell) != cell:
        raise Unreadable(DATE_ALLOWED)
    return _within_years(_SPREADSHEET_EPOCH + timedelta(days=int(cell)))


@lru_cache(maxsize=4096, typed=True)
def read_time(cell: Cell) -> tuple[time, str]:
    """The time of day a cell means, and the zone written behind it (``WIB``, ``WITA``, ``WIT`` or empty)."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        # Spreadsheets keep times as fractions of a day, so 09:00 may come back a few microseconds short.
        return _time_of_day(cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6), ""
    if isinstance(cell, str):
        return _time_from_text(cell)
    if isinstance(cell, (bool, date)):
        raise Unreadable(TIME_ALLOWED)
    return _time_from_number(cell), ""


def _within_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(DATE_ALLOWED)
    return day


def _date_from_text(text: str) -> date:
    words = _MIDNIGHT.sub("", " ".join(text.casefold().split()))
    weekday, words = _split_weekday(words)
    if found := _NUMBERS.fullmatch(words):
        day, month, year = int(found[1]), int(found[3]), _full_year(found[4])
    elif found := _ISO.fullmatch(words):
        day, month, year = int(found[4]), int(found[3]), int(found[1])
    elif (found := _WORDS.fullmatch(words)) and found[2] in _MONTHS:
        day, month, year = int(found[1]), _MONTHS[found[2]], _full_year(found[3])
    else:
        raise Unreadable(DATE_ALLOWED)
    try:
        result = date(year, month, day)
    except ValueError:
        raise Unreadable(DATE_ALLOWED) from None
    if weekday is not None and result.weekday() != weekday:
        right = _WEEKDAY_NAMES[result.weekday()][0]
        raise Unreadable(f"hari dan tanggal yang cocok ({result:%d/%m/%Y} adalah hari {right})")
    return result


def _split_weekday(words: str) -> tuple[int | None, str]:
    first, _, rest = words.replace(",", " ").partition(" ")
    if first in _WEEKDAYS:
        return _WEEKDAYS[first], rest.strip()
    return None, words


def _full_year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _time_from_text(text: str) -> tuple[time, str]:
    found = _CLOCK.fullmatch(" ".join(text.casefold().split()))
    if not found:
        raise Unreadable(TIME_ALLOWED)
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = found[4]
    if half and not 1 <= hour <= 12:
        raise Unreadable(TIME_ALLOWED)
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute, second), (found[5] or "").upper()
    except ValueError:
        raise Unreadable(TIME_ALLOWED) from None


def _time_from_number(number: float) -> time:
    """A bare number in a spreadsheet: 0.375 is a fraction of the day, 9 an hour, 9.3 what became of "09.30"."""
    if not 0 <= number < 24:
        raise Unreadable(TIME_ALLOWED)
    two_decimals = abs(round(number, 2) - number) < 1e-9
    if number >= 1 or number == 0:
        hour, minute = divmod(round(number * 100), 100)
        if not two_decimals or minute > 59:
            raise Unreadable(TIME_ALLOWED)
        return time(hour, minute)
    seconds = round(number * 86400)
    # 0.3 may be a typed "00.30" as well as 07:12. Only a fraction that falls on a round time is believed.
    if two_decimals and seconds % 300:
        raise Unreadable("jam yang ditulis sebagai teks, misalnya 09.00")
    return _time_of_day(seconds)


def _time_of_day(seconds: float) -> time:
    whole = min(round(seconds), 86399)
    return time(whole // 3600, whole // 60 % 60, whole % 60)
