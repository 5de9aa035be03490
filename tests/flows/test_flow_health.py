"""Who is told when the worker is not well, once, and when it is well again; and who is told that it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import START, HandClock, bench_database, outbox, plan_post
from ig_worker.flows.health.health import Health, Rules
from ig_worker.flows.health.letters import NAMES
from ig_worker.flows.standing import standing
from ig_worker.store import facts, jobs, notices, running, tokens
from ig_worker.store.database import Database
from ig_worker.store.schema import notices as notices_table
from ig_worker.store.tokens import TokenShelf

EXPECTED = {"publish": 5.0, "inbox": 120.0, "insights": 30.0, "report": 30.0, "health": 60.0}
LANES = {"publish": "publish", "inbox": "people", "insights": "rest", "report": "rest", "health": "health"}
MINUTE = timedelta(minutes=1)


class Bench:
    """A worker's health with a clock in the hand; `works` are the jobs that succeed meanwhile."""

    def __init__(self, database: Database, expected: Mapping[str, float] = EXPECTED) -> None:
        self.database = database
        self.expected = expected
        self.clock = HandClock(START)
        self.seconds = 0.0
        self.free: int | None = 10_000_000_000
        self.pings = 0
        self.at_work: dict[str, tuple[str, float]] = {}
        self.works = set(expected)
        self.alive_at: time | None = None
        self.restart()

    def restart(self) -> None:
        rules = Rules(self.expected, ZoneInfo("Asia/Jakarta"), self.alive_at, 200, 300, Path("/data"))
        self.health = Health(
            self.database, outbox("operators"), self.clock, rules, stopwatch=lambda: self.seconds,
            since_boot=lambda: self.seconds, free_bytes=lambda: self.free, ping=self.ping, at_work=lambda: self.at_work,
        )  # fmt: skip
        self.health.lanes = LANES

    def ping(self) -> None:
        self.pings += 1

    def pass_by(self, minutes: int) -> None:
        """Let so much time pass, with a look each minute."""
        for _ in range(minutes):
            self.clock.forward(MINUTE)
            self.seconds += 60
            with self.database.writing() as connection:
                for name in self.works:
                    jobs.succeeded(connection, name, self.clock.now())
            self.health.run()

    @property
    def told(self) -> list[str]:
        with self.database.reading() as connection:
            return [notice.row.title for notice in notices.due(connection, self.clock.now())]

    @property
    def healthy(self) -> bool:
        return bool(standing(self.database, EXPECTED, self.clock.now())["healthy"])


@pytest.fixture
def bench() -> Iterator[Bench]:
    with bench_database() as database:
        yield Bench(database)


def test_a_job_that_fails_is_told_of_once_and_once_that_it_works_again(bench: Bench) -> None:
    bench.pass_by(3)
    bench.works -= {"inbox"}
    with bench.database.writing() as connection:
        jobs.failed(connection, "inbox", bench.clock.now(), "Instagram does not answer")
    bench.pass_by(7)
    assert bench.told == []
    bench.pass_by(60)
    (title,) = bench.told
    assert title.endswith("terlambat: inbox")
    assert not bench.healthy
    bench.restart()  # a restart in between tells it no second time
    bench.pass_by(10)
    bench.works |= {"inbox"}
    bench.pass_by(10)
    assert bench.told[1:] == ["ig-worker: semua pekerjaan berjalan lagi"]
    assert bench.healthy


def test_a_job_of_every_five_seconds_may_stumble_for_five_minutes(bench: Bench) -> None:
    bench.pass_by(2)
    bench.works -= {"publish"}
    bench.pass_by(5)
    assert not bench.healthy
    assert bench.told == []
    bench.pass_by(2)
    assert len(bench.told) == 1


def test_all_jobs_that_are_late_together_are_told_of() -> None:
    with bench_database() as database:
        bench = Bench(database, dict.fromkeys(NAMES, 30.0))
        bench.pass_by(2)
        bench.works = {"health"}
        bench.pass_by(15)
        with database.reading() as connection:
            (notice,) = notices.due(connection, bench.clock.now())
    assert notice.row.title.count(", ") == len(NAMES) - 2
    # SQLite counts no letters; PostgreSQL refuses what is longer, at every look, and nobody would be told.
    assert len(notice.row.key) <= notices_table.c.key.type.length


def test_a_job_that_hangs_without_failing_is_told_of(bench: Bench) -> None:
    bench.pass_by(2)
    bench.works -= {"inbox"}
    bench.pass_by(15)
    (title,) = bench.told
    assert title.endswith("inbox")


