"""What the simulated year needs around the worker: the embedded Instagram, a board, a mail server, and the clock."""

from __future__ import annotations

import csv
import io
import os
import resource
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image

from ig_worker.clock import PlayedClock
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.lanes import LANES
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN
from ig_worker.waits import LINE

ZONE = ZoneInfo("Asia/Jakarta")
HALF_HOUR = timedelta(minutes=30)
BEFORE = timedelta(days=2)
A_MOMENT = timedelta(seconds=2)
"""The least that the clock is moved: what is left alone for a moment would make a year of moments."""
SLOW = ("notices", "rest", "health")
"""Lanes whose work nobody waits for: mails, the night's figures and papers, the look at whether all goes well."""
MAY_TAKE = timedelta(hours=1)
"""How far the clock may have gone on while they work."""
PICTURES = 12
STUCK_SECONDS = 300.0
HEADERS = (
    "kode",
    "tanggal",
    "jam",
    "segmen",
    "jenis",
    "media",
    "caption",
    "status",
    "pembuat",
    "verifikator",
)
CONFIG = """\
timezone = "Asia/Jakarta"
data_dir = "var"
played_clock = "clock.txt"
played_waits = "waits"
[centre]
name = "Puskesmas Polowijen"
[accounts.polowijen]
ig_user_id = "{account}"
access_token = "{token}"
[graph]
base_url = "{graph}"
timeout_seconds = 2
publish_timeout_seconds = 4
settle_seconds = 5
[media]
public_base_url = "{media}"
allow_private_addresses = true
[schedule]
inbox_every = 1800
[backup]
at = ""
[security]
key = "hanya untuk latihan, bukan rahasia"
[notify]
complaint_team = ["{complaints}"]
operators = ["{operators}"]
content_team = ["{content}"]
on_duty = ["{on_duty}"]
report = ["{report}"]
[log]
level = "{level}"
json = true
"""


class Mail(SmtpSink):
    """A mail server that keeps subjects and names of cases only: a year's mails are many; away, it takes none."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.away = False
        self.bodies: list[str] = []
        self.subjects: list[tuple[str, str]] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep what a mail says."""
        if self.away:
            return "451 the line is dead"
        from email import message_from_bytes  # of the driver only
        from email.policy import default

        mail = message_from_bytes(envelope.content, policy=default)
        text = "\n".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
        self.subjects.append((str(mail["to"]), str(mail["subject"])))
        self.bodies.append(text)
        return "250 OK"


