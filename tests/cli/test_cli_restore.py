"""``db restore``: proven first, all of it or nothing, and what was there is moved aside."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import tarfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cli_centre import NOW, TOKEN, Installation, message_values

from ig_worker.clock import pause
from ig_worker.domain.thinning import name_for
from ig_worker.store import cases, facts, messages
from ig_worker.store.backups.aftermath import window
from ig_worker.store.database import Database
from ig_worker.store.lock import only_worker
from ig_worker.store.migrate import migrations_folder
from ig_worker.store.schema import SCHEMA_VERSION

KEY = "kunci rahasia puskesmas polowijen"


def sealing(centre: Installation) -> None:
    centre.config.write_text(centre.config.read_text("utf-8") + f'[security]\nkey = "{KEY}"\n', "utf-8")


def backup(centre: Installation) -> Path:
    elsewhere = centre.folder / "usb"
    return Path(centre("db", "backup", "--json", "--to", str(elsewhere)).document["path"])


def counts(centre: Installation) -> dict[str, Any]:
    document = centre("status", "--json").document
    return {name: document[name] for name in ("posts", "inbox", "cases", "waiting_for_person")}


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("evidence", "reports")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


def write_another_complaint(centre: Installation) -> None:
    with centre.writing() as connection:
        more = {"label": "keluhan", "topic": "obat", "author": "budi"}
        messages.add(connection, message_values("Obat kosong", **more))


@pytest.mark.parametrize("key", ["", KEY])
@pytest.mark.sqlite_only("the database is lost with its folder")
def test_an_empty_machine_becomes_what_the_old_one_was(backed_up: Installation, key: str) -> None:
    if key:
        sealing(backed_up)
    before, lay_there = counts(backed_up), files(backed_up.folder / "var")
    path = backup(backed_up)
    shutil.rmtree(backed_up.folder / "var")
    done = backed_up("db", "restore", path)
    assert (done.status, done.err) == (0, "")
    assert counts(backed_up) == before
    assert files(backed_up.folder / "var") == lay_there
    assert "2 pieces of evidence" in done.out or "2 of them evidence" in done.out
    assert backed_up("cases", "verify").status == 0
    assert stat.S_IMODE(backed_up.database_file.stat().st_mode) == 0o600
    assert not list((backed_up.folder / "var").glob("before-restore-*"))
    with backed_up.writing() as connection:
        known = window(connection, NOW)
    assert known is not None
    assert (known.since, known.until) == (NOW, NOW)
    old = backed_up.folder / "var" / "config-from-backup.toml"
    assert old.exists() is bool(key)
    assert ("Tokens were not in it" in done.out) is not bool(key)


@pytest.mark.sqlite_only("moves the file")
def test_what_was_there_is_moved_aside(backed_up: Installation) -> None:
    path = backup(backed_up)
    write_another_complaint(backed_up)
    (backed_up.folder / "var/reports/sesudahnya.pdf").write_bytes(b"%PDF")
    present = counts(backed_up)
    refused = backed_up.apart("db", "restore", path, input=b"")
    assert refused.status != 0
    assert counts(backed_up) == present
    done = backed_up("db", "restore", path, "--yes", "--json")
    aside = Path(done.document["moved_aside"])
    assert aside.parent == backed_up.folder / "var"
    assert (aside / "reports/sesudahnya.pdf").exists()
    assert not (backed_up.folder / "var/reports/sesudahnya.pdf").exists()
    assert counts(backed_up)["inbox"] == {"keluhan": 1}
    with sqlite3.connect(aside / "ig-worker.db") as old:
        assert old.execute("SELECT count(*) FROM messages").fetchone() == (2,)
    # And once more: each time it has a folder of its own.
    again = backed_up("db", "restore", path, "--yes", "--json").document["moved_aside"]
    assert again != str(aside)
    assert aside.exists()


@pytest.mark.sqlite_only("locks the file")
def test_while_a_worker_or_the_board_has_the_database_nothing_is_restored(backed_up: Installation) -> None:
    path = backup(backed_up)
    with only_worker(backed_up.database_file):
        assert "another worker" in backed_up("db", "restore", path, "--yes").line
        assert backed_up("db", "restore", "--check", path).status == 0
    board = backed_up.opened()
    with board.reading() as connection:
        facts.read(connection, "x")
    refused = backed_up("db", "restore", path, "--yes")
    assert "is in use: stop the worker and the board first" in refused.line
    with board.writing() as connection:
        facts.write(connection, "x", "still here", NOW)
    board.close()
    assert backed_up("db", "restore", path, "--yes").status == 0


@pytest.mark.parametrize("closed", ["the file", "its folder"])
def test_a_backup_that_may_not_be_read_is_a_matter_of_rights(backed_up: Installation, closed: str) -> None:
    path = backup(backed_up)
    (path if closed == "the file" else path.parent).chmod(0)
    # Root reads everything; without these it is one user among others.
    apart = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    words = ["--config", backed_up.config, "db", "restore", "--check", path]
    done = subprocess.run(
        [*apart, sys.executable, "-m", "ig_worker", *words], capture_output=True, text=True, check=False
    )
    path.parent.chmod(0o700)
    assert done.returncode == 1
    assert (
        f"may not be read by {pwd.getpwuid(os.geteuid()).pw_name} ({os.geteuid()}), the user" in done.stderr
    )
    assert f"chown {os.geteuid()} {path}; where its folder is closed" in done.stderr
    assert "disk" not in done.stderr


def test_what_is_not_whole_is_not_restored_and_nothing_is_changed(backed_up: Installation) -> None:
    path = backup(backed_up)
    content, lay_there, before = path.read_bytes(), files(backed_up.folder / "var"), counts(backed_up)
    spoilt = backed_up.folder / "rusak.tar"
    for place in (0, 600, len(content) // 2, len(content) - 1):
        spoilt.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        refused = backed_up("db", "restore", spoilt, "--yes")
        assert refused.status == 1
        assert "the backup is damaged" in refused.line
    assert (files(backed_up.folder / "var"), counts(backed_up)) == (lay_there, before)
    assert {file.name for file in (backed_up.folder / "var/.restoring").iterdir()} == {"lock"}
    missing = backed_up("db", "restore", backed_up.folder / "tidak-ada.tar")
    assert (missing.status, "there is no file" in missing.line) == (1, True)


def test_another_key_is_a_clear_error(backed_up: Installation) -> None:
    sealing(backed_up)
    path = backup(backed_up)
    config = backed_up.config.read_text("utf-8")
    backed_up.config.write_text(config.replace(KEY, "kunci lain yang salah"), "utf-8")
    refused = backed_up("db", "restore", path, "--yes")
    assert refused.line.startswith("the backup is encrypted with another key: set [security] key")
    backed_up.config.write_text(config.replace(f'key = "{KEY}"', 'key = ""'), "utf-8")
    assert "there is no key" in backed_up("db", "restore", path, "--check").line


@pytest.mark.sqlite_only("restores to a folder without a database")
def test_altered_evidence_is_found_by_its_chain_before_anything_is_put_in_place(
    backed_up: Installation,
) -> None:
    with backed_up.writing() as connection:
        connection.exec_driver_sql("UPDATE evidence SET case_id = case_id, made_at = '2020-01-01 00:00:00'")
    path = backup(backed_up)
    refused = backed_up("db", "restore", path, "--yes", "--to", backed_up.folder / "baru")
    assert refused.status == 1
    assert "about the evidence were not as they should be" in refused.line
    assert not (backed_up.folder / "baru" / "ig-worker.db").exists()
    done = backed_up("db", "restore", path, "--yes", "--to", backed_up.folder / "baru", "--despite-findings")
    assert done.status == 0
    assert (backed_up.folder / "baru" / "ig-worker.db").exists()


def brought_back(file: Path, schema: str) -> None:
    """Bring a database to an older schema, as its own migrations do."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    database = Database(f"sqlite:///{file}")
    with database.writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, schema)
    database.close()


