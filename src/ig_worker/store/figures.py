"""The shelf of insights: one figure per account or media, metric, breakdown and day, and why there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select

from ig_worker.domain.instagram import Metric, MetricsRead, Why
from ig_worker.store.rows import asked, put, put_all
from ig_worker.store.schema import metrics, missing_figures, nightly_runs

ALL = ""
"""The name that stands for all figures, where there are none."""

AT_ONCE = 500
"""Ids named in one query: databases take only so many."""


def store(
    connection: Connection,
    account: str,
    media_id: str,
    day: date,
    figures: Iterable[Metric],
    read_at: datetime | None = None,
) -> int:
    """Keep these figures for that day (or their own), replacing earlier readings; returns how many."""
    return _put(connection, account, [(media_id, figure.day or day, figure) for figure in figures], read_at)


def keep(connection: Connection, account: str, day: date, read: MetricsRead, now: datetime) -> int:
    """Keep what was read of the account's own figures, and why some are not there; returns how many there are.

    Figures without a day of their own are that day's. An earlier figure stands where this reading has none.
    """
    count = store(connection, account, "", day, read.metrics, now)
    had = {(figure.day or day, name) for figure in read.metrics for name in (figure.name, ALL)}
    _no_longer_missing(connection, account, had)
    note_missing(connection, account, day, read.missing, now)
    return count


def keep_first(connection: Connection, account: str, found: Sequence[Metric], now: datetime) -> None:
    """Keep these figures of the account, each with its day, unless it has them: the first reading stands."""
    dated = [(figure.day, figure) for figure in found if figure.day is not None]
    if not dated:
        return
    days = [day for day, _ in dated]
    query = select(metrics.c.day, metrics.c.name, metrics.c.breakdown).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day.between(min(days), max(days))
    )
    there = {tuple(row) for row in connection.execute(query)}
    fresh = [("", day, one) for day, one in dated if (day, one.name, one.breakdown) not in there]
    _put(connection, account, fresh, now)
    _no_longer_missing(connection, account, {(day, name) for day, one in dated for name in (one.name, ALL)})


def keep_snapshot(connection: Connection, account: str, day: date, read: MetricsRead, now: datetime) -> None:
    """Keep figures whose parts belong together in place of all that day's parts: a part may be gone."""
    for name, key in {(figure.name, figure.breakdown.partition("=")[0]) for figure in read.metrics}:
        connection.execute(
            delete(metrics).where(
                metrics.c.account == account,
                metrics.c.media_id == "",
                metrics.c.day == day,
                metrics.c.name == name,
                metrics.c.breakdown.startswith(f"{key}=", autoescape=True),
            )
        )
    keep(connection, account, day, read, now)


def keep_media(
    connection: Connection, account: str, day: date, reads: Mapping[str, MetricsRead], now: datetime
) -> None:
    """Keep what was read of posts or stories, by Meta's id, on that day.

    Of a post only the newest reasons are kept, and only for figures that it never had.
    """
    _put(
        connection,
        account,
        [(media_id, day, figure) for media_id, read in reads.items() for figure in read.metrics],
        now,
    )
    ids = list(reads)
    for begin in range(0, len(ids), AT_ONCE):
        some = ids[begin : begin + AT_ONCE]
        of_them = (missing_figures.c.account == account) & missing_figures.c.media_id.in_(some)
        connection.execute(delete(missing_figures).where(of_them))
        had = _had_of_media(connection, account, [one for one in some if reads[one].missing])
        rows = [
            _missing_row(account, media_id, day, name, why, now)
            for media_id in some
            for name, why in reads[media_id].missing.items()
            if name not in had.get(media_id, ())
        ]
        put_all(connection, missing_figures, rows)


def note_missing(
    connection: Connection, account: str, day: date, missing: Mapping[str, Why], now: datetime
) -> None:
    """Of that day the account has none of these figures, unless it was read before."""
    if not missing:
        return
    query = select(metrics.c.name).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day == day
    )
    there = set(connection.execute(query.distinct()).scalars())
    if there:
        there.add(ALL)
    rows = [
        _missing_row(account, "", day, name, why, now) for name, why in missing.items() if name not in there
    ]
    put_all(connection, missing_figures, rows)


def note_gaps(connection: Connection, account: str, days: Iterable[date], now: datetime) -> None:
    """Of these days there is nothing at all; one line says it for each."""
    days = list(days)
    _no_reasons_by_name(connection, account, days)
    rows = [_missing_row(account, "", day, ALL, Why.NO_DATA, now) for day in days]
    put_all(connection, missing_figures, rows)


def has_any(connection: Connection, account: str, day: date) -> bool:
    """Whether there is a figure of the account of that day."""
    query = select(metrics.c.name).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day == day
    )
    return connection.execute(query.limit(1)).first() is not None


def newest(connection: Connection, account: str, name: str) -> float | None:
    """The newest value of a figure of the account, None where it never had one."""
    query = select(metrics.c.value).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.name == name
    )
    return connection.execute(query.order_by(metrics.c.day.desc()).limit(1)).scalar()


def account_figures(connection: Connection, account: str, since: date) -> Sequence[Row[Any]]:
    """The account's own figures, by day."""
    query = select(metrics).where(
        metrics.c.account == account, metrics.c.media_id == "", metrics.c.day >= since
    )
    return connection.execute(query.order_by(metrics.c.day, metrics.c.name, metrics.c.breakdown)).all()


