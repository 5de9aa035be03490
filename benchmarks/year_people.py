"""Everybody in the simulated year: the public that writes, and the one person at the centre who looks in."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from year_stage import HALF_HOUR, PICTURES, ZONE, Stage

from ig_worker.flows.planning.confirming import SAW_NOTHING
from ig_worker.own_classifier import shipped_classifier
from ig_worker.training import read_sentences, shipped_sentences

POSTS_A_DAY, MESSAGES_A_DAY = 3, 40
MIX = {"lainnya": 60, "pertanyaan": 28, "keluhan": 7, "saran": 1, "pujian": 4}
"""In a hundred messages: what unfiltered traffic under public accounts of this kind is like."""
OPEN, CLOSED = 6, 22
"""People write between these hours."""
HOURS = (time(9, 0), time(13, 10), time(18, 30))
REGULARS = 40
DIRECT = 0.3
KINDS = ("gambar", "gambar", "carousel", "gambar", "story")


@dataclass
class Said:
    """What somebody wrote, and what it is in truth."""

    ig_id: str
    author: str
    label: str
    direct: bool
    at: datetime


@dataclass
class Public:
    """The people who write. What each message is, is planted: only sentences are taken that the classifier reads right,
    because how well it reads is measured elsewhere.
    """

    stage: Stage
    chance: random.Random
    said: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Choose the sentences."""
        classifier = shipped_classifier()
        self._sentences: dict[str, list[str]] = defaultdict(list)
        for sentence in read_sentences(shipped_sentences()):
            verdict = classifier.judge(sentence.text)
            if verdict.danger or verdict.label != sentence.label:
                continue
            opens, thanks = sentence.label in ("keluhan", "saran"), sentence.label == "pujian"
            if verdict.opens_case is opens and verdict.auto_thank is thanks:
                self._sentences[sentence.label].append(sentence.text)
        self._people = 0
        self._posts: list[str] = []

    def write(self, since: datetime, until: datetime) -> None:
        """What people write between two moments."""
        local = until.astimezone(ZONE)
        if not OPEN < local.hour + local.minute / 60 <= CLOSED:
            return
        usual = MESSAGES_A_DAY / ((CLOSED - OPEN) * 2)
        number = int(usual) + (self.chance.random() < usual % 1)
        if not number:
            return
        if not self._posts or local.minute < 30:
            self._posts = [row[0] for row in self.stage.rows(
                "SELECT ig_media_id FROM posts WHERE status = 'published' AND kind <> 'story'"
                " ORDER BY published_at DESC LIMIT 20"
            )]  # fmt: skip
        seconds = int((until - since).total_seconds())
        comments, messages = [], []
        for _ in range(number):
            label = self.chance.choices(list(MIX), list(MIX.values()))[0]
            one = {
                "author": self._author(),
                "text": self.chance.choice(self._sentences[label]),
                "at": (since + timedelta(seconds=self.chance.randrange(1, seconds))).isoformat(),
            }
            if self.chance.random() < DIRECT:
                messages.append((label, one))
            else:
                # Most people write under what is new.
                place = min(int(self.chance.expovariate(0.5)), max(len(self._posts) - 1, 0))
                where = {"media_id": self._posts[place]} if self._posts else {}
                comments.append((label, {**one, **where}))
        for direct, given, ask in (
            (False, comments, self.stage.door.comments),
            (True, messages, self.stage.door.messages),
        ):
            if given:
                ids = ask(one for _, one in given)
                self.said += [
                    Said(str(made["id"]), one["author"], label, direct, datetime.fromisoformat(one["at"]))
                    for (label, one), made in zip(given, ids, strict=True)
                ]

    def _author(self) -> str:
        if self.chance.random() < 0.1:
            return f"tetangga{self.chance.randrange(REGULARS)}"
        self._people += 1
        return f"warga{self._people}"


