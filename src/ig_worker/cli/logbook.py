"""One thing followed through time: the steps of the log and the moves of the journal, in one list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from ig_worker.cli.desk import Desk, as_json, limited, of_account, pass_desk
from ig_worker.cli.failing import NotDone
from ig_worker.cli.showing import show_document

if TYPE_CHECKING:
    from ig_worker.log_files import Line
    from ig_worker.store.database import Connection, Database
    from ig_worker.store.journal import Entry

_SPAN = re.compile(r"(\d+)\s*([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

LOOK_SECONDS = 0.5
"""How often ``--follow`` looks for what is new."""


@dataclass(frozen=True)
class Sought:
    """What is followed. ``subjects`` are the journal's names of it, ``words`` what the log calls it."""

    subjects: frozenset[str]
    words: tuple[str, ...]
    account: str | None
    everything: bool

    def has_line(self, line: Line) -> bool:
        """Whether a line of the log is about it."""
        if self.account is not None and not _says(line, self.account):
            return False
        return not self.words or any(_says(line, word) for word in self.words)

    def has_entry(self, entry: Entry, of_account: Callable[[str], str]) -> bool:
        """Whether a line of the journal is about it."""
        if self.account is not None and of_account(entry.subject) != self.account:
            return False
        return self.everything or entry.subject in self.subjects


@click.group()
def log() -> None:
    """What was done, step by step."""


