"""What Instagram has no figures of and refuses to measure, stories, and what rises."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _totals_to_metas_days()
    op.add_column(
        "metrics",
        sa.Column(
            "read_at", MOMENT, nullable=True, comment="when Instagram last said so; empty before schema 0005"
        ),
    )
    op.create_table(
        "missing_figures",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False, comment="empty for the account itself"),
        sa.Column("day", sa.Date(), nullable=False, comment="as in metrics"),
        sa.Column(
            "name", sa.String(length=80), nullable=False, comment="empty where it is so of all of them"
        ),
        sa.Column("why", sa.String(length=20), nullable=False, comment="no_data, too_few or refused"),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "media_id", "day", "name", name=op.f("pk_missing_figures")),
    )
    op.create_table(
        "refusals",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column(
            "scope",
            sa.String(length=80),
            nullable=False,
            comment="where it was asked for: fields of a node, metrics of a kind",
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("refused_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "scope", "name", name=op.f("pk_refusals")),
    )
    op.create_table(
        "stories",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("ig_id", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("permalink", sa.Text(), server_default="", nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True, comment="when its figures were last had"),
        sa.Column("looked_at", MOMENT, nullable=True, comment="when they were last asked for"),
        sa.PrimaryKeyConstraint("account", "ig_id", name=op.f("pk_stories")),
    )
    op.create_table(
        "rising_topics",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="topic or word"),
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False, comment="messages of the last days that have it"),
        sa.Column(
            "usual",
            sa.Float(),
            nullable=False,
            comment="how many of them there usually are in as many days",
        ),
        sa.Column("people", sa.Integer(), nullable=False, comment="who wrote them"),
        sa.Column("most", sa.Integer(), nullable=False, comment="the highest count so far"),
        sa.Column("most_usual", sa.Float(), nullable=False, comment="what was usual then"),
        sa.Column("also", sa.JSON(), nullable=False),
        sa.Column("message_ids", sa.JSON(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rising_topics")),
        sa.UniqueConstraint(
            "account", "kind", "term", "begun_at", name=op.f("uq_rising_topics_account_kind_term_begun_at")
        ),
    )
    op.create_index(op.f("ix_rising_topics_account"), "rising_topics", ["account"])


def _totals_to_metas_days() -> None:
    """Totals of followers stood under the centre's day of the night; by then Meta's day but one before was over."""
    metrics = sa.table(
        "metrics",
        *(sa.column(name) for name in ("account", "media_id", "name", "breakdown", "value")),
        sa.column("day", sa.Date()),
    )
    totals = (metrics.c.media_id == "") & metrics.c.name.in_(["followers_count", "follows_count"])
    connection = op.get_bind()
    rows = [dict(row._mapping) for row in connection.execute(sa.select(metrics).where(totals))]
    if rows:
        connection.execute(sa.delete(metrics).where(totals))
        connection.execute(
            sa.insert(metrics), [{**row, "day": row["day"] - timedelta(days=2)} for row in rows]
        )
