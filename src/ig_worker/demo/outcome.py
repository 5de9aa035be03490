"""Whether all of the played day happened: the worker's shelves held against what the world saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ig_worker.demo.day import BEGIN, Word
from ig_worker.demo.stage import Stage
from ig_worker.store import cases, chain, figures, messages, posts, read_figures
from ig_worker.store.database import Connection, Database, Row

MOST_MEGABYTES = 90.0
FIRST_DAY = BEGIN.date() - timedelta(days=7)


@dataclass(frozen=True)
class Line:
    """One thing that should have happened, what was found, and where a person can look."""

    what: str
    found: str
    fine: bool
    where: str = ""


@dataclass
class Outcome:
    """The day's summary."""

    folder: Path
    lines: list[Line] = field(default_factory=list)

    @property
    def all_happened(self) -> bool:
        """Whether every line is fine."""
        return all(line.fine for line in self.lines)

    def add(self, what: str, found: object, fine: bool, where: str = "") -> None:
        """One more line."""
        self.lines.append(Line(what, str(found), fine, where))

    def note_worker(self, megabytes: float, highest: float, *, ended_well: bool) -> None:
        """How the worker itself did."""
        found = f"{megabytes:.0f} MB resident, {highest:.0f} MB at its highest"
        self.add("worker's memory after the day", found, megabytes < MOST_MEGABYTES, "logs/worker.log")
        self.add("worker stopped on SIGTERM", "yes" if ended_well else "no", ended_well, "logs/worker.log")

    def note_silent(self, silent: Sequence[Word]) -> None:
        """People whose post never came out."""
        if silent:
            self.add("people without a post to write under", len(silent), fine=False)


def look(
    stage: Stage, database: Database, words: Sequence[Word], imported: dict[str, Any], *, cases_before: int
) -> Outcome:
    """Hold the shelves against the world; so many cases are of the weeks before."""
    outcome = Outcome(stage.folder)
    world = stage.door.state()
    with database.reading() as connection:
        _look_at_plan(outcome, connection, imported, world)
        _look_at_inbox(outcome, connection, words, world)
        _look_at_cases(outcome, connection, stage, cases_before)
        _look_at_figures(outcome, connection, stage)
    return outcome


def _look_at_plan(
    outcome: Outcome, connection: Connection, imported: dict[str, Any], world: dict[str, Any]
) -> None:
    refused, waiting = imported["problems"], imported["waiting"]
    where = "rencana.xlsx"
    outcome.add("rows refused, each with its reason", len(refused), len(refused) == 2, where)
    outcome.add("rows that wait for an approval", len(waiting), len(waiting) == 1, where)
    stored = posts.listed(connection)
    planned = [post for post in stored if post.row.sheet_status == "disetujui"]
    out = [post for post in planned if post.row.status == "published"]
    seen = Counter(media["id"] for media in world["media"])
    once = all(seen[post.publication.media_id] == 1 for post in out) and len(world["media"]) == len(out)
    outcome.add(
        "approved posts published", f"{len(out)} of {len(planned)}", len(out) == len(planned), "posts list"
    )
    outcome.add(
        "each of them visible exactly once", f"{len(world['media'])} on Instagram", once, "posts list"
    )
    on_time = [post for post in out if post.publication.published_at == post.publication.scheduled_at]
    outcome.add("at their minute", f"{len(on_time)} of {len(out)}", len(on_time) == len(out), "posts list")
    wanted = [post for post in out if post.row.first_comment and post.row.kind != "story"]
    said = Counter((comment["media_id"], comment["text"]) for comment in world["comments"] if comment["own"])
    done = [post for post in wanted if said[post.publication.media_id, post.row.first_comment] == 1]
    outcome.add(
        "first comments written, each once",
        f"{len(done)} of {len(wanted)}",
        len(done) == len(wanted) > 0,
        "posts show",
    )
    kinds = sorted({post.row.kind for post in out})
    outcome.add("kinds of posts", ", ".join(kinds), {"image", "carousel", "story"} <= set(kinds))


