"""What a person decides about a post: yes, no, later, never, and whether an unconfirmed one is out.

Every move goes through the machine of :mod:`ig_worker.domain.publication` and into the journal with the person's name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, by_person, pass_desk
from ig_worker.cli.failing import NotDone, require_saved
from ig_worker.cli.posts import find, posts
from ig_worker.domain.indonesian_dates import ZONE_OFFSETS, Unreadable, read_date, read_time
from ig_worker.domain.machine import ImpossibleMove
from ig_worker.domain.publication import Event, Happened, Publication, Status, apply

if TYPE_CHECKING:
    from ig_worker.store.posts import StoredPost

ROLES = ("verifikator", "penanggung_jawab")
"""Who may approve, in the planning sheet's words."""

MOVABLE = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY, Status.HELD, Status.FAILED)
"""The states in which a post can still be given another time."""

the_post = click.argument("post_id", metavar="ID", type=int)


@dataclasses.dataclass(frozen=True)
class Move:
    """A decision: the post's new state, what the journal says of it, and other columns that change with it."""

    after: Publication
    what: str
    columns: dict[str, Any] = dataclasses.field(default_factory=dict)


def decide(
    desk: Desk, post_id: int, who: str, to: Callable[[StoredPost, datetime], Move]
) -> tuple[StoredPost, Publication]:
    """Make the move in one transaction; NotDone where the post's state, or somebody faster, does not allow it."""
    from ig_worker.store import posts as shelf

    now = desk.now()
    with desk.database() as database, database.writing() as connection:
        post = find(connection, post_id)
        try:
            move = to(post, now)
        except ImpossibleMove as error:
            raise NotDone(
                f"post {post_id} is {error.state.value}: {error.event.value} is not possible any more, or not yet",
                cure=f"ig-worker posts show {post_id} tells what happened to it",
            ) from None
        saved = shelf.save(connection, post, move.after, now, move.what, who=who, extra=move.columns)
        require_saved(saved, f"post {post_id}")
    return post, move.after


@posts.command()
@the_post
@by_person
@click.option("--as", "role", required=True, type=click.Choice(ROLES), help="In which role.")
@pass_desk
def approve(desk: Desk, post_id: int, by: str, role: str) -> None:
    """Let a post go out at its time; not by the one who made it."""

    def to(post: StoredPost, now: datetime) -> Move:
        row = post.row
        if by.casefold() == " ".join(row.made_by.split()).casefold():
            raise NotDone(f"{by} made post {post_id}", cure="someone else has to approve it")
        if row.options.get("shows_patient") and not row.options.get("consent"):
            raise NotDone(
                f"post {post_id} shows a patient and names no written consent",
                cure="write its reference into persetujuan_pasien of the sheet and import it again",
            )
        approval = {"approved_by": by, "approved_hash": row.content_hash, "approval_void": False}
        after = apply(post.publication, Happened(Event.APPROVE), now)
        return Move(after, f"approved as {role.replace('_', ' ')}", approval)

    post, _ = decide(desk, post_id, by, to)
    click.echo(f"Post {post_id} ({post.row.key}) is approved for {desk.shown(post.row.scheduled_at)}.")


@posts.command()
@the_post
@by_person
@click.option("--reason", required=True, help="What has to be changed.")
@pass_desk
def reject(desk: Desk, post_id: int, by: str, reason: str) -> None:
    """Send a post back as a draft, with the reason."""

    def to(post: StoredPost, now: datetime) -> Move:
        after = apply(post.publication, Happened(Event.REJECT, reason=reason), now)
        # A sheet that still says "disetujui" must not undo this at its next import (INTERFACE.md).
        void = post.row.sheet_status == "disetujui"
        return Move(
            after, f"rejected: {reason}", {"approved_by": "", "approved_hash": "", "approval_void": void}
        )

    post, _ = decide(desk, post_id, by, to)
    click.echo(f"Post {post_id} ({post.row.key}) is a draft again: {reason}")


@posts.command()
@the_post
@by_person
@pass_desk
def cancel(desk: Desk, post_id: int, by: str) -> None:
    """Take a post out of the queue."""
    post, _ = decide(
        desk,
        post_id,
        by,
        lambda post, now: Move(apply(post.publication, Happened(Event.CANCEL), now), "cancelled"),
    )
    click.echo(f"Post {post_id} ({post.row.key}) is cancelled.")


@posts.command()
@the_post
@click.option("--at", "written", required=True, metavar='"25/11/2026 09.00"', help="The new local time.")
@by_person
@pass_desk
def reschedule(desk: Desk, post_id: int, written: str, by: str) -> None:
    """Give a post another time; its approval stays."""
    at = _moment(desk, written)
    if at <= desk.now():
        raise NotDone(f"{desk.shown(at)} is over", cure="name a time to come")

    def to(post: StoredPost, _now: datetime) -> Move:
        if post.publication.status not in MOVABLE:
            raise NotDone(
                f"post {post_id} is {post.publication.status.value}: it cannot be given another time",
                cure=f"ig-worker posts show {post_id} tells what happened to it",
            )
        return Move(dataclasses.replace(post.publication, scheduled_at=at), f"moved to {desk.shown(at)}")

    post, _ = decide(desk, post_id, by, to)
    click.echo(f"Post {post_id} ({post.row.key}) is moved to {desk.shown(at)}.")


