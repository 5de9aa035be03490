"""A month of the plan: what each week lacks, which days stand empty, and which occasions nobody speaks of yet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, of_account, pass_desk
from ig_worker.cli.posts import posts
from ig_worker.cli.showing import one_line, show_document
from ig_worker.domain.month_plan import Spoken, Week, month_days
from ig_worker.domain.text import shorten

if TYPE_CHECKING:
    from ig_worker.domain.occasions import Occasion
    from ig_worker.store.database import Row

AHEAD = timedelta(days=21)
"""So far is looked for occasions, also where the month ends sooner."""


@dataclass(frozen=True)
class View:
    """What is shown of a month."""

    first: date
    account: str | None
    weeks: tuple[Week, ...]
    empty: tuple[date, ...]
    undecided: tuple[Row[Any], ...]
    spoken: tuple[Spoken, ...]


@posts.command("plan")
@click.option("--month", "written", metavar="YYYY-MM", help="Which month; without it the present one.")
@of_account
@as_json
@pass_desk
def plan(desk: Desk, written: str | None, account: str | None, as_json: bool) -> None:
    """What a month still lacks: posts for each week and segment, days and occasions without one."""
    today = desk.now().astimezone(desk.settings.zone).date()
    first = _month(written) if written else today.replace(day=1)
    view = _view(desk, first, today, None if account is None else desk.account(account))
    if as_json:
        show_document(_document(desk, view))
    else:
        _show(desk, view)


def _month(written: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d\d)", written, re.ASCII)
    if found is None or not 2020 <= int(found[1]) <= 2100 or not 1 <= int(found[2]) <= 12:
        raise click.UsageError(f'--month: found "{written}"; allowed: a year and a month such as 2026-11')
    return date(int(found[1]), int(found[2]), 1)


def _view(desk: Desk, first: date, today: date, account: str | None) -> View:
    from ig_worker.flows.planning.month import Rules, planned_days, undecided

    end = month_days(first.year, first.month)[-1]
    occasions = _occasions(first, end, today)
    rules = Rules(desk.settings.zone, desk.settings.planner.targets)
    with desk.database() as database, database.reading() as connection:
        found = planned_days(connection, first, end, occasions, rules, account=account)
    return View(first, account, found.weeks, found.empty, undecided(found.posts, desk.now()), found.spoken)


def _occasions(first: date, end: date, today: date) -> Sequence[Occasion]:
    """Those of the month; of the present month those to come, and those of the next weeks as well."""
    from ig_worker.flows.planning.month import occasions_between

    if first <= today <= end:
        first, end = today, max(end, today + AHEAD)
    return occasions_between(first, end)


def _document(desk: Desk, view: View) -> dict[str, Any]:
    return {
        "month": f"{view.first:%Y-%m}",
        "account": view.account,
        "weeks": [
            {
                "first": week.first.isoformat(),
                "last": week.last.isoformat(),
                "planned": week.planned,
                "segments": [
                    {
                        "segment": count.segment or None,
                        "planned": count.planned,
                        "target": count.target,
                        "missing": count.missing,
                    }
                    for count in week.segments
                ],
            }
            for week in view.weeks
        ],
        "days_without_post": [day.isoformat() for day in view.empty],
        "not_approved": [
            {
                "id": post.id,
                "key": post.key,
                "account": post.account,
                "status": post.status,
                "scheduled_at": desk.iso(post.scheduled_at),
                "segment": post.segment or None,
                "last_error": post.last_error or None,
            }
            for post in view.undecided
        ],
        "occasions": [
            {
                "name": spoken.occasion.name,
                "kind": spoken.occasion.sort.value,
                "first": spoken.occasion.first.isoformat(),
                "last": spoken.occasion.last.isoformat(),
                "theme": spoken.occasion.words[0],
                "planned": bool(spoken.posts),
                "posts": [{"id": post.id, "key": post.key} for post in spoken.posts],
            }
            for spoken in view.spoken
        ],
    }


def _show(desk: Desk, view: View) -> None:
    from ig_worker.render.indonesian import month, number, ranges, short_day, word

    whose = f" untuk {view.account}" if view.account else ""
    click.echo(f"Rencana {month(view.first)}{whose}")
    for week in view.weeks:
        click.echo(f"\n{_span(week.first, week.last)}: {number(week.planned)} postingan")
        for count in week.segments:
            name = shorten(one_line(count.segment), 40) or "(tanpa segmen)"
            aim = "" if count.target is None else f" dari {count.target}"
            lack = f"   kurang {count.missing}" if count.missing else ""
            click.echo(f"  {name:<40} {count.planned:>3}{aim}{lack}")
    if not desk.settings.planner.targets:
        click.echo("\nTarget per segmen belum ada: isi [planner.targets] di config.toml.")
    if view.empty:
        click.echo(f"\nTanggal tanpa postingan ({len(view.empty)} hari): {ranges(view.empty)}")
    else:
        click.echo("\nSetiap hari bulan ini ada postingannya.")
    if view.undecided:
        click.echo("\nPerlu keputusan segera:")
        for post in view.undecided:
            when = post.scheduled_at.astimezone(desk.settings.zone)
            late = "  (waktunya sudah lewat)" if when < desk.now() else ""
            click.echo(f"  {short_day(when.date())} {when:%H.%M}  {word(post.status).lower()}{late}")
            click.echo(f"      {post.key}")
            if post.last_error:
                click.echo(f"      {shorten(one_line(post.last_error), 70)}")
    click.echo(
        "\nHari besar dan hari kesehatan:" if view.spoken else "\nTidak ada hari besar dalam waktu ini."
    )
    for spoken in view.spoken:
        occasion = spoken.occasion
        mark = "ada  " if spoken.posts else "belum"
        free = f" ({occasion.sort.value})" if occasion.sort == "libur nasional" else ""
        click.echo(f"  {mark}  {_span(occasion.first, occasion.last)}: {occasion.name}{free}")
        if spoken.posts:
            click.echo(f"         {shorten(', '.join(post.key for post in spoken.posts), 70)}")


def _span(first: date, last: date) -> str:
    from ig_worker.render.indonesian import short_day

    return short_day(first) if first == last else f"{short_day(first)} – {short_day(last)}"
