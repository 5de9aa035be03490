"""How long ago something was, or how soon it will be, as people say it: "2 menit lalu", "3 hari lagi"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ago(t: Callable[..., str], moment: datetime, now: datetime) -> str:
    """In the largest unit of which two are full, else in the next smaller one; `t` is the catalogue."""
    apart = now - moment
    which = "since" if apart >= timedelta(0) else "until"
    apart = abs(apart)
    if apart < _MINUTE:
        return t("ago.now")
    for unit, name in ((_DAY, "days"), (_HOUR, "hours")):
        if apart >= 2 * unit:
            return t(f"ago.{name}_{which}", count=apart // unit)
    minutes = apart // _MINUTE
    return t(f"ago.minutes_{which}" if minutes > 1 else f"ago.minute_{which}", count=minutes)
