"""The sections about complaints: deadlines, whom to tell, who answers for what, and when the centre is open."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import Field, field_validator

from ig_worker.config.fields import ChannelUrls, Section, TimeSpan, not_allowed, span
from ig_worker.domain.working_time import DEADLINE_PROFILES


class Cases(Section):
    """Complaints and suggestions."""

    profile: str = "puskesmas"
    on_unsend: Literal["redact", "keep"] = "redact"

    @field_validator("profile")
    @classmethod
    def _known_profile(cls, value: str) -> str:
        if value not in DEADLINE_PROFILES:
            raise not_allowed(" or ".join(f'"{name}"' for name in DEADLINE_PROFILES))
        return value


class Notify(Section):
    """Whom to tell, and when many notices become one."""

    complaint_team: ChannelUrls = ()
    operators: ChannelUrls = ()
    content_team: ChannelUrls = ()
    on_duty: ChannelUrls = ()
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


class WorkingHours(Section):
    """Opening and closing time of each weekday, in the centre's zone; ``[]`` on a closed one."""

    monday: TimeSpan = (time(7, 30), time(14, 0))
    tuesday: TimeSpan = (time(7, 30), time(14, 0))
    wednesday: TimeSpan = (time(7, 30), time(14, 0))
    thursday: TimeSpan = (time(7, 30), time(14, 0))
    friday: TimeSpan = (time(7, 30), time(11, 30))
    saturday: TimeSpan = (time(7, 30), time(12, 30))
    sunday: TimeSpan = ()

    @field_validator("*")
    @classmethod
    def _open_and_close(cls, value: tuple[time, ...]) -> tuple[time, ...]:
        span(value, through_midnight=False)
        return value


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
