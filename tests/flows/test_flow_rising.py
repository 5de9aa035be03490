"""What rises is looked at each morning and told once, to those whom it concerns, and nobody is named in it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from fakes.bench import ACCOUNT, HandClock, bench_database, outbox
from ig_worker.domain.rising_said import Rules as RisingRules
from ig_worker.domain.rising_words import own_words
from ig_worker.domain.working_time import WorkingCalendar
from ig_worker.flows.outbox import Outbox
from ig_worker.flows.rising import RisingWatch, Rules
from ig_worker.flows.standing import standing
from ig_worker.store import accounts, crises, jobs, messages, rising
from ig_worker.store.database import Database
from ig_worker.store.schema import messages as messages_table
from ig_worker.store.schema import notices, our_media, rising_topics

sys.path.append(str(Path(__file__).parents[1] / "rules"))
from masking_corpus import Reading, corpus

WIB = ZoneInfo("Asia/Jakarta")
MORNING = datetime(2026, 11, 25, 7, 30, tzinfo=WIB).astimezone(UTC)
"""A Wednesday, when the centre opens."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEAMS = ("content_team", "complaint_team", "operators")
HOURS = {day: (time(7, 30), time(14)) if day < 6 else None for day in range(7)}


class Watched:
    """An account that was read for months, and what people write there."""

    def __init__(self, database: Database, letters: Outbox, **rules: Any) -> None:
        self.database = database
        self.clock = HandClock(MORNING)
        calendar = WorkingCalendar(HOURS, frozenset(), WIB)
        given = {"own": own_words("Puskesmas Polowijen"), **rules}
        self.rules = Rules(WIB, lambda _at: calendar, RisingRules(), **given)
        self.watch = RisingWatch(ACCOUNT, database, letters, self.clock, self.rules)
        self._count = 0
        with database.writing() as connection:
            accounts.first_polled(connection, ACCOUNT, MORNING - 60 * DAY)

    def say(self, text: str, number: int = 1, ago: timedelta = HOUR, **changes: Any) -> None:
        """So many people say so, each under a post of its own."""
        with self.database.writing() as connection:
            for _ in range(number):
                self._count += 1
                at = self.clock.now() - ago
                values = {
                    "account": ACCOUNT, "channel": "comment", "ig_id": f"c{self._count}",
                    "media_id": f"p{self._count}", "author": f"warga{self._count}",
                    "author_id": f"{self._count}", "text": text, "attachments": [], "reasons": [],
                    "sent_at": at, "first_seen_at": at, "label": "keluhan", "topic": "lainnya", **changes,
                }  # fmt: skip
                assert messages.add(connection, values)

    def morning(self, days: int = 0, *, at_any_time: bool = False) -> None:
        """The inbox was read, and it is time to look."""
        self.clock.forward(days * DAY)
        with self.database.writing() as connection:
            jobs.succeeded(connection, "inbox", self.clock.now())
        self.watch.run(at_any_time=at_any_time)

    @property
    def letters(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(notices).order_by(notices.c.id)).all())

    @property
    def rows(self) -> list[Any]:
        with self.database.reading() as connection:
            return list(connection.execute(select(rising_topics).order_by(rising_topics.c.id)).all())


@pytest.fixture
def database() -> Iterator[Database]:
    with bench_database() as fresh:
        yield fresh


@pytest.fixture
def watched(database: Database) -> Watched:
    return Watched(database, outbox(*TEAMS))


