"""A token that dies stops its account at once, in every lane, with one notice; a new one brings it back."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from inbox_days import COMPLAINT, Centre

from fakes.bench import plan_post
from ig_worker.domain.errors import AccountStopped, Silence
from ig_worker.domain.instagram import Kind
from ig_worker.lanes import Job, in_turn
from ig_worker.sandbox.world import INSTAGRAM_TOKEN
from ig_worker.worker import run_job

EVERY_JOB = ("publish", "prepare", "inbox", "replies", "cases", "token", "insights", "housekeeping")
ASKING = ("publish", "inbox", "replies")
STOPPED = (
    "account polowijen is stopped: Instagram refuses its access token since 25/11/2026 09.00 (code 190/463)"
)


def calls(centre: Centre) -> int:
    return len(centre.door.state()["log"])


def letters(centre: Centre) -> list[str]:
    return [
        row["title"] for row in centre.rows("SELECT title FROM notices WHERE team = 'operators' ORDER BY id")
    ]


def dies(centre: Centre) -> None:
    """The token dies at the next call."""
    centre.door.fault("expire_token")


def test_a_dead_token_stops_every_lane_with_one_notice_and_the_cases_go_on(
    centre: Centre, caplog: pytest.LogCaptureFixture
) -> None:
    media_id = centre.door.media("image", "Jam layanan")
    centre.door.comment("pak_budi", COMPLAINT, media_id=media_id)
    centre.run("inbox")
    dies(centre)
    caplog.set_level(logging.INFO)
    assert "Session has expired" in centre.try_to_run("inbox")
    heard = calls(centre)
    for _ in range(3):
        for job in EVERY_JOB:
            said = centre.try_to_run(job)
            if job in ASKING:
                assert said.startswith(STOPPED), job
            else:
                assert said == "" or (job == "insights" and said.startswith(STOPPED)), job
        centre.later(minutes=10)
    assert calls(centre) == heard, "nothing more was asked"
    assert letters(centre) == ["Akun polowijen berhenti: token akses Instagram tidak diterima"]
    assert [row["number"] for row in centre.rows("SELECT number FROM cases")] == ["K-2026-0001"]
    assert caplog.text.count("its jobs stop until") == 1
    loud = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert not [line for line in loud if "is stopped" in line], "one line in the log"


def test_what_a_dead_token_keeps_from_running_is_told_no_second_time(centre: Centre) -> None:
    centre.run("inbox", "replies")
    centre.house.attendance.write()
    dies(centre)
    for _ in range(12):
        for job in ("inbox", "replies"):
            centre.try_to_run(job)
        centre.try_to_run("health")
        centre.later(minutes=5)
    told = ["Akun polowijen berhenti: token akses Instagram tidak diterima"]
    assert letters(centre) == told
    centre.configure(INSTAGRAM_TOKEN, centre.door.token(long=True))
    centre.run("inbox", "replies")
    centre.house.attendance.write()
    centre.run("health")
    assert letters(centre) == told, "nothing was late, so nothing is well again"


def test_a_stopped_account_hides_nothing_else_that_fails_in_the_same_job(centre: Centre) -> None:
    def stopped() -> None:
        raise AccountStopped(STOPPED, cure="make a new token")

    def silent() -> None:
        raise Silence("no answer within 30 s")

    both = Job("replies", "people", 60.0, in_turn((stopped, stopped)))
    assert run_job(centre.house, both) == f"{STOPPED} (make a new token)"
    mixed = Job("replies", "people", 60.0, in_turn((stopped, silent)))
    assert run_job(centre.house, mixed) == f"{STOPPED} (and 1 more) (make a new token)"


def test_posts_of_a_stopped_account_wait_and_those_too_late_are_held(centre: Centre) -> None:
    with centre.house.database.writing() as connection:
        now = centre.clock.now()
        due = plan_post(connection, key="P-1", at=now, status="ready", kind=Kind.IMAGE, container_id="179")
    dies(centre)
    centre.try_to_run("inbox")
    centre.try_to_run("publish")
    assert status_of(centre, due) == "ready"
    centre.later(hours=2, minutes=1)
    centre.try_to_run("publish")
    assert status_of(centre, due) == "held"
    assert not [one for one in centre.door.state()["log"] if "media_publish" in one["path"]]


def status_of(centre: Centre, post_id: int) -> Any:
    (row,) = centre.rows(f"SELECT status FROM posts WHERE id = {post_id}")
    return row["status"]


def test_a_token_that_lives_again_brings_the_account_back(centre: Centre) -> None:
    dies(centre)
    centre.try_to_run("inbox")
    document = centre.asked("status")
    assert not document["healthy"]
    assert document["accounts"][0]["token_refused_at"] == "2026-11-25T02:00:00+00:00"
    centre.door.change_token(INSTAGRAM_TOKEN, dead=None)
    centre.later(hours=24)
    centre.run("token", "inbox", "publish")
    assert letters(centre)[-1] == "Akun polowijen berjalan lagi"
    assert centre.asked("status")["accounts"][0]["token_refused_at"] is None


def test_a_pasted_token_brings_the_account_back_after_a_start(centre: Centre) -> None:
    dies(centre)
    centre.try_to_run("inbox")
    centre.configure(INSTAGRAM_TOKEN, centre.door.token(long=True))
    centre.run("inbox", "publish", "replies")
    assert centre.asked("status")["accounts"][0]["token_refused_at"] is None


def test_a_person_who_answers_on_a_stopped_account_is_told_why(centre: Centre) -> None:
    dies(centre)
    centre.try_to_run("inbox")
    status, said = centre.typed("run-once", "inbox")
    assert status == 1
    assert STOPPED in said
    assert "ig-worker token exchange --short --account polowijen" in said
