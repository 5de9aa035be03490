"""The configuration once it was read: the same keys and words, without the library that checked them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from ig_worker.config.said import (
    CalendarSaid,
    CasesSaid,
    OtherTimesSaid,
    ProfileSaid,
    SettingsSaid,
    Table,
    WeekSaid,
)

if TYPE_CHECKING:
    from ig_worker.config.model import Settings


class Secret:
    """A text that shows itself to nobody by accident."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __len__(self) -> int:
        return len(self._text)

    def __repr__(self) -> str:
        return f"Secret('{'**********' if self._text else ''}')"

    __str__ = __repr__


class Plain(Table):
    """A section with its values as attributes, which never change."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(tuple(self.__dict__.items()))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name}: the configuration is read once and does not change")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self)})"


class PlainWeek(Plain, WeekSaid):
    """``[working_hours]``."""


class PlainOtherTimes(Plain, OtherTimesSaid):
    """``[[calendar.other_hours]]``."""


class PlainCalendar(Plain, CalendarSaid):
    """``[calendar]``."""


class PlainProfile(Plain, ProfileSaid):
    """``[cases.profiles.NAME]``."""


class PlainCases(Plain, CasesSaid):
    """``[cases]``."""


class PlainSettings(Plain, SettingsSaid):
    """The whole; ``source`` is the file it came from."""

    source: Path | None = None

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return ((name, value) for name, value in super().__iter__() if name != "source")


_SAYING: tuple[tuple[type, type[Plain]], ...] = (
    (WeekSaid, PlainWeek),
    (OtherTimesSaid, PlainOtherTimes),
    (CalendarSaid, PlainCalendar),
    (ProfileSaid, PlainProfile),
    (CasesSaid, PlainCases),
)


def plain(settings: Settings) -> Settings:
    """The same settings without pydantic, which takes a sixth of what the worker may."""
    values = {name: _plain(value) for name, value in settings}
    return cast("Settings", PlainSettings({**values, "source": settings.source}))


def _plain(value: Any) -> Any:
    if hasattr(value, "get_secret_value"):
        return Secret(value.get_secret_value())
    if isinstance(value, Table):
        kind = next((plain for said, plain in _SAYING if isinstance(value, said)), Plain)
        return kind({name: _plain(inner) for name, inner in value})
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value
