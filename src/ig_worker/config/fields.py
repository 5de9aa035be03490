"""The kinds of value that a configuration key can have, each with the words for what is allowed."""

from __future__ import annotations

import json
import re
from contextvars import ContextVar
from datetime import time
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

from ig_worker.config.said import Table

CONFIG_FOLDER: ContextVar[Path] = ContextVar("CONFIG_FOLDER")
"""The folder of the file being read; relative paths start there. Set by :func:`ig_worker.config.load`."""

_CLOCK_TIME = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)")
_SECRET_FILE_LIMIT = 64 * 1024


def not_allowed(allowed: str) -> PydanticCustomError:
    """The error of a value that may not be so; ``allowed`` says what may."""
    return PydanticCustomError("not_allowed", "{allowed}", {"allowed": allowed})


def matching(pattern: str, allowed: str) -> AfterValidator:
    """A text of that shape, and the words for it."""

    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise not_allowed(allowed)
        return value

    return AfterValidator(check)


def _clock_time(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    found = _CLOCK_TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise not_allowed('a time of day such as "07:30"')
    return time(int(found["hour"]), int(found["minute"]))


def _listed(value: object) -> object:
    """A list in an environment variable is written as in JSON; a lone text is a list of one."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.startswith("["):
        return [text] if text else []
    try:
        return json.loads(text)
    except ValueError:
        raise not_allowed('a list such as ["first", "second"]') from None


def _in_folder(value: object) -> Path | None:
    if value is None:
        return None
    if isinstance(value, Path):
        path = value
    elif isinstance(value, str) and "\0" not in value:
        if not value.strip():
            return None
        path = Path(value)
    else:
        raise not_allowed("a path")
    try:
        path = path.expanduser()
    except RuntimeError:
        raise not_allowed("a path whose ~ can be resolved") from None
    return (CONFIG_FOLDER.get(Path()) / path).absolute()


def _folder(value: object) -> Path:
    path = _in_folder(value)
    if path is None:
        raise not_allowed("the path of a folder")
    return path


def _web_address(value: str) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        right = (
            parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        )
        right = right and parts.username is None and (parts.port is None or parts.port > 0)
    except ValueError:
        right = False
    if not right or re.search(r"\s", value):
        raise not_allowed('"" or an address such as "https://media.example.id", without user, "?" or "#"')
    return value.rstrip("/")


def _zone_name(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise not_allowed('"Asia/Jakarta" (WIB), "Asia/Makassar" (WITA), "Asia/Jayapura" (WIT)') from None
    return value


def _channel(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not re.match(r"[a-z][a-z0-9+.-]*://\S", text, re.IGNORECASE) or re.search(r"[\x00-\x1f]", text):
        raise not_allowed('an Apprise URL such as "mailto://…" or "tgram://…"')
    return value


def read_secret_file(path: Path) -> str:
    """The secret in a file, without the blanks around it (editors and ``echo`` end a file with a new line)."""
    try:
        with path.open("rb") as file:
            text = file.read(_SECRET_FILE_LIMIT).decode("utf-8").strip()
    except OSError as error:
        raise not_allowed(f"a file that can be read ({path}: {error.strerror})") from None
    except UnicodeDecodeError:
        raise not_allowed(f"a file of plain text ({path} is not)") from None
    if not text:
        raise not_allowed(f"a file with the secret in it ({path} is empty)")
    return text


Seconds = Annotated[float, Field(gt=0, le=86400, allow_inf_nan=False)]
"""More than nothing and at most a day."""

SecondsOrNone = Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)]
"""From nothing to a day."""

ClockTime = Annotated[time, BeforeValidator(_clock_time)]
"""A time of day in the centre's zone; ``"07:30"``, ``"07.30"`` or TOML's own ``07:30:00``."""

FolderPath = Annotated[Path, BeforeValidator(_folder)]
"""Absolute; relative ones start at the configuration file's folder."""

FilePath = Annotated[Path | None, BeforeValidator(_in_folder)]
"""As :data:`FolderPath`; ``""`` is None."""

WebAddress = Annotated[str, AfterValidator(_web_address)]
"""``""``, or http(s) without a slash at the end."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
"""What people call an account, a unit, a profile."""

ZoneName = Annotated[str, AfterValidator(_zone_name)]

Listed = BeforeValidator(_listed)

ChannelUrls = Annotated[tuple[Annotated[SecretStr, AfterValidator(_channel)], ...], Listed]
"""Apprise URLs. They hold passwords and bot tokens, so they are secrets as a whole."""

TimeSpan = Annotated[tuple[ClockTime, ...], Listed]
"""No times, or two."""


def span(times: tuple[time, ...], *, through_midnight: bool) -> tuple[time, time] | None:
    """The two ends of a :data:`TimeSpan`, None for an empty one; complains about anything else."""
    if not times:
        return None
    if len(times) != 2 or times[0] == times[1] or (times[0] > times[1] and not through_midnight):
        raise not_allowed('[] or two times such as ["07:30", "14:00"]')
    return times[0], times[1]


def auto_or_bool(value: Any) -> bool | None:
    """``"auto"`` is None: whoever asks decides."""
    word = value.strip().lower() if isinstance(value, str) else value
    if word is None or word == "auto":
        return None
    if word in ("true", "false"):
        return bool(word == "true")
    if isinstance(word, bool):
        return word
    raise not_allowed('"auto", true or false')


class Section(BaseModel, Table):
    """A table of the file. Unknown keys are errors, and nothing changes after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)