def test_what_is_late_again_is_told_again_however_long_another_one_is_late(bench: Bench) -> None:
    bench.pass_by(2)
    bench.works -= {"report"}  # broken for weeks
    bench.pass_by(10)
    bench.works -= {"inbox"}
    bench.pass_by(20)
    bench.works |= {"inbox"}
    bench.pass_by(20)
    assert len(bench.told) == 2
    bench.works -= {"inbox"}
    bench.pass_by(20)
    assert len(bench.told) == 3
    bench.works |= {"inbox", "report"}
    bench.pass_by(5)
    assert bench.told[3:] == ["ig-worker: semua pekerjaan berjalan lagi"]


def test_what_waits_for_its_lane_has_not_run_again(bench: Bench) -> None:
    bench.pass_by(2)
    bench.works -= {"inbox", "report"}
    bench.pass_by(60)
    told = list(bench.told)
    for minute in range(10):  # a poll that hangs in its timeouts
        bench.at_work = {"people": ("inbox", 30 + minute * 60.0)}
        bench.pass_by(1)
    bench.at_work = {}
    bench.pass_by(20)
    bench.works |= {"report"}
    bench.at_work = {"people": ("inbox", 60.0)}
    bench.pass_by(1)
    assert bench.told == told


def test_a_long_night_that_advances_makes_nothing_late(bench: Bench) -> None:
    bench.pass_by(2)
    bench.works -= {"insights", "report"}
    for minute in range(200):
        bench.at_work = {"rest": ("insights", minute * 60.0)}
        bench.pass_by(1)
        assert bench.healthy or minute < 1
    assert bench.told == []
    bench.at_work = {}  # it advances no more
    bench.pass_by(10)
    assert not bench.healthy
    assert len(bench.told) == 1


def test_a_clock_that_jumps_tells_nothing_where_all_catches_up(bench: Bench) -> None:
    bench.pass_by(3)
    works, bench.works = bench.works, set()
    bench.clock.forward(timedelta(hours=8))
    bench.pass_by(1)
    bench.works = works
    bench.pass_by(5)
    assert bench.told == []


def test_a_thread_that_is_stuck_makes_it_ill_and_is_told_once(bench: Bench) -> None:
    bench.pass_by(2)
    bench.health.stuck = [SimpleNamespace(thread="polowijen", job="publish")]
    bench.pass_by(10)
    assert bench.told == ["ig-worker membutuhkan bantuan: ada bagian yang macet"]
    document = standing(bench.database, EXPECTED, bench.clock.now())
    assert (document["healthy"], document["worker"]["stuck"]) == (False, ["polowijen (publish)"])
    bench.health.stuck = []
    bench.pass_by(1)
    assert bench.healthy


def test_the_switch_outside_hears_of_it_while_all_is_well_and_only_then(bench: Bench) -> None:
    bench.pass_by(20)
    assert bench.pings == 4
    bench.works -= {"inbox"}
    bench.pass_by(30)
    silent = bench.pings
    assert silent <= 6
    bench.pass_by(30)
    assert bench.pings == silent
    bench.works |= {"inbox"}
    bench.pass_by(6)
    assert bench.pings > silent