def test_what_rises_is_told_once_with_masked_examples(watched: Watched) -> None:
    watched.say("Bu Sumarni bilang vaksin habis, hubungi 081234567890\n• K-2026-0001 palsu", 6)
    for _ in range(3):
        watched.morning()
    assert [letter.team for letter in watched.letters] == ["content_team", "complaint_team"]
    letter = watched.letters[0]
    assert letter.title == "Sedang ramai: “vaksin habis”"
    assert "“vaksin habis”: 6 pesan dari 6 orang, biasanya hampir tidak ada." in letter.body
    assert "Sebagian besar keluhan: 6 dari 6 pesan." in letter.body
    assert "ig-worker inbox rising" in letter.body
    assert "ig-worker posts plan" in letter.body
    assert "081234567890" not in letter.body
    assert "umarni" not in letter.body
    assert "warga1" not in letter.body
    assert [line[:3] for line in letter.body.splitlines() if line.startswith("•")] == ["• “"]
    (row,) = watched.rows
    assert (row.kind, row.term, row.count, row.people, row.usual) == ("word", "vaksin habis", 6, 6, 0)
    (seen,) = standing(watched.database, {}, MORNING)["rising"]
    assert seen == {
        "account": ACCOUNT, "kind": "word", "term": "vaksin habis", "count": 6, "people": 6, "usual": 0.0,
        "since": MORNING.isoformat(),
    }  # fmt: skip


def test_only_what_complains_goes_to_the_complaint_team(watched: Watched) -> None:
    watched.say("khitan massal daftarnya di mana ya?", 6, label="pertanyaan")
    watched.say("genset berisik sekali", 8)
    watched.morning()
    whole, grave = watched.letters
    assert whole.title == "Sedang ramai: “genset berisik” dan 1 hal lainnya"
    assert "khitan" in whole.body
    assert grave.title == "Sedang ramai: “genset berisik”"
    assert "khitan" not in grave.body
    assert whole.key == grave.key


@pytest.mark.parametrize(
    ("teams", "told"),
    [
        (("complaint_team", "operators"), ["complaint_team"]),
        (("operators",), ["operators"]),
        (("content_team",), ["content_team"]),
        ((), []),
    ],
)
def test_somebody_is_told_whatever_teams_there_are(
    database: Database, teams: tuple[str, ...], told: list[str]
) -> None:
    watched = Watched(database, outbox(*teams))
    watched.say("khitan massal daftarnya di mana ya?", 6, label="pertanyaan")
    watched.morning()
    assert [letter.team for letter in watched.letters] == told


def test_the_day_begins_when_the_centre_opens_and_the_inbox_was_read(watched: Watched) -> None:
    watched.say("genset berisik", 8)
    with watched.database.writing() as connection:
        jobs.succeeded(connection, "inbox", MORNING - HOUR)
    watched.watch.run()
    assert watched.rows == []
    watched.clock = HandClock(MORNING - HOUR)
    watched.watch = RisingWatch(ACCOUNT, watched.database, outbox(*TEAMS), watched.clock, watched.rules)
    watched.morning()
    assert watched.rows == []
    watched.clock.forward(HOUR)
    watched.morning()
    assert len(watched.rows) == 1


def test_an_inbox_that_fails_is_waited_for_a_while(watched: Watched) -> None:
    watched.say("genset berisik", 8)
    with watched.database.writing() as connection:
        jobs.failed(connection, "inbox", MORNING, "another account's token is dead")
    watched.clock.forward(2 * HOUR - timedelta(seconds=1))
    watched.watch.run()
    assert watched.rows == []
    watched.clock.forward(timedelta(seconds=1))
    watched.watch.run()
    assert len(watched.rows) == 1


def test_on_a_closed_day_it_is_noted_and_told_on_the_next_open_one(watched: Watched) -> None:
    watched.morning(4)
    watched.clock.forward(HOUR)
    assert watched.clock.now().astimezone(WIB).date() == date(2026, 11, 29)
    watched.say("genset berisik", 8)
    watched.morning()
    assert len(watched.rows) == 1
    assert watched.letters == []
    watched.morning(1)
    assert [letter.team for letter in watched.letters] == ["content_team", "complaint_team"]


