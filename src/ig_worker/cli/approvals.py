"""Yes or no to a post: who may say it in which role, and what is still wanted.

Every move goes through the machine of :mod:`ig_worker.domain.publication` and into the journal with the person's name.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.deciding import Move, decide, tell_result
from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.posts import posts, the_post
from ig_worker.cli.showing import one_line
from ig_worker.domain.approval import (
    NEVER_OVERRULED,
    ROLES,
    VERIFIER,
    Answer,
    Approval,
    against_it,
    approved_by,
    overruled,
    roles_in_words,
)
from ig_worker.domain.post_rules import Severity
from ig_worker.domain.publication import Event, Happened, apply

if TYPE_CHECKING:
    from ig_worker.flows.planning.approving import Approving
    from ig_worker.planning_desk import PlanningDesk
    from ig_worker.store.database import Connection
    from ig_worker.store.posts import StoredPost


@posts.command()
@the_post
@by_person
@click.option("--as", "role", required=True, type=click.Choice(ROLES), help="In which role.")
@click.option(
    "--override", default="", metavar="REASON", help="Why it may go out in spite of a number in its text."
)
@as_json
@pass_desk
def approve(desk: Desk, said: str, by: str, role: str, override: str, as_json: bool) -> None:
    """Say yes to a post as it is now; it goes out when every role has. Not by the one who made it."""
    from ig_worker.store import approvals

    override = one_line(override)
    if override and role != VERIFIER:
        raise click.UsageError(f"--override is for {VERIFIER} only")
    with desk.planning() as planning:
        approving = planning.approving

        def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
            given = approvals.of(connection, post.id)
            _refuse(approving, post, given, by, role, override)
            content = post.row.content_hash
            approvals.put(connection, post.id, Approval(role, by, content, override), now)
            given = approvals.of(connection, post.id)
            judged = approving.judgement(post, given)
            after = apply(post.publication, Happened(Event.APPROVE), now)
            columns: dict[str, Any] = {"approval_void": False} if role == VERIFIER else {}
            what = f"approved as {role.replace('_', ' ')}" + (f", overruling: {override}" if override else "")
            if judged.answer is Answer.GO:
                columns |= {"approved_by": approved_by(given, content), "approved_hash": content}
                return Move(after, what, columns)
            return Move(post.publication, what, columns, judged.missing)

        post, move = decide(desk, planning.database, said, by, to)
        against = _what_pre_flight_says(planning, post, desk.now())
    at = desk.shown(post.row.scheduled_at)
    sentence = f"Post {post.id} ({post.row.key}) is approved for {at}."
    if move.after.status is post.publication.status:
        wanted = roles_in_words(move.missing) or f"the reason of a {VERIFIER} (--override)"
        sentence = f"Post {post.id} ({post.row.key}) has your yes as {role.replace('_', ' ')}; still wanted: {wanted}."
    tell_result(desk, post.id, "\n".join([sentence, *against]), as_json=as_json)


def _what_pre_flight_says(planning: PlanningDesk, post: StoredPost, now: datetime) -> list[str]:
    """What Instagram might refuse later, a line each in Indonesian: whoever says yes should know now."""
    found = planning.preflight.look(post, now, online=False)
    return [f"  {finding}" for finding in found if finding.severity is not Severity.HOLD]


def _refuse(
    approving: Approving, post: StoredPost, given: list[Approval], by: str, role: str, override: str
) -> None:
    """NotDone where this person's yes cannot count now."""
    from ig_worker.flows.planning.approving import is_maker, was_refused

    row = post.row
    if role == VERIFIER and is_maker(post, by):
        raise NotDone(f"{by} made post {post.id}", cure="someone else has to approve it")
    if refused := [each for each in approving.findings(post) if each.severity is Severity.REFUSE]:
        raise NotDone(
            f"Instagram would not take post {post.id}: {'; '.join(str(finding) for finding in refused)}",
            cure="change the row in the sheet and import it again",
        )
    against = against_it(approving.findings(post), overruled(given, row.content_hash))
    if any(finding.code in NEVER_OVERRULED for finding in against):
        raise NotDone(
            f"post {post.id} shows a patient and names no written consent",
            cure="write its reference into persetujuan_pasien of the sheet and import it again",
        )
    if was_refused(post):
        raise NotDone(
            f"post {post.id} cannot go out: {row.last_error}",
            cure=f"mend the file and import the sheet again, or: ig-worker posts retry {post.id}",
        )
    if not row.content_hash:
        raise NotDone(
            f"nobody can have seen post {post.id} yet: its media are still to be fetched",
            cure="wait a minute, or run: ig-worker run-once media",
        )
    if against and role == VERIFIER and not override:
        raise NotDone(
            f"post {post.id}: {'; '.join(str(finding) for finding in against)}",
            cure='change the text, or approve with --override "why it may be public"',
        )


@posts.command()
@the_post
@by_person
@click.option("--as", "role", type=click.Choice(ROLES), help="In which role.")
@click.option("--reason", default="", help="What has to be changed.")
@as_json
@pass_desk
def reject(desk: Desk, said: str, by: str, role: str | None, reason: str, as_json: bool) -> None:
    """Send a post back as a draft, with the reason; the content team is told."""
    from ig_worker.flows.planning.approving import UNAPPROVED
    from ig_worker.store import approvals

    # Whoever reads it next has at least somebody to ask.
    reason = one_line(reason) or f"ditolak oleh {by}; tanyakan apa yang perlu diubah"
    as_what = f" as {role.replace('_', ' ')}" if role else ""
    with desk.planning() as planning:

        def to(connection: Connection, post: StoredPost, now: datetime) -> Move:
            after = apply(post.publication, Happened(Event.REJECT, reason=reason), now)
            approvals.void(connection, post.id)
            planning.approving.tell_rejected(connection, post, by, reason, now)
            # A sheet that still says "disetujui" must not undo this at its next import (INTERFACE.md).
            void = post.row.sheet_status == "disetujui"
            return Move(after, f"rejected{as_what}: {reason}", {**UNAPPROVED, "approval_void": void})

        post, _ = decide(desk, planning.database, said, by, to)
    sentence = f"Post {post.id} ({post.row.key}) is a draft again: {reason}"
    tell_result(desk, post.id, sentence, as_json=as_json)