class Stage:
    """The centre's folder, and all that runs for it."""

    def __init__(self, folder: Path, instagram: SandboxProcess, mail: Mail, begin: datetime) -> None:
        self.folder = folder
        self.instagram = instagram
        self.door = instagram.door
        self.mail = mail
        self.clock = PlayedClock(folder / "clock.txt")
        self.now = self._before = begin
        self._done_at = dict.fromkeys(SLOW, begin)
        self.process: subprocess.Popen[bytes] | None = None
        self.moves = self.rushed = self.starts = 0
        self._pages: dict[str, int] = {}
        self._log = (folder / "worker.log").open("ab")

    @property
    def data(self) -> Path:
        """The worker's data."""
        return self.folder / "var"

    def rows(self, query: str, *words: object) -> list[sqlite3.Row]:
        """What the worker's database says."""
        connection = sqlite3.connect(f"file:{self.data / 'ig-worker.db'}?mode=ro", uri=True, timeout=60)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(query, words).fetchall()
        finally:
            connection.close()

    def command(self, *words: str) -> tuple[int, str]:
        """A command as somebody at the centre types it: its exit status, and what it said. In this process: a year has
        thousands of them.
        """
        from ig_worker.cli import main  # heavy, and needed once

        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            status = main(["--config", str(self.folder / "config.toml"), *words])
        said, complaints = ((stream.seek(0), stream.read())[1] for stream in (out, err))
        return status, said or complaints

    def must(self, *words: str) -> str:
        """The same, and it does what was asked."""
        status, said = self.command(*words)
        if status:
            raise RuntimeError(f"{' '.join(words)}: {said.strip()[-500:]}")
        return said

    def start(self) -> None:
        """Start the worker, and wait until its lanes have had their first turn."""
        for page in self._pages.values():
            os.close(page)
        self._pages.clear()
        for file in (self.folder / "waits").glob("*"):
            file.unlink()
        command = [sys.executable, "-m", "ig_worker", "--config", str(self.folder / "config.toml"), "run"]
        self.process = subprocess.Popen(command, stderr=self._log, env=environment())
        self.starts += 1
        self._done_at = dict.fromkeys(SLOW, self._before)
        self.quiet(told=True)

    def kill(self) -> None:
        """End the worker as a power cut does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def stop(self) -> int:
        """End the worker as the system does; its exit status."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(30)
        self.process = None
        return status

    def fill_disk(self, most: int | None) -> None:
        """No file of the worker's, or of what it starts, grows beyond so many bytes any more; None lets them."""
        assert self.process is not None
        limit = resource.RLIM_INFINITY if most is None else most
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def be_at(self, moment: datetime) -> None:
        """Let it be that moment for Instagram and for the worker."""
        self._before, self.now = self.now, moment
        self.door.set_clock(moment)
        self.clock.move_to(moment)
        self.moves += 1

    def live_until(self, moment: datetime) -> None:
        """Go on to that moment by way of everything that becomes due before it."""
        steps = 0
        while self.process is not None and (due := self._next_due()) is not None and due < moment:
            if (steps := steps + 1) > 60:
                self.rushed += 1
                break
            # Never beyond the moment, from which the clock would have to go back.
            if (later := max(due, self.now + A_MOMENT * (1 if steps < 40 else steps))) >= moment:
                break
            self.be_at(later)
            self.quiet()
        self.be_at(moment)

    def quiet(self, *, told: bool = False) -> None:
        """Wait until the worker has done all that is due now. RuntimeError where it does not come to an end.

        What a `SLOW` lane does may take until the clock is `MAY_TAKE` further, as it takes a while in earnest; not
        where `told`.
        """
        if self.process is None:
            return
        begun = time.monotonic()
        looked: dict[str, int] | None = None
        pause = 0.001
        while True:
            states = {lane: self._state(lane) for lane in LANES}
            behind = False
            for lane in SLOW:
                state = states.pop(lane)
                if state is not None and state[1] == self.now:
                    self._done_at[lane] = self.now
                behind |= self._done_at[lane] < (self.now if told else self.now - MAY_TAKE)
            if not behind and all(state and state[1] == self.now for state in states.values()):
                looks = {lane: state[2] for lane, state in states.items() if state}
                if looked is not None and all(looks[lane] > looked[lane] for lane in looks):
                    return
                looked = looked or looks
            else:
                looked = None
            if self.process.poll() is not None:
                raise RuntimeError(f"the worker ended by itself: {self.process.returncode}")
            if time.monotonic() - begun > STUCK_SECONDS:
                busy = [lane for lane, state in states.items() if not state or state[1] != self.now]
                raise RuntimeError(
                    f"the worker does not come on at {self.now}: {', '.join(busy) or ', '.join(SLOW)}"
                )
            time.sleep(pause)
            pause = min(pause * 1.3, 0.01) if looked is None else 0.001

    def _next_due(self) -> datetime | None:
        dues = [state[0] for lane in LANES if (state := self._state(lane)) and state[0] is not None]
        return min(dues, default=None)

    def _state(self, lane: str) -> tuple[datetime | None, datetime, int] | None:
        """What a lane waits for, the moment it has seen, and how often it has looked; None while it is busy."""
        try:
            if lane not in self._pages:
                self._pages[lane] = os.open(self.folder / "waits" / lane, os.O_RDONLY)
            words = os.pread(self._pages[lane], LINE, 0).decode().split()
        except OSError:
            return None
        if len(words) != 4:
            return None
        _, due, seen, looks = words
        return None if due == "-" else datetime.fromisoformat(due), datetime.fromisoformat(seen), int(looks)

    def resident(self) -> dict[str, float]:
        """The worker's memory in megabytes, its open files and threads, and what lies on the disk."""
        assert self.process is not None
        proc = Path(f"/proc/{self.process.pid}")
        lines = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines() if ":" in line)
        wal = self.data / "ig-worker.db-wal"
        return {
            "rss": int(lines["VmRSS"].split()[0]) / 1024,
            "anonymous": int(lines["RssAnon"].split()[0]) / 1024,
            "files": len(list((proc / "fd").iterdir())),
            "threads": int(lines["Threads"]),
            "database": (self.data / "ig-worker.db").stat().st_size / 1e6,
            "log": (wal.stat().st_size if wal.exists() else 0) / 1e6,
        }

    def plan(self, name: str, rows: Iterable[Sequence[str]]) -> None:
        """Somebody imports a sheet."""
        sheet = self.folder / f"{name}.csv"
        with sheet.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(HEADERS)
            table.writerows(rows)
        self.must("posts", "import", str(sheet))


