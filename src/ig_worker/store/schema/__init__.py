"""The shelves: every table, and the invariants that the database itself holds.

The flows meet only here. What must never happen twice is a unique constraint, not a promise: one message per Meta id,
one reply per message, one case per message, one number per case, one notice per key and recipient, one figure per day.
"""

from ig_worker.store.schema.base import metadata
from ig_worker.store.schema.board import sessions, users
from ig_worker.store.schema.casework import (
    case_messages,
    case_numbers,
    cases,
    crises,
    deadlines,
    evidence,
)
from ig_worker.store.schema.measuring import metrics, missing_figures, refusals, rising_topics, stories
from ig_worker.store.schema.people import (
    answers,
    conversations,
    messages,
    our_media,
    replies,
    taken_back,
    waiting_messages,
)
from ig_worker.store.schema.publishing import accounts, approvals, first_comments, post_media, posts, tokens
from ig_worker.store.schema.telling import notices, recipients
from ig_worker.store.schema.upkeep import facts, jobs, journal, nightly_runs, purged

SCHEMA_VERSION = "0008"
"""The newest migration this program knows; a test holds it against ``migrations/``."""

__all__ = [
    "SCHEMA_VERSION",
    "accounts",
    "answers",
    "approvals",
    "case_messages",
    "case_numbers",
    "cases",
    "conversations",
    "crises",
    "deadlines",
    "evidence",
    "facts",
    "first_comments",
    "jobs",
    "journal",
    "messages",
    "metadata",
    "metrics",
    "missing_figures",
    "nightly_runs",
    "notices",
    "our_media",
    "post_media",
    "posts",
    "purged",
    "recipients",
    "refusals",
    "replies",
    "rising_topics",
    "sessions",
    "stories",
    "taken_back",
    "tokens",
    "users",
    "waiting_messages",
]
