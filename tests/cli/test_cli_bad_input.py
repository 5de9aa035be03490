"""What is wrong is said in one line with what to do, the exit status is right, nothing is lost, no traceback."""

from __future__ import annotations

import os
import re
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cli_centre import NOW, TOKEN, Installation, Outcome
from PIL import Image

from fakes.bench import plan_post
from fakes.processes import without_roots_privilege
from ig_worker.sandbox.process import SandboxProcess

HEADER = "kode,tanggal,jam,jenis,media,caption,status,pembuat,verifikator\n"


def posts_of(centre: Installation) -> list[tuple[str, str]]:
    return [(post["key"], post["status"]) for post in centre("posts", "list", "--json").document]


@pytest.fixture
def planned(centre: Installation) -> Installation:
    """A centre with one approved post for tomorrow."""
    with centre.writing() as connection:
        plan_post(connection, at=NOW + timedelta(days=1))
    return centre


# The configuration


def test_no_configuration(bare: Installation) -> None:
    bare.config.unlink()
    done = bare("run")
    assert done.status == 2
    assert done.line.startswith(f"There is no configuration at {bare.config}. ")
    assert "ig-worker init" in done.line


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("timezone = Jakarta\n", "is not TOML"),
        ("timezone = 'Asia/Jakarta\n", "is not TOML"),
        ("time_zone = 'Asia/Jakarta'\n", "time_zone is not a known key; did you mean timezone?"),
        ("[schedule]\ninbox_every = 'often'\n", '[schedule] inbox_every: found "often"; allowed: a number'),
        ("[accounts.x]\nig_user_id = 'polowijen'\n", "[accounts.x] ig_user_id: found"),
        ("\x00\x01", "is not TOML"),
    ],
)
def test_a_malformed_configuration(bare: Installation, text: str, complaint: str) -> None:
    bare.config.write_text(text, "utf-8")
    for command in ("run", "status", "db upgrade"):
        done = bare(*command.split())
        assert done.status == 2
        assert complaint in done.line
    assert not bare.database_file.exists()


def test_a_malformed_configuration_gives_no_secret_away(bare: Installation) -> None:
    bare.configure(token=f"{TOKEN} with a blank")
    done = bare("run")
    assert (done.status, "[accounts.polowijen] access_token" in done.line) == (2, True)
    assert TOKEN not in done.err


def test_a_variable_that_means_nothing(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IG_WORKER_SCHEDUEL__INBOX_EVERY", "5")
    done = bare("posts", "list")
    assert (done.status, "IG_WORKER_SCHEDUEL__INBOX_EVERY" in done.line) == (2, True)


# The sheet and its pictures


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("hilang.csv", None, "tidak ditemukan"),
        ("rencana.docx", b"PK\x03\x04", "bukan CSV atau XLSX"),
        ("rencana.xlsx", b"PK\x03\x04 not a workbook", "rencana.xlsx"),
        ("rencana.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "rencana.csv"),
        ("rencana.csv", b"", "kosong"),
        ("rencana.csv", b"nama;alamat\nRina;Malang\n", "rencana.csv"),
    ],
)
def test_a_missing_or_garbled_sheet(
    planned: Installation, name: str, content: bytes | None, complaint: str
) -> None:
    file = planned.folder / name
    if content is not None:
        file.write_bytes(content)
    done = planned("posts", "import", file)
    assert (done.status, done.out) == (1, "")
    assert complaint in done.line
    assert posts_of(planned) == [("P-01", "approved")]


def test_a_picture_that_cannot_be_read_holds_only_its_own_post(planned: Installation) -> None:
    (planned.folder / "rusak.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture at all")
    Image.new("RGB", (1080, 1080), "teal").save(planned.folder / "baik.jpg")
    sheet = planned.folder / "november.csv"
    row = "{0},26/11/2026,09.00,gambar,{1},Halo,disetujui,Rina,dr. Wulan\n"
    sheet.write_text(HEADER + row.format("P-02", "rusak.jpg") + row.format("P-03", "baik.jpg"), "utf-8")
    done = planned("posts", "import", sheet)
    assert (done.status, done.err) == (0, "")
    assert "Baris 2, kolom media: tertulis “rusak.jpg”" in done.out
    assert posts_of(planned) == [("P-01", "approved"), ("P-02", "held"), ("P-03", "approved")]


# The database

ANY_COMMAND = (
    "posts list",
    "status",
    "run",
    "run-once inbox",
    "posts cancel 1 --by Ani",
    "board serve --port 0",
)


