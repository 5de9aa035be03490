"""Reads every comment and message once, and judges it.

A post is read only when its count of comments changed, and a young one now and then besides: an edit, or one comment
gone and another come, does not show in the count. A conversation is read only when its time of change did. What is read
is stored and judged in one transaction per page, and the mark "all of this is stored" moves with the last one, so a
crash anywhere repeats a little reading and nothing else (`instagram_api.md`, sections C and D).
"""

from __future__ import annotations

from datetime import datetime

from ig_worker.domain.classifier import Classifier
from ig_worker.domain.errors import IgWorkerError, Throttled
from ig_worker.flows.inbox.backlog import BacklogNews
from ig_worker.flows.inbox.comments import CommentReader
from ig_worker.flows.inbox.conversations import ConversationReader
from ig_worker.flows.inbox.gaps import GapFinder
from ig_worker.flows.inbox.keeping import Keeper
from ig_worker.flows.inbox.pace import Pace
from ig_worker.flows.inbox.rules import Rules
from ig_worker.flows.inbox.unreadable import Unreadable
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Clock, Inbox
from ig_worker.store import accounts
from ig_worker.store.database import Database


class InboxReader:
    """One account's comments and messages."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Inbox,
        classifier: Classifier,
        clock: Clock,
        rules: Rules,
        outbox: Outbox = Outbox({}),  # noqa: B008  # nobody to be told; it is never changed
    ) -> None:
        self._account = account
        self._database = database
        self._clock = clock
        self._rules = rules
        self._pace = Pace(account, instagram, rules.every)
        keeper = Keeper(account, classifier, rules.own_numbers)
        self._comments = CommentReader(account, database, instagram, keeper, outbox, self._pace, rules)
        gaps = GapFinder(account, database, instagram, outbox, clock, rules.zone)
        self._conversations = ConversationReader(
            account, database, instagram, keeper, gaps, self._pace, clock, rules.redacts_unsent
        )
        self._backlog = BacklogNews(account, database, outbox, clock, rules.zone)
        self._unreadable = Unreadable(account, database, outbox, rules.zone)

    def run(self) -> None:
        """Read what is new, if the budget of calls has room for a poll now.

        Comments come first; an error in them does not keep the messages from being read. Raises Throttled also while
        Meta wants no calls for either, and nothing is asked.
        """
        now = self._clock.now()
        if not self._pace.begin(now):
            return
        with self._database.writing() as connection:
            before = accounts.first_polled(connection, self._account, now) - self._rules.backlog
        try:
            whole = self._read(now, before)
        except IgWorkerError:
            self._tell(now, whole=False)
            raise
        if whole and not self._conversations.owes(now):
            with self._database.noting() as connection:
                accounts.wholly_read(connection, self._account, now)
        self._tell(now, whole=whole)

    def _tell(self, now: datetime, *, whole: bool) -> None:
        """What people should know after a poll."""
        self._backlog.after_poll(whole=whole)
        self._unreadable.tell(self._comments.failing(now), self._conversations.failing(now), now)

    def _read(self, now: datetime, before: datetime) -> bool:
        """Read; says whether nothing was left for later. Raises Throttled at once, and else what failed first."""
        failed: IgWorkerError | None = None
        all_comments = all_messages = False
        self._pace.begin_part()
        try:
            all_comments = self._comments.run(now, before)
        except Throttled as error:
            self._pace.stay_away(error, self._clock.now())
            raise
        except IgWorkerError as error:
            failed = error
        self._pace.begin_part()
        try:
            self._pace.check_messages(now)
        except Throttled as error:
            raise failed or error from None
        try:
            all_messages = self._conversations.run(now, before)
        except Throttled as error:
            self._pace.stay_away_from_messages(error, self._clock.now())
            raise
        except IgWorkerError as error:
            failed = failed or error
        if failed is not None:
            raise failed
        return all_comments and all_messages
