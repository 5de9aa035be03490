"""Takes approved posts to Instagram, each exactly once.

What to do is decided in :mod:`ig_worker.domain.publication`; this flow does it and writes down what happened: intent,
commit, call, outcome. No transaction is open during a call, and whatever interrupts a call leaves the intent behind.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial

from ig_worker.domain.errors import (
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    NotReady,
    Unanswered,
)
from ig_worker.domain.instagram import ContainerState, ContainerStatus, Media
from ig_worker.domain.pacing import ON_TIME, READ_EVERY, in_turn, is_late
from ig_worker.domain.publication import (
    Decision,
    Event,
    Happened,
    Rules,
    Status,
    Step,
    believed,
    decide,
    late_from,
)
from ig_worker.domain.settling import CLOCKS_APART, are_twins, settle
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.ports import Chance, Clock, Publishing, Staging
from ig_worker.flows.publishing.after_restore import AfterRestore
from ig_worker.flows.publishing.allowance import PublishingAllowance
from ig_worker.flows.publishing.book import STOPS_THE_ACCOUNT, PostBook, never_taken
from ig_worker.flows.publishing.containers import Containers
from ig_worker.flows.publishing.permalinks import Permalinks
from ig_worker.flows.publishing.preparing import NOT_APPROVED, Preflight, Preparation, still_approved
from ig_worker.flows.publishing.quiet import pause_after
from ig_worker.flows.publishing.reasons import why
from ig_worker.store import posts, publishing
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

STATES = (Status.READY, Status.PUBLISHING)

TO_COME = (Status.APPROVED, Status.PREPARING, Status.READY)
"""The states of a post that can become too late."""

JUST_AFTER = timedelta(milliseconds=1)

MOST_ROUNDS = 1000
"""More posts than any account has under way: a guard against a mistake, not a rule."""


class Publisher:
    """One account's publishing, in three parts: ``prepare`` before the hour, ``publish`` at it, ``follow_up`` after.

    The first and the last share a lane, ``publish`` has one of its own; a post that both lanes look at goes to whoever
    saves first. `ready` and `gone` are called when a post becomes the other lane's: its container is ready, or lost.
    `sure_of_time` makes sure that the `clock` may be believed before anything goes out, or is held as too late; False
    where it had to ask.
    While the account is `stopped` nothing is asked of Instagram: posts wait, and what is too late is held.
    """

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Publishing,
        staging: Staging,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
        *,
        zone: tzinfo = UTC,
        chance: Chance | None = None,
        preflight: Preflight | None = None,
        ready: Callable[[], object] = lambda: None,
        gone: Callable[[], object] = lambda: None,
        sure_of_time: Callable[[], bool] = lambda: True,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._clock = clock
        self._rules = rules
        self._gone = gone
        self._sure_of_time = sure_of_time
        self._book = PostBook(account, database, outbox, clock, stopped)
        self._allowance = PublishingAllowance(self._book, instagram, zone)
        self._after_restore = AfterRestore(self._book, instagram)
        chance = chance or random.Random()
        containers = Containers(instagram, staging, chance)
        self._preparation = Preparation(
            self._book, containers, self._allowance, rules, chance, preflight, ready, sure_of_time
        )
        self._permalinks = Permalinks(self._book, instagram, staging)

    def run(self) -> None:
        """One pass of everything: what is ready and due, what is to be prepared, what that made ready, the links.

        Raises what stops the account (a dead token, throttling); nothing is lost by it.
        """
        begun = self._clock.now()
        spoilt: list[Exception] = []
        publish = partial(self.publish, begun)
        for part in (publish, self.prepare, publish, self.follow_up):
            try:
                part()
            except STOPS_THE_ACCOUNT:
                raise
            except Exception as error:  # noqa: BLE001  # a post that cannot be prepared delays no other one
                spoilt.append(error)
        if spoilt:
            raise spoilt[0]

    def prepare(self) -> None:
        """Make and await the containers of what is due soon, and keep the publishing limit in view."""
        if self._book.quiet.until or self._after_restore.is_open():
            return
        try:
            spoilt = self._preparation.run()
        except STOPS_THE_ACCOUNT as error:
            self._book.quiet.begin(error)
            raise
        if self._book.waiting((*STATES, Status.PREPARING)):
            self._allowance.look()
        if spoilt:
            raise spoilt[0]

    def publish(self, seen_at: datetime | None = None) -> None:
        """Send out what is ready and due, then ask about what is unclear; one that is due goes before any question.

        `seen_at` is when the pass began, if that was earlier. In the quiet what is too late by then is held: people
        are to know it while it is of use.
        """
        if self._book.quiet.until:
            self._hold_what_is_late()
            return
        seen_at = seen_at or self._clock.now()
        spoilt: dict[int, Exception] = {}
        try:
            if self._after_restore.is_open():
                self._after_restore.look_for_all()
                if self._after_restore.is_open():
                    return
                self._gone()
            for _ in range(MOST_ROUNDS):
                post = self._next(seen_at, set(spoilt))
                if post is None:
                    break
                try:
                    self._take(*post)
                except STOPS_THE_ACCOUNT:
                    raise
                except Exception as error:  # noqa: BLE001  # one spoilt post must not cost the others their time
                    spoilt[post[0].id] = error
        except STOPS_THE_ACCOUNT as error:
            self._book.quiet.begin(error)
            raise
        if spoilt:
            raise next(iter(spoilt.values()))

    def follow_up(self) -> None:
        """What comes afterwards: files are no longer served, links are read, the partners are told.

        Not while a post of any account is about to go out: its time is worth more than a link.
        """
        now = self._clock.now()
        with self._database.reading() as connection:
            if publishing.due_between(connection, now - ON_TIME, now):
                return
        self._permalinks.clear_stage()
        if not self._book.quiet.until:
            self._permalinks.read()

    def next_moment(self) -> datetime | None:
        """When something is to be done next, None when nothing waits."""
        moments = [self.next_to_prepare(), self.next_to_publish()]
        return min((moment for moment in moments if moment is not None), default=None)

    def next_to_prepare(self) -> datetime | None:
        """When ``prepare`` has something to do next."""
        if self._after_restore.is_open():
            return None
        return self._not_in_the_quiet(self._preparation.next_moment(self._clock.now()))

    def next_to_publish(self) -> datetime | None:
        """When ``publish`` has something to do next."""
        now = self._clock.now()
        # First of all, and by itself: what becomes due is prepared only afterwards, so nothing else would come up.
        moment = self._after_restore.next_look()
        if moment is None:
            moments = [decision.until or now for _, decision in self._decisions(now)]
            moment = min(moments, default=None)
        moment = self._not_in_the_quiet(moment)
        return min((each for each in (moment, self._next_too_late()) if each is not None), default=None)

    def next_to_follow_up(self) -> datetime | None:
        """When ``follow_up`` has something to do next."""
        with self._database.reading() as connection:
            moment = publishing.next_follow_up(connection, self._account, self._clock.now())
        return self._not_in_the_quiet(moment)

    def _not_in_the_quiet(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else max(moment, self._book.quiet.until or moment)

    def _next_too_late(self) -> datetime | None:
        """When, in the quiet, the next post will be too late."""
        quiet_until = self._book.quiet.until
        if quiet_until is None:
            return None
        soon = self._to_come(quiet_until)
        return min((late_from(post.publication, self._rules) + JUST_AFTER for post in soon), default=None)

    def _to_come(self, until: datetime) -> list[StoredPost]:
        with self._database.reading() as connection:
            soon = posts.active(connection, self._account, TO_COME, until=until)
            return publishing.not_paused(connection, self._account, soon, self._clock.now())

    def _hold_what_is_late(self) -> None:
        now = self._clock.now()
        for post in self._to_come(now):
            decision = decide(post.publication, now, self._rules)
            if decision.step is Step.HOLD_AS_LATE:
                self._take(post, decision)

    def _decisions(self, seen_at: datetime) -> list[tuple[StoredPost, Decision]]:
        now = self._clock.now()
        with self._database.reading() as connection:
            active = posts.active(connection, self._account, STATES)
            waiting = publishing.not_paused(connection, self._account, active, now)
            decided = [(post, decide(post.publication, now, self._rules)) for post in waiting]
            # Only a late post has to know when the last one went out; at the hour itself nothing is asked in vain.
            if not any(is_late(post.publication, decision, seen_at) for post, decision in decided):
                return decided
            last_out = publishing.last_out(connection, self._account)
        return [
            (post, in_turn(decision, post.publication, seen_at, last_out, self._rules))
            for post, decision in decided
        ]

    def _next(self, seen_at: datetime, spoilt: set[int]) -> tuple[StoredPost, Decision] | None:
        """What to do next: a publication before a question, the urgent and the older before the others."""
        to_do = [
            (post, decision)
            for post, decision in self._decisions(seen_at)
            if decision.step not in (Step.NOTHING, Step.WAIT) and post.id not in spoilt
        ]
        return min(to_do, key=_due_first, default=None)

    def _take(self, post: StoredPost, decision: Decision) -> None:
        match decision.step:
            case Step.HOLD_AS_LATE:
                # By a clock that a power cut has put hours ahead half a day of posts would be too late.
                if self._book.quiet.until or self._sure_of_time():
                    self._book.save(post, Happened(Event.HOLD, reason=decision.reason))
            case Step.REMAKE:
                self._save(post, Happened(Event.CONTAINER_GONE, reason=decision.reason))
            case Step.PUBLISH:
                # Where the time has only now become known, all is decided anew: it may not be due at all.
                if self._sure_of_time():
                    self._publish(post)
            case _:
                self._ask(post)

    def _publish(self, post: StoredPost) -> None:
        """The one dangerous call."""
        now = self._clock.now()
        if not still_approved(post):
            self._book.save(post, Happened(Event.HOLD, reason=NOT_APPROVED))
            return
        if (later := self._allowance.put_off(post, now)) is not None:
            self._book.save(post, later)
            return
        if (known := self._after_restore.before_publishing(post)) is not None:
            self._book.save(post, known)
            return
        intended = self._book.save(post, Happened(Event.INTEND))
        if intended is None:
            return
        stop: IgWorkerError | None = None
        try:
            media_id = self._instagram.publish_container(intended.publication.container_id)
            happened = Happened(Event.OUT, media_id=media_id)
        except Unanswered as error:
            happened = Happened(Event.UNCLEAR, reason=why(error))
        except ContainerGone as error:
            happened = Happened(Event.CONTAINER_GONE, reason=why(error))
        except MediaRejected as error:
            happened = Happened(Event.FAIL, reason=never_taken(error))
        except IgWorkerError as error:
            # Refused and Throttled prove that nothing went out (domain/errors.py).
            used_up = self._allowance.refused(error, self._clock.now())
            happened = self._not_out(error, used_up=used_up)
            stop = error if isinstance(error, (*STOPS_THE_ACCOUNT, Misconfigured)) and not used_up else None
        self._save(intended, believed(intended.publication, happened))
        if stop is not None:
            raise stop

    def _not_out(self, error: IgWorkerError, *, used_up: bool) -> Happened:
        wait = pause_after(error)
        if used_up:
            wait = READ_EVERY
        elif isinstance(error, NotReady):
            wait = timedelta(seconds=30)
        not_before = self._clock.now() + wait
        return Happened(Event.NOT_OUT, reason=why(error), not_before=not_before, never_sent=True)

    def _save(self, post: StoredPost, happened: Happened) -> None:
        after = self._book.save(post, happened)
        if after is not None and after.publication.status is Status.APPROVED:
            self._gone()

    def _ask(self, post: StoredPost) -> None:
        """Find out what became of a publication whose outcome is unclear."""
        now = self._clock.now()
        container = self._container_now(post.publication.container_id)
        listed = self._listed_now(post)
        unclear = self._book.waiting((Status.PUBLISHING, Status.UNCONFIRMED))
        has_twin = any(
            each.id != post.id and are_twins(each.publication, post.publication) for each in unclear
        )
        happened = settle(post.publication, container, listed, now, self._rules, has_twin=has_twin)
        log.info(
            "asked about post %s: container %s, %s",
            post.row.key,
            container.status,
            happened.event,
            extra={"action": "ask", "account": self._account, "post": post.id},
        )
        self._save(post, happened)

    def _container_now(self, container_id: str) -> ContainerState:
        try:
            return self._instagram.container_states([container_id])[container_id]
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            return ContainerState(ContainerStatus.UNREADABLE, str(error))

    def _listed_now(self, post: StoredPost) -> list[Media] | None:
        intent_at = post.publication.intent_at
        assert intent_at is not None
        try:
            listed = self._instagram.media_since(intent_at - CLOCKS_APART, kind=post.publication.kind)
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            log.warning("cannot list what is published: %s", error)
            return None
        with self._database.reading() as connection:
            claimed = posts.claimed_media_ids(connection, self._account)
        return [media for media in listed if media.ig_id not in claimed]


def _due_first(found: tuple[StoredPost, Decision]) -> tuple[bool, bool, datetime]:
    post, decision = found
    return decision.step is Step.ASK, not post.row.options.get("urgent"), post.publication.scheduled_at
