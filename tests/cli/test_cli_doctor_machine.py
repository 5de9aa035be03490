"""``doctor`` and the machine: rights, folders, disks, a database that is old, damaged or not there, dead channels."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cli_centre import NOW, Installation
from doctor_patients import closed_port, lines_of, looked_at

from fakes.processes import without_roots_privilege
from ig_worker.flows.checking_up import machine
from ig_worker.own_classifier import file_in
from ig_worker.slate import Slate, Trouble
from ig_worker.store import facts, integrity


def test_a_configuration_with_secrets_that_others_can_read(centre: Installation) -> None:
    centre.config.chmod(0o644)
    above = [folder.stat().st_mode for folder in centre.config.parents]
    reachable = all(mode & 0o001 for mode in above)
    assert machine.is_open_to_others(centre.config, 0o004) is reachable
    # A folder that only its owner enters keeps what is in it from others, too.
    assert machine.is_open_to_others(Path("/etc/passwd"), 0o004) is True
    centre.config.chmod(0o600)
    assert machine.is_open_to_others(centre.config, 0o004) is False
    assert [each.what for each in machine.rights_of_secrets([Path("/etc/passwd")])] == ["open"]
    assert [each.what for each in machine.rights_of_secrets([centre.config])] == ["ok"]


def test_a_data_folder_that_is_missing_in_memory_or_cannot_be_written(tmp_path: Path) -> None:
    def found(folder: Path, mounts: Path = machine.MOUNTS) -> list[str]:
        return [finding.what for finding in machine.data_folder(folder, mounts)]

    assert found(tmp_path / "none") == ["missing"]
    assert found(Path("/proc/self")) == ["not_writable"]
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
        f"2 1 0:44 / {str(tmp_path.parent).replace(' ', chr(92) + '040')} rw - tmpfs tmpfs rw\n"
    )
    assert "in_memory" in found(tmp_path, mounts)
    assert machine.filesystem(Path("/usr"), mounts) == "ext4"
    assert machine.filesystem(Path("/usr"), tmp_path / "nothing") == ""


def test_a_data_folder_that_everybody_can_enter_is_told_where_they_can_get_there(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir()
    folder.chmod(0o777)
    reachable = all(above.stat().st_mode & 0o001 for above in folder.parents)
    mounts = tmp_path / "none"
    assert [each.what for each in machine.data_folder(folder, mounts)] == ["open" if reachable else "ok"]
    folder.chmod(0o700)
    assert [each.what for each in machine.data_folder(folder, mounts)] == ["ok"]


def test_a_container_has_the_memory_that_it_is_allowed(tmp_path: Path) -> None:
    told = tmp_path / "meminfo"
    told.write_text("MemTotal: 8000000 kB\nMemFree: 10 kB\nMemAvailable: 6000000 kB\nSwapTotal: 0 kB\n")
    limit, use = tmp_path / "max", tmp_path / "current"
    (finding,) = machine.memory(told, limit, use)
    assert finding.what == "ok"
    limit.write_text("max\n")
    assert [each.what for each in machine.memory(told, limit, use)] == ["ok"]
    limit.write_text("268435456\n")
    use.write_text("260000000\n")
    (finding,) = machine.memory(told, limit, use)
    assert (finding.what, finding.values["total_mb"]) == ("low", 268)


def test_fonts_that_are_empty_are_missing(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"x")
    (tmp_path / "b.ttf").write_bytes(b"")
    (finding,) = machine.fonts(tmp_path, ["a.ttf", "b.ttf"])
    assert finding.values == {"names": "b.ttf"}


def test_a_disk_with_less_than_the_least_is_a_problem(centre: Installation) -> None:
    with centre.config.open("a") as config:
        config.write("[health]\nleast_free_mb = 1000000\n")
    free = os.statvfs(centre.folder)
    assert free.f_bavail * free.f_frsize < 10**12, "this machine has a terabyte free; the test needs less"
    line = looked_at(centre, "disk_space")
    assert (line["id"], line["level"], line["finding"]) == ("IGW-E012", "problem", "low")


def test_a_log_file_that_cannot_be_written(centre: Installation, tmp_path: Path) -> None:
    assert list(machine.log_file(None)) == []
    assert [each.what for each in machine.log_file(tmp_path / "a" / "worker.log")] == ["ok"]
    (tmp_path / "here.log").touch()
    assert [each.what for each in machine.log_file(tmp_path / "here.log")] == ["ok"]


def test_a_log_file_in_a_folder_that_may_not_be_written_could_never_be_changed(tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "worker.log").touch()
    script = (
        "import sys; from pathlib import Path; from ig_worker.flows.checking_up import machine\n"
        "(finding,) = machine.log_file(Path(sys.argv[1])); print(finding.what, finding.values['reason'])\n"
    )
    command = [*without_roots_privilege(), sys.executable, "-c", script, folder / "worker.log"]
    folder.chmod(0o500)
    try:
        done = subprocess.run(command, capture_output=True, check=True)
    finally:
        folder.chmod(0o700)
    assert done.stdout.decode().strip() == f"not_writable Permission denied: {folder}"


@pytest.mark.parametrize(("version", "finding"), [("0001", "older"), ("9999", "newer")])
@pytest.mark.sqlite_only("writes into the file")
def test_a_database_of_another_schema(centre: Installation, version: str, finding: str) -> None:
    with sqlite3.connect(centre.database_file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    done = centre("doctor", "--json")
    (line,) = lines_of(done.document, "database")
    assert (line["level"], line["finding"], done.status) == ("problem", finding, 1)
    assert lines_of(done.document, "worker") == []


@pytest.mark.sqlite_only("writes into the file")
def test_a_database_that_is_none_is_told(centre: Installation) -> None:
    centre.database_file.write_bytes(b"this is no database at all, but long enough to look at" * 40)
    line = looked_at(centre, "database")
    assert (line["level"], line["finding"]) == ("problem", "unusable")


@pytest.mark.sqlite_only("writes into the file")
def test_a_damaged_database_is_told(centre: Installation) -> None:
    with sqlite3.connect(centre.database_file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    content = bytearray(centre.database_file.read_bytes())
    with sqlite3.connect(centre.database_file) as connection:
        roots = [
            row[0]
            for row in connection.execute(
                "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic%'"
            )
        ]
    connection.close()
    begin = (roots[-1] - 1) * size
    content[begin : begin + size] = os.urandom(size)
    centre.database_file.write_bytes(content)
    line = looked_at(centre, "integrity")
    assert (line["id"], line["level"], line["finding"]) == ("IGW-E021", "problem", "damaged")


@pytest.mark.sqlite_only("the weekly look is at its file")
def test_what_the_weekly_look_found_damaged_is_not_called_sound(centre: Installation) -> None:
    """It reads the references and the indexes too, which a quick check does not."""
    assert looked_at(centre, "integrity")["finding"] == "ok"
    with centre.writing() as connection:
        facts.write(connection, integrity.FACT, '["row 7 missing from index ix_posts_scheduled_at"]', NOW)
    line = looked_at(centre, "integrity")
    assert (line["level"], line["finding"]) == ("problem", "damaged")
    assert "row 7 missing from index" in line["found"]


def test_a_worker_that_could_not_write_has_left_a_word(centre: Installation) -> None:
    assert looked_at(centre, "storage")["finding"] == "ok"
    Slate(centre.folder / "var").write(Trouble("full", "the disk is full", "free some space", NOW))
    line = looked_at(centre, "storage")
    assert (line["level"], line["finding"]) == ("problem", "stopped")
    assert "25/11/2026 07.30" in line["found"]
    assert "free some space" in line["cure"]


@pytest.mark.sqlite_only("names another database itself")
def test_a_postgresql_that_is_not_there_is_told_without_its_password(centre: Installation) -> None:
    with centre.config.open("a") as config:
        config.write(
            f'[database]\nurl = "postgresql+psycopg://ig:rahasia-sekali@127.0.0.1:{closed_port()}/ig"\n'
        )
    done = centre("doctor", "--json")
    (line,) = lines_of(done.document, "database")
    assert (line["level"], line["finding"]) == ("problem", "unreachable")
    assert "Connection refused" in line["found"]
    assert "rahasia-sekali" not in done.out + done.err
    assert lines_of(done.document, "worker") == []


def test_a_model_of_the_centres_own_that_is_broken(centre: Installation) -> None:
    file_in(centre.folder / "var").write_text("{}")
    assert looked_at(centre, "classifier")["finding"] == "broken"


def test_phrasings_that_cannot_go_out(centre: Installation) -> None:
    (centre.folder / "kalimat.toml").write_text("[terima_kasih]\n")
    with centre.config.open("a") as config:
        config.write('[replies]\nphrasings_file = "kalimat.toml"\n')
    assert looked_at(centre, "phrasings")["finding"] == "wrong"


def mails_to(centre: Installation, url: str) -> Installation:
    text = centre.config.read_text()
    centre.config.write_text(
        text.replace("mailto://petugas:rahasia-benar@mail.example.org?to=tim@example.org", url)
    )
    return centre


def test_a_channel_that_is_not_understood_or_whose_server_is_dead(centre: Installation) -> None:
    line = looked_at(mails_to(centre, "tgram://bukan-token"), "channel")
    assert (line["level"], line["finding"]) == ("problem", "not_understood")
    assert "bukan-token" not in str(line)
    centre.configure()
    dead = f"mailto://127.0.0.1:{closed_port()}/?from=a@example.org&to=tim@example.org"
    line = looked_at(mails_to(centre, dead), "channel")
    assert (line["level"], line["finding"]) == ("problem", "unreachable")
    line = looked_at(centre, "channel", "--send")
    assert (line["level"], line["finding"]) == ("problem", "not_sent")


class _Door:
    """A mail server that takes one password."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        raise AssertionError("nothing is sent without --send")


def test_a_mail_servers_password_is_tried_without_sending_anything(centre: Installation) -> None:
    def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        right = getattr(data, "password", b"") == b"benar"
        return AuthResult(success=right, handled=right)

    controller = Controller(
        _Door(), hostname="127.0.0.1", port=0, authenticator=check, auth_require_tls=False
    )
    controller.port = closed_port()
    controller.start()
    try:
        address = f"127.0.0.1:{controller.port}/?from=a@example.org&to=tim@example.org"
        line = looked_at(mails_to(centre, f"mailto://petugas:benar@{address}"), "channel")
        assert (line["level"], line["finding"]) == ("ok", "ok")
        centre.configure()
        line = looked_at(mails_to(centre, f"mailto://petugas:keliru-sekali@{address}"), "channel")
        assert (line["level"], line["finding"]) == ("problem", "refused")
        assert "keliru" not in str(line)
    finally:
        controller.stop()
