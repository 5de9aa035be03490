"""Drafts that the worker makes from what it knows, for a person to read, change and approve."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.deciding import moment_of
from ig_worker.cli.desk import Desk, as_json, month_of, named, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.posts import post_document, posts
from ig_worker.cli.showing import show_document
from ig_worker.domain.publication import Status

if TYPE_CHECKING:
    from ig_worker.flows.opening_up.drafting import Drafted

LONGEST_CAPTION = 10_000
"""Bytes of a file that may be a caption; how long one may really be is for the queue to say."""


@posts.group()
def draft() -> None:
    """Drafts made from what the worker knows; each waits for an approval."""


@draft.command()
@click.option("--month", required=True, metavar="YYYY-MM", help="The month whose resolved cases are told of.")
@of_account
@click.option(
    "--at", "written", metavar='"YYYY-MM-DD HH:MM"', help="When; by default 09.00 of a working day."
)
@click.option(
    "--caption-file",
    metavar="FILE",
    help="A caption of your own, - for stdin; the picture stays. Asks for --by.",
)
@click.option("--by", metavar="NAME", help="Who makes it, and so cannot be who verifies it.")
@as_json
@pass_desk
def transparency(
    desk: Desk,
    month: str,
    account: str | None,
    written: str | None,
    caption_file: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """ "Anda Bersuara, Kami Bertindak": what became of a month's complaints and suggestions, without anybody's data.

    Made again for the same month, it changes the draft that is there, and other content has to be approved again.
    """
    from ig_worker.flows.opening_up.drafting import Wish

    which, name = month_of(month), desk.account(account)
    wish = Wish(_time(desk, written), *_own_words(caption_file, by))
    with desk.caring() as caring:
        drafted = caring.drafting.draft(which, name, wish)
    if as_json:
        show_document(_document(desk, drafted))
    else:
        _tell(desk, drafted)


def _time(desk: Desk, written: str | None) -> datetime | None:
    if written is None:
        return None
    at = moment_of(desk, written)
    if at <= desk.now():
        raise NotDone(f"{desk.shown(at)} is over", cure="name a time to come")
    return at


def _own_words(file: str | None, by: str | None) -> tuple[str, str]:
    """A caption that somebody wrote, and who."""
    who = named(by) if by is not None else ""
    if file is None:
        return "", who
    if not who:
        raise click.UsageError("--caption-file: say with --by NAME whose words they are")
    with click.open_file(file, "rb") if file == "-" else Path(file).expanduser().open("rb") as opened:
        read = opened.read(LONGEST_CAPTION + 1)
    try:
        text = read.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(read) > LONGEST_CAPTION:
        raise NotDone(f"{file} holds no caption", cure="save it as a plain text (UTF-8) that is not empty")
    return text, who


def _document(desk: Desk, drafted: Drafted) -> dict[str, Any]:
    post, sums = drafted.post, drafted.sums
    kept = {"answered": sums.answered, "finished": sums.finished}
    return {
        **post_document(desk, post),
        "outcome": drafted.outcome,
        "period": drafted.period,
        "caption": post.row.caption,
        "alt_text": post.row.alt_text,
        "picture": str(drafted.picture),
        "figures": {
            "resolved": sums.resolved,
            "topics": [{"name": name, "count": count} for name, count in sums.topics],
            **{
                name: None if each is None else {"in_time": each.in_time, "decided": each.decided}
                for name, each in kept.items()
            },
            "median_hours": sums.median_hours,
        },
        "notes": list(drafted.notes),
    }


def _tell(desk: Desk, drafted: Drafted) -> None:
    post = drafted.post
    done = {"added": "is drafted", "changed": "is changed", "unchanged": "is as it was"}[drafted.outcome]
    click.echo(f"Post {post.id} ({post.row.key}) {done}, for {desk.shown(post.row.scheduled_at)}.")
    click.echo(f"Picture: {drafted.picture}")
    click.echo(f"\n{post.row.caption}\n")
    for note in drafted.notes:
        click.echo(note)
    status = post.publication.status
    if status is Status.DRAFT:
        click.echo("It waits for an approval:")
        click.echo(f"  ig-worker posts approve {post.id} --by NAMA --as verifikator")
        click.echo("To say it in other words, put them into a file:")
        click.echo(
            f"  ig-worker posts draft transparency --month {post.row.key[-7:]} --account {post.account} "
            "--caption-file FILE --by NAMA"
        )
    else:
        click.echo(f"It is {status.value}" + (f": {post.row.last_error}" if post.row.last_error else "."))
