"""What a person decides about a post: later, never, once more, and whether an unconfirmed one is out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import NotDone, require_saved
from ig_worker.cli.posts import find, post_document, posts, the_post
from ig_worker.cli.showing import show_document
from ig_worker.domain.approval import VERIFIER, Answer
from ig_worker.domain.indonesian_dates import ZONE_OFFSETS, Unreadable, read_date, read_time
from ig_worker.domain.machine import ImpossibleMove
from ig_worker.domain.publication import TIME_IS_OVER, Event, Happened, Publication, Status, apply

if TYPE_CHECKING:
    from ig_worker.store.database import Connection, Database
    from ig_worker.store.posts import StoredPost

MOVABLE = (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY, Status.HELD, Status.FAILED)
"""The states in which a post can still be given another time."""


@dataclasses.dataclass(frozen=True)
class Move:
    """A decision: the post's new state, what the journal says of it, other columns, and whose yes is still wanted."""

    after: Publication
    what: str
    columns: dict[str, Any] = dataclasses.field(default_factory=dict)
    missing: tuple[str, ...] = ()


def decide(
    desk: Desk,
    database: Database,
    said: str,
    who: str,
    to: Callable[[Connection, StoredPost, datetime], Move],
) -> tuple[StoredPost, Move]:
    """Make the move in one transaction; NotDone where the post's state, or somebody faster, does not allow it.

    Returns the post as it was before, and the move.
    """
    from ig_worker.store import posts as shelf

    now = desk.now()
    with database.writing() as connection:
        post = find(connection, said)
        try:
            move = to(connection, post, now)
        except ImpossibleMove as error:
            raise NotDone(
                f"post {post.id} is {error.state.value}: {error.event.value} is not possible any more, or not yet",
                cure=f"ig-worker posts show {post.id} tells what happened to it",
            ) from None
        saved = shelf.save(connection, post, move.after, now, move.what, who=who, extra=move.columns)
        require_saved(saved, f"post {post.id}")
    return post, move


def tell_result(desk: Desk, post_id: int, sentence: str, *, as_json: bool) -> None:
    """Say what was done in a sentence, or show the post as it is now."""
    if not as_json:
        click.echo(sentence)
        return
    from ig_worker.store import posts as shelf

    with desk.database() as database, database.reading() as connection:
        for post in shelf.some(connection, [post_id]):
            show_document(post_document(desk, post))


@posts.command()
@the_post
@by_person
@as_json
@pass_desk
def cancel(desk: Desk, said: str, by: str, as_json: bool) -> None:
    """Take a post out of the queue."""

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        return Move(apply(post.publication, Happened(Event.CANCEL), now), "cancelled")

    with desk.database() as database:
        post, _ = decide(desk, database, said, by, to)
    tell_result(desk, post.id, f"Post {post.id} ({post.row.key}) is cancelled.", as_json=as_json)


@posts.command()
@the_post
@click.option("--at", "written", required=True, metavar='"25/11/2026 09.00"', help="The new local time.")
@by_person
@as_json
@pass_desk
def reschedule(desk: Desk, said: str, written: str, by: str, as_json: bool) -> None:
    """Give a post another time; its approval stays. One held as too late goes out then."""
    at = moment_of(desk, written)
    if at <= desk.now():
        raise NotDone(f"{desk.shown(at)} is over", cure="name a time to come")

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        if post.publication.status not in MOVABLE:
            raise NotDone(
                f"post {post.id} is {post.publication.status.value}: it cannot be given another time",
                cure=f"ig-worker posts show {post.id} tells what happened to it",
            )
        # What was prepared for the old time is no failed try: a post that moves often must not run out of them.
        after = dataclasses.replace(post.publication, scheduled_at=at, containers_made=0)
        if _waits_only_for_a_time(post):
            after = apply(after, Happened(Event.APPROVE), now)
        return Move(after, f"moved to {desk.shown(at)}")

    with desk.database() as database:
        post, _ = decide(desk, database, said, by, to)
    tell_result(
        desk, post.id, f"Post {post.id} ({post.row.key}) is moved to {desk.shown(at)}.", as_json=as_json
    )


