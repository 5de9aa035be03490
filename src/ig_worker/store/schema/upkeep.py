"""Nightly runs, jobs, who did what, what the worker knows of its machine, and counts of what was purged."""

from __future__ import annotations

from sqlalchemy import Column, Date, String, Table

from ig_worker.store.columns import count, moment, row_id, text, word
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

facts = Table(
    "facts",
    metadata,
    word("name", primary_key=True),
    text("value"),
    moment("at", required=True, comment="when that was found"),
)

purged = Table(
    "purged",
    metadata,
    Column("kind", String(40), primary_key=True, comment="message, case, journal …"),
    Column("account", String(80), primary_key=True, comment="empty where there is none"),
    Column("month", Date, primary_key=True, comment="its first day, in the centre's zone"),
    Column(
        "label", String(80), primary_key=True, comment="what kept its count: a label, a status; may be empty"
    ),
    count("count"),
)