def test_a_ping_that_nobody_hears_is_no_trouble_of_the_worker(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def deaf() -> None:
        raise TimeoutError("https://hc-ping.example/4f1c0a-rahasia")

    bench.ping = deaf  # type: ignore[method-assign]
    bench.restart()
    bench.pass_by(6)
    assert bench.healthy
    assert bench.told == []
    assert "rahasia" not in caplog.text
    assert caplog.text.count("the ping was not heard: TimeoutError") == 2


def test_a_full_disk_is_told_once_and_once_that_there_is_space(bench: Bench) -> None:
    bench.free = 150_000_000
    bench.pass_by(30)
    bench.free = 210_000_000  # not yet enough to call it well
    bench.pass_by(5)
    assert bench.told == ["ig-worker membutuhkan bantuan: ruang disk hampir habis"]
    bench.free = 900_000_000
    bench.pass_by(5)
    assert bench.told[1:] == ["ig-worker: ruang disk cukup lagi"]


def test_a_worker_that_was_off_says_from_when_to_when(bench: Bench) -> None:
    bench.health.begin()
    bench.pass_by(5)
    bench.clock.forward(timedelta(hours=9))
    bench.restart()
    bench.health.begin()
    assert bench.told == ["ig-worker tidak berjalan dari 25/11/2026 07.35 sampai 25/11/2026 16.35"]


@pytest.mark.parametrize("shown", [-400 * 24 * 60, -3, 2])
def test_a_worker_that_was_off_says_so_when_a_clock_without_a_battery_is_put_right(
    bench: Bench, shown: int
) -> None:
    bench.health.begin()
    bench.pass_by(5)  # 07.35, and then the power is cut until 16.35
    bench.clock.forward(shown * MINUTE)
    bench.restart()
    bench.health.begin()
    bench.pass_by(10)
    assert bench.told == []
    bench.clock.forward(timedelta(hours=9) - shown * MINUTE)
    bench.pass_by(1)
    away = ["ig-worker tidak berjalan dari 25/11/2026 07.35 sampai 25/11/2026 16.35"]
    assert bench.told == away
    bench.pass_by(30)
    bench.clock.forward(timedelta(hours=9))
    bench.pass_by(1)
    assert bench.told == away, "it is judged once"


def test_a_clock_that_is_put_right_after_a_short_restart_or_much_later_tells_nothing(bench: Bench) -> None:
    bench.health.begin()
    bench.pass_by(5)
    bench.clock.forward(-60 * MINUTE)
    bench.restart()
    bench.health.begin()
    bench.pass_by(10)
    bench.clock.forward(60 * MINUTE + 10 * MINUTE)
    bench.pass_by(10)
    bench.restart()
    bench.health.begin()
    bench.pass_by(61)
    bench.clock.forward(timedelta(hours=9))
    bench.pass_by(1)
    assert bench.told == []


def test_a_clock_that_somebody_plays_or_a_sleep_after_the_start_tells_nothing(bench: Bench) -> None:
    bench.health.begin()
    bench.pass_by(5)
    bench.restart()
    bench.health.begin()
    bench.clock.forward(timedelta(hours=9))
    bench.seconds += 9 * 3600
    bench.pass_by(10)
    assert bench.told == []


def test_a_restart_of_some_minutes_is_not_told(bench: Bench) -> None:
    bench.health.begin()
    bench.pass_by(5)
    bench.health.end("SIGTERM")
    assert standing(bench.database, EXPECTED, bench.clock.now())["worker"]["stopped_at"] is not None
    bench.clock.forward(20 * MINUTE)
    bench.health.begin()
    assert bench.told == []


def test_a_fresh_start_has_its_grace_and_a_worker_that_keeps_dying_has_not(bench: Bench) -> None:
    bench.health.begin()
    assert bench.healthy
    for _ in range(10):  # it dies each minute before anything succeeds
        bench.clock.forward(MINUTE)
        bench.restart()
        bench.health.begin()
    assert not bench.healthy


def test_a_success_in_the_future_is_none(bench: Bench) -> None:
    bench.pass_by(1)
    document = standing(bench.database, EXPECTED, bench.clock.now() - timedelta(days=300))
    assert not document["healthy"]


def test_saya_hidup_comes_once_a_day_at_its_hour(bench: Bench) -> None:
    bench.alive_at = time(18, 0)  # the clock stands at half past seven in the morning
    with bench.database.writing() as connection:
        plan_post(connection, status="published", published_at=START, ig_media_id="180001")
        facts.write(connection, "backup", "/x", START)
    bench.restart()
    for _ in range(60):
        bench.clock.forward(timedelta(hours=1) - MINUTE)
        bench.pass_by(1)
    with bench.database.reading() as connection:
        lines = [
            notice.row for notice in notices.due(connection, bench.clock.now()) if "hidup" in notice.row.title
        ]
    assert [line.key for line in lines] == ["alive:2026-11-25", "alive:2026-11-26", "alive:2026-11-27"]
    assert lines[0].body == (
        "Saya hidup; 24 jam terakhir 1 posting terbit, 0 menunggu waktunya; 0 hal menunggu petugas; 0 kasus terbuka; "
        "token polowijen: masa berlaku belum diketahui; disk 10,0 GB bebas; cadangan terakhir 25/11/2026 07.30."
    )


def test_saya_hidup_does_not_praise_a_token_that_instagram_refuses(bench: Bench) -> None:
    bench.alive_at = time(7, 0)
    shelf = TokenShelf("")
    with bench.database.writing() as connection:
        shelf.current(connection, "polowijen", "pasted", START)
        tokens.checked(connection, "polowijen", START, expires_at=START + timedelta(days=40))
        shelf.refused(connection, "polowijen", "pasted", "190/460", START)
    bench.restart()
    bench.pass_by(1)
    with bench.database.reading() as connection:
        (line,) = (
            each.row for each in notices.due(connection, bench.clock.now()) if "hidup" in each.row.title
        )
    assert "; token polowijen DITOLAK Instagram sejak 25/11/2026 07.30;" in line.body


def test_a_single_pass_tells_of_what_it_tried_itself_only(bench: Bench) -> None:
    bench.health.lanes = {}
    bench.works = {"publish", "report", "insights"}
    with bench.database.writing() as connection:
        jobs.failed(connection, "inbox", bench.clock.now(), "Instagram does not answer")
    bench.pass_by(1)
    (title,) = bench.told
    assert title.endswith("terlambat: inbox")


def test_what_was_said_of_the_lanes_is_believed_for_a_while_only(bench: Bench) -> None:
    with bench.database.writing() as connection:
        running.set_lanes(connection, running.Lanes(("inbox",), ("people (inbox)",)), START)
        assert running.lanes(connection, START + 3 * MINUTE).waiting == ("inbox",)
        assert running.lanes(connection, START + 5 * MINUTE).stuck == ()
