"""What became of messages: changes, who set a label, what people answer, what waits for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column(
            "first_poll_whole_at", MOMENT, nullable=True, comment="when everything older was stored once"
        ),
    )
    op.add_column("accounts", sa.Column("backlog_told_at", MOMENT, nullable=True))
    op.add_column(
        "accounts",
        sa.Column(
            "conversations_walked_at",
            MOMENT,
            nullable=True,
            comment="when the list of conversations was last read to its end",
        ),
    )
    # These accounts were taken on long ago: no summary of their backlog is due any more.
    op.execute("UPDATE accounts SET first_poll_whole_at = first_polled_at, backlog_told_at = first_polled_at")
    for column in (
        sa.Column("counted_at", MOMENT, nullable=True, comment="since when that count stands"),
        sa.Column(
            "sweep_after",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="where a broken-off sweep goes on",
        ),
        sa.Column(
            "sweep_begun_at",
            MOMENT,
            nullable=True,
            comment="when that sweep began; empty when none is broken off",
        ),
        sa.Column(
            "sweep_noted_at", MOMENT, nullable=True, comment="when that place was noted: cursors grow old"
        ),
        sa.Column(
            "unseen_since", MOMENT, nullable=True, comment="comments are announced and none can be seen"
        ),
        sa.Column("unseen_told_at", MOMENT, nullable=True),
    ):
        op.add_column("our_media", column)
    for column in (
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column(
            "lost",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="messages never readable to us",
        ),
        sa.Column("lost_told_at", MOMENT, nullable=True),
        sa.Column(
            "gap_since",
            MOMENT,
            nullable=True,
            comment="messages sent since then may be lost and are still to be counted",
        ),
    ):
        op.add_column("conversations", column)
    for column in (
        sa.Column(
            "listed_at", MOMENT, nullable=True, comment="when Instagram's list of comments showed it last"
        ),
        sa.Column("edited_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True, comment="when it was seen to be gone"),
        sa.Column(
            "missing_since", MOMENT, nullable=True, comment="not found any more, and not yet sure to be gone"
        ),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column(
            "label_by",
            sa.String(length=80),
            server_default="",
            nullable=False,
            comment="the person who set the label; empty where the classifier did",
        ),
    ):
        op.add_column("messages", column)
    op.create_index("ix_messages_account_parent_id", "messages", ["account", "parent_id"])
    for name, sign in (
        ("to_thank", "auto_thank{}"),
        ("in_danger", "danger{}"),
        ("questions", "label = 'pertanyaan'"),
    ):
        op.create_index(
            f"ix_messages_{name}",
            "messages",
            ["account", "sent_at"],
            sqlite_where=sa.text(f"{sign.format(' = 1')} AND own = 0"),
            postgresql_where=sa.text(f"{sign.format('')} AND NOT own"),
        )
    op.create_index("ix_replies_account_ig_id", "replies", ["account", "ig_id"])
    asks = "(needs_review{} OR label = 'pertanyaan')"
    op.create_index(
        "ix_messages_for_a_person",
        "messages",
        ["account", "id"],
        sqlite_where=sa.text(f"{asks.format(' = 1')} AND own = 0 AND backlog = 0 AND deleted = 0"),
        postgresql_where=sa.text(f"{asks.format('')} AND NOT own AND NOT backlog AND NOT deleted"),
    )
    op.add_column(
        "replies",
        sa.Column(
            "purpose",
            sa.String(length=20),
            server_default="thanks",
            nullable=False,
            comment="thanks, acknowledgement, answer or emergency",
        ),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "by", sa.String(length=80), nullable=False, comment="the person who answers through ig-worker"
        ),
        sa.Column(
            "human_agent",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="sent later than a program may: within 7 days, by a person only",
        ),
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
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_answers_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_account_ig_id", "answers", ["account", "ig_id"])
    op.create_index(op.f("ix_answers_message_id"), "answers", ["message_id"])
    op.create_index(op.f("ix_answers_status"), "answers", ["status"])
    op.create_table(
        "waiting_messages",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("reminders", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column(
            "settled_by",
            sa.String(length=80),
            server_default="",
            nullable=False,
            comment="a person, or what settled it",
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_waiting_messages_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_waiting_messages")),
    )
    op.create_index(
        "ix_waiting_messages_open",
        "waiting_messages",
        ["account"],
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
