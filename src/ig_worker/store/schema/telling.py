"""Who is to be told of what, and how well each recipient can be reached."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint

from ig_worker.store.columns import count, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata

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
    Column(
        "line",
        Text,
        nullable=False,
        server_default="",
        comment="what stands for the body where many go as one message",
    ),
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

recipients = Table(
    "recipients",
    metadata,
    Column("target", String(64), primary_key=True, comment="as in notices"),
    moment("failing_since", comment="when it was first not reached; empty while it can be reached"),
    count("failures", comment="how many tries in a row it was not reached"),
    moment("told_at", comment="when the operators were told of that"),
    moment(
        "claimed_until", comment="until then one worker alone sends to it; its end is that worker's token"
    ),
)
