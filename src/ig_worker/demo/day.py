"""The played day: what the public does and when, and the steps in which the clock moves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ig_worker.clock import pause, stopwatch
from ig_worker.demo.stage import ACCOUNT, SAMPLE, Stage
from ig_worker.domain.errors import NeedsPerson
from ig_worker.store import jobs, posts
from ig_worker.store.database import Database

ZONE = ZoneInfo("Asia/Jakarta")
BEGIN = datetime(2026, 11, 25, 6, 40, tzinfo=ZONE)
EVENING = datetime(2026, 11, 25, 21, 30, tzinfo=ZONE)
NIGHT = (datetime(2026, 11, 26, 1, 20, tzinfo=ZONE), datetime(2026, 11, 26, 1, 30, tzinfo=ZONE))
STEP = timedelta(minutes=10)
JOBS = (
    "publish",
    "prepare",
    "inbox",
    "replies",
    "cases",
    "media",
    "token",
    "insights",
    "report",
    "housekeeping",
)
STUCK_SECONDS = 60.0


@dataclass(frozen=True)
class Word:
    """Something that somebody writes; ``expect`` is how a person would judge it."""

    at: datetime
    channel: str
    author: str
    text: str
    on: str
    reply_to: int | None
    expect: str


def the_public() -> list[Word]:
    """Everything that people write on the played day, in its order."""
    lines: list[Mapping[str, Any]] = json.loads((SAMPLE / "publik.json").read_text("utf-8"))
    return [
        Word(
            at=datetime.combine(BEGIN.date(), time.fromisoformat(line["at"]), ZONE),
            channel=line["channel"],
            author=line["author"],
            text=line["text"],
            on=line.get("on", ""),
            reply_to=line.get("reply_to"),
            expect=line["expect"],
        )
        for line in lines
    ]


def moments(planned: Iterable[datetime]) -> list[datetime]:
    """When the clock stops: every ten minutes, at every planned time, and in the night after."""
    count = int((EVENING - BEGIN) / STEP) + 1
    stops = {BEGIN + STEP * number for number in range(count)} | set(planned)
    return [*sorted(stops), *NIGHT]


class Public:
    """The people: they write when their time has come, under the post they mean."""

    def __init__(self, stage: Stage, database: Database, words: list[Word]) -> None:
        self._stage = stage
        self._database = database
        self._waiting = list(enumerate(words))
        self._written: dict[int, str] = {}
        self.count = 0

    def write_until(self, now: datetime) -> None:
        """Write everything whose time has come; what belongs under a post that is not out yet waits for it."""
        due = [(number, word) for number, word in self._waiting if word.at <= now]
        for number, word in due:
            if self._write(number, word, now):
                self._waiting.remove((number, word))
                self.count += 1

    @property
    def silent(self) -> list[Word]:
        """Those who could not write, because their post never came out."""
        return [word for _, word in self._waiting]

    def _write(self, number: int, word: Word, now: datetime) -> bool:
        # Nobody can write under a post before it is there, and Meta's times are those of the writing.
        at = max(word.at, now - STEP + timedelta(seconds=1)).isoformat()
        if word.channel == "dm":
            self._written[number] = str(self._stage.door.message(word.author, word.text, at=at)["id"])
            return True
        media_id = self._media_id(word.on)
        if not media_id:
            return False
        answered = {"parent_id": self._written[word.reply_to]} if word.reply_to is not None else {}
        self._written[number] = self._stage.door.comment(
            word.author, word.text, media_id=media_id, at=at, **answered
        )
        return True

    def _media_id(self, key: str) -> str:
        with self._database.reading() as connection:
            stored = posts.by_key(connection, ACCOUNT, key)
        return stored.publication.media_id if stored is not None else ""


def wait_until_done(database: Database, moment: datetime) -> None:
    """Wait until every job has had its turn since `moment`; NeedsPerson when one does not come to an end."""
    begun = stopwatch()
    wanted = moment.astimezone(UTC)
    while True:
        with database.reading() as connection:
            turns = {row.name: max(filter(None, (row.last_success_at, row.last_failed_at)), default=None)
                     for row in jobs.listed(connection)}  # fmt: skip
        waiting = [name for name in JOBS if (turn := turns.get(name)) is None or turn < wanted]
        if not waiting:
            return
        if stopwatch() - begun > STUCK_SECONDS:
            raise NeedsPerson(
                f"the worker does not come on with {', '.join(waiting)}", cure="look into logs/worker.log"
            )
        pause(0.02)
