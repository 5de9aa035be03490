"""The register of complaints and suggestions, as people and programs read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.inbox import TOPICS
from ig_worker.cli.showing import one_line, show_document, show_fields, show_table
from ig_worker.domain.case import Status
from ig_worker.domain.masking import mask
from ig_worker.domain.text import clean, shorten

if TYPE_CHECKING:
    from ig_worker.store.case_files import CaseFile, Wanted
    from ig_worker.store.cases import StoredCase
    from ig_worker.store.database import Connection, Row

Moment = Callable[[datetime | None], str | None]
"""How a time is written: for people, or for programs."""

the_case = click.argument("number", metavar="NUMBER", callback=lambda _c, _p, value: value.strip().upper())


@click.group()
def cases() -> None:
    """The register of complaints and suggestions."""


def a_month(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> tuple[int, int] | None:
    """Year and month of ``--month``; None where none is named."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{4})-(\d{1,2})|(\d{1,2})[/-](\d{4})", value.strip(), re.ASCII)
    if found:
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        if 1 <= month <= 12 and 2010 <= year <= 2100:
            return year, month
    raise click.BadParameter(f'found "{value}"; allowed: a month such as 2026-11')


@cases.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only these.")
@click.option("--open", "open_", is_flag=True, help="Only what is neither resolved, rejected nor merged.")
@click.option("--overdue", is_flag=True, help="Only open ones that are past a deadline.")
@click.option("--unit", metavar="UNIT", help="Only what this unit answers for.")
@click.option("--topic", type=click.Choice(TOPICS), help="Only what is about this.")
@click.option("--month", metavar="YYYY-MM", callback=a_month, help="Only what was opened in this month.")
@of_account
@limited
@as_json
@pass_desk
def list_cases(
    desk: Desk,
    status: str | None,
    open_: bool,
    overdue: bool,
    unit: str | None,
    topic: str | None,
    month: tuple[int, int] | None,
    account: str | None,
    limit: int | None,
    as_json: bool,
) -> None:
    """Every case by its number.

    Numbers of persons are masked; cases show has the whole text.
    """
    from ig_worker.store import case_files

    now = desk.now()
    since, until = (None, None) if month is None else _bounds(desk, *month)
    wanted: Wanted = case_files.Wanted(
        status=status,
        open=open_,
        overdue_at=now if overdue else None,
        unit=unit,
        account=None if account is None else desk.account(account),
        topic=topic,
        since=since,
        until=until,
    )
    with desk.database() as database, database.reading() as connection:
        files = case_files.listed(connection, wanted, limit)
    if as_json:
        show_document([case_document(file, desk.iso, now) for file in files])
        return
    show_table(
        ("Number", "Status", "Severity", "Label", "Topic", "Unit", "Account", "Opened", "In charge", "Deadlines",
         "Told", "Text"),
        [_in_a_list(desk, file, now) for file in files],
        below=("Text", "Told", "Deadlines", "Account", "Topic", "Unit", "Label", "In charge"),
    )  # fmt: skip


def _bounds(desk: Desk, year: int, month: int) -> tuple[datetime, datetime]:
    zone = desk.settings.zone
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)


def _in_a_list(desk: Desk, file: CaseFile, now: datetime) -> Sequence[object]:
    row = file.row
    due = "; ".join(deadline_lines(file.deadlines, desk.shown, _ended(file, now)))
    told = "; ".join(f"{each.channel} {each.status}" for each in file.deliveries)
    # Masked first: half of a number would not be known as one.
    said = shorten(mask(one_line(file.messages[0].text)), 80) if file.messages else ""
    return (
        row.number, row.status, row.severity, row.label, row.topic, row.unit, row.account, desk.shown(row.opened_at),
        row.assigned_to, due, told, said,
    )  # fmt: skip


def _ended(file: CaseFile, now: datetime) -> datetime:
    """Until when the case's deadlines could be missed."""
    return file.row.closed_at or now


def deadline_lines(deadlines: Sequence[Row[Any]], when: Moment, now: datetime) -> list[str]:
    """Each deadline in words: when it is due, when it was met, and whether that is, or was, late."""
    found = []
    for line in deadlines:
        late = "late" if line.due_at < (line.met_at or now) else ""
        state = ", ".join(filter(None, [f"met {when(line.met_at)}" if line.met_at else "", late]))
        found.append(f"{line.name}: {when(line.due_at)}" + (f" ({state})" if state else ""))
    return found