def test_a_newer_backup_is_refused_and_an_older_one_upgraded(backed_up: Installation) -> None:
    import gzip
    import io

    from ig_worker.store.backups.archive import DATA, DATABASE, Writing

    def rewritten(name: str, schema: str) -> Path:
        whole = backed_up.folder / name
        with tarfile.open(backup(backed_up)) as tar, whole.open("wb") as out:
            packed = tar.extractfile(DATABASE)
            assert packed is not None
            copy = backed_up.folder / "copy.db"
            copy.write_bytes(gzip.decompress(packed.read()))
            if schema == "0006":
                brought_back(copy, schema)
            with sqlite3.connect(copy) as connection:
                connection.execute("UPDATE alembic_version SET version_num = ?", (schema,))
            connection.close()
            about = {"schema": schema, "taken_at": NOW.isoformat(), "taken_at_seconds": NOW.timestamp()}
            writing = Writing(out, "", about | {"ig_worker": "9.9.9"}, backed_up.folder)
            content = gzip.compress(copy.read_bytes())
            writing.add(DATABASE, io.BytesIO(content), len(content), 0)
            for each in tar.getmembers():
                if each.name.startswith(DATA):
                    file = tar.extractfile(each)
                    assert file is not None
                    writing.add(each.name, file, each.size, 0)
            writing.close()
        return whole

    newer = backed_up("db", "restore", rewritten("baru.tar", "9999"), "--yes")
    assert "from a newer ig-worker (schema 9999" in newer.line
    before = counts(backed_up)
    older = backed_up("db", "restore", rewritten("lama.tar", "0006"), "--yes")
    assert (older.status, older.err) == (0, "")
    assert counts(backed_up) == before
    assert backed_up("db", "current").out.startswith(SCHEMA_VERSION)