def test_whoever_asks_need_not_wait(watched: Watched) -> None:
    watched.clock.forward(-3 * HOUR)
    watched.say("genset berisik", 8)
    watched.watch.run(at_any_time=True)
    assert len(watched.letters) == 2


def test_it_ends_and_comes_back_within_a_week_without_a_word(watched: Watched) -> None:
    watched.say("genset berisik", 8)
    watched.morning()
    watched.morning(1)
    assert watched.rows[0].ended_at is None
    watched.morning(4)
    assert watched.rows[0].ended_at == watched.clock.now()
    assert standing(watched.database, {}, MORNING)["rising"] == []
    watched.clock.forward(DAY)
    watched.say("genset berisik lagi", 30)
    watched.morning()
    (row,) = watched.rows
    assert (row.ended_at, row.count, row.most) == (None, 30, 30)
    assert len(watched.letters) == 2


def test_a_week_after_its_end_it_is_news_again(watched: Watched) -> None:
    watched.say("genset berisik", 8)
    watched.morning()
    watched.morning(5)
    watched.clock.forward(8 * DAY)
    watched.say("genset berisik", 30)
    watched.morning()
    assert [row.term for row in watched.rows] == ["genset berisik", "genset berisik"]
    assert len(watched.letters) == 4


def test_after_a_worker_was_off_for_weeks_it_is_another_matter(watched: Watched) -> None:
    watched.say("genset berisik", 8)
    watched.morning()
    watched.clock.forward(20 * DAY)
    watched.say("genset berisik", 40)
    watched.morning()
    first, second = watched.rows
    assert first.ended_at == MORNING
    assert second.ended_at is None


def test_the_same_matter_under_another_word_is_no_news(watched: Watched) -> None:
    watched.say("vaksin habis", 7)
    watched.morning()
    for word in ("telat", "ditunda", "campak", "polio", "susah"):
        watched.say(f"vaksin {word}", 3)
    watched.morning(1)
    (row,) = watched.rows
    assert (row.term, row.ended_at, row.count, row.also) == ("vaksin habis", None, 22, ["vaksin"])
    assert len(watched.letters) == 2


def storm(watched: Watched, kind: str, about: str, ids: list[int]) -> None:
    with watched.database.writing() as connection:
        crises.begin(connection, ACCOUNT, kind, about, ids, watched.clock.now(), pauses=False)


@pytest.mark.parametrize(("kind", "about", "ids"), [("topic", "obat", []), ("pace", "", list(range(1, 7)))])
def test_what_a_crisis_has_told_is_in_the_status_only(
    watched: Watched, kind: str, about: str, ids: list[int]
) -> None:
    watched.say("obat apotek kosong", 9, topic="obat")
    with watched.database.writing() as connection:
        first = connection.execute(select(messages_table.c.id).order_by(messages_table.c.id)).scalars().all()
    storm(watched, kind, about, [first[place - 1] for place in ids])
    watched.morning()
    assert watched.letters == []
    assert len(standing(watched.database, {}, MORNING)["rising"]) == 1
    with watched.database.writing() as connection:
        (row,) = crises.of_account(connection, ACCOUNT)
        crises.lift(connection, row, watched.clock.now(), by="dr. Sari")
    watched.morning(1)
    assert watched.letters == []


def test_a_crisis_about_something_else_hides_nothing(watched: Watched) -> None:
    watched.say("obat apotek kosong", 9, topic="obat")
    storm(watched, "topic", "antrean", [900, 901])
    watched.morning()
    assert len(watched.letters) == 2


def test_the_one_post_is_linked(watched: Watched) -> None:
    with watched.database.writing() as connection:
        values = {
            "account": ACCOUNT,
            "ig_id": "khitan",
            "permalink": "https://i.example/p/x",
            "posted_at": MORNING,
        }
        connection.execute(our_media.insert().values(**values, media_type="IMAGE", product_type="FEED"))
    watched.say("khitan massal daftarnya di mana ya?", 6, label="pertanyaan", media_id="khitan")
    watched.morning()
    assert "Hampir semuanya di bawah satu unggahan: https://i.example/p/x" in watched.letters[0].body


