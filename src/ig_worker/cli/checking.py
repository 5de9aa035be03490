"""What stands in the way of the posts to come, and what they will look like."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, pass_desk
from ig_worker.cli.failing import FAILED
from ig_worker.cli.posts import find, posts
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.errors import MediaRejected, Misconfigured
from ig_worker.domain.instagram import Kind
from ig_worker.domain.post_rules import Finding, Severity
from ig_worker.domain.publication import Status

if TYPE_CHECKING:
    from ig_worker.media import MediaRoom
    from ig_worker.planning_desk import PlanningDesk
    from ig_worker.store.posts import StoredPost

OVER = (Status.PUBLISHED, Status.CANCELLED)
"""The states in which nothing is to come any more."""

OF_ACCOUNT = {"account", "limit_unread", "public_address", "token", "scope_publish"}
"""Findings that say nothing of the post itself."""

WORDS = {Severity.REFUSE: "ditolak", Severity.HOLD: "ditahan", Severity.WARNING: "catatan"}

_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass
class Checked:
    """A post, what is held against it, and the pictures of it."""

    post: StoredPost
    findings: tuple[Finding, ...]
    preview: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def gravest(self) -> Severity | None:
        """The worst that was found."""
        found = {finding.severity for finding in self.findings}
        return next((severity for severity in Severity if severity in found), None)


@posts.command("check")
@click.argument("said", metavar="[ID|KODE]...", nargs=-1)
@click.option(
    "--preview", type=click.Path(path_type=Path), help="Write what Instagram would show into this folder."
)
@click.option("--offline", is_flag=True, help="Ask neither Instagram nor any address.")
@as_json
@pass_desk
def check(desk: Desk, said: tuple[str, ...], preview: Path | None, offline: bool, as_json: bool) -> int:
    """Pre-flight: everything that Instagram would refuse later. Without a name, every post to come.

    Exit status 1 if anything would be refused.
    """
    quiet = as_json or not sys.stderr.isatty()
    if offline:
        with desk.planning() as planning:
            checked = _checked(planning, _chosen(planning, said), preview, online=False, quiet=quiet)
    else:
        with desk.house() as house:
            chosen = _chosen(house, said)
            for account in dict.fromkeys(post.account for post in chosen if _is_to_come(post)):
                if account in desk.settings.accounts:
                    house.preflight.ask(account, house.instagram(account), house.clock.now())
            checked = _checked(house, chosen, preview, online=True, quiet=quiet)
    if as_json:
        show_document([_document(each) for each in checked])
    else:
        _show(desk, checked)
    return FAILED if any(each.gravest is Severity.REFUSE for each in checked) else 0


def _checked(
    planning: PlanningDesk, chosen: Sequence[StoredPost], preview: Path | None, *, online: bool, quiet: bool
) -> list[Checked]:
    now = planning.clock.now()
    checked: list[Checked] = []
    with click.progressbar(chosen, label="Memeriksa", file=sys.stderr, hidden=quiet) as bar:
        for post in bar:
            checked.append(Checked(post, planning.preflight.look(post, now, online=online)))
            if preview is not None and _is_to_come(post):
                _draw(planning.staging, checked[-1], preview, taken={path.name for path in _drawn(checked)})
    return checked


def _chosen(planning: PlanningDesk, said: Sequence[str]) -> list[StoredPost]:
    from ig_worker.store import posts as shelf

    with planning.database.reading() as connection:
        if said:
            return list({post.id: post for post in (find(connection, one) for one in said)}.values())
        return [post for post in shelf.listed(connection) if _is_to_come(post)]


def _is_to_come(post: StoredPost) -> bool:
    return post.publication.status not in OVER


def _drawn(checked: Sequence[Checked]) -> Iterator[Path]:
    for each in checked:
        yield from each.preview


def _draw(room: MediaRoom, checked: Checked, folder: Path, *, taken: set[str]) -> None:
    """Write the post's pictures as they would go out, named ``kode-1.jpg`` and so on, ``kode-sampul.jpg`` the cover."""
    from ig_worker.store.posts import COVER

    post = checked.post
    name = post.row.key if _HARMLESS.fullmatch(post.row.key) else f"posting-{post.id}"
    if any(other.startswith(f"{name}-") for other in taken):
        name = f"{name}-{post.id}"
    folder.mkdir(parents=True, exist_ok=True)
    kind = post.publication.kind
    ratio: float | None = None
    for number, file in enumerate(post.files, 1):
        if not file.original or not room.path(file.original).is_file():
            checked.notes.append(f"“{one_line(file.written)}” belum ada, jadi belum dapat ditampilkan")
            continue
        tall = kind is Kind.STORY or file.role == COVER
        out = folder / f"{name}-{'sampul' if file.role == COVER else number}.jpg"
        try:
            if kind is Kind.CAROUSEL and ratio is None:
                ratio = room.try_out(file.original, story=False) or None
            unseen = room.preview(file.original, out, story=tall, ratio=ratio)
        except (MediaRejected, Misconfigured) as error:
            checked.notes.append(str(error))
            continue
        if unseen:
            checked.notes.append(f"“{one_line(file.written)}”: {unseen}")
        else:
            checked.preview.append(out)


