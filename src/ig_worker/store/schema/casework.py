"""Complaints and suggestions, with their evidence, and who was told."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata

case_numbers = Table(
    "case_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    row_id(),
    Column("number", String(20), nullable=False, unique=True),
    word("account", index=True),
    word("label"),
    word("topic"),
    word("unit"),
    word("severity"),
    word("status", index=True),
    Column("channel", String(10), nullable=False),
    text("author"),
    Column("author_id", String(64), nullable=False, server_default=""),
    text("assigned_to"),
    text("answer"),
    moment("opened_at", required=True),
    moment("told_at"),
    moment("acknowledged_at"),
    moment("resolved_at"),
    flag("notices_written"),
    count("version"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    count("card_attempts"),
    text("card_error"),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    moment("due_at", required=True),
    moment("met_at"),
)

evidence = Table(
    "evidence",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    word("account"),
    Column("path", String(200), nullable=False, comment="the PNG, relative to data_dir"),
    Column("sha256", String(64), nullable=False),
    Column("json_path", String(200), nullable=False),
    Column("json_sha256", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("chain", String(64), nullable=False, unique=True),
    moment("made_at", required=True),
    UniqueConstraint("account", "previous"),
)

notices = Table(
    "notices",
    metadata,
    row_id(),
    Column("key", String(120), nullable=False, comment="what it is about: K-2026-0001, report:2026-11-25 …"),
    Column("team", String(80), nullable=False),
    Column(
        "target",
        String(64),
        nullable=False,
        comment="hash of the recipient's URL; the URL stays in the config",
    ),
    Column("channel", String(120), nullable=False, comment="the recipient as people may see it"),
    text("title"),
    text("body"),
    json_("attachments"),
    Column("case_id", ForeignKey("cases.id"), index=True),
    word("status", index=True),
    moment("written_at", required=True),
    moment("next_at", required=True),
    count("attempts"),
    moment("sent_at"),
    text("last_error"),
    count("version"),
    UniqueConstraint("key", "target"),
)
