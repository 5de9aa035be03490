"""Everything that can be set, as one thing that never changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ig_worker.config.caring import DEFAULT_TOPICS, Cases, Crisis, Notify, Topic, Unit
from ig_worker.config.fields import FilePath, FolderPath, Name, ZoneName, not_allowed, span
from ig_worker.config.opening import Calendar, WorkingHours
from ig_worker.config.sections import (
    Account,
    Board,
    Centre,
    Database,
    FrequentQuestion,
    Graph,
    Inbox,
    Insights,
    Log,
    Media,
    Planner,
    Posts,
    Replies,
    Rising,
    Schedule,
    Security,
)
from ig_worker.domain.errors import Misconfigured
from ig_worker.domain.working_time import WorkingCalendar

ENV_PREFIX = "IG_WORKER_"


class Settings(BaseSettings):
    """The configuration. Made by :func:`ig_worker.config.load`, which knows the file and the environment."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        # Lists are decoded by the fields themselves, which say better what is allowed.
        enable_decoding=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    timezone: ZoneName = "Asia/Jakarta"
    data_dir: FolderPath = Path("var")
    played_clock: FilePath = None
    centre: Centre = Centre()
    database: Database = Database()
    graph: Graph = Graph()
    accounts: dict[Name, Account] = Field(default_factory=dict)
    media: Media = Media()
    schedule: Schedule = Schedule()
    posts: Posts = Posts()
    planner: Planner = Planner()
    inbox: Inbox = Inbox()
    replies: Replies = Replies()
    faq: dict[Name, FrequentQuestion] = Field(default_factory=dict)
    working_hours: WorkingHours = WorkingHours()
    calendar: Calendar = Calendar()
    cases: Cases = Cases()
    crisis: Crisis = Crisis()
    notify: Notify = Notify()
    units: dict[Name, Unit] = Field(default_factory=dict)
    topics: dict[str, Topic] = DEFAULT_TOPICS
    insights: Insights = Insights()
    rising: Rising = Rising()
    security: Security = Security()
    board: Board = Board()
    log: Log = Log()

    _source: Path | None = PrivateAttr(default=None)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: ``load`` has laid the environment over the file already."""
        return (init_settings,)

    @field_validator("accounts")
    @classmethod
    def _each_account_once(cls, value: dict[str, Account]) -> dict[str, Account]:
        ids = [account.ig_user_id for account in value.values()]
        if len(set(ids)) < len(ids):
            raise not_allowed("a different ig_user_id in every account")
        return value

    @field_validator("units")
    @classmethod
    def _called_otherwise_than_the_teams(cls, value: dict[str, Unit]) -> dict[str, Unit]:
        taken = sorted(value.keys() & Notify.model_fields.keys())
        if taken:
            raise not_allowed(f"units called otherwise than the keys of [notify] (not {', '.join(taken)})")
        return value

    @field_validator("topics", mode="before")
    @classmethod
    def _over_the_defaults(cls, value: Any) -> Any:
        """A topic given in part keeps its other default; topics not given keep both."""
        if not isinstance(value, Mapping):
            return value
        unknown = [topic for topic in value if topic not in DEFAULT_TOPICS]
        if unknown:
            raise not_allowed(
                f"topics out of {', '.join(DEFAULT_TOPICS)} (not {', '.join(map(str, unknown))})"
            )
        defaults = {topic: default.model_dump() for topic, default in DEFAULT_TOPICS.items()}
        return defaults | {
            topic: defaults[topic] | given if isinstance(given, dict) else given
            for topic, given in value.items()
        }

    @field_validator("working_hours")
    @classmethod
    def _open_at_all(cls, value: WorkingHours) -> WorkingHours:
        if not any(day for _, day in value):
            raise not_allowed("at least one weekday with opening hours, else no deadline could ever end")
        return value

    @field_validator("calendar")
    @classmethod
    def _opens_now_and_then(cls, value: Calendar, info: ValidationInfo) -> Calendar:
        if isinstance(hours := info.data.get("working_hours"), WorkingHours):
            value.check(hours)
        return value

    @field_validator("cases")
    @classmethod
    def _steps_in_order(cls, value: Cases, info: ValidationInfo) -> Cases:
        if isinstance(hours := info.data.get("working_hours"), WorkingHours):
            value.check(WorkingCalendar(hours.by_weekday, frozenset(), UTC))
        return value

    @property
    def source(self) -> Path | None:
        """The file this came from; None for settings made in a test."""
        return self._source

    @property
    def zone(self) -> ZoneInfo:
        """The centre's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database_url(self) -> str:
        """For SQLAlchemy. It may hold a password: do not print it."""
        return self.database.url.get_secret_value() or f"sqlite:///{self.data_dir / 'ig-worker.db'}"

    @property
    def opening(self) -> dict[int, tuple[time, time] | None]:
        """Opening hours by weekday (Monday is 0), None on a closed day, as ``WorkingCalendar`` takes them."""
        return self.working_hours.by_weekday

    def working_calendar(self, national_holidays: Iterable[date]) -> WorkingCalendar:
        """When the centre is open: its hours and its own days off, over the country's."""
        return self.calendar.over(self.working_hours, national_holidays, self.zone)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """When no thanks go out, None for never. The first may be the later one (through midnight)."""
        return span(self.replies.quiet_hours, through_midnight=True)

    def account(self, name: str) -> Account:
        """The account of that name; Misconfigured where there is none."""
        try:
            return self.accounts[name]
        except KeyError:
            known = ", ".join(self.accounts) or "none"
            raise Misconfigured(
                f"No account is called {name!r}; the configuration has: {known}.",
                cure=f"Name one of them, or add [accounts.{name}].",
            ) from None

    def recipients(self, team: str) -> tuple[str, ...]:
        """The Apprise URLs of a list in ``[notify]``, or of ``[units.TEAM]``; empty where nothing is set.

        They hold passwords and bot tokens: do not print them.
        """
        if team in type(self.notify).model_fields:
            urls = getattr(self.notify, team)
        else:
            urls = self.units[team].notify if team in self.units else ()
        return tuple(url.get_secret_value() for url in urls)

    @property
    def known_units(self) -> tuple[str, ...]:
        """The units that answer for a topic or have channels of their own, by name."""
        of_topics = {topic.unit for topic in self.topics.values() if topic.unit}
        return tuple(sorted(of_topics | self.units.keys()))

    def secrets(self) -> tuple[str, ...]:
        """Every secret text in here, and the passwords inside of addresses, for the logs to keep out."""
        found = dict.fromkeys(part for secret in _secrets_in(self) for part in _parts(secret) if part)
        return tuple(found)


def _secrets_in(value: object) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for _, inner in value:
            yield from _secrets_in(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _secrets_in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _secrets_in(inner)


def _parts(secret: str) -> Iterator[str]:
    yield secret
    if "://" in secret:
        try:
            password = urlsplit(secret).password
        except ValueError:
            return
        if password:
            yield password
            yield unquote(password)
