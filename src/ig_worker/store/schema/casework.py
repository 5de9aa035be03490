"""Complaints and suggestions, with their deadlines and evidence."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, UniqueConstraint
from sqlalchemy import text as sql

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata, partial_index

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
    text("acknowledged_by"),
    text("plan"),
    text("follow_up"),
    text("answer"),
    text("reason"),
    Column(
        "merged_into",
        String(20),
        nullable=False,
        server_default="",
        comment="number of the case in which this one goes on",
    ),
    moment(
        "severity_set_at",
        comment="when a person set the severity; the worker raises it for what is written later",
    ),
    moment("opened_at", required=True),
    moment("told_at"),
    moment(
        "first_response_at",
        comment="when somebody of the centre answered on Instagram; the bot does not count",
    ),
    moment("acknowledged_at"),
    moment("started_at", comment="when work on it began"),
    moment("resolved_at"),
    moment("closed_at", comment="resolved, rejected or merged"),
    moment("reopened_at", comment="when the person last wrote again after it was resolved"),
    moment("purged_at", comment="when its words, its people and its files went because their time was over"),
    count("reopened"),
    flag("notices_written"),
    count("urgent_rung", comment="how many reminders of a danger that nobody has acknowledged were written"),
    count("version"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    flag("reopens", comment="it opened the resolved case again"),
    count("card_attempts"),
    text("card_error"),
    moment("card_next_at", comment="when a card that failed is tried again; empty for at once"),
    count("followed", comment="the journal's line up to which its evidence shows what became of it"),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    moment("due_at", required=True),
    moment("met_at"),
    count("rung", comment="how many reminders were written: before, at the deadline, then up the ladder"),
    moment("rung_at", comment="when the last of them was written"),
)

evidence = Table(
    "evidence",
    metadata,
    row_id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    Column(
        "occasion",
        String(80),
        nullable=False,
        server_default="written",
        comment="written, edited:TIME, deleted:TIME or erased:ID",
    ),
    moment("happened_at", comment="when that was seen; empty for what was simply written"),
    Column(
        "erases", ForeignKey("evidence.id"), unique=True, comment="the piece whose files were erased by rule"
    ),
    Column("form", Integer, nullable=False, server_default=sql("1"), comment="how the chain's hash is made"),
    word("account"),
    Column(
        "path",
        String(200),
        nullable=False,
        comment="the PNG, relative to data_dir; empty where there is none",
    ),
    Column("sha256", String(64), nullable=False),
    Column("json_path", String(200), nullable=False),
    Column("json_sha256", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("chain", String(64), nullable=False, unique=True),
    moment("made_at", required=True),
    UniqueConstraint("account", "previous"),
    UniqueConstraint("message_id", "occasion"),
)

crises = Table(
    "crises",
    metadata,
    row_id(),
    word("account"),
    Column("kind", String(20), nullable=False, comment="pace, topic or post"),
    Column("about", String(80), nullable=False, server_default="", comment="the topic, or the post's id"),
    json_("message_ids"),
    moment("begun_at", required=True),
    count("told"),
    moment("told_at", comment="when people last heard of it, with so many complaints"),
    flag("pauses", comment="posts that are not urgent wait until it is lifted"),
    moment("lifted_at"),
    text("lifted_by"),
    count("version"),
)

partial_index(
    "ix_crises_open",
    crises.c.account,
    crises.c.kind,
    crises.c.about,
    where=crises.c.lifted_at.is_(None),
    unique=True,
)
