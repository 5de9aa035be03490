"""Indexes for what is asked in every pass: with a year's messages the old ones read all of them for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FOR_A_PERSON = "(needs_review{0} OR label = 'pertanyaan') AND {1}own{2} AND {1}backlog{2} AND {1}deleted{2}"
OPENS_CASE = "opens_case{0} AND {1}own{2} AND {1}backlog{2}"
SQLITE = (" = 1", "", " = 0")
POSTGRESQL = ("", "NOT ", "")


def upgrade() -> None:
    _index("label", ["label", "own"], again=True)
    _index("for_a_person", ["account", "id", "opens_case"], FOR_A_PERSON, again=True)
    _index("opens_case", ["account", "sent_at"], OPENS_CASE)


def downgrade() -> None:
    op.drop_index("ix_messages_opens_case", "messages")
    _index("for_a_person", ["account", "id"], FOR_A_PERSON, again=True)
    _index("label", ["label"], again=True)


def _index(name: str, columns: list[str], where: str = "", *, again: bool = False) -> None:
    if again:
        op.drop_index(f"ix_messages_{name}", "messages")
    only = {"sqlite_where": SQLITE, "postgresql_where": POSTGRESQL} if where else {}
    op.create_index(
        f"ix_messages_{name}",
        "messages",
        columns,
        **{key: sa.text(where.format(*signs)) for key, signs in only.items()},
    )
