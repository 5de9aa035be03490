"""Whatever happens to a post, in any order and at any time, the rules hold: random walks through the machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from ig_worker.domain.instagram import ContainerState, ContainerStatus, Kind, Media
from ig_worker.domain.publication import (
    TRANSITIONS,
    Event,
    Happened,
    Publication,
    Rules,
    Status,
    Step,
    apply,
    decide,
)
from ig_worker.domain.settling import settle

DUE = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RULES = Rules()
SAYS_NOT_OUT = (Event.NOT_OUT, Event.CONTAINER_GONE, Event.FAIL)
pauses = st.integers(0, 4 * 3600).map(lambda seconds: timedelta(seconds=seconds))
kinds = st.sampled_from(list(Kind))
a_few = settings(max_examples=50)  # a walk is up to sixty moves long


@dataclass(frozen=True)
class Move:
    """One move of a walk."""

    before: Publication
    happened: Happened
    after: Publication
    now: datetime


def walk(data: DataObject) -> Iterator[Move]:
    """Up to sixty moves, each one that the table allows, at times that only grow."""
    post = Publication(
        Status.DRAFT, data.draw(kinds), "Posyandu", DUE, media_count=data.draw(st.integers(1, 10))
    )
    now = DUE - timedelta(hours=data.draw(st.integers(0, 48)))
    for number in range(data.draw(st.integers(1, 60))):
        allowed = [event for state, event in TRANSITIONS if state is post.status]
        if not allowed:
            return
        now += data.draw(pauses)
        happened = Happened(
            data.draw(st.sampled_from(allowed)),
            container_id=f"c{number}",
            media_id=f"m{number}",
            reason=data.draw(st.sampled_from(["", "Instagram is slow"])),
            not_before=data.draw(st.none() | pauses.map(lambda pause, now=now: now + pause)),
        )
        after = apply(post, happened, now)
        yield Move(post, happened, after, now)
        post = after


@a_few
@given(st.data(), pauses)
def test_a_walk_never_leaves_the_table_and_can_always_be_decided(data: DataObject, later: timedelta) -> None:
    for move in walk(data):
        assert move.after.status is TRANSITIONS[move.before.status, move.happened.event]
        decision = decide(move.after, move.now + later, RULES)
        assert (decision.until is not None) is (decision.step is Step.WAIT)
        assert decision.until is None or decision.until > move.now + later


@a_few
@given(st.data())
def test_another_container_is_published_only_after_the_first_was_known_not_to_be_out(
    data: DataObject,
) -> None:
    tried, known_not_out = "", True
    for move in walk(data):
        if move.happened.event is Event.INTEND:
            assert known_not_out or move.after.container_id == tried
            tried, known_not_out = move.after.container_id, False
        elif move.happened.event in SAYS_NOT_OUT:
            known_not_out = True


@a_few
@given(st.data())
def test_what_is_unconfirmed_goes_on_only_by_a_persons_word(data: DataObject) -> None:
    for move in walk(data):
        if move.before.status is Status.UNCONFIRMED:
            assert move.happened.event in (Event.OUT, Event.NOT_OUT)
            assert decide(move.before, move.now, RULES).step is Step.NOTHING


@a_few
@given(st.data())
def test_an_approval_leaves_nothing_of_the_earlier_try(data: DataObject) -> None:
    for move in walk(data):
        if move.happened.event is Event.APPROVE:
            before = move.before
            assert move.after == Publication(
                Status.APPROVED, before.kind, before.caption, before.scheduled_at, approved_at=move.now,
                media_count=before.media_count, published_at=before.published_at, media_id=before.media_id,
            )  # fmt: skip


@a_few
@given(st.data())
def test_a_post_is_publishing_only_with_an_intent_and_published_only_with_a_media_id(
    data: DataObject,
) -> None:
    for move in walk(data):
        if move.after.status is Status.PUBLISHING:
            assert move.after.intent_at is not None
        assert (move.after.status is Status.PUBLISHED) is bool(move.after.media_id)


@a_few
@given(st.data(), st.integers(1, 1_000_000))
def test_whatever_is_found_late_is_held_unless_it_may_be_out_already(data: DataObject, late: int) -> None:
    for move in walk(data):
        post = move.after
        counted_from = max(DUE, post.approved_at or DUE)
        found_at = counted_from + RULES.late_after + timedelta(seconds=late)
        waiting = post.status in (Status.APPROVED, Status.PREPARING, Status.READY)
        assert (decide(post, found_at, RULES).step is Step.HOLD_AS_LATE) is waiting


container_states = st.sampled_from(list(ContainerStatus)).map(ContainerState)


@st.composite
def medias(draw: st.DrawFn) -> Media:
    media_type = draw(st.sampled_from(["IMAGE", "VIDEO", "CAROUSEL_ALBUM"]))
    product_type = draw(st.sampled_from(["FEED", "REELS", "STORY", ""]))
    caption = draw(st.sampled_from(["Posyandu", "", "Apel pagi"]))
    timestamp = DUE + timedelta(seconds=draw(st.integers(-90, 400)))
    return Media(draw(st.sampled_from(["m1", "m2", "m3"])), caption, timestamp, media_type, product_type)


@given(
    kind=kinds,
    questions=st.integers(0, 8),
    empty_looks=st.integers(0, 8),
    calls=st.integers(1, 4),
    container=container_states,
    listed=st.none() | st.lists(medias(), max_size=4),
    after=st.integers(0, 900),
)
def test_a_no_is_never_said_early_or_once_or_with_a_doubt(
    kind: Kind,
    questions: int,
    empty_looks: int,
    calls: int,
    container: ContainerState,
    listed: list[Media] | None,
    after: int,
) -> None:
    post = Publication(
        Status.PUBLISHING, kind, "Posyandu", DUE, container_id="c1", intent_at=DUE, publish_calls=calls,
        questions=questions, empty_looks=empty_looks,
    )  # fmt: skip
    now = DUE + timedelta(seconds=after)
    found = settle(post, container, listed, now, RULES)
    assert found.event in (Event.OUT, Event.GIVE_UP, Event.POSTPONE, Event.NOT_OUT, Event.CONTAINER_GONE)
    assert apply(post, found, now).status is TRANSITIONS[Status.PUBLISHING, found.event]
    if found.event in (Event.NOT_OUT, Event.CONTAINER_GONE):
        assert after >= 300
        assert empty_looks >= 1
        assert listed is not None
        assert not [media for media in listed if media.caption == "Posyandu" and _is_a(kind, media)]
        assert container.status in (ContainerStatus.FINISHED, ContainerStatus.ERROR, ContainerStatus.EXPIRED)
        assert (found.event is Event.NOT_OUT) is (container.status is ContainerStatus.FINISHED)
    if found.event is Event.OUT:
        assert found.media_id in {media.ig_id for media in listed or () if _is_a(kind, media)}
    if found.event is Event.POSTPONE:
        assert found.not_before is not None
        assert found.not_before > now


def _is_a(kind: Kind, media: Media) -> bool:
    """Whether the media can be of this kind at all, said in another way than the rule does."""
    if kind is Kind.REEL:
        return media.product_type == "REELS" or (media.media_type, media.product_type) == ("VIDEO", "")
    if kind is Kind.STORY:
        return media.product_type in ("STORY", "")
    wanted = "IMAGE" if kind is Kind.IMAGE else "CAROUSEL_ALBUM"
    return media.media_type == wanted and media.product_type in ("FEED", "")


@dataclass
class World:
    """What really happens at Instagram, which the worker sees only through answers, a container and a list.

    It is as bad as the rules are made for: answers get lost, a call takes effect up to ``publish_timeout`` after it
    began, what it did shows up to ``settle`` later, reading fails, captions are withheld, staff post by hand. Of two
    looks that follow each other, at most one misses what is out: because it comes too early, or because it is stale.
    """

    data: DataObject
    kind: Kind
    shown_from: dict[str, datetime] = field(default_factory=dict)
    missed: bool = False

    def publish(self, container_id: str, now: datetime) -> Happened:
        """The dangerous call: what the worker hears of it."""
        effect = self.data.draw(st.sampled_from(["silent", "lost", "out", "refused"]))
        if effect in ("out", "silent"):
            assert not self.shown_from, "published twice"
            delay = self.data.draw(st.sampled_from([0, 100, 200, 300]))
            self.shown_from[container_id] = now + timedelta(seconds=delay)
        if effect == "out":
            return Happened(Event.OUT, media_id=f"media of {container_id}")
        if effect == "refused":
            return Happened(Event.NOT_OUT, reason="too many posts today")
        return Happened(Event.UNCLEAR, reason="no answer")

    def look(self, container_id: str, now: datetime) -> tuple[ContainerState, list[Media] | None]:
        """What the container and the list say."""
        out = container_id in self.shown_from
        too_early = out and now < self.shown_from[container_id]
        self.missed = too_early or (not self.missed and self.data.draw(st.integers(0, 3)) == 0)
        status = ContainerStatus.FINISHED
        listed = self.data.draw(st.lists(st.just(self._by_hand(now)), max_size=1))
        if out and not self.missed:
            # One of the two may lag, never both.
            seen = self.data.draw(st.sampled_from(["both", "container", "list"]))
            if seen in ("both", "container"):
                status = ContainerStatus.PUBLISHED
            if seen in ("both", "list"):
                caption = "" if self.kind is Kind.STORY else self.data.draw(st.sampled_from(["Posyandu", ""]))
                listed.append(self._media(f"media of {container_id}", caption, now))
        unread = self.data.draw(st.integers(0, 5))
        return (
            ContainerState(ContainerStatus.UNREADABLE if unread == 0 else status),
            None if unread == 1 else listed,
        )

    def _by_hand(self, now: datetime) -> Media:
        return self._media("by hand", "" if self.kind is Kind.STORY else "Apel pagi", now)

    def _media(self, ig_id: str, caption: str, now: datetime) -> Media:
        types = {Kind.CAROUSEL: "CAROUSEL_ALBUM", Kind.REEL: "VIDEO"}
        products = {Kind.REEL: "REELS", Kind.STORY: "STORY"}
        return Media(ig_id, caption, now, types.get(self.kind, "IMAGE"), products.get(self.kind, "FEED"))


@settings(max_examples=400)
@given(st.data(), kinds)
def test_in_a_world_as_bad_as_the_rules_allow_for_nothing_goes_out_twice(
    data: DataObject, kind: Kind
) -> None:
    world = World(data, kind)
    now = DUE
    post = Publication(
        Status.READY, kind, "Posyandu", DUE, container_id="c1", container_at=DUE, containers_made=1
    )  # fmt: skip
    while (decision := decide(post, now, RULES)).step in (Step.WAIT, Step.PUBLISH, Step.ASK):
        match decision.step:
            case Step.WAIT:
                assert decision.until is not None
                now = decision.until
            case Step.PUBLISH:
                post = apply(post, Happened(Event.INTEND), now)
                heard = world.publish(post.container_id, now)
                if data.draw(st.booleans()):  # else a kill while the call was under way
                    now += timedelta(seconds=data.draw(st.integers(0, 180)))
                    post = apply(post, heard, now)
            case _:
                container, listed = world.look(post.container_id, now)
                post = apply(post, settle(post, container, listed, now, RULES), now)
    assert post.status in (Status.PUBLISHED, Status.UNCONFIRMED, Status.READY)
    if post.status is Status.READY:
        assert not world.shown_from
    if post.status is Status.PUBLISHED and kind is not Kind.STORY:
        assert post.media_id == "media of c1"