def _document(checked: Checked) -> dict[str, Any]:
    post = checked.post
    return {
        "id": post.id,
        "key": post.row.key,
        "account": post.account,
        "status": post.row.status,
        "findings": [
            {
                "code": finding.code,
                "field": finding.field,
                "found": finding.found,
                "allowed": finding.allowed,
                "severity": finding.severity.value,
            }
            for finding in checked.findings
        ],
        "preview": [str(path) for path in checked.preview],
        "notes": checked.notes,
    }


def _show(desk: Desk, checked: Sequence[Checked]) -> None:
    from ig_worker.render.indonesian import word

    shared = _shared(checked)
    for account, findings in shared.items():
        click.echo(f"Semua postingan {account}:")
        _list(findings)
    for each in checked:
        post = each.post
        verdict = "siap" if each.gravest in (None, Severity.WARNING) else WORDS[each.gravest]
        if post.publication.status not in (Status.DRAFT, Status.APPROVED, Status.PREPARING, Status.READY):
            verdict = word(post.row.status).lower() if each.gravest is not Severity.REFUSE else verdict
        click.echo(f"{post.row.key} ({post.id}), {desk.shown(post.row.scheduled_at)}: {verdict}")
        _list([finding for finding in each.findings if finding not in shared.get(post.account, ())])
        for note in each.notes:
            _say(note)
        for path in each.preview:
            click.echo(f"  gambar: {path}")
    counted = {
        word: sum(each.gravest is severity for each in checked)
        for severity, word in ((Severity.REFUSE, "akan ditolak"), (Severity.HOLD, "menunggu keputusan"))
    }
    ready = len(checked) - sum(counted.values())
    said = ", ".join(f"{count} {what}" for what, count in {"siap": ready, **counted}.items() if count)
    click.echo(f"{len(checked)} postingan diperiksa" + (f": {said}." if said else "."))


def _shared(checked: Sequence[Checked]) -> dict[str, list[Finding]]:
    """By account, what is held against all of its posts: said once."""
    shared: dict[str, list[Finding]] = {}
    for account in dict.fromkeys(each.post.account for each in checked):
        found = [each.findings for each in checked if each.post.account == account]
        common = [
            finding
            for finding in found[0]
            if finding.code in OF_ACCOUNT and all(finding in other for other in found)
        ]
        if len(found) > 1 and common:
            shared[account] = common
    return shared


def _list(findings: Sequence[Finding]) -> None:
    for finding in findings:
        _say(f"{WORDS[finding.severity]}: {finding}")


def _say(text: str) -> None:
    from ig_worker.cli.tables import folded

    first, *more = folded(one_line(text), 76)
    click.echo(f"  {first}")
    for line in more:
        click.echo(f"    {line}")
