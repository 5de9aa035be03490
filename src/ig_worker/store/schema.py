"""The shelves: every table, and the invariants that the database itself holds.

The flows meet only here. What must never happen twice is a unique constraint, not a promise: one message per Meta id,
one reply per message, one case per message, one number per case, one notice per key and recipient, one figure per day.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCHEMA_VERSION = "0001"
"""The newest migration this program knows; a test holds it against ``migrations/``."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database. A naive datetime is a mistake and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite has no zones, so it stores the bare UTC time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back, aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _text(name: str, *, index: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", index=index)


def _word(name: str, **options: Any) -> Column[str]:
    return Column(name, String(80), nullable=False, **options)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=text("0"))


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _moment(name: str, *, required: bool = False) -> Column[datetime]:
    return Column(name, Moment, nullable=not required)


def _json(name: str) -> Column[Any]:
    return Column(name, JSON, nullable=False)


accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    _word("ig_user_id"),
    _text("username"),
    _moment("first_polled_at"),
    Column("publishing_used", Integer),
    Column("publishing_total", Integer),
    _moment("limit_read_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("account", String(80), primary_key=True),
    _text("secret"),
    Column(
        "adopted", String(64), nullable=False, comment="hash of the configured token this one descends from"
    ),
    _moment("adopted_at", required=True),
    _moment("refreshed_at"),
    _moment("expires_at"),
)

posts = Table(
    "posts",
    metadata,
    _id(),
    _word("account", index=True),
    Column("key", String(200), nullable=False),
    _word("status", index=True),
    _word("kind"),
    _word("segment"),
    _moment("scheduled_at", required=True),
    _text("caption"),
    _text("alt_text"),
    _text("first_comment"),
    _json("options"),
    _word("made_by"),
    _word("edited_by"),
    _word("verified_by"),
    _word("responsible"),
    _word("source"),
    Column("source_row", Integer, nullable=False),
    _word("sheet_status"),
    _flag("approval_void"),
    Column("content_hash", String(64), nullable=False),
    Column("row_hash", String(64), nullable=False),
    _text("approved_by"),
    _moment("approved_at"),
    Column("approved_hash", String(64), nullable=False, server_default=""),
    _json("child_ids"),
    _flag("children_ready"),
    Column("container_id", String(64), nullable=False, server_default=""),
    _moment("container_at"),
    _count("containers_made"),
    _count("publish_calls"),
    _moment("intent_at"),
    _moment("call_ended_at"),
    _count("questions"),
    _count("empty_looks"),
    _moment("next_at"),
    _moment("published_at"),
    Column("ig_media_id", String(64)),
    _text("permalink"),
    _moment("permalink_next_at"),
    _text("last_error"),
    _count("version"),
    UniqueConstraint("account", "key"),
    UniqueConstraint("account", "ig_media_id"),
    CheckConstraint("status <> 'published' OR ig_media_id IS NOT NULL", name="published_has_media_id"),
    CheckConstraint("status <> 'publishing' OR intent_at IS NOT NULL", name="publishing_has_intent"),
)

post_media = Table(
    "post_media",
    metadata,
    _id(),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("written", Text, nullable=False, comment="as the sheet has it: a path or a URL"),
    Column("original", String(200), nullable=False, comment="our own copy below data_dir/originals"),
    Column("sha256", String(64), nullable=False),
    Column(
        "staged",
        String(120),
        nullable=False,
        server_default="",
        comment="file below data_dir/media while needed",
    ),
    UniqueConstraint("post_id", "position"),
)

our_media = Table(
    "our_media",
    metadata,
    _word("account", primary_key=True),
    Column("ig_id", String(64), primary_key=True),
    _text("caption"),
    _word("media_type"),
    _word("product_type"),
    _text("permalink"),
    _moment("posted_at", required=True),
    Column("comments_count", Integer, comment="at the last complete sweep; None before the first"),
    _moment("swept_at"),
)

