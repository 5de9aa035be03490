"""What people wrote, and what was answered."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy import text as sql

from ig_worker.store.columns import count, flag, json_, moment, row_id, text, word
from ig_worker.store.schema.base import metadata, our_words, partial_index

our_media = Table(
    "our_media",
    metadata,
    word("account", primary_key=True),
    Column("ig_id", String(64), primary_key=True),
    text("caption"),
    word("media_type"),
    word("product_type"),
    text("permalink"),
    moment("posted_at", required=True),
    Column("comments_count", Integer, comment="as Meta announced it at the last complete sweep"),
    Column("comments_seen", Integer, comment="how many that sweep could see"),
    moment("counted_at", comment="since when that count stands"),
    moment("swept_at"),
    Column(
        "sweep_after", Text, nullable=False, server_default="", comment="where a broken-off sweep goes on"
    ),
    moment("sweep_begun_at", comment="when that sweep began; empty when none is broken off"),
    moment("sweep_noted_at", comment="when that place was noted: cursors grow old"),
    moment("unseen_since", comment="comments are announced and none can be seen"),
    moment("unseen_told_at"),
    Index("ix_our_media_posted_at", "posted_at"),
)

conversations = Table(
    "conversations",
    metadata,
    word("account", primary_key=True),
    Column("ig_id", String(200), primary_key=True),
    text("person"),
    Column("person_id", String(64), nullable=False, server_default=""),
    moment("updated_at", required=True),
    moment("read_at"),
    Column("lost", Integer, nullable=False, server_default=sql("0"), comment="messages never readable to us"),
    moment("lost_told_at"),
    moment("gap_since", comment="messages sent since then may be lost and are still to be counted"),
)

messages = Table(
    "messages",
    metadata,
    row_id(),
    word("account"),
    Column("channel", String(10), nullable=False),
    Column("ig_id", String(300), nullable=False),
    Column("media_id", String(64), nullable=False, server_default=""),
    Column("parent_id", String(64), nullable=False, server_default=""),
    Column("conversation_id", String(200), nullable=False, server_default=""),
    text("author"),
    Column("author_id", String(64), nullable=False, server_default=""),
    text("text"),
    json_("attachments"),
    flag("own"),
    moment("sent_at", required=True),
    moment("first_seen_at", required=True),
    moment("listed_at", comment="when Instagram's list of comments showed it last"),
    flag("backlog"),
    flag("edited"),
    moment("edited_at"),
    moment(
        "turned_at",
        comment="when an edit or a person made it a complaint or a suggestion; empty where it was one from the start",
    ),
    flag("deleted"),
    moment("deleted_at", comment="when it was seen to be gone"),
    moment("missing_since", comment="not found any more, and not yet sure to be gone"),
    moment("withdrawn_at", comment="when it was proven that its sender took it back: its words are hidden"),
    moment("redacted_at", comment="when the words of a message that was taken back were erased"),
    Column(
        "exposes",
        Text,
        nullable=False,
        server_default="",
        comment="what of somebody's health or person stands in public; empty where nothing does",
    ),
    moment("exposure_told_at"),
    flag("hidden"),
    word("label"),
    Column(
        "label_by",
        String(80),
        nullable=False,
        server_default="",
        comment="the person who set the label; empty where the classifier did",
    ),
    Column("confidence", Float),
    word("topic"),
    flag("auto_thank"),
    flag("needs_review"),
    flag("opens_case"),
    flag("danger"),
    json_("reasons"),
    UniqueConstraint("account", "ig_id"),
    Index("ix_messages_account_media_id", "account", "media_id"),
    Index("ix_messages_account_conversation_id", "account", "conversation_id"),
    Index("ix_messages_account_parent_id", "account", "parent_id"),
    Index("ix_messages_label", "label", "own"),
)

TO_THANK: ColumnElement[bool] = messages.c.auto_thank & ~messages.c.own
IN_DANGER: ColumnElement[bool] = messages.c.danger & ~messages.c.own
QUESTIONS: ColumnElement[bool] = (messages.c.label == literal_column("'pertanyaan'")) & ~messages.c.own
"""What the worker may answer by itself. Each has its index; one on the time alone would draw all queries to it."""

for _name, _which in (("to_thank", TO_THANK), ("in_danger", IN_DANGER), ("questions", QUESTIONS)):
    partial_index(f"ix_messages_{_name}", messages.c.account, messages.c.sent_at, where=_which)

FOR_A_PERSON: ColumnElement[bool] = and_(
    messages.c.needs_review | (messages.c.label == literal_column("'pertanyaan'")),
    ~messages.c.own,
    ~messages.c.backlog,
    ~messages.c.deleted,
)
"""What a person should look at, if nobody has: unsure ones and questions. Queries that say it so find its index."""

EXPOSING: ColumnElement[bool] = and_(
    messages.c.exposes != literal_column("''"), messages.c.exposure_told_at.is_(None)
)
"""Public words that seem to show somebody's health or person, of which nobody was told yet."""

