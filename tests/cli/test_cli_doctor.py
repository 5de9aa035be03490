"""``doctor``: what it says of an installation that is new, wrong, or all right, and how it says so."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_centre import NOW, TOKEN, Installation
from doctor_patients import closed_port, lines_of, looked_at, serving
from on_terminal import on_terminal

from fakes import postgresql
from ig_worker.demo.smtp_sink import SmtpSink
from ig_worker.doctor_desk import FONTS
from ig_worker.domain.checkup import found
from ig_worker.flows.checking_up.rounds import Look, the_round
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import accounts, facts, jobs, users
from ig_worker.store.lock import only_worker

PRACTICE = """\
data_dir = "var"
played_clock = "clock"
[graph]
base_url = "{graph}"
timeout_seconds = 5
[accounts.polowijen]
ig_user_id = "17841400000000001"
access_token = "{token}"
[media]
public_base_url = "{media}"
allow_private_addresses = true
[security]
key = "hanya untuk latihan, bukan rahasia"
[notify]
complaint_team = ["{mail}"]
operators = ["{mail}"]
content_team = ["{mail}"]
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


@pytest.fixture
def practising(centre: Installation, sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Installation]:
    """An installation that has everything: Instagram, a board that serves media, a mail server."""
    served = tmp_path / "var" / "media"

    def answer(method: str, path: str) -> tuple[int, dict[str, str], bytes]:
        file = served / path.rpartition("/")[2]
        return (200, {"Content-Type": "image/jpeg"}, file.read_bytes()) if file.is_file() else (404, {}, b"")

    with serving(answer) as web, SmtpSink(tmp_path / "mails") as sink:
        centre.config.write_text(
            postgresql.at(
                centre.elsewhere,
                PRACTICE.format(
                    graph=sandbox.base_url,
                    token=TOKEN,
                    media=f"{web.url}/media",
                    mail=sink.url("tim@example.org"),
                ),
            )
        )
        centre.config.chmod(0o600)
        yield centre


def test_an_installation_that_has_everything_is_all_green(practising: Installation) -> None:
    done = practising("doctor", "--json")
    assert [line for line in done.document if line["level"] != "ok"] == []
    assert (done.status, done.err) == (0, "")
    checks = {line["check"] for line in done.document}
    assert {"token", "identity", "permissions", "publishing_limit", "media_address", "channel"} <= checks
    for line in done.document:
        assert {"id", "check", "level", "found", "cure", "found_id", "cure_id", "page"} <= set(line)
        assert line["page"] == f"docs/masalah/{line['id']}.md"


def test_what_people_read_is_indonesian_or_english_and_plain_in_a_pipe(practising: Installation) -> None:
    indonesian = practising("doctor")
    first, *rest = indonesian.out.splitlines()
    assert first.startswith("baik\tIGW-E001\tBerkas konfigurasi\t")
    assert "\x1b" not in indonesian.out
    assert rest[-2] == "Semua baik."
    assert practising("doctor", "--english").out.startswith("ok\tIGW-E001\tConfiguration file\t")
    assert practising("doctor", "--lang", "en").out.splitlines()[-2] == "All is well."


def test_on_a_terminal_it_has_headings_and_marks(practising: Installation) -> None:
    said = on_terminal(practising.config, "doctor", columns=70)
    assert "Akun Instagram" in said
    assert "✓ IGW-E043" in said
    shown = [line.rpartition("\x1b[K")[2] for line in said.splitlines()]
    assert all(len(line.replace("\x1b[0m", "")) < 100 for line in shown)
    plain = on_terminal(practising.config, "doctor", columns=70, env={"NO_COLOR": "1"})
    assert "\x1b[3" not in plain


def test_no_secret_and_no_probe_is_left_behind(practising: Installation, tmp_path: Path) -> None:
    done = practising("doctor", "--json")
    assert TOKEN not in done.out + done.err
    assert "bukan rahasia" not in done.out + done.err
    assert list((tmp_path / "var" / "media").iterdir()) == []


def test_with_send_a_test_notice_really_arrives(practising: Installation, tmp_path: Path) -> None:
    (line,) = lines_of(practising("doctor", "--send", "--json").document, "channel")
    assert (line["level"], line["finding"]) == ("ok", "sent")
    assert "complaint_team, operators, content_team" in line["of"]
    (mail,) = (tmp_path / "mails").glob("*.eml")
    assert b"Percobaan dari ig-worker" in mail.read_bytes()


def test_without_a_configuration_it_says_how_to_make_one(bare: Installation) -> None:
    bare.config.unlink()
    done = bare("doctor", "--json")
    assert done.status == 1
    (line,) = lines_of(done.document, "config_file")
    assert (line["id"], line["level"], line["finding"]) == ("IGW-E001", "problem", "missing")
    assert "ig-worker init" in line["cure"]
    assert lines_of(done.document, "python")


def test_each_step_of_a_cure_stands_on_a_line_of_its_own(bare: Installation) -> None:
    lines = bare("doctor", "--english").out.splitlines()
    document = bare("doctor", "--json").document
    (found,) = lines_of(document, "security_key")
    steps = found["cure"].split("\n")
    assert len(steps) == 3
    place = next(place for place, line in enumerate(lines) if found["id"] in line)
    assert [line.split("\t")[4] for line in lines[place : place + 3]] == steps
    assert [line.split("\t")[:4] for line in lines[place + 1 : place + 3]] == [[""] * 4] * 2


