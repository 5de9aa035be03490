"""A centre's installation in a folder, and the command line as somebody there would type it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes import leaks, postgresql
from ig_worker.cli import main
from ig_worker.clock import stopwatch
from ig_worker.store.database import Connection, Database

NOW = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
TOKEN = "IGAAsandboxTokenPolowijen"
CONFIG = """\
data_dir = "var"
played_clock = "clock"
{top}
[graph]
base_url = "{base_url}"
timeout_seconds = 5
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "{token}"
[media]
public_base_url = "http://127.0.0.1:9/media"
allow_private_addresses = true
[notify]
complaint_team = ["mailto://petugas:rahasia-benar@mail.example.org?to=tim@example.org"]
"""


@dataclass
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str
    seconds: float = 0.0

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line on stderr; fails where there are more, or none, or a traceback."""
        (line,) = self.err.splitlines()
        assert line.startswith("ig-worker: ")
        assert "Traceback" not in line
        return line.removeprefix("ig-worker: ")


@dataclass
class Installation:
    """A folder with a configuration and a database."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    elsewhere: str = ""
    """The URL of a database that is no file here; "" for SQLite."""

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database_file(self) -> Path:
        return self.folder / "var" / "ig-worker.db"

    def configure(self, *, base_url: str = "http://127.0.0.1:9", token: str = TOKEN, top: str = "") -> None:
        """Write config.toml; by default nobody answers where Instagram should be."""
        text = CONFIG.format(base_url=base_url, token=token, top=top)
        self.config.write_text(postgresql.at(self.elsewhere, text), "utf-8")

    def set_clock(self, now: datetime) -> None:
        (self.folder / "clock").write_text(now.isoformat(), "ascii")

    def __call__(self, *words: str | Path) -> Outcome:
        """Run a command in this process."""
        self.capsys.readouterr()
        begun = stopwatch()
        status = main(["--config", str(self.config), *map(str, words)])
        said = self.capsys.readouterr()
        leaks.look_at(f"said by {words}", said.out + said.err)
        return Outcome(status, said.out, said.err, stopwatch() - begun)

    def apart(self, *words: str | Path, **options: Any) -> Outcome:
        """Run a command in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "ig_worker", "--config", self.config, *words],
            capture_output=True,
            check=False,
            timeout=60,
            **options,
        )
        leaks.look_at(f"said by {words}", (done.stdout + done.stderr).decode("utf-8", "replace"))
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    def opened(self) -> Database:
        """The database, to be closed by whoever asked for it."""
        return Database(self.elsewhere or f"sqlite:///{self.database_file}")

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction on the database, for putting something on the shelves."""
        with closing(self.opened()) as database, database.writing() as connection:
            yield connection


def message_values(text: str, **changes: Any) -> Mapping[str, Any]:
    """A comment as the inbox stores it."""
    return {
        "account": "polowijen",
        "channel": "comment",
        "ig_id": f"1800{abs(hash(text)) % 10**10}",
        "media_id": "18000000000000001",
        "author": "warga_malang",
        "text": text,
        "attachments": [],
        "sent_at": NOW,
        "first_seen_at": NOW,
        "label": "lainnya",
        "confidence": 0.75,
        "topic": "lainnya",
        "reasons": ["Dibaca sebagai lainnya (75%)."],
        **changes,
    }
