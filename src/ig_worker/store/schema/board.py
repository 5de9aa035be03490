"""Who may use the board, and who is there."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata

users = Table(
    "users",
    metadata,
    row_id(),
    Column("name", String(80), nullable=False, unique=True, comment="to log in with; small letters"),
    word("full_name", comment="as the planning sheet and the journal have it"),
    json_("roles"),
    word("unit", server_default="", comment="whose cases and messages a programme holder sees"),
    flag("full_texts", comment="may read what is masked for others"),
    Column("language", String(5), nullable=False, server_default="id"),
    Column("password", String(200), nullable=False, comment="its hash (argon2id), never itself"),
    flag("must_change", comment="the password was made by somebody else"),
    moment("made_at", required=True),
    moment("password_at", required=True),
    moment("disabled_at"),
    count("version"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String(64), primary_key=True, comment="hash of what the browser holds"),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    moment("begun_at", required=True),
    moment("ends_at", required=True),
    moment("ended_at", comment="logged out, or revoked"),
    text("browser"),
    Index("ix_sessions_ends_at", "ends_at"),
)
