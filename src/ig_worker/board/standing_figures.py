"""How things stand as figures that Prometheus can watch: of jobs, queues and accounts, nothing about a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from ig_worker import __version__
from ig_worker.domain.case import Status as CaseStatus
from ig_worker.domain.errors import IgWorkerError
from ig_worker.domain.notice import Status as NoticeStatus
from ig_worker.domain.publication import Status as PostStatus
from ig_worker.flows.standing import standing
from ig_worker.store import notices
from ig_worker.store.database import Database, StorageError

LABELS = ("pujian", "saran", "keluhan", "pertanyaan", "lainnya")


def figures_of(
    database: Database, expected: Mapping[str, float], now: datetime, data_dir: Path, names: Collection[str]
) -> Iterable[Metric]:
    """All figures; where the database cannot be read, only that it cannot. The others as in ``standing``."""
    readable = GaugeMetricFamily("igworker_database_readable", "1 where the database can be read.")
    try:
        version = database.version()
        document = standing(database, expected, now, data_dir, names=names)
        with database.reading() as connection:
            told = notices.counts(connection)
    except (StorageError, IgWorkerError):
        readable.add_metric((), 0)
        return [readable]
    readable.add_metric((), 1)
    return [readable, *_figures(document, told, version or "", now)]


def _figures(
    document: Mapping[str, Any], told: Mapping[str, int], version: str, now: datetime
) -> Iterable[Metric]:
    yield InfoMetricFamily(
        "igworker_build",
        "Version of the program, and of the database's schema.",
        {"version": __version__, "schema": version},
    )
    yield _one("igworker_healthy", "1 where every job has succeeded lately.", document["healthy"])
    yield _one(
        "igworker_storage_writable",
        "1 where what the worker does can be written down.",
        document["storage"]["writable"],
    )
    if (age := document["backup"]["age_seconds"]) is not None:
        yield _one("igworker_backup_age_seconds", "Seconds since the newest proven backup.", age)
    yield from _jobs(document["jobs"], now)
    worker = document["worker"]
    yield _one("igworker_stuck_threads", "Threads of the worker that do not advance.", len(worker["stuck"]))
    if (ahead := worker["clock_ahead_seconds"]) is not None:
        yield _one(
            "igworker_clock_ahead_seconds", "How far the clock was last seen ahead of Instagram's.", ahead
        )
    yield from _accounts(document["accounts"], now)
    yield _by("posts", "Posts by status.", "status", PostStatus, document["posts"])
    yield _by("messages", "Messages of people by label.", "label", LABELS, document["inbox"])
    yield _by("cases", "Cases by status.", "status", CaseStatus, document["cases"])
    yield _by("notices", "Notices by status; those that failed were given up.", "status", NoticeStatus, told)
    for name, key, said in _SINGLE:
        yield _one(name, said, document[key])
    since = document["waiting_since"]
    waited = (now - datetime.fromisoformat(since)).total_seconds() if since is not None else 0
    yield _one("igworker_waiting_oldest_seconds", "How long the oldest message waits.", max(waited, 0))


_SINGLE = (
    ("igworker_cases_overdue", "overdue_cases", "Open cases of which a deadline has passed."),
    (
        "igworker_waiting_for_person",
        "waiting_for_person",
        "Posts, messages and crises that wait for somebody.",
    ),
    ("igworker_crises_open", "open_crises", "Crises that nobody has lifted."),
    ("igworker_messages_lost", "lost_messages", "Messages that could never be read."),
    ("igworker_posts_unseen", "unseen_posts", "Posts whose comments are announced and cannot be seen."),
)


def _jobs(lines: Iterable[Mapping[str, Any]], now: datetime) -> Iterable[Metric]:
    age = GaugeMetricFamily(
        "igworker_job_last_success_age_seconds",
        "Seconds since the job last succeeded; not there where it never did.",
        labels=("job",),
    )
    late = GaugeMetricFamily(
        "igworker_job_late", "1 where the job has not succeeded lately.", labels=("job",)
    )
    failing = GaugeMetricFamily("igworker_job_failing", "1 where the job's last try failed.", labels=("job",))
    for line in lines:
        name, last = (line["name"],), line["last_success_at"]
        if last is not None:
            age.add_metric(name, max((now - datetime.fromisoformat(last)).total_seconds(), 0))
        late.add_metric(name, line["late"])
        failing.add_metric(name, line["last_error"] is not None)
    return age, late, failing


def _accounts(lines: Iterable[Mapping[str, Any]], now: datetime) -> Iterable[Metric]:
    left = GaugeMetricFamily(
        "igworker_token_seconds_left",
        "Seconds until the account's token ends, below zero once it has; not there while that is not known.",
        labels=("account",),
    )
    used = GaugeMetricFamily(
        "igworker_publishing_used",
        "Posts of the last 24 hours as Instagram counts them.",
        labels=("account",),
    )
    total = GaugeMetricFamily(
        "igworker_publishing_total", "Posts that Instagram allows in 24 hours.", labels=("account",)
    )
    data = GaugeMetricFamily(
        "igworker_data_access_seconds_left",
        "Seconds until Meta closes the account's data (Facebook Login); not there while that is not known.",
        labels=("account",),
    )
    refused = GaugeMetricFamily(
        "igworker_token_refused",
        "1 where Instagram refuses the account's token, so that it stands still.",
        labels=("account",),
    )
    for line in lines:
        name = (line["name"],)
        for family, key in ((left, "token_expires_at"), (data, "data_access_expires_at")):
            if line[key] is not None:
                family.add_metric(name, (datetime.fromisoformat(line[key]) - now).total_seconds())
        refused.add_metric(name, line["token_refused_at"] is not None)
        for family, key in ((used, "publishing_used"), (total, "publishing_total")):
            if line[key] is not None:
                family.add_metric(name, line[key])
    return left, data, refused, used, total


def _one(name: str, said: str, value: float) -> Metric:
    return GaugeMetricFamily(name, said, value=float(value))


def _by(what: str, said: str, label: str, known: Iterable[str], counts: Mapping[str, int]) -> Metric:
    """A figure for each of the known words, 0 where there is none: what is not there cannot be watched."""
    family = GaugeMetricFamily(f"igworker_{what}", said, labels=(label,))
    for word in dict.fromkeys([*(str(each) for each in known), *counts]):
        family.add_metric((word,), counts.get(word, 0))
    return family