@pytest.mark.parametrize("command", [*ANY_COMMAND, "db upgrade"])
@pytest.mark.sqlite_only("reads and writes the file itself")
def test_a_database_of_a_newer_version(planned: Installation, command: str) -> None:
    with sqlite3.connect(planned.database_file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = planned(*command.split())
    assert done.status == 1
    assert "the database is from a newer ig-worker (schema 9999" in done.line
    assert "nothing was changed" in done.line
    with sqlite3.connect(planned.database_file) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("9999",)]
        assert connection.execute("SELECT key, status FROM posts").fetchall() == [("P-01", "approved")]
    connection.close()
    assert planned("db", "current").out.startswith("9999 ")


@pytest.mark.parametrize("command", [*ANY_COMMAND, "db upgrade", "db current"])
@pytest.mark.sqlite_only("reads and writes the file itself")
def test_a_file_that_is_not_a_database(bare: Installation, command: str) -> None:
    bare.database_file.parent.mkdir()
    letter = b"Yth. Bapak/Ibu, terlampir rencana bulan ini.\n" * 100
    bare.database_file.write_bytes(letter)
    done = bare(*command.split())
    assert done.status == 1
    assert "file is not a database" in done.line
    assert bare.database_file.read_bytes() == letter


@pytest.mark.sqlite_only("a server without the database is another fault")
def test_no_database_yet(bare: Installation) -> None:
    for command in ANY_COMMAND:
        done = bare(*command.split())
        assert (done.status, done.line.endswith("run: ig-worker db upgrade")) == (1, True)
    assert not bare.database_file.exists()


@pytest.mark.sqlite_only("names another database itself")
def test_a_database_server_that_is_not_there_is_named_without_its_password(bare: Installation) -> None:
    url = "postgresql+psycopg://puskesmas:kata-sandi@127.0.0.1:9/ig"
    with bare.config.open("a", encoding="utf-8") as config:
        config.write(f'[database]\nurl = "{url}"\n')
    done = bare("posts", "list")
    assert (done.status, "127.0.0.1:9" in done.line) == (1, True)
    assert "kata-sandi" not in done.err


def test_a_table_that_is_gone(planned: Installation) -> None:
    with planned.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE cases RENAME TO mislaid")
    done = planned("cases", "list")
    found = re.search(r"cannot be used: (no such table: cases|relation \"cases\" does not exist)", done.line)
    assert (done.status, found is not None) == (1, True)


# Instagram


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def last_line(done: Outcome) -> str:
    """The command's own line, below the log of the jobs; nowhere a traceback."""
    assert "Traceback" not in done.err
    return done.err.splitlines()[-1]


@pytest.mark.parametrize("command", ["insights collect", "token refresh", "run-once inbox"])
def test_a_wrong_token(planned: Installation, sandbox: SandboxProcess, command: str) -> None:
    planned.configure(base_url=sandbox.base_url, token="IGAAnobodyGaveThisTokenToAnyone")
    done = planned(*command.split())
    assert done.status == 1
    assert "190" in last_line(done)
    assert "token" in last_line(done)
    assert "IGAAnobodyGaveThisTokenToAnyone" not in done.err
    assert posts_of(planned) == [("P-01", "approved")]


@pytest.mark.parametrize("command", ["insights collect", "token refresh", "run-once inbox"])
def test_an_api_that_cannot_be_reached(planned: Installation, command: str) -> None:
    done = planned(*command.split())
    assert done.status == 1
    assert last_line(done).startswith("ig-worker: ")
    assert posts_of(planned) == [("P-01", "approved")]


def test_a_post_that_is_due_waits_while_the_api_cannot_be_reached(centre: Installation) -> None:
    Image.new("RGB", (1080, 1080), "teal").save(centre.folder / "satu.jpg")
    sheet = centre.folder / "hari-ini.csv"
    row = "P-01,25/11/2026,07.30,gambar,satu.jpg,Halo,disetujui,Rina,dr. Wulan\n"
    sheet.write_text(HEADER + row, "utf-8")
    assert centre("posts", "import", sheet).status == 0
    done = centre("run-once", "publish")
    assert "Traceback" not in done.err
    assert posts_of(centre) == [("P-01", "preparing")], "it is tried again later"


# The disk