@log.command()
@click.option("--case", metavar="NUMBER", help="Of this case and its messages, e.g. K-2026-0001.")
@click.option("--post", type=int, metavar="ID", help="Of this post.")
@click.option("--message", type=int, metavar="ID", help="Of this comment or message.")
@of_account
@click.option(
    "--since",
    metavar="WHEN",
    help="2d, 6h, 30m, 1w; or a date or time. Without it and without a thing: one day.",
)
@click.option("--follow", "-f", is_flag=True, help="Go on with what is new, until Ctrl-C.")
@limited
@as_json
@pass_desk
def tail(
    desk: Desk,
    case: str | None,
    post: int | None,
    message: int | None,
    account: str | None,
    since: str | None,
    follow: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """Follow one thing through time, from the log and its old files and from the database's journal."""
    from ig_worker import log_files
    from ig_worker.store import journal

    if account is not None:
        desk.account(account)
    named = case is not None or post is not None or message is not None
    begin = _moment(desk, since) if since is not None else None if named else desk.now() - timedelta(days=1)
    file, zone = desk.settings.log.file, desk.settings.zone
    with desk.database() as database:
        if file is None:
            click.echo(
                "ig-worker: [log] file is not set, so only the journal is shown; set it to keep the log for this "
                "command.",
                err=True,
            )
        with database.reading() as connection:
            sought = _sought(connection, case, post, message, account)
            entries = journal.after(connection, 0)
            whose = _Whose(connection)
            moves = [
                _of_journal(desk, entry)
                for _, entry in entries
                if (begin is None or entry.at >= begin) and sought.has_entry(entry, whose)
            ]
        follower = log_files.Follower(file, zone) if follow and file is not None else None
        lines = log_files.read(file, zone, begin) if file is not None else iter(())
        steps = [_of_log(desk, line) for line in lines if sought.has_line(line)]
        found = sorted([*moves, *steps], key=lambda each: each["at"])
        _show(desk, found[-limit:] if limit else found, as_json=as_json and not follow, by_line=as_json)
        if follow:
            last = entries[-1][0] if entries else 0
            _follow(desk, database, sought, follower, last, by_line=as_json)


def _follow(
    desk: Desk, database: Database, sought: Sought, follower: Any, last: int, *, by_line: bool
) -> None:
    from ig_worker.clock import pause
    from ig_worker.store import journal

    while True:
        found = [
            _of_log(desk, line) for line in (follower.fresh() if follower else ()) if sought.has_line(line)
        ]
        with database.reading() as connection:
            whose = _Whose(connection)
            for number, entry in journal.after(connection, last):
                last = number
                if sought.has_entry(entry, whose):
                    found.append(_of_journal(desk, entry))
        _show(desk, sorted(found, key=lambda each: each["at"]), as_json=False, by_line=by_line)
        pause(LOOK_SECONDS)


def _sought(
    connection: Connection, case: str | None, post: int | None, message: int | None, account: str | None
) -> Sought:
    from ig_worker.store import cases, messages, posts

    subjects: set[str] = set()
    words: list[str] = []
    ids = [message] if message is not None else []
    if case is not None:
        case = case.upper()
        if (stored := cases.get(connection, case)) is None:
            raise NotDone(f"there is no case {case}", cure="ig-worker cases list shows them")
        subjects.add(f"case:{case}")
        words.append(case)
        ids += [row.id for row in cases.messages_of(connection, stored.row.id)]
    if post is not None:
        if (planned := posts.get(connection, post)) is None:
            raise NotDone(f"there is no post {post}", cure="ig-worker posts list shows them")
        subjects.add(f"post:{post}")
        known = (planned.row.key, planned.publication.media_id, planned.publication.container_id)
        words += [f"post {post}", f"post={post}", *(str(word) for word in known if word)]
    for number in ids:
        if (row := messages.get(connection, number)) is None:
            raise NotDone(f"there is no message {number}", cure="ig-worker inbox list shows them")
        subjects.add(f"message:{number}")
        words += [f"message {number}", f"message_id={number}", row.ig_id]
    return Sought(frozenset(subjects), tuple(words), account, everything=not subjects)


class _Whose:
    """The account that a subject of the journal is about; each is looked up once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, str] = {}

    def __call__(self, subject: str) -> str:
        if subject not in self._known:
            self._known[subject] = self._found(subject)
        return self._known[subject]

    def _found(self, subject: str) -> str:
        from ig_worker.store import cases, messages, posts

        kind, _, name = subject.partition(":")
        row: Any = None
        if kind == "case":
            stored = cases.get(self._connection, name)
            row = stored.row if stored else None
        elif kind == "post" and name.isdecimal():
            post = posts.get(self._connection, int(name))
            row = post.row if post else None
        elif kind == "message" and name.isdecimal():
            row = messages.get(self._connection, int(name))
        return str(row.account) if row is not None else name


def _says(line: Line, word: str) -> bool:
    said = [line.text, *(f"{key}={value}" for key, value in line.extras.items())]
    whole = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])")
    return any(whole.search(each) for each in said)


def _of_log(desk: Desk, line: Line) -> dict[str, Any]:
    extras = {key: value for key, value in line.extras.items() if key != "thread"}
    return {
        "at": line.at,
        "time": desk.iso(line.at),
        "source": "log",
        "level": line.level,
        "who": line.logger,
        "subject": None,
        "text": _clean(line.text),
        "fields": extras,
    }


def _of_journal(desk: Desk, entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "time": desk.iso(entry.at),
        "source": "journal",
        "level": None,
        "who": entry.who,
        "subject": entry.subject,
        "text": _clean(entry.what),
        "fields": {},
    }


def _clean(text: str) -> str:
    """As the log masks it: what was written before a rule was learnt is read by it now."""
    from ig_worker.domain.masking import mask_line
    from ig_worker.domain.text import clean
    from ig_worker.logs import redact

    return " ".join(mask_line(redact(clean(text))).split())


def _show(desk: Desk, found: Iterable[dict[str, Any]], *, as_json: bool, by_line: bool) -> None:
    import json

    documents = [{key: value for key, value in each.items() if key != "at"} for each in found]
    if as_json:
        show_document(documents)
        return
    for line in (json.dumps(each) for each in documents) if by_line else _for_people(desk, found):
        click.echo(line)


def _for_people(desk: Desk, found: Iterable[dict[str, Any]]) -> Iterator[str]:
    for each in found:
        time = each["at"].astimezone(desk.settings.zone)
        what = each["level"] if each["source"] == "log" else "MOVE"
        about = f"{each['subject']} " if each["subject"] else ""
        known = each["text"]
        extras = "".join(f" {key}={value}" for key, value in each["fields"].items() if f"{key}=" not in known)
        yield f"{time:%Y-%m-%d %H:%M:%S} {what:<7} {about}{each['who']}: {known}{extras}"


def _moment(desk: Desk, written: str) -> datetime:
    zone = desk.settings.zone
    if span := _SPAN.fullmatch(written.strip().lower()):
        return desk.now() - timedelta(**{_UNITS[span[2]]: int(span[1])})
    local = desk.now().astimezone(zone)
    for form in ("%H:%M", "%H.%M"):
        try:
            hour = datetime.strptime(written, form).replace(tzinfo=zone)
        except ValueError:
            continue
        at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
        return at if at <= local else at - timedelta(days=1)
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise click.UsageError(
            f"--since: found {written!r}; allowed: 2d, 6h, 30m, 1w, 2026-11-25, 2026-11-25T09:00 or 09:00"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)


commands = (log,)