@contextmanager
def set_up(folder: Path, begin: datetime, level: str = "WARNING") -> Iterator[Stage]:
    """Put everything into `folder` and start all but the worker."""
    (folder / "waits").mkdir(parents=True)
    (folder / "gambar").mkdir()
    for number in range(PICTURES):
        picture = Image.effect_noise((540, 675), 40).convert("RGB")
        picture.resize((1080, 1350)).save(folder / "gambar" / f"{number}.jpg", quality=70)
    settings = {"container_seconds": 20, "publishing_limit": 100}
    with (
        SandboxProcess(
            {"settings": settings, "now": (begin - BEFORE).astimezone(UTC).isoformat()}
        ) as instagram,
        Mail(folder / "mails") as mail,
    ):
        stage = Stage(folder, instagram, mail, begin)
        stage.be_at(begin - BEFORE)
        for number in range(3):
            at = begin - timedelta(days=number + 1)
            stage.door.media("image", f"Kiriman lama {number}", at=at.isoformat())
        _configure(stage, "", level)
        stage.must("db", "upgrade")
        # The year begins with a token of sixty days, so that its refreshes can be counted.
        stage.must("token", "status")
        stage.be_at(begin)
        stage.must("token", "refresh")
        with _board(stage) as address:
            _configure(stage, f"{address}/media", level)
            try:
                yield stage
            finally:
                if stage.process is not None:
                    stage.kill()


def _configure(stage: Stage, media: str, level: str) -> None:
    people = {
        name: stage.mail.url(f"{name}@puskesmas.example")
        for name in ("complaints", "operators", "content", "on_duty", "report")
    }
    text = CONFIG.format(
        account=INSTAGRAM_ACCOUNT, token=INSTAGRAM_TOKEN, graph=stage.instagram.base_url, media=media,
        level=level, **people,
    )  # fmt: skip
    file = stage.folder / "config.toml"
    file.write_text(text, "utf-8")
    file.chmod(0o600)


@contextmanager
def _board(stage: Stage) -> Iterator[str]:
    config = str(stage.folder / "config.toml")
    command = [sys.executable, "-m", "ig_worker", "--config", config, "board", "serve", "--port", "0"]
    with (stage.folder / "board.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment())
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], 60)
        line = process.stdout.readline().decode() if ready else ""
        try:
            yield "http://" + line.split("http://", 1)[1].strip()
        finally:
            process.terminate()
            process.wait(20)
            process.stdout.close()


def environment() -> dict[str, str]:
    """Ours, without settings of a real worker that may lie in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}
