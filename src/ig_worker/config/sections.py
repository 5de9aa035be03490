"""The sections of config.toml: their keys, bounds and defaults. What each is for stands in config.example.toml."""

from __future__ import annotations

import logging
from datetime import time
from ipaddress import ip_network
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator

from ig_worker.config.fields import (
    ClockTime,
    FilePath,
    Listed,
    Seconds,
    SecondsOrNone,
    Section,
    TimeSpan,
    WebAddress,
    auto_or_bool,
    matching,
    not_allowed,
    read_secret_file,
    span,
)
from ig_worker.domain.phrasing import MESSAGE_BYTES
from ig_worker.domain.text import fits_bytes

_NOTHING = SecretStr("")

# TOML people write ids without quotes, too.
_DIGITS = Field(coerce_numbers_to_str=True)


def _from_file(value: SecretStr, info: ValidationInfo) -> SecretStr:
    """The secret itself, or what its ``…_file`` holds; one of the two."""
    file = info.data.get(f"{info.field_name}_file")
    if file is None:
        return value
    if value.get_secret_value():
        raise not_allowed(f"only one of {info.field_name} and {info.field_name}_file")
    return SecretStr(read_secret_file(file))


class Database(Section):
    """``url`` may hold a password, so it is a secret; empty means SQLite in data_dir."""

    url: SecretStr = _NOTHING

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise not_allowed('"", "sqlite:///…" or "postgresql+psycopg://…"')
        return value


class Graph(Section):
    """How to reach Meta."""

    base_url: WebAddress = ""
    version: Annotated[str, matching(r"v[1-9]\d?\.\d", 'a version of the Graph API such as "v25.0"')] = (
        "v25.0"
    )
    timeout_seconds: Seconds = 30
    publish_timeout_seconds: Seconds = 180
    settle_seconds: SecondsOrNone = 120


