"""What people wrote in a month, counted on the shelves themselves: a year has tens of thousands of messages."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from ig_worker.domain.evaluation.messages import Heard, Pile
from ig_worker.domain.reply import Purpose, Status
from ig_worker.store import purged, waiting
from ig_worker.store.answered import answered_among
from ig_worker.store.schema import accounts, answers, messages, replies


def heard(connection: Connection, account: str, before: datetime, begin: datetime, end: datetime) -> Heard:
    """What people wrote from ``begin`` until before ``end``, and from ``before`` until then, by the time they sent it.

    What was purged since is counted in. As in the daily report, what was there before the inbox was watched (backlog)
    is not counted; it is in ``older``.
    """
    piles: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    older = 0
    period = case((messages.c.sent_at >= begin, 0), else_=1).label("period")
    kinds = (period, messages.c.backlog, messages.c.label, messages.c.topic, messages.c.channel)
    query = select(*kinds, func.count().label("count")).where(
        messages.c.account == account,
        ~messages.c.own,
        messages.c.sent_at >= before,
        messages.c.sent_at < end,
    )
    for row in connection.execute(query.group_by(*kinds)):
        if not row.backlog:
            piles[row.label, row.topic, row.channel][row.period] += row[-1]
        elif row.period == 0:
            older += row[-1]
    written = and_(
        messages.c.account == account,
        ~messages.c.own,
        ~messages.c.backlog,
        messages.c.sent_at >= begin,
        messages.c.sent_at < end,
    )
    gone, gone_before = (purged.in_month(connection, account, _first_day(at)) for at in (begin, before))
    for period_of, counts_of in enumerate((gone, gone_before)):
        for (kind, label), count in counts_of.items():
            if kind == purged.MESSAGE:
                piles[_three(label)][period_of] += count
            elif kind == purged.BACKLOG and period_of == 0:
                older += count
    return Heard(
        [Pile(*kind, *counts) for kind, counts in sorted(piles.items())],
        len(thanked(connection, written)) + gone.get((purged.THANKED, ""), 0),
        _waiting(connection, account, written),
        older,
        _watched_since(connection, account),
    )


def _first_day(begin: datetime) -> date:
    """The first day of the month that begins then, at midnight of any zone."""
    return (begin.astimezone(UTC) + timedelta(hours=15)).date().replace(day=1)


def _three(label: str) -> tuple[str, str, str]:
    label, topic, channel = label.split("/")
    return label, topic, channel


def thanked(connection: Connection, which: ColumnElement[bool]) -> set[int]:
    """Of the praise among these messages: that which was thanked by the worker or answered by a person, here or in the
    app."""
    by_the_worker = exists().where(
        replies.c.message_id == messages.c.id,
        replies.c.status == Status.SENT.value,
        replies.c.purpose == Purpose.THANKS.value,
    )
    by_a_person = exists().where(answers.c.message_id == messages.c.id, answers.c.status == Status.SENT.value)
    line = messages.alias("line")
    # In the app an answer hangs on the comment; in a conversation it could be to anything.
    in_the_app = exists().where(
        line.c.account == messages.c.account,
        line.c.parent_id == messages.c.ig_id,
        line.c.own,
        ~line.c.deleted,
    )
    query = select(messages.c.id).where(
        which, messages.c.label == "pujian", or_(by_the_worker, by_a_person, in_the_app)
    )
    return set(connection.execute(query).scalars())


def _waiting(connection: Connection, account: str, written: ColumnElement[bool]) -> int:
    """How many wait for a person now, as the board and the daily report count them."""
    unanswered = waiting.unanswered(connection, written)
    spoken = [message_id for message_id, spoken in unanswered.items() if spoken]
    return len(unanswered) - len(answered_among(connection, account, spoken))


def _watched_since(connection: Connection, account: str) -> datetime | None:
    """When the inbox was read first; what reaches back a little further counts as watched."""
    polled = select(accounts.c.first_polled_at).where(accounts.c.name == account)
    oldest = select(func.min(messages.c.sent_at)).where(
        messages.c.account == account, ~messages.c.own, ~messages.c.backlog
    )
    found = [connection.execute(query).scalar() for query in (polled, oldest)]
    return min((at for at in found if at is not None), default=None)
