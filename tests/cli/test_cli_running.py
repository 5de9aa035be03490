"""The worker from the command line: for good, for a pass, and whether it is alive."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from cli_centre import NOW, TOKEN, Installation

from fakes.bench import plan_post
from ig_worker.bootstrap import House
from ig_worker.clock import SystemClock
from ig_worker.config import load
from ig_worker.domain.instagram import PublishingLimit
from ig_worker.intervals import expected
from ig_worker.own_classifier import file_in
from ig_worker.sandbox.process import SandboxProcess
from ig_worker.store import accounts, jobs, notices, running
from ig_worker.store.lock import only_worker


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """The embedded Instagram, in its own process."""
    with SandboxProcess({"now": NOW.isoformat()}) as running:
        yield running


def test_what_is_expected_of_the_jobs_is_what_the_house_runs(centre: Installation) -> None:
    settings = load(centre.config)
    house = House(settings)
    assert [(job.name, job.every) for job in house.jobs()] == list(expected(settings).items())
    house.database.close()


@pytest.mark.parametrize("broken", ["", '{"format": 1}'])
def test_a_broken_model_of_the_centres_own_stops_nothing_and_the_operators_hear_of_it(
    centre: Installation, broken: str
) -> None:
    centre.config.write_text(centre.config.read_text().replace("complaint_team", "operators"))
    settings = load(centre.config)
    file_in(settings.data_dir).write_text(broken)
    for _ in range(2):
        house = House(settings)
        assert [job.name for job in house.jobs()] == list(expected(settings))
        house.database.close()
    with centre.writing() as connection:
        (letter,) = notices.due(connection, SystemClock().now())
    assert letter.row.team == "operators"
    assert "model bawaan ig-worker" in letter.row.body
    assert "classifier train --with-corrections" in letter.row.body


def all_succeeded(centre: Installation) -> None:
    with centre.writing() as connection:
        for name in expected(load(centre.config)):
            jobs.succeeded(connection, name, NOW)


def test_a_worker_that_never_ran_is_not_well(centre: Installation) -> None:
    shown = centre("status", "--json")
    assert (shown.status, shown.err) == (1, "")
    document = shown.document
    assert document["healthy"] is False
    assert document["jobs"][0] == {
        "name": "publish",
        "last_success_at": None,
        "last_error": None,
        "late": True,
    }
    shown = centre("status")
    assert shown.status == 1
    assert shown.out.startswith("The worker has never run yet (ig-worker run).\n")
    assert "publish\tnever run yet\t\t\n" in shown.out
    assert "late" not in shown.out.replace("Late", "")


def test_what_never_ran_is_late_once_the_worker_should_have_run_it(centre: Installation) -> None:
    with centre.writing() as connection:
        jobs.succeeded(connection, "inbox", NOW - timedelta(hours=1))
    text = centre("status").out
    assert text.startswith("Not well: late is inbox; never run yet: publish, prepare, replies, ")
    with centre.writing() as connection:
        running.began(connection, NOW - timedelta(hours=1))
    text = centre("status").out
    assert text.startswith("Not well: late is publish, prepare, inbox, replies, ")
    assert "publish\tnever run yet\tlate\t\n" in text


def test_a_worker_whose_jobs_succeed_is_well(centre: Installation) -> None:
    all_succeeded(centre)
    with centre.writing() as connection:
        plan_post(connection, status="held")
        accounts.set_limit(connection, "polowijen", PublishingLimit(3, 50, 86400), NOW)
    shown = centre("status", "--json")
    assert (shown.status, shown.err) == (0, "")
    assert set(shown.document) == {
        "backup",
        "healthy", "jobs", "posts", "inbox", "cases", "waiting_for_person", "waiting_since", "lost_messages",
        "unseen_posts", "overdue_cases", "open_crises", "accounts", "rising", "storage", "worker",
    }  # fmt: skip
    assert shown.document["accounts"] == [
        {
            "name": "polowijen",
            "token_expires_at": None,
            "token_days_left": None,
            "data_access_expires_at": None,
            "token_refused_at": None,
            "publishing_used": 3,
            "publishing_total": 50,
        }
    ]
    text = centre("status").out
    assert text.startswith("The worker is well.\n")
    assert "publish\t25/11/2026 07.30\t\t\n" in text
    assert "posts: 1 held\n" in text
    assert "waiting for a person: 1\n" in text
    assert text.endswith("polowijen: token until not known yet; published in 24 hours: 3 of 50\n")


def test_run_once_does_what_is_due_and_status_tells(centre: Installation, sandbox: SandboxProcess) -> None:
    centre.configure(base_url=sandbox.base_url)
    assert centre("run-once", "inbox", "token").status == 0
    document = centre("status", "--json").document
    on_time = {job["name"] for job in document["jobs"] if not job["late"]}
    assert on_time == {"inbox", "token"}


def test_a_job_that_fails_is_told_at_the_end_and_the_others_run(centre: Installation) -> None:
    done = centre("run-once", "inbox", "housekeeping")
    last = done.err.splitlines()[-1]
    assert done.status == 1
    assert last.startswith("ig-worker: inbox failed: ")
    assert "housekeeping" not in last
    assert TOKEN not in done.err
    assert "Traceback" not in done.err


def test_a_pass_can_say_in_json_how_each_job_went(centre: Installation) -> None:
    done = centre("run-once", "housekeeping", "inbox", "--json")
    inbox, housekeeping = done.document["jobs"]
    assert done.status == 1
    assert (inbox["name"], housekeeping) == ("inbox", {"name": "housekeeping", "error": None})
    assert inbox["error"]
    assert TOKEN not in done.out
    assert centre("run-once", "housekeeping", "--json").status == 0


def test_a_job_that_is_not_known_is_a_wrong_command(centre: Installation) -> None:
    done = centre("run-once", "inbox", "publsh")
    assert done.status == 2
    assert done.line.startswith(
        "there is no job publsh; the jobs are: publish, prepare, inbox, replies, cases, "
    )


@pytest.mark.parametrize("command", ["run", "run-once"])
@pytest.mark.sqlite_only("on PostgreSQL several workers may run")
def test_a_second_worker_says_so_and_stops(centre: Installation, command: str) -> None:
    with only_worker(centre.database_file):
        done = centre(command)
    assert done.status == 1
    assert "another worker (process " in done.line


@contextmanager
def started(*words: str | Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ig_worker", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(stream: object, sign: str) -> str:
    """The next line that holds the sign; fails when none comes in half a minute."""
    while select.select([stream], [], [], 30)[0]:
        line: str = stream.readline()  # type: ignore[attr-defined]
        if sign in line or not line:
            return line
    return ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_works_until_it_is_told_to_stop(
    centre: Installation, sandbox: SandboxProcess, number: signal.Signals
) -> None:
    centre.configure(base_url=sandbox.base_url)
    with started("--config", centre.config, "run") as worker:
        said = json.loads(line_of(worker.stderr, "the worker runs"))
        assert said["level"] == "INFO"
        worker.send_signal(number)
        _, rest = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert "Traceback" not in rest
    assert json.loads(rest.splitlines()[-1])["message"] == "stopped"


def test_a_start_that_is_stopped_has_ended_well(centre: Installation) -> None:
    with started("--config", centre.config, "--log-level", "DEBUG", "run") as worker:
        assert "the worker starts" in line_of(worker.stderr, "the worker starts")
        worker.send_signal(signal.SIGTERM)
        _, rest = worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert "Traceback" not in rest


def test_the_sandbox_is_served_until_it_is_told_to_stop() -> None:
    with started("sandbox", "serve", "--port", "0") as process:
        ready = line_of(process.stdout, "listening")
        assert ready.startswith("sandbox listening on http://127.0.0.1:")
        # Its first answer shows that it is past its start and hears signals.
        with pytest.raises(HTTPError) as refused:
            urlopen(ready.removeprefix("sandbox listening on ").strip() + "/v25.0/me", timeout=30)
        refused.value.close()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_sandbox_that_cannot_listen_says_why(centre: Installation) -> None:
    done = centre.apart("sandbox", "serve", "--host", "192.0.2.1", "--port", "0")
    assert done.status == 1
    assert "cannot listen on 192.0.2.1" in done.err
    assert "Traceback" not in done.err


def test_the_demo_leaves_a_folder_of_somebody_elses_alone(centre: Installation) -> None:
    before = centre.config.read_bytes()
    done = centre("demo", "--dir", centre.folder)
    assert (done.status, str(centre.folder) in done.line) == (1, True)
    assert centre.config.read_bytes() == before


def test_the_log_is_as_configured_for_the_worker_and_quiet_for_people(
    centre: Installation, sandbox: SandboxProcess
) -> None:
    centre.configure(base_url=sandbox.base_url)
    with centre.config.open("a", encoding="utf-8") as config:
        config.write('[log]\njson = false\nfile = "worker.log"\n')
    assert centre("insights", "collect").err == ""
    said = centre("run-once", "inbox").err
    assert " INFO " in said
    assert not said.startswith("{")
    assert (centre.folder / "worker.log").read_text("utf-8") == said
    assert " INFO " not in centre("--log-level", "error", "run-once", "inbox").err
