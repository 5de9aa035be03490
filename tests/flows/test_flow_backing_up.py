"""Every night one backup: made up for after a night that was missed, tried again every hour, told once a day."""

from __future__ import annotations

import shlex
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fakes.bench import HandClock, outbox
from ig_worker.clock import pause, stopwatch
from ig_worker.domain.errors import NeedsPerson
from ig_worker.domain.thinning import Keep
from ig_worker.flows.backing_up import AtNight, Backups, Plan
from ig_worker.store import facts, notices
from ig_worker.store.backups.asked import GivenUp
from ig_worker.store.backups.carrying import Carrier
from ig_worker.store.backups.known import CARRIED, LAST, standing
from ig_worker.store.database import Database

NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # 12.00 WIB
NIGHT = datetime(2026, 11, 25, 19, 30, tzinfo=UTC)  # 02.30 WIB
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Make = Callable[..., Backups]


class Place:
    """A database in a folder, and the hand on its clock."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.folder = folder
        self.database = database
        self.clock = HandClock(NOON)
        self.plan = Plan(
            url=database.url,
            data_dir=folder,
            folder=folder / "backups",
            key="",
            config=None,
            zone=ZoneInfo("Asia/Jakarta"),
            zone_name="Asia/Jakarta",
            at=time(2, 30),
            keep=Keep(),
        )

    def backups(self, **changes: object) -> Backups:
        return Backups(replace(self.plan, **changes), self.database, outbox("operators"), self.clock)  # type: ignore[arg-type]

    def names(self) -> list[str]:
        return sorted(path.name[:20] for path in (self.folder / "backups").glob("*.tar"))

    def letters(self) -> list[str]:
        with self.database.reading() as connection:
            return [notice.row.body for notice in notices.due(connection, self.clock.now())]


@pytest.fixture
def place(tmp_path: Path, own_database: Database) -> Place:
    return Place(own_database, tmp_path)


def script(folder: Path, text: str) -> tuple[str, ...]:
    file = folder / "carry-away"
    file.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    file.chmod(0o700)
    return (str(file), "pertama")


def test_the_first_comes_in_the_night_and_a_missed_night_is_made_up_for(place: Place) -> None:
    night = place.backups()
    night.nightly()
    place.clock.move_to(NIGHT - timedelta(minutes=1))
    night.nightly()
    assert place.names() == []
    place.clock.move_to(NIGHT)
    night.nightly()
    night.nightly()
    assert place.names() == ["ig-worker-2026-11-26"]
    # Off for three nights, back at noon.
    place.clock.move_to(NIGHT + 3 * DAY + 9 * HOUR)
    place.backups().nightly()
    place.backups().nightly()
    assert place.names() == ["ig-worker-2026-11-26", "ig-worker-2026-11-29"]
    with place.database.reading() as connection:
        found = standing(connection, place.clock.now() + HOUR)
    assert found["age_seconds"] == 3600
    assert (found["error"], found["not_carried"], found["encrypted"]) == (None, None, False)


def test_a_clock_that_was_wrong_for_a_night_stops_no_later_backup(place: Place) -> None:
    night = place.backups()
    night.nightly()
    for moment in (NIGHT + 3650 * DAY, NIGHT + DAY, NIGHT + 2 * DAY):
        place.clock = HandClock(moment)
        place.backups().nightly()
    assert len(place.names()) == 3


def test_without_an_hour_there_is_none_by_itself(place: Place) -> None:
    night = place.backups(at=None)
    for day in range(3):
        place.clock.move_to(NIGHT + day * DAY)
        night.nightly()
    assert place.names() == []
    night.nightly(at_any_time=True)
    assert len(place.names()) == 1


def test_one_that_fails_is_tried_every_hour_and_told_once_a_day(place: Place) -> None:
    (place.folder / "backups").write_text("a file where the folder should be")
    night = place.backups()
    night.nightly()
    place.clock.move_to(NIGHT)
    with pytest.raises(NeedsPerson, match="given up, and nothing of it is left"):
        night.nightly()
    night.nightly()  # not before an hour is over
    place.clock.move_to(NIGHT + HOUR)
    with pytest.raises(NeedsPerson):
        night.nightly()
    (letter,) = place.letters()
    assert "Cadangan terakhir: belum ada" in letter
    (place.folder / "backups").unlink()
    place.clock.move_to(NIGHT + 2 * HOUR)
    night.nightly()
    assert len(place.names()) == 1


def test_it_is_carried_away_without_a_shell_and_with_its_path_at_the_end(place: Place) -> None:
    command = script(place.folder, 'printf "%s|%s|%s" "$#" "$1" "$2" > "$(dirname "$0")/dibawa"')
    night = place.backups(after=(*command[:1], "dua kata; rm -rf $HOME"))
    made = night.take()
    assert made.not_carried == ""
    said = (place.folder / "dibawa").read_text("utf-8")
    assert said == f"2|dua kata; rm -rf $HOME|{made.taken['path']}"


def test_what_could_not_be_carried_away_is_carried_an_hour_later(place: Place) -> None:
    night = place.backups(
        after=script(place.folder, 'echo tidak ada jaringan; test -e "$(dirname "$0")/jaringan"')
    )
    night.nightly()
    place.clock.move_to(NIGHT)
    with pytest.raises(NeedsPerson, match="ended with status 1: tidak ada jaringan"):
        night.nightly()
    assert len(place.names()) == 1
    (letter,) = place.letters()
    assert "tidak ada jaringan" in letter
    (place.folder / "jaringan").touch()
    night.nightly()
    place.clock.move_to(NIGHT + HOUR)
    night.nightly()
    with place.database.reading() as connection:
        carried = facts.read(connection, CARRIED)
    assert carried is not None
    assert carried.value == ""
    assert len(place.names()) == 1


def test_what_the_command_printed_is_told_without_its_secrets(place: Place) -> None:
    said = (
        "gagal: sftp://ig:Sehat2026@nas.example.id/ access_token=EAAabcdefghijklmnop, hubungi 0812-3456-7890"
    )
    night = place.backups(after=script(place.folder, f"echo {shlex.quote(said)}; exit 3"))
    night.nightly()
    place.clock.move_to(NIGHT)
    with pytest.raises(NeedsPerson, match="ended with status 3: gagal: sftp://"):
        night.nightly()
    with place.database.reading() as connection:
        carried = facts.read(connection, CARRIED)
    assert carried is not None
    (letter,) = place.letters()
    for text in (carried.value, letter):
        assert "nas.example.id" in text
        for secret in ("Sehat2026", "EAAabc", "3456"):
            assert secret not in text


@contextmanager
def _carried_for_ever(place: Place) -> Iterator[tuple[AtNight, threading.Thread]]:
    """A night whose command has begun, in a thread beside us, and does not end by itself."""
    command = script(place.folder, 'touch "$(dirname "$0")/mulai"; exec tail -f /dev/null')
    night = place.backups(after=command)
    night.nightly()
    place.clock.move_to(NIGHT)
    beside = AtNight(night, apart=True, stopwatch=stopwatch)
    beside.run()
    (thread,) = beside.under_way()
    begun = stopwatch()
    while not (place.folder / "mulai").exists():
        assert stopwatch() - begun < 60
        thread.join(0.01)
    try:
        yield beside, thread
    finally:
        beside.give_up()
        thread.join(30)


def test_a_power_cut_while_it_is_carried_away_has_it_carried_again(place: Place) -> None:
    with place.database.writing() as connection:
        facts.write(connection, CARRIED, "", NOON)  # of the night before
    with _carried_for_ever(place):
        with place.database.reading() as connection:
            assert "was interrupted" in standing(connection, NIGHT)["not_carried"]
        # What the power cut leaves is what is written down now; the next start finds it.
        command = script(place.folder, 'echo "$2" >> "$(dirname "$0")/dibawa"')
        started_again = place.backups(after=command, after_seconds=2 * 3600.0)
        for hours, lines in ((1, 0), (2, 1), (3, 1)):  # whoever began it may carry it still, for two hours
            place.clock.move_to(NIGHT + hours * HOUR)
            started_again.nightly()
            assert len(_lines(place.folder / "dibawa")) == lines
        with place.database.reading() as connection:
            assert standing(connection, NIGHT)["not_carried"] is None
    assert (len(place.names()), place.letters()) == (1, [])


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").splitlines() if file.exists() else []


def test_a_stop_while_it_is_carried_away_tells_nobody_of_a_failure(place: Place) -> None:
    with _carried_for_ever(place) as (beside, thread):
        pass
    assert not thread.is_alive()
    beside.run()  # nothing has failed
    assert place.letters() == []
    with place.database.reading() as connection:
        assert "was interrupted" in standing(connection, NIGHT)["not_carried"]


def test_a_command_that_is_ended_together_with_the_worker_has_not_failed(tmp_path: Path) -> None:
    """As systemd ends a service: all its processes at one moment, and the worker hears of it a little later."""
    carrier = Carrier()
    later = threading.Timer(0.2, carrier.give_up)
    later.start()
    with pytest.raises(GivenUp):
        carrier.run(script(tmp_path, "kill -TERM $$"), tmp_path / "x.tar", 30.0)
    later.join()


def _lives(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_command_that_overruns_is_ended_with_its_children(tmp_path: Path) -> None:
    child = shlex.join([sys.executable, "-c", "import time; time.sleep(60)"])  # what hangs
    command = script(tmp_path, f"{child} & echo $! > {shlex.quote(str(tmp_path / 'anak'))}; wait")
    begun = stopwatch()
    wrong, _ = Carrier().run(command, tmp_path / "x.tar", 2.0)
    assert "took more than 2 seconds" in wrong
    assert stopwatch() - begun < 40
    number = int((tmp_path / "anak").read_text())
    # Killed, but not gone at once: the machine takes its time, and it is nobody's child any more.
    gone = stopwatch()
    while _lives(number):
        assert stopwatch() - gone < 30
        pause(0.01)


def test_a_command_that_is_not_there_is_said(tmp_path: Path) -> None:
    wrong, said = Carrier().run(("/tidak/ada",), tmp_path, 5.0)
    assert (wrong, said) == ("/tidak/ada cannot be started: No such file or directory", "")


def test_two_days_without_one_are_told(place: Place) -> None:
    night = place.backups()
    night.nightly()
    place.clock.move_to(NOON + 2 * DAY)
    night.watch()
    assert place.letters() == []
    place.clock.move_to(NOON + 2 * DAY + HOUR)
    night.watch()
    night.watch()
    (letter,) = place.letters()
    assert "no backup since" in letter


class SlowBackups(Backups):
    """They take as long as the test wants."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.plan, place.database, outbox("operators"), place.clock)
        self.may_go_on = threading.Event()

    def nightly(self, *, at_any_time: bool = False) -> None:
        assert self.may_go_on.wait(60)
        super().nightly(at_any_time=at_any_time)


