"""Figures, what there are no figures of, and what rises."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, Integer, String, Table, UniqueConstraint

from ig_worker.store.columns import json_, moment, row_id, text, word
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
    moment("read_at", comment="when Instagram last said so; empty before schema 0005"),
)

missing_figures = Table(
    "missing_figures",
    metadata,
    word("account", primary_key=True),
    Column("media_id", String(64), primary_key=True, comment="empty for the account itself"),
    Column("day", Date, primary_key=True, comment="as in metrics"),
    Column("name", String(80), primary_key=True, comment="empty where it is so of all of them"),
    Column("why", String(20), nullable=False, comment="no_data, too_few or refused"),
    moment("read_at", required=True),
)

refusals = Table(
    "refusals",
    metadata,
    word("account", primary_key=True),
    Column(
        "scope",
        String(80),
        primary_key=True,
        comment="where it was asked for: fields of a node, metrics of a kind",
    ),
    Column("name", String(120), primary_key=True),
    text("words"),
    moment("refused_at", required=True),
)

stories = Table(
    "stories",
    metadata,
    word("account", primary_key=True),
    Column("ig_id", String(64), primary_key=True),
    word("media_type"),
    text("caption"),
    text("permalink"),
    moment("posted_at", required=True),
    moment("read_at", comment="when its figures were last had"),
    moment("looked_at", comment="when they were last asked for"),
)

rising_topics = Table(
    "rising_topics",
    metadata,
    row_id(),
    word("account", index=True),
    Column("kind", String(10), nullable=False, comment="topic or word"),
    Column("term", String(120), nullable=False),
    moment("begun_at", required=True),
    moment("last_seen_at", required=True),
    Column("count", Integer, nullable=False, comment="messages of the last days that have it"),
    Column("usual", Float, nullable=False, comment="how many of them there usually are in as many days"),
    Column("people", Integer, nullable=False, comment="who wrote them"),
    Column("most", Integer, nullable=False, comment="the highest count so far"),
    Column("most_usual", Float, nullable=False, comment="what was usual then"),
    json_("also"),
    json_("message_ids"),
    moment("told_at"),
    moment("ended_at"),
    UniqueConstraint("account", "kind", "term", "begun_at"),
)
