"""What is right and wrong with what keeps going by itself: the worker's jobs, backups, notices, days off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from ig_worker.domain.checkup.finding import Finding, found

TOO_OLD = timedelta(days=2)
"""A night's backup may be missed once."""

FIRST_NIGHT = timedelta(hours=30)
"""A worker that has run for so long has seen the hour of the backup."""

A_WEEK = timedelta(days=7)

NEXT_YEAR_FROM = 12
"""From this month on the next year's joint leave should be known; the decree comes in autumn."""


FIRST_MINUTES = timedelta(minutes=5)
"""So long after its start a worker may not have had time for every job."""


@dataclass(frozen=True)
class Jobs:
    """The worker as the database and its lock show it.

    ``process`` holds the lock since ``began`` (empty: nobody); ``last`` is the last success of any job; ``late`` names
    the jobs that have not succeeded for three of their intervals.
    """

    process: str
    began: datetime | None
    last: datetime | None
    late: Sequence[str]
    stuck: Sequence[str] = ()
    """Threads that do not advance, in words."""


def of_jobs(jobs: Jobs, now: datetime, zone: tzinfo, *, locks: bool) -> Finding:
    """``locks``: a running worker holds a lock (on SQLite)."""
    if not jobs.process and jobs.last is None:
        return found("worker", "never")
    if locks and not jobs.process and jobs.last is not None:
        return found("worker", "stopped", when=_when(jobs.last, zone))
    if jobs.stuck:
        return found("worker", "stuck", process=jobs.process or "?", said=", ".join(jobs.stuck))
    if not jobs.late:
        return found("worker", process=jobs.process) if jobs.process else found("worker", "at_work")
    if jobs.began is not None and now - jobs.began < FIRST_MINUTES:
        return found("worker", "beginning", process=jobs.process)
    return found("worker", "late", jobs=", ".join(jobs.late))


def of_backup(
    last: datetime | None, at: str, now: datetime, zone: tzinfo, *, runs_since: datetime | None
) -> Finding:
    """``at`` is ``[backup] at``, empty for never; ``runs_since`` the first success of any job."""
    if last is not None and now - last <= (TOO_OLD if at else A_WEEK):
        return found("backup", when=_when(last, zone))
    if not at:
        return found("backup", "off")
    if last is not None:
        return found("backup", "old", when=_when(last, zone), days=(now - last).days)
    if runs_since is None or now - runs_since < FIRST_NIGHT:
        return found("backup", "to_come", at=at)
    return found("backup", "none", when=_when(runs_since, zone))


def of_backup_place(folder: str, *, same_disk: bool, command: str, reason: str) -> Finding:
    """``reason``: why it cannot be written, empty where it can; ``command`` carries the copies away."""
    if reason:
        return found("backup_place", "not_writable", folder=folder, reason=reason)
    if command:
        return found("backup_place", "carried", folder=folder, command=command)
    return found("backup_place", "same_disk" if same_disk else "ok", folder=folder)


def of_recipients(teams: Mapping[str, int]) -> Finding:
    """How many addresses each team has; the teams that must have one are complaint_team, operators, content_team."""
    wanted = ("complaint_team", "operators", "content_team")
    if not teams.get("complaint_team") and not teams.get("operators"):
        return found("recipients", "nobody")
    empty = [team for team in wanted if not teams.get(team)]
    if empty:
        return found("recipients", "some_missing", teams=", ".join(empty))
    return found("recipients", teams=", ".join(team for team, count in teams.items() if count))


def of_board(users: int, admins: int, public_url: str) -> Finding:
    """How many users may log in, and how many of them as admin."""
    if not users:
        return found("board", "not_used")
    if not admins:
        return found("board", "no_admin", users=users)
    if not public_url:
        return found("board", "without_address", users=users)
    what = "ok" if public_url.startswith("https://") else "plain"
    return found("board", what, users=users, address=public_url)


def of_holidays(known: Collection[int], own: Collection[int], today: date) -> Finding:
    """Years whose joint leave came along, and years in which the centre names days off of its own."""
    wanted = [today.year, *([today.year + 1] if today.month >= NEXT_YEAR_FROM else [])]
    for year in wanted:
        if year not in known and year not in own:
            return found("holidays", "unknown", year=year)
    if wanted[-1] not in known:
        return found("holidays", "own", year=wanted[-1])
    return found("holidays", year=max(known))


def _when(moment: datetime, zone: tzinfo) -> str:
    return f"{moment.astimezone(zone):%d/%m/%Y %H.%M}"