def test_a_machine_that_was_off_for_days_makes_its_backup_and_tells_nobody_of_it(place: Place) -> None:
    place.backups().nightly()
    place.clock.move_to(NIGHT + 5 * DAY)
    up_since, passed = 1000.0, 0.0
    night = SlowBackups(place)
    beside = AtNight(night, apart=True, stopwatch=lambda: up_since + passed)
    for step in (0.0, 60.0, 3539.0):
        passed += step
        beside.run()
        assert (len(beside.under_way()), place.letters()) == (1, [])
    passed += 1.0  # this takes too long
    beside.run()
    (letter,) = place.letters()
    assert "no backup since 2026-11-25 05:00 UTC" in letter
    night.may_go_on.set()
    for thread in beside.under_way():
        thread.join(60)
    beside.run()
    assert (len(place.names()), len(place.letters())) == (1, 1)


def test_one_that_fails_for_days_is_one_letter_a_day_with_its_reason(place: Place) -> None:
    (place.folder / "backups").write_text("a file where the folder should be")
    night = place.backups()
    night.nightly()
    beside = AtNight(night, apart=True, stopwatch=stopwatch)
    for hour in range(0, 4 * 24, 6):
        place.clock.move_to(NIGHT + hour * HOUR)
        beside.run()
        for thread in beside.under_way():
            thread.join(60)
        with pytest.raises(NeedsPerson):
            beside.run()
    letters = place.letters()
    assert len(letters) == 4
    assert all("given up, and nothing of it is left" in letter for letter in letters)