@cases.command()
@the_case
@as_json
@pass_desk
def show(desk: Desk, number: str, as_json: bool) -> None:
    """One case, complete: what was written and answered, deadlines, evidence, who was told and who did what."""
    from ig_worker.store import case_files, centre_words, inbox, journal

    now = desk.now()
    with desk.database() as database, database.reading() as connection:
        file = case_files.of(connection, number)
        if file is None:
            raise no_such_case(number)
        merged = case_files.merged_into(connection, number)
        said = centre_words.to_case(connection, file.messages)
        entries = journal.of(connection, f"case:{number}")
        media_ids = {row.media_id for row in file.messages if row.media_id}
        found = [inbox.media(connection, file.row.account, media_id) for media_id in sorted(media_ids)]
        links = {media.ig_id: media.permalink for media in found if media is not None}
    in_charge = _in_charge(desk, file.row)
    if as_json:
        document = case_document(file, desk.iso, now, full=True)
        show_document(
            {
                **document,
                "in_charge": in_charge or None,
                "merged_from": list(merged),
                "messages": [_message(row, links, desk.iso) for row in file.messages],
                "answers": [
                    {"by": each.by, "sent_at": desk.iso(each.at), "text": each.text} for each in said
                ],
                "journal": [
                    {"at": desk.iso(entry.at), "who": entry.who, "what": entry.what} for entry in entries
                ],
            }
        )
        return
    document = case_document(file, desk.shown, now, full=True)
    lines = {
        "deadlines": deadline_lines(file.deadlines, desk.shown, _ended(file, now)),
        "evidence": [f"{each['path']} {each['sha256']}" for each in document["evidence"]],
        "deliveries": [
            f"{each['channel']}: {each['status']}, {each['attempts']} attempts"
            for each in document["deliveries"]
        ],
        "message_ids": [str(each) for each in document["message_ids"]],
        "merged_from": merged,
        "posts": [link for link in links.values() if link],
    }
    show_fields(
        {**document, "in_charge": in_charge, **{name: "\n".join(each) for name, each in lines.items()}}
    )
    for row in file.messages:
        _show_words(
            f"message {row.id}  {desk.shown(row.sent_at)}  {one_line(row.author)}{_marks(row)}:", row.text
        )
    for each in said:
        _show_words(f"answer  {desk.shown(each.at)}  {one_line(each.by) or 'the centre'}:", each.text)
    for entry in entries:
        click.echo(f"{desk.shown(entry.at)}  {one_line(entry.who)}: {one_line(entry.what)}")


def _show_words(head: str, text: str) -> None:
    """Foreign words after their head, or folded below it: no line of theirs can pass for one of the history."""
    lines = clean(text).splitlines() or [""]
    if len(lines) == 1:
        click.echo(f"{head} {lines[0]}")
    else:
        click.echo("\n".join([head, *(f"    | {line}" for line in lines)]))


def _marks(row: Row[Any]) -> str:
    states = (("deleted", row.deleted), ("hidden", row.hidden), ("edited", row.edited))
    marks = [mark for mark, holds in states if holds] + list(row.attachments)
    return f" [{', '.join(marks)}]" if marks else ""


def _message(row: Row[Any], links: dict[str, str], when: Moment) -> dict[str, Any]:
    return {
        "id": row.id,
        "channel": row.channel,
        "ig_id": row.ig_id,
        "author": row.author or None,
        "sent_at": when(row.sent_at),
        "first_seen_at": when(row.first_seen_at),
        "edited_at": when(row.edited_at),
        "deleted_at": when(row.deleted_at),
        "permalink": links.get(row.media_id) or None,
        "attachments": row.attachments,
        "text": row.text,
    }


def _in_charge(desk: Desk, row: Row[Any]) -> str:
    """Who was named for the case, else whoever answers for its topic."""
    topic = desk.settings.topics.get(row.topic)
    return str(row.assigned_to) or (topic.person if topic is not None else "")


def find(connection: Connection, number: str) -> StoredCase:
    """The case with this number; NotDone where there is none."""
    from ig_worker.store import cases as shelf

    found = shelf.get(connection, number)
    if found is None:
        raise no_such_case(number)
    return found


def no_such_case(number: str) -> NotDone:
    """What is said of a number that nothing has."""
    return NotDone(f"there is no case {number}", cure="ig-worker cases list shows them")


def case_document(file: CaseFile, when: Moment, now: datetime, *, full: bool = False) -> dict[str, Any]:
    """A case as ``cases list --json`` shows it, its times written by ``when``; texts masked unless it is ``full``."""
    row = file.row

    def words(text: str) -> str | None:
        return (text if full else mask(text)) or None

    return {
        "number": row.number,
        "account": row.account,
        "label": row.label,
        "topic": row.topic,
        "unit": row.unit or None,
        "severity": row.severity,
        "status": row.status,
        "channel": row.channel,
        "opened_at": when(row.opened_at),
        "overdue": file.overdue(now),
        "deadlines": [
            {"name": line.name, "due_at": when(line.due_at), "met_at": when(line.met_at)}
            for line in file.deadlines
        ],
        "told_at": when(row.told_at),
        "first_response_at": when(row.first_response_at),
        "acknowledged_at": when(row.acknowledged_at),
        "acknowledged_by": row.acknowledged_by or None,
        "started_at": when(row.started_at),
        "resolved_at": when(row.resolved_at),
        "closed_at": when(row.closed_at),
        "purged_at": when(row.purged_at),
        "reopened_at": when(row.reopened_at),
        "reopened": row.reopened,
        "assigned_to": row.assigned_to or None,
        "plan": words(row.plan),
        "follow_up": words(row.follow_up),
        "answer": words(row.answer),
        "reason": words(row.reason),
        "merged_into": row.merged_into or None,
        "message_ids": [message.id for message in file.messages],
        "evidence": [{"path": piece.path, "sha256": piece.sha256} for piece in file.evidence],
        "deliveries": [
            {"channel": notice.channel, "status": notice.status, "attempts": notice.attempts}
            for notice in file.deliveries
        ],
    }
