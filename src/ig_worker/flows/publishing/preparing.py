"""The publisher's hand for what comes before the hour: checks, containers, and waiting until Meta has fetched all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from operator import itemgetter

from ig_worker.domain.errors import ContainerGone, IgWorkerError, MediaRejected, Misconfigured
from ig_worker.domain.instagram import Kind
from ig_worker.domain.pacing import READ_EVERY, setback_delay
from ig_worker.domain.publication import (
    Decision,
    Event,
    Happened,
    Publication,
    Rules,
    Status,
    Step,
    decide,
)
from ig_worker.flows.ports import Chance
from ig_worker.flows.publishing.allowance import PublishingAllowance
from ig_worker.flows.publishing.book import STOPS_THE_ACCOUNT, PostBook, never_taken
from ig_worker.flows.publishing.containers import Containers
from ig_worker.flows.publishing.quiet import pause_after
from ig_worker.flows.publishing.reasons import why
from ig_worker.store import posts, publishing
from ig_worker.store.database import Connection
from ig_worker.store.posts import StoredPost

log = logging.getLogger(__name__)

STATES = (Status.APPROVED, Status.PREPARING)

MOST_STEPS, MOST_ROUNDS = 60, 1000
"""More than any post takes in a pass, and than any account has posts: guards against a mistake, no rules."""

NOT_APPROVED = "isinya berubah setelah disetujui; mohon disetujui lagi"
"""Why a post is held whose approval is not for what it is now."""

Preflight = Callable[[StoredPost, datetime], str]
"""Looks once more, before containers are made, for what Instagram would refuse; returns why not, or nothing."""


class Preparation:
    """Makes containers and waits for them: nobody sees one, so everything here may be repeated freely."""

    def __init__(
        self,
        book: PostBook,
        containers: Containers,
        allowance: PublishingAllowance,
        rules: Rules,
        chance: Chance,
        preflight: Preflight | None,
        ready: Callable[[], object],
        sure_of_time: Callable[[], bool],
    ) -> None:
        self._book = book
        self._containers = containers
        self._allowance = allowance
        self._rules = rules
        self._chance = chance
        self._preflight = preflight
        self._ready = ready
        self._sure_of_time = sure_of_time

    def run(self) -> list[Exception]:
        """One pass: what is ready meanwhile is seen before other pictures are made, which takes longer.

        Returns what spoilt a post, raises what stops the account.
        """
        spoilt: list[Exception] = []
        left: set[int] = set()
        for _ in range(MOST_ROUNDS):
            post = self._next(left)
            if post is None:
                break
            try:
                if not self._advance(post):
                    left.add(post.id)
            except STOPS_THE_ACCOUNT:
                raise
            except Exception as error:  # noqa: BLE001  # one spoilt post must not cost the others their time
                spoilt.append(error)
                left.add(post.id)
        return spoilt

    def _next(self, left: Collection[int]) -> StoredPost | None:
        """The post to go on with: one that waits to be looked at, then the urgent, then the earliest."""
        now = self._book.clock.now()
        to_do = []
        with self._book.database.reading() as connection:
            near = self._near(connection, now)
        for post in near:
            step = decide(post.publication, now, self._rules).step
            if step not in (Step.NOTHING, Step.WAIT) and post.id not in left:
                looking = step in (Step.LOOK_AT_CHILDREN, Step.LOOK_AT_CONTAINER)
                order = (not looking, not post.row.options.get("urgent"), post.publication.scheduled_at)
                to_do.append((order, post))
        return min(to_do, key=itemgetter(0))[1] if to_do else None

    def _near(self, connection: Connection, now: datetime) -> list[StoredPost]:
        """The posts to be prepared by now; what is due and waits for the end of a crisis is left as it is."""
        near = posts.active(connection, self._book.account, STATES, until=now + self._rules.prepare_ahead)
        return publishing.not_paused(connection, self._book.account, near, now)

    def next_moment(self, now: datetime) -> datetime | None:
        """When something is to be prepared or looked at next."""
        horizon = now + self._rules.prepare_ahead
        with self._book.database.reading() as connection:
            near = self._near(connection, now)
            far = publishing.next_planned(connection, self._book.account, horizon)
        moments = [decide(post.publication, now, self._rules).until or now for post in near]
        if far is not None:
            moments.append(far - self._rules.prepare_ahead)
        return min(moments, default=None)

    def _advance(self, post: StoredPost) -> bool:
        """Go on with the post until it has to wait; says whether anything was done, or somebody was faster."""
        current: StoredPost | None = post
        steps = 0
        while current is not None and current.publication.status in STATES and steps < MOST_STEPS:
            decision = decide(current.publication, self._book.clock.now(), self._rules)
            if decision.step in (Step.NOTHING, Step.WAIT):
                break
            steps += 1
            current = self._take(current, decision)
        if current is not None and current.publication.status is Status.READY:
            self._ready()
        return current is not None

    def _take(self, post: StoredPost, decision: Decision) -> StoredPost | None:
        """The post after a step; None where somebody was faster, or this pass is done with it."""
        match decision.step:
            case Step.HOLD_AS_LATE:
                if not self._sure_of_time():
                    return post  # to be decided anew, now that the time is known
                return self._book.save(post, Happened(Event.HOLD, reason=decision.reason))
            case Step.FAIL:
                return self._book.save(post, Happened(Event.FAIL, reason=decision.reason))
            case Step.START:
                return self._start(post)
            case Step.REMAKE:
                return self._remake(post, decision.reason)
            case _:
                return self._prepare(post, decision.step)

    def _start(self, post: StoredPost) -> StoredPost | None:
        """Begin with a post that is still what was approved, and that Instagram would take."""
        reason = "" if still_approved(post) else NOT_APPROVED
        if not reason and self._preflight is not None:
            reason = self._preflight(post, self._book.clock.now())
        event = Happened(Event.HOLD, reason=reason) if reason else Happened(Event.START)
        return self._book.save(post, event)

    def _remake(self, post: StoredPost, reason: str) -> StoredPost | None:
        """Let the container go, after a last look: it may have become ready while the worker was away."""
        waits_for_children = post.publication.kind is Kind.CAROUSEL and not post.publication.container_id
        look = Step.LOOK_AT_CHILDREN if waits_for_children else Step.LOOK_AT_CONTAINER
        try:
            happened = self._containers.take(post, look, self._book.clock.now())
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            log.info("post %s: no last look at its container: %s", post.row.key, error)
        else:
            if happened.event in (Event.CHILDREN_READY, Event.CONTAINER_READY):
                return self._book.save(post, happened)
        return self._book.save(post, Happened(Event.CONTAINER_GONE, reason=reason))

    def _prepare(self, post: StoredPost, step: Step) -> StoredPost | None:
        now = self._book.clock.now()
        try:
            if step in (Step.MAKE_CHILD, Step.MAKE_CONTAINER) and (
                staged := self._containers.stage_missing(post)
            ):
                return self._note_staged(post, staged)
            happened = self._containers.take(post, step, now)
        except STOPS_THE_ACCOUNT as error:
            if self._allowance.refused(error, now):
                self._book.save(
                    post, Happened(Event.POSTPONE, reason=why(error), not_before=now + READ_EVERY)
                )
                return None
            later = Happened(Event.POSTPONE, reason=why(error), not_before=now + pause_after(error))
            self._book.save(post, later)
            raise
        except IgWorkerError as error:
            happened = self._setback(post.publication, step, error, now)
            if isinstance(error, Misconfigured):
                self._book.save(post, happened)
                raise
        return self._book.save(post, happened)

    def _note_staged(self, post: StoredPost, staged: Mapping[int, str]) -> StoredPost | None:
        """Note under which names the files are served; None where the post was changed meanwhile, and has others."""
        with self._book.database.writing() as connection:
            if posts.is_unchanged(connection, post):
                for position, name in staged.items():
                    posts.set_staged(connection, post.id, position, name)
                return posts.get(connection, post.id)
        self._containers.unstage(staged.values())
        return None

    def _setback(self, post: Publication, step: Step, error: IgWorkerError, now: datetime) -> Happened:
        """What an error while preparing means: another container, no way, or later."""
        if isinstance(error, ContainerGone):
            return Happened(Event.CONTAINER_GONE, reason=why(error))
        making = step in (Step.MAKE_CHILD, Step.MAKE_CONTAINER)
        no_way = error.said is not None and error.said.action == "fatal_input" and making
        if no_way:
            return Happened(Event.FAIL, reason=never_taken(error))
        if isinstance(error, MediaRejected):
            return Happened(Event.FAIL, reason=never_taken(error))
        delay = setback_delay(post, self._chance.uniform(0.75, 1.25))
        return Happened(Event.POSTPONE, reason=why(error), not_before=now + delay)


def still_approved(post: StoredPost) -> bool:
    """Whether what was approved is what the post is now: texts, media bytes, kind and account."""
    return bool(post.row.approved_hash) and post.row.approved_hash == post.row.content_hash
