"""What a person decides about a post: later, never, not now, once more, and whether an unconfirmed one is out."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

import click

from ig_worker.cli.desk import UNNAMED, Desk, as_json, by_person, named_option, pass_desk
from ig_worker.cli.posts import found_id, post_document, posts, the_post
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.indonesian_dates import ZONE_OFFSETS, Unreadable, read_date, read_time
from ig_worker.domain.publication import Status


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
    from ig_worker.flows.planning import deciding

    with desk.database() as database:
        post = deciding.cancel(database, desk.now(), found_id(database, said), by=by)
    tell_result(desk, post.id, f"Post {post.id} ({post.row.key}) is cancelled.", as_json=as_json)


@posts.command()
@the_post
@click.option("--reason", required=True, help="Why it waits.")
@by_person
@as_json
@pass_desk
def hold(desk: Desk, said: str, reason: str, by: str, as_json: bool) -> None:
    """Stop a post until somebody lets it go on; its approvals stay."""
    from ig_worker.flows.planning import deciding

    reason = one_line(reason)
    with desk.database() as database:
        post = deciding.hold(database, desk.now(), found_id(database, said), reason, by=by)
    sentence = f"Post {post.id} ({post.row.key}) is held; it goes on after: ig-worker posts retry {post.id}"
    tell_result(desk, post.id, sentence, as_json=as_json)


@posts.command()
@the_post
@click.option("--at", "written", required=True, metavar='"25/11/2026 09.00"', help="The new local time.")
@by_person
@as_json
@pass_desk
def reschedule(desk: Desk, said: str, written: str, by: str, as_json: bool) -> None:
    """Give a post another time; its approval stays. One held as too late goes out then."""
    from ig_worker.flows.planning import deciding

    at = moment_of(desk, written)
    with desk.database() as database:
        post = deciding.reschedule(database, desk.now(), found_id(database, said), at, by=by)
    sentence = f"Post {post.id} ({post.row.key}) is moved to {desk.shown(at)}."
    if post.publication.status is Status.HELD:
        sentence += f" It is still held; it goes out after: ig-worker posts retry {post.id}"
    tell_result(desk, post.id, sentence, as_json=as_json)


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
@click.option("--by", default=UNNAMED, callback=named_option, metavar="NAME", help="Who has looked.")
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
    from ig_worker.flows.planning import confirming

    with desk.database() as database:
        post = confirming.not_out(database, desk.now(), found_id(database, said), by=by)
    return post.id, (
        f"Post {post.id} ({post.row.key}) is held; it goes out after: ig-worker posts retry {post.id}"
    )


def _out(desk: Desk, said: str, by: str, published: str) -> tuple[int, str]:
    from ig_worker.flows.planning import confirming

    if not (confirming.is_media_id(published) or published.startswith("https://")):
        raise click.UsageError(
            f'--published: found "{published}"; allowed: a https:// permalink or a media id'
        )
    with ExitStack() as opened:
        database = opened.enter_context(desk.database())
        post, media_id = confirming.out(
            database,
            desk.now(),
            found_id(database, said),
            published,
            lambda account: opened.enter_context(desk.house()).instagram(account),
            by=by,
            zone=desk.settings.zone,
        )
    return post.id, f"Post {post.id} ({post.row.key}) is published as {media_id}."


@posts.command()
@the_post
@as_json
@pass_desk
def retry(desk: Desk, said: str, as_json: bool) -> None:
    """Let a failed or held post try again; its approval must still be for what it says now.

    A post that is held because of a picture has its media fetched and tried once more.
    """
    from ig_worker.flows.planning import deciding

    with desk.planning() as planning:
        post = deciding.retry(
            planning.database,
            desk.now(),
            found_id(planning.database, said),
            planning.approving,
            planning.gatherer,
            by=UNNAMED,
        )
    tell_result(desk, post.id, f"Post {post.id} ({post.row.key}) will be tried again.", as_json=as_json)
