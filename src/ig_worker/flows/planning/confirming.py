"""Settles an unconfirmed post after a person's look at the account: it is out, or it is not and will not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo

from ig_worker.domain.publication import Event, Happened, Status, apply
from ig_worker.flows.planning.deciding import Move, NotDecided, Why, decide
from ig_worker.flows.ports import Publishing
from ig_worker.store import posts
from ig_worker.store.database import Connection, Database
from ig_worker.store.posts import StoredPost

SAW_NOTHING = "saw that it is not out"
"""How the reason ends for which such a post is held: who looked stands before it."""


def not_out(
    database: Database, now: datetime, post_id: int, *, by: str, seen: str | None = None
) -> StoredPost:
    """It is not out: the post is held until somebody lets it try again."""
    gone = Happened(Event.NOT_OUT, reason=f"{by} {SAW_NOTHING}")

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        _require_over(post)
        return Move(apply(post.publication, gone, now), "seen: not published")

    return decide(database, now, post_id, to, by=by, seen=seen)[0]


def out(
    database: Database,
    now: datetime,
    post_id: int,
    published: str,
    instagram: Callable[[str], Publishing],
    *,
    by: str,
    zone: tzinfo,
    seen: str | None = None,
) -> tuple[StoredPost, str]:
    """It is out, as Meta's media id or at its address, which is looked up in the account's list.

    `instagram` gives an account's door by its name; it is asked for where there is an address only.

    Returns the post as it was, and the media id. Raises NotDecided, ChangedMeanwhile, and what asking Instagram raises.
    """
    with database.reading() as connection:
        post = posts.get(connection, post_id)
        if post is None:
            raise NotDecided(Why.GONE, f"there is no post {post_id}", cure="ig-worker posts list shows them")
    media_id, permalink = _published_as(post, published, instagram, zone)

    def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
        _require_over(post)
        if media_id in posts.claimed_media_ids(connection, post.account):
            raise NotDecided(
                Why.CLAIMED,
                f"media {media_id} belongs to another post already",
                cure="look at the account again",
                detail=media_id,
            )
        after = apply(post.publication, Happened(Event.OUT, media_id=media_id), now)
        known = {"permalink": permalink} if permalink else {"permalink_next_at": now}
        return Move(after, f"seen: published as {media_id}", known)

    return decide(database, now, post_id, to, by=by, seen=seen)[0], media_id


def _require_over(post: StoredPost) -> None:
    """Raise NotDecided while the worker is still finding out: Instagram may show a post minutes after the call.

    The worker's own "it is not out" would let it go out again at once.
    """
    if post.publication.status is Status.PUBLISHING:
        raise NotDecided(
            Why.IMPOSSIBLE,
            f"post {post.id} is {post.publication.status.value}: the worker is still finding out whether it is out",
            cure="wait; where it cannot tell, the post becomes unconfirmed, and somebody is asked to look",
        )


def is_media_id(said: str) -> bool:
    """Whether this is Meta's own number of a post."""
    return said.isascii() and said.isdigit() and len(said) <= 64


def _published_as(
    post: StoredPost, said: str, instagram: Callable[[str], Publishing], zone: tzinfo
) -> tuple[str, str]:
    """Meta's id and, where it was given, the address."""
    if is_media_id(said):
        return said, ""
    if not said.startswith("https://"):
        raise NotDecided(
            Why.NO_ADDRESS, f'found "{said}"; allowed: a https:// permalink or a media id', detail=said
        )
    if post.publication.status is not Status.UNCONFIRMED:
        raise NotDecided(
            Why.IMPOSSIBLE, f"post {post.id} is {post.publication.status.value}: there is nothing to confirm"
        )
    begun = post.publication.intent_at or post.publication.scheduled_at
    wanted = _address(said)
    for media in instagram(post.account).media_since(begun - timedelta(hours=1), kind=post.publication.kind):
        if _address(media.permalink) == wanted:
            return media.ig_id, media.permalink
    raise NotDecided(
        Why.NOT_LISTED,
        f"{post.account} has no post at {said} since {begun.astimezone(zone):%d/%m/%Y %H.%M}",
        cure="compare the address, or give Meta's media id",
        detail=said,
    )


def _address(permalink: str) -> str:
    # Capital letters stay: Instagram's short codes differ by them.
    return permalink.partition("?")[0].rstrip("/").replace("://www.", "://")
