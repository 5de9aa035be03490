"""From nothing to a published post on the embedded Instagram, as a newcomer does it with the README's commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ig_worker import config, shipped
from ig_worker.demo.practice import BOARD_PORT, MAIL_PORT, SANDBOX_PORT, VALUES, make_practice, with_values
from ig_worker.domain.errors import Misconfigured

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 23, 9, 6, 31, tzinfo=WIB)

pytestmark = pytest.mark.usefixtures("untraced_children")


@contextmanager
def served(folder: Path, *words: str, ready: str) -> Iterator[str]:
    """A server of the folder in a process of its own; gives the address at which it says that it listens."""
    command = [sys.executable, "-m", "ig_worker", *words]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield next(line for line in process.stdout if line.startswith(ready)).split()[-1]
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def said(folder: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ig_worker", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_newcomer_publishes_a_post_in_a_few_commands(tmp_path: Path) -> None:
    folder = tmp_path / "latihan"
    # A newcomer waits two minutes for the first post; here it is due already.
    make_practice(folder, datetime.now(WIB) - timedelta(minutes=2))
    said(folder, "db", "upgrade")
    with ExitStack() as open_now:
        sandbox = open_now.enter_context(
            served(
                folder,
                *("sandbox", "serve", "--port", "0", "--mails", "mails", "--mail-port", "0"),
                ready="sandbox listening on ",
            )
        )
        board = open_now.enter_context(
            served(folder, "board", "serve", "--port", "0", ready="board listening on ")
        )
        # Other tests may have the ports that a newcomer's machine has free.
        text = (folder / "config.toml").read_text("utf-8")
        for port, address in ((SANDBOX_PORT, sandbox), (BOARD_PORT, board)):
            text = text.replace(f"http://127.0.0.1:{port}", address.rstrip("/"))
        (folder / "config.toml").write_text(text, "utf-8")
        assert "Ditambahkan: 3" in said(folder, "posts", "import", "rencana.csv")
        worker = subprocess.Popen(
            [sys.executable, "-m", "ig_worker", "run"], cwd=folder, stderr=subprocess.DEVNULL
        )
        open_now.callback(worker.wait, 20)
        open_now.callback(worker.terminate)
        post: dict[str, Any] = {}
        for _ in range(60):
            # Each look takes half a second.
            post = json.loads(said(folder, "posts", "list", "--json"))[0]
            if post["permalink"]:
                break
        assert post["status"] == "published", post
        assert str(post["permalink"]).startswith("https://www.instagram.com/")


def test_init_says_what_comes_next(tmp_path: Path) -> None:
    folder = tmp_path / "latihan pertama"
    told = said(tmp_path, "init", "--sandbox", folder.name)
    assert (folder / "var" / "ig-worker.db").is_file()
    (serve, board, work) = [line.strip() for line in told.splitlines() if line.startswith("  cd ")]
    assert f"cd '{folder}' && " in serve
    assert "sandbox serve --mails mails" in serve
    assert "board serve" in board
    typed, _, last = work.rpartition(" && ")
    assert last.endswith(" run")
    # Copied as it is into a new terminal, which begins in another folder.
    done = subprocess.run(["sh", "-c", typed], cwd="/", capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Ditambahkan: 3" in done.stdout


def test_init_for_a_real_account_names_the_file_so_that_it_can_be_copied(tmp_path: Path) -> None:
    told = said(tmp_path, "init", "akun nyata")
    typed = told.rpartition("then: ")[2].strip()
    assert typed.endswith("--config 'akun nyata/config.toml' doctor")
    done = subprocess.run(["sh", "-c", typed], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "akun nyata/config.toml" in done.stdout, done.stderr


def test_the_practice_differs_from_the_example_only_where_it_says(tmp_path: Path) -> None:
    file = make_practice(tmp_path, NOW)
    settings = config.load(file, env={})
    assert settings.graph.base_url == f"http://127.0.0.1:{SANDBOX_PORT}"
    assert str(MAIL_PORT) in settings.recipients("complaint_team")[0]
    example, written = shipped.example_config().splitlines(), file.read_text("utf-8").splitlines()
    changed = [old for old, new in zip(example, written, strict=True) if old != new]
    assert {re.split(r"\s*=", line)[0] for line in changed} == {name.rpartition(".")[2] for name in VALUES}


def test_the_first_post_is_a_moment_away_and_a_second_practice_touches_nothing(tmp_path: Path) -> None:
    make_practice(tmp_path, NOW)
    first = (tmp_path / "rencana.csv").read_text("utf-8").splitlines()[1].split(",")
    assert first[2:4] == ["23/11/2026", "09.08"]
    with pytest.raises(Misconfigured, match="is there already"):
        make_practice(tmp_path, NOW + timedelta(days=1))
    assert (tmp_path / "rencana.csv").read_text("utf-8").splitlines()[1].split(",")[3] == "09.08"


def test_a_key_that_the_example_has_not_is_an_error() -> None:
    with pytest.raises(KeyError, match=r"sky\.colour"):
        with_values(shipped.example_config(), {"sky.colour": '"blue"'})
