"""Takes approved posts to Instagram, each exactly once.

What to do is decided in :mod:`ig_worker.domain.publication`; this flow does it and writes down what happened: intent,
commit, call, outcome. No transaction is open during a call, and whatever interrupts a call leaves the intent behind.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from ig_worker.domain.errors import (
    AccountBlocked,
    ContainerGone,
    IgWorkerError,
    MediaRejected,
    Misconfigured,
    NotReady,
    PermissionLost,
    Throttled,
    TokenExpired,
    Unanswered,
)
from ig_worker.domain.instagram import ContainerState, ContainerStatus, Kind, Media
from ig_worker.domain.publication import (
    ACTIVE,
    Decision,
    Event,
    Happened,
    Publication,
    Rules,
    Status,
    Step,
    apply,
    decide,
    setback_delay,
)
from ig_worker.domain.settling import CLOCKS_APART, settle
from ig_worker.flows.containers import Containers
from ig_worker.flows.outbox import Letter, Outbox
from ig_worker.flows.ports import Clock, Publishing, Staging
from ig_worker.store import accounts, posts
from ig_worker.store.database import Database
from ig_worker.store.posts import StoredPost

Thing = TypeVar("Thing")

log = logging.getLogger(__name__)

STOPS_THE_ACCOUNT = (TokenExpired, PermissionLost, AccountBlocked, Throttled)
"""Errors after which another call for this account would be useless or harmful."""

MOST_STEPS = 60
"""More steps than any post takes in a pass: a guard against a mistake, not a rule."""

LIMIT_AGE = timedelta(minutes=10)
"""How old the publishing limit's reading may be."""