def test_a_stop_gives_up_what_is_under_way(place: Place) -> None:
    night = place.backups(after=("tail", "-f", "/dev/null"))
    night.nightly()
    place.clock.move_to(NIGHT)
    beside = AtNight(night, apart=True, stopwatch=stopwatch)
    beside.run()
    begun = stopwatch()
    (thread,) = beside.under_way()
    beside.give_up()
    thread.join(30)
    assert not thread.is_alive()
    assert stopwatch() - begun < 30
    assert not list((place.folder / "backups").glob(".*"))
    assert place.letters() == []


def test_whoever_looks_after_the_threads_disturbs_no_backup(place: Place) -> None:
    night = place.backups()
    night.nightly()
    beside = AtNight(night, apart=True, stopwatch=stopwatch)
    for day in range(2):
        place.clock.move_to(NIGHT + day * DAY)
        beside.run()
        (thread,) = beside.under_way()
        while thread.is_alive():  # as the worker looks, whether it advances
            beside.under_way()
            thread.join(0.01)
    assert len(place.names()) == 2


@pytest.mark.parametrize("said", ["/media/usb/ig-worker.backup", "[]", "7", ""])
def test_of_a_backup_whose_fact_is_in_other_words_the_time_is_known(place: Place, said: str) -> None:
    with place.database.writing() as connection:
        facts.write(connection, LAST, said, NIGHT)
        found = standing(connection, NIGHT + HOUR)
    assert (found["age_seconds"], found["path"], found["error"]) == (3600, None, None)
