"""A year of the centre in less than half an hour: the real worker, its clock moved, and everything that goes wrong.

    .venv/bin/python benchmarks/year.py
    .venv/bin/python benchmarks/year.py --days 30 --keep /tmp/month
    .venv/bin/python benchmarks/year.py --minutes 60            # as much of the year as fits into an hour

The worker is the process that `ig-worker run` starts, with its lanes, its short processes, its SQLite file and every
commit on the disk; the embedded Instagram, the board that serves the pictures and a mail server run beside it. Every
day takes the same way: the clock goes on to whatever becomes due, and at least once every half hour. At the end what
Instagram holds is the truth, and the worker's books are held against it; the exit status is 1 where something is lost,
doubled, or grows. Docs: docs/year.md.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import year_bill
import year_faults
import year_truth
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from year_people import MESSAGES_A_DAY, POSTS_A_DAY, Colleague, Public
from year_stage import HALF_HOUR, ZONE, Stage, set_up

BEGIN = datetime(2027, 1, 1, 0, 5, tzinfo=ZONE)
FLAT = 0.05
MOST_SECONDS = 1800.0
LOOKS_IN = (8, 13)
QUIET_DAYS = 2
"""Before the end: what was held back by the last trouble has time to go out."""

Sample = dict[str, float]


class Year:
    """The days one after the other."""

    def __init__(self, stage: Stage, chosen: argparse.Namespace) -> None:
        chance = random.Random(chosen.seed)
        self.stage = stage
        self.days: int = chosen.days
        self.end = BEGIN.replace(hour=0, minute=0) + timedelta(days=self.days)
        self.public = Public(stage, random.Random(chance.random()))
        self.colleague = Colleague(stage)
        counts = {"outages": chosen.outages, "disks": chosen.disks, "kills": chosen.kills}
        self.troubles = year_faults.Troubles(
            stage, random.Random(chance.random()), BEGIN, max(self.days - QUIET_DAYS, 1), counts
        )
        self.most_seconds: float = chosen.minutes * 60
        self.samples: list[tuple[date, Sample]] = []
        self.bill = year_bill.Bill()
        self._began = time.monotonic()

    def play(self, progress: Progress) -> None:
        """All of it."""
        task = progress.add_task("", total=self.days)
        self.stage.start()
        while self.stage.now < self.end:
            local = self.stage.now.astimezone(ZONE)
            if local.hour == 0 and local.minute < 30:
                self._tell(progress, task, local.date())
                if local.weekday() == 0:
                    self.bill.take(self.stage.door.state())
                if time.monotonic() - self._began > self.most_seconds and self.troubles.healthy:
                    self._end_early()
            self._half_hour(self.stage.now + HALF_HOUR)
        self._sample((self.end - timedelta(days=1)).date())

    def _end_early(self) -> None:
        """Nothing goes wrong any more; what is under way comes to its end, and is judged."""
        self.most_seconds = float("inf")
        self.troubles.no_more()
        midnight = self.stage.now.astimezone(ZONE).replace(hour=0, minute=0)
        self.end = min(midnight + timedelta(days=QUIET_DAYS), self.end)

    def _half_hour(self, until: datetime) -> None:
        stage, before = self.stage, self.stage.now
        local = until.astimezone(ZONE)
        if before == BEGIN or (local.weekday() == 0 and local.hour == 0 and local.minute < 30):
            # The sheet comes with the beginning of its week; the first one as the year begins.
            self.colleague.plan_week(_monday(until), self.end - timedelta(hours=12))
        stage.live_until(until)
        self.troubles.happen()
        if until < self.end - timedelta(hours=12):
            self.public.write(before, until)
        self.troubles.kill()
        stage.quiet()
        if (
            local.hour in LOOKS_IN
            and local.minute < 30
            and stage.process is not None
            and self.troubles.healthy
        ):
            self.colleague.look_in()
        noon = local.hour == 12 and local.minute < 30
        if noon and (local + timedelta(days=1)).day == 1 and stage.process is not None:
            self._sample(local.date())
            # The nightly copies would be a third of the year's time; their own tests are in tests/backup.
            self.colleague.back_up()

    def _sample(self, day: date) -> None:
        self.samples.append((day, self.stage.resident()))

    def _tell(self, progress: Progress, task: object, day: date) -> None:
        memory = f"{self.stage.resident()['rss']:.0f} MB" if self.stage.process else "off"
        calls = sum(self.stage.door.calls().values())
        played = (day - BEGIN.date()).days
        progress.update(
            task,
            completed=played,
            description=f"{day}  {memory}  {calls} calls  {len(self.public.said)} messages",
        )  # type: ignore[arg-type]
        if not progress.console.is_terminal:
            spent = time.monotonic() - self._began
            left = spent / played * (self.days - played) if played else 0.0
            progress.console.print(
                f"{day}  {played}/{self.days} days  {spent:.0f} s, {left:.0f} s to go  {memory}  {calls} calls  "
                f"{len(self.public.said)} messages  {self.stage.moves} moves  {dict(self.troubles.over)}",
                highlight=False, soft_wrap=True,
            )  # fmt: skip


def _monday(moment: datetime) -> datetime:
    local = moment.astimezone(ZONE).replace(hour=0, minute=0)
    return local - timedelta(days=local.weekday())


def _memory(samples: list[tuple[date, Sample]], console: Console) -> tuple[str, bool]:
    """What the samples say, and whether the last month is within five percent of the second."""
    for day, found in samples:
        shown = "  ".join(
            f"{name} {value:.1f}" if value % 1 else f"{name} {value:.0f}" for name, value in found.items()
        )
        console.print(f"{day}  {shown}", highlight=False)
    # The last one is of the year's last moment.
    whole = samples[:-1]
    if len(whole) < 3:
        return "told of three months and more", True
    second, last = whole[1][1]["rss"], whole[-1][1]["rss"]
    return (
        f"{second:.1f} MB in the second month, {last:.1f} MB in month {len(whole)}",
        abs(last / second - 1) <= FLAT,
    )


def _left_behind(stage: Stage, console: Console) -> None:
    console.print("On the disk, in megabytes:")
    for path in sorted(stage.data.iterdir()):
        files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
        size = sum(file.stat().st_size for file in files) / 1e6
        console.print(f"  {path.name:24} {size:9.1f}  {len(files)} files", highlight=False)


def main() -> int:
    """0 where all holds, 1 where something does not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="no day begins after these")
    parser.add_argument("--kills", type=int, default=None, help="default: 30 in a year")
    parser.add_argument("--outages", type=int, default=None, help="default: 20 in a year")
    parser.add_argument("--disks", type=int, default=None, help="full disks; default: 3 in a year")
    parser.add_argument("--seed", type=int, default=17)
    parser.add_argument("--keep", type=Path, help="leave everything in this folder")
    parser.add_argument("--log-level", default="WARNING")
    chosen = parser.parse_args()
    for name, usual in (("kills", year_faults.KILLS), ("outages", len(year_faults.OUTAGES)), ("disks", 3)):
        if getattr(chosen, name) is None:
            setattr(chosen, name, -(-usual * chosen.days // 365))
    console = Console(width=None if sys.stdout.isatty() else 160)
    folder = chosen.keep or Path(tempfile.mkdtemp(prefix="ig-worker-year-"))
    if folder.exists() and any(folder.iterdir()):
        parser.error(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    # Whoever ends this ends what it has started as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began = time.monotonic()
    try:
        with set_up(folder.absolute(), BEGIN, chosen.log_level) as stage:
            year = Year(stage, chosen)
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
            )
            with Progress(*columns, console=console) as progress:
                year.play(progress)
            return _judge(stage, year, console, began)
    finally:
        if chosen.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _judge(stage: Stage, year: Year, console: Console, began: float) -> int:
    ended_well = stage.stop() == 0
    played = time.monotonic() - began
    days = (year.end - BEGIN).days + 1
    state = stage.door.state()
    found = [
        *year_truth.findings(
            stage, year.public, year.colleague, state, BEGIN.date(), year.end.astimezone(ZONE).date()
        ),
        ("ended when asked", "yes" if ended_well else "no", ended_well),
        ("faults", f"{dict(year.troubles.over)}, {stage.starts} starts", _all_happened(year)),
        ("days", f"{days} of {year.days}", days == year.days),
        ("time", f"{played:.0f} s for {days} days", played <= MOST_SECONDS),
    ]
    console.print()
    year.bill.take(state)
    year_bill.show(year.bill.kinds, days, 48, POSTS_A_DAY, console)
    found.append(("memory", *_memory(year.samples, console)))
    _left_behind(stage, console)
    console.print(f"The colleague: {dict(year.colleague.did)}", highlight=False, soft_wrap=True)
    console.print(
        f"{days} days, {POSTS_A_DAY} posts and about {MESSAGES_A_DAY} messages a day, {stage.moves} moves of the "
        f"clock, {stage.rushed} half hours with more moments than are played",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    for name, said, holds in found:
        console.print(
            f"[{'green]ok  ' if holds else 'red]NOT '}[/]  {name}: {said}", highlight=False, soft_wrap=True
        )
    return 0 if all(holds for _, _, holds in found) else 1


def _all_happened(year: Year) -> bool:
    over = dict(year.troubles.over)
    kills = over.pop("kills", 0)
    return kills == year.troubles.kills_planned and sum(over.values()) == year.troubles.outages_planned


if __name__ == "__main__":
    sys.exit(main())
