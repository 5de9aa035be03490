"""Takes a person's word for what a message is, with all that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.reply import Status
from ig_worker.store import messages, replies
from ig_worker.store.database import Connection, Row


@dataclass(frozen=True)
class Relabelled:
    """Whether it was kept (not where the author changed the words meanwhile), and what follows, a sentence each."""

    kept: bool
    follows: tuple[str, ...] = ()


def relabel(
    connection: Connection,
    classifier: Classifier,
    message: Row[Any],
    label: str,
    topic: str | None,
    *,
    by: str,
    now: datetime,
    thanked_for: timedelta,
) -> Relabelled:
    """Keep what a person says of a message of ``messages.with_outcome``; without `topic` that stays as it is.

    `thanked_for` is how long the worker thanks for a praise (``[replies] max_age_hours``).
    """
    verdict = classifier.judge_as(message.text, label, topic or message.topic)
    # What is in the register is answered by those who work on the case.
    auto_thank = verdict.auto_thank and message.case_number is None
    what = f"relabelled from {message.label}, {message.topic} to {label}, {verdict.topic}"
    turned = {"turned_at": now} if verdict.opens_case and not message.opens_case else {}
    kept = messages.relabel(
        connection,
        message,
        now,
        what,
        by=by,
        label=verdict.label,
        topic=verdict.topic,
        confidence=verdict.confidence,
        auto_thank=auto_thank,
        needs_review=verdict.needs_review,
        opens_case=verdict.opens_case,
        danger=verdict.danger,
        reasons=list(verdict.reasons),
        **turned,
    )
    if not kept:
        return Relabelled(kept=False)
    skipped = None
    if not _fits(message.reply_purpose, verdict, thanks=auto_thank):
        reason = f"{by} says that it is {label}"
        skipped = replies.skip_planned(connection, message.id, reason, now, who=by)
    young = now - message.sent_at <= thanked_for
    follows = _follows(message, verdict, skipped=skipped, thanks=auto_thank, young=young)
    return Relabelled(kept=True, follows=tuple(follows))


def _fits(purpose: str | None, verdict: Verdict, *, thanks: bool) -> bool:
    """Whether words of the worker's that are planned still fit; the text for emergencies always does."""
    match purpose:
        case "thanks":
            return thanks
        case "acknowledgement":
            return verdict.opens_case
        case "answer":
            return verdict.label == "pertanyaan"
    return True


def _follows(
    message: Row[Any], verdict: Verdict, *, skipped: str | None, thanks: bool, young: bool
) -> Iterator[str]:
    answer = f"ig-worker inbox reply {message.id} TEXT --by NAME"
    if skipped is not None:
        yield f"What the worker was about to answer ({skipped}) is not sent."
    elif message.reply_status == Status.SENDING:
        yield "The worker's reply is on its way and cannot be called back."
    elif verdict.label != "pujian" and _was_thanked(message):
        yield f"It was thanked already, which cannot be unsaid; to answer it: {answer}"
    if message.backlog:
        yield "It was written before this account was first read: nothing else follows."
        return
    if message.case_number is not None:
        case = message.case_number
        yield f"It belongs to case {case}, which stays as it is: ig-worker cases show {case}"
    elif verdict.opens_case:
        yield "The worker makes a case of it in its next pass."
    elif verdict.label == "pertanyaan":
        yield f"It waits for an answer: {answer}"
    elif thanks and message.reply_status is None and not message.deleted:
        if young:
            yield "The worker thanks for it, unless something speaks against it."
        else:
            yield f"It is too old to be thanked by the worker; to answer it: {answer}"


def _was_thanked(message: Row[Any]) -> bool:
    return message.reply_purpose == "thanks" and message.reply_status in (Status.SENT, Status.UNCONFIRMED)