def test_numbers_that_may_be_on_paper_are_not_given_again(backed_up: Installation) -> None:
    path = backup(backed_up)
    with backed_up.writing() as connection:
        assert cases.next_number(connection, 2026) == "K-2026-0002"
    beside = backed_up("db", "restore", path, "--yes", "--json").document
    assert beside["next_number"] == "K-2026-0003"
    with backed_up.writing() as connection:
        assert cases.next_number(connection, 2026) == "K-2026-0003"


@pytest.mark.sqlite_only("the database is lost with its folder")
def test_where_the_old_numbers_are_lost_a_hundred_are_left_out(backed_up: Installation) -> None:
    path = backup(backed_up)
    shutil.rmtree(backed_up.folder / "var")
    backed_up.set_clock(NOW + timedelta(hours=3))
    alone = backed_up("db", "restore", path, "--json").document
    assert alone["next_number"] == "K-2026-0101"
    with backed_up.writing() as connection:
        assert cases.next_number(connection, 2026) == "K-2026-0101"


def test_a_machine_that_was_set_up_anew_knows_no_numbers_either(backed_up: Installation) -> None:
    """`db upgrade` has made an empty database there, as `scripts/install` does, before the backup comes."""
    path = backup(backed_up)
    with backed_up.writing() as connection:
        connection.exec_driver_sql("DELETE FROM case_numbers")
    backed_up.set_clock(NOW + timedelta(hours=3))
    document = backed_up("db", "restore", path, "--yes", "--json").document
    assert document["next_number"] == "K-2026-0101"


def test_whoever_was_logged_in_is_not_any_more(backed_up: Installation) -> None:
    sealing(backed_up)
    with backed_up.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO users (id, name, full_name, roles, password, made_at, password_at)"
            " VALUES (1, 'sari', 'Sari', '[]', 'x', '2026-01-01', '2026-01-01')"
        )
        connection.exec_driver_sql(
            "INSERT INTO sessions (token, user_id, begun_at, ends_at) VALUES ('t', 1, '2026-01-01', '2027-01-01')"
        )
    assert backed_up("db", "restore", backup(backed_up), "--yes").status == 0
    with backed_up.writing() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM users").scalar() == 1
        assert TOKEN in str(connection.exec_driver_sql("SELECT secret FROM tokens").scalar())