def _moment(desk: Desk, written: str) -> datetime:
    """Date and time as people write them in the sheet; a usage error where they make no sense."""
    words = written.split()
    for cut in range(1, len(words)):
        try:
            day = read_date(" ".join(words[:cut]))
            clock, zone_name = read_time(" ".join(words[cut:]))
        except Unreadable:
            continue
        moment = datetime.combine(day, clock, desk.settings.zone)
        if not zone_name or moment.utcoffset() == ZONE_OFFSETS[zone_name]:
            return moment
    raise click.UsageError(
        f'--at: found "{written}"; allowed: a local date and time such as "25/11/2026 09.00"'
    )


@posts.command()
@the_post
@click.option("--published", metavar="X", help="It is out: its permalink, or Meta's media id.")
@click.option("--not-published", is_flag=True, help="It is not out, and will not be.")
@by_person
@pass_desk
def confirm(desk: Desk, post_id: int, published: str | None, not_published: bool, by: str) -> None:
    """Settle an unconfirmed post after a look at the account."""
    from ig_worker.store import posts as shelf

    if (published is None) is not not_published:
        raise click.UsageError("one of --published X and --not-published is needed, and not both")
    if published is None:
        gone = Happened(Event.NOT_OUT, reason=f"{by} saw that it is not out")
        post, _ = decide(
            desk,
            post_id,
            by,
            lambda post, now: Move(apply(post.publication, gone, now), "seen: not published"),
        )
        click.echo(
            f"Post {post_id} ({post.row.key}) is held; it goes out after: ig-worker posts retry {post_id}"
        )
        return
    with desk.database() as database, database.reading() as connection:
        post = find(connection, post_id)
        claimed = shelf.claimed_media_ids(connection, post.account)
    media_id, permalink = _published_as(desk, post, published.strip())
    if media_id in claimed:
        raise NotDone(f"media {media_id} belongs to another post already", cure="look at the account again")

    def out(post: StoredPost, now: datetime) -> Move:
        after = apply(post.publication, Happened(Event.OUT, media_id=media_id), now)
        known = {"permalink": permalink} if permalink else {"permalink_next_at": now}
        return Move(after, f"seen: published as {media_id}", known)

    decide(desk, post_id, by, out)
    click.echo(f"Post {post_id} ({post.row.key}) is published as {media_id}.")


def _published_as(desk: Desk, post: StoredPost, said: str) -> tuple[str, str]:
    """Meta's id and, where it was given, the address; an address is looked up in the account's media list."""
    if said.isascii() and said.isdigit():
        return said, ""
    if not said.startswith("https://"):
        raise click.UsageError(f'--published: found "{said}"; allowed: a https:// permalink or a media id')
    if post.publication.status is not Status.UNCONFIRMED:
        raise NotDone(f"post {post.id} is {post.publication.status.value}: there is nothing to confirm")
    begun = post.publication.intent_at or post.publication.scheduled_at
    wanted = _address(said)
    with desk.house() as house:
        listed = house.instagram(post.account).media_since(
            begun - timedelta(hours=1), kind=post.publication.kind
        )
    for media in listed:
        if _address(media.permalink) == wanted:
            return media.ig_id, media.permalink
    raise NotDone(
        f"{post.account} has no post at {said} since {desk.shown(begun)}",
        cure="compare the address, or give Meta's media id",
    )


def _address(permalink: str) -> str:
    # Capital letters stay: Instagram's short codes differ by them.
    return permalink.partition("?")[0].rstrip("/").replace("://www.", "://")


@posts.command()
@the_post
@pass_desk
def retry(desk: Desk, post_id: int) -> None:
    """Let a failed or held post try again; its approval must still be for what it says now."""

    def to(post: StoredPost, now: datetime) -> Move:
        row = post.row
        if post.publication.status not in (Status.FAILED, Status.HELD):
            raise NotDone(
                f"post {post_id} is {row.status}: only a failed or held post can be tried again",
                cure=f"ig-worker posts show {post_id} tells what happened to it",
            )
        if not row.approved_by or row.approval_void or row.approved_hash != row.content_hash:
            raise NotDone(
                f"nobody has approved post {post_id} as it is now",
                cure=f"ig-worker posts approve {post_id} --by NAME --as {ROLES[0]}",
            )
        return Move(apply(post.publication, Happened(Event.APPROVE), now), "to be tried again")

    post, _ = decide(desk, post_id, "command line", to)
    click.echo(f"Post {post_id} ({post.row.key}) will be tried again.")


commands = (posts,)