class Publisher:
    """One account's publishing."""

    def __init__(
        self,
        account: str,
        database: Database,
        instagram: Publishing,
        staging: Staging,
        outbox: Outbox,
        clock: Clock,
        rules: Rules,
    ) -> None:
        self._account = account
        self._database = database
        self._instagram = instagram
        self._containers = Containers(instagram, staging)
        self._staging = staging
        self._outbox = outbox
        self._clock = clock
        self._rules = rules
        self._quiet_until: datetime | None = None

    def run(self) -> None:
        """One pass: everything that is due now, posts before their containers, and links last.

        Raises what stops the account (a dead token, throttling); nothing is lost by it.
        """
        now = self._clock.now()
        if self._quiet_until is not None and now < self._quiet_until:
            return
        try:
            with self._database.reading() as connection:
                waiting = posts.active(connection, self._account)
            spoilt: list[Exception] = []
            for post in sorted(waiting, key=_due_first):
                if decide(post.publication, self._clock.now(), self._rules).step is Step.WAIT:
                    continue
                try:
                    self._advance(post.id)
                except STOPS_THE_ACCOUNT:
                    raise
                except Exception as error:  # noqa: BLE001  # one spoilt post must not cost the others their time
                    spoilt.append(error)
            self._read_permalinks()
            if any(post.publication.status is not Status.APPROVED for post in waiting):
                self._read_limit(now)
            if spoilt:
                raise spoilt[0]
        except STOPS_THE_ACCOUNT as error:
            pause = error.wait_seconds if isinstance(error, Throttled) else 300
            self._quiet_until = self._clock.now() + timedelta(seconds=pause)
            raise

    def next_moment(self) -> datetime | None:
        """When something is due next, None when nothing waits."""
        now = self._clock.now()
        with self._database.reading() as connection:
            waiting = posts.active(connection, self._account)
        moments = [decide(post.publication, now, self._rules).until or now for post in waiting]
        return max(min(moments), self._quiet_until or now) if moments else None

    def _advance(self, post_id: int) -> None:
        for _ in range(MOST_STEPS):
            with self._database.reading() as connection:
                post = posts.get(connection, post_id)
            if post is None:
                return
            decision = decide(post.publication, self._clock.now(), self._rules)
            if decision.step in (Step.NOTHING, Step.WAIT):
                return
            if not self._take(post, decision):
                return

    def _take(self, post: StoredPost, decision: Decision) -> bool:
        """Take one step; says whether this pass should go on with the post."""
        match decision.step:
            case Step.HOLD_AS_LATE:
                return self._save(post, Happened(Event.HOLD, reason=decision.reason))
            case Step.FAIL:
                return self._save(post, Happened(Event.FAIL, reason=decision.reason))
            case Step.START:
                return self._save(post, Happened(Event.START))
            case Step.REMAKE:
                return self._remake(post, decision.reason)
            case Step.PUBLISH:
                return self._publish(post)
            case Step.ASK:
                return self._ask(post)
            case _:
                return self._prepare(post, decision.step)

    def _remake(self, post: StoredPost, reason: str) -> bool:
        """Let the container go, after a last look: it may have become ready while the worker was away."""
        if post.publication.status is Status.PREPARING:
            waits_for_children = post.publication.kind is Kind.CAROUSEL and not post.publication.container_id
            look = Step.LOOK_AT_CHILDREN if waits_for_children else Step.LOOK_AT_CONTAINER
            try:
                happened = self._containers.take(post, look, self._clock.now())
            except STOPS_THE_ACCOUNT:
                raise
            except IgWorkerError as error:
                log.info("post %s: no last look at its container: %s", post.row.key, error)
            else:
                if happened.event in (Event.CHILDREN_READY, Event.CONTAINER_READY):
                    return self._save(post, happened)
        return self._save(post, Happened(Event.CONTAINER_GONE, reason=reason))

    def _prepare(self, post: StoredPost, step: Step) -> bool:
        """Make containers and wait for them: nobody sees one, so everything here may be repeated freely."""
        now = self._clock.now()
        try:
            if step in (Step.MAKE_CHILD, Step.MAKE_CONTAINER):
                staged = self._containers.stage_missing(post)
                if staged:
                    with self._database.writing() as connection:
                        for position, name in staged.items():
                            posts.set_staged(connection, post.id, position, name)
                    return True
            happened = self._containers.take(post, step, now)
        except STOPS_THE_ACCOUNT as error:
            wait = error.wait_seconds if isinstance(error, Throttled) else 300
            self._save(
                post, Happened(Event.POSTPONE, reason=str(error), not_before=now + timedelta(seconds=wait))
            )
            raise
        except IgWorkerError as error:
            happened = _setback(post.publication, step, error, now)
            if isinstance(error, Misconfigured):
                self._save(post, happened)
                raise
        return self._save(post, happened) and happened.event is not Event.POSTPONE

    def _publish(self, post: StoredPost) -> bool:
        """The one dangerous call."""
        now = self._clock.now()
        intended = apply(post.publication, Happened(Event.INTEND), now)
        with self._database.writing() as connection:
            if not posts.save(connection, post, intended, now, "publishing"):
                return False
        with self._database.reading() as connection:
            post = _found(posts.get(connection, post.id))
        stop: IgWorkerError | None = None
        try:
            media_id = self._instagram.publish_container(post.publication.container_id)
            happened = Happened(Event.OUT, media_id=media_id)
        except Unanswered as error:
            happened = Happened(Event.UNCLEAR, reason=str(error))
        except ContainerGone as error:
            happened = Happened(Event.CONTAINER_GONE, reason=str(error))
        except MediaRejected as error:
            happened = Happened(Event.FAIL, reason=_with_cure(error))
        except IgWorkerError as error:
            # Refused and Throttled prove that nothing went out (domain/errors.py).
            wait = (
                error.wait_seconds
                if isinstance(error, Throttled)
                else 30
                if isinstance(error, NotReady)
                else 300
            )
            not_before = self._clock.now() + timedelta(seconds=wait)
            happened = Happened(Event.NOT_OUT, reason=str(error), not_before=not_before, never_sent=True)
            stop = error if isinstance(error, STOPS_THE_ACCOUNT) else None
        self._save(post, happened)
        if stop is not None:
            raise stop
        return happened.event is Event.CONTAINER_GONE

    def _ask(self, post: StoredPost) -> bool:
        """Find out what became of a publication whose outcome is unclear."""
        now = self._clock.now()
        container = self._container_now(post.publication.container_id)
        listed = self._listed_now(post)
        happened = settle(post.publication, container, listed, now, self._rules)
        log.info("asked about post %s: container %s, %s", post.row.key, container.status, happened.event)
        return self._save(post, happened)

    def _container_now(self, container_id: str) -> ContainerState:
        try:
            return self._instagram.container_states([container_id])[container_id]
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            return ContainerState(ContainerStatus.UNREADABLE, str(error))

    def _listed_now(self, post: StoredPost) -> list[Media] | None:
        since = _found(post.publication.intent_at) - CLOCKS_APART
        try:
            listed = self._instagram.media_since(since, kind=post.publication.kind)
        except STOPS_THE_ACCOUNT:
            raise
        except IgWorkerError as error:
            log.warning("cannot list what is published: %s", error)
            return None
        with self._database.reading() as connection:
            claimed = posts.claimed_media_ids(connection, self._account)
        return [media for media in listed if media.ig_id not in claimed]

    def _save(self, post: StoredPost, happened: Happened) -> bool:
        now = self._clock.now()
        after = apply(post.publication, happened, now)
        extra: dict[str, Any] = {"permalink_next_at": now} if happened.event is Event.OUT else {}
        with self._database.writing() as connection:
            if not posts.save(connection, post, after, now, _journal_line(happened), extra=extra):
                log.info("post %s was changed by someone else meanwhile", post.row.key)
                return False
            if after.status is not post.publication.status:
                letter = _letter(post, after)
                if letter is not None:
                    self._outbox.tell(connection, now, "content_team", letter)
        log.info("post %s: %s -> %s %s", post.row.key, post.publication.status, after.status, happened.reason)
        if after.status not in (*ACTIVE, Status.UNCONFIRMED):
            self._clear_stage(post.id)
        return True

    def _clear_stage(self, post_id: int) -> None:
        with self._database.writing() as connection:
            post = _found(posts.get(connection, post_id))
            for file in post.files:
                if file.staged:
                    self._staging.unstage(file.staged)
                    posts.set_staged(connection, post_id, file.position, "")

    def _read_limit(self, now: datetime) -> None:
        """Keep the publishing limit in view; it decides nothing here, so no error of it may stop anything."""
        with self._database.reading() as connection:
            row = accounts.get(connection, self._account)
        if row is None or (row.limit_read_at is not None and now - row.limit_read_at < LIMIT_AGE):
            return
        limit = None
        try:
            limit = self._instagram.publishing_limit()
        except IgWorkerError as error:
            log.warning("cannot read the publishing limit: %s", error)
        with self._database.writing() as connection:
            accounts.set_limit(connection, self._account, limit, now)

    def _read_permalinks(self) -> None:
        """A link is worth knowing, never worth a post (`instagram_api.md`, "After publishing")."""
        now = self._clock.now()
        with self._database.reading() as connection:
            waiting = posts.without_permalink(connection, self._account, now)
        for number, post in enumerate(waiting):
            try:
                permalink = self._instagram.permalink(post.publication.media_id)
            except IgWorkerError as error:
                log.warning("no link yet for post %s: %s", post.row.key, error)
                self._put_links_off(waiting[number:], now)
                return
            with self._database.writing() as connection:
                posts.set_values(connection, post.id, permalink=permalink, permalink_next_at=None)
                self._outbox.tell(connection, now, "partners", _partners_letter(post, permalink))

    def _put_links_off(self, waiting: Sequence[StoredPost], now: datetime) -> None:
        """One link that does not come is enough waiting for a pass: the next post may be due."""
        with self._database.writing() as connection:
            for post in waiting:
                age = now - _found(post.publication.published_at)
                again = now + timedelta(minutes=10) if age < timedelta(days=1) else None
                posts.set_values(connection, post.id, permalink_next_at=again)


