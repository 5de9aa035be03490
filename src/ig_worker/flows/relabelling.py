"""Takes a person's word for what a message is, with all that follows from it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ig_worker.domain.classifier import Classifier, Verdict
from ig_worker.domain.reply import Status
from ig_worker.domain.seen import mark_of, require_unchanged
from ig_worker.store import messages, replies
from ig_worker.store.database import Connection, Row


class Follow(StrEnum):
    """What follows from a person's word; each entrance has its own sentence for it."""

    NOT_SAID = "not said"
    """What the worker was about to answer is not sent; ``about`` is what it was for (``replies.purpose``)."""
    ON_ITS_WAY = "on its way"
    """The worker's reply cannot be called back."""
    THANKED = "thanked"
    """It was thanked already, though it is no praise."""
    BACKLOG = "backlog"
    """It was written before the account was first read: nothing else follows."""
    IN_CASE = "in a case"
    """It belongs to a case, which stays as it is; ``about`` is its number."""
    OPENS_CASE = "opens a case"
    WAITS = "waits"
    """For an answer."""
    THANKS = "thanks"
    """The worker thanks for it, unless something speaks against it."""
    TOO_OLD = "too old"
    """To be thanked by the worker."""


@dataclass(frozen=True)
class Next:
    """One thing that follows, and what it is about where that must be said."""

    what: Follow
    about: str = ""


@dataclass(frozen=True)
class Relabelled:
    """Whether it was kept (not where the author changed the words meanwhile), and what follows."""

    kept: bool
    follows: tuple[Next, ...] = ()


def seen_of(message: Row[Any]) -> str:
    """The mark of what a person judges: the words, and what they were said to be."""
    return mark_of(message.text, message.label, message.topic, message.label_by)


def relabel(
    connection: Connection,
    message: Row[Any],
    label: str,
    topic: str | None,
    *,
    by: str,
    now: datetime,
    thanked_for: timedelta,
    seen: str | None = None,
) -> Relabelled:
    """Keep what a person says of a message of ``messages.with_outcome``; without `topic` that stays as it is.

    `thanked_for` is how long the worker thanks for a praise (``[replies] max_age_hours``). Raises ChangedMeanwhile
    where the message is another one than was `seen` (:func:`seen_of`).
    """
    require_unchanged(seen, seen_of(message), f"message {message.id}")
    verdict = Classifier.judge_as(message.text, label, topic or message.topic)
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
) -> Iterator[Next]:
    if skipped is not None:
        yield Next(Follow.NOT_SAID, skipped)
    elif message.reply_status == Status.SENDING:
        yield Next(Follow.ON_ITS_WAY)
    elif verdict.label != "pujian" and _was_thanked(message):
        yield Next(Follow.THANKED)
    if message.backlog:
        yield Next(Follow.BACKLOG)
    elif message.case_number is not None:
        yield Next(Follow.IN_CASE, message.case_number)
    elif verdict.opens_case:
        yield Next(Follow.OPENS_CASE)
    elif verdict.label == "pertanyaan":
        yield Next(Follow.WAITS)
    elif thanks and message.reply_status is None and not message.deleted:
        yield Next(Follow.THANKS if young else Follow.TOO_OLD)


def _was_thanked(message: Row[Any]) -> bool:
    return message.reply_purpose == "thanks" and message.reply_status in (Status.SENT, Status.UNCONFIRMED)
