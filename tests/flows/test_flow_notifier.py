"""Every notice arrives at least once, or somebody else is told that it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from ig_worker.flows.undelivered import try_again
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
HALF_MINUTE = timedelta(seconds=30)
LETTER = Letter("K-2026-0001", "Keluhan: antrean", "Antrean lama sekali.", ("evidence/a.png",))


class Post:
    """Delivers, except to the addresses that are ``down``; every try is remembered."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.down: dict[str, BaseException] = {}
        self.die_after: set[str] = set()
        self.refused: set[str] = set()
        self.tries: list[tuple[str, datetime]] = []
        self.arrived: list[tuple[str, str, str, list[Path]]] = []

    meanwhile: Callable[[], None] = staticmethod(lambda: None)
    """Happens while something is being sent."""

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        self.meanwhile()
        self.tries.append((url, self.clock.now()))
        if url in self.down:
            raise self.down[url]
        if title in self.refused:
            raise Unanswered("552 not this one")
        self.arrived.append((url, title, body, list(attachments)))
        if url in self.die_after:
            raise Killed

    def tried(self, url: str) -> list[datetime]:
        return [at for tried, at in self.tries if tried == url]


class Office:
    """The outbox of a small centre, and the notifier that empties it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.clock = HandClock()
        self.post = Post(self.clock)
        self.outbox = Outbox(TEAMS)

    def notifier(self, addresses: dict[str, str] | None = None) -> Notifier:
        known = Addresses(ADDRESSES if addresses is None else addresses)
        rules = Rules(digest_after=1000)
        return Notifier(self.database, self.post, self.outbox, known, self.folder, self.clock, rules)

    def run(self, addresses: dict[str, str] | None = None) -> None:
        self.notifier(addresses).run()

    def titles(self, url: str) -> list[str]:
        return [title for to, title, *_ in self.post.arrived if to == url]

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


def test_what_was_written_before_the_clock_was_put_right_goes_out_at_once(office: Office) -> None:
    """The seven hours of a hardware clock that shows local time: an urgent case must not wait for them."""
    office.clock.forward(timedelta(hours=7))
    office.tell()
    office.clock.forward(timedelta(hours=-7))
    office.run()
    assert len(office.post.arrived) == 2


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


def test_after_the_first_failure_the_rest_waits_for_the_next_try(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    for number in range(8):
        office.tell(Letter(f"K-2026-000{number}", "Saran", "Tambah kursi"))
    office.run()
    office.run()
    assert office.post.tried("tgram://secret/1") == [START], "a mute server costs one try in a pass"
    office.clock.forward(HALF_MINUTE)
    office.post.down = {}
    office.run()
    assert len(office.reached()) == 16
    assert office.titles("tgram://secret/1")[0] == "Saran"


def test_what_waited_goes_out_in_order_as_soon_as_the_recipient_is_back(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    for number in range(1, 6):
        office.tell(Letter(f"K-2026-000{number}", f"Kasus {number}", ""))
    office.run_for(timedelta(hours=5), timedelta(minutes=5))
    office.post.down = {}
    office.tell(Letter("K-2026-0006", "Kasus 6", ""))
    office.run()
    told = office.titles("tgram://secret/1")
    assert sorted(told) == [f"Kasus {number}" for number in range(1, 7)], "nothing waits for its own next try"
    assert [title for title in told if title != told[0]] == sorted(set(told) - {told[0]})


def test_a_recipient_that_fails_is_tried_again_with_growing_pauses(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.tell(Letter("K-2026-0002", "Saran", "Tambah kursi"))
    office.run_for(timedelta(hours=6))
    tries = office.post.tried("tgram://secret/1")
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert pauses[:4] == [HALF_MINUTE * 2**number for number in range(4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=1)


def test_a_notice_that_is_refused_by_itself_keeps_no_other_back(office: Office) -> None:
    office.post.refused = {"Racun"}
    office.tell(Letter("K-2026-0001", "Racun", ""))
    for number in range(2, 8):
        office.tell(Letter(f"K-2026-000{number}", f"Kasus {number}", ""))
    office.run()
    office.clock.forward(HALF_MINUTE)
    office.run()
    assert office.titles("mailto://secret@budi") == [f"Kasus {number}" for number in range(2, 8)]
    for number in range(8, 10):
        office.tell(Letter(f"K-2026-000{number}", f"Kasus {number}", ""))
        office.run()
        assert office.titles("mailto://secret@budi")[-1] == f"Kasus {number}", "new ones never wait for it"


def test_one_that_comes_back_within_the_day_gets_its_letter(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer")}
    office.tell()
    office.run_for(timedelta(hours=20), timedelta(minutes=10))
    office.post.down = {}
    office.run_for(timedelta(hours=2), timedelta(minutes=10))
    assert office.reached() == ["mailto://secret@budi", "ntfy://secret-ops", "tgram://secret/1"]
    assert {(line.status, line.last_error) for line in office.lines()} == {("sent", "")}


def test_a_silence_of_an_hour_is_told_to_the_operators_while_there_is_still_time(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer from Telegram")}
    for number in range(30):
        office.tell(Letter(f"K-2026-00{number:02}", "Keluhan", ""))
    office.run_for(timedelta(minutes=59), timedelta(minutes=1))
    assert "ntfy://secret-ops" not in office.reached()
    office.run_for(timedelta(hours=12), timedelta(minutes=10))
    assert office.reached().count("ntfy://secret-ops") == 1
    _, title, body, _ = next(sent for sent in office.post.arrived if sent[0] == "ntfy://secret-ops")
    assert title == "Telegram tidak dapat dihubungi"
    assert "sudah 1 jam tidak sampai" in body
    assert "no answer from Telegram" in body
    assert "Yang menunggu dikirim: 30" in body


def test_each_outage_is_told_once(office: Office) -> None:
    for _ in range(2):
        office.post.down = {"tgram://secret/1": Unanswered("no answer")}
        office.tell(Letter(f"K-{office.clock.now():%d%H%M}", "Keluhan", ""))
        office.run_for(timedelta(hours=3), timedelta(minutes=10))
        office.post.down = {}
        office.run_for(timedelta(hours=2), timedelta(minutes=10))
    assert office.reached().count("ntfy://secret-ops") == 2


def test_after_a_day_the_operators_are_told_once_of_everything_that_was_given_up(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("no answer from Telegram")}
    office.tell()
    for number in range(2, 201):
        office.tell(Letter(f"K-2026-{number:04}", f"Kasus {number}", ""))
    office.run_for(timedelta(hours=27), timedelta(minutes=10))
    telegram = [line for line in office.lines() if line.channel == "Telegram"]
    assert {(line.status, line.last_error) for line in telegram} == {("failed", "no answer from Telegram")}
    told = [sent for sent in office.post.arrived if sent[0] == "ntfy://secret-ops"]
    assert len(told) == 2, "one while there was time, one when it was over; not one for each of 200"
    _, title, body, files = told[-1]
    assert title == "200 pemberitahuan tidak sampai ke Telegram"
    assert "Telegram (complaint_team) tidak dapat dihubungi selama satu hari: no answer from Telegram" in body
    assert ("• Keluhan: antrean\n• Kasus 2\n" in body, "… dan 190 lainnya" in body, files) == (True, True, [])
    tries = len(office.post.tries)
    office.run_for(timedelta(hours=5), timedelta(hours=1))
    assert len(office.post.tries) == tries, "what was given up is not tried again by itself"


def test_operators_who_cannot_be_reached_are_told_of_to_the_complaint_team(office: Office) -> None:
    office.post.down = {"ntfy://secret-ops": Unanswered("no answer")}
    office.tell(team="operators")
    office.run_for(timedelta(hours=27), timedelta(minutes=30))
    assert [(line.team, line.status) for line in office.lines()] == [
        ("operators", "failed"),
        *[(TEAM, "sent")] * 4,
    ]


def test_nobody_writes_letters_about_letters_when_nothing_can_be_reached(office: Office) -> None:
    office.post.down = dict.fromkeys(ADDRESSES.values(), Unanswered("the line is dead"))
    office.tell()
    office.run_for(timedelta(days=4), timedelta(minutes=30))
    assert len(office.lines()) < 20


def test_a_recipient_removed_from_the_configuration_is_given_up_at_once(office: Office) -> None:
    for number in range(3):
        office.tell(Letter(f"K-2026-000{number}", "Keluhan", ""))
    left = {target: url for target, url in ADDRESSES.items() if target != "hash-wulan"}
    for _ in range(3):
        office.run(left)
    assert office.reached() == ["mailto://secret@budi"] * 3 + ["ntfy://secret-ops"]
    assert office.titles("ntfy://secret-ops") == ["Telegram tidak ada lagi di pengaturan"]
    assert office.lines()[0].status == "failed"
    assert office.lines()[0].last_error == "this recipient is no longer in the configuration"


def test_an_address_that_was_corrected_gets_what_the_wrong_one_did_not(office: Office) -> None:
    office.post.down = {"tgram://secret/1": Unanswered("401: wrong token")}
    office.tell()
    office.tell(Letter("K-2026-0002", "Saran", "Tambah kursi"))
    office.run()
    corrected = [Recipient("hash-wulan-2", "Telegram"), TEAMS[TEAM][1]]
    office.outbox = Outbox({**TEAMS, TEAM: corrected})
    office.run(
        {**{key: url for key, url in ADDRESSES.items() if key != "hash-wulan"}, "hash-wulan-2": "tgram://2"}
    )
    assert office.titles("tgram://2") == [LETTER.title, "Saran"]
    assert "ntfy://secret-ops" not in office.reached(), "nobody need be told: everything arrived"


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
    assert office.reached() == ["tgram://secret/1", "mailto://secret@budi"], "it may still be on its way"
    office.clock.forward(Rules().lease)
    office.run()
    assert office.reached() == ["tgram://secret/1", "mailto://secret@budi", "tgram://secret/1"]
    assert {line.status for line in office.lines()} == {"sent"}


def test_where_one_worker_alone_can_be_what_a_killed_one_had_goes_out_at_once(office: Office) -> None:
    office.post.die_after = {"tgram://secret/1"}
    office.tell()
    with pytest.raises(Killed):
        office.run()
    office.post.die_after = set()
    after_the_restart = office.notifier()
    after_the_restart.free()
    after_the_restart.run()
    assert sorted(office.reached()) == ["mailto://secret@budi", "tgram://secret/1", "tgram://secret/1"]


def test_a_second_worker_leaves_a_recipient_alone_that_the_first_is_serving(office: Office) -> None:
    office.tell()
    office.tell(Letter("K-2026-0002", "Saran", "Tambah kursi"))
    other = office.notifier()
    office.post.meanwhile = other.run
    office.run()
    assert sorted(office.titles("tgram://secret/1")) == sorted([LETTER.title, "Saran"])
    assert len(office.reached()) == 4


def test_a_worker_that_took_too_long_sends_nothing_more(office: Office) -> None:
    office.tell()
    office.tell(Letter("K-2026-0002", "Saran", "Tambah kursi"))
    other = office.notifier()

    def much_later() -> None:
        office.post.meanwhile = lambda: None
        office.clock.forward(Rules().lease)
        other.run()

    office.post.meanwhile = much_later
    office.run()
    assert sorted(office.titles("tgram://secret/1")) == [LETTER.title, LETTER.title, "Saran"]
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


def test_a_machine_that_was_off_for_days_gives_nothing_up_at_its_first_try(office: Office) -> None:
    office.tell()
    office.tell(Letter("K-2026-0002", "Keluhan: obat", "Obat kosong."))
    office.clock.forward(timedelta(days=3))
    # The network is not up yet.
    office.post.down[ADDRESSES["hash-budi"]] = Unanswered("no route")
    office.run_for(timedelta(hours=5), timedelta(minutes=1))
    assert office.titles(ADDRESSES["hash-budi"]) == []
    office.post.down.clear()
    office.run_for(timedelta(hours=2), timedelta(minutes=1))
    assert office.titles(ADDRESSES["hash-budi"]) == ["Keluhan: antrean", "Keluhan: obat"]
    assert {line.status for line in office.lines()} == {"sent"}


def test_what_is_had_sent_again_to_an_address_that_is_gone_is_told_again(office: Office) -> None:
    office.tell()
    gone = {target: url for target, url in ADDRESSES.items() if target == "hash-ops"}
    office.run(gone)
    first = len(office.titles(ADDRESSES["hash-ops"]))
    with office.database.writing() as connection:
        for stored in notices.undelivered(connection):
            assert try_again(connection, stored, office.clock.now())
    office.run(gone)
    assert (first, len(office.titles(ADDRESSES["hash-ops"]))) == (2, 4)


def test_each_notice_that_is_given_up_is_named_also_where_another_was_on_the_same_day(office: Office) -> None:
    office.post.down[ADDRESSES["hash-budi"]] = Unanswered("no answer")
    office.tell()
    office.run_for(timedelta(hours=4), timedelta(minutes=30))
    office.tell(Letter("K-2026-0002", "DARURAT: obat", "Obat kosong."))
    office.run_for(timedelta(hours=30), timedelta(minutes=30))
    given_up = [title for title in office.titles(ADDRESSES["hash-ops"]) if "tidak sampai" in title]
    assert len(given_up) == 2


def test_who_is_reached_again_hears_what_was_given_up(office: Office) -> None:
    """Where nobody else has another way, it is the only word of it."""
    office.post.down[ADDRESSES["hash-budi"]] = Unanswered("no answer")
    office.tell()
    office.run_for(timedelta(hours=30), timedelta(minutes=30))
    office.post.down.clear()
    office.tell(Letter("K-2026-0002", "Keluhan: obat", "Obat kosong."))
    office.run_for(timedelta(hours=3), timedelta(minutes=30))
    arrived = office.titles(ADDRESSES["hash-budi"])
    assert arrived == ["Keluhan: obat", "Pemberitahuan K-2026-0001 tidak sempat sampai di sini"]
    office.run_for(timedelta(hours=3), timedelta(minutes=30))
    assert office.titles(ADDRESSES["hash-budi"]) == arrived
