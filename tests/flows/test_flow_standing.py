"""How things stand: what is late, what waits, how much of everything (INTERFACE.md, ``status --json``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from fakes.bench import ACCOUNT, START, bench_database, plan_post
from ig_worker.domain.instagram import PublishingLimit
from ig_worker.flows.standing import standing
from ig_worker.store import accounts, cases, conversations, jobs, messages, tokens
from ig_worker.store.database import Database
from ig_worker.store.tokens import TokenShelf

EXPECTED = {"publish": 5.0, "inbox": 120.0}
DAY = timedelta(days=1)
END = START + 60 * DAY


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as fresh:
        yield fresh


def seen(database: Database, after: timedelta = timedelta(0)) -> dict[str, Any]:
    return standing(database, EXPECTED, START + after)


def test_jobs_that_never_ran_are_late_and_the_worker_is_not_healthy(database: Database) -> None:
    now = seen(database)
    assert not now["healthy"]
    assert now["jobs"] == [
        {"name": name, "last_success_at": None, "last_error": None, "late": True} for name in EXPECTED
    ]


@pytest.mark.parametrize(
    ("seconds", "late"), [(0, []), (75, []), (76, ["publish"]), (420, ["publish"]), (421, [*EXPECTED])]
)
def test_a_job_is_late_after_three_intervals_and_a_minute(
    database: Database, seconds: int, late: list[str]
) -> None:
    with database.writing() as connection:
        for name in EXPECTED:
            jobs.succeeded(connection, name, START)
    now = seen(database, timedelta(seconds=seconds))
    assert [line["name"] for line in now["jobs"] if line["late"]] == late
    assert now["healthy"] == (not late)


def test_a_job_that_failed_says_why_and_is_late_only_when_its_success_is_old(database: Database) -> None:
    with database.writing() as connection:
        for name in EXPECTED:
            jobs.succeeded(connection, name, START)
        jobs.failed(connection, "inbox", START + timedelta(seconds=30), "Instagram does not answer")
    (_, line) = seen(database, timedelta(seconds=60))["jobs"]
    assert (line["last_error"], line["late"]) == ("Instagram does not answer", False)
    assert line["last_success_at"] == START.isoformat()


def test_a_job_that_runs_without_ever_succeeding_is_late(database: Database) -> None:
    with database.writing() as connection:
        jobs.started(connection, "publish", START)
        jobs.failed(connection, "publish", START, "the token is dead")
    line = seen(database)["jobs"][0]
    assert (line["last_success_at"], line["last_error"], line["late"]) == (None, "the token is dead", True)


def message(number: int, **more: Any) -> dict[str, Any]:
    return {
        "account": ACCOUNT,
        "channel": "dm",
        "ig_id": f"m{number}",
        "author": "sari",
        "text": "halo",
        "attachments": [],
        "reasons": [],
        "sent_at": START,
        "first_seen_at": START,
        "label": "lainnya",
        "topic": "lainnya",
        **more,
    }


def test_everything_is_counted(database: Database) -> None:
    statuses = ["approved", "held", "failed", "unconfirmed", "unconfirmed", "draft"]
    with database.writing() as connection:
        for number, status in enumerate(statuses):
            plan_post(connection, key=f"P-{number}", status=status)
        for number, more in enumerate(
            [
                {"label": "pujian"},
                {"label": "keluhan", "needs_review": True},
                {"needs_review": True, "own": True},
                {"needs_review": True, "backlog": True},
            ]
        ):
            messages.add(connection, message(number, **more))
        values = {
            "number": cases.next_number(connection, 2026),
            "account": ACCOUNT,
            "label": "keluhan",
            "topic": "antrean",
            "unit": "",
            "severity": "biasa",
            "channel": "dm",
            "author": "sari",
            "author_id": "",
            "opened_at": START,
        }
        cases.open_case(connection, values, [], START)
    now = seen(database)
    assert now["posts"] == {"approved": 1, "held": 1, "failed": 1, "unconfirmed": 2, "draft": 1}
    assert now["inbox"] == {"pujian": 1, "keluhan": 1, "lainnya": 1}
    assert now["cases"] == {"new": 1}
    assert now["waiting_for_person"] == 6


def test_an_account_shows_its_limit_and_the_end_of_its_token(database: Database) -> None:
    (account,) = seen(database)["accounts"]
    assert account == {
        "name": ACCOUNT,
        "token_expires_at": None,
        "token_days_left": None,
        "data_access_expires_at": None,
        "token_refused_at": None,
        "publishing_used": None,
        "publishing_total": None,
    }
    shelf = TokenShelf("")
    with database.writing() as connection:
        accounts.set_limit(connection, ACCOUNT, PublishingLimit(3, 100, 86400), START)
        shelf.current(connection, ACCOUNT, "pasted", START)
        shelf.refreshed(connection, ACCOUNT, "fresh", START + timedelta(days=60), START, of="pasted")
        shelf.proved(connection, ACCOUNT, "fresh", START)
        tokens.checked(connection, ACCOUNT, START, expires_at=END, data_access_expires_at=END + DAY)
    (account,) = seen(database)["accounts"]
    assert (account["publishing_used"], account["publishing_total"]) == (3, 100)
    assert (account["token_expires_at"], account["token_days_left"]) == (END.isoformat(), 60)
    assert account["data_access_expires_at"] == (END + DAY).isoformat()
    assert account["token_refused_at"] is None


def test_nobody_is_well_whose_token_is_refused(database: Database) -> None:
    shelf = TokenShelf("")
    with database.writing() as connection:
        for name in EXPECTED:
            jobs.succeeded(connection, name, START)
        accounts.known(connection, ACCOUNT, "17841400000000001")
        shelf.current(connection, ACCOUNT, "pasted", START)
    assert seen(database)["healthy"]
    with database.writing() as connection:
        shelf.refused(connection, ACCOUNT, "pasted", "190/463", START)
    document = seen(database)
    assert (document["healthy"], document["accounts"][0]["token_refused_at"]) == (False, START.isoformat())


def test_the_token_of_an_account_that_was_given_up_makes_nobody_ill(database: Database) -> None:
    shelf = TokenShelf("")
    with database.writing() as connection:
        for name in EXPECTED:
            jobs.succeeded(connection, name, START)
        for name, ig_user_id in ((ACCOUNT, "17841400000000001"), ("lama", "17841400000000002")):
            accounts.known(connection, name, ig_user_id)
            shelf.current(connection, name, "pasted", START)
        shelf.refused(connection, "lama", "pasted", "190/463", START)
    document = standing(database, EXPECTED, START, names=[ACCOUNT])
    assert (document["healthy"], [each["name"] for each in document["accounts"]]) == (True, [ACCOUNT])
    assert not seen(database)["healthy"]


def test_messages_that_can_never_be_read_are_counted(database: Database) -> None:
    with database.writing() as connection:
        for number in (2, 5):
            read = {"ig_id": f"t-{number}", "person": "sari", "updated_at": START, "lost": number}
            conversations.mark_read(connection, ACCOUNT, read)
    assert seen(database)["lost_messages"] == 7