def _waits_only_for_a_time(post: StoredPost) -> bool:
    """Whether it was held as late and nothing else: who names a new time has said yes (late policy)."""
    late = post.publication.status is Status.HELD and post.publication.last_error == TIME_IS_OVER
    return late and bool(post.row.approved_hash) and post.row.approved_hash == post.row.content_hash


def moment_of(desk: Desk, written: str) -> datetime:
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
@as_json
@pass_desk
def confirm(
    desk: Desk, said: str, published: str | None, not_published: bool, by: str, as_json: bool
) -> None:
    """Settle an unconfirmed post after a look at the account."""
    if (published is None) is not not_published:
        raise click.UsageError("one of --published X and --not-published is needed, and not both")
    post_id, sentence = (
        _not_out(desk, said, by) if published is None else _out(desk, said, by, published.strip())
    )
    tell_result(desk, post_id, sentence, as_json=as_json)


def _not_out(desk: Desk, said: str, by: str) -> tuple[int, str]:
    gone = Happened(Event.NOT_OUT, reason=f"{by} saw that it is not out")

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        return Move(apply(post.publication, gone, now), "seen: not published")

    with desk.database() as database:
        post, _ = decide(desk, database, said, by, to)
    return post.id, (
        f"Post {post.id} ({post.row.key}) is held; it goes out after: ig-worker posts retry {post.id}"
    )


def _out(desk: Desk, said: str, by: str, published: str) -> tuple[int, str]:
    from ig_worker.store import posts as shelf

    with desk.database() as database, database.reading() as connection:
        post = find(connection, said)
        claimed = shelf.claimed_media_ids(connection, post.account)
    media_id, permalink = _published_as(desk, post, published)
    if media_id in claimed:
        raise NotDone(f"media {media_id} belongs to another post already", cure="look at the account again")

    def to(_connection: Connection, post: StoredPost, now: datetime) -> Move:
        after = apply(post.publication, Happened(Event.OUT, media_id=media_id), now)
        known = {"permalink": permalink} if permalink else {"permalink_next_at": now}
        return Move(after, f"seen: published as {media_id}", known)

    with desk.database() as database:
        decide(desk, database, said, by, to)
    return post.id, f"Post {post.id} ({post.row.key}) is published as {media_id}."


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
@as_json
@pass_desk
def retry(desk: Desk, said: str, as_json: bool) -> None:
    """Let a failed or held post try again; its approval must still be for what it says now.

    A post that is held because of a picture has its media fetched and tried once more.
    """
    from ig_worker.flows.planning.approving import was_refused
    from ig_worker.store import approvals

    with desk.planning() as planning:

        def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
            row = post.row
            if post.publication.status not in (Status.FAILED, Status.HELD):
                raise NotDone(
                    f"post {post.id} is {row.status}: only a failed or held post can be tried again",
                    cure=f"ig-worker posts show {post.id} tells what happened to it",
                )
            if was_refused(post):
                again = apply(post.publication, Happened(Event.CHANGE), now)
                columns = {"gather_next_at": now, "gather_tries": 0}
                again = dataclasses.replace(again, last_error="")
                return Move(again, "its media are to be tried again", columns)
            if not row.approved_by or row.approval_void or row.approved_hash != row.content_hash:
                raise NotDone(
                    f"nobody has approved post {post.id} as it is now",
                    cure=f"ig-worker posts approve {post.id} --by NAME --as {VERIFIER}",
                )
            judged = planning.approving.judgement(post, approvals.of(connection, post.id))
            if judged.answer is Answer.HOLD:
                raise NotDone(
                    f"post {post.id} must not go out as it is: {judged.reason}",
                    cure=f"change its row, or see ig-worker posts check {post.id}",
                )
            return Move(apply(post.publication, Happened(Event.APPROVE), now), "to be tried again")

        post, _ = decide(desk, planning.database, said, "command line", to)
        if was_refused(post):
            planning.gatherer.look_after(post.id)
            _still_refused(planning.database, post.id)
    tell_result(desk, post.id, f"Post {post.id} ({post.row.key}) will be tried again.", as_json=as_json)


def _still_refused(database: Database, post_id: int) -> None:
    """NotDone where a post's media cannot go out after all."""
    from ig_worker.store import posts as shelf

    with database.reading() as connection:
        for post in shelf.some(connection, [post_id]):
            if post.publication.status is Status.HELD:
                raise NotDone(f"post {post_id} is still held: {post.row.last_error}")
