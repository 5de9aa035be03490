"""One thing followed through time: the log's steps and the journal's moves in one list."""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import subprocess
import sys
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, Installation

from fakes.bench import plan_post
from fakes.processes import without_roots_privilege
from ig_worker.log_files import KeptFile
from ig_worker.store import journal

LOG = '[log]\nfile = "logs/ig-worker.log"\n'


def step(minutes: float, text: str, **extras: Any) -> str:
    at = (NOW + timedelta(minutes=minutes)).astimezone(UTC).isoformat()
    line = {
        "time": at,
        "level": "INFO",
        "logger": "ig_worker.flows.x",
        "message": text,
        "thread": "publish",
        **extras,
    }
    return json.dumps(line) + "\n"


@pytest.fixture
def logged(centre: Installation) -> Installation:
    """Two posts, with a log that was changed for a fresh one in between, and a journal."""
    centre.configure(top="")
    centre.config.write_text(centre.config.read_text("utf-8") + LOG, "utf-8")
    folder = centre.folder / "logs"
    folder.mkdir()
    with centre.writing() as connection:
        one = plan_post(connection, key="POL-01")
        two = plan_post(connection, key="POL-02")
        assert (one, two) == (1, 2)
        journal.note(connection, NOW - timedelta(days=3), "post:1", "approved", who="dr. Wulan")
        journal.note(connection, NOW + timedelta(minutes=2), "post:1", "published")
        journal.note(connection, NOW + timedelta(minutes=2), "post:2", "held: call 081234567890")
    (folder / "ig-worker.log.1").write_text(
        step(-60, "post POL-01: approved -> preparing", post=1, account="polowijen") + "garbage\n"
    )
    (folder / "ig-worker.log").write_text(
        step(1, "post POL-01: ready -> publishing", post=1, account="polowijen", duration_ms=12)
        + step(1.5, "post POL-02: ready -> held", post=2, account="kendalsari")
        + step(1.7, "post POL-011 is another one")
        + "2026-11-25 07:33:00 WARNING flows.publishing: post POL-01: slow  post=1 account=polowijen\n"
        + "Traceback: no line of its own\n"
    )
    centre.set_clock(NOW + timedelta(minutes=5))
    return centre


def test_a_post_is_followed_through_old_files_and_the_journal(logged: Installation) -> None:
    shown = logged("log", "tail", "--post", 1, "--json")
    assert (shown.status, shown.err) == (0, "")
    assert [(each["source"], each["text"].partition("  ")[0]) for each in shown.document] == [
        ("journal", "approved"),
        ("journal", "planned from rencana.csv row 2"),
        ("log", "post POL-01: approved -> preparing"),
        ("log", "post POL-01: ready -> publishing"),
        ("journal", "published"),
        ("log", "post POL-01: slow post=1 account=polowijen"),
    ]
    assert shown.document[3]["fields"]["duration_ms"] == 12
    assert shown.document[0]["who"] == "dr. Wulan"
    text = logged("log", "tail", "--post", 1).out.splitlines()
    assert text[3] == (
        "2026-11-25 07:31:00 INFO    flows.x: post POL-01: ready -> publishing post=1 account=polowijen duration_ms=12"
    )


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (["--since", "2m"], 1),
        (["--since", "09:00"], 7),  # of yesterday: it is half past seven
        (["--since", "2026-11-25T07:32:00"], 3),
        (["--account", "polowijen"], 5),
        (["--post", "1", "--since", "1d"], 4),
        (["--post", "1", "--limit", "2"], 2),
        ([], 7),
    ],
)
def test_it_is_narrowed_by_time_account_and_number(
    logged: Installation, words: list[str], count: int
) -> None:
    found = logged("log", "tail", *words, "--json").document
    assert len(found) == count, found


def test_no_number_of_a_person_is_shown(logged: Installation) -> None:
    for words in (("--post", "2"), ("--post", "2", "--json")):
        assert "081234567890" not in logged("log", "tail", *words).out


def test_without_a_file_there_is_the_journal_and_a_word_about_it(centre: Installation) -> None:
    with centre.writing() as connection:
        journal.note(connection, NOW, "post:1", "published")
    shown = centre("log", "tail")
    assert shown.status == 0
    assert "[log] file is not set" in shown.line
    assert "published" in shown.out


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--case", "K-2026-0099"], 1, "there is no case K-2026-0099"),
        (["--post", "99"], 1, "there is no post 99"),
        (["--message", "99"], 1, "there is no message 99"),
        (["--since", "kemarin"], 2, "--since: found 'kemarin'"),
        (["--account", "nobody"], 2, "--account must be one of"),
    ],
)
def test_what_is_not_there_is_said(logged: Installation, words: list[str], status: int, said: str) -> None:
    shown = logged("log", "tail", *words)
    assert shown.status == status
    assert said in shown.err


