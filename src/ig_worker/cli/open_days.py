"""The days of a month as the deadlines count them: when the centre is open, and why it is not."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

import click

from ig_worker.cli.cases import a_month, cases
from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.showing import show_document, show_table

JOINT_LEAVE = "cuti bersama"


@cases.command("calendar")
@click.option(
    "--month", callback=a_month, metavar="YYYY-MM", help="Which month; this one where none is named."
)
@as_json
@pass_desk
def calendar_of_month(desk: Desk, month: tuple[int, int] | None, as_json: bool) -> None:
    """When the centre is open in a month, with its days off: what deadlines and reminders are counted by."""
    from ig_worker.national_days import national_holidays

    settings = desk.settings
    today = desk.now().astimezone(settings.zone).date()
    year, number = month or (today.year, today.month)
    national = national_holidays([year])
    centre = settings.working_calendar(national)
    own = settings.calendar.names()
    days = [date(year, number, day) for day in range(1, calendar.monthrange(year, number)[1] + 1)]
    found: list[dict[str, Any]] = []
    for day in days:
        hours = centre.hours_of(day)
        season = next(
            (each.name for each in reversed(centre.other_hours) if each.first <= day <= each.last), ""
        )
        notes = (own.get(day, ""), national.get(day, ""), season if hours else "")
        found.append(
            {
                "date": day.isoformat(),
                "weekday": calendar.day_name[day.weekday()],
                "opens_at": hours and f"{hours[0]:%H:%M}",
                "closes_at": hours and f"{hours[1]:%H:%M}",
                "note": ", ".join(note for note in notes if note) or None,
            }
        )
    known = any(JOINT_LEAVE in name.casefold() for name in national.values())
    if as_json:
        show_document(
            {
                "month": f"{year}-{number:02d}",
                "timezone": settings.timezone,
                "joint_leave_known": known,
                "days": found,
            }
        )
        return
    show_table(
        ["Date", "Day", "Open", "Note"],
        [
            (
                each["date"],
                each["weekday"],
                f"{each['opens_at']}–{each['closes_at']}" if each["opens_at"] else "closed",
                each["note"],
            )
            for each in found
        ],
    )
    if not known:
        click.echo(
            f"The joint leave (cuti bersama) of {year} is not known here; write its days into [calendar] closed_on.",
            err=True,
        )
