"""Yes or no to a post from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from ig_worker.cli.deciding import tell_result
from ig_worker.cli.desk import Desk, as_json, by_person, pass_desk
from ig_worker.cli.posts import found_id, posts, the_post
from ig_worker.cli.showing import one_line
from ig_worker.domain.approval import ROLES, VERIFIER, roles_in_words
from ig_worker.domain.post_rules import Severity

if TYPE_CHECKING:
    from ig_worker.planning_desk import PlanningDesk
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
    from ig_worker.flows.planning import verdicts

    override = one_line(override)
    if override and role != VERIFIER:
        raise click.UsageError(f"--override is for {VERIFIER} only")
    with desk.planning() as planning:
        post, move = verdicts.approve(
            planning.database,
            desk.now(),
            found_id(planning.database, said),
            planning.approving,
            role,
            by=by,
            override=override,
        )
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


@posts.command()
@the_post
@by_person
@click.option("--as", "role", type=click.Choice(ROLES), help="In which role.")
@click.option("--reason", default="", help="What has to be changed.")
@as_json
@pass_desk
def reject(desk: Desk, said: str, by: str, role: str | None, reason: str, as_json: bool) -> None:
    """Send a post back as a draft, with the reason; the content team is told."""
    from ig_worker.flows.planning import verdicts

    with desk.planning() as planning:
        post, why = verdicts.reject(
            planning.database,
            desk.now(),
            found_id(planning.database, said),
            planning.approving,
            one_line(reason),
            by=by,
            role=role,
        )
    sentence = f"Post {post.id} ({post.row.key}) is a draft again: {why}"
    tell_result(desk, post.id, sentence, as_json=as_json)
