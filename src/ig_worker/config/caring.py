"""The sections about complaints: deadlines and reminders, whom to tell, and who answers for what."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from ig_worker.config.fields import ChannelUrls, Listed, Name, Section, not_allowed
from ig_worker.config.said import CasesSaid, ProfileSaid
from ig_worker.domain import deadlines
from ig_worker.domain.deadlines import PROFILES, Allowance, read_allowance
from ig_worker.domain.working_time import WorkingCalendar


def _allowance(value: object) -> Allowance | None:
    """``"4h"``, ``"3 hari kerja"``; ``""`` is None."""
    if value is None or isinstance(value, Allowance):
        return value
    try:
        if isinstance(value, str):
            return read_allowance(value) if value.strip() else None
    except ValueError:
        pass
    raise not_allowed('"30m" or "4h" of working time, or "1d", "3 hari kerja" (working days)')


def _by_the_clock(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        found = read_allowance(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.days:
        raise not_allowed('minutes or hours by the clock such as "30m" or "2h"')
    return found.time


# Both are made by the functions above, so that nothing of pydantic's own reading of durations gets in between.
AllowanceOrNone = Annotated[Any, BeforeValidator(_allowance)]
ByTheClock = Annotated[timedelta, BeforeValidator(_by_the_clock)]


class Profile(Section, ProfileSaid):
    """One ``[cases.profiles.NAME]``: how long each step may take; None has no deadline."""

    acknowledge: AllowanceOrNone = None
    follow_up: AllowanceOrNone = None
    resolve: AllowanceOrNone = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Profile:
        if not self.steps:
            raise not_allowed("a time for acknowledge, follow_up or resolve")
        return self


class Cases(Section, CasesSaid):
    """Complaints and suggestions."""

    profiles: dict[Name, Profile] = Field(default_factory=dict)
    profile: str = "puskesmas"
    urgent_profile: str = ""
    remind_before: AllowanceOrNone = Allowance(time=timedelta(hours=2))
    climb_after: Annotated[tuple[AllowanceOrNone, ...], Listed] = (
        Allowance(time=timedelta(hours=4)),
        Allowance(1),
    )
    urgent_climb: Annotated[tuple[ByTheClock, ...], Listed] = (
        timedelta(minutes=30),
        timedelta(hours=1),
        timedelta(hours=2),
    )
    on_unsend: Literal["redact", "keep"] = "redact"

    @field_validator("profiles")
    @classmethod
    def _called_otherwise_than_ours(cls, value: dict[str, Profile]) -> dict[str, Profile]:
        taken = sorted(value.keys() & PROFILES.keys())
        if taken:
            raise not_allowed(
                f"profiles called otherwise than those that are there already (not {', '.join(taken)})"
            )
        return value

    @field_validator("profile", "urgent_profile")
    @classmethod
    def _known_profile(cls, value: str, info: ValidationInfo) -> str:
        known = [*PROFILES, *info.data.get("profiles", ())]
        if value not in known and not (value == "" and info.field_name == "urgent_profile"):
            raise not_allowed(" or ".join(f'"{name}"' for name in known))
        return value

    @field_validator("climb_after")
    @classmethod
    def _a_step_for_each_above(cls, value: tuple[Allowance | None, ...]) -> tuple[Allowance | None, ...]:
        if len(value) > len(LADDER) or None in value:
            raise not_allowed(
                f'at most {len(LADDER)} times such as ["4h", "1d"], one for each of {", ".join(LADDER)}'
            )
        return value

    @field_validator("urgent_climb")
    @classmethod
    def _later_and_later(cls, value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if (
            list(value) != sorted(set(value))
            or len(value) > 6
            or any(each > timedelta(days=1) for each in value)
        ):
            raise not_allowed(
                'at most six times, each later than the one before and none after a day: ["30m", "1h"]'
            )
        return value

    def check(self, calendar: WorkingCalendar) -> None:
        """Complain of own profiles and reminders whose times run the wrong way on these opening hours."""
        ladder = {str(number): each for number, each in enumerate(self.climb_after, 1)}
        for name, profile in self.profiles.items():
            if wrong := deadlines.out_of_order(profile.steps, deadlines.NAMES, calendar):
                raise not_allowed(
                    f"in [cases.profiles.{name}] no step due before the one it follows ({wrong[1]} before {wrong[0]})"
                )
        if deadlines.out_of_order(ladder, list(ladder), calendar):
            raise not_allowed("in climb_after times that are later and later")


class Crisis(Section):
    """When complaints are so many that people are alarmed at once."""

    at_least: Annotated[int, Field(ge=2, le=10_000)] = 5
    times_usual: Annotated[float, Field(ge=1, le=1000, allow_inf_nan=False)] = 4
    within_minutes: Annotated[float, Field(ge=5, le=24 * 60, allow_inf_nan=False)] = 60
    same_post: Annotated[int, Field(ge=2, le=10_000)] = 6
    same_topic: Annotated[int, Field(ge=2, le=10_000)] = 8
    pause_publishing: bool = False


LADDER = ("quality_lead", "head")
"""The teams of ``[notify]`` who hear of what the complaint team leaves undone, the nearest first."""


class Notify(Section):
    """Whom to tell, and when many notices become one."""

    complaint_team: ChannelUrls = ()
    operators: ChannelUrls = ()
    content_team: ChannelUrls = ()
    on_duty: ChannelUrls = ()
    quality_lead: ChannelUrls = ()
    head: ChannelUrls = ()
    partners: ChannelUrls = ()
    report: ChannelUrls = ()
    digest_after: Annotated[int, Field(ge=1, le=1000)] = 10
    digest_minutes: Annotated[float, Field(gt=0, le=24 * 60, allow_inf_nan=False)] = 10


class Unit(Section):
    """A service unit's own channels."""

    notify: ChannelUrls = ()


class Topic(Section):
    """Who answers for a topic: the unit, and the person in charge where there is one."""

    unit: Annotated[str, Field(max_length=80)] = ""
    person: Annotated[str, Field(max_length=80)] = ""


DEFAULT_TOPICS = {
    "antrean": Topic(unit="pendaftaran"),
    "pendaftaran": Topic(unit="pendaftaran"),
    "petugas": Topic(unit="mutu"),
    "obat": Topic(unit="farmasi"),
    "bpjs": Topic(unit="pendaftaran"),
    "fasilitas": Topic(unit="tata_usaha"),
    "jam_layanan": Topic(unit="humas"),
    "kia_imunisasi": Topic(unit="kia"),
    "gigi": Topic(unit="gigi"),
    "laboratorium": Topic(unit="laboratorium"),
    "biaya": Topic(unit="kasir"),
    "informasi": Topic(unit="humas"),
    "lainnya": Topic(unit="mutu"),
}
"""Every topic that the classifier knows, with the unit that answers for it in most centres."""