class Account(Section):
    """One Instagram account."""

    login: Literal["instagram", "facebook"] = "instagram"
    ig_user_id: Annotated[str, _DIGITS, matching(r"\d{5,25}", "an id of 5 to 25 digits")]
    page_id: Annotated[str, _DIGITS, matching(r"(\d{5,25})?", '"" or an id of 5 to 25 digits')] = ""
    access_token_file: FilePath = None
    access_token: SecretStr = _NOTHING
    app_id: Annotated[str, _DIGITS, matching(r"(\d{5,25})?", '"" or an id of 5 to 25 digits')] = ""
    app_secret_file: FilePath = None
    app_secret: SecretStr = _NOTHING

    _files = field_validator("access_token", "app_secret")(_from_file)

    @field_validator("access_token", "app_secret")
    @classmethod
    def _one_word(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        # A token goes into a header; a blank or a line break in it is a slip of the pasting hand.
        if not text.isascii() or any(character <= " " for character in text):
            raise not_allowed("one word of letters, digits and signs, without blanks or line breaks")
        return value


class Media(Section):
    """Where Meta fetches pictures from."""

    public_base_url: WebAddress = ""
    allow_private_addresses: bool = False
    border: Annotated[str, matching(r"blur|#[0-9a-fA-F]{6}", '"blur" or a colour such as "#ffffff"')] = "blur"


class Schedule(Section):
    """How often, in seconds."""

    publish_every: Seconds = 5
    inbox_every: Seconds = 120
    replies_every: Seconds = 10
    cases_every: Seconds = 30
    insights_at: ClockTime = time(1, 15)
    prepare_ahead: SecondsOrNone = 3600


class Posts(Section):
    """``late_after`` and ``late_spacing`` in seconds."""

    late_after: Annotated[float, Field(gt=0, le=31 * 86400, allow_inf_nan=False)] = 7200
    late_spacing: SecondsOrNone = 300
    required_roles: Annotated[
        tuple[Literal["verifikator", "penanggung_jawab"], ...], Listed, Field(min_length=1)
    ] = ("verifikator",)
    own_numbers: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Listed] = ()

    @field_validator("required_roles")
    @classmethod
    def _always_verified(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "verifikator" not in value:
            raise not_allowed('"verifikator" among the roles: nothing goes out unverified')
        return tuple(dict.fromkeys(value))


class Planner(Section):
    """The planning sheet at Google, and how many posts a week each segment should have. ``every`` in seconds."""

    spreadsheet: Annotated[str, Field(max_length=300)] = ""
    worksheet: Annotated[str, Field(max_length=100)] = ""
    credentials_file: FilePath = None
    base_url: WebAddress = ""
    media_dir: FilePath = None
    every: Seconds = 300
    targets: dict[Annotated[str, Field(min_length=1, max_length=80)], Annotated[int, Field(ge=1, le=50)]] = (
        Field(default_factory=dict)
    )


class Inbox(Section):
    """What is read of comments and messages."""

    watch_days: Annotated[int, Field(ge=1, le=730)] = 90
    backlog_hours: Annotated[float, Field(ge=0, le=24 * 365, allow_inf_nan=False)] = 24


def _fits_a_message(text: str) -> str:
    """The text, if a direct message can hold it whole."""
    if not fits_bytes(text, MESSAGE_BYTES):
        raise not_allowed(f"a text of at most {MESSAGE_BYTES} bytes, as much as a direct message holds")
    return text


class Replies(Section):
    """What the worker answers by itself: thanks for praise, and what the centre has approved besides."""

    enabled: bool = True
    phrasings_file: FilePath = None
    acknowledge: bool = False
    answer_questions: bool = False
    emergency_text: Annotated[str, Field(max_length=700)] = ""
    delay_seconds: Annotated[tuple[SecondsOrNone, SecondsOrNone], Listed] = (60, 300)
    quiet_hours: TimeSpan = ()
    max_age_hours: Annotated[float, Field(gt=0, le=24 * 30, allow_inf_nan=False)] = 48
    dry_run: bool = False

    @field_validator("emergency_text")
    @classmethod
    def _names_the_emergency_number(cls, value: str) -> str:
        if value.strip() and "119" not in value:
            raise not_allowed('"", or a text that names the emergency number 119')
        return _fits_a_message(value.strip())

    @field_validator("delay_seconds")
    @classmethod
    def _shortest_first(cls, value: tuple[float, float]) -> tuple[float, float]:
        if value[0] > value[1]:
            raise not_allowed("two numbers, the smaller one first, such as [60, 300]")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _from_and_to(cls, value: tuple[time, ...]) -> tuple[time, ...]:
        span(value, through_midnight=True)
        return value


class FrequentQuestion(Section):
    """One ``[faq.NAME]``: ways in which people ask it, and the answer that a person approved once."""

    questions: Annotated[tuple[Annotated[str, Field(min_length=3, max_length=200)], ...], Listed] = ()
    answer: Annotated[str, Field(max_length=700)] = ""
    approved_by: Annotated[str, Field(max_length=80)] = ""

    @field_validator("questions")
    @classmethod
    def _asked_somehow(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise not_allowed('one way or more in which people ask it, such as ["jam berapa buka"]')
        return value

    @field_validator("answer", "approved_by")
    @classmethod
    def _said(cls, value: str) -> str:
        if not value.strip():
            raise not_allowed("a text that is not empty")
        return _fits_a_message(value.strip())


class Centre(Section):
    """What the centre is called, and its colour, as ``#rrggbb``."""

    name: Annotated[str, Field(max_length=80)] = ""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0e5360"


class Insights(Section):
    """What is measured at night; seconds. The spreadsheet is reached as ``[planner]`` says."""

    media_days: Annotated[int, Field(ge=1, le=730)] = 30
    stories_every: Annotated[float, Field(ge=600, le=43_200)] = 14_400
    spreadsheet: str = ""
    worksheet: str = "Insights"


class Rising(Section):
    """When a topic or a word is told of: ``at_least`` messages in ``days`` days, ``times_usual`` the usual number."""

    at_least: Annotated[int, Field(ge=3, le=1000)] = 5
    times_usual: Annotated[float, Field(ge=1.5, le=100)] = 3
    days: Annotated[int, Field(ge=1, le=14)] = 3


class Security(Section):
    """``key`` encrypts what is kept: a Fernet key, or a passphrase."""

    key_file: FilePath = None
    key: SecretStr = _NOTHING

    _files = field_validator("key")(_from_file)

    @field_validator("key")
    @classmethod
    def _not_guessed(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 12:
            raise not_allowed('"", a Fernet key, or a passphrase of 12 characters or more')
        return value


class Board(Section):
    """Where the web board listens, and where people find it."""

    host: Annotated[str, Field(min_length=1, max_length=253)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: WebAddress = ""
    trusted_proxies: Annotated[tuple[str, ...], Listed] = ()
    max_upload_mb: Annotated[int, Field(ge=1, le=1000)] = 100

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            try:
                ip_network(address)
            except ValueError:
                raise not_allowed('addresses or networks such as ["127.0.0.1", "10.0.0.0/24"]') from None
        return value


class Log(Section):
    """``as_json`` (the file's ``json``) is None where the terminal decides."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    as_json: Annotated[bool | None, BeforeValidator(auto_or_bool), Field(alias="json")] = None
    file: FilePath = None

    @field_validator("level", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return (
            value.upper()
            if isinstance(value, str) and value.upper() in logging.getLevelNamesMapping()
            else value
        )
