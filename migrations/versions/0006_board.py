"""Who may use the board, and who is there; messages by time, and answers that a form gives once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False, comment="to log in with; small letters"),
        sa.Column(
            "full_name",
            sa.String(length=80),
            nullable=False,
            comment="as the planning sheet and the journal have it",
        ),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column(
            "unit",
            sa.String(length=80),
            server_default="",
            nullable=False,
            comment="whose cases and messages a programme holder sees",
        ),
        sa.Column(
            "full_texts",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="may read what is masked for others",
        ),
        sa.Column("language", sa.String(length=5), server_default="id", nullable=False),
        sa.Column(
            "password", sa.String(length=200), nullable=False, comment="its hash (argon2id), never itself"
        ),
        sa.Column(
            "must_change",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="the password was made by somebody else",
        ),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("password_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "sessions",
        sa.Column("token", sa.String(length=64), nullable=False, comment="hash of what the browser holds"),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True, comment="logged out, or revoked"),
        sa.Column("browser", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(op.f("ix_sessions_ends_at"), "sessions", ["ends_at"])
    # A calendar asks for a month of them.
    op.create_index(op.f("ix_posts_scheduled_at"), "posts", ["scheduled_at"])
    op.create_index(op.f("ix_our_media_posted_at"), "our_media", ["posted_at"])
    by_time = ["sent_at", "id", "label", "topic", "channel", "account"]
    op.create_index(
        "ix_messages_listed",
        "messages",
        by_time,
        sqlite_where=sa.text("own = 0 AND ig_id != ''"),
        postgresql_where=sa.text("NOT own AND ig_id != ''"),
    )
    asks = "(needs_review{} OR label = 'pertanyaan')"
    op.create_index(
        "ix_messages_listed_for_a_person",
        "messages",
        by_time[:2],
        sqlite_where=sa.text(
            f"{asks.format(' = 1')} AND own = 0 AND backlog = 0 AND deleted = 0 AND ig_id != ''"
        ),
        postgresql_where=sa.text(
            f"{asks.format('')} AND NOT own AND NOT backlog AND NOT deleted AND ig_id != ''"
        ),
    )
    with op.batch_alter_table("answers") as table:
        table.add_column(
            sa.Column(
                "form",
                sa.String(length=40),
                nullable=True,
                comment="of the board: sent twice, it is one answer",
            )
        )
        table.create_unique_constraint(op.f("uq_answers_form"), ["form"])
