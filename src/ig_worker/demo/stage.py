"""What the played day needs around the worker: the embedded Instagram, a board that serves pictures, a mail server."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from ig_worker.clock import PlayedClock
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.domain.errors import Misconfigured, NeedsPerson
from ig_worker.sandbox.door import Door
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_TOKEN

ACCOUNT = "polowijen"
IG_USER_ID = "17841400000000001"
SAMPLE = Path(__file__).parent / "sample"
MARK = ".ig-worker-demo"
STOP_SECONDS = 15.0
TICK = 0.15
"""Seconds between two ticks of every job: the day is short."""

CONFIG = """\
# Made by `ig-worker demo`. Everything here belongs to the played day and may be deleted.
timezone = "Asia/Jakarta"
data_dir = "."
played_clock = "clock.txt"

[database]
url = "{elsewhere}"

[centre]
name = "Puskesmas Polowijen"

[planner.targets]
"Nice to Know" = 1
"Kegiatan Rutin" = 1
"Pengumuman" = 1
"Konde Emas" = 1

[accounts.{account}]
login = "instagram"
ig_user_id = "{ig_user_id}"
access_token = "{token}"

[graph]
base_url = "{graph}"

[media]
public_base_url = "{media}"
allow_private_addresses = true

[schedule]
publish_every = {tick}
inbox_every = {tick}
replies_every = {tick}
cases_every = {tick}

[security]
key = "hanya untuk latihan, bukan rahasia"

[notify]
complaint_team = ["{complaints}"]
operators = ["{operators}"]
content_team = ["{content}"]
partners = ["{partners}"]
report = ["{report}"]

[log]
level = "INFO"
json = true
"""


@dataclass(frozen=True)
class Stage:
    """The running surroundings of a played day."""

    folder: Path
    door: Door
    clock: PlayedClock
    sink: SmtpSink
    elsewhere: str = ""
    """The URL of a database that is no file in the folder."""

    @property
    def config(self) -> Path:
        """The worker's configuration."""
        return self.folder / "config.toml"

    @property
    def database_url(self) -> str:
        """The worker's database."""
        return self.elsewhere or f"sqlite:///{self.folder / 'ig-worker.db'}"

    def move_to(self, moment: datetime) -> None:
        """Let it be `moment` for Instagram and then for the worker."""
        self.door.set_clock(moment)
        self.clock.move_to(moment)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the worker, as an operator would."""
        return subprocess.run(
            [*_ig_worker(self.config), *words],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """The worker itself, as a process of its own; its log goes to ``logs/worker.log``."""
        with (self.folder / "logs" / "worker.log").open("ab") as log:
            process = subprocess.Popen([*_ig_worker(self.config), "run"], stderr=log, env=_environment())
            try:
                yield process
            finally:
                stop(process)


@contextmanager
def set_up(folder: Path, begin: datetime, elsewhere: str = "") -> Iterator[Stage]:
    """Put everything into `folder` and start it, with the database there or at the URL `elsewhere`.

    Misconfigured when the folder is somebody else's.
    """
    _clear(folder)
    (folder / "logs").mkdir()
    shutil.copytree(SAMPLE / "gambar", folder / "gambar")
    for name in ("rencana.xlsx", "rencana.csv"):
        shutil.copy(SAMPLE / name, folder / name)
    clock = PlayedClock(folder / "clock.txt")
    clock.move_to(begin)
    settings = {"container_seconds": 20, "publishing_limit": 100}
    with (
        SandboxProcess({"settings": settings, "now": begin.isoformat()}) as instagram,
        SmtpSink(folder / "mails") as sink,
    ):
        stage = Stage(folder, instagram.door, clock, sink, elsewhere)
        stage.move_to(begin)
        _write_config(stage, instagram.base_url, media="")
        _must(stage.command("db", "upgrade"), "the database could not be made")
        with _board(stage) as address:
            _write_config(stage, instagram.base_url, media=f"{address}/media")
            yield stage


def stop(process: subprocess.Popen[bytes]) -> float | None:
    """End a process as the system would (SIGTERM), or by force after a while; says whether it ended by itself."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return None
    return process.returncode


def _must(done: subprocess.CompletedProcess[str], what: str) -> None:
    if done.returncode != 0:
        raise NeedsPerson(f"{what}: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")


def _clear(folder: Path) -> None:
    """Start with an empty folder; a folder that another demo filled may be emptied, nobody else's."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Misconfigured(f"{folder} is not empty", cure="name a new folder, or one of an earlier demo")
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / MARK).touch()


def _write_config(stage: Stage, graph: str, media: str) -> None:
    url = stage.sink.url
    text = CONFIG.format(
        account=ACCOUNT,
        ig_user_id=IG_USER_ID,
        token=INSTAGRAM_TOKEN,
        graph=graph,
        media=media,
        elsewhere=stage.elsewhere,
        tick=TICK,
        complaints=url("pengaduan@puskesmas.example"),
        operators=url("operator@puskesmas.example"),
        content=url("konten@puskesmas.example"),
        partners=url("kelurahan@malang.example"),
        report=url("kepala@puskesmas.example"),
    )
    stage.config.write_text(text, "utf-8")
    stage.config.chmod(0o600)


@contextmanager
def _board(stage: Stage) -> Iterator[str]:
    """The board, which serves the staged pictures; its address."""
    with (stage.folder / "logs" / "board.log").open("ab") as log:
        command = [*_ig_worker(stage.config), "board", "serve", "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=_environment())
        try:
            assert process.stdout is not None
            line = _first_line(process.stdout, seconds=30)
            if "http://" not in line:
                raise NeedsPerson(
                    "the board did not start", cure=f"look into {stage.folder / 'logs' / 'board.log'}"
                )
            yield "http://" + line.split("http://", 1)[1].strip()
        finally:
            stop(process)
            if process.stdout is not None:
                process.stdout.close()


def _first_line(stream: IO[bytes], seconds: float) -> str:
    ready, _, _ = select.select([stream], [], [], seconds)
    return stream.readline().decode() if ready else ""


def _ig_worker(config: Path) -> list[str]:
    return [sys.executable, "-m", "ig_worker", "--config", str(config)]


def _environment() -> dict[str, str]:
    """The process's own, without settings of a real worker that may lie in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("IG_WORKER_")}
