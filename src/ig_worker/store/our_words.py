"""What the shelves of replies and of first comments share: our own words on their way, as columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from ig_worker.domain.reply import Reply, Status


def reply_of(row: Row[Any]) -> Reply:
    """The state of the words that lie in this row."""
    return Reply(
        status=Status(row.status),
        asked_at=row.asked_at,
        due_at=row.due_at,
        intent_at=row.intent_at,
        call_ended_at=row.call_ended_at,
        calls=row.calls,
        questions=row.questions,
        empty_looks=row.empty_looks,
        said_no=row.said_no,
        ig_id=row.ig_id,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )


def columns_of(reply: Reply) -> dict[str, Any]:
    """Everything of it that changes on the way; ``asked_at`` is written once."""
    return {
        "status": reply.status.value,
        "due_at": reply.due_at,
        "intent_at": reply.intent_at,
        "call_ended_at": reply.call_ended_at,
        "calls": reply.calls,
        "questions": reply.questions,
        "empty_looks": reply.empty_looks,
        "said_no": reply.said_no,
        "ig_id": reply.ig_id,
        "sent_at": reply.sent_at,
        "last_error": reply.last_error,
    }
