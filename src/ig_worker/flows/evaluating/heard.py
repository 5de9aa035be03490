"""Gathers what people wrote in a month and how the centre answered."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from ig_worker.domain.evaluation.answers import answers
from ig_worker.domain.evaluation.messages import messages, watched
from ig_worker.domain.month import Month
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.store import heard as shelf
from ig_worker.store import register
from ig_worker.store.database import Connection


def heard(
    connection: Connection,
    account: str,
    month: Month,
    zone: tzinfo,
    calendar: WorkingCalendar,
    now: datetime,
) -> dict[str, Any]:
    """The parts ``messages`` and ``answers`` of an account's evaluation; the month's days are those of ``zone``.

    ``calendar`` knows the holidays from the month until ``now``, as of which the cases are told.
    """
    begin, end = month.span(zone)
    before, _ = month.previous.span(zone)
    found = shelf.heard(connection, account, before, begin, end)
    any_of_it, whole = watched(found, month, zone)
    cases = register.bare_cases_of(connection, account, begin, end)
    carried = len(register.open_from_before(connection, begin, account=account))
    return {
        "messages": messages(found, month, zone, now),
        "answers": answers(cases, carried, calendar, now, known=any_of_it, partial=not whole),
    }
