"""The shelves: every table, and the invariants that the database itself holds.

The flows meet only here. What must never happen twice is a unique constraint, not a promise: one message per Meta id,
one reply per message, one case per message, one number per case, one notice per key and recipient, one figure per day.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word

SCHEMA_VERSION = "0002"
"""The newest migration this program knows; a test holds it against ``migrations/``."""


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)


def _our_words() -> tuple[Column[Any], ...]:
    """A thank-you or a first comment on its way (``domain/reply.py``)."""
    return (
        moment("asked_at", required=True),
        moment("due_at", required=True),
        moment("intent_at"),
        moment("call_ended_at"),
        count("calls"),
        count("questions"),
        count("empty_looks"),
        flag("said_no"),
        Column("ig_id", String(300), nullable=False, server_default=""),
        moment("sent_at"),
        text("last_error"),
        count("version"),
    )


accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    word("ig_user_id"),
    text("username"),
    moment("first_polled_at"),
    Column("publishing_used", Integer),
    Column("publishing_total", Integer),
    moment("limit_read_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("account", String(80), primary_key=True),
    text("secret"),
    Column(
        "adopted", String(64), nullable=False, comment="hash of the configured token this one descends from"
    ),
    moment("adopted_at", required=True),
    moment("refreshed_at"),
    moment("expires_at"),
    Column("scopes", Text, nullable=False, server_default="", comment="with commas; empty while unknown"),
)

posts = Table(
    "posts",
    metadata,
    row_id(),
    word("account", index=True),
    Column("key", String(200), nullable=False),
    word("status", index=True),
    word("kind"),
    word("segment"),
    moment("scheduled_at", required=True),
    text("caption"),
    text("alt_text"),
    text("first_comment"),
    json_("options"),
    word("made_by"),
    word("edited_by"),
    word("verified_by"),
    word("responsible"),
    word("source"),
    Column("source_row", Integer, nullable=False),
    word("sheet_status"),
    flag("approval_void"),
    Column("content_hash", String(64), nullable=False),
    Column("row_hash", String(64), nullable=False),
    text("approved_by"),
    moment("approved_at"),
    Column("approved_hash", String(64), nullable=False, server_default=""),
    json_("child_ids"),
    flag("children_ready"),
    Column("container_id", String(64), nullable=False, server_default=""),
    moment("container_at"),
    count("containers_made"),
    count("publish_calls"),
    moment("intent_at"),
    moment("call_ended_at"),
    count("questions"),
    count("empty_looks"),
    moment("next_at"),
    moment("published_at"),
    Column("ig_media_id", String(64)),
    text("permalink"),
    moment("permalink_next_at"),
    moment("gather_next_at", comment="when its media are fetched and tried; empty when they have been"),
    count("gather_tries"),
    text("last_error"),
    count("version"),
    UniqueConstraint("account", "key"),
    UniqueConstraint("account", "ig_media_id"),
    CheckConstraint("status <> 'published' OR ig_media_id IS NOT NULL", name="published_has_media_id"),
    CheckConstraint("status <> 'publishing' OR intent_at IS NOT NULL", name="publishing_has_intent"),
)

post_media = Table(
    "post_media",
    metadata,
    row_id(),
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
    Column("role", String(10), nullable=False, server_default="media", comment="media, or cover of a reel"),
    flag("tried", comment="our copy was prepared once on trial"),
    UniqueConstraint("post_id", "position"),
)

approvals = Table(
    "approvals",
    metadata,
    row_id(),
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    word("role", comment="verifikator or penanggung_jawab"),
    word("name"),
    Column("content_hash", String(64), nullable=False, comment="what exactly was approved"),
    text("override"),
    moment("at", required=True),
    UniqueConstraint("post_id", "role"),
)

first_comments = Table(
    "first_comments",
    metadata,
    Column("post_id", ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    word("account"),
    word("status", index=True),
    text("text"),
    *_our_words(),
)

our_media = Table(
    "our_media",
    metadata,
    word("account", primary_key=True),
    Column("ig_id", String(64), primary_key=True),
    text("caption"),
    word("media_type"),
    word("product_type"),
    text("permalink"),
    moment("posted_at", required=True),
    Column("comments_count", Integer, comment="as Meta announced it at the last complete sweep"),
    Column("comments_seen", Integer, comment="how many that sweep could see"),
    moment("swept_at"),
)

conversations = Table(
    "conversations",
    metadata,
    word("account", primary_key=True),
    Column("ig_id", String(200), primary_key=True),
    text("person"),
    Column("person_id", String(64), nullable=False, server_default=""),
    moment("updated_at", required=True),
)

messages = Table(
    "messages",
    metadata,
    row_id(),
    word("account"),
    Column("channel", String(10), nullable=False),
    Column("ig_id", String(300), nullable=False),
    Column("media_id", String(64), nullable=False, server_default=""),
    Column("parent_id", String(64), nullable=False, server_default=""),
    Column("conversation_id", String(200), nullable=False, server_default=""),
    text("author"),
    Column("author_id", String(64), nullable=False, server_default=""),
    text("text"),
    json_("attachments"),
    flag("own"),
    moment("sent_at", required=True),
    moment("first_seen_at", required=True),
    flag("backlog"),
    flag("edited"),
    flag("deleted"),
    word("label", index=True),
    Column("confidence", Float),
    word("topic"),
    flag("auto_thank"),
    flag("needs_review"),
    flag("opens_case"),
    flag("danger"),
    json_("reasons"),
    UniqueConstraint("account", "ig_id"),
    Index("ix_messages_account_media_id", "account", "media_id"),
    Index("ix_messages_account_conversation_id", "account", "conversation_id"),
)

replies = Table(
    "replies",
    metadata,
    row_id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    word("account"),
    word("status", index=True),
    text("text"),
    Column("phrase", Integer, nullable=False, server_default=sql("-1")),
    *_our_words(),
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
