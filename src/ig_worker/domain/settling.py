"""What an unclear publication turns out to be, from what the container and our list of posts say.

``instagram_api.md``, section B, "unknown outcomes and double posts": a container does not name the media it became,
the list of posts may lag, and what a second publish of a published container does is not documented. So one match in
the list is a yes unless the container says it is unpublished, several are a person's matter, and a no needs two looks
that agree, late enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ig_worker.domain.instagram import ContainerState, ContainerStatus, Kind, Media
from ig_worker.domain.publication import NOBODY_ANSWERS, Event, Happened, Publication, Rules
from ig_worker.domain.text import words_of

SOMETHING_THERE = "something there"
"""Said of a look that found a doubtful match, an unreadable list, or a container that does not say it is unpublished:
it is not an empty look."""

SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
"""Between two questions."""

NOT_PUBLISHED = (ContainerStatus.FINISHED, ContainerStatus.ERROR, ContainerStatus.EXPIRED)
"""What a container says that has not been published."""


CLOCKS_APART = timedelta(minutes=5)
"""How far Instagram's clock may be behind ours. Where there is no caption to compare, only a minute is believed."""


def looks_like(post: Publication, media: Media, *, exact: bool = True) -> bool:
    """Whether this published media may be the post: type, time and caption agree (never "the newest").

    With ``exact=False``, a media whose caption Meta withheld counts too. Where there is no caption to compare, as with
    stories, nothing is an exact match: staff make posts by hand on any day.
    """
    if post.intent_at is None or media.timestamp < post.intent_at - CLOCKS_APART:
        return False
    if not _same_kind(post.kind, media):
        return False
    wordless = post.kind is Kind.STORY or not words_of(post.caption)
    if not wordless and words_of(media.caption) == words_of(post.caption):
        return True
    recent = media.timestamp >= post.intent_at - timedelta(seconds=60)
    return not exact and recent and (wordless or not media.caption)


def are_twins(one: Publication, other: Publication) -> bool:
    """Whether nobody could tell these two posts apart in the list."""
    return one.kind is other.kind and words_of(one.caption) == words_of(other.caption)


def _same_kind(kind: Kind, media: Media) -> bool:
    if kind is Kind.STORY:
        # What is listed for a story comes from the list of stories, which holds nothing else.
        return media.product_type in ("STORY", "")
    if kind is Kind.REEL:
        return media.product_type == "REELS" or (not media.product_type and media.media_type == "VIDEO")
    expected = "CAROUSEL_ALBUM" if kind is Kind.CAROUSEL else "IMAGE"
    return media.media_type == expected and media.product_type in ("FEED", "")


def settle(
    post: Publication,
    container: ContainerState,
    listed: Sequence[Media] | None,
    now: datetime,
    rules: Rules,
    *,
    has_twin: bool = False,
) -> Happened:
    """What an unclear publication turns out to be.

    `listed` is what our media list shows since the intent, without media that belong to other posts; None where the
    list could not be read. `has_twin` says that another post of the same kind and words is unclear as well: then a
    match is a yes only where the container says so.
    """
    assert post.intent_at is not None
    sure = [media for media in listed or () if looks_like(post, media)]
    maybe = [media for media in listed or () if looks_like(post, media, exact=False)]
    # A container that says it is unpublished contradicts the list: the match may be another post of the same words.
    unlikely = (ContainerStatus.UNREADABLE, ContainerStatus.IN_PROGRESS) if has_twin else ()
    if len(sure) == 1 and container.status not in (*NOT_PUBLISHED, *unlikely):
        return Happened(Event.OUT, media_id=sure[0].ig_id)
    if not sure and len(maybe) == 1 and container.status is ContainerStatus.PUBLISHED:
        return Happened(Event.OUT, media_id=maybe[0].ig_id)
    if len(sure) > 1:
        return Happened(Event.GIVE_UP, reason="ada beberapa postingan di Instagram yang mirip dengan ini")
    silent = listed is None and container.status is ContainerStatus.UNREADABLE
    if silent and now < post.intent_at + rules.silence:
        # Nothing was learned, so it was no question: an outage ends, and then the answer can be had.
        again = now + min(max((now - post.intent_at) / 3, SHORTEST_WAIT), LONGEST_WAIT)
        return Happened(Event.POSTPONE, not_before=again, reason=NOBODY_ANSWERS)
    if post.questions + 1 >= rules.most_questions or silent:
        return Happened(Event.GIVE_UP, reason=_why_unclear(container, listed, maybe))
    nothing_there = listed is not None and not maybe and container.status in NOT_PUBLISHED
    safe_again = now >= post.intent_at + rules.publish_timeout + rules.settle and post.empty_looks >= 1
    if nothing_there and safe_again:
        if container.status is not ContainerStatus.FINISHED:
            return Happened(Event.CONTAINER_GONE, reason=f"belum terbit: kontainernya {container.status}")
        if post.publish_calls >= rules.most_publish_calls:
            return Happened(
                Event.GIVE_UP, reason="sudah beberapa kali diminta terbit dan tetap belum ada di Instagram"
            )
        return Happened(Event.NOT_OUT, reason="belum terbit: kontainer yang sama diterbitkan lagi")
    again = now + min(SHORTEST_WAIT * 2**post.questions, LONGEST_WAIT)
    reason = "" if nothing_there else SOMETHING_THERE
    return Happened(Event.POSTPONE, not_before=again, reason=reason)


def _why_unclear(container: ContainerState, listed: Sequence[Media] | None, alike: Sequence[Media]) -> str:
    if listed is None:
        return "daftar postingan di Instagram tidak dapat dibaca"
    if alike:
        return f"ada postingan yang mirip di Instagram, tetapi kontainernya {container.status}"
    if container.status is ContainerStatus.PUBLISHED:
        return "kata Instagram sudah terbit, tetapi tidak ada di daftar postingannya"
    return f"tidak ada di daftar postingan Instagram, dan kontainernya {container.status}"
