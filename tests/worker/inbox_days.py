"""A centre with an inbox: the worker's own jobs, the real client and database, the embedded Instagram over HTTP."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fakes import leaks, postgresql
from ig_worker.bootstrap import House
from ig_worker.cli import main
from ig_worker.clock import PlayedClock
from ig_worker.config import load
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.sandbox.door import Door
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.sandbox.world import INSTAGRAM_ACCOUNT, INSTAGRAM_TOKEN
from ig_worker.worker import run_job

BEGIN = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""A Wednesday, nine in the morning in Malang."""

PRAISE = "Terima kasih, pelayanannya cepat dan petugasnya ramah sekali 🙏"
COMPLAINT = "Antrean loket lama sekali, dari jam 7 belum dipanggil, mengecewakan 😡"
QUESTION = "Kak, pendaftaran BPJS buka jam berapa ya?"

CONFIG = """\
timezone = "Asia/Jakarta"
data_dir = "var"
played_clock = "clock.txt"

[accounts.polowijen]
ig_user_id = "{account}"
access_token = "{token}"

[graph]
base_url = "{graph}"

[replies]
delay_seconds = [0, 0]

[notify]
complaint_team = ["{complaints}"]
operators = ["{operators}"]
on_duty = ["{on_duty}"]
"""


def put_up(empty_database: Path | str, data_dir: Path, config: str) -> str:
    """Have this database be the centre's, a file to be copied or a URL; returns the config.toml with it."""
    if isinstance(empty_database, str):
        return postgresql.at(empty_database, config)
    shutil.copy(empty_database, data_dir / "ig-worker.db")
    return config


class ListeningHouse(House):
    """The worker's house; `listener` hears of every call of the inbox before it is made."""

    listener: Callable[[str], None] | None = None

    def instagram(self, name: str) -> Any:
        door = super().instagram(name)
        return door if self.listener is None else _Heard(door, self.listener)


class _Heard:
    """A door to Instagram that tells what is asked of it."""

    def __init__(self, door: Any, listener: Callable[[str], None]) -> None:
        self._door = door
        self._listener = listener

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_"):
            self._listener(name)
        return getattr(self._door, name)


class Centre:
    """One worker that has been looking after its inbox since before the test began."""

    def __init__(
        self,
        folder: Path,
        instagram: SandboxProcess,
        empty_database: Path | str,
        sink: SmtpSink,
        *,
        listener: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = folder
        self.door: Door = instagram.door
        self.sink = sink
        self.clock = PlayedClock(folder / "clock.txt")
        self.door.reset(BEGIN)
        self.clock.move_to(BEGIN)
        self.config = folder / "config.toml"
        text = CONFIG.format(
            account=INSTAGRAM_ACCOUNT,
            token=INSTAGRAM_TOKEN,
            graph=instagram.base_url,
            complaints=sink.url("pengaduan@puskesmas.example"),
            operators=sink.url("operator@puskesmas.example"),
            on_duty=sink.url("jaga@puskesmas.example"),
        )
        (folder / "var").mkdir()
        self.config.write_text(put_up(empty_database, folder / "var", text), "utf-8")
        self.config.chmod(0o600)
        self._start(listener)

    def _start(self, listener: Callable[[str], None] | None) -> None:
        self.house = ListeningHouse(load(self.config, env={}))
        self.house.listener = listener
        self._jobs = {job.name: job for job in self.house.jobs(patient=False)}

    def configure(self, before: str, after: str) -> None:
        """Write this in place of that into the configuration, and start the worker again with it."""
        text = self.config.read_text("utf-8")
        assert before in text
        self.config.write_text(text.replace(before, after), "utf-8")
        self.close()
        self._start(self.house.listener)

    def close(self) -> None:
        """Let go of the database."""
        self.house.database.close()

    def run(self, *names: str) -> None:
        """A pass of these jobs, without an error."""
        for name in names:
            assert run_job(self.house, self._jobs[name]) == ""

    def try_to_run(self, name: str) -> str:
        """A pass of a job; what it complains of."""
        return run_job(self.house, self._jobs[name])

    def later(self, **passed: float) -> None:
        """Let time pass for Instagram and for the worker."""
        moment = self.clock.now() + timedelta(**passed)
        self.door.set_clock(moment)
        self.clock.move_to(moment)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the database says."""
        with self.house.database.reading() as connection:
            return [dict(row) for row in connection.exec_driver_sql(query).mappings()]

    def message(self, ig_id: str) -> dict[str, Any]:
        """A stored comment or message by Meta's id."""
        (found,) = self.rows(f"SELECT * FROM messages WHERE ig_id = '{ig_id}'")
        return found

    def calls(self) -> Counter[str]:
        """How often each kind of call was made since the world began."""
        return Counter(self.door.state()["calls"])

    def written_by_the_worker(self) -> list[dict[str, Any]]:
        """Everything that the public can read of the worker's words."""
        state = self.door.state()
        lines = [*state["comments"], *(line for one in state["conversations"] for line in one["messages"])]
        return [line for line in lines if line["by"] == "worker"]

    def asked(self, *words: str) -> Any:
        """What a command of the worker answers as JSON, whatever its exit status."""
        return json.loads(self.typed(*words, "--json")[1])

    def command(self, *words: str) -> str:
        """What a command of the worker says when it does what was asked."""
        status, said = self.typed(*words)
        assert status == 0, said
        return said

    def typed(self, *words: str) -> tuple[int, str]:
        """Run a command in this process, as an operator would type it; its status, and what it said."""
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            status = main(["--config", str(self.config), *words])
        said, complaints = ((stream.seek(0), stream.read())[1] for stream in (out, err))
        leaks.look_at(f"said by {words}", said + complaints)
        return status, said or complaints
