"""Knows the days on which the whole country stays at home: national holidays and joint leave (cuti bersama)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache

from ig_worker import shipped
from ig_worker.domain.errors import Misconfigured

_LONGEST_SECONDS = 60


def national_holidays(years: Iterable[int]) -> dict[date, str]:
    """The free days of those years with their Indonesian names, by date.

    The library behind it costs 12 MB for good, for some thirty dates; so it is asked in a process of its own, which
    takes about half a second. Misconfigured where that fails.
    """
    command = [sys.executable, "-m", __name__, *(str(year) for year in sorted(set(years)))]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=True)
        return {date.fromisoformat(day): name for day, name in json.loads(answer.stdout).items()}
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise Misconfigured(
            f"The national holidays cannot be computed ({type(error).__name__}).",
            cure="Is the installation whole? `python -m ig_worker.national_days 2026` shows more.",
        ) from None


@cache
def closed_days(years: tuple[int, ...]) -> frozenset[date]:
    """The dates of :func:`national_holidays`, as ``WorkingCalendar`` takes them; remembered."""
    return frozenset(national_holidays(years))


@cache
def named_days(year: int) -> Mapping[date, str]:
    """The same for one year, remembered: a calendar is opened often, and they stay as they are."""
    return national_holidays([year])


def _compute(years: list[int]) -> dict[date, str]:
    import holidays  # in the short-lived process only

    known = holidays.country_holidays("ID", years=years, categories=("public", "government"), language="id")
    ours = shipped.joint_leave()
    added = {date.fromisoformat(day): name for year in years for day, name in ours.get(str(year), {}).items()}
    return dict(sorted((dict(known.items()) | added).items()))


if __name__ == "__main__":
    found = _compute([int(year) for year in sys.argv[1:]])
    sys.stdout.write(json.dumps({day.isoformat(): name for day, name in found.items()}))
