"""Everything that can be set, as one thing that never changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from pydantic import Field, PrivateAttr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from ig_worker.config.caring import DEFAULT_TOPICS, Cases, Crisis, Notify, Topic, Unit
from ig_worker.config.fields import FilePath, FolderPath, Name, ZoneName, not_allowed
from ig_worker.config.keeping import Backup, Health, Retention
from ig_worker.config.opening import Calendar, WorkingHours
from ig_worker.config.said import SettingsSaid
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
from ig_worker.domain.forgotten import MARGIN_DAYS
from ig_worker.domain.working_time import WorkingCalendar

ENV_PREFIX = "IG_WORKER_"


class Settings(BaseSettings, SettingsSaid):
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
    played_waits: FilePath = None
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
    health: Health = Health()
    backup: Backup = Backup()
    retention: Retention = Retention()
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

    @field_validator("retention")
    @classmethod
    def _longer_than_posts_are_watched(cls, value: Retention, info: ValidationInfo) -> Retention:
        if not isinstance(inbox := info.data.get("inbox"), Inbox):
            return value
        least = inbox.watch_days + MARGIN_DAYS
        for name in ("messages_days", "cases_days"):
            # A default gives way to a longer watch_days by itself.
            if name in value.model_fields_set and 0 < getattr(value, name) < least:
                raise not_allowed(
                    f"{name} = 0, or {least} and more: [inbox] watch_days and {MARGIN_DAYS} days"
                )
        return value

    @property
    def source(self) -> Path | None:
        """The file this came from; None for settings made in a test."""
        return self._source
