"""Figures, nightly runs, jobs, and who did what."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, String, Table

from ig_worker.store.columns import moment, row_id, text, word
from ig_worker.store.schema.base import metadata

metrics = Table(
    "metrics",
    metadata,
    word("account", primary_key=True),
    Column("media_id", String(64), primary_key=True, comment="empty for the account itself"),
    Column(
        "day",
        Date,
        primary_key=True,
        comment="Meta's day (Pacific) for the account, the reading's day for media",
    ),
    Column("name", String(80), primary_key=True),
    Column("breakdown", String(120), primary_key=True),
    Column("value", Float, nullable=False),
)

nightly_runs = Table(
    "nightly_runs",
    metadata,
    word("job", primary_key=True),
    word("account", primary_key=True),
    Column("logical_date", Date, primary_key=True),
    moment("done_at", required=True),
)

jobs = Table(
    "jobs",
    metadata,
    word("name", primary_key=True),
    moment("last_started_at"),
    moment("last_success_at"),
    moment("last_failed_at"),
    text("last_error"),
)

journal = Table(
    "journal",
    metadata,
    row_id(),
    moment("at", required=True),
    word("who"),
    Column(
        "subject", String(80), nullable=False, index=True, comment="post:12, case:K-2026-0001, message:7 …"
    ),
    text("what"),
)
