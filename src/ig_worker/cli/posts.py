"""The queue of posts: taking in a planning sheet, and looking at what is planned."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import one_line, show_document, show_fields, show_table
from ig_worker.domain.publication import Status

KEYS_SHOWN = 50
"""So many keys of a sort are named after an import; ``--json`` names all."""

if TYPE_CHECKING:
    from ig_worker.flows.planning.imported import ImportResult
    from ig_worker.planning_desk import PlanningDesk
    from ig_worker.store.database import Connection, Database
    from ig_worker.store.posts import StoredPost


@click.group()
def posts() -> None:
    """The queue of posts."""


@posts.command("import")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@as_json
@pass_desk
def take(desk: Desk, file: Path | None, dry_run: bool, as_json: bool) -> int:
    """Plan posts from a CSV or XLSX sheet, or from a ZIP of one sheet and its pictures.

    Without FILE, from the sheet at Google that [planner] names. Again and again without duplicates; rows that cannot
    be taken are named with the reason. Exit status 1 if no row could be taken.
    """
    with desk.planning() as planning:
        quiet = as_json or not sys.stderr.isatty()
        if file is None:
            source, result = _take_from_google(planning, dry_run=dry_run, quiet=quiet)
        else:
            source, result = _take_file(planning, file, dry_run=dry_run, quiet=quiet)
    if as_json:
        show_document(result.document())
    else:
        _show_result(result, dry_run=dry_run)
    if not (result.added or result.changed or result.unchanged):
        raise NotDone(
            f"tidak ada baris yang dapat diambil dari {source}",
            cure="perbaiki baris yang disebut di atas, lalu impor lagi",
        )
    return 0


def _take_file(planning: PlanningDesk, file: Path, *, dry_run: bool, quiet: bool) -> tuple[str, ImportResult]:
    from ig_worker.sheets import opened

    with _nothing_to_collect(), opened(file, planning.settings.data_dir / "imports") as found:
        sheet = found.sheet
        with _progress("Membaca", len(sheet.rows), quiet) as bar:
            result = planning.importing.take(
                sheet, found.folder, dry_run=dry_run, progress=lambda _done, _total: bar.update(1)
            )
        if not dry_run:
            _try_media(planning, sheet.source_name, result, quiet)
    return sheet.source_name, result


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Thousands of rows live until the command's end: to search them for garbage is a tenth of its time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _take_from_google(planning: PlanningDesk, *, dry_run: bool, quiet: bool) -> tuple[str, ImportResult]:
    watch = planning.sheet_watch
    if watch is None:
        raise click.UsageError("name a FILE, or set [planner] spreadsheet in the configuration")
    sheet, result = watch.look(
        dry_run=dry_run, before_marking=lambda source, result: _try_media(planning, source, result, quiet)
    )
    return sheet.source_name, result


def _progress(label: str, length: int, quiet: bool) -> Any:
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=quiet)


def _try_media(planning: PlanningDesk, source: str, result: ImportResult, quiet: bool) -> None:
    """Try the pictures that go out soonest while whoever brought them is still here; the worker does the rest."""
    from ig_worker.flows.planning.importing import TRIED_AT_ONCE

    with _progress("Mencoba gambar", TRIED_AT_ONCE, quiet) as bar:
        planning.importing.try_media(source, result, lambda _done, _total: bar.update(1))


def _show_result(result: ImportResult, *, dry_run: bool) -> None:
    if dry_run:
        click.echo("Percobaan saja: tidak ada yang diubah.")
    for name, keys in (
        ("Ditambahkan", result.added),
        ("Berubah", result.changed),
        ("Tetap", result.unchanged),
        ("Ditahan", result.held),
    ):
        click.echo(f"{name}: {len(keys)}" + (f" ({_listed(keys)})" if keys else ""))
    click.echo(f"Menunggu persetujuan: {len(result.waiting)}")
    for key, reason in result.waiting.items():
        click.echo(f"  {key}: {reason}")
    click.echo(f"Baris ditolak: {len({problem.partition(',')[0] for problem in result.problems})}")
    for line in (*result.problems, *result.notes):
        click.echo(f"  {line}")


def _listed(keys: list[str]) -> str:
    more = len(keys) - KEYS_SHOWN
    return ", ".join(keys) if more <= 0 else f"{', '.join(keys[:KEYS_SHOWN])}, dan {more} lainnya"


@posts.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only these.")
@limited
@as_json
@pass_desk
def list_posts(desk: Desk, status: str | None, limit: int | None, as_json: bool) -> None:
    """Every post by its time."""
    from ig_worker.store import crises
    from ig_worker.store import posts as shelf

    with desk.database() as database, database.reading() as connection:
        found = shelf.listed(connection, status=status, limit=limit)
        pausing = crises.pausing(connection)
    if as_json:
        show_document([post_document(desk, post, pausing) for post in found])
        return
    show_table(
        ("ID", "Key", "Account", "Kind", "Status", "Time", "Segment", "Caption", "Last error"),
        [
            (
                post.id,
                post.row.key,
                post.account,
                post.row.kind,
                post.row.status,
                desk.shown(post.row.scheduled_at),
                post.row.segment,
                _beginning(post.row.caption),
                _why(desk, post, pausing),
            )
            for post in found
        ],
        below=("Caption", "Last error", "Segment", "Account", "Kind"),
    )


the_post = click.argument("said", metavar="ID|KODE")
"""A post by its number, or by the row's own key."""