conversations = Table(
    "conversations",
    metadata,
    _word("account", primary_key=True),
    Column("ig_id", String(200), primary_key=True),
    _text("person"),
    Column("person_id", String(64), nullable=False, server_default=""),
    _moment("updated_at", required=True),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _word("account"),
    Column("channel", String(10), nullable=False),
    Column("ig_id", String(300), nullable=False),
    Column("media_id", String(64), nullable=False, server_default=""),
    Column("parent_id", String(64), nullable=False, server_default=""),
    Column("conversation_id", String(200), nullable=False, server_default=""),
    _text("author"),
    Column("author_id", String(64), nullable=False, server_default=""),
    _text("text"),
    _json("attachments"),
    _flag("own"),
    _moment("sent_at", required=True),
    _moment("first_seen_at", required=True),
    _flag("backlog"),
    _flag("edited"),
    _flag("deleted"),
    _word("label", index=True),
    Column("confidence", Float),
    _word("topic"),
    _flag("auto_thank"),
    _flag("needs_review"),
    _flag("opens_case"),
    _flag("danger"),
    _json("reasons"),
    UniqueConstraint("account", "ig_id"),
    Index("ix_messages_account_media_id", "account", "media_id"),
    Index("ix_messages_account_conversation_id", "account", "conversation_id"),
)

replies = Table(
    "replies",
    metadata,
    _id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    _word("account"),
    _word("status", index=True),
    _text("text"),
    Column("phrase", Integer, nullable=False, server_default=text("-1")),
    _moment("asked_at", required=True),
    _moment("due_at", required=True),
    _moment("intent_at"),
    _moment("call_ended_at"),
    _count("calls"),
    _count("questions"),
    _count("empty_looks"),
    Column("ig_id", String(300), nullable=False, server_default=""),
    _moment("sent_at"),
    _text("last_error"),
    _count("version"),
)

case_numbers = Table(
    "case_numbers",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("number", String(20), nullable=False, unique=True),
    _word("account", index=True),
    _word("label"),
    _word("topic"),
    _word("unit"),
    _word("severity"),
    _word("status", index=True),
    Column("channel", String(10), nullable=False),
    _text("author"),
    Column("author_id", String(64), nullable=False, server_default=""),
    _text("assigned_to"),
    _text("answer"),
    _moment("opened_at", required=True),
    _moment("told_at"),
    _moment("acknowledged_at"),
    _moment("resolved_at"),
    _flag("notices_written"),
    _count("version"),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    _count("card_attempts"),
    _text("card_error"),
)

deadlines = Table(
    "deadlines",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("name", String(40), primary_key=True),
    _moment("due_at", required=True),
    _moment("met_at"),
)

evidence = Table(
    "evidence",
    metadata,
    _id(),
    Column("case_id", ForeignKey("cases.id"), nullable=False, index=True),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    _word("account"),
    Column("path", String(200), nullable=False, comment="the PNG, relative to data_dir"),
    Column("sha256", String(64), nullable=False),
    Column("json_path", String(200), nullable=False),
    Column("json_sha256", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("chain", String(64), nullable=False, unique=True),
    _moment("made_at", required=True),
    UniqueConstraint("account", "previous"),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("key", String(120), nullable=False, comment="what it is about: K-2026-0001, report:2026-11-25 …"),
    Column("team", String(80), nullable=False),
    Column(
        "target",
        String(64),
        nullable=False,
        comment="hash of the recipient's URL; the URL stays in the config",
    ),
    Column("channel", String(120), nullable=False, comment="the recipient as people may see it"),
    _text("title"),
    _text("body"),
    _json("attachments"),
    Column("case_id", ForeignKey("cases.id"), index=True),
    _word("status", index=True),
    _moment("written_at", required=True),
    _moment("next_at", required=True),
    _count("attempts"),
    _moment("sent_at"),
    _text("last_error"),
    _count("version"),
    UniqueConstraint("key", "target"),
)

metrics = Table(
    "metrics",
    metadata,
    _word("account", primary_key=True),
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
    _word("job", primary_key=True),
    _word("account", primary_key=True),
    Column("logical_date", Date, primary_key=True),
    _moment("done_at", required=True),
)

jobs = Table(
    "jobs",
    metadata,
    _word("name", primary_key=True),
    _moment("last_started_at"),
    _moment("last_success_at"),
    _moment("last_failed_at"),
    _text("last_error"),
)

journal = Table(
    "journal",
    metadata,
    _id(),
    _moment("at", required=True),
    _word("who"),
    Column(
        "subject", String(80), nullable=False, index=True, comment="post:12, case:K-2026-0001, message:7 …"
    ),
    _text("what"),
)
