"""Every notice arrives at least once, or somebody else is told that it did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fakes.bench import START, HandClock, bench_database
from fakes.fake_instagram import Killed
from ig_worker.domain.errors import Misconfigured, Unanswered
from ig_worker.domain.notice import Event, Rules, apply
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.store import notices
from ig_worker.store.database import Database

TEAM = "complaint_team"
ADDRESSES = {
    "hash-wulan": "tgram://secret/1",
    "hash-budi": "mailto://secret@budi",
    "hash-ops": "ntfy://secret-ops",
}
TEAMS = {
    TEAM: [Recipient("hash-wulan", "Telegram"), Recipient("hash-budi", "e-mail")],
    "operators": [Recipient("hash-ops", "ntfy")],
}
LETTER = Letter("K-2026-0001", "Keluhan: antrean", "Antrean lama sekali.", ("evidence/a.png",))


class Post:
    """Delivers, except to the addresses that are ``down``; every try is remembered."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.down: dict[str, BaseException] = {}
        self.die_after: set[str] = set()
        self.tries: list[tuple[str, datetime]] = []
        self.arrived: list[tuple[str, str, str, list[Path]]] = []

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        self.tries.append((url, self.clock.now()))
        if url in self.down:
            raise self.down[url]
        self.arrived.append((url, title, body, list(attachments)))
        if url in self.die_after:
            raise Killed