partial_index("ix_messages_exposing", messages.c.account, where=EXPOSING)

partial_index(
    "ix_messages_for_a_person", messages.c.account, messages.c.id, messages.c.opens_case, where=FOR_A_PERSON
)

OPENS_CASE: ColumnElement[bool] = and_(messages.c.opens_case, ~messages.c.own, ~messages.c.backlog)
"""Complaints and suggestions of people since the first contact: one in a dozen messages, asked for in every pass."""

partial_index("ix_messages_opens_case", messages.c.account, messages.c.sent_at, where=OPENS_CASE)

LISTED: ColumnElement[bool] = and_(~messages.c.own, messages.c.ig_id != literal_column("''"))
"""What people wrote, as a list shows it, newest first. The second half is true of every message: only queries that say
it are drawn to the indexes by time, so that those of the worker keep theirs."""

LISTED_FOR_A_PERSON: ColumnElement[bool] = and_(FOR_A_PERSON, messages.c.ig_id != literal_column("''"))

partial_index(
    "ix_messages_listed",
    messages.c.sent_at,
    messages.c.id,
    messages.c.label,
    messages.c.topic,
    messages.c.channel,
    messages.c.account,
    where=LISTED,
)
partial_index("ix_messages_listed_for_a_person", messages.c.sent_at, messages.c.id, where=LISTED_FOR_A_PERSON)

replies = Table(
    "replies",
    metadata,
    row_id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, unique=True),
    word("account"),
    word("status", index=True),
    Column(
        "purpose",
        String(20),
        nullable=False,
        server_default="thanks",
        comment="thanks, acknowledgement, answer or emergency",
    ),
    text("text"),
    Column("phrase", Integer, nullable=False, server_default=sql("-1")),
    *our_words(),
    Index("ix_replies_account_ig_id", "account", "ig_id"),
)

answers = Table(
    "answers",
    metadata,
    row_id(),
    Column("message_id", ForeignKey("messages.id"), nullable=False, index=True),
    word("account"),
    word("status", index=True),
    text("text"),
    Column("by", String(80), nullable=False, comment="the person who answers through ig-worker"),
    flag("human_agent", comment="sent later than a program may: within 7 days, by a person only"),
    Column("form", String(40), unique=True, comment="of the board: sent twice, it is one answer"),
    *our_words(),
    Index("ix_answers_account_ig_id", "account", "ig_id"),
)

taken_back = Table(
    "taken_back",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    word("account", index=True),
    moment("hidden_at", required=True),
    json_("kept"),
    comment="what messages said that their senders took back, until it is erased",
)

waiting_messages = Table(
    "waiting_messages",
    metadata,
    Column("message_id", ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    word("account"),
    moment("since", required=True),
    moment("told_at"),
    moment("reminded_at"),
    count("reminders"),
    moment("settled_at"),
    Column(
        "settled_by", String(80), nullable=False, server_default="", comment="a person, or what settled it"
    ),
)

partial_index(
    "ix_waiting_messages_open", waiting_messages.c.account, where=waiting_messages.c.settled_at.is_(None)
)
