"""A storm of complaints makes one alarm, posts that can wait do, and a person ends it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from fakes.bench import ACCOUNT, START, HandClock, bench_database, outbox
from ig_worker.domain import crisis
from ig_worker.flows.crisis import CrisisWatch, Rules
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.standing import standing
from ig_worker.store import crises, journal, messages
from ig_worker.store.database import Database
from ig_worker.store.schema import messages as messages_table
from ig_worker.store.schema import notices, our_media

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NUMBER = "081234567890"


class Watched:
    """An account under watch."""

    def __init__(self, database: Database, letters: Outbox, *, pauses: bool = False) -> None:
        self.database = database
        self.clock = HandClock()
        rules = Rules(ZoneInfo("Asia/Jakarta"), crisis.Rules(), pauses=pauses)
        self.watch = CrisisWatch(ACCOUNT, database, letters, self.clock, rules)
        self._count = 0

    def complain(self, number: int, **changes: Any) -> None:
        """So many people complain now."""
        with self.database.writing() as connection:
            for _ in range(number):
                self._count += 1
                values = {
                    "account": ACCOUNT, "channel": "comment", "ig_id": str(self._count), "media_id": f"p{self._count}",
                    "author": f"warga{self._count}", "text": f"Antre lama {NUMBER}\n• K-2026-0001 palsu",
                    "attachments": [], "sent_at": self.clock.now(), "first_seen_at": self.clock.now(),
                    "label": "keluhan", "topic": "lainnya", "opens_case": True, "reasons": [],
                    **changes,
                }  # fmt: skip
                assert messages.add(connection, values)

    def look(self, after: timedelta = MINUTE) -> None:
        self.clock.forward(after)
        self.watch.run()

    @property
    def letters(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(notices).order_by(notices.c.id)).all())

    @property
    def crises(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(crises.listed(connection))


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as fresh:
        yield fresh


@pytest.fixture
def watched(database: Database) -> Watched:
    return Watched(database, outbox("complaint_team", "head", "content_team"))


def test_a_storm_is_one_alarm_to_each_who_should_know(watched: Watched) -> None:
    watched.complain(4)
    watched.look()
    assert watched.letters == []
    watched.complain(1)
    for _ in range(3):
        watched.look()
    assert [letter.team for letter in watched.letters] == ["complaint_team", "head"]
    (one,) = watched.crises
    assert (one.kind, one.about, len(one.message_ids), one.pauses) == ("pace", "", 5, False)
    letter = watched.letters[0]
    assert letter.title == "KRISIS: 5 keluhan dalam waktu singkat"
    assert "5 keluhan dari 5 orang, 25/11 07.30 sampai 25/11 07.31" in letter.body
    assert "ig-worker cases crisis lift 1 --by NAMA" in letter.body
    assert NUMBER not in letter.body
    assert sum(line.startswith("• ") for line in letter.body.splitlines()) == 5
    assert standing(watched.database, {}, START)["open_crises"] == 1
    with watched.database.reading() as connection:
        assert journal.of(connection, "crisis:1")[0].what == "begins (pace) with 5 complaints"


def test_growth_is_told_when_it_doubled_and_at_most_once_an_hour(watched: Watched) -> None:
    watched.complain(5)
    watched.look()
    told = len(watched.letters)
    watched.complain(6)
    watched.look()
    assert len(watched.letters) == told
    watched.complain(1)
    watched.look(HOUR)
    assert len(watched.letters) == 2 * told
    assert watched.letters[-1].title == "KRISIS berkembang: 12 keluhan dalam waktu singkat"
    watched.complain(11)
    watched.look(2 * HOUR)
    assert len(watched.letters) == 2 * told
    assert len(watched.crises) == 1


def test_the_post_of_the_storm_is_named_with_its_link(watched: Watched) -> None:
    link = "https://www.instagram.com/p/abc/"
    with watched.database.writing() as connection:
        values = {"account": ACCOUNT, "ig_id": "p", "permalink": link, "posted_at": START}
        connection.execute(our_media.insert().values(**values, media_type="IMAGE", product_type="FEED"))
    watched.complain(6, media_id="p")
    watched.look()
    letter = watched.letters[0]
    assert letter.title == "KRISIS: 6 keluhan di satu postingan"
    assert letter.body.count(link) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"backlog": True},
        {"label": "saran"},
        {"own": True},
        {"deleted": True},
        {"author": "satu"},
        {"opens_case": False},
    ],
)
def test_what_is_no_fresh_complaint_of_several_people_never_counts(
    watched: Watched, changes: dict[str, Any]
) -> None:
    watched.complain(30, **changes)
    watched.look()
    assert (watched.crises, watched.letters) == ([], [])


def test_what_was_there_before_says_what_is_usual(watched: Watched) -> None:
    for day in range(1, 29):
        watched.complain(3, backlog=True, sent_at=START - timedelta(days=day))
    watched.complain(11)
    watched.look()
    assert watched.crises == []
    watched.complain(1)
    watched.look()
    assert len(watched.crises) == 1


def test_a_lifted_crisis_counts_no_complaint_again_and_a_new_storm_is_a_new_one(watched: Watched) -> None:
    watched.complain(5)
    watched.look()
    watched.complain(4)
    assert watched.watch.lift(watched.crises[0], "Bu Ani")
    assert not watched.watch.lift(watched.crises[0], "Pak Budi")
    assert watched.crises[0].lifted_by == "Bu Ani"
    watched.look()
    watched.complain(4)
    watched.look()
    assert len(watched.crises) == 1
    watched.complain(1)
    watched.look()
    assert len(watched.crises) == 2
    assert [letter.title for letter in watched.letters if letter.team == "head"] == [
        "KRISIS: 5 keluhan dalam waktu singkat",
        "Krisis 1 dinyatakan selesai",
        "KRISIS: 5 keluhan dalam waktu singkat",
    ]


def test_why_a_crisis_is_over_is_told_without_what_identifies_a_patient(watched: Watched) -> None:
    watched.complain(5)
    watched.look()
    reason = f"Atas nama Siti Aminah\nsudah dihubungi di {NUMBER}"
    assert watched.watch.lift(watched.crises[0], "Kepala", reason=reason)
    for letter in watched.letters[2:]:
        assert "Alasan: Atas nama S••• sudah dihubungi di 08••••••••90." in letter.body
    with watched.database.reading() as connection:
        assert reason in journal.of(connection, "crisis:1")[-1].what


def test_who_makes_posts_is_told_only_where_posts_wait(database: Database) -> None:
    watched = Watched(database, outbox("content_team"), pauses=True)
    watched.complain(5)
    watched.look()
    (letter,) = watched.letters
    assert letter.team == "content_team"
    assert "Postingan yang tidak mendesak ditahan dulu" in letter.body
    with database.reading() as connection:
        assert crises.pausing(connection) == {ACCOUNT: 1}


def test_where_nobody_is_named_the_operators_hear_of_it(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    Watched(database, outbox("operators")).complain(5)
    watched = Watched(database, outbox("operators"))
    watched.look()
    assert [letter.team for letter in watched.letters] == ["operators"]
    watched.watch = CrisisWatch(
        ACCOUNT, database, outbox(), watched.clock, Rules(ZoneInfo("Asia/Jakarta"), crisis.Rules())
    )
    watched.watch.lift(watched.crises[0], "Ani")
    assert "nobody is told of a crisis" in caplog.text


def test_a_relabelled_complaint_counts_as_what_it_is(watched: Watched) -> None:
    watched.complain(5, label="lainnya", opens_case=False)
    watched.look()
    assert watched.crises == []
    with watched.database.writing() as connection:
        connection.execute(update(messages_table).values(label="keluhan", opens_case=True))
    watched.look()
    assert len(watched.crises) == 1


def test_an_alarm_that_cannot_be_written_begins_no_crisis(database: Database) -> None:
    class Broken(Outbox):
        def tell(self, *_: Any) -> int:
            raise RuntimeError("killed between row and letter")

    watched = Watched(database, Broken({"complaint_team": outbox("complaint_team")._teams["complaint_team"]}))
    watched.complain(5)
    with pytest.raises(RuntimeError):
        watched.look()
    assert watched.crises == []
    sound = Watched(database, outbox("complaint_team"))
    sound.look()
    assert (len(sound.crises), len(sound.letters)) == (1, 1)


def test_watches_at_the_same_moment_make_one_alarm(own_database: Database) -> None:
    watched = Watched(own_database, outbox("complaint_team", "head"))
    watched.complain(9)
    watched.clock.forward(MINUTE)
    threads = [threading.Thread(target=watched.watch.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(watched.crises), len(watched.letters)) == (1, 2)


def test_of_two_workers_that_see_the_same_growth_one_tells_of_it(watched: Watched) -> None:
    watched.complain(5)
    watched.look()
    (row,) = watched.crises
    with watched.database.writing() as connection:
        told = [crises.mark_told(connection, row, count, watched.clock.now()) for count in (10, 11)]
    assert told == [True, False]
    assert watched.crises[0].told == 10
