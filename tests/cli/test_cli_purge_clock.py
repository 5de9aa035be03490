"""Nothing is purged by a clock that is wrong, or of which nobody tells whether it is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cli_centre import Installation, message_values
from doctor_patients import Web, closed_port, serving

from ig_worker.clock import SystemClock
from ig_worker.flows.health.clock_check import SKEW
from ig_worker.store import facts, messages

YEAR = timedelta(days=365)


@pytest.fixture
def instagram() -> Iterator[Web]:
    with serving(lambda method, path: (404, {}, b"{}")) as web:
        yield web


def now() -> datetime:
    return SystemClock().now().astimezone(UTC)


def with_its_own_clock(centre: Installation, base_url: str = "") -> None:
    """No played clock; and a message from thirteen months ago."""
    centre.configure(base_url=base_url or f"http://127.0.0.1:{closed_port()}")
    centre.config.write_text(
        centre.config.read_text("utf-8").replace('played_clock = "clock"\n', ""), "utf-8"
    )
    old = {"ig_id": "lama", "sent_at": now() - timedelta(days=400), "first_seen_at": now()}
    with centre.writing() as connection:
        messages.add(connection, message_values("Sudah lama sekali", **old))


def heard(centre: Installation, ahead: timedelta, ago: timedelta = timedelta(0)) -> None:
    """The worker wrote down what Instagram's answers said of the clock."""
    with centre.writing() as connection:
        facts.write(connection, SKEW, f"{ahead.total_seconds():.0f}", now() - ago)


def left(centre: Installation) -> int:
    return len(centre("inbox", "list", "--json").document)


def test_a_clock_a_year_ahead_purges_nothing_and_says_what_to_do(centre: Installation) -> None:
    with_its_own_clock(centre)
    heard(centre, YEAR)
    refused = centre("db", "purge")
    assert (refused.status, refused.out) == (1, "")
    assert "365 days ahead of Instagram's" in refused.line
    assert "timedatectl set-ntp true" in refused.line
    assert left(centre) == 1
    assert centre("db", "purge", "--trust-clock").status == 1, "Instagram knows better"
    would = centre("db", "purge", "--dry-run")
    assert (would.status, left(centre)) == (0, 1)
    assert would.out.startswith("Would be purged: 1 messages.\nIt would be refused now: ")
    assert "ahead of Instagram's" in centre("db", "purge", "--dry-run", "--json").document["would_be_refused"]
    by_night = centre("run-once", "retention")
    assert (by_night.status, left(centre)) == (1, 1)
    (job,) = [job for job in centre("status", "--json").document["jobs"] if job["name"] == "retention"]
    assert "365 days ahead of Instagram's" in job["last_error"]


@pytest.mark.parametrize("ago", [None, timedelta(days=2), timedelta(days=-300)])
def test_where_nobody_tells_the_time_it_waits_and_says_so(
    centre: Installation, ago: timedelta | None
) -> None:
    with_its_own_clock(centre)
    if ago is not None:
        heard(centre, timedelta(0), ago)
    for command in (("db", "purge"), ("run-once", "retention")):
        refused = centre(*command)
        assert (refused.status, left(centre)) == (1, 1), command
        assert "nobody has told what time it is" in refused.err, command
    (job,) = [job for job in centre("status", "--json").document["jobs"] if job["name"] == "retention"]
    assert "nobody has told" in job["last_error"]
    assert centre("db", "purge", "--trust-clock").status == 0
    assert left(centre) == 0


def test_what_was_heard_within_a_day_is_enough(centre: Installation) -> None:
    with_its_own_clock(centre)
    heard(centre, timedelta(hours=2), timedelta(hours=23))
    assert centre("db", "purge").status == 0
    assert left(centre) == 0


def test_where_nothing_was_heard_instagram_is_asked(centre: Installation, instagram: Web) -> None:
    with_its_own_clock(centre, instagram.url)
    instagram.late = YEAR
    assert "365 days ahead" in centre("db", "purge").line
    assert "365 days ahead" in centre("run-once", "retention").err
    instagram.late = timedelta(minutes=5)
    assert centre("run-once", "retention").status == 0
    assert left(centre) == 0
    assert set(instagram.asked) == {"HEAD /"}, "no token goes along"


def test_where_nothing_would_go_nobody_needs_the_time(centre: Installation) -> None:
    with_its_own_clock(centre)
    with centre.writing() as connection:
        connection.exec_driver_sql("DELETE FROM messages")
    for command in (("db", "purge"), ("run-once", "retention"), ("db", "purge", "--dry-run")):
        assert centre(*command).status == 0, command
