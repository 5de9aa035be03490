"""What the worker knows of its tokens and its machine, and counts of what was purged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tokens",
        sa.Column(
            "previous",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="the one before, until this one has been of use",
        ),
    )
    for name, comment in (
        ("proved_at", "when Instagram first took this token"),
        ("checked_at", "when Meta was last asked about it"),
        ("data_access_expires_at", "Facebook Login: when Meta closes the account's data to it"),
        ("refused_at", "since when Instagram says that it is dead; only a person can help then"),
    ):
        op.add_column("tokens", sa.Column(name, MOMENT, nullable=True, comment=comment))
    op.add_column(
        "accounts",
        sa.Column(
            "purged_upto",
            MOMENT,
            nullable=True,
            comment="what was sent up to then and is not stored is not stored again",
        ),
    )
    op.add_column(
        "cases",
        sa.Column(
            "purged_at",
            MOMENT,
            nullable=True,
            comment="when its words, its people and its files went because their time was over",
        ),
    )
    op.add_column(
        "tokens",
        sa.Column(
            "refused_as",
            sa.String(length=40),
            server_default="",
            nullable=False,
            comment="code and subcode: 190/463",
        ),
    )
    for name, comment in (
        ("previous_expires_at", "the end of the one before"),
        ("went_back_at", "when a fresh one was refused and the one before it taken again"),
    ):
        op.add_column("tokens", sa.Column(name, MOMENT, nullable=True, comment=comment))
    op.create_table(
        "facts",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False, comment="when that was found"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_facts")),
    )
    op.create_table(
        "purged",
        sa.Column("kind", sa.String(length=40), nullable=False, comment="message, case, journal …"),
        sa.Column("account", sa.String(length=80), nullable=False, comment="empty where there is none"),
        sa.Column("month", sa.Date(), nullable=False, comment="its first day, in the centre's zone"),
        sa.Column(
            "label",
            sa.String(length=80),
            nullable=False,
            comment="what kept its count: a label, a status; may be empty",
        ),
        sa.Column("count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("kind", "account", "month", "label", name=op.f("pk_purged")),
    )


def downgrade() -> None:
    op.drop_table("purged")
    op.drop_table("facts")
    op.drop_column("cases", "purged_at")
    op.drop_column("accounts", "purged_upto")
    for name in ("went_back_at", "previous_expires_at", "refused_as"):
        op.drop_column("tokens", name)
    for name in ("refused_at", "data_access_expires_at", "checked_at", "proved_at", "previous"):
        op.drop_column("tokens", name)