def unprivileged(centre: Installation, *words: str) -> Outcome:
    command = [*without_roots_privilege(), sys.executable, "-m", "ig_worker", "--config", str(centre.config)]
    done = subprocess.run([*command, *words], capture_output=True, check=False, timeout=60)
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_configuration_that_this_user_may_not_see_is_a_finding_and_no_riddle(centre: Installation) -> None:
    centre.config.parent.chmod(0o600)
    try:
        status, doctor = unprivileged(centre, "status"), unprivileged(centre, "doctor", "--json")
        classify = unprivileged(centre, "classify", "Terima kasih, perawatnya ramah")
    finally:
        centre.config.parent.chmod(0o700)
    assert (status.status, classify.status) == (2, 2)
    assert f"{centre.config} cannot be read: Permission denied" in status.err
    assert "sudo ig-worker" in status.err
    first = doctor.document[0]
    assert (doctor.status, first["id"], first["level"]) == (1, "IGW-E001", "problem")
    assert "Permission denied" in doctor.out


def test_a_log_file_that_can_never_be_one_is_a_wrong_configuration(centre: Installation) -> None:
    folder = centre.folder / "log"
    folder.mkdir()
    text = centre.config.read_text("utf-8")
    centre.config.write_text(f'{text}\n[log]\nfile = "{folder}"\n', "utf-8")
    status, doctor = unprivileged(centre, "status"), unprivileged(centre, "doctor", "--json")
    assert status.status == 2
    assert "Choose another [log] file" in status.err
    assert (doctor.status, doctor.document[0]["id"]) == (1, "IGW-E001")


@pytest.fixture
def read_only(planned: Installation) -> Iterator[Installation]:
    """Nobody may write into the data folder."""
    folder = planned.database_file.parent
    planned.database_file.chmod(0o400)
    folder.chmod(0o500)
    yield planned
    folder.chmod(0o700)
    planned.database_file.chmod(0o600)


@pytest.mark.sqlite_only("reads and writes the file itself")
def test_a_worker_waits_where_its_data_folder_is_read_only_and_ends_when_asked(
    read_only: Installation,
) -> None:
    """After a power cut a disk often comes back so; a worker that ended would be started again and again."""
    command = [
        *without_roots_privilege(),
        sys.executable,
        "-m",
        "ig_worker",
        "--config",
        read_only.config,
        "run",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "make it writable for the worker's user" in process.stderr.readline()
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize("command", ["run-once inbox", "posts cancel 1 --by Ani", "posts list", "db upgrade"])
@pytest.mark.sqlite_only("reads and writes the file itself")
def test_a_data_folder_that_is_read_only(read_only: Installation, command: str) -> None:
    before = read_only.database_file.read_bytes()
    done = unprivileged(read_only, *command.split())
    assert done.status == 1
    assert "writ" in done.line, "it says what to make writable"
    assert read_only.database_file.read_bytes() == before


@pytest.mark.sqlite_only("the database lies in the folder")
def test_a_data_folder_that_cannot_be_made(bare: Installation) -> None:
    (bare.folder / "var").write_text("a file where the folder should be")
    done = bare("db", "upgrade")
    assert (done.status, "cannot make the data folder" in done.line) == (1, True)
    assert (bare.folder / "var").read_text() == "a file where the folder should be"


def test_a_folder_in_which_nothing_can_be_made(bare: Installation) -> None:
    place = bare.folder / "arsip"
    place.write_text("a file")
    done = bare("init", place / "baru")
    assert (done.status, "cannot be written" in done.line) == (1, True)


@pytest.mark.sqlite_only("reads and writes the file itself")
def test_a_full_disk_loses_nothing(planned: Installation) -> None:
    def little_room() -> None:
        # As on a full disk, SQLite's next page finds no room.
        resource.setrlimit(resource.RLIMIT_FSIZE, (36_000, 36_000))

    reason = "alasan " * 9_000
    # A measurement of coverage would find no room either, and complain.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    words = ("posts", "reject", "1", "--by", "Ani", "--reason", reason)
    done = planned.apart(*words, preexec_fn=little_room, env=env)
    assert done.status == 1
    assert f"the database {planned.database_file} cannot be used: " in done.line
    assert posts_of(planned) == [("P-01", "approved")]
    assert planned(*words).status == 0


def buffered() -> dict[str, str]:
    """Our environment, with a stdout that keeps what it could not write, as it is at most people's."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}


def test_no_room_for_the_results(planned: Installation) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "ig_worker", "--config", planned.config, "posts", "list", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env=buffered(),
        )
    said = Outcome(done.returncode, "", done.stderr)
    assert (said.status, said.line.startswith("No space left on device: free some space")) == (1, True)


def test_a_reader_that_has_gone_is_no_news(planned: Installation) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "ig_worker", "--config", planned.config, "posts", "list"],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        env=buffered(),
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_clock_that_is_not_there(planned: Installation) -> None:
    (planned.folder / "clock").unlink()
    done = planned("posts", "cancel", "1", "--by", "Ani")
    assert (done.status, done.line) == (1, f"{planned.folder / 'clock'}: No such file or directory")
