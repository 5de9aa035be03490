"""Nightly runs, jobs, and who did what."""

from __future__ import annotations

from sqlalchemy import Column, Date, String, Table

from ig_worker.store.columns import moment, row_id, text, word
from ig_worker.store.schema.base import metadata

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