class Office:
    """The outbox of a small centre, and the notifier that empties it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.clock = HandClock()
        self.post = Post(self.clock)
        self.outbox = Outbox(TEAMS)

    def run(self, addresses: dict[str, str] | None = None) -> None:
        known = Addresses(ADDRESSES if addresses is None else addresses)
        Notifier(self.database, self.post, self.outbox, known, self.folder, self.clock).run()

    def tell(self, letter: Letter = LETTER, team: str = TEAM) -> int:
        with self.database.writing() as connection:
            return self.outbox.tell(connection, self.clock.now(), team, letter)

    def run_for(self, span: timedelta, step: timedelta = timedelta(seconds=30)) -> None:
        end = self.clock.now() + span
        while self.clock.now() < end:
            self.run()
            self.clock.forward(step)

    def lines(self) -> list[Any]:
        with self.database.reading() as connection:
            query = "SELECT channel, team, status, attempts, last_error, body FROM notices ORDER BY id"
            return list(connection.exec_driver_sql(query))

    def reached(self) -> list[str]:
        return [url for url, *_ in self.post.arrived]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with bench_database() as database:
        yield Office(database, tmp_path)


def test_a_letter_goes_to_everyone_of_its_team_once(office: Office) -> None:
    assert office.tell() == 2
    for _ in range(3):
        office.run()
    assert office.post.arrived == [
        (url, LETTER.title, LETTER.body, [office.folder / "evidence/a.png"])
        for url in ("tgram://secret/1", "mailto://secret@budi")
    ]
    assert [(line.status, line.attempts) for line in office.lines()] == [("sent", 1), ("sent", 1)]


def test_the_same_letter_is_never_written_twice_for_a_recipient(office: Office) -> None:
    assert (office.tell(), office.tell()) == (2, 0)
    office.run()
    assert office.tell() == 0
    office.run()
    assert len(office.post.arrived) == 2


def test_a_team_without_recipients_gets_no_letter(office: Office) -> None:
    assert office.tell(team="partners") == 0
    assert office.lines() == []


def test_a_letter_of_a_transaction_that_failed_is_not_sent(office: Office) -> None:
    class Broke(Exception):
        pass

    with pytest.raises(Broke), office.database.writing() as connection:  # noqa: PT012 (the block is the point)
        office.outbox.tell(connection, START, TEAM, LETTER)
        raise Broke
    office.run()
    assert office.post.tries == []


def test_one_that_cannot_be_reached_never_keeps_the_others_back(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.tell(Letter("K-2026-0002", "Saran", "Tambah kursi"))
    office.run()
    assert office.reached() == ["mailto://secret@budi"] * 2
    assert [line.status for line in office.lines()] == ["pending", "sent", "pending", "sent"]


def test_a_recipient_that_fails_is_tried_again_with_growing_pauses(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.run_for(timedelta(hours=6))
    tries = [at for url, at in office.post.tries if url == "tgram://secret/1"]
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[:4] == [timedelta(seconds=30 * 2**number) for number in range(4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_one_that_comes_back_within_the_day_gets_its_letter(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.run_for(timedelta(hours=20), timedelta(minutes=10))
    office.post.down = {}
    office.run_for(timedelta(hours=2), timedelta(minutes=10))
    assert office.reached() == ["mailto://secret@budi", "tgram://secret/1"]
    assert {(line.status, line.last_error) for line in office.lines()} == {("sent", "")}


def test_after_a_day_the_operators_are_told_through_another_channel(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer from Telegram")}
    office.tell()
    office.run_for(timedelta(hours=27), timedelta(minutes=10))
    failed, _, told = office.lines()
    assert (failed.channel, failed.status, failed.last_error) == (
        "Telegram",
        "failed",
        "no answer from Telegram",
    )
    assert (told.channel, told.team, told.status) == ("ntfy", "operators", "sent")
    assert office.reached() == ["mailto://secret@budi", "ntfy://secret-ops"]
    tries = len(office.post.tries)
    office.run_for(timedelta(hours=5), timedelta(hours=1))
    assert len(office.post.tries) == tries, "what was given up is not tried again by itself"
    _, title, body, attachments = office.post.arrived[-1]
    assert title == "Pemberitahuan K-2026-0001 tidak sampai"
    assert "Telegram (complaint_team) tidak dapat dihubungi: no answer from Telegram" in body
    assert (LETTER.title in body, attachments) == (True, [])


def test_operators_who_cannot_be_reached_make_no_letters_about_themselves(office: Office) -> None:
    office.post.down = {"ntfy://secret-ops": Unanswered("no answer")}
    office.tell(team="operators")
    office.run_for(timedelta(hours=27), timedelta(minutes=30))
    assert [(line.team, line.status) for line in office.lines()] == [("operators", "failed")]


def test_a_recipient_removed_from_the_configuration_is_given_up_at_once(office: Office) -> None:
    office.tell()
    left = {target: url for target, url in ADDRESSES.items() if target != "hash-wulan"}
    office.run(left)
    office.run(left)
    assert office.reached() == ["mailto://secret@budi", "ntfy://secret-ops"]
    assert office.lines()[0].status == "failed"
    assert office.lines()[0].last_error == "this recipient is no longer in the configuration"


def test_a_channel_that_is_set_up_wrongly_is_tried_again_like_any_other(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Misconfigured("not a valid address")}
    office.tell()
    office.run()
    assert (office.lines()[0].status, office.lines()[0].last_error) == ("pending", "not a valid address")


def test_killed_between_sending_and_writing_it_down_the_letter_goes_out_again(office: Office) -> None:
    office.post.die_after = {"tgram://secret/1"}
    office.tell()
    with pytest.raises(Killed):
        office.run()
    office.post.die_after = set()
    office.run()
    assert office.reached() == ["tgram://secret/1", "tgram://secret/1", "mailto://secret@budi"]
    assert {line.status for line in office.lines()} == {"sent"}


def test_of_two_notifiers_the_slower_one_changes_nothing(office: Office) -> None:
    office.tell()
    with office.database.reading() as connection:
        stale = notices.due(connection, office.clock.now())[0]
    office.run()
    with office.database.writing() as connection:
        missed = apply(stale.notice, Event.MISSED, office.clock.now(), Rules(), "too slow")
        assert not notices.save(connection, stale, missed)
    assert office.lines()[0].status == "sent"


def test_no_secret_of_an_address_stands_in_the_outbox_or_the_log(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.run_for(timedelta(hours=26), timedelta(minutes=30))
    assert "secret" not in caplog.text + str(office.lines()) + repr(Addresses(ADDRESSES))
    assert "could not tell Telegram of K-2026-0001: no answer" in caplog.text
