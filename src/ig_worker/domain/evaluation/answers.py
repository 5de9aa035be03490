"""Sums up how the centre answered: the cases of a month, how long they took, what was in time.

Which cases count and what ends their time is the register's rule (``register_sums.py``): the evaluation and the
register of the same month say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from ig_worker.domain.evaluation.figures_in_words import number, working_time
from ig_worker.domain.register import Facts, masked
from ig_worker.domain.register_sums import (
    Group,
    Span,
    deadline_sums,
    first_responses,
    resolutions,
    unit_sums,
    working_hours,
)
from ig_worker.domain.share import Share
from ig_worker.domain.working_time import WorkingCalendar

ENOUGH = 5
"""Cases, from which on a 90th percentile says more than their longest."""

NO_CASES = "Tidak ada kasus yang dibuka pada bulan ini."
NOT_WATCHED = "Belum cukup data: kotak masuk belum dipantau pada bulan ini."


def answers(
    cases: Sequence[Facts],
    carried: int,
    calendar: WorkingCalendar,
    now: datetime,
    *,
    known: bool = True,
    partial: bool = False,
) -> dict[str, Any]:
    """The part ``answers`` of the evaluation, of the cases opened in the month as they stand ``now``.

    ``carried`` are cases of before that are still open. ``known`` is False for a month in which nobody watched:
    then its counts are None unless there are cases all the same. ``partial`` says that not all of it was watched.
    """
    counted = known or bool(cases)
    status = [case.status for case in cases]
    done = {name: status.count(name) for name in ("resolved", "rejected", "merged")}
    response = _lasted(first_responses(cases), calendar)
    resolution = _lasted(resolutions(cases), calendar)
    return {
        "opened": len(cases) if counted else None,
        "resolved": done["resolved"] if counted else None,
        "rejected": done["rejected"] if counted else None,
        "merged": done["merged"] if counted else None,
        "open": len(cases) - sum(done.values()) if counted else None,
        "carried": carried if counted else None,
        "partial": partial,
        "first_response": response,
        "resolution": resolution,
        "deadlines": [
            {
                "name": line.name,
                "in_time": line.in_time,
                "late": line.late,
                "running": line.running,
                "decided": line.in_time + line.late,
                "share": Share(line.in_time, line.in_time + line.late).of_hundred,
            }
            for line in deadline_sums(cases, now)
        ],
        "units": [_unit(group) for group in unit_sums(cases, now)],
        "note": _note(response["cases"], resolution["cases"], done)
        if cases
        else (NO_CASES if known else NOT_WATCHED),
    }


def nearest_rank(values: Sequence[float], of_hundred: int) -> float:
    """The percentile by nearest rank: the smallest value that so many of a hundred do not exceed."""
    rank = -(-of_hundred * len(values) // 100)
    return sorted(values)[max(rank, 1) - 1]


def _lasted(spans: Sequence[Span], calendar: WorkingCalendar) -> dict[str, Any]:
    hours = working_hours(spans, calendar)
    middle = median(hours) if hours else None
    ninth = nearest_rank(hours, 90) if len(hours) >= ENOUGH else None
    return {
        "cases": len(hours),
        "median_hours": None if middle is None else round(middle, 1),
        "p90_hours": None if ninth is None else round(ninth, 1),
        "median_words": None if middle is None else working_time(middle),
        "p90_words": None if ninth is None else working_time(ninth),
    }


def _unit(group: Group) -> dict[str, Any]:
    return {
        "name": masked(group.name),
        "cases": group.cases,
        "complaints": group.complaints,
        "in_time": group.in_time,
        "late": group.late,
        "running": group.running,
        "decided": group.in_time + group.late,
    }


def _note(responded: int, resolved: int, done: Mapping[str, int]) -> str:
    said = [
        "Kasus yang dibuka pada bulan ini, menurut keadaan saat evaluasi dibuat.",
        f"Lamanya dalam jam kerja: tanggapan pertama dari {number(responded)} kasus, penyelesaian dari"
        f" {number(resolved)} kasus; persentil ke-90 menurut peringkat terdekat.",
    ]
    if min(responded, resolved) < ENOUGH:
        said.append(f"Dari kurang dari {ENOUGH} kasus hanya mediannya yang disebut.")
    if done["rejected"]:
        said.append(f"{number(done['rejected'])} kasus ditolak.")
    if done["merged"]:
        said.append(
            f"{number(done['merged'])} kasus digabung ke kasus lain; lama dan batas waktunya dihitung di sana."
        )
    return " ".join(said)