def nights_done(connection: Connection, job: str, account: str, since: date | None = None) -> set[date]:
    """The dates (`since` then) for which this nightly job has run."""
    return set(nights(connection, job, account, since))


def nights(connection: Connection, job: str, account: str, since: date | None = None) -> dict[date, datetime]:
    """The dates (`since` then) for which this nightly job has run, and when it did last."""
    asked_for: dict[str, Any] = {"job": job, "account": account}
    if since is not None:
        asked_for["since"] = since
    rows = connection.execute(_nights_query(lately=since is not None), asked_for)
    return {day: done_at for day, done_at in rows}  # noqa: C416 (rows, not pairs)


@cache
def _nights_query(*, lately: bool) -> Select[Any]:
    query = select(nightly_runs.c.logical_date, nightly_runs.c.done_at).where(
        nightly_runs.c.job == asked("job"), nightly_runs.c.account == asked("account")
    )
    return query.where(nightly_runs.c.logical_date >= asked("since")) if lately else query


def last_nights(
    connection: Connection, account: str, jobs: Collection[str]
) -> dict[str, tuple[date, datetime]]:
    """The last date for which each of these nightly jobs has run, and when that was."""
    return {
        job: (day, done_at)
        for job, day, done_at in connection.execute(
            _last_nights_query(), {"account": account, "jobs": list(jobs)}
        )
    }


@cache
def _last_nights_query() -> Select[Any]:
    account = asked("account")
    jobs = asked("jobs", many=True)
    return (
        select(nightly_runs.c.job, nightly_runs.c.logical_date, nightly_runs.c.done_at)
        .where(nightly_runs.c.account == account, nightly_runs.c.job.in_(jobs))
        .order_by(nightly_runs.c.done_at)
    )


def mark_night(connection: Connection, job: str, account: str, day: date, now: datetime) -> None:
    """This nightly job has run for that date."""
    put(connection, nightly_runs, {"job": job, "account": account, "logical_date": day, "done_at": now})


def mark_nights(connection: Connection, job: str, account: str, days: Iterable[date], now: datetime) -> None:
    """This nightly job has run for all of these dates."""
    rows = [{"job": job, "account": account, "logical_date": day, "done_at": now} for day in days]
    put_all(connection, nightly_runs, rows)


def mark_last(connection: Connection, job: str, account: str, day: date, now: datetime) -> None:
    """This nightly job has run for that date; of such a job only the last run is remembered."""
    of_it = (nightly_runs.c.job == job) & (nightly_runs.c.account == account)
    connection.execute(delete(nightly_runs).where(of_it))
    mark_night(connection, job, account, day, now)


def unmark(connection: Connection, job: str, account: str, first: date, last: date) -> None:
    """Forget that this nightly job has run for these dates, both ends included."""
    connection.execute(
        delete(nightly_runs).where(
            nightly_runs.c.job == job,
            nightly_runs.c.account == account,
            nightly_runs.c.logical_date.between(first, last),
        )
    )


def _put(
    connection: Connection,
    account: str,
    figures: Sequence[tuple[str, date, Metric]],
    read_at: datetime | None,
) -> int:
    put_all(connection, metrics, [_row(account, *figure, read_at) for figure in figures])
    return len(figures)


def _row(account: str, media_id: str, day: date, figure: Metric, read_at: datetime | None) -> dict[str, Any]:
    return {
        "account": account,
        "media_id": media_id,
        "day": day,
        "name": figure.name,
        "breakdown": figure.breakdown,
        "value": figure.value,
        "read_at": read_at,
    }


def _missing_row(
    account: str, media_id: str, day: date, name: str, why: Why, now: datetime
) -> dict[str, Any]:
    return {
        "account": account,
        "media_id": media_id,
        "day": day,
        "name": name,
        "why": why.value,
        "read_at": now,
    }


def _no_longer_missing(connection: Connection, account: str, had: Collection[tuple[date, str]]) -> None:
    if had:
        connection.execute(
            delete(missing_figures).where(
                missing_figures.c.account == account,
                missing_figures.c.media_id == "",
                missing_figures.c.day == bindparam("of_day"),
                missing_figures.c.name == bindparam("named"),
            ),
            [{"of_day": day, "named": name} for day, name in sorted(had)],
        )


def _no_reasons_by_name(connection: Connection, account: str, days: Collection[date]) -> None:
    if days:
        connection.execute(
            delete(missing_figures).where(
                missing_figures.c.account == account,
                missing_figures.c.media_id == "",
                missing_figures.c.day == bindparam("of_day"),
            ),
            [{"of_day": day} for day in days],
        )


def _had_of_media(connection: Connection, account: str, media_ids: Collection[str]) -> dict[str, set[str]]:
    """Which figures these posts have of any day; whoever has one has not none at all."""
    if not media_ids:
        return {}
    query = select(metrics.c.media_id, metrics.c.name).where(
        metrics.c.account == account, metrics.c.media_id.in_(list(media_ids))
    )
    had: dict[str, set[str]] = {}
    for media_id, name in connection.execute(query.distinct()):
        had.setdefault(media_id, {ALL}).add(name)
    return had
