"""Many notices for one recipient become one message, and none of them is lost, nor is a danger kept waiting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from fakes.bench import HandClock, bench_database
from fakes.fake_instagram import Killed
from ig_worker.domain.errors import Unanswered
from ig_worker.domain.notice import Rules
from ig_worker.flows.digests import MOST_CHARACTERS
from ig_worker.flows.notifier import Addresses, Notifier
from ig_worker.flows.outbox import Letter, Outbox, Recipient
from ig_worker.store import cases
from ig_worker.store.database import Database

TEAMS = {
    "complaint_team": [Recipient("hash-wulan", "Telegram")],
    "content_team": [Recipient("hash-wulan", "Telegram"), Recipient("hash-budi", "e-mail")],
}
ADDRESSES = Addresses({"hash-wulan": "tgram://1", "hash-budi": "mailto://2"})
MINUTE = timedelta(minutes=1)


class Office:
    """A centre with two recipients, of whom the first is told of everything."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = HandClock()
        self.outbox = Outbox(TEAMS)
        self.arrived: list[tuple[str, str, str, int]] = []
        """(address, title, body, files)."""
        self.down: set[str] = set()
        self.dies = False

    def send(self, url: str, title: str, body: str, attachments: Sequence[Path]) -> None:
        if url in self.down:
            raise Unanswered("no answer")
        self.arrived.append((url, title, body, len(attachments)))
        if self.dies:
            raise Killed

    def run(self, rules: Rules | None = None) -> None:
        notifier = Notifier(self.database, self, self.outbox, ADDRESSES, Path(), self.clock, rules or Rules())
        notifier.free()
        notifier.run()

    def complain(self, count: int, *, team: str = "complaint_team", danger: bool = False) -> list[str]:
        """So many cases, each with its notice; returns their numbers."""
        numbers = []
        now = self.clock.now()
        with self.database.writing() as connection:
            for _ in range(count):
                number = cases.next_number(connection, 2026)
                values = {
                    "number": number,
                    "account": "polowijen",
                    "label": "keluhan",
                    "topic": "antrean",
                    "unit": "",
                    "severity": "biasa",
                    "channel": "dm",
                    "author": "",
                    "author_id": "",
                    "opened_at": now,
                }
                case_id = cases.open_case(connection, values, [], now)
                title = f"{'DARURAT · ' if danger else ''}{number} Keluhan: antrean"
                body = f"Keluhan baru lewat pesan.\nTopik: antrean\n“Antre lama {number}”\nBatas: besok"
                letter = Letter(number, title, body, (f"evidence/{number}.png",), case_id)
                self.outbox.tell(connection, now, team, letter)
                numbers.append(number)
        return numbers

    def statuses(self) -> list[str]:
        with self.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT status, attempts FROM notices ORDER BY id")
            return [f"{status} {attempts}" for status, attempts in rows]

    def titles(self) -> list[str]:
        return [title for _, title, _, _ in self.arrived]


@pytest.fixture
def office() -> Iterator[Office]:
    with bench_database() as database:
        yield Office(database)


def test_up_to_ten_go_out_each_by_itself_with_its_picture(office: Office) -> None:
    office.complain(10)
    office.run()
    assert [files for *_, files in office.arrived] == [1] * 10
    assert all(title.endswith("Keluhan: antrean") for title in office.titles())


def test_more_than_ten_become_one_message_that_names_every_case_and_its_words(office: Office) -> None:
    numbers = office.complain(22)
    office.run()
    assert len(office.arrived) == 11
    _, title, body, files = office.arrived[-1]
    assert (title, files) == ("12 pemberitahuan sekaligus: K-2026-0011 … K-2026-0022", 0)
    for number in numbers[10:]:
        assert f"• {number} Keluhan: antrean\n“Antre lama {number}”" in body
    assert office.statuses() == ["sent 1"] * 22
    office.run()
    assert len(office.arrived) == 11