def _setback(post: Publication, step: Step, error: IgWorkerError, now: datetime) -> Happened:
    """What an error while preparing means: another container, no way, or later."""
    if isinstance(error, ContainerGone):
        return Happened(Event.CONTAINER_GONE, reason=str(error))
    making = step in (Step.MAKE_CHILD, Step.MAKE_CONTAINER)
    no_way = error.said is not None and error.said.action == "fatal_input" and making
    if no_way:
        return Happened(Event.FAIL, reason=f"Instagram does not take it: {error.said}")
    if isinstance(error, MediaRejected):
        return Happened(Event.FAIL, reason=_with_cure(error))
    return Happened(Event.POSTPONE, reason=_with_cure(error), not_before=now + setback_delay(post))


def _due_first(post: StoredPost) -> tuple[bool, datetime]:
    return post.publication.status is not Status.READY, post.publication.scheduled_at


def _found(thing: Thing | None) -> Thing:
    assert thing is not None
    return thing


def _with_cure(error: IgWorkerError) -> str:
    return f"{error}: {error.cure}" if error.cure else str(error)


def _journal_line(happened: Happened) -> str:
    return f"{happened.event}: {happened.reason}" if happened.reason else happened.event.value


_SAID: Mapping[Status, str] = {
    Status.FAILED: "tidak dapat diterbitkan",
    Status.HELD: "ditahan dan menunggu keputusan",
    Status.UNCONFIRMED: "belum pasti sudah terbit atau belum; mohon dilihat di Instagram",
}


def _letter(post: StoredPost, after: Publication) -> Letter | None:
    said = _SAID.get(after.status)
    if said is None:
        return None
    kind = "Story" if after.kind is Kind.STORY else "Postingan"
    title = f"{kind} {post.row.key} {said}"
    body = (
        f"{title}.\nAlasan: {after.last_error or '-'}\n"
        f"Tindakan: ig-worker posts show {post.id}, lalu approve, reschedule, cancel atau confirm."
    )
    return Letter(key=f"post:{post.id}:{after.status}:{post.version}", title=title, body=body)


def _partners_letter(post: StoredPost, permalink: str) -> Letter:
    title = f"Postingan baru: {post.row.segment}" if post.row.segment else "Postingan baru"
    return Letter(key=f"post:{post.id}:published", title=title, body=f"{title}\n{permalink}")
