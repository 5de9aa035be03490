"""The shelves: plan, publication, inbox, replies, cases, evidence, outbox, insights, jobs, journal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

MOMENT = sa.DateTime(timezone=True)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("ig_user_id", sa.String(length=80), nullable=False),
        sa.Column("username", sa.Text(), server_default="", nullable=False),
        sa.Column("first_polled_at", MOMENT, nullable=True),
        sa.Column("publishing_used", sa.Integer(), nullable=True),
        sa.Column("publishing_total", sa.Integer(), nullable=True),
        sa.Column("limit_read_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_accounts")),
    )
    op.create_table(
        "case_numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_numbers")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("assigned_to", sa.Text(), server_default="", nullable=False),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("notices_written", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_status"), ["status"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("ig_id", sa.String(length=200), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("person_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "ig_id", name=op.f("pk_conversations")),
    )
    op.create_table(
        "jobs",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("last_started_at", MOMENT, nullable=True),
        sa.Column("last_success_at", MOMENT, nullable=True),
        sa.Column("last_failed_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column(
            "subject", sa.String(length=80), nullable=False, comment="post:12, case:K-2026-0001, message:7 …"
        ),
        sa.Column("what", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    with op.batch_alter_table("journal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_subject"), ["subject"], unique=False)

    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("ig_id", sa.String(length=300), nullable=False),
        sa.Column("media_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("parent_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("conversation_id", sa.String(length=200), server_default="", nullable=False),
        sa.Column("author", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("backlog", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("edited", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("auto_thank", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("opens_case", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("danger", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("account", "ig_id", name=op.f("uq_messages_account_ig_id")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(
            "ix_messages_account_conversation_id", ["account", "conversation_id"], unique=False
        )
        batch_op.create_index("ix_messages_account_media_id", ["account", "media_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_messages_label"), ["label"], unique=False)

    op.create_table(
        "metrics",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("media_id", sa.String(length=64), nullable=False, comment="empty for the account itself"),
        sa.Column(
            "day",
            sa.Date(),
            nullable=False,
            comment="Meta's day (Pacific) for the account, the reading's day for media",
        ),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("breakdown", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("account", "media_id", "day", "name", "breakdown", name=op.f("pk_metrics")),
    )
    op.create_table(
        "nightly_runs",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("logical_date", sa.Date(), nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job", "account", "logical_date", name=op.f("pk_nightly_runs")),
    )
    op.create_table(
        "our_media",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("ig_id", sa.String(length=64), nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("product_type", sa.String(length=80), nullable=False),
        sa.Column("permalink", sa.Text(), server_default="", nullable=False),
        sa.Column("posted_at", MOMENT, nullable=False),
        sa.Column(
            "comments_count",
            sa.Integer(),
            nullable=True,
            comment="as Meta announced it at the last complete sweep",
        ),
        sa.Column("comments_seen", sa.Integer(), nullable=True, comment="how many that sweep could see"),
        sa.Column("swept_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("account", "ig_id", name=op.f("pk_our_media")),
    )
    op.create_table(
        "posts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("segment", sa.String(length=80), nullable=False),
        sa.Column("scheduled_at", MOMENT, nullable=False),
        sa.Column("caption", sa.Text(), server_default="", nullable=False),
        sa.Column("alt_text", sa.Text(), server_default="", nullable=False),
        sa.Column("first_comment", sa.Text(), server_default="", nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("edited_by", sa.String(length=80), nullable=False),
        sa.Column("verified_by", sa.String(length=80), nullable=False),
        sa.Column("responsible", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("source_row", sa.Integer(), nullable=False),
        sa.Column("sheet_status", sa.String(length=80), nullable=False),
        sa.Column("approval_void", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("row_hash", sa.String(length=64), nullable=False),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_hash", sa.String(length=64), server_default="", nullable=False),
        sa.Column("child_ids", sa.JSON(), nullable=False),
        sa.Column("children_ready", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("container_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("container_at", MOMENT, nullable=True),
        sa.Column("containers_made", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("publish_calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("intent_at", MOMENT, nullable=True),
        sa.Column("call_ended_at", MOMENT, nullable=True),
        sa.Column("questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("empty_looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("ig_media_id", sa.String(length=64), nullable=True),
        sa.Column("permalink", sa.Text(), server_default="", nullable=False),
        sa.Column("permalink_next_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint(
            "status <> 'published' OR ig_media_id IS NOT NULL", name=op.f("ck_posts_published_has_media_id")
        ),
        sa.CheckConstraint(
            "status <> 'publishing' OR intent_at IS NOT NULL", name=op.f("ck_posts_publishing_has_intent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("account", "ig_media_id", name=op.f("uq_posts_account_ig_media_id")),
        sa.UniqueConstraint("account", "key", name=op.f("uq_posts_account_key")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_account"), ["account"], unique=False)
        batch_op.create_index(batch_op.f("ix_posts_status"), ["status"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("secret", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "adopted",
            sa.String(length=64),
            nullable=False,
            comment="hash of the configured token this one descends from",
        ),
        sa.Column("adopted_at", MOMENT, nullable=False),
        sa.Column("refreshed_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_tokens")),
    )
    op.create_table(
        "case_messages",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("card_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("card_error", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_messages_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_case_messages_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_case_messages")),
    )
    with op.batch_alter_table("case_messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_messages_case_id"), ["case_id"], unique=False)

    op.create_table(
        "deadlines",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("met_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_deadlines")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False, comment="the PNG, relative to data_dir"),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("json_path", sa.String(length=200), nullable=False),
        sa.Column("json_sha256", sa.String(length=64), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evidence_case_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_evidence_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("account", "previous", name=op.f("uq_evidence_account_previous")),
        sa.UniqueConstraint("chain", name=op.f("uq_evidence_chain")),
        sa.UniqueConstraint("message_id", name=op.f("uq_evidence_message_id")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_case_id"), ["case_id"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "key",
            sa.String(length=120),
            nullable=False,
            comment="what it is about: K-2026-0001, report:2026-11-25 …",
        ),
        sa.Column("team", sa.String(length=80), nullable=False),
        sa.Column(
            "target",
            sa.String(length=64),
            nullable=False,
            comment="hash of the recipient's URL; the URL stays in the config",
        ),
        sa.Column(
            "channel", sa.String(length=120), nullable=False, comment="the recipient as people may see it"
        ),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", "target", name=op.f("uq_notices_key_target")),
    )
    with op.batch_alter_table("notices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notices_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_notices_status"), ["status"], unique=False)

    op.create_table(
        "post_media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("written", sa.Text(), nullable=False, comment="as the sheet has it: a path or a URL"),
        sa.Column(
            "original", sa.String(length=200), nullable=False, comment="our own copy below data_dir/originals"
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "staged",
            sa.String(length=120),
            server_default="",
            nullable=False,
            comment="file below data_dir/media while needed",
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_post_media_post_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_media")),
        sa.UniqueConstraint("post_id", "position", name=op.f("uq_post_media_post_id_position")),
    )
    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("phrase", sa.Integer(), server_default=sa.text("(-1)"), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("intent_at", MOMENT, nullable=True),
        sa.Column("call_ended_at", MOMENT, nullable=True),
        sa.Column("calls", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("questions", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("empty_looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("ig_id", sa.String(length=300), server_default="", nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_replies_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("message_id", name=op.f("uq_replies_message_id")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replies_status"), ["status"], unique=False)
