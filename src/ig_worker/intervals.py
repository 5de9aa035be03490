"""How often each job runs: what a health check asks without building anything of the worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ig_worker.config import Settings

REST_EVERY = 60.0
"""Seconds between two looks at the nightly jobs; what is due is decided from the database."""

HEALTH_EVERY = 60.0
"""Seconds between two looks at whether everything else is well."""


def rest_every(settings: Settings) -> float:
    """Seconds between two looks at the nightly jobs: seldom, but not where all else is done often."""
    return min(REST_EVERY, 2 * settings.schedule.cases_every)


def health_every(settings: Settings) -> float:
    """Seconds between two looks at whether the worker is well."""
    return min(HEALTH_EVERY, settings.health.ping_every)


def expected(settings: Settings) -> dict[str, float]:
    """How often each job runs, in seconds, in the order of a pass: without building the house."""
    schedule = settings.schedule
    rest = rest_every(settings)
    return {
        **({"sheet": settings.planner.every} if settings.planner.spreadsheet else {}),
        "publish": schedule.publish_every,
        "prepare": schedule.publish_every,
        "inbox": schedule.inbox_every,
        "replies": schedule.replies_every,
        "cases": schedule.cases_every,
        "notices": schedule.cases_every,
        **dict.fromkeys(("media", "token", "insights"), rest),
        **({"insights_sheet": rest} if settings.insights.spreadsheet else {}),
        **dict.fromkeys(("report", "rising", "housekeeping", "backup", "retention", "integrity"), rest),
        "health": health_every(settings),
    }
