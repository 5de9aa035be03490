"""The sections about keeping the worker alive and its data safe: health, backups, and how long things are kept."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, field_validator

from ig_worker.config.fields import ClockTime, FilePath, Listed, Seconds, Section, not_allowed


def _hour_or_never(value: object) -> object:
    return None if value == "" else value


HourOrNever = Annotated[ClockTime | None, BeforeValidator(_hour_or_never)]
"""A time of day, or None (written ``""``) for never."""

Days = Annotated[int, Field(ge=0, le=36_500)]
"""For how many days something is kept; 0 for always."""


class Health(Section):
    """How the outside hears that the worker lives. ``ping_every`` in seconds; a ping's address may be a secret."""

    ping_url: SecretStr = SecretStr("")
    ping_every: Seconds = 300
    alive_at: HourOrNever = None
    least_free_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 200

    @field_validator("ping_url")
    @classmethod
    def _an_address(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and (not url.startswith(("https://", "http://")) or any(sign <= " " for sign in url)):
            raise not_allowed('"" or an address such as "https://hc-ping.example/…"')
        return value


class Backup(Section):
    """Nightly copies. ``after`` is a command and its arguments; it is given the fresh copy's path as the last one."""

    at: HourOrNever = time(2, 30)
    folder: FilePath = None
    keep_days: Annotated[int, Field(ge=1, le=366)] = 7
    keep_weeks: Annotated[int, Field(ge=0, le=520)] = 4
    keep_months: Annotated[int, Field(ge=0, le=240)] = 12
    after: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=1000)], ...], Listed] = ()
    after_timeout: Seconds = 3600


class Retention(Section):
    """How many days things are kept; 0 keeps them always. What is purged leaves its counts behind."""

    messages_days: Days = 365
    cases_days: Days = 730
    media_days: Days = 365
    reports_days: Days = 730