def test_a_single_one_above_the_number_stays_itself(office: Office) -> None:
    office.complain(11)
    office.run()
    assert office.titles()[-1] == "K-2026-0011 Keluhan: antrean"
    assert office.arrived[-1][3] == 1


def test_what_follows_gathers_for_ten_minutes_at_most(office: Office) -> None:
    office.complain(15)
    office.run()
    for _ in range(9):
        office.clock.forward(MINUTE)
        office.complain(2)
        office.run()
    assert len(office.arrived) == 11
    office.clock.forward(2 * MINUTE)
    office.run()
    assert "pending 0" not in office.statuses()
    # The first ones are long enough ago: ten by themselves, the others as one.
    assert len(office.arrived) == 11 + 10 + 1


def test_nobody_gathers_for_ever_while_dangers_keep_arriving(office: Office) -> None:
    waits = office.complain(1)
    office.complain(20, danger=True)
    office.run()
    office.complain(1)
    for _ in range(11):
        office.complain(2, danger=True)
        office.run()
        office.clock.forward(MINUTE)
    assert "pending 0" not in office.statuses()
    assert waits[0] in office.titles()[0]


def test_a_danger_always_goes_by_itself_and_at_once(office: Office) -> None:
    office.complain(30)
    office.run()
    office.complain(5)
    (number,) = office.complain(1, danger=True)
    office.run()
    assert office.titles()[-1] == f"DARURAT · {number} Keluhan: antrean"
    assert office.statuses().count("pending 0") == 5


def test_each_recipient_has_a_count_of_its_own(office: Office) -> None:
    office.complain(9)
    office.complain(4, team="content_team")
    office.run()
    to_budi = [title for url, title, *_ in office.arrived if url == "mailto://2"]
    to_wulan = [title for url, title, *_ in office.arrived if url == "tgram://1"]
    assert (len(to_budi), len(to_wulan)) == (4, 11)
    assert to_wulan[-1].startswith("3 pemberitahuan sekaligus")


def test_a_digest_that_fails_leaves_every_notice_to_be_tried_again(office: Office) -> None:
    office.complain(14)
    office.down = {"tgram://1"}
    office.run()
    assert office.statuses() == ["pending 1"] + ["pending 0"] * 13, "the first failure speaks for all"
    office.down = set()
    office.clock.forward(MINUTE)
    office.run()
    assert office.statuses() == ["sent 2"] + ["sent 1"] * 13
    assert len(office.arrived) == 11


def test_killed_after_a_digest_went_out_it_goes_out_again(office: Office) -> None:
    office.complain(14)
    office.run(Rules(digest_after=1000))
    office.complain(5)
    office.clock.forward(11 * MINUTE)
    office.dies = True
    with pytest.raises(Killed):
        office.run(Rules(digest_after=1))
    office.dies = False
    office.run(Rules(digest_after=1))
    assert "pending 0" not in office.statuses()


def test_hundreds_fit_into_a_few_messages(office: Office) -> None:
    numbers = office.complain(300)
    office.run()
    digests = office.arrived[10:]
    assert len(digests) < 20
    assert max(len(body) for _, _, body, _ in digests) <= MOST_CHARACTERS + 200
    told = "\n".join(title + body for _, title, body, _ in office.arrived)
    assert all(number in told for number in numbers)


def test_what_cannot_be_looked_up_keeps_its_own_message(office: Office) -> None:
    now = office.clock.now()
    office.complain(12)
    with office.database.writing() as connection:
        report = Letter("report:2026-11-25", "Laporan", "Terlampir.", ("reports/a.pdf",))
        waiting = Letter("waiting:1", "3 pesan menunggu jawaban", "Saran jawaban … " * 60)
        for letter in (report, waiting):
            office.outbox.tell(connection, now, "complaint_team", letter)
    office.run()
    assert {"Laporan", "3 pesan menunggu jawaban"} <= set(office.titles())
    assert office.titles()[-1] == "2 pemberitahuan sekaligus: K-2026-0011 … K-2026-0012"