@pytest.mark.sqlite_only("moves the file")
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(backed_up: Installation) -> None:
    """Killed at random moments, and at last after each single move: what is there is one of the two, and whole."""
    path = backup(backed_up)
    write_another_complaint(backed_up)
    shutil.copytree(backed_up.folder / "var", backed_up.folder / "asli")
    chance = random.Random(8)
    seen = set()
    for round_ in range(8):
        shutil.rmtree(backed_up.folder / "var")
        shutil.copytree(backed_up.folder / "asli", backed_up.folder / "var")
        running = subprocess.Popen(
            [sys.executable, "-m", "ig_worker", "--config", backed_up.config, "db", "restore", path, "--yes"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        pause(chance.uniform(0.2, 3.0) if round_ else 0.0)
        running.send_signal(signal.SIGKILL)
        running.wait()
        seen.add(_state(backed_up))
    assert seen <= {"old", "new"}


def _state(centre: Installation) -> str:
    found = counts(centre)["inbox"]
    assert centre("cases", "verify").status == 0
    assert found in ({"keluhan": 1}, {"keluhan": 2})
    return "new" if found == {"keluhan": 1} else "old"


@pytest.mark.sqlite_only("moves the file")
def test_a_restore_that_stopped_between_two_moves_is_finished_by_whoever_comes_next(
    backed_up: Installation,
) -> None:
    import json

    path = backup(backed_up)
    write_another_complaint(backed_up)
    var = backed_up.folder / "var"
    shutil.copytree(var, backed_up.folder / "asli")
    # The moves of one restore, recorded; then done by hand, one more of them each time, before anybody comes.
    stops = 0
    while True:
        shutil.rmtree(var)
        shutil.copytree(backed_up.folder / "asli", var)
        ready = subprocess.run(
            [
                sys.executable,
                "-c",
                STOPPED,
                str(stops),
                "--config",
                str(backed_up.config),
                "db",
                "restore",
                str(path),
                "--yes",
            ],
            capture_output=True,
            check=False,
        )
        if ready.returncode != 9:
            break
        assert json.loads((var / ".restoring/plan.json").read_text())["moves"]
        assert _state(backed_up) == "new"
        assert not (var / ".restoring/plan.json").exists()
        stops += 1
    assert ready.returncode == 0, ready.stderr
    assert stops >= 5


STOPPED = """
import os, sys
from pathlib import Path
left = int(sys.argv[1])
real = Path.rename
def rename(self, to):
    global left
    if Path(to).name != "plan.json":
        left -= 1
        if left < 0:
            os._exit(9)
    return real(self, to)
Path.rename = rename
from ig_worker.cli import main
sys.exit(main(sys.argv[2:]))
"""


def test_the_name_of_a_backup_says_its_zone() -> None:
    from zoneinfo import ZoneInfo

    assert (
        name_for(NOW, ZoneInfo("Asia/Jayapura"), sealed=True) == "ig-worker-2026-11-25T093000+0900.tar.sealed"
    )


@pytest.mark.sqlite_only("reads the files, and loses the database with its folder")
def test_whoever_was_erased_since_comes_back_with_nothing(backed_up: Installation) -> None:
    path = backup(backed_up)
    erase = backed_up(
        "privacy",
        "erase",
        "sari",
        "--by",
        "Rina",
        "--reason",
        "surat 3",
        "--yes",
        "--also-open",
    )
    assert erase.status == 0
    words = b"Antrean lama sekali"

    def said() -> list[str]:
        var = backed_up.folder / "var"
        present = [file for file in var.rglob("*") if "before-restore" not in str(file) and file.is_file()]
        return sorted(
            file.name for file in present if words in file.read_bytes() or b"sari" in file.read_bytes()
        )

    assert said() == []
    done = backed_up("db", "restore", path, "--yes")
    assert (done.status, done.err) == (0, "")
    assert said() == []
    assert backed_up("cases", "verify").status == 0
    assert [row["text"] for row in backed_up("inbox", "list", "--json").document] == [
        "[dihapus atas permintaan]"
    ]
    # A new machine, to which only that one file was brought.
    known = (backed_up.folder / "var" / "erased.jsonl").read_bytes()
    shutil.rmtree(backed_up.folder / "var")
    (backed_up.folder / "var").mkdir()
    (backed_up.folder / "var" / "erased.jsonl").write_bytes(known)
    assert backed_up("db", "restore", path).status == 0
    assert said() == []


def test_a_list_of_the_erased_that_cannot_be_read_stops_a_restore(backed_up: Installation) -> None:
    path = backup(backed_up)
    (backed_up.folder / "var" / "erased.jsonl").mkdir()  # as good as unreadable, for root as well
    before = counts(backed_up)
    refused = backed_up("db", "restore", path, "--yes")
    assert refused.status == 1
    assert "which says who was erased, cannot be read" in refused.line
    assert counts(backed_up) == before
    assert not list((backed_up.folder / "var").glob("before-restore-*"))


def test_what_was_decided_after_an_earlier_restore_is_forgotten_at_the_next(backed_up: Installation) -> None:
    """It would let a post go out without a look, which may be out since then."""
    with backed_up.writing() as connection:
        facts.write(connection, "after_restore:post:1", "held", NOW)
    path = backup(backed_up)
    assert backed_up("db", "restore", path, "--yes").status == 0
    with backed_up.writing() as connection:
        assert facts.read(connection, "after_restore:post:1") is None


def test_nothing_is_restored_by_a_clock_that_is_behind_the_backup(backed_up: Installation) -> None:
    path = backup(backed_up)
    backed_up.set_clock(NOW - timedelta(days=400))
    refused = backed_up("db", "restore", path, "--yes")
    assert refused.status == 1
    assert "set the clock" in refused.line
    assert not list((backed_up.folder / "var").glob("before-restore-*"))


def test_after_a_restore_by_a_clock_that_was_ahead_posts_are_looked_for_all_the_same(
    backed_up: Installation,
) -> None:
    path = backup(backed_up)
    backed_up.set_clock(NOW + timedelta(days=900))
    assert backed_up("db", "restore", path, "--yes").status == 0
    with backed_up.writing() as connection:
        known = window(connection, NOW + timedelta(hours=3))
        assert window(connection, NOW + timedelta(days=100)) is None
    assert known is not None
    assert (known.since, known.until) == (NOW, NOW + timedelta(hours=3))