def test_it_follows_what_is_new_also_into_a_fresh_file(logged: Installation) -> None:
    file = logged.folder / "logs" / "ig-worker.log"
    command = [
        sys.executable,
        "-u",
        "-m",
        "ig_worker",
        "--config",
        logged.config,
        "log",
        "tail",
        "--post",
        "1",
        "-f",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as following:
        try:
            out = following.stdout
            assert out is not None

            def line() -> str:
                assert select.select([out], [], [], 60)[0], "nothing came"
                return os.read(out.fileno(), 65536).decode()

            said = ""
            while "slow" not in said:
                said += line()
            with file.open("a") as log:
                log.write(step(6, "post POL-01: link read", post=1))
            assert "link read" in line()
            file.rename(file.with_name("ig-worker.log.2"))
            file.write_text(step(7, "post POL-01: first comment", post=1))
            assert "first comment" in line()
            with logged.writing() as connection:
                journal.note(connection, NOW, "post:1", "moved by a person")
            assert "MOVE" in line()
        finally:
            following.send_signal(signal.SIGINT)
            try:
                following.wait(20)
            finally:
                following.kill()


_WRITER = """
import logging, sys
from pathlib import Path
from ig_worker.log_files import KeptFile
handler = KeptFile(Path(sys.argv[1]), most_bytes=20_000, old_files=50)
handler.setFormatter(logging.Formatter("%(message)s"))
log = logging.getLogger("x"); log.addHandler(handler); log.setLevel("INFO")
for number in range(1500):
    log.info("%s-%04d-%s", sys.argv[2], number, "é" * 40)
"""


def test_processes_that_write_one_file_lose_and_mix_no_line(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.log"
    names = ("worker", "board", "third")
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, file, name]) for name in names]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    found = [
        line for each in tmp_path.glob("ig-worker.log*") for line in each.read_text("utf-8").splitlines()
    ]
    wanted = [f"{name}-{number:04d}-{'é' * 40}" for name in names for number in range(1500)]
    assert sorted(found) == sorted(wanted)
    assert len(list(tmp_path.glob("ig-worker.log.[0-9]*"))) > 10


def record(text: str) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": text, "levelno": logging.INFO, "levelname": "INFO"})


def test_a_file_that_was_removed_or_moved_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "ig-worker.log"
    handler = KeptFile(file)
    handler.emit(record("one"))
    file.unlink()
    handler.emit(record("two"))
    file.rename(tmp_path / "away")
    handler.emit(record("three"))
    handler.close()
    assert (file.read_text(), (tmp_path / "away").read_text()) == ("three\n", "two\n")


def test_a_file_that_cannot_be_changed_goes_on_and_is_warned_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "ig-worker.log"
    hindrance = tmp_path / "ig-worker.log.lock"
    hindrance.mkdir()  # it cannot be opened for writing, not even by root
    handler = KeptFile(file, most_bytes=40)
    for number in range(9):
        handler.emit(record(f"line {number} of some length"))
    assert file.read_text().splitlines() == [f"line {number} of some length" for number in range(9)]
    assert isinstance(handler.trouble, IsADirectoryError)
    assert [each.getMessage() for each in caplog.records] == [
        f"The log {file} cannot be changed for a fresh one (Is a directory); it grows until it can."
    ]
    hindrance.rmdir()
    handler.emit(record("the first of a fresh one"))
    handler.close()
    assert handler.trouble is None
    assert file.read_text() == "the first of a fresh one\n"


def test_old_files_stay_while_the_present_one_cannot_be_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "ig-worker.log"
    file.parent.mkdir()
    for number in range(1, 6):
        file.with_name(f"ig-worker.log.{number}").write_text(f"old {number}\n")
    file.with_name("ig-worker.log.lock").touch()
    file.write_text("full\n")
    script = (
        "import logging, sys; from pathlib import Path; from ig_worker.log_files import KeptFile\n"
        "handler = KeptFile(Path(sys.argv[1]), most_bytes=5)\n"
        "for number in range(9): handler.emit(logging.makeLogRecord({'msg': f'more {number}'}))\n"
    )
    file.parent.chmod(0o500)
    try:
        subprocess.run([*without_roots_privilege(), sys.executable, "-c", script, file], check=True)
    finally:
        file.parent.chmod(0o700)
    assert file.read_text().splitlines() == ["full", *(f"more {number}" for number in range(9))]
    KeptFile(file, most_bytes=5).emit(record("fresh"))
    found = {each.name: each.read_text() for each in file.parent.iterdir()}
    assert found["ig-worker.log"] == "fresh\n"
    assert found["ig-worker.log.1"].startswith("full\n")
    assert [found[f"ig-worker.log.{number}"] for number in range(2, 6)] == [
        f"old {number}\n" for number in range(1, 5)
    ]
    assert len(found) == 7


def test_a_full_disk_ends_nobody(tmp_path: Path) -> None:
    handler = KeptFile(Path("/dev/full"))
    for _ in range(3):
        handler.emit(record("not written"))
    handler.close()
    folder = tmp_path / "logs"
    folder.mkdir()
    handler = KeptFile(folder / "ig-worker.log")
    handler.emit(record("one"))
    (folder / "ig-worker.log").unlink()
    folder.rmdir()
    handler.emit(record("lost"))
    folder.mkdir()
    handler.emit(record("two"))
    handler.close()
    assert (folder / "ig-worker.log").read_text() == "two\n"