def test_a_wrong_key_is_a_finding_and_the_machine_is_looked_at_all_the_same(bare: Installation) -> None:
    bare.configure(
        top='inbox_every = 3\n[security]\nkey = "rahasia-pendek-sekali"\n[schedule]\ninbox_evry = 3'
    )
    done = bare("doctor", "--json")
    assert (done.status, done.err) == (1, "")
    (line,) = lines_of(done.document, "config_file")
    assert "inbox_every is not a known key" in line["found"]
    assert "rahasia-pendek" not in done.out
    assert lines_of(done.document, "memory")


def test_a_fresh_installation_is_told_what_to_do_in_order(bare: Installation, tmp_path: Path) -> None:
    bare("init", tmp_path / "baru")
    fresh = Installation(tmp_path / "baru", bare.capsys)
    # The real Instagram is asked for the time; not by a test.
    nobody = f'base_url = "http://127.0.0.1:{closed_port()}"'
    fresh.config.write_text(fresh.config.read_text().replace('base_url = ""', nobody, 1))
    done = fresh("doctor")
    assert done.status == 1
    _, _, steps = done.out.partition("Yang perlu dilakukan, berurutan:\n")
    numbers = [line.rpartition(" ")[2] for line in steps.splitlines()]
    assert numbers[0] == "IGW-E040"
    assert numbers == sorted(numbers)
    assert "peringatan\tIGW-E070" in done.out


@pytest.mark.sqlite_only("a server without the database is another fault")
def test_without_a_database_the_token_of_the_configuration_is_looked_at(
    bare: Installation, sandbox: SandboxProcess
) -> None:
    bare.configure(base_url=sandbox.base_url)
    document = bare("doctor", "--json").document
    assert [line["finding"] for line in lines_of(document, "database")] == ["missing"]
    assert [line["finding"] for line in lines_of(document, "identity")] == ["ok"]
    assert not bare.database_file.exists()


@pytest.mark.sqlite_only("the lock lies beside the file")
def test_the_worker_is_found_by_its_lock_and_its_jobs_are_judged(practising: Installation) -> None:
    assert looked_at(practising, "worker")["finding"] == "never"
    with practising.writing() as connection:
        jobs.succeeded(connection, "inbox", NOW)
    assert looked_at(practising, "worker")["finding"] == "stopped"
    with only_worker(practising.database_file):
        line = looked_at(practising, "worker")
        assert line["finding"] in {"late", "beginning"}
        assert line["id"] == "IGW-E023"


def test_backups_the_board_and_days_off_are_looked_at(practising: Installation) -> None:
    assert looked_at(practising, "backup")["finding"] == "to_come"
    with practising.writing() as connection:
        accounts.first_polled(connection, "polowijen", NOW.replace(month=10))
        users.add(connection, "siti", "Siti", ["keluhan"], "$argon2id$", NOW)
    document = practising("doctor", "--json").document
    assert [line["finding"] for line in lines_of(document, "backup")] == ["none"]
    assert [line["finding"] for line in lines_of(document, "board")] == ["no_admin"]
    with practising.writing() as connection:
        facts.write(connection, "backup", "{}", NOW)
        users.add(connection, "ratna", "Ratna", ["admin"], "$argon2id$", NOW)
    document = practising("doctor", "--json").document
    assert [line["finding"] for line in lines_of(document, "backup")] == ["ok"]
    assert [line["finding"] for line in lines_of(document, "board")] == ["without_address"]


def test_a_backup_command_that_is_not_there_is_told(practising: Installation) -> None:
    with practising.config.open("a") as config:
        config.write('[backup]\nafter = ["tidak-ada-perintah-ini", "copy"]\n')
    line = looked_at(practising, "backup_after")
    assert (line["level"], line["finding"]) == ("problem", "not_found")


def test_the_page_of_a_number_can_be_read_on_the_machine(bare: Installation) -> None:
    done = bare("doctor", "--explain", "e12")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("# IGW-E012: Ruang disk")
    wrong = bare("doctor", "--explain", "IGW-E999")
    assert wrong.status == 2
    assert "there is no check 'IGW-E999'" in wrong.line


def test_the_fonts_looked_for_are_those_that_came_along() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "ig_worker" / "render" / "fonts"
    assert sorted(FONTS) == sorted(file.name for file in folder.glob("*.ttf"))


def test_a_check_that_breaks_or_never_ends_is_a_finding_and_holds_nobody_up() -> None:
    forever = threading.Event()

    def breaks() -> list[object]:
        raise KeyError("a bug")

    looks = [
        Look("memory", breaks),  # type: ignore[arg-type]
        Look("clock", lambda: iter([found("clock")][: forever.wait(30)])),
        Look("python", lambda: [found("python", version="3", ours="0")]),
    ]
    begun = iter(range(1000))
    made = [
        (look.check, [each.what for each in findings])
        for look, findings in the_round(looks, lambda: next(begun) / 10, 0.5)
    ]
    forever.set()
    assert made == [("memory", ["crashed"]), ("clock", ["unfinished"]), ("python", ["ok"])]


def test_the_document_is_one_and_nothing_else(practising: Installation) -> None:
    done = practising.apart("doctor", "--json")
    assert (done.status, done.err) == (0, "")
    assert isinstance(json.loads(done.out), list)
