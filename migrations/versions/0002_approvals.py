"""Approvals by role, media that are fetched after the import, first comments, and what a token may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tokens",
        sa.Column(
            "scopes",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="with commas; empty while unknown",
        ),
    )
    op.add_column(
        "posts",
        sa.Column(
            "gather_next_at",
            MOMENT,
            nullable=True,
            comment="when its media are fetched and tried; empty when they have been",
        ),
    )
    op.add_column(
        "posts", sa.Column("gather_tries", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column(
        "post_media",
        sa.Column(
            "role",
            sa.String(length=10),
            server_default="media",
            nullable=False,
            comment="media, or cover of a reel",
        ),
    )
    op.add_column(
        "post_media",
        sa.Column(
            "tried",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="our copy was prepared once on trial",
        ),
    )
    # Every picture that schema 0001 took in had been prepared on trial when its sheet was imported.
    op.execute("UPDATE post_media SET tried = true")
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=80), nullable=False, comment="verifikator or penanggung_jawab"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False, comment="what exactly was approved"),
        sa.Column("override", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_approvals_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("post_id", "role", name=op.f("uq_approvals_post_id_role")),
    )
    # An approval of schema 0001 was the verifier's.
    op.execute(
        "INSERT INTO approvals (post_id, role, name, content_hash, at) "
        "SELECT id, 'verifikator', substr(approved_by, 1, 80), approved_hash, "
        "coalesce(approved_at, scheduled_at) FROM posts WHERE approved_by <> '' AND approved_hash <> ''"
    )
    op.create_table(
        "first_comments",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("intent_at", MOMENT, nullable=True),
        sa.Column("call_ended_at", MOMENT, nullable=True),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("empty_looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("said_no", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ig_id", sa.String(length=300), server_default="", nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_first_comments_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_first_comments")),
    )
    with op.batch_alter_table("first_comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_first_comments_status"), ["status"], unique=False)
    # Nobody expects a first comment under what went out before the worker sent any.
    op.execute(
        "INSERT INTO first_comments (post_id, account, status, text, asked_at, due_at, last_error) "
        "SELECT id, account, 'skipped', first_comment, coalesce(published_at, scheduled_at), "
        "coalesce(published_at, scheduled_at), 'terbit sebelum petugas digital mengirim komentar pertama' "
        "FROM posts WHERE status = 'published' AND first_comment <> '' AND kind <> 'story'"
    )
    op.add_column("replies", sa.Column("said_no", sa.Boolean(), server_default=sa.false(), nullable=False))