def _look_at_inbox(
    outcome: Outcome, connection: Connection, words: Sequence[Word], world: dict[str, Any]
) -> None:
    stored = messages.listed(connection)
    where = "inbox list"
    outcome.add(
        "comments and messages stored once",
        f"{len(stored)} of {len(words)}",
        len(stored) == len(words),
        where,
    )
    expected = {(word.author, " ".join(word.text.split())): word.expect for word in words}
    right = [row for row in stored if expected.get((row.author, " ".join(row.text.split()))) == row.label]
    outcome.add(
        "judged as a person would", f"{len(right)} of {len(stored)}", len(right) >= len(stored) * 0.8, where
    )
    labels = Counter(row.label for row in stored)
    outcome.add(
        "labels",
        ", ".join(f"{label} {count}" for label, count in labels.most_common()),
        len(labels) == 5,
        where,
    )
    thanked = [row for row in stored if row.reply_status == "sent"]
    wrongly = [row for row in thanked if expected.get((row.author, " ".join(row.text.split()))) != "pujian"]
    ours = Counter(_own_texts(world))
    twice = [row for row in thanked if ours[row.reply_text] != 1]
    outcome.add("praise thanked, with a sentence more", len(thanked), len(thanked) > 0, where)
    outcome.add(
        "thanked twice, or without praise", len(twice) + len(wrongly), not twice and not wrongly, where
    )


def _own_texts(world: dict[str, Any]) -> Iterable[str]:
    for comment in world["comments"]:
        if comment["own"]:
            yield comment["text"]
    for conversation in world["conversations"]:
        yield from (message["text"] for message in conversation["messages"] if message["own"])


def _look_at_cases(outcome: Outcome, connection: Connection, stage: Stage, before: int) -> None:
    due = [row for row in messages.listed(connection) if row.opens_case]
    in_case = [row for row in due if row.case_number]
    outcome.add(
        "complaints and suggestions in a case",
        f"{len(in_case)} of {len(due)}",
        len(in_case) == len(due) > 0,
        "cases list",
    )
    opened = [stored for stored in cases.listed(connection) if stored.case.opened_at >= BEGIN]
    numbers = [stored.number for stored in opened]
    in_order = numbers == [f"K-2026-{before + number:04d}" for number in range(1, len(numbers) + 1)]
    outcome.add("cases, numbered without gaps", len(opened), in_order and len(opened) >= 4, "cases list")
    pictures = [piece.path for stored in opened for piece in chain.of_case(connection, stored.id)]
    there = [path for path in pictures if (stage.folder / path).stat().st_size > 0]
    outcome.add("evidence pictures", len(there), len(there) >= max(4, len(in_case)), "evidence/")
    mails = stage.sink.mails()
    with_picture = {
        word
        for mail in mails
        if any(part.get_content_type() == "image/png" for part in mail.walk())
        for word in str(mail["subject"]).split()
        if word in set(numbers)
    }
    outcome.add(
        "cases that reached the team with picture",
        f"{len(with_picture)} of {len(opened)}",
        with_picture == set(numbers),
        "mails/",
    )
    told = [stored for stored in opened if stored.case.told_at is not None]
    outcome.add(
        "cases marked as told", f"{len(told)} of {len(opened)}", len(told) == len(opened), "cases list"
    )


def _look_at_figures(outcome: Outcome, connection: Connection, stage: Stage) -> None:
    account: Sequence[Row[Any]] = figures.account_figures(connection, "polowijen", FIRST_DAY)
    media = read_figures.latest_of_media(connection, "polowijen")
    outcome.add("figures of the account", len(account), len(account) > 0, "insights show")
    out = posts.counts(connection).get("published", 0)
    outcome.add("posts with figures", f"{len(media)} of {out}", 0 < len(media) == out, "insights show")
    papers = sorted(path.relative_to(stage.folder) for path in (stage.folder / "reports").rglob("*.pdf"))
    outcome.add("report of the day", ", ".join(map(str, papers)) or "none", len(papers) == 1, "reports/")


def show(outcome: Outcome, console: Console, *, kept: bool) -> None:
    """Print the table."""
    table = Table(title="What happened", title_justify="left")
    for heading in ("", "what", "found", "where to look"):
        table.add_column(heading)
    for line in outcome.lines:
        mark = "[green]✓[/]" if line.fine else "[red]✗[/]"
        table.add_row(mark, line.what, line.found, line.where)
    console.print(table)
    if kept:
        console.print(f"Everything is kept in {outcome.folder}", highlight=False)
        worker = f"  ig-worker --config {outcome.folder / 'config.toml'} board"
        roles = " ".join(f"--role {role}" for role in ("verifikator", "keluhan", "kepala", "admin"))
        console.print("To look at it on the board, let somebody in and serve it:", highlight=False)
        console.print(f"{worker} user add demo {roles} --generate", highlight=False, soft_wrap=True)
        console.print(f"{worker} serve", highlight=False, soft_wrap=True)
    else:
        console.print(
            "Nothing is kept; `ig-worker demo --dir DIR` keeps it all for looking at.", highlight=False
        )