class Colleague:
    """The one person at the centre. Each working morning they plan, answer from the phone, and settle what waits."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.did: dict[str, int] = defaultdict(int)
        self.planned: dict[str, datetime] = {}
        """When each post is to go out."""
        self._answered: set[str] = set()

    def plan_week(self, monday: datetime, until: datetime) -> None:
        """Import the sheet of the seven days that begin there."""
        rows = []
        for number in range(7):
            day = (monday + timedelta(days=number)).astimezone(ZONE).date()
            for place in range(POSTS_A_DAY):
                at = datetime.combine(day, HOURS[place], ZONE)
                if not self._stage.now < at < until - HALF_HOUR * 4:
                    continue
                key = f"{day:%y%m%d}-{place}"
                kind = KINDS[(day.toordinal() * POSTS_A_DAY + place) % len(KINDS)]
                first = (day.toordinal() * 5 + place) % PICTURES
                pictures = [
                    f"gambar/{first}.jpg",
                    *([f"gambar/{(first + 1) % PICTURES}.jpg"] * (kind == "carousel")),
                ]
                caption = "" if kind == "story" else f"Kabar puskesmas {key}: jadwal layanan dan kegiatan."
                rows.append((key, f"{day:%d/%m/%Y}", f"{at:%H.%M}", "Pengumuman", kind, ";".join(pictures), caption,
                             "disetujui", "Rina", "dr. Sari"))  # fmt: skip
                self.planned[key] = at
        if rows:
            self._stage.plan(f"rencana-{monday:%y%m%d}", rows)

    def look_in(self) -> None:
        """A morning's look: posts that wait, questions, and cases."""
        self._settle_posts()
        self._answer()
        for row in self._stage.rows(
            "SELECT number FROM cases WHERE acknowledged_at IS NULL AND closed_at IS NULL"
        ):
            self._do("acknowledged", "cases", "ack", row["number"], "--by", "Ani")
        old = (self._stage.now - timedelta(days=2)).astimezone(ZONE)
        for row in self._stage.rows(
            "SELECT number, opened_at FROM cases WHERE closed_at IS NULL AND acknowledged_at IS NOT NULL"
        ):
            if datetime.fromisoformat(row["opened_at"]).replace(tzinfo=old.tzinfo) < old:
                self._do(
                    "resolved",
                    "cases",
                    "resolve",
                    row["number"],
                    "--answer",
                    "Sudah kami perbaiki.",
                    "--by",
                    "Ani",
                )

    def back_up(self) -> None:
        """Take a copy of everything."""
        self._do("backed up", "db", "backup")

    def _settle_posts(self) -> None:
        later = self._stage.now.astimezone(ZONE) + timedelta(minutes=20)
        waiting = self._stage.rows(
            "SELECT id, key, caption, status, scheduled_at, last_error FROM posts"
            " WHERE status IN ('held', 'failed', 'unconfirmed')"
        )
        if not waiting:
            return
        for row in waiting:
            if row["status"] == "unconfirmed":
                out = [
                    one["id"]
                    for one in self._stage.door.state()["media"]
                    if one["caption"] == row["caption"] != ""
                ]
                said = ("--published", out[0]) if out else ("--not-published",)
                self._do("confirmed", "posts", "confirm", str(row["id"]), *said, "--by", "Rina")
            elif row["status"] == "held" and not row["last_error"].endswith(SAW_NOTHING):
                later += timedelta(minutes=10)
                self._do("rescheduled", "posts", "reschedule", str(row["id"]), "--at", f"{later:%d/%m/%Y %H.%M}",
                         "--by", "Rina")  # fmt: skip
            else:
                self._do("retried", "posts", "retry", str(row["id"]))

    def _answer(self) -> None:
        """From the phone, as people do: the worker finds out by itself."""
        for row in self._stage.rows(
            "SELECT m.ig_id, m.channel, m.author FROM waiting_messages w JOIN messages m ON m.id = w.message_id"
            " WHERE w.settled_at IS NULL"
        ):
            if row["ig_id"] in self._answered:
                continue
            self._answered.add(row["ig_id"])
            where = {"comment_id": row["ig_id"]} if row["channel"] == "comment" else {"person": row["author"]}
            self._stage.door.staff("Silakan datang ke loket pendaftaran pada jam layanan, ya.", **where)
            self.did["answered from the phone"] += 1

    def _do(self, what: str, *words: str) -> None:
        status, said = self._stage.command(*words)
        self.did[what if status == 0 else f"not {what}"] += 1
        if status:
            self.did.setdefault(f"  {' '.join(words[:2])}: {said.strip()[:150]}", 0)