@posts.command()
@the_post
@as_json
@pass_desk
def show(desk: Desk, said: str, as_json: bool) -> None:
    """All that is known of one post."""
    from ig_worker.store import approvals, crises, first_comments, journal

    with desk.database() as database, database.reading() as connection:
        post = find(connection, said)
        pausing = crises.pausing(connection)
        given = approvals.of(connection, post.id)
        first_comment = first_comments.of(connection, post.id)
        entries = journal.of(connection, f"post:{post.id}")
    row = post.row
    more: dict[str, Any] = {
        "caption": row.caption,
        "alt_text": row.alt_text or None,
        "first_comment": row.first_comment or None,
        "first_comment_status": first_comment.status if first_comment is not None else None,
        "first_comment_error": (first_comment.last_error or None) if first_comment is not None else None,
        "options": row.options,
        "media": [{"written": file.written, "sha256": file.sha256} for file in post.media],
        "cover": {"written": post.cover.written, "sha256": post.cover.sha256} if post.cover else None,
        "media_next_at": desk.iso(row.gather_next_at),
        "made_by": row.made_by or None,
        "edited_by": row.edited_by or None,
        "verified_by": row.verified_by or None,
        "responsible": row.responsible or None,
        "approvals": [
            {
                "role": each.role,
                "name": each.name,
                "override": each.override or None,
                "valid": each.content_hash == row.content_hash != "",
            }
            for each in given
        ],
        "approved_at": desk.iso(row.approved_at),
        "source": row.source,
        "source_row": row.source_row,
    }
    if as_json:
        history = [{"at": desk.iso(entry.at), "who": entry.who, "what": entry.what} for entry in entries]
        show_document({**post_document(desk, post, pausing), **more, "journal": history})
        return
    times = {name: desk.shown(getattr(row, name)) for name in ("scheduled_at", "published_at", "approved_at")}
    times["media_next_at"] = desk.shown(row.gather_next_at)
    more["approvals"] = "\n".join(
        f"{each.role.replace('_', ' ')}: {each.name}" + (f" ({each.override})" if each.override else "")
        for each in given
    )
    more["cover"] = post.cover.written if post.cover else None
    more["options"] = ", ".join(f"{name}={value}" for name, value in row.options.items() if value) or None
    more["media"] = "\n".join(file.written for file in post.media)
    show_fields({**post_document(desk, post, pausing), **more, **times})
    for entry in entries:
        click.echo(f"{desk.shown(entry.at)}  {one_line(f'{entry.who}: {entry.what}')}")


def find(connection: Connection, said: str) -> StoredPost:
    """The post with this number or this key; NotDone where there is none, or more than one."""
    from ig_worker.store import posts as shelf

    found = shelf.named(connection, said)
    if not found:
        raise NotDone(f"there is no post {said}", cure="ig-worker posts list shows them")
    if len(found) > 1:
        listed = ", ".join(f"{post.id} ({post.row.key} of {post.account})" for post in found)
        raise NotDone(
            f"{said} may be any of: {listed}", cure="write id: and its number, or kode: and its key"
        )
    return found[0]


def found_id(database: Database, said: str) -> int:
    """The number of the post that is meant; NotDone as above."""
    with database.reading() as connection:
        return find(connection, said).id


def post_document(desk: Desk, post: StoredPost, pausing: Mapping[str, int] | None = None) -> dict[str, Any]:
    """A post as ``posts list --json`` shows it; ``pausing`` are the crises whose end posts wait for, by account."""
    row = post.row
    return {
        "id": post.id,
        "key": row.key,
        "account": post.account,
        "kind": row.kind,
        "segment": row.segment or None,
        "status": row.status,
        "scheduled_at": desk.iso(row.scheduled_at),
        "published_at": desk.iso(row.published_at),
        "ig_media_id": row.ig_media_id,
        "permalink": row.permalink or None,
        "attempts": row.publish_calls,
        "last_error": _why(desk, post, pausing or {}) or None,
        "approved_by": row.approved_by or None,
    }


def _why(desk: Desk, post: StoredPost, pausing: Mapping[str, int]) -> str:
    """Why a post is not out: what went wrong, or the crisis for whose end it waits."""
    from ig_worker.store import publishing

    crisis = pausing.get(post.account)
    if crisis is None or not publishing.waits_in_a_crisis(post, desk.now()):
        return str(post.row.last_error)
    waits = f"menunggu krisis {crisis} selesai: ig-worker cases crisis lift {crisis} --by NAMA"
    return f"{post.row.last_error}; {waits}" if post.row.last_error else waits


def _beginning(caption: str) -> str:
    from ig_worker.domain.text import shorten

    return shorten(" ".join(caption.split()), 60)