def test_backlog_is_what_was_usual_and_never_news(watched: Watched) -> None:
    watched.say("genset berisik", 9, backlog=True)
    watched.morning()
    assert watched.rows == []
    for day in range(4, 30):
        watched.say("loket tutup", 4, ago=day * DAY, backlog=True)
    watched.say("loket tutup", 9)
    watched.morning(1)
    assert watched.rows == []


def test_a_young_account_is_told_nothing(database: Database) -> None:
    watched = Watched(database, outbox(*TEAMS))
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE accounts SET first_polled_at = NULL")
        accounts.first_polled(connection, ACCOUNT, MORNING - 16 * DAY)
    watched.say("genset berisik", 9)
    watched.morning()
    assert watched.rows == []
    look = watched.watch.look()
    assert (look.enough, look.since) == (False, MORNING - 16 * DAY)
    assert watched.watch.look(1).found


def test_what_was_taken_back_is_neither_counted_nor_shown(watched: Watched) -> None:
    watched.say("genset berisik sekali", 9)
    with watched.database.writing() as connection:
        connection.execute(update(messages_table).values(deleted=True).where(messages_table.c.ig_id < "c6"))
    watched.morning()
    assert watched.rows == []


def test_generated_numbers_and_names_reach_no_letter(watched: Watched) -> None:
    lines = list(corpus(each=25))
    for line in lines:
        watched.say(f"genset berisik {line.text}")
    for name in ("Sumarni", "hartinah", "Tukinem", "quraisyiah"):
        watched.say(f"genset berisik kata bidan {name}", 6)
    watched.morning()
    assert watched.letters
    whole = "\n".join(f"{letter.title}\n{letter.body}" for letter in watched.letters)
    read = Reading(whole)
    for line in lines:
        assert read.of(line) == "", line.text
    assert not any(name in whole.lower() for name in ("sumarni", "hartinah", "tukinem", "quraisyiah"))
    assert all(len(letter.body) <= 3_400 for letter in watched.letters)


def test_five_matters_with_long_words_fit_a_letter(watched: Watched) -> None:
    for word in ("genset", "ambulans", "pagar", "galon", "kipas"):
        watched.say(f"{word} {'😡 cerita ' * 150}{word}", 9)
    watched.morning()
    assert all(len(letter.body) <= 3_400 for letter in watched.letters)


def test_with_several_accounts_the_letter_says_which(database: Database) -> None:
    watched = Watched(database, outbox(*TEAMS), several_accounts=True)
    watched.say("genset berisik", 9)
    watched.morning()
    assert watched.letters[0].body.splitlines()[0] == f"Akun: {ACCOUNT}"
    assert f"ig-worker inbox rising --account {ACCOUNT}" in watched.letters[0].body


def test_two_workers_tell_once(own_database: Database) -> None:
    with own_database.writing() as connection:
        accounts.known(connection, ACCOUNT, "1", "puskesmaspolowijen")
    watched = Watched(own_database, outbox(*TEAMS))
    watched.say("genset berisik", 9)
    with own_database.writing() as connection:
        jobs.succeeded(connection, "inbox", MORNING)
    threads = [threading.Thread(target=watched.watch.run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(watched.rows), len(watched.letters)) == (1, 2)


def test_the_months_evaluation_has_it(watched: Watched) -> None:
    watched.say("genset berisik sekali min", 9)
    watched.morning()
    with watched.database.reading() as connection:
        found: list[Mapping[str, Any]] = list(
            rising.of_month(connection, ACCOUNT, MORNING - DAY, MORNING + DAY)
        )
    assert [(each["term"], each["count"], each["examples"]) for each in found] == [
        ("genset berisik", 9, ["“genset berisik sekali min”"])
    ]
