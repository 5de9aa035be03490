"""Who we are at Instagram, the plan, and what was published."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata, our_words

accounts = Table(
    "accounts",
    metadata,
    Column("name", String(80), primary_key=True),
    word("ig_user_id"),
    text("username"),
    moment("first_polled_at"),
    moment("first_poll_whole_at", comment="when everything older was stored once"),
    moment("backlog_told_at"),
    moment("conversations_walked_at", comment="when the list of conversations was last read to its end"),
    Column("publishing_used", Integer),
    Column("publishing_total", Integer),
    moment("limit_read_at"),
    moment("purged_upto", comment="what was sent up to then and is not stored is not stored again"),
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
    Column(
        "previous",
        Text,
        nullable=False,
        server_default="",
        comment="the one before, until this one has been of use",
    ),
    moment("proved_at", comment="when Instagram first took this token"),
    moment("checked_at", comment="when Meta was last asked about it"),
    moment("data_access_expires_at", comment="Facebook Login: when Meta closes the account's data to it"),
    moment("refused_at", comment="since when Instagram says that it is dead; only a person can help then"),
    Column("refused_as", String(40), nullable=False, server_default="", comment="code and subcode: 190/463"),
    moment("previous_expires_at", comment="the end of the one before"),
    moment("went_back_at", comment="when a fresh one was refused and the one before it taken again"),
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
    Index("ix_posts_scheduled_at", "scheduled_at"),
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
    *our_words(),
)
