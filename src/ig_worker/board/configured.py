"""The configuration as people may read it: every key with its words, and of a secret only whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from ig_worker.config.said import Table as SetSection
from ig_worker.domain.deadlines import Allowance
from ig_worker.notify import channel_name

if TYPE_CHECKING:
    from ig_worker.config import Settings

Say = Callable[..., str]
"""The catalogue, as ``Visit.t``."""

_SECONDS = {
    ("graph", "timeout_seconds"),
    ("graph", "publish_timeout_seconds"),
    ("graph", "settle_seconds"),
    *(
        ("schedule", key)
        for key in ("publish_every", "inbox_every", "replies_every", "cases_every", "prepare_ahead")
    ),
    ("posts", "late_after"),
    ("posts", "late_spacing"),
    ("planner", "every"),
    ("replies", "delay_seconds"),
    ("insights", "stories_every"),
}

_NAMED = {"accounts", "faq"}
"""Sections of which there may be several, each with a name."""

_LISTED = {"units", "topics"}
"""Those that are so short that one line of a list holds each."""


@dataclass(frozen=True)
class Line:
    """One key, what it is called, and what is set."""

    key: str
    said: str
    value: str


@dataclass(frozen=True)
class Section:
    """A section of config.toml, or one of several with a `name`."""

    key: str
    name: str
    lines: tuple[Line, ...]


def sections_of(settings: Settings, say: Say) -> list[Section]:
    """Every section in the order of the file; the keys that stand before all of them are ``general``."""
    top: list[Line] = []
    found: list[Section] = []
    for key, value in settings:
        if key in _NAMED:
            found += [_one(key, name, each, say) for name, each in value.items()] or [Section(key, "", ())]
        elif key in _LISTED:
            lines = [
                Line(name, name.replace("_", " "), _short(key, each, say)) for name, each in value.items()
            ]
            found.append(Section(key, "", tuple(lines)))
        elif isinstance(value, SetSection):
            found.append(_one(key, "", value, say))
        else:
            top.append(Line(key, say(f"config.general.{key}"), _in_words(("", key), value, say)))
    return [Section("general", "", tuple(top)), *found]


def _one(key: str, name: str, section: Any, say: Say) -> Section:
    lines = tuple(
        Line(field, say(f"config.{key}.{field}"), _in_words((key, field), value, say))
        for field, value in section
    )
    return Section(key, name, lines)


def _short(key: str, section: Any, say: Say) -> str:
    parts = [
        f"{say(f'config.{key}.{field}')}: {_in_words((key, field), value, say)}"
        for field, value in _set(section)
    ]
    return "; ".join(parts) or say("settings.nothing")


def _in_words(key: tuple[str, str], value: Any, say: Say) -> str:
    if _is_secret(value):
        return say("settings.filled" if value.get_secret_value() else "settings.not_filled")
    if isinstance(value, bool):
        return say("settings.yes" if value else "settings.no")
    if value is None or value == "" or (isinstance(value, (tuple, Mapping)) and not value):
        return say("settings.nothing")
    if isinstance(value, (tuple, Mapping)):
        return _several(key, value, say)
    if isinstance(value, SetSection):
        return "; ".join(f"{field} = {_in_words(key, each, say)}" for field, each in _set(value))
    if isinstance(value, time):
        return f"{value:%H.%M}"
    if isinstance(value, timedelta):
        return _lasting(value.total_seconds(), say)
    if isinstance(value, Allowance):
        if value.days:
            return say("settings.working_days", many=value.days)
        return say("settings.working_time", time=_lasting(value.time.total_seconds(), say))
    if key in _SECONDS and isinstance(value, (int, float)):
        return _lasting(value, say)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def _several(key: tuple[str, str], value: Any, say: Say) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} = {_in_words(key, each, say)}" for name, each in value.items())
    if all(_is_secret(each) for each in value):
        return ", ".join(channel_name(each.get_secret_value()) for each in value)
    if all(isinstance(each, time) for each in value):
        return "–".join(_in_words(key, each, say) for each in value)
    return ", ".join(_days_or(key, each, say) for each in value)


def _days_or(key: tuple[str, str], value: Any, say: Say) -> str:
    if not hasattr(value, "first") or isinstance(value, SetSection):
        return _in_words(key, value, say)
    days = value.first.isoformat() if value.first == value.last else f"{value.first} – {value.last}"
    return f"{days} {value.name}".strip()


def _is_secret(value: Any) -> bool:
    return hasattr(value, "get_secret_value")


def _set(value: SetSection) -> Iterator[tuple[str, Any]]:
    return ((field, each) for field, each in value if each not in (None, "", ()))


def _lasting(seconds: float, say: Say) -> str:
    """``2 jam 30 menit``; the parts that are nothing are left out."""
    left, parts = seconds, []
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        many, left = divmod(left, length)
        if many:
            parts.append(say(f"settings.{unit}", many=int(many)))
    if left or not parts:
        parts.append(say("settings.seconds", many=f"{left:g}"))
    return " ".join(parts)
