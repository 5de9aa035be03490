"""Cases as a register keeps them: what was done, by whom, what was erased by rule, and what became a crisis."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAMING = {"uq": "uq_%(table_name)s_%(column_0_N_name)s"}


def upgrade() -> None:
    for name in ("acknowledged_by", "plan", "follow_up", "reason"):
        op.add_column("cases", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column(
        "cases",
        sa.Column(
            "merged_into",
            sa.String(length=20),
            server_default="",
            nullable=False,
            comment="number of the case in which this one goes on",
        ),
    )
    for name, comment in (
        ("severity_set_at", "when a person set the severity; the worker raises it for what is written later"),
        ("first_response_at", "when somebody of the centre answered on Instagram; the bot does not count"),
        ("started_at", "when work on it began"),
        ("closed_at", "resolved, rejected or merged"),
        ("reopened_at", "when the person last wrote again after it was resolved"),
    ):
        op.add_column("cases", sa.Column(name, MOMENT, nullable=True, comment=comment))
    op.add_column("cases", sa.Column("reopened", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column(
        "cases",
        sa.Column(
            "urgent_rung",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="how many reminders of a danger that nobody has acknowledged were written",
        ),
    )
    op.execute("UPDATE cases SET closed_at = resolved_at WHERE status = 'resolved'")
    op.add_column(
        "deadlines",
        sa.Column(
            "rung",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="how many reminders were written: before, at the deadline, then up the ladder",
        ),
    )
    op.add_column(
        "deadlines",
        sa.Column("rung_at", MOMENT, nullable=True, comment="when the last of them was written"),
    )
    # Until now a deadline was met when the case's own time said so.
    deadlines = sa.table("deadlines", sa.column("case_id"), sa.column("name"), sa.column("met_at"))
    cases = sa.table("cases", sa.column("id"), sa.column("acknowledged_at"), sa.column("closed_at"))
    for name, ended in (
        ("acknowledge", cases.c.acknowledged_at),
        ("follow_up", cases.c.closed_at),
        ("resolve", cases.c.closed_at),
    ):
        met_at = sa.select(ended).where(cases.c.id == deadlines.c.case_id).scalar_subquery()
        unmet = sa.and_(deadlines.c.name == name, deadlines.c.met_at.is_(None))
        op.execute(deadlines.update().where(unmet).values(met_at=met_at))
    op.add_column(
        "case_messages",
        sa.Column(
            "card_next_at",
            MOMENT,
            nullable=True,
            comment="when a card that failed is tried again; empty for at once",
        ),
    )
    op.add_column(
        "case_messages",
        sa.Column(
            "followed",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="the journal's line up to which its evidence shows what became of it",
        ),
    )
    # Edits of before are no news: only what is edited from now on becomes further evidence.
    op.execute(
        "UPDATE case_messages SET followed = COALESCE((SELECT MAX(id) FROM journal "
        "WHERE subject = 'message:' || CAST(message_id AS VARCHAR)), 0)"
    )
    with op.batch_alter_table("evidence", naming_convention=NAMING) as evidence:
        evidence.drop_constraint("uq_evidence_message_id", type_="unique")
        evidence.add_column(
            sa.Column(
                "occasion",
                sa.String(length=80),
                server_default="written",
                nullable=False,
                comment="written, edited:TIME, deleted:TIME or erased:ID",
            )
        )
        evidence.add_column(
            sa.Column(
                "happened_at",
                MOMENT,
                nullable=True,
                comment="when that was seen; empty for what was simply written",
            )
        )
        evidence.add_column(
            sa.Column(
                "erases", sa.Integer(), nullable=True, comment="the piece whose files were erased by rule"
            )
        )
        evidence.add_column(
            sa.Column(
                "form",
                sa.Integer(),
                server_default=sa.text("1"),
                nullable=False,
                comment="how the chain's hash is made",
            )
        )
        evidence.alter_column(
            "path",
            existing_type=sa.String(length=200),
            existing_nullable=False,
            comment="the PNG, relative to data_dir; empty where there is none",
            existing_comment="the PNG, relative to data_dir",
        )
        evidence.create_foreign_key(op.f("fk_evidence_erases"), "evidence", ["erases"], ["id"])
        evidence.create_unique_constraint(op.f("uq_evidence_erases"), ["erases"])
        evidence.create_unique_constraint(op.f("uq_evidence_message_id_occasion"), ["message_id", "occasion"])
    op.create_index(op.f("ix_evidence_message_id"), "evidence", ["message_id"])
    op.add_column(
        "case_messages",
        sa.Column(
            "reopens",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="it opened the resolved case again",
        ),
    )
    for column in (
        sa.Column(
            "turned_at",
            MOMENT,
            nullable=True,
            comment="when an edit or a person made it a complaint or a suggestion; empty where it was one"
            " from the start",
        ),
        sa.Column(
            "withdrawn_at",
            MOMENT,
            nullable=True,
            comment="when it was proven that its sender took it back: its words are hidden",
        ),
        sa.Column(
            "redacted_at",
            MOMENT,
            nullable=True,
            comment="when the words of a message that was taken back were erased",
        ),
        sa.Column(
            "exposes",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="what of somebody's health or person stands in public; empty where nothing does",
        ),
        sa.Column("exposure_told_at", MOMENT, nullable=True),
    ):
        op.add_column("messages", column)
    op.execute(
        "UPDATE messages SET turned_at = edited_at "
        "WHERE opens_case AND edited_at IS NOT NULL AND id NOT IN (SELECT message_id FROM case_messages)"
    )
    op.create_table(
        "taken_back",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("hidden_at", MOMENT, nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_taken_back_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_taken_back")),
        comment="what messages said that their senders took back, until it is erased",
    )
    op.create_index(op.f("ix_taken_back_account"), "taken_back", ["account"])
    exposing = sa.text("exposes != '' AND exposure_told_at IS NULL")
    op.create_index(
        "ix_messages_exposing",
        "messages",
        ["account"],
        sqlite_where=exposing,
        postgresql_where=exposing,
    )
    op.create_table(
        "crises",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="pace, topic or post"),
        sa.Column(
            "about",
            sa.String(length=80),
            server_default="",
            nullable=False,
            comment="the topic, or the post's id",
        ),
        sa.Column("message_ids", sa.JSON(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("told", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "told_at", MOMENT, nullable=True, comment="when people last heard of it, with so many complaints"
        ),
        sa.Column(
            "pauses",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="posts that are not urgent wait until it is lifted",
        ),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.Column("lifted_by", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crises")),
    )
    op.create_index(
        "ix_crises_open",
        "crises",
        ["account", "kind", "about"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.add_column(
        "notices",
        sa.Column(
            "line",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="what stands for the body where many go as one message",
        ),
    )
    op.create_table(
        "recipients",
        sa.Column("target", sa.String(length=64), nullable=False, comment="as in notices"),
        sa.Column(
            "failing_since",
            MOMENT,
            nullable=True,
            comment="when it was first not reached; empty while it can be reached",
        ),
        sa.Column(
            "failures",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="how many tries in a row it was not reached",
        ),
        sa.Column("told_at", MOMENT, nullable=True, comment="when the operators were told of that"),
        sa.Column(
            "claimed_until",
            MOMENT,
            nullable=True,
            comment="until then one worker alone sends to it; its end is that worker's token",
        ),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_recipients")),
    )
